"""What is true, and each child's key, do not depend on the order in which deliveries came."""

import csv
import json
import shutil
from collections.abc import Iterable
from itertools import groupby
from pathlib import Path
from typing import Any

import pytest

from orchestration import deliveries
from orchestration.build import database, warehouse
from orchestration.linkage import parameters
from orchestration.releases import content
from orchestration.settings import Settings
from tests.support import warm_readers
from tests.support.warehouse import DAY, KEY

SAID = {
    "identities": "select identity_id, child_durable_key, link_method from intermediate.int_child_identity",
    "events": "select * exclude (delivery_id) from intermediate.int_child_identity_event",
    "people": """
        select source, person_id, child_durable_key, link_status, link_method, link_probability
        from intermediate.int_people_linked
    """,
}


@pytest.fixture(scope="module")
def extracts(counties: dict[str, Path], tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """A dirty county's extracts with two of Synergy: in the older, children still had the UPN they had before.

    The last file is a census return that is wrong; its correction, under the same name, is among the others.
    """
    folder = tmp_path_factory.mktemp("extracts")
    shutil.copytree(counties["dirty"] / "extracts", folder, dirs_exist_ok=True)
    newer = folder / "synergy" / f"synergy_pupils_{DAY}.csv"
    with newer.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    with (folder / "synergy" / "synergy_pupils_2025-06-20.csv").open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.DictWriter(file, rows[0])
        writer.writeheader()
        for row in rows:
            writer.writerow({**row, "UPN": row["Former UPN"] or row["UPN"], "Former UPN": ""})
    assert any(row["Former UPN"] for row in rows)
    right = sorted(path for path in folder.rglob("*.*") if path.is_file())
    corrected = next(path for path in right if path.name.endswith("_2025_spring.xml") and b">K<" in path.read_bytes())
    wrong = tmp_path_factory.mktemp("wrong") / "school_census" / corrected.name
    wrong.parent.mkdir()
    text = corrected.read_text()
    assert "<SENprovision>K<" in text
    wrong.write_text(text.replace("<SENprovision>K<", "<SENprovision>N<"))
    return [*right, wrong]


def build(home: Path, batches: Iterable[list[Path]]) -> Settings:
    """Deliver and load one batch after the other, then build every model."""
    settings = Settings(home=home, key=KEY)
    for number, batch in enumerate(batches):
        deliveries.deliver(settings, batch, None)
        with warm_readers.used(), database.connect(settings) as connection:
            deliveries.load(settings, connection, f"run {number}")
    warehouse.build_selected(settings, DAY)
    return settings


def true_state(settings: Settings) -> dict[str, str]:
    """The content of everything in the star; not the audit, where a gate compares with the delivery before."""
    return content.of(settings.build_file, leave_out=frozenset({"dim_delivery"}))


def said(settings: Settings) -> dict[str, list[tuple[Any, ...]]]:
    with database.connect(settings, read_only=True) as connection:
        return {name: connection.execute(f"{sql} order by all").fetchall() for name, sql in SAID.items()}


def source_of(path: Path) -> str:
    return path.parent.name


@pytest.fixture(scope="module")
def at_once(extracts: list[Path], tmp_path_factory: pytest.TempPathFactory) -> Settings:
    *right, wrong = extracts
    return build(tmp_path_factory.mktemp("at_once"), [[wrong], right])


def test_there_is_something_to_keep(at_once: Settings) -> None:
    found = said(at_once)
    assert len(found["identities"]) > 350
    assert "merged" in {event[2] for event in found["events"]}
    assert sum(status == "linked" for _, _, _, status, *_ in found["people"]) > 60


def test_the_state_is_the_same_when_everything_comes_the_other_way_round(
    at_once: Settings, extracts: list[Path], tmp_path: Path
) -> None:
    """Family Matters first, the newest census first, a correction long after what it corrects."""
    *right, wrong = extracts
    census = [path for path in right if source_of(path) == "school_census"]
    terms = sorted({path.stem[-11:] for path in census}, key=lambda term: term[:4], reverse=True)
    # The files of one export come together: of others none finds the rows that it names.
    exports = [
        list(files)
        for _, files in groupby(
            (path for path in reversed(right) if source_of(path) == "sen2"), key=lambda path: path.stem.split("_")[1]
        )
    ]
    whole = ("school_census", "school_register", "sen2")
    others = [path for path in reversed(right) if source_of(path) not in whole]
    register = [path for path in right if source_of(path) == "school_register"]
    # One file at a time; of a source that sends many, a third.
    batches = []
    for _, files in groupby(others, key=source_of):
        sent = list(files)
        size = len(sent) // 3 if len(sent) > 8 else 1
        batches += [sent[first : first + size] for first in range(0, len(sent), size)]
    batches += [*exports, *([path for path in census if path.stem.endswith(term)] for term in terms)]
    other_way = build(tmp_path, [[wrong], *batches, register])
    assert said(other_way) == said(at_once)
    assert content.differences(true_state(other_way), true_state(at_once)) == []


def test_the_state_is_the_same_when_a_census_is_late_and_synergy_comes_last(
    at_once: Settings, extracts: list[Path], tmp_path: Path
) -> None:
    """One term of a school arrives after all others; the older extract of Synergy after the newer."""
    *right, wrong = extracts
    order = ["school_census", "attendance_daily", "attainment", "family_matters"]
    order += ["responses", "huddles", "front_door", "tool_users", "nccis", "cin_census", "sen2", "police_notifications"]
    order += ["concerns", "early_years_census", "not_in_school"]
    order += ["school_register", "deprivation", "synergy"]
    assert {source_of(path) for path in right} == set(order)
    batches = [[path for path in right if source_of(path) == source] for source in order]
    older, newer = sorted(path for path in batches[-1] if "pupils" in path.name)
    batches[-1].remove(older)
    late = next(path for path in batches[0] if path.name == wrong.name)
    batches[0].remove(late)
    late_order = build(tmp_path, [*batches, [older], [wrong], [late]])
    assert said(late_order) == said(at_once)
    assert content.differences(true_state(late_order), true_state(at_once)) == []
    assert newer in batches[-1]


def test_a_relink_from_nothing_gives_what_the_increments_gave(at_once: Settings, tmp_path: Path) -> None:
    """The second build scores what a corrected workbook changed and takes over the rest."""
    home = tmp_path / "home"
    shutil.copytree(at_once.home, home)
    settings = Settings(home=home, key=KEY)
    _correct_a_workbook(settings)
    with database.connect(settings) as connection:
        deliveries.load(settings, connection, "corrected")
    warehouse.build_selected(settings, DAY, "+int_people_linked")
    increments, scores = said(settings), _scores(settings)
    assert increments["people"] != said(at_once)["people"]
    with database.connect(settings) as connection:
        connection.execute("drop table intermediate.int_person_pairs_scored")
    warehouse.build_selected(settings, DAY, "+int_people_linked")
    assert said(settings) == increments
    assert _scores(settings) == scores


def test_a_level_left_untrained_stops_the_build(
    at_once: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = json.loads(parameters.newest().read_text())
    del told["comparisons"]["surname"]["one letter off"]["m"]
    gap = tmp_path / "2026-01-01.json"
    gap.write_text(json.dumps(told))
    monkeypatch.setattr(parameters, "newest", lambda: gap)
    settings = Settings(home=tmp_path / "home", key=KEY)
    shutil.copytree(at_once.home, settings.home)
    with database.connect(settings) as connection:
        connection.execute("drop table intermediate.int_person_pairs_scored")
    with pytest.raises(RuntimeError, match="surname: one letter off"):
        warehouse.build_selected(settings, DAY, "int_person_pairs_scored")


def _correct_a_workbook(settings: Settings) -> None:
    """The same workbook with every tenth member's surname gone wrong, as a corrected file under the same name."""
    from openpyxl import load_workbook

    with database.connect(settings, read_only=True) as connection:
        ((sha256, name),) = connection.execute(
            "select sha256, file_name from ops.delivery where source = 'family_matters'"
        ).fetchall()
    with (settings.archive / sha256).open("rb") as file:
        book = load_workbook(file)
    for number, row in enumerate(book["Members"].iter_rows(min_row=2)):
        if number % 10 == 0:
            row[2].value = f"Q{row[2].value}q"
    target = settings.landing / "family_matters" / name
    target.parent.mkdir(parents=True, exist_ok=True)
    book.save(target)


def _scores(settings: Settings) -> list[tuple[Any, ...]]:
    with database.connect(settings, read_only=True) as connection:
        return connection.execute("from intermediate.int_person_pairs_scored order by all").fetchall()
