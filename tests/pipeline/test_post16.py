"""Young people after Year 11 in a built county, beside the truth; what mistakes cost, and whom it does not change."""

from pathlib import Path
from typing import Any

import duckdb
import pytest

from orchestration.build import warehouse
from orchestration.releases import content
from tests.support.audience_files import opened
from tests.support.lacking import loaded_without
from tests.support.warehouse import DAY, Warehouse

PEOPLE = """
    people as (
        select people.person_id, found.child_durable_key
        from read_csv('{truth}/young_people.csv', all_varchar = true) as people
        left join read_csv('{truth}/children.csv', all_varchar = true) as children using (child_id)
        left join (select distinct upn, child_durable_key from core.dim_child_identity) as found
            on found.upn = children.upn
    )
"""
# What a return says more than once is told once; a lapse parts no activity here.
TOLD = """
    with stepped as (
        select
            *, activity_code is distinct from lag(activity_code) over person as is_new
        from core.fct_post16_activity
        window person as (partition by young_person_key order by first_told_date)
    ),

    numbered as (
        select *, sum(is_new::int) over (partition by young_person_key order by first_told_date) as n from stepped
    )

    select
        any_value(child_durable_key) as child_durable_key, any_value(activity_code) as activity_code,
        min(valid_from_date) as from_date, max(valid_to_date) as to_date, min(first_told_date) as first_told,
        max(last_told_date) as last_told
    from numbered
    group by young_person_key, n
"""
# Nobody knows yet what began after the last return.
TRUE = f"""
    with {PEOPLE}
    select
        coalesce(people.child_durable_key, 'unknown') as child_durable_key, told.activity_code,
        told.start_date::date as from_date,
        lead(told.start_date::date, 1, date '9999-12-31') over (partition by person_id order by told.start_date)
            as to_date,
        told.first_told::date as first_told, told.last_told::date as last_told
    from read_csv('{{truth}}/post16_activities.csv', all_varchar = true) as told
    inner join people using (person_id)
"""
MISTAKEN = "select count(*) from read_csv('{truth}/dirt.csv', all_varchar = true) where cause = 'nccis_%s'"


def differing(warehouse: Warehouse, told: str, true: str) -> list[tuple[Any, ...]]:
    """The rows that one of two queries has more often than the other."""
    told, true = f"from ({told})", f"from ({true})"
    return warehouse.inside(f"({told} except all {true}) union all ({true} except all {told})")


def test_every_young_person_is_the_child_they_were_or_nobodys(clean: Warehouse) -> None:
    """By UPN, learner number, or name, birth date and postcode: never another, and nobody of no school."""
    told = """
        select child_durable_key, count(distinct young_person_key) from core.fct_post16_activity group by all
    """
    true = f"with {PEOPLE} select coalesce(child_durable_key, 'unknown'), count(*) from people group by all"
    assert differing(clean, told, true) == []
    methods = dict(
        clean.inside("select link_method, count(distinct young_person_key) from core.fct_post16_activity group by all")
    )
    assert methods["upn"] > methods["uln"] > 0
    assert methods["exact_name_birth_date_postcode"] > 0
    assert methods[None] > 0


def test_every_spell_is_told_as_it_was(clean: Warehouse) -> None:
    assert differing(clean, TOLD, TRUE) == []
    ((spells, people),) = clean.inside(
        "select count(*), count(distinct young_person_key) from core.fct_post16_activity"
    )
    assert spells > people > 40


def test_each_month_counts_whom_it_was_known_of(clean: Warehouse) -> None:
    told = """
        select
            months.month_end_date, count(distinct young_person_key),
            count(distinct young_person_key) filter (where is_neet),
            count(distinct young_person_key) filter (where is_not_known)
        from (select distinct month_end_date from mart.mart_post16_participation) as months
        inner join core.fct_post16_activity as facts
            on months.month_end_date between facts.first_told_date and facts.last_told_date
        group by all order by all
    """
    true = "select period_end::date, young_people, neet, not_known from '{truth}/post16_months.csv' order by all"
    assert clean.inside(told) == clean.inside(true)
    county = """
        select
            month_end_date, young_people_count + older_count, neet_count + older_neet_count
        from mart.mart_post16_participation where is_county order by all
    """
    assert clean.inside(county) == [row[:3] for row in clean.inside(true)]


def test_what_became_of_those_with_a_response_is_counted_child_by_child(clean: Warehouse) -> None:
    """Once more from the young people's truth, the events of responses, and what was said of flags in Year 11."""
    ((month,),) = clean.inside("select max(period_end)::varchar from '{truth}/post16_months.csv'")
    told = """
        select
            year_12_start_year, raised_count, responded_count, responded_neet_count, responded_not_known_count,
            comparable_count, comparable_neet_count, comparable_not_known_count, compared_count, compared_neet_count,
            compared_neet_estimate::double
        from mart.mart_post16_outcome order by all
    """
    true = f"""
        with {PEOPLE},
        now as (
            select
                people.child_durable_key, any_value(codes.activity_group) like 'neet%' as is_neet,
                any_value(codes.activity_group) = 'not_known' as is_not_known,
                any_value(year(known.birth_date + interval 4 month)) + 16 as year_12
            from read_csv('{{truth}}/post16_activities.csv', all_varchar = true) as told
            inner join people using (person_id)
            inner join core.dim_child_identity as known using (child_durable_key)
            inner join reference.ref_post16_activity as codes using (activity_code)
            where '{month}' between told.first_told and told.last_told
            group by all
        ),
        judged as (
            select child_durable_key, academic_year, count(*) filter (where flag_state = 'raised') as flags
            from (
                from core.fct_flag_as_said where is_still_said
                qualify half_term = max(half_term) over (partition by child_durable_key, academic_year)
            )
            group by all
        ),
        each as (
            select
                now.*, least(judged.flags, 3) as flags,
                now.child_durable_key in (
                    select child_durable_key from core.fct_response_event
                    where event_kind = 'opened' and event_date < make_date(now.year_12, 9, 1)
                ) as had_response
            from now inner join judged using (child_durable_key)
            where judged.academic_year[:4]::int = now.year_12 - 1
        ),
        counted as (
            select
                year_12, flags, count_if(had_response) as responded, count_if(had_response and is_neet) as neet,
                count_if(had_response and is_not_known) as not_known, count_if(not had_response) as others,
                count_if(not had_response and is_neet) as others_neet,
                count_if(not had_response and is_not_known) as others_not_known
            from each group by all
        )
        select
            *, if(others >= 5, responded, 0), if(others >= 5, neet, 0),
            if(others >= 5, round(responded * others_neet / others, 2), null)::double
        from counted order by all
    """
    rows = clean.inside(told)
    assert rows == clean.inside(true)
    assert sum(row[2] for row in rows) > 0
    assert sum(row[5] for row in rows) > 10


def test_every_offer_is_told_as_it_was(clean: Warehouse) -> None:
    told = "select child_durable_key, year_group, guarantee_code from core.fct_september_guarantee"
    true = f"""
        with {PEOPLE}
        select coalesce(people.child_durable_key, 'unknown'), offers.year_group, offers.guarantee_code
        from read_csv('{{truth}}/september_guarantee.csv', all_varchar = true) as offers
        inner join people using (person_id)
    """
    assert differing(clean, told, true) == []
    assert len(clean.inside("select distinct year_group from core.fct_september_guarantee")) == 2


def test_nothing_is_rejected_set_aside_or_told_of_on_the_clean_county(clean: Warehouse) -> None:
    ((read, accepted),) = clean.inside(
        "select sum(rows_read)::int, sum(rows_accepted)::int from ops.delivery_table where table_name like 'nccis%'"
    )
    assert read == accepted > 0
    for table in ("rejection", "set_aside"):
        assert clean.inside(f"select * from ops.{table} where table_name like 'nccis%'") == []
    assert clean.inside("select * from ops.check_result where suite like 'nccis.%' and outcome <> 'pass'") == []


REJECTED = "select coalesce(sum(rows), 0)::int from ops.rejection where table_name = 'nccis__{}' and reason = '{}'"


@pytest.mark.parametrize(
    ("cause", "found"),
    [
        ("activity_unknown", REJECTED.format("activities", "code_unknown")),
        ("birth_date_unreadable", REJECTED.format("young_people", "date_unreadable")),
        ("twice", REJECTED.format("young_people", "duplicate_key")),
        (
            "upn_wrong_letter",
            """
            select coalesce(sum(rows), 0)::int from ops.set_aside
            where table_name = 'nccis__young_people' and column_name = 'upn' and reason = 'upn_check_letter_wrong'
            """,
        ),
        (
            "neet_start_missing",
            """
            select count(*) from raw.nccis__activities
            where activity_code in ('610', '616', '620', '630', '640', '680') and neet_start_date is null
            """,
        ),
        (
            "lapse_disagrees",
            """
            select count(*) from raw.nccis__activities
            where (is_lapsed = 'Y') <> (due_to_lapse_date::date < period_end::date)
            """,
        ),
    ],
)
def test_on_the_dirty_county_every_mistake_is_counted_and_no_other(dirty: Warehouse, cause: str, found: str) -> None:
    assert dirty.inside(found) == dirty.inside(MISTAKEN % cause)


def test_the_dirty_county_has_such_mistakes_and_no_return_is_lost_for_them(dirty: Warehouse) -> None:
    assert dirty.inside(MISTAKEN.replace("= 'nccis_%s'", "like 'nccis_%'"))[0][0] > 2
    assert dirty.inside("select distinct status from ops.delivery where source = 'nccis' and status = 'rejected'") == []
    for read, accepted, rejected in dirty.inside(
        "select rows_read, rows_accepted, rows_rejected from ops.delivery_table where table_name like 'nccis%'"
    ):
        assert read == accepted + rejected


TABLES = {"fct_post16_activity", "fct_september_guarantee", "mart_post16_outcome", "mart_post16_participation"}


def names(warehouse: Warehouse, kind: str) -> list[str]:
    return [f"{kind}/{path.stem}" for path in sorted((warehouse.home / "current").glob(f"{kind}/*.duckdb"))]


def held(connection: duckdb.DuckDBPyConnection) -> set[str]:
    found = "select table_name from duckdb_tables() where database_name = current_database()"
    return {name for (name,) in connection.execute(found).fetchall()}


def test_a_zone_has_its_own_counts_and_no_single_young_person(clean: Warehouse) -> None:
    files = names(clean, "zone")
    assert files
    for name in files:
        with opened(clean, name) as zone:
            assert held(zone) & TABLES == {"mart_post16_participation"}
            counted = "select distinct zone_code from mart.mart_post16_participation where not is_county"
            assert {code for (code,) in zone.execute(counted).fetchall()} == {name.partition("/")[2]}


@pytest.mark.parametrize("kind", ["school", "health", "police"])
def test_no_school_and_no_partner_is_told_of_them(clean: Warehouse, kind: str) -> None:
    files = names(clean, kind)
    assert files
    for name in files:
        with opened(clean, name) as place:
            assert not held(place) & TABLES


def test_no_published_table_holds_who_the_case_system_says_they_are(clean: Warehouse) -> None:
    """Neither its reference nor the learner number: search every text of every table that is published."""
    needles = {
        value
        for row in clean.inside("select distinct person_id, uln from raw.nccis__young_people")
        for value in row
        if value
    }
    with duckdb.connect(str(clean.home / "current" / "early_help.duckdb"), read_only=True) as connection:
        texts = connection.sql(
            "select schema_name, table_name, column_name from duckdb_columns() where data_type = 'VARCHAR' "
            "and schema_name in ('core', 'mart', 'ops')"
        ).fetchall()
        assert len(texts) > 500
        for schema, table, column in texts:
            held = connection.execute(
                f'select count(*) from {schema}."{table}" where "{column}" in (select unnest($needles))',
                {"needles": sorted(needles)},
            ).fetchall()
            assert held == [(0,)], (schema, table, column)


TELLS_OF_SOURCES = frozenset({"dim_delivery", "mart_freshness", "fct_link_summary"})
"""Which files came, how old each source is, and how many people without UPN each knows."""


def test_children_of_five_to_sixteen_are_as_they_were_without_it(clean: Warehouse, tmp_path: Path) -> None:
    """The same county without its NCCIS returns: every other table of the star and every other mart says the same."""
    settings = loaded_without("nccis", clean.county, tmp_path)
    warehouse.build_selected(settings, DAY)
    with_it, without = (
        content.of(file, leave_out=TELLS_OF_SOURCES)
        for file in (clean.home / "build" / "early_help.duckdb", settings.build_file)
    )
    assert {name.partition(".")[2] for name in content.differences(with_it, without)} == TABLES
    assert all(without[f"core.{name}"].startswith("0:") for name in TABLES if name.startswith("fct"))
