"""Everything held on one child as a page that a person can read and as JSON for whoever reads it by machine."""

import json
from datetime import date
from typing import Any

from jinja2 import Environment, PackageLoader

PAGE = "subject_access.html"
DATA = "subject_access.json"


def forms(content: dict[str, Any], parts: dict[str, str], who: tuple[str, ...]) -> dict[str, str]:
    """The text of each file, by its name. `parts` are the headings of the layers, `who` the tables that are open."""
    environment = Environment(loader=PackageLoader("orchestration.rights", "."), autoescape=True, trim_blocks=True)
    environment.filters["in_words"] = in_words
    environment.filters["days_old"] = lambda day: days_old(day, content["as_of_date"])
    page = environment.get_template("document.html").render(parts=parts, who=who, **content)
    return {PAGE: page, DATA: json.dumps(content, indent=1, default=str, ensure_ascii=False) + "\n"}


def in_words(row: dict[str, Any], table: dict[str, Any]) -> dict[str, object]:
    """A row as a person reads it: what keys stand for instead of keys, nothing where nothing is known."""
    described: dict[str, object] = {}
    for name, value in row.items():
        shown = table["in_words"].get(str(value)) if is_key(name) else value
        if shown is None or shown == "":
            continue
        label = name.strip("_").removesuffix("_id" if name.endswith("delivery_id") else "_key").removesuffix("_durable")
        described[label.replace("_", " ")] = ", ".join(map(str, shown)) if isinstance(shown, list) else shown
    return described


def is_key(name: str) -> bool:
    """Whether a column holds a key, which says nothing to a person."""
    return name.strip("_").endswith(("_key", "delivery_id"))


def days_old(day: date | None, as_of: str | None) -> str:
    """How old something was on the day that the release in force speaks of."""
    return f"{(date.fromisoformat(as_of) - day).days} days old on {as_of}" if day and as_of else ""
