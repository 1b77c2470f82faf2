"""Measures of speed and memory; they print figures and assert none."""
