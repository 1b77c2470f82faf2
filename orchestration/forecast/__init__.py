"""Forecasts of how many children will have a flag: counts go in, counts come out; no child's row is read."""
