"""Superset's own export, made from the manifest: a connection, a dataset for each mart, the screens as dashboards."""

from orchestration.bi.superset.bundle import Bundle, write

__all__ = ["Bundle", "write"]
