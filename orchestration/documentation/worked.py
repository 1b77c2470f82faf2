"""The worked queries of the pages by name: `screens/child-list` is the one below the heading "Child list" there."""

import difflib
import re
from collections import Counter
from dataclasses import dataclass
from functools import cache

from orchestration.documentation.pages import DOCS
from orchestration.documentation.queries import BLOCK

FOLDERS = ("analysts", "reference/marts")
HEADING = re.compile(r"^#{1,4} (.+)$", re.MULTILINE)
LONGEST = 60
NEAR = 5
"""So many names are told where several begin as the one asked for."""


@dataclass(frozen=True)
class Worked:
    """A query of a page: what it answers is the line before it, or the heading above it."""

    name: str
    question: str
    sql: str


@cache
def queries() -> dict[str, Worked]:
    """Every worked query, by its name: the page, and the question as words joined by hyphens."""
    found: dict[str, Worked] = {}
    for folder in FOLDERS:
        for page in sorted((DOCS / folder).glob("*.md")):
            text = page.read_text(encoding="utf-8")
            asked: Counter[str] = Counter()
            for block in BLOCK.finditer(text):
                question = _question(text[: block.start()])
                name = f"{page.stem}/{_slug(question)}"
                asked[name] += 1
                name += f"-{asked[name]}" if asked[name] > 1 else ""
                found[name] = Worked(name, question, block["sql"])
    return found


def named(name: str) -> Worked:
    """The query of this name, or the one that begins so, page or no page. Raises LookupError with names near it."""
    every = queries()
    if name in every:
        return every[name]
    begun = [worked for known, worked in every.items() if known.startswith(name) or f"/{name}" in known]
    exact = [worked for worked in begun if worked.name.endswith(f"/{name}")]
    if len(exact or begun) == 1:
        return (exact or begun)[0]
    near = [worked.name for worked in exact or begun][:NEAR] or difflib.get_close_matches(name, every, n=3, cutoff=0.4)
    hint = f" Near it: {', '.join(near)}." if near else ""
    raise LookupError(f"No one worked query is called {name}.{hint} `earlyhelp query --list` has them all.")


def _question(before: str) -> str:
    """What a query answers: the last heading, or a line of its own after it that ends as a question or with a colon."""
    heading = HEADING.findall(before)[-1]
    last = before.rstrip().rpartition("\n\n")[2].replace("\n", " ").strip()
    is_line = last.endswith(("?", ":")) and not last.startswith(("|", "#")) and len(last) <= 2 * LONGEST
    return re.sub(r"[`*]|\]\([^)]*\)|\[", "", last if is_line else heading).rstrip(":?")


def _slug(words: str) -> str:
    slug = re.sub(r"[^a-z0-9]+", "-", words.lower()).strip("-")
    return slug[:LONGEST].rpartition("-")[0] if len(slug) > LONGEST else slug
