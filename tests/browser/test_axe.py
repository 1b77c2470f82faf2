"""Each page by axe: of every role, every form, what it says of a mistake and of what is saved; and the report of it.

The report is docs/reference/accessibility.md. With EARLYHELP_AXE=FILE it is written there
(`make browser AXE=docs/reference/accessibility.md`), otherwise held against what lies there.
"""

import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from orchestration.settings import PROJECT
from tests.support.browser import Tab
from tests.support.desks import Desk
from tests.support.form_walks import WALKS, note
from tests.support.role_pages import OF_ALL, ROLES, pages

REPORT = PROJECT / "docs" / "reference" / "accessibility.md"
HEADING = "| page | seen by | rules passed | violations | left to a person |\n|---|---|---:|---:|---|\n"
FEWEST = 10
"""Rules that look at something on the smallest of pages: with fewer axe did not see the page."""


@dataclass
class Seen:
    """What axe said of a page, as each of those who opened it saw it."""

    roles: list[str] = field(default_factory=list)
    said: list[dict[str, Any]] = field(default_factory=list)

    @property
    def violations(self) -> list[str]:
        return [violation for one in self.said for violation in one["violations"]]

    @property
    def fewest_passed(self) -> int:
        return min(one["passed"] for one in self.said)

    @property
    def row(self) -> str:
        left = sorted({rule for one in self.said for rule in one["incomplete"]})
        who = ", ".join(dict.fromkeys(self.roles))
        return f"{who} | {self.fewest_passed} | {len(self.violations)} | {', '.join(left) or 'none'}"


@pytest.fixture(scope="module")
def found(desk: Desk, desk_to_write_at: Desk) -> dict[str, Seen]:
    """By page, in the order in which they were opened."""
    every: dict[str, Seen] = {}

    def look(name: str, role: str, tab: Tab) -> None:
        seen = every.setdefault(name, Seen())
        seen.roles.append(role)
        seen.said.append(tab.axe())

    for role in ROLES:
        tab = desk.of(role)
        for page, address in [*pages(desk.dashboard, role).items(), *((path, path) for path in OF_ALL)]:
            assert tab.open(address) == (404 if address == "/no-such-page" else 200), address
            look(f"`{page}`", role, tab)
    for walk, who in (("entry", "school"), ("huddle", "zone"), ("asking", "school, ict")):
        for name, tab in WALKS[walk](desk_to_write_at):
            look(name, who, tab)
    return every


def test_axe_finds_nothing_on_any_page_form_mistake_or_confirmation(found: dict[str, Seen]) -> None:
    assert {name: seen.violations for name, seen in found.items() if seen.violations} == {}
    assert {name: seen.fewest_passed for name, seen in found.items() if seen.fewest_passed <= FEWEST} == {}


def test_axe_finds_nothing_where_a_council_has_notes(desk_with_notes: Desk) -> None:
    """Not in the report, which is of the dashboard as it comes."""
    said = {name: tab.axe() for name, tab in note(desk_with_notes)}
    assert len(said) == 4 and {name: one["violations"] for name, one in said.items() if one["violations"]} == {}
    assert min(one["passed"] for one in said.values()) > FEWEST


def test_axe_would_find_a_form_whose_question_lost_its_words(desk: Desk) -> None:
    tab = desk.of("school")
    tab.open("/tickets/ask")
    tab.run("document.querySelectorAll('label').forEach(label => label.remove())")
    assert any(violation.startswith(("label", "select-name")) for violation in tab.violations())


def test_the_report_in_the_guides_is_what_axe_says(found: dict[str, Seen]) -> None:
    report = REPORT.read_text(encoding="utf-8")
    rows = "".join(f"| {name} | {seen.row} |\n" for name, seen in found.items())
    written = report.partition(HEADING)[0] + HEADING + rows
    if file := os.environ.get("EARLYHELP_AXE"):
        Path(file).write_text(written, encoding="utf-8")
    assert report == written or file, "`make browser AXE=docs/reference/accessibility.md` writes it anew"
