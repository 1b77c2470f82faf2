"""Clerical review: what waits for a person's eyes, what differs, and what was decided, kept for good.

The queue is made by dbt (int_person_link_candidates, int_identity_links); decisions live in a log of their own beside
the archive, so that they hold in every later build and in a build made anew.
"""
