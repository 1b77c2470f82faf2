"""Readers of the three formats: what a file shows before its rows are read, and its rows into the table `incoming`."""
