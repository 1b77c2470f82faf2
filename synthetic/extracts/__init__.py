"""One module for each source: it writes the world's tables in that source's own format."""
