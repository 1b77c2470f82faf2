"""Safeguarding concerns: the fact beside the truth, what each audience sees, and what is in no file."""

from pathlib import Path
from typing import Any

import duckdb
import pytest

from tests.support.audience_files import opened
from tests.support.warehouse import Warehouse

CHILD = """
    left join (select distinct upn, child_durable_key from core.dim_child_identity) as found on found.upn = truth.upn
"""
TRUE = f"""
    select
        coalesce(found.child_durable_key, 'unknown'), truth.school_id, truth.group_code, truth.level_code,
        truth.status_code, truth.is_open::boolean, truth.is_referred::boolean, truth.raised_date::date,
        truth.referred_date::date, truth.closed_date::date
    from read_csv('{{truth}}/concerns.csv', all_varchar = true) as truth {CHILD}
"""
TOLD = """
    select
        child_durable_key, school_id, group_code, level_code, status_code, is_open, is_referred, raised_date,
        referred_date, closed_date
    from core.fct_concern
    inner join core.dim_school using (school_key)
"""
MISTAKEN = "select count(*) from read_csv('{truth}/dirt.csv', all_varchar = true) where cause = 'concern_%s'"


def differing(warehouse: Warehouse) -> list[tuple[Any, ...]]:
    """The rows that fact or truth has more often than the other."""
    told, true = f"from ({TOLD})", f"from ({TRUE})"
    return warehouse.inside(f"({told} except all {true}) union all ({true} except all {told})")


def test_every_concern_is_told_once_as_it_was(clean: Warehouse) -> None:
    assert differing(clean) == []
    ((rows, unknown, groups, of_two),) = clean.inside(
        """
        select
            count(*), count(*) filter (where child_key = 'unknown'), count(distinct group_code),
            count(*) filter (where concerns_in_half_term_count >= 2)
        from core.fct_concern
        """
    )
    assert rows > unknown > 0 and groups > 5 and of_two > 0


def test_concerns_of_a_half_term_are_counted_as_by_hand(clean: Warehouse) -> None:
    """From the truth and the terms alone; a day of the holidays is in none."""
    by_hand = f"""
        with concerns as (
            select coalesce(found.child_durable_key, 'unknown') as child, truth.raised_date::date as raised
            from read_csv('{{truth}}/concerns.csv', all_varchar = true) as truth {CHILD}
            where truth.upn is not null
        ),

        counted as (
            select concerns.child, terms.academic_year, terms.half_term, count(*) as n
            from concerns
            inner join reference.ref_term as terms on concerns.raised between terms.start_date and terms.end_date
            group by all
        )

        select n, (count(*) * n)::bigint from counted group by n order by n
    """
    told = """
        select concerns_in_half_term_count, count(*)
        from core.fct_concern where concerns_in_half_term_count is not null group by all order by all
    """
    assert clean.inside(told) == clean.inside(by_hand)


def test_nothing_is_rejected_or_told_of_on_the_clean_county(clean: Warehouse) -> None:
    ((read, accepted, forbidden),) = clean.inside(
        "select sum(rows_read)::int, sum(rows_accepted)::int, sum(rows_forbidden)::int "
        "from ops.delivery where source = 'concerns'"
    )
    assert read == accepted > 0 and forbidden == 0
    for table in ("rejection", "set_aside"):
        assert clean.inside(f"select * from ops.{table} where table_name like 'concerns%'") == []
    assert clean.inside("select * from ops.check_result where suite like 'concerns.%' and outcome <> 'pass'") == []


COUNTED = "select coalesce(sum(rows), 0)::int from ops.{} where table_name = 'concerns__concerns' and {} = '{}'"


@pytest.mark.parametrize(
    ("cause", "found"),
    [
        ("raised_unreadable", COUNTED.format("rejection", "reason", "date_unreadable")),
        ("upn_wrong_letter", COUNTED.format("rejection", "reason", "upn_check_letter_wrong")),
        ("twice", COUNTED.format("rejection", "reason", "duplicate_key")),
        ("status_unknown", COUNTED.format("set_aside", "column_name", "status_code")),
        ("agency_unknown", COUNTED.format("set_aside", "column_name", "external_agency")),
        ("category_unmapped", "select count(*) from core.fct_concern where group_code = 'unmapped'"),
        ("about_staff", "select sum(rows_forbidden)::int from ops.delivery"),
    ],
)
def test_on_the_dirty_county_every_mistake_is_counted_and_no_other(dirty: Warehouse, cause: str, found: str) -> None:
    assert dirty.inside(found) == dirty.inside(MISTAKEN % cause)


def test_on_the_dirty_county_only_what_could_not_be_read_is_missing(dirty: Warehouse) -> None:
    ((rows,),) = dirty.inside("select count(*) from core.fct_concern")
    ((true,),) = dirty.inside("select count(*) from read_csv('{truth}/concerns.csv', all_varchar = true)")
    ((lost,),) = dirty.inside(
        "select count(*) from read_csv('{truth}/dirt.csv', all_varchar = true) "
        "where cause in ('concern_raised_unreadable', 'concern_upn_wrong_letter')"
    )
    assert rows == true - lost
    assert dirty.inside("select * from ops.delivery where source = 'concerns' and status = 'rejected'") == []


def test_a_row_about_a_member_of_staff_is_in_no_byte_of_the_home(dirty: Warehouse) -> None:
    """Its reference in the file that was delivered ends in a 9 more than the pupil's: nothing bears it."""
    sent = b"".join(path.read_bytes() for path in (dirty.county / "extracts" / "concerns").iterdir())
    assert b",Allegation," in sent
    for path in dirty.home.rglob("*"):
        if path.is_file() and not path.is_symlink():
            assert b",Allegation," not in path.read_bytes(), path
    assert dirty.inside("select count(*) from raw.concerns__concerns where category = 'Allegation'") == [(0,)]
    assert dirty.inside("select count(*) from quarantine.concerns__concerns where category = 'Allegation'") == [(0,)]


@pytest.mark.parametrize(("kind", "sees"), [("zone", True), ("school", True), ("health", False), ("police", False)])
def test_each_audience_has_the_concerns_of_its_own_children_or_none(clean: Warehouse, kind: str, sees: bool) -> None:
    files = [f"{kind}/{path.stem}" for path in sorted((clean.home / "current").glob(f"{kind}/*.duckdb"))]
    assert files
    concerns = 0
    for name in files:
        with opened(clean, name) as place:
            held = "select count(*) from duckdb_tables() where table_name = 'fct_concern'"
            if not sees:
                assert place.execute(held).fetchall() == [(0,)]
                continue
            others = """
                select count(*) from core.fct_concern
                where child_durable_key not in (select child_durable_key from core.dim_child)
            """
            assert place.execute(others).fetchall() == [(0,)]
            concerns += len(place.execute("select * from core.fct_concern").fetchall())
    assert concerns > 0 or not sees


def test_the_open_file_has_nothing_of_them(clean: Warehouse) -> None:
    (path,) = (clean.home / "current").glob("open/*.duckdb")
    with duckdb.connect(str(path), read_only=True) as connection:
        found = "select count(*) from duckdb_columns() where table_name || column_name like '%concern%'"
        assert connection.execute(found).fetchall() == [(0,)]


def test_no_published_cell_is_a_schools_own_word_or_reference(clean: Warehouse) -> None:
    """Neither a category, nor a concern's reference, nor an agency."""
    needles = {
        value
        for row in clean.inside("select concern_ref, category, external_agency from raw.concerns__concerns")
        for value in row
        if value and value.casefold() not in GROUPS
    }
    assert needles
    analysts: Path = clean.home / "current" / "early_help.duckdb"
    with duckdb.connect(str(analysts), read_only=True) as connection:
        texts = connection.execute(
            "select column_name from duckdb_columns() where data_type = 'VARCHAR' and table_name = 'fct_concern'"
        ).fetchall()
        assert texts
        for (column,) in texts:
            found = connection.execute(
                f'select count(*) from core.fct_concern where "{column}" in (select unnest($needles))',
                {"needles": sorted(needles)},
            ).fetchall()
            assert found == [(0,)], column


GROUPS = {"neglect", "other", "behaviour", "exploitation"}
"""Groups that are called as a category may be."""
