"""The command line: arguments, exit codes, what is printed."""
