"""One module for each page: what is asked of the place's tables, and what the template is handed."""
