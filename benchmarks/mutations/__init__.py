"""Deliveries broken at random, one at a time, and whether anybody is told before a published figure changes."""
