"""The pages that schools, zones and managers open. They read published files and the dashboard's own logs."""
