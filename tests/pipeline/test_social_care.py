"""Children in need in a built county, beside the truth; what mistakes cost, and what a huddle is told of them."""

import re
from pathlib import Path
from typing import Any

import duckdb
import pytest

from orchestration.build import warehouse
from orchestration.releases import content
from tests.support.audience_files import opened
from tests.support.lacking import loaded_without
from tests.support.warehouse import DAY, Warehouse

TRUE = """
    with statuses as (
        select *, coalesce(child_id, child_ref) as person
        from read_csv('{truth}/social_care.csv', all_varchar = true)
    ),

    known as (
        select children.child_id, found.child_durable_key
        from read_csv('{truth}/children.csv', all_varchar = true) as children
        inner join (select distinct upn, child_durable_key from core.dim_child_identity) as found
            on found.upn = children.upn
    )
"""
MISTAKEN = "select count(*) from read_csv('{truth}/dirt.csv', all_varchar = true) where cause = 'cin_%s'"
REJECTED = "select coalesce(sum(rows), 0)::int from ops.rejection where table_name = 'cin_census__{}' and reason = '{}'"
SET_ASIDE = """
    select coalesce(sum(rows), 0)::int from ops.set_aside where table_name = 'cin_census__{}' and column_name = '{}'
"""
OPEN = """
    select distinct child_durable_key from core.fct_social_care_status
    where child_durable_key <> 'unknown' and valid_from_date <= date '2026-06-26' and valid_to_date > date '2026-06-26'
"""


def differing(warehouse: Warehouse, told: str, true: str) -> list[tuple[Any, ...]]:
    """The rows that one of two queries has more often than the other."""
    told, true = f"from ({told})", f"from ({true})"
    return warehouse.inside(f"({told} except all {true}) union all ({true} except all {told})")


def test_every_status_is_told_as_it_was(clean: Warehouse) -> None:
    told = """
        select child_durable_key, status_code, valid_from_date, valid_to_date, closure_reason_code
        from core.fct_social_care_status
    """
    true = f"""
        {TRUE}
        select
            coalesce(known.child_durable_key, 'unknown'), status_code, start_date::date, end_date::date, closure_reason
        from statuses left join known using (child_id)
    """
    assert differing(clean, told, true) == []
    ((spells, kinds),) = clean.inside("select count(*), count(distinct status_code) from core.fct_social_care_status")
    assert spells > 30 and kinds == 3


def test_whoever_nobody_can_find_is_counted_and_kept(clean: Warehouse) -> None:
    ((people, unknown),) = clean.inside(
        """
        select
            count(distinct social_care_person_key),
            count(distinct social_care_person_key) filter (where link_method is null)
        from core.fct_social_care_status
        """
    )
    counted = "count(distinct child_ref), count(distinct child_ref) filter (where child_id is null)"
    true = f"{TRUE} select {counted} from statuses"
    assert [(people, unknown)] == clean.inside(true)
    assert unknown > 0
    summary = dict(
        clean.inside(
            """
            select link_status, sum(links_count)::int from core.fct_link_summary
            where source = 'cin_census' group by all
            """
        )
    )
    ((delivered,),) = clean.inside("select count(distinct child_ref) from raw.cin_census__children")
    assert sum(summary.values()) == delivered
    assert summary["not_linked"] >= unknown
    reasons = "select distinct upn_unknown_code from core.fct_social_care_status where link_method is null"
    assert {code for (code,) in clean.inside(reasons)} <= {"UN1", "UN5"}


def test_nothing_is_rejected_set_aside_or_told_of_on_the_clean_county(clean: Warehouse) -> None:
    ((read, accepted),) = clean.inside(
        "select sum(rows_read)::int, sum(rows_accepted)::int from ops.delivery_table where table_name like 'cin%'"
    )
    assert read == accepted > 0
    for table in ("rejection", "set_aside"):
        assert clean.inside(f"select * from ops.{table} where table_name like 'cin_census%'") == []
    assert clean.inside("select * from ops.check_result where suite like 'cin_census.%' and outcome <> 'pass'") == []


@pytest.mark.parametrize(
    ("cause", "found"),
    [
        ("upn_wrong_letter", SET_ASIDE.format("children", "upn")),
        ("reason_unknown", SET_ASIDE.format("episodes", "closure_reason")),
        ("referral_unreadable", REJECTED.format("episodes", "date_unreadable")),
        ("twice", REJECTED.format("children", "duplicate_key")),
        (
            "closed_before_referral",
            "select count(*) from raw.cin_census__episodes where closure_date < referral_date",
        ),
    ],
)
def test_on_the_dirty_county_every_mistake_is_counted_and_no_other(dirty: Warehouse, cause: str, found: str) -> None:
    assert dirty.inside(found) == dirty.inside(MISTAKEN % cause) != [(0,)]


def test_no_return_is_lost_for_its_mistakes_and_no_row_disappears(dirty: Warehouse) -> None:
    rejected = "select count(*) from ops.delivery where source = 'cin_census' and status = 'rejected'"
    assert dirty.inside(rejected) == [(0,)]
    for read, accepted, gone in dirty.inside(
        "select rows_read, rows_accepted, rows_rejected from ops.delivery_table where table_name like 'cin_census%'"
    ):
        assert read == accepted + gone


def test_a_huddle_is_told_of_whom_social_workers_know_and_of_nobody_else(clean: Warehouse) -> None:
    assert differing(clean, OPEN, "select child_durable_key from core.fct_child_involvement") == []
    listed = "select child_durable_key from mart.mart_child_list where involved_agencies = 'children''s social care'"
    assert differing(clean, listed, f"{OPEN} intersect select child_durable_key from mart.mart_child_list") == []
    assert len(clean.inside(listed)) > 3


def test_a_child_who_is_known_is_no_surprise_and_waits_for_no_answer(clean: Warehouse) -> None:
    known = clean.inside(
        """
        select reason_code, is_surprise, is_unanswered from mart.mart_huddle_agenda
        where involved_agencies is not null
        """
    )
    assert {reason for reason, _, _ in known} <= {"already_known", "review_overdue", "added"}
    assert not any(surprise or unanswered for _, surprise, unanswered in known)
    others = "select involved_agencies is null from mart.mart_huddle_agenda where reason_code = 'already_known'"
    assert {unknown for (unknown,) in clean.inside(others)} <= {False}


TABLES = {"fct_social_care_status", "fct_child_involvement"}
WORDS = re.compile("child_in_need|child_protection|looked_after|Child in need|Child protection|RC[1-9]|UN[1-7]")


def files(warehouse: Warehouse, kind: str) -> list[str]:
    return [f"{kind}/{path.stem}" for path in sorted((warehouse.home / "current").glob(f"{kind}/*.duckdb"))]


@pytest.mark.parametrize("kind", ["zone", "school", "health", "police"])
def test_no_place_and_no_partner_learns_which_status(clean: Warehouse, kind: str) -> None:
    """Neither table is in their files, and no text of any row of any table in them says one."""
    assert files(clean, kind)
    for name in files(clean, kind):
        with opened(clean, name) as file:
            assert not tables_of(file) & TABLES
            texts = file.execute(
                "select schema_name, table_name, column_name from duckdb_columns() "
                "where data_type = 'VARCHAR' and not internal"
            ).fetchall()
            for schema, table, column in texts:
                if table == "overlay_model":
                    continue
                said = f"""select count(*) from {schema}."{table}" where regexp_full_match("{column}", $words)"""
                assert file.execute(said, {"words": WORDS.pattern}).fetchall() == [(0,)], (name, table, column)


@pytest.mark.parametrize("kind", ["health", "police"])
def test_no_partner_learns_who_is_known(clean: Warehouse, kind: str) -> None:
    for name in files(clean, kind):
        with opened(clean, name) as file:
            held = "select count(*) from duckdb_columns() where column_name = 'involved_agencies'"
            assert file.execute(held).fetchall() == [(0,)]


def tables_of(connection: duckdb.DuckDBPyConnection) -> set[str]:
    found = "select table_name from duckdb_tables() where database_name = current_database()"
    return {name for (name,) in connection.execute(found).fetchall()}


def test_no_published_table_holds_the_case_systems_reference(clean: Warehouse) -> None:
    needles = [ref for (ref,) in clean.inside("select distinct child_ref from raw.cin_census__children")]
    assert len(needles) > 20
    with duckdb.connect(str(clean.home / "current" / "early_help.duckdb"), read_only=True) as connection:
        texts = connection.sql(
            "select schema_name, table_name, column_name from duckdb_columns() where data_type = 'VARCHAR' "
            "and schema_name in ('core', 'mart', 'ops')"
        ).fetchall()
        assert len(texts) > 500
        for schema, table, column in texts:
            held = connection.execute(
                f'select count(*) from {schema}."{table}" where "{column}" in (select unnest($needles))',
                {"needles": needles},
            ).fetchall()
            assert held == [(0,)], (schema, table, column)


TELLS_OF_SOURCES = frozenset({"dim_delivery", "mart_freshness", "fct_link_summary"})
"""Which files came, how old each source is, and how many people each knows."""
TELLS_OF_THE_KNOWN = {"mart_child_list", "mart_huddle_agenda"}


def test_every_table_is_as_it_was_where_no_census_was_delivered(clean: Warehouse, tmp_path: Path) -> None:
    """The same county without its censuses: what differs is who is known, and what that does to an agenda."""
    settings = loaded_without("cin_census", clean.county, tmp_path)
    warehouse.build_selected(settings, DAY)
    with_it, without = (
        content.of(file, leave_out=TELLS_OF_SOURCES)
        for file in (clean.home / "build" / "early_help.duckdb", settings.build_file)
    )
    differ = {name.partition(".")[2] for name in content.differences(with_it, without)}
    assert TABLES | {"mart_child_list"} <= differ <= TABLES | TELLS_OF_THE_KNOWN
    assert all(without[f"core.{name}"].startswith("0:") for name in TABLES)
    alone = Warehouse(tmp_path, clean.county)
    assert alone.inside("select count(*) from mart.mart_child_list where involved_agencies is not null") == [(0,)]
    assert alone.inside("select count(*) from mart.mart_huddle_agenda where reason_code = 'already_known'") == [(0,)]
    same = "select * exclude (involved_agencies) from mart.mart_child_list"
    assert sorted(map(str, clean.inside(same))) == sorted(map(str, alone.inside(same)))
