"""A Power BI project as text, made from the manifest: a semantic model in TMDL, and a report that stands on it."""

from orchestration.bi.power_bi.project import Project, write

__all__ = ["Project", "write"]
