"""Restricted children: in no byte of any audience's file, on no page, in no export; and there again when it is lifted.

Two of the clean county: one whose UPN changed, restricted as adopted; one whom the next huddle would speak about.
"""

import json
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import pytest

from tests.support.audience_files import opened
from tests.support.dashboards import Dashboard, served, settings_of
from tests.support.needles import holding
from tests.support.warehouse import DAY, Warehouse

PEOPLE = """
    with upns as (
        select child_durable_key, list(distinct identifier order by identifier) as upns
        from intermediate.int_child_identifiers where identifier_kind = 'upn' group by all
    )

    select
        upns.child_durable_key, upns.upns, people.surname, people.forename, people.birth_date::varchar, list.school_id
    from upns
    inner join core.dim_child_identity as people using (child_durable_key)
    inner join mart.mart_child_list as list using (child_durable_key)
    {which}
    order by upns.child_durable_key
"""
ADOPTED = "where len(upns.upns) = 2"
SPOKEN_ABOUT = """
    inner join mart.mart_huddle_agenda as agenda using (child_durable_key)
    where agenda.has_place and len(upns.upns) = 1 and list.zone_code <> 'unknown'
"""

# In the file of a zone by name.
ALONE = """
    select list.child_durable_key from mart.mart_not_in_school as list
    inner join intermediate.int_not_in_school_people as people using (child_durable_key)
    inner join core.brg_user__scope as users using (zone_key)
    where not people.is_known_elsewhere and users.has_access
    order by all limit 1
"""


@dataclass(frozen=True)
class Child:
    key: str
    upns: list[str]
    surname: str
    forename: str
    birth_date: str
    school_id: str


@dataclass(frozen=True)
class Restricted:
    warehouse: Warehouse
    children: tuple[Child, Child]
    out_of_school: str
    """The key of a child whom the list of children not in school alone knows."""

    @property
    def needles(self) -> list[str]:
        """By what the two are known, in every way but name."""
        return [text for child in self.children for text in (child.key, *child.upns)]


def restrict(warehouse: Warehouse, whom: str, folder: Path, *how: str) -> str:
    """As an operator does it, the child named in a file and not in the arguments."""
    told = folder / "whom.txt"
    told.write_text(whom + "\n")
    done = warehouse.earlyhelp("restrict", "--child-file", told, *how)
    assert done.returncode == 0, done.stderr
    assert whom not in done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def restricted(clean: Warehouse, tmp_path_factory: pytest.TempPathFactory) -> Restricted:
    folder = tmp_path_factory.mktemp("restricted")
    copy = Warehouse(folder / "home", clean.county)
    shutil.copytree(clean.home, copy.home, symlinks=True)
    adopted = Child(*clean.inside(PEOPLE.format(which=ADOPTED))[0])
    spoken_about = Child(*clean.inside(PEOPLE.format(which=SPOKEN_ABOUT))[0])
    said = restrict(copy, adopted.upns[0], folder, "--why", "adopted", "--from", DAY)
    assert "Restricted by " in said and "Next: earlyhelp build" in said
    restrict(copy, spoken_about.key, folder, "--why", "witness_protection", "--from", DAY)
    ((out_of_school,),) = clean.inside(ALONE)
    restrict(copy, out_of_school, folder, "--why", "witness_protection", "--from", DAY)
    copy.build()
    return Restricted(copy, (adopted, spoken_about), out_of_school)


@pytest.fixture(scope="module")
def pages(restricted: Restricted) -> Iterator[Dashboard]:
    with served(settings_of(restricted.warehouse.home)) as dashboard:
        yield dashboard


def encrypted(warehouse: Warehouse) -> list[str]:
    current = warehouse.home / "current"
    return sorted(
        str(path.relative_to(current).with_suffix(""))
        for level in ("zone", "school", "health", "police")
        for path in current.glob(f"{level}/*.duckdb")
    )


def plainly(warehouse: Warehouse, name: str, folder: Path) -> Path:
    """An audience's file once more, unencrypted and each cell as its bytes, in one file of lines."""
    out = folder / f"{name.replace('/', '_')}.txt"
    with opened(warehouse, name) as place, out.open("w") as file:
        for schema, table in place.execute(
            "select schema_name, table_name from duckdb_tables() where database_name = 'place'"
        ).fetchall():
            for row in place.execute(f'select * from {schema}."{table}"').fetchall():
                file.write("\t".join(map(str, row)) + "\n")
    return out


def test_what_is_searched_for_was_there_before(restricted: Restricted, clean: Warehouse, tmp_path: Path) -> None:
    child = restricted.children[1]
    assert holding([child.key], clean.home / "current" / "early_help.duckdb", clean.home / "current" / "parquet")
    names = [name for name in encrypted(clean) if holding([*child.upns, child.key], plainly(clean, name, tmp_path))]
    assert len(names) >= 1


def test_no_byte_of_any_audiences_file_holds_them(restricted: Restricted, tmp_path: Path) -> None:
    current = restricted.warehouse.home / "current"
    assert holding(restricted.needles, *(path for path in current.resolve().rglob("*") if path.is_file())) == []
    for name in encrypted(restricted.warehouse):
        lines = plainly(restricted.warehouse, name, tmp_path)
        assert lines.stat().st_size > 1_000
        assert holding(restricted.needles, lines) == [], name
        with opened(restricted.warehouse, name) as place:
            for child in restricted.children:
                named = place.execute(
                    "select count(*) from core.dim_child_identity "
                    "where surname = ? and forename = ? and birth_date = ?",
                    [child.surname, child.forename, child.birth_date],
                ).fetchone()
                assert named == (0,), name


def test_no_row_of_the_analysts_file_is_theirs(restricted: Restricted, clean: Warehouse) -> None:
    with duckdb.connect(str(restricted.warehouse.release_file), read_only=True) as release:
        tables = release.execute(
            "select schema_name || '.' || table_name from duckdb_columns() where column_name = 'child_durable_key'"
        ).fetchall()
        assert len(tables) > 30
        for (table,) in tables:
            for child in restricted.children:
                mine = f"select count(*) from {table} where child_durable_key = '{child.key}'"
                assert release.execute(mine).fetchone() == (0,), table
    both = ", ".join(f"'{child.key}'" for child in restricted.children)
    facts = f"select count(*) from core.fct_enrolment where child_durable_key in ({both})"
    assert clean.release(facts)[0][0] >= 2


def test_a_child_whom_the_list_of_children_not_in_school_alone_knows_is_in_no_file(
    restricted: Restricted, clean: Warehouse, tmp_path: Path
) -> None:
    key = [restricted.out_of_school]
    before, after = (one.home / "current" for one in (clean, restricted.warehouse))
    assert holding(key, before / "early_help.duckdb")
    assert not holding(key, after / "early_help.duckdb", after / "parquet")
    there = {name for name in encrypted(clean) if holding(key, plainly(clean, name, tmp_path))}
    assert [name.split("/")[0] for name in there] == ["zone"]
    assert not [name for name in there if holding(key, plainly(restricted.warehouse, name, tmp_path))]


def test_a_count_has_as_many_children_as_the_list(restricted: Restricted, clean: Warehouse) -> None:
    """Else the difference would single them out: by school, of all and of those with each flag."""
    counted = """
        select overview.school_id, overview.flag_code, overview.children_count, overview.raised_count
        from mart.mart_school_overview as overview where is_current and flag_code <> 'any' order by all
    """
    listed = """
        select school_id, flag_code, count(*), count(*) filter (where flag_state = 'raised')
        from mart.mart_flag_evidence group by all order by all
    """
    found = restricted.warehouse.release(counted)
    assert found == restricted.warehouse.release(listed)
    total = (
        "select sum(children_count) from mart.mart_zone_dashboard where is_county and is_current and flag_code = 'sen'"
    )
    ((before,),), ((now,),) = clean.release(total), restricted.warehouse.release(total)
    assert before - now == 2


def test_an_adopted_childs_upns_are_not_joined(restricted: Restricted, clean: Warehouse) -> None:
    upns = ", ".join(f"'{upn}'" for upn in restricted.children[0].upns)
    keys = f"select count(distinct child_durable_key) from intermediate.int_child_identity where upn in ({upns})"
    assert clean.inside(keys) == [(1,)]
    assert restricted.warehouse.inside(keys) == [(2,)]


def test_no_page_tells_of_them(restricted: Restricted, pages: Dashboard) -> None:
    for role in ("school", "zone", "county"):
        visitor = pages.visitor(role)
        for child in restricted.children:
            school = f"/school/{child.school_id}"
            assert visitor.get(f"{school}/child/{child.key}").status == 404
            for path in (school, f"{school}/children", f"{school}/huddle"):
                answer = visitor.get(path)
                assert not [needle for needle in restricted.needles if needle in answer.text], path
                assert f"{child.surname}, {child.forename}" not in answer.text
    seen = pages.visitor("zone").get(f"/school/{restricted.children[1].school_id}/huddle")
    assert pages.visitor("county").get(f"/school/{restricted.children[1].school_id}/children").status == 200
    assert seen.status in (200, 404)


def test_no_export_holds_them(restricted: Restricted, tmp_path: Path) -> None:
    warehouse = restricted.warehouse
    for table in ("mart.mart_child_list", "core.fct_flag_as_said", "mart.mart_huddle_agenda"):
        out = tmp_path / f"{table}.csv"
        done = warehouse.earlyhelp("export", table, "--out", out, "--reason", "To look for them")
        assert done.returncode == 0, done.stderr
        assert out.stat().st_size > 100 and holding(restricted.needles, out) == []


def test_the_log_names_nobody_and_the_build_knows_them(restricted: Restricted) -> None:
    log = restricted.warehouse.home / "restrictions.jsonl"
    lines = [json.loads(line) for line in log.read_text().splitlines()]
    assert {line["reason_code"] for line in lines} == {"adopted", "witness_protection"}
    assert holding(restricted.needles, log) == []
    known = "select count(*) from intermediate.int_child_identifiers where identifier = $1"
    key = restricted.children[1].key
    assert restricted.warehouse.inside(known.replace("$1", f"'{key}'")) == [(1,)]
    said = restricted.warehouse.earlyhelp("restrict").stdout
    assert said.splitlines() == ["3 restrictions stand.", "  adopted: 1", "  witness_protection: 2"]


def test_lifted_they_are_there_again(restricted: Restricted, clean: Warehouse, tmp_path: Path) -> None:
    """Begins with `restricted` as the tests above left it, and is the last to do so."""
    warehouse = restricted.warehouse
    for whom in (*(child.upns[-1] for child in restricted.children), restricted.out_of_school):
        assert "Taken back: 1 restriction." in restrict(warehouse, whom, tmp_path, "--lift")
    warehouse.build()
    for table in ("mart.mart_child_list", "mart.mart_huddle_agenda", "core.fct_enrolment", "mart.mart_school_overview"):
        query = f"select * from {table} order by all"
        assert warehouse.release(query) == clean.release(query), table
    found: dict[str, Any] = {}
    for name in encrypted(warehouse):
        with opened(warehouse, name) as place, opened(clean, name) as before:
            people = "select * from core.dim_child_identity order by all"
            assert place.execute(people).fetchall() == before.execute(people).fetchall()
            found[name] = True
    assert found
