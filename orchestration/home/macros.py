"""Macros of the models, rendered for SQL that is no model: what several need to say stands in one place, below them."""

from functools import cache
from typing import Any

from jinja2 import Environment

from orchestration.settings import PROJECT


@cache
def rendered(name: str) -> Any:
    """The macros of macros/<name>.sql, to be called; those that ask dbt for something cannot be."""
    return Environment().from_string((PROJECT / "macros" / f"{name}.sql").read_text(encoding="utf-8")).module
