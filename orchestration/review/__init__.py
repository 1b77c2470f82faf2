"""Clerical review: what waits for a person's eyes, what differs, and what was decided, kept for good.

The queue and what a reviewer sees of each pair are made by dbt; decisions live in a log of their own beside
the archive, so that they hold in every later build and in a build made anew.
"""
