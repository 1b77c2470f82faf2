"""A council lets an audience see less of a source: its files and pages obey, and all others stay as they were.

Family support, of Family Matters: a school is told that it is up and whose word it is, a zone and partners nothing.
Results, of Attainment: a school is told the same, and all others see what they saw. Children not in school: a zone has
their list no more, and none of them.
"""

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest

from orchestration.releases import content
from tests.support import visitors
from tests.support.audience_files import opened
from tests.support.councils import Council, say
from tests.support.dashboards import Dashboard, served, settings_of
from tests.support.warehouse import Warehouse

SOURCE, NAME, FLAG, FLAG_NAME = "family_matters", "Family Matters", "family", "Family support"
TOLD = (FLAG, "attainment")
"""Flags of which a school is told that they are up."""
OF_SOURCE = ("brg_child__household", "dim_household", "fct_family_support")
EVIDENCE = """
    select
        child_durable_key, flag_state, value, threshold, unit, reason, reason_code, measure, rule_id, rule_reason,
        delivery_id, contract, extract_date, covers_from_date, covers_to_date, age_days, explanation, source_name
    from mart.mart_flag_evidence where flag_code = '{flag}' order by all
"""


@pytest.fixture(scope="module")
def tightened(clean: Warehouse, tmp_path_factory: pytest.TempPathFactory) -> Council:
    place = tmp_path_factory.mktemp("tightened")
    shutil.copytree(clean.home, place / "home", symlinks=True)
    folder = place / "folder"
    folder.mkdir()
    (folder / "council.yml").write_text("name: Borough of Eastmere\nversion: 1\n")
    say(
        folder,
        "ref_source_audience",
        "source,zone,school,health,police",
        [SOURCE, "nothing", "agency", "nothing", "nothing"],
        ["attainment", "detail", "agency", "agency", "agency"],
        ["not_in_school", "agency", "nothing", "nothing", "nothing"],
    )
    council = Council(place / "home", clean.county, folder=folder)
    council.builds()
    return council


@pytest.fixture(scope="module")
def pages(tightened: Council) -> Iterator[Dashboard]:
    with served(settings_of(tightened.home)) as dashboard:
        yield dashboard


def files(warehouse: Warehouse, level: str) -> list[str]:
    return sorted(f"{level}/{path.stem}" for path in (warehouse.home / "current").glob(f"{level}/*.duckdb"))


def rows(connection: duckdb.DuckDBPyConnection, sql: str) -> list[tuple[Any, ...]]:
    return connection.execute(sql).fetchall()


def cells(connection: duckdb.DuckDBPyConnection) -> set[str]:
    """Whatever stands in a cell of any table, and names of tables and columns; but not who came to the front door."""
    found: set[str] = set()
    named = "select schema_name, table_name, column_name from duckdb_columns() where database_name = 'place'"
    for schema, table, column in rows(connection, named):
        if column != "source_code":
            found |= {table, column}
            found |= {str(cell) for (cell,) in rows(connection, f'select distinct "{column}" from {schema}."{table}"')}
    return found


def others(*flags: str) -> str:
    left_out = ", ".join(f"'{flag}'" for flag in flags)
    return f"from mart.mart_flag_evidence where flag_code not in ({left_out}) order by all"


def test_a_school_is_told_that_the_flag_is_up_and_whose_word_it_is(clean: Warehouse, tightened: Council) -> None:
    told = dict.fromkeys(TOLD, 0)
    for name in files(clean, "school"):
        with opened(clean, name) as before, opened(tightened, name) as after:
            for flag in TOLD:
                whole, reduced = (rows(one, EVIDENCE.format(flag=flag)) for one in (before, after))
                said = [(row[0], row[1], row[-1]) for row in whole]
                assert said == [(row[0], row[1], row[-1]) for row in reduced]
                assert {cell for row in reduced for cell in row[2:-1]} == {None}
                told[flag] += sum(row[1] == "raised" for row in reduced)
            assert rows(before, others(*TOLD)) == rows(after, others(*TOLD))
            assert {row[-1] for row in rows(after, EVIDENCE.format(flag=FLAG))} == {NAME}
            # what is decided, and who is there, is as it was
            for table in ("core.dim_child", "core.fct_response", "core.fct_flag_spell", "core.fct_exclusion"):
                assert rows(before, f"from {table} order by all") == rows(after, f"from {table} order by all"), table
            assert rows(before, "from core.fct_attainment limit 1") and rows(after, "from core.fct_attainment") == []
            assert rows(after, "from mart.mart_child_list where last_assessment_date is not null") == []
    assert all(told.values()), "no school has a child with the flag: nothing is shown"


def test_no_cell_of_a_schools_file_says_what_the_flag_rests_on(clean: Warehouse, tightened: Council) -> None:
    for name in files(clean, "school"):
        with opened(clean, name) as before, opened(tightened, name) as after:
            found = cells(before), cells(after)
            for flag in TOLD:
                said = {row[-2] for row in rows(before, EVIDENCE.format(flag=flag))}
                assert said <= found[0]
                assert not said & found[1]
                mine = f"where flag_key in (select flag_key from core.dim_flag where flag_code = '{flag}')"
                for table in ("core.fct_flag_assessment", "core.fct_flag_raised"):
                    keys = rows(after, f"select distinct delivery_key, is_strong from {table} {mine}")
                    assert keys in ([], [("unknown", None)])
                blank = "value is not null or threshold is not null or covers_to_date_key <> 0"
                assert rows(after, f"from core.fct_flag_assessment {mine} and ({blank})") == []


def test_what_is_made_of_all_flags_is_made_of_what_the_school_may_see(clean: Warehouse, tightened: Council) -> None:
    """How strong the flag is counts no more: recounted from the school's file of before."""
    recounted = """
        select
            raised.child_durable_key,
            count(*) as raised,
            count(*) filter (where raised.is_strong and flags.flag_code not in ('family', 'attainment')) as strong
        from core.fct_flag_raised as raised inner join core.dim_flag as flags using (flag_key)
        group by all order by all
    """
    listed = """
        select child_durable_key, indicators_raised_count, indicators_strong_count
        from mart.mart_child_list where indicators_raised_count > 0 order by all
    """
    fewer = 0
    for name in files(clean, "school"):
        with opened(clean, name) as before, opened(tightened, name) as after:
            assert rows(after, listed) == rows(before, recounted)
            assert rows(
                after,
                "select child_durable_key, raised_count, strong_count from core.fct_child_tier "
                "where raised_count > 0 order by all",
            ) == rows(before, recounted)
            fewer += rows(before, listed) != rows(after, listed)
            states = f"select child_durable_key, {FLAG}_state, sen_state from mart.mart_child_list order by all"
            assert rows(before, states) == rows(after, states)
    assert fewer, "nobody's flag is strong: nothing is shown"


@pytest.mark.parametrize("level", ["zone", "health", "police"])
def test_of_a_flag_that_is_hidden_there_is_not_a_word(tightened: Council, clean: Warehouse, level: str) -> None:
    ((key,),) = clean.release(f"select flag_key from core.dim_flag where flag_code = '{FLAG}'")
    assert files(tightened, level)
    for name in files(tightened, level):
        with opened(tightened, name) as after:
            found = cells(after)
        assert not {key, FLAG, f"{FLAG}_state"} & found
        assert not [cell for cell in found if FLAG_NAME in cell]


def test_a_zone_counts_and_lists_the_flags_that_are_left(clean: Warehouse, tightened: Council) -> None:
    recounted = """
        select child_durable_key, count(*) filter (where flag_state = 'raised')
        from mart.mart_flag_evidence where flag_code <> 'family' group by all order by all
    """
    listed = "select child_durable_key, indicators_raised_count from mart.mart_child_list order by all"
    fewer = 0
    for name in files(tightened, "zone"):
        with opened(clean, name) as before, opened(tightened, name) as after:
            assert rows(after, listed) == rows(before, recounted)
            fewer += rows(before, listed) != rows(after, listed)
            for table in OF_SOURCE:
                assert rows(before, f"from core.{table} limit 1")
                assert rows(after, f"from core.{table} limit 1") == [], table
            for table in ("mart.mart_outcome", "mart.mart_pyramid_need"):
                assert rows(after, f"from {table}") == [], table
            assert rows(before, others(FLAG)) == rows(after, others(FLAG))
            whole = "from mart.mart_school_overview where flag_code not in ('family', 'any') order by all"
            assert rows(before, whole) == rows(after, whole)
    assert fewer


def test_a_zone_without_the_list_of_children_not_in_school_has_none_of_them(
    clean: Warehouse, tightened: Council
) -> None:
    fewer = 0
    for name in set(files(clean, "zone")) - set(files(tightened, "zone")):
        with opened(clean, name) as before:
            # Whose home lies in no zone that is known: it was a file of theirs alone.
            assert rows(before, "from mart.mart_child_list") == []
    for name in files(tightened, "zone"):
        with opened(clean, name) as before, opened(tightened, name) as after:
            children = [child for (child,) in rows(before, "select child_durable_key from mart.mart_not_in_school")]
            fewer += len(children)
            assert rows(after, "from mart.mart_not_in_school") == []
            assert not set(children) & cells(after)
            pupils = "select child_durable_key from mart.mart_child_list order by all"
            assert rows(before, pupils) == rows(after, pupils)
    assert fewer > 10


def test_the_analysts_file_says_what_it_said(clean: Warehouse, tightened: Council) -> None:
    differing = content.differences(content.of(clean.release_file), content.of(tightened.release_file))
    assert differing == ["reference.ref_source_audience"]


OF_SCHOOL = """
    select child_durable_key from mart.mart_child_list
    where school_id = $school order by family_state = 'raised' desc, child_durable_key limit 1
"""
OF_ZONE = """
    select list.zone_code, list.school_id, list.child_durable_key
    from mart.mart_child_list as list
    inner join core.dim_zone as zones using (zone_code)
    inner join core.brg_user__scope as users using (zone_key)
    where users.role_code = 'zone' and users.has_access
    order by list.family_state = 'raised' desc, list.child_durable_key limit 1
"""


def test_the_page_of_a_child_names_a_school_the_agency_and_nothing_else(pages: Dashboard, clean: Warehouse) -> None:
    visitor = pages.visitor("school")
    school = visitor.ask("/").headers["location"].rpartition("/")[2]
    ((child,),) = pages.rows(OF_SCHOOL, school=school)
    before = clean.release(
        "select flag_state, explanation, rule_reason from mart.mart_flag_evidence "
        f"where flag_code in ('family', 'attainment') and child_durable_key = '{child}'"
    )
    page = visitor.get(f"/school/{school}/child/{child}")
    assert page.status == 200 and len(before) == 2 and NAME in page.words
    raised = sum(state == "raised" for state, *_ in before)
    assert raised and page.words.count("knows why. What they know stays with them: ask them.") == raised
    # A blank that is not theirs to see is no "none".
    assert "Last result Not for your audience" in page.words and "None known" not in page.words
    listed = visitors.table(visitor.get(f"/school/{school}/children"), "flags as of")
    assert {row[4] for row in listed} == {"Not shown"}
    for _, explanation, reason in before:
        assert explanation not in page.words and reason not in page.words


def test_a_zones_pages_have_not_a_word_of_the_hidden_flag(pages: Dashboard) -> None:
    ((zone, school, child),) = pages.rows(OF_ZONE)
    visitor = pages.visitor("zone", zone)
    assert "Not for your audience" not in visitor.get(f"/school/{school}/child/{child}").words
    paths = ["", "/children", "/huddle", f"/child/{child}"]
    for path in (*(f"/school/{school}{path}" for path in paths), f"/zone/{zone}", "/county"):
        page = visitor.get(path)
        assert page.status == 200, path
        assert FLAG_NAME not in page.words, path
        # How old what each source knows is, is said of places.
        assert NAME not in page.words or not path.endswith(("/children", "/huddle", child)), path


def test_what_a_council_would_loosen_is_refused(tightened: Council, tmp_path: Path) -> None:
    (tmp_path / "council.yml").write_text("name: Borough of Eastmere\nversion: 1\n")
    say(tmp_path, "ref_source_audience", "source,school", ["front_door", "detail"], ["family_matters", "measure"])
    say(tmp_path, "ref_source", "source,class_code", ["family_matters", "ordinary"], ["attainment", "special_category"])
    refused = tightened.earlyhelp("council", "check", tmp_path)
    assert refused.returncode == 1
    assert (
        "seeds/ref_source_audience.csv, row 2, column school: detail is looser than nothing, which is the least here. "
        "Remedy: Write one of nothing." in refused.stderr
    )
    assert "seeds/ref_source.csv, row 2, column class_code: ordinary is looser than safeguarding" in refused.stderr
    assert "row 3" not in refused.stderr
