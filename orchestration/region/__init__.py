"""A region: counts of several councils' releases united, with what would tell of a child hidden over its own totals.

A council hands over counts and its open file, and no table of children: `interface.py` lists what is read.
"""
