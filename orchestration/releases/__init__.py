"""Releases: one audited generation of the warehouse as a file that BI tools open, switched in at once."""

from orchestration.releases.publish import publish
from orchestration.releases.reading import attach, opened
from orchestration.releases.store import DATABASE, Release, in_force, on_disk, rollback

__all__ = ["DATABASE", "Release", "attach", "in_force", "on_disk", "opened", "publish", "rollback"]
