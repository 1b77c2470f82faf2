"""Education, health and care plans: the facts beside the truth, what each audience sees, and what is not lost."""

from typing import Any

import duckdb
import pytest

from tests.support.audience_files import opened
from tests.support.warehouse import Warehouse

CHILD = """
    left join (select distinct upn, child_durable_key from core.dim_child_identity) as found on found.upn = truth.upn
"""
MISTAKEN = "select count(*) from read_csv('{truth}/dirt.csv', all_varchar = true) where cause = 'sen2_%s'"


def differing(warehouse: Warehouse, told: str, true: str) -> list[tuple[Any, ...]]:
    """The rows that one of two queries has more often than the other."""
    told, true = f"from ({told})", f"from ({true})"
    return warehouse.inside(f"({told} except all {true}) union all ({true} except all {told})")


def test_every_request_is_told_once_as_it_was(clean: Warehouse) -> None:
    """With what became of it, the plan, and the days between; of two returns one row."""
    told = """
        select
            child_durable_key, received_date, source_code, if(outcome_group = 'earlier', null, outcome_code) as outcome,
            plan_start_date, days_to_plan, is_plan_in_time, is_refused
        from core.fct_ehc_plan_request
    """
    true = f"""
        select
            coalesce(found.child_durable_key, 'unknown'), truth.received_date::date, truth.source_code, truth.outcome,
            truth.plan_start_date::date, (truth.plan_start_date::date - truth.received_date::date)::int,
            -- The law of 20 weeks began in September 2014.
            if(
                truth.received_date >= '2014-09-01',
                truth.plan_start_date::date - truth.received_date::date <= 140, null
            ),
            coalesce(truth.outcome = 'N', false)
        from read_csv('{{truth}}/ehc_plan_requests.csv', all_varchar = true) as truth {CHILD}
    """
    assert differing(clean, told, true) == []
    ((requests, unknown, refused, plans),) = clean.inside(
        """
        select
            count(*), count(*) filter (where child_key = 'unknown'), count(*) filter (where is_refused),
            count(plan_start_date)
        from core.fct_ehc_plan_request
        """
    )
    assert requests > plans > 10 and unknown > 0 and refused > 0


def test_every_plan_is_told_once_as_it_was(clean: Warehouse) -> None:
    """Its needs are told by a return on whose day it stood, and of one that ceased before the first by none."""
    told = """
        select
            child_durable_key, valid_from_date, cease_date, cease_reason_code, primary_need_code, secondary_need_code,
            last_told_date
        from core.fct_ehc_plan
    """
    true = f"""
        select
            found.child_durable_key, truth.start_date::date, truth.cease_date::date, truth.cease_reason,
            if(truth.cease_date <= '2025-01-20', null, truth.primary_need),
            if(truth.cease_date <= '2025-01-20', null, truth.second_need), truth.last_told::date
        from read_csv('{{truth}}/ehc_plans.csv', all_varchar = true) as truth {CHILD}
    """
    assert differing(clean, told, true) == []
    ((overdue, due),) = clean.inside(
        "select count(*) filter (where is_review_overdue), count(review_due_date) from core.fct_ehc_plan"
    )
    assert due > overdue > 0


def test_plans_and_the_schools_records_agree_and_neither_is_made_of_the_other(clean: Warehouse) -> None:
    """fct_sen_provision is what it would be without the return: the same plans, each once."""
    disagree = """
        select count(*)
        from core.fct_ehc_plan as plans
        left join core.fct_sen_provision as spells
            on
                plans.child_durable_key = spells.child_durable_key and spells.provision_group = 'E'
                and plans.last_told_date between spells.valid_from_date and spells.valid_to_date
        where plans.is_current and plans.child_key <> 'unknown' and plans.school_key <> 'unknown'
            and spells.child_durable_key is null
            and plans.child_durable_key in (
                select child_durable_key from core.fct_enrolment
                where plans.last_told_date between valid_from_date and valid_to_date
            )
    """
    assert clean.inside(disagree) == [(0,)]
    sources = clean.inside(
        "select distinct source from core.fct_sen_provision inner join core.dim_delivery using (delivery_key)"
    )
    assert ("sen2",) not in sources


def test_each_year_counts_its_plans_and_exceptions_beside(clean: Warehouse) -> None:
    told = """
        select calendar_year, issued_count, counted_count, counted_in_time_count, requests_count, refused_count
        from mart.mart_ehc_plan_timeliness where is_county
    """
    true = """
        with truth as (
            select
                received_date::date as received, plan_start_date::date as started, outcome = 'N' as is_refused,
                is_excepted::boolean as is_excepted
            from read_csv('{truth}/ehc_plan_requests.csv', all_varchar = true)
        )

        select
            years.y, (count(*) filter (where year(started) = years.y))::bigint,
            count(*) filter (where year(started) = years.y and not is_excepted),
            count(*) filter (where year(started) = years.y and not is_excepted and started - received <= 140),
            count(*) filter (where year(received) = years.y),
            count(*) filter (where year(received) = years.y and is_refused)
        from truth cross join (values (2024), (2025)) as years (y)
        group by years.y
    """
    assert differing(clean, told, true) == []
    ((zones, county),) = clean.inside(
        "select sum(issued_count) filter (where not is_county), sum(issued_count) filter (where is_county) "
        "from mart.mart_ehc_plan_timeliness"
    )
    assert zones == county > 0


def test_nothing_is_rejected_or_told_of_on_the_clean_county(clean: Warehouse) -> None:
    ((read, accepted, tables),) = clean.inside(
        "select sum(rows_read)::int, sum(rows_accepted)::int, count(distinct table_name) from ops.delivery_table "
        "where table_name like 'sen2%'"
    )
    assert read == accepted > 0 and tables == 8
    for table in ("rejection", "set_aside"):
        assert clean.inside(f"select * from ops.{table} where table_name like 'sen2%'") == []
    assert clean.inside("select * from ops.check_result where suite like 'sen2.%' and outcome <> 'pass'") == []


REJECTED = "select coalesce(sum(rows), 0)::int from ops.rejection where table_name = 'sen2__{}' and reason = '{}'"
SET_ASIDE = "select coalesce(sum(rows), 0)::int from ops.set_aside where table_name = 'sen2__{}' and reason = '{}'"


@pytest.mark.parametrize(
    ("cause", "found"),
    [
        ("birth_date_unreadable", REJECTED.format("people", "date_unreadable")),
        ("need_unknown", REJECTED.format("needs", "code_unknown")),
        ("upn_wrong_letter", SET_ASIDE.format("people", "upn_check_letter_wrong")),
        ("outcome_unknown", SET_ASIDE.format("requests", "code_unknown")),
        (
            "ceased_before_start",
            """
            select count(*) from raw.sen2__named_plans
            where try_strptime(cease_date, '%Y-%b-%d %H:%M:%S') < strptime(start_date, '%Y-%b-%d %H:%M:%S')
            """,
        ),
    ],
)
def test_on_the_dirty_county_every_mistake_is_counted_and_no_other(dirty: Warehouse, cause: str, found: str) -> None:
    assert dirty.inside(found) == dirty.inside(MISTAKEN % cause)


def test_on_the_dirty_county_no_plan_and_no_request_is_lost(dirty: Warehouse) -> None:
    """Of a person whose row nobody could read the plan is the unknown child's; it is there."""
    for fact, truth in (("fct_ehc_plan", "ehc_plans"), ("fct_ehc_plan_request", "ehc_plan_requests")):
        ((rows,),) = dirty.inside(f"select count(*) from core.{fact}")
        ((true,),) = dirty.inside(f"select count(*) from '{{truth}}/{truth}.csv'")
        assert rows >= true, fact
    assert dirty.inside("select * from ops.delivery where source = 'sen2' and status = 'rejected'") == []


TABLES = {"fct_ehc_plan", "fct_ehc_plan_request", "mart_ehc_plan_timeliness"}


def held(connection: duckdb.DuckDBPyConnection) -> set[str]:
    found = "select table_name from duckdb_tables() where database_name = current_database()"
    return {name for (name,) in connection.execute(found).fetchall()}


@pytest.mark.parametrize(
    ("kind", "tables"),
    [
        ("zone", {"fct_ehc_plan", "mart_ehc_plan_timeliness"}),
        ("school", {"fct_ehc_plan"}),
        ("health", set()),
        ("police", set()),
    ],
)
def test_each_audience_has_the_plans_of_its_own_children_and_no_request(
    clean: Warehouse, kind: str, tables: set[str]
) -> None:
    files = [f"{kind}/{path.stem}" for path in sorted((clean.home / "current").glob(f"{kind}/*.duckdb"))]
    assert files
    plans = 0
    for name in files:
        with opened(clean, name) as place:
            assert held(place) & TABLES == tables
            if "fct_ehc_plan" in tables:
                others = """
                    select count(*) from core.fct_ehc_plan
                    where child_durable_key not in (select child_durable_key from core.dim_child)
                """
                assert place.execute(others).fetchall() == [(0,)]
                plans += len(place.execute("select * from core.fct_ehc_plan").fetchall())
    assert plans > 0 or not tables


def test_no_published_table_holds_a_number_of_the_return(clean: Warehouse) -> None:
    """Neither a learner number, nor the reference by which a person is told apart, which may hold a name."""
    needles = {
        value
        for row in clean.inside(
            "select uln, null from raw.sen2__people union select person_ref, null from intermediate.int_ehc_people"
        )
        for value in row
        if value
    }
    with duckdb.connect(str(clean.home / "current" / "early_help.duckdb"), read_only=True) as connection:
        for table in sorted(TABLES):
            schema = "mart" if table.startswith("mart") else "core"
            texts = connection.execute(
                "select column_name from duckdb_columns() where data_type = 'VARCHAR' and table_name = ?", [table]
            ).fetchall()
            assert texts
            for (column,) in texts:
                found = connection.execute(
                    f'select count(*) from {schema}."{table}" where "{column}" in (select unnest($needles))',
                    {"needles": sorted(needles)},
                ).fetchall()
                assert found == [(0,)], (table, column)
