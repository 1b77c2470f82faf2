"""One file for each command of the command line: its arguments, its exit codes and what it prints."""
