"""A region above three councils that were built for real: sums that are right, nothing worked out, no child in it."""

import re
import shutil
from pathlib import Path
from typing import Any

import duckdb
import pytest

from orchestration.documentation import queries
from orchestration.region import interface, publish
from orchestration.settings import PROJECT
from tests.support.attacker import recovered
from tests.support.printed_pages import blocks, printed
from tests.support.regions import asked, rows_of_region, written
from tests.support.warehouse import Warehouse

PAGE = PROJECT / "docs/operators/scale.md"
THRESHOLD = 5
RELEASE_ID = re.compile(r"\d{8}T\d{6}Z")


@pytest.fixture(scope="module")
def councils(census_only: Warehouse, clean: Warehouse, dirty: Warehouse) -> dict[str, Warehouse]:
    return {"E06000101": census_only, "E06000102": clean, "E06000103": dirty}


@pytest.fixture(scope="module")
def folder(councils: dict[str, Warehouse], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the page's commands run: three homes and the list."""
    folder = tmp_path_factory.mktemp("north")
    for name, council in zip(("eastmere", "holmshire", "westmoor"), councils.values(), strict=True):
        (folder / name).symlink_to(council.home)
    (folder / "north.yml").write_text(blocks(PAGE)[0].split("\n", 1)[1])
    return folder


@pytest.fixture(scope="module")
def shown(folder: Path) -> list[str]:
    """The blocks of the page as they come out here."""
    return [
        RELEASE_ID.sub("20261130T195137Z", printed(block, folder, folder)).replace(str(folder), "/srv")
        for block in blocks(PAGE)
    ]


@pytest.fixture(scope="module")
def file(folder: Path, shown: list[str]) -> Path:
    """The region's file, which the last command of the page made."""
    return folder / "north/current" / publish.FILE


def test_the_page_prints_what_comes(shown: list[str]) -> None:
    assert len(shown) == 3
    assert shown == blocks(PAGE)


def test_its_query_gives_what_stands_below_it(file: Path) -> None:
    page = PAGE.read_text(encoding="utf-8").replace("``` sql", "```sql")
    with duckdb.connect(str(file), read_only=True) as connection:
        answered = queries.answers(page, connection)
    assert answered and [one.stands.strip() for one in answered] == [one.gives.strip() for one in answered]


def test_totals_are_the_sum_of_the_councils(file: Path, councils: dict[str, Warehouse]) -> None:
    """By another way: the zone dashboards of the councils' own files, where a rule was in force."""
    with duckdb.connect(str(file), read_only=True) as connection:
        unions = []
        for code, council in councils.items():
            connection.execute(f"attach '{council.release_file.resolve()}' as {code} (read_only)")
            unions.append(
                f"select half_term_label, flag_code, children_count, raised_count, assessable_count "
                f"from {code}.mart.mart_zone_dashboard where is_county and not is_current"
            )
        wrong, told, hidden = connection.execute(
            f"""
            with dashboards as ({" union all ".join(unions)}),

            summed as (
                select
                    half_term_label, flag_code, sum(children_count) as children, sum(raised_count) as raised,
                    sum(assessable_count) as assessable, count(*) as councils
                from dashboards
                group by all
            )

            select
                count_if(
                    coalesce(totals.children_count <> summed.children, false)
                    or coalesce(totals.raised_count <> summed.raised, false)
                    or coalesce(totals.assessable_count <> summed.assessable, false)
                ),
                count(totals.raised_count),
                count_if(totals.raised_mark = 'c')
            from region.trend as totals
            inner join summed using (half_term_label, flag_code)
            where totals.place_type = 'region' and totals.councils_count = summed.councils
            """
        ).fetchone()
    assert wrong == 0
    assert told > 20, "enough was compared"
    assert hidden > 0, "and something was to be hidden"


def test_every_half_term_and_flag_of_a_council_is_there(file: Path, councils: dict[str, Warehouse]) -> None:
    for code, council in councils.items():
        opened = asked(
            council.home / "current" / interface.OPEN_FILE,
            "select count(*) from open_data.flag_count where place_type in ('county', 'zone')",
        )
        assert asked(file, "select count(*) from region.trend where council_code = ?", code) == opened != [(0,)]


def test_referrals_are_the_sum_of_the_councils(file: Path, councils: dict[str, Warehouse]) -> None:
    told = dict(
        asked(
            file,
            "select month_date, referrals_count from region.re_referral "
            "where place_type = 'region' and referrals_count is not null",
        )
    )
    sums: dict[Any, int] = dict.fromkeys(told, 0)
    for council in councils.values():
        for month, count in council.release(
            "select month_date, referrals_count from mart.mart_re_referral "
            "where is_county and is_default_window and re_referrals_count is not null"
        ):
            if month in sums:
                sums[month] += count
    assert told == sums and told


def test_nothing_is_recovered_from_the_region_and_its_councils(file: Path, councils: dict[str, Warehouse]) -> None:
    opened = {code: council.home / "current" / interface.OPEN_FILE for code, council in councils.items()}
    terms = asked(file, "select distinct academic_year, half_term from region.trend order by all desc limit 2")
    for term in terms:
        ends = asked(
            file,
            "select council_code, max(as_of_date)::varchar from region.trend "
            "where place_type = 'council' and academic_year = ? and half_term = ? group by 1",
            *term,
        )
        days = dict(ends)
        assert days.keys() == opened.keys()
        assert recovered(rows_of_region(file, opened, days, term), THRESHOLD) == [], term


def test_no_child_is_in_a_regions_release(file: Path, councils: dict[str, Warehouse]) -> None:
    """Neither by name nor by a pseudonym of any council: in no value of a table, and in no byte of a file."""
    people = {
        value
        for council in councils.values()
        for (value,) in council.inside(
            """
            select distinct upper(unnest([upn, forename || ' ' || surname, surname || ', ' || forename]))
            from read_csv('{truth}/children.csv', all_varchar = true)
            union all
            select distinct upper(unnest([child_durable_key, child_key])) from core.dim_child
            union all
            select distinct upper(household_key) from core.dim_household
            """
        )
        if value and value != "UNKNOWN"
    }
    assert len(people) > 1000
    with duckdb.connect(str(file), read_only=True) as connection:
        columns = connection.execute(
            "select schema_name, table_name, column_name from duckdb_columns() where not internal"
        ).fetchall()
        for schema, table, column in columns:
            found = connection.execute(f'select distinct upper("{column}"::varchar) from {schema}."{table}"').fetchall()
            assert not {value for (value,) in found} & people, f"{table}.{column}"
    assert not [column for *_, column in columns if column.endswith("_key") or "birth" in column]
    release = (file.parent.parent).resolve()
    long = re.compile(b"|".join(re.escape(person.encode()) for person in people if len(person) > 8))
    written_files = [path for path in release.rglob("*") if path.is_file()]
    assert len(written_files) > 7
    assert [path.name for path in written_files if long.search(path.read_bytes().upper())] == []


def test_everything_is_described(file: Path) -> None:
    bare = """
        select table_name, column_name from duckdb_columns() where not internal and coalesce(comment, '') = ''
        union all
        select table_name, '' from duckdb_tables() where coalesce(comment, '') = ''
    """
    assert asked(file, bare) == []


def test_a_council_that_breaks_harms_no_other(file: Path, councils: dict[str, Warehouse], tmp_path: Path) -> None:
    """What was handed over by one is cut short on the way; the region goes on without it, and says so."""
    cut, *others = councils
    for name in ("manifest.json", *interface.files()):
        (tmp_path / "cut" / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(councils[cut].home / "current" / name, tmp_path / "cut" / name)
    facts = tmp_path / "cut" / "parquet/core/fct_flag_place.parquet"
    facts.write_bytes(facts.read_bytes()[:-100])
    homes = {cut: tmp_path / "cut", **{code: councils[code].home for code in others}}
    done = Warehouse(tmp_path / "north", tmp_path).here("region", "build", written(tmp_path / "north.yml", homes))
    assert done.returncode == 3
    assert f"{cut}: parquet/core/fct_flag_place.parquet is missing or not what its manifest says." in done.stdout
    there = tmp_path / "north/current" / publish.FILE
    # the list of this region calls them otherwise
    asks = "select * exclude (place_name) from region.trend where council_code in (?, ?) order by all"
    assert asked(there, asks, *others) == asked(file, asks, *others) != []
    assert asked(there, "select distinct max(councils_count) from region.trend") == [(2,)]
