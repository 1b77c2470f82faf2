"""The open file of a real build: counts that are right, no child in it, and nothing hidden that can be worked out."""

import datetime
from pathlib import Path
from typing import Any

import duckdb
import pytest

from orchestration.documentation import queries
from orchestration.documentation.pages import DOCS
from orchestration.releases import open_file
from orchestration.settings import Settings
from tests.support.attacker import days_of, recovered, rows_of
from tests.support.open_county import RELEASE
from tests.support.warehouse import Warehouse

THRESHOLD = 5


@pytest.fixture(scope="module")
def opened(clean: Warehouse, tmp_path_factory: pytest.TempPathFactory) -> Path:
    target = tmp_path_factory.mktemp("open") / "early_help_open.duckdb"
    rows = open_file.write(Settings(home=clean.home), target, RELEASE, None)
    assert rows["open_data.flag_count"] > 0
    return target


def ask(file: Path, sql: str) -> list[tuple[Any, ...]]:
    with duckdb.connect(str(file), read_only=True) as connection:
        return connection.execute(sql).fetchall()


def beside(opened: Path, clean: Warehouse, sql: str) -> list[tuple[Any, ...]]:
    """Query the open file with the analysts' beside it, as `analysts`."""
    with duckdb.connect(str(opened), read_only=True) as connection:
        connection.execute(f"attach '{clean.release_file}' as analysts (read_only)")
        return connection.execute(sql).fetchall()


def test_every_number_told_is_the_number_of_the_dashboards(opened: Path, clean: Warehouse) -> None:
    wrong, compared = beside(
        opened,
        clean,
        """
        with dashboards as (
            select 'school' as place_type, school_id as place_code, flag_code, as_of_date, children_count,
                assessable_count, raised_count
            from analysts.mart.mart_school_overview
            union all
            select if(is_county, 'county', 'zone'), zone_code, flag_code, as_of_date, children_count, assessable_count,
                raised_count
            from analysts.mart.mart_zone_dashboard
        )
        select
            count_if(
                coalesce(opened.children_count <> dashboards.children_count, false)
                or coalesce(opened.assessable_count <> dashboards.assessable_count, false)
                or coalesce(opened.raised_count <> dashboards.raised_count, false)
            ),
            count(opened.raised_count)
        from open_data.flag_count as opened
        inner join dashboards using (place_type, place_code, flag_code, as_of_date)
        """,
    )[0]
    assert (wrong, compared > 100) == (0, True)


def test_no_place_with_children_is_left_out(opened: Path, clean: Warehouse) -> None:
    """A row that is not there would be a mark of its own: what is hidden has a row, and says so."""
    missing = beside(
        opened,
        clean,
        """
        select schools.school_id, flags.flag_code, summary.as_of_date
        from analysts.core.fct_flag_summary as summary
        inner join analysts.core.dim_school as schools using (school_key)
        inner join analysts.core.dim_flag as flags using (flag_key)
        inner join analysts.core.dim_date as dates on summary.as_of_date = dates.calendar_date
        anti join open_data.flag_count as opened
            on
                schools.school_id = opened.place_code
                and flags.flag_code = opened.flag_code
                and summary.as_of_date = opened.as_of_date
        where
            summary.rule_basis = 'in_force' and not flags.is_summary
            and dates.is_assessment_date and not dates.is_current_assessment_date
        """,
    )
    assert missing == []


def test_a_half_term_that_still_runs_is_not_told(opened: Path) -> None:
    assert ask(opened, "select count(*) from open_data.flag_count where as_of_date > date '2026-05-22'") == [(0,)]


def test_every_number_is_told_or_marked(opened: Path) -> None:
    pairs = [
        ("children_count", "children_mark"),
        ("raised_count", "raised_mark"),
        ("assessable_count", "assessable_mark"),
        ("raised_rate", "rate_mark"),
        ("raised_share", "share_mark"),
    ]
    for number, mark in pairs:
        wrong = ask(
            opened,
            f"""
            select count(*) from open_data.flag_count
            where ({number} is null) = ({mark} is null or {mark} = 'low')
            """,
        )
        assert wrong == [(0,)], number
    used = "select distinct unnest([children_mark, raised_mark, assessable_mark, rate_mark, share_mark])"
    unexplained = ask(
        opened,
        f"""
        select * from ({used} from open_data.flag_count) as used (mark)
        anti join open_data.suppression_mark using (mark)
        where mark is not null
        """,
    )
    assert unexplained == []


def test_no_small_number_is_told(opened: Path) -> None:
    small = ask(
        opened,
        f"""
        select * from open_data.flag_count
        where
            children_count between 1 and {THRESHOLD - 1}
            or raised_count between 1 and {THRESHOLD - 1}
            or children_count - raised_count between 1 and {THRESHOLD - 1}
            or children_count - assessable_count between 1 and {THRESHOLD - 1}
            or assessable_count - raised_count between 1 and {THRESHOLD - 1}
            or (raised_count = assessable_count and raised_count > 0)
        """,
    )
    assert small == []


def test_nothing_hidden_is_recovered_by_a_solver(opened: Path) -> None:
    hidden = ask(opened, "select count(*) from open_data.flag_count where raised_mark = 'c' or assessable_mark = 'c'")
    assert hidden > [(100,)]
    for day in days_of(opened):
        assert recovered(rows_of(opened, day), THRESHOLD) == [], day
    assert recovered(rows_of(opened, day), THRESHOLD, together=True) == []


def test_the_next_release_of_the_same_counts_tells_the_same(opened: Path, clean: Warehouse, tmp_path: Path) -> None:
    again = tmp_path / "again.duckdb"
    open_file.write(Settings(home=clean.home), again, RELEASE, opened)
    with duckdb.connect(str(again), read_only=True) as connection:
        connection.execute(f"attach '{opened}' as before (read_only)")
        for one, other in (("open_data", "before.open_data"), ("before.open_data", "open_data")):
            found = connection.execute(f"from {one}.flag_count except from {other}.flag_count").fetchall()
            assert found == []


def test_no_child_is_in_the_open_file(opened: Path, clean: Warehouse) -> None:
    """Neither by name nor by pseudonym: every text of the file is compared with every one of them."""
    people = {
        value
        for (value,) in clean.inside(
            """
            select distinct upper(unnest([upn, forename || ' ' || surname, surname || ', ' || forename]))
            from read_csv('{truth}/children.csv', all_varchar = true)
            union all
            select distinct upper(child_durable_key) from core.dim_child
            union all
            select distinct upper(child_key) from core.dim_child
            """
        )
        if value and value != "UNKNOWN"
    }
    assert len(people) > 300
    columns = ask(opened, "select schema_name, table_name, column_name from duckdb_columns() where not internal")
    for schema, table, column in columns:
        values = {v for (v,) in ask(opened, f'select distinct upper("{column}"::varchar) from {schema}."{table}"')}
        assert not values & people, f"{table}.{column}"
    content = opened.read_bytes().upper()
    assert not [person for person in people if len(person) > 12 and person.encode() in content]
    assert not [column for *_, column in columns if column.endswith("_key") or "birth" in column]


def test_every_table_and_column_carries_its_description(opened: Path) -> None:
    bare = """
        select table_name, column_name from duckdb_columns() where not internal and coalesce(comment, '') = ''
        union all
        select table_name, '' from duckdb_tables() where coalesce(comment, '') = ''
    """
    assert ask(opened, bare) == []
    assert ask(opened, "select release_id, as_of_date from ops.release") == [("r1", datetime.date(2026, 6, 26))]


def test_the_queries_of_the_guide_run_on_the_open_file(opened: Path) -> None:
    page = (DOCS / "governance" / "open-file.md").read_text(encoding="utf-8").replace("``` sql", "```sql")
    with duckdb.connect(str(opened), read_only=True) as connection:
        printed = queries.answers(page, connection)
    assert len(printed) >= 3
    for one in printed:
        assert queries.headings(one.stands) == queries.headings(one.gives), one.sql
