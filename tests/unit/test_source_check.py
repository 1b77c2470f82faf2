"""`source check`: every source that stands passes, and each question fails where what it asks for is taken away."""

import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from expectations.contract.model import load_contracts, sources
from orchestration.settings import PROJECT
from orchestration.sources import check
from orchestration.sources.check import QUESTIONS
from orchestration.sources.standing import Standing

READ = (
    *("models", "macros", "snapshots", "seeds/reference", "expectations/contracts", "expectations/suites", "synthetic"),
    *("tests/faults", "tests/unit", "docs/operators", "docs/governance", "dbt_project.yml"),
)
"""What of a project the questions are asked of."""


@pytest.mark.parametrize("source", sources())
def test_every_source_that_stands_has_all_that_is_asked_for(source: str) -> None:
    lacks = [lack for answer in check.check(PROJECT, source) for lack in answer.lacks]
    assert lacks == []


def test_a_source_without_a_contract_is_told_how_to_begin() -> None:
    with pytest.raises(LookupError, match="earlyhelp source new nowhere"):
        check.check(PROJECT, "nowhere")


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of what is read, to take things away from and put them back."""
    folder = tmp_path_factory.mktemp("project")
    for name in READ:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        if (PROJECT / name).is_dir():
            shutil.copytree(PROJECT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(PROJECT / name, folder / name)
    return folder


STAGED = "models/staging/front_door"


@pytest.mark.parametrize(
    ("question", "file", "old", "new", "told"),
    [
        ("staging", f"{STAGED}/_front_door__sources.yml", "- name: totals", "- name: others", "raw table totals"),
        ("staging", f"{STAGED}/stg_front_door__totals.sql", "totals", "events", "no model stages totals"),
        (
            "descriptions and unit tests",
            f"{STAGED}/stg_front_door__events.yml",
            "**Key**",
            "Key",
            "Key of stg_front_door",
        ),
        (
            "descriptions and unit tests",
            f"{STAGED}/stg_front_door__events.yml",
            "unit_tests:",
            "x:",
            "has no unit test",
        ),
        (
            "read by a model",
            "models/intermediate/case/int_front_door_totals.sql",
            "stg_front_door__totals",
            "x",
            "nobody reads",
        ),
        ("who it is about", "dbt_project.yml", "{source: front_door", "{source: other", "linked by nothing"),
        ("who it is about", "seeds/reference/ref_linkage_threshold.csv", "front_door,", "other,", "no thresholds"),
        ("invented extract", "synthetic/county.py", '"front_door"', '"other"', "does not deliver it"),
        ("row in ref_source", "seeds/reference/ref_source.csv", "front_door,", "other,", "it has no row"),
        (
            "row in ref_source",
            "seeds/reference/ref_source.csv",
            "door,false,false,monthly",
            "door,false,false,",
            "rhythm is not",
        ),
        ("pages, purpose", "docs/operators/sources.md", "`front_door/`", "`other/`", "it has no row"),
        ("pages, purpose", "docs/governance/impact-assessment.md", "| front door |", "| other |", "it has no row"),
        (
            "retention",
            "seeds/reference/ref_retention_rule.csv",
            "archive_file",
            "other",
            "how long its archive_file is kept",
        ),
        (
            "audiences",
            "seeds/reference/ref_audience_table.csv",
            "core,fct_contact,",
            "core,other,",
            "fct_contact is made of it",
        ),
        (
            "filled in",
            f"{STAGED}/stg_front_door__events.yml",
            "version: 2",
            "version: 2  # FILL IN",
            "1 places to fill in",
        ),
        (
            "filled in",
            "expectations/contracts/front_door/v1.yml",
            "format: csv",
            "format: csv  # guess: x",
            "1 guesses",
        ),
        ("filled in", "docs/operators/sources.md", "CSV: contacts", "FILL IN: contacts", "its row is to be filled in"),
    ],
)
def test_what_is_taken_away_is_missed_with_its_file(
    project: Path, question: str, file: str, old: str, new: str, told: str
) -> None:
    before = (project / file).read_text()
    assert re.search(re.escape(old), before, re.IGNORECASE)
    (project / file).write_text(re.sub(re.escape(old), new, before, flags=re.IGNORECASE))
    try:
        lacks = list(QUESTIONS[question](Standing(project, "front_door")))
    finally:
        (project / file).write_text(before)
    assert [lack for lack in lacks if told in lack.what]
    assert all(lack.file and len(lack.remedy) > 5 for lack in lacks)
    assert list(QUESTIONS[question](Standing(project, "front_door"))) == []


def test_deliveries_that_nobody_tried_are_missed(project: Path) -> None:
    found = list(QUESTIONS["wrong deliveries"](Standing(project, "no_such_source")))
    assert [lack.what for lack in found] == ["0 of 3 tests of wrong deliveries are there"]


def with_contracts(change: Callable[[str], str]) -> Standing:
    """The front door with its contract changed before it is read."""
    standing = Standing(PROJECT, "front_door")
    (contract,) = (each for each in load_contracts() if each.source == "front_door")
    standing.__dict__["contracts"] = [type(contract).model_validate_json(change(contract.model_dump_json()))]
    return standing


def test_a_name_that_is_not_marked_as_one_is_missed() -> None:
    changed = with_contracts(lambda text: text.replace('"pii":"direct"', '"pii":null'))
    assert "people.surname names a person and is not marked" in [lack.what for lack in QUESTIONS["contract"](changed)]


def test_a_tolerance_that_the_gate_needs_and_the_contract_does_not_state_is_missed() -> None:
    changed = with_contracts(lambda text: text.replace("volume_low", "volume_lower"))
    assert [lack.what for lack in QUESTIONS["gate"](changed) if "volume_low" in lack.what]


def test_a_table_without_a_suite_is_missed() -> None:
    standing = Standing(PROJECT, "front_door")
    standing.__dict__["tables"] = {**standing.tables, "further": standing.tables["people"]}
    assert "the table further has no suite" in [lack.what for lack in QUESTIONS["gate"](standing)]


def test_children_whom_an_erasure_would_miss_are_told() -> None:
    standing = Standing(PROJECT, "front_door")
    table = standing.tables["people"]
    only_names = table.model_copy(update={"name": "further", "columns": table.columns[2:4]})
    standing.__dict__["tables"] = {"further": only_names}
    assert "further tells of persons" in next(iter(QUESTIONS["who it is about"](standing))).what


def test_rows_that_name_a_child_by_another_table_are_asked_for_too() -> None:
    """A request for a plan names nobody, but the child's erasure must find it."""
    standing = Standing(PROJECT, "front_door")
    people, events = standing.tables["people"], standing.tables["events"]
    other = events.columns[0].model_copy(update={"name": "case_id"})
    reference = events.references[0].model_copy(update={"columns": ("case_id",), "to": ("person_id",)})
    further = events.model_copy(update={"name": "further", "columns": (other,), "key": (), "references": (reference,)})
    # And a note on such a request, which names the request alone.
    note = events.columns[0].model_copy(update={"name": "note_of"})
    of_further = reference.model_copy(update={"columns": ("note_of",), "table": "further", "to": ("case_id",)})
    notes = events.model_copy(update={"name": "notes", "columns": (note,), "key": (), "references": (of_further,)})
    standing.__dict__["tables"] = {"people": people, "further": further, "notes": notes}
    assert [lack.what for lack in QUESTIONS["who it is about"](standing)] == [
        "further tells of persons (by case_id) whom erasure and subject access miss",
        "notes tells of persons (by note_of) whom erasure and subject access miss",
    ]
