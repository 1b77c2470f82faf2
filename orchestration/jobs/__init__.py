"""Whole runs from start to end."""
