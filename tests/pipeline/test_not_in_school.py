"""Children not in school in a built county, beside the truth: one child in school and out of it; in the zone's list by
name."""

from typing import Any

import pytest

from tests.support.audience_files import opened
from tests.support.warehouse import DAY, Warehouse

TABLE = "not_in_school__spells"
FACT = "fct_not_in_school_spell"
LIST = "mart_not_in_school"
SAID = "kind, start_date, end_date, reason_code, replace(suitability, '_', ' '), has_attendance_order"
TRUE = """
    select
        kind, start_date::date, end_date::date, reason_code,
        if(suitability = 'not yet known', 'not known', suitability), has_order::boolean
    from read_csv('{truth}/not_in_school.csv', all_varchar = true)
"""
# Who each child of the list is, by the truth: the pupil, if a school of the county has or had it.
PEOPLE = """
    select people.person_id, people.child_durable_key, people.is_known_elsewhere, pupil
    from intermediate.int_not_in_school_people as people
    inner join (
        select distinct told.person_id, identities.child_durable_key as pupil
        from read_csv('{truth}/not_in_school.csv', all_varchar = true) as told
        left join read_csv('{truth}/children.csv', all_varchar = true) as children using (child_id)
        left join intermediate.int_child_identity as identities on children.upn = identities.upn
    ) as true_ones using (person_id)
"""
# Whose spell is open on the day, and of how many of them it is missing education.
OPEN = f"""
    select count(*)::int, count(*) filter (where kind = 'missing')::int
    from read_csv('{{truth}}/not_in_school.csv', all_varchar = true)
    where end_date is null and start_date <= '{DAY}'
"""
MISTAKEN = "select count(*) from read_csv('{truth}/dirt.csv', all_varchar = true) where cause = 'not_in_school_%s'"
REJECTED = f"""
    select coalesce(sum(rows), 0)::int from ops.rejection
    where table_name = '{TABLE}' and column_name = '{{}}' and reason = '{{}}'
"""
ALONE = "select child_durable_key from intermediate.int_not_in_school_people where not is_known_elsewhere"


def differing(warehouse: Warehouse, told: str, true: str) -> list[tuple[Any, ...]]:
    """The rows that one of two queries has more often than the other."""
    told, true = f"from ({told})", f"from ({true})"
    return warehouse.inside(f"({told} except all {true}) union all ({true} except all {told})")


def test_every_spell_is_a_fact_and_says_what_is_true(clean: Warehouse) -> None:
    assert differing(clean, f"select {SAID} from core.{FACT}", TRUE) == []
    ((spells, children, over),) = clean.inside(
        f"select count(*), count(distinct child_durable_key), count(*) filter (where not is_open) from core.{FACT}"
    )
    assert spells > children > 60 and over > 5


def test_who_was_at_a_school_is_one_child_and_nobody_is_anothers(clean: Warehouse) -> None:
    people = clean.inside(PEOPLE)
    ((known,),) = clean.inside("select count(*) from intermediate.int_not_in_school_people")
    assert len(people) == known
    assert [row for row in people if row[2] and row[1] != row[3]] == [], "a wrong pupil"
    to_find = [row for row in people if row[3]]
    assert len(to_find) > 5 and [row for row in to_find if row[1] != row[3]] == []
    methods = dict(clean.inside(f"select link_method, count(*) from core.{FACT} where is_known_elsewhere group by all"))
    assert methods["upn"] > 0 and methods["exact_name_birth_date_postcode"] > 0


def test_the_key_of_the_list_leads_to_the_pupil(clean: Warehouse) -> None:
    led = """
        select people.person_id from intermediate.int_not_in_school_people as people
        inner join core.brg_earlier_child__child as bridge
            on people.own_key = bridge.earlier_child_durable_key
            and people.child_durable_key = bridge.child_durable_key
        where people.is_known_elsewhere
    """
    ((to_lead,),) = clean.inside("select count(*) from intermediate.int_not_in_school_people where is_known_elsewhere")
    assert len(clean.inside(led)) == to_lead > 5


def test_the_list_holds_whoever_is_at_no_school_and_no_pupil(clean: Warehouse) -> None:
    ((children, missing),) = clean.inside(OPEN)
    told = f"select count(*)::int, count(*) filter (where is_missing_education)::int from mart.{LIST}"
    assert clean.release(told) == [(children, missing)]
    assert clean.release(f"select * from mart.{LIST} semi join mart.mart_child_list using (child_durable_key)") == []
    ((zones, known),) = clean.release(
        f"select count(distinct zone_code), count(*) filter (where zone_code <> 'unknown') from mart.{LIST}"
    )
    assert zones > 4 and known > 0.8 * children


def test_a_child_of_the_list_is_of_the_zone_of_its_home(clean: Warehouse) -> None:
    wrong = f"""
        select list.child_durable_key from mart.{LIST} as list
        inner join core.dim_child as children
            on list.child_durable_key = children.child_durable_key and children.is_current
        inner join core.brg_area__zone as zones
            on children.area_key = zones.area_key
            and list.as_of_date >= zones.valid_from_date and list.as_of_date < zones.valid_to_date
        where list.zone_key <> zones.zone_key
    """
    assert clean.release(wrong) == []


def test_nothing_is_rejected_set_aside_or_told_of_on_the_clean_county(clean: Warehouse) -> None:
    counted = "select sum(rows_read)::int, sum(rows_accepted)::int, sum(rows_rejected)::int from ops.delivery_table"
    ((read, accepted, rejected),) = clean.inside(f"{counted} where table_name = '{TABLE}'")
    assert read == accepted > 0 and rejected == 0
    for table in ("rejection", "set_aside"):
        assert clean.inside(f"select * from ops.{table} where table_name = '{TABLE}'") == []
    assert clean.inside("select * from ops.check_result where suite like 'not_in_school%' and outcome <> 'pass'") == []


@pytest.mark.parametrize(
    ("cause", "found"),
    [
        ("birth_date_unreadable", REJECTED.format("birth_date", "date_unreadable")),
        ("start_unreadable", REJECTED.format("start_date", "date_unreadable")),
        (
            "twice",
            f"select sum(rows)::int from ops.rejection where table_name = '{TABLE}' and reason = 'duplicate_key'",
        ),
        (
            "reason_unknown",
            f"select coalesce(sum(rows), 0)::int from ops.set_aside where table_name = '{TABLE}' "
            "and column_name = 'reason_code'",
        ),
    ],
)
def test_on_the_dirty_county_every_mistake_is_counted_and_no_other(dirty: Warehouse, cause: str, found: str) -> None:
    assert dirty.inside(found) == dirty.inside(MISTAKEN % cause) != [(0,)]


def test_no_row_disappears_on_the_dirty_county_and_no_child_is_a_wrong_pupil(dirty: Warehouse) -> None:
    counted = "select sum(rows_read)::int, sum(rows_accepted)::int, sum(rows_rejected)::int from ops.delivery_table"
    ((read, accepted, rejected),) = dirty.inside(f"{counted} where table_name = '{TABLE}'")
    assert read == accepted + rejected and rejected > 0
    assert dirty.inside(f"select count(*) from core.{FACT}") == [(accepted,)]
    assert [row for row in dirty.inside(PEOPLE) if row[2] and row[1] != row[3]] == []


def test_a_zone_has_those_who_live_there_by_name_and_no_reason(clean: Warehouse) -> None:
    expected: dict[str, set[str]] = {}
    for zone, child in clean.release(f"select zone_code, child_durable_key from mart.{LIST}"):
        expected.setdefault(zone, set()).add(child)
    files = sorted((clean.home / "current").glob("zone/*.duckdb"))
    assert files
    for file in files:
        with opened(clean, f"zone/{file.stem}") as place:
            told = place.execute(
                f"select child_durable_key, surname is not null from mart.{LIST} "
                "left join core.dim_child_identity using (child_durable_key)"
            ).fetchall()
            assert {child for child, _ in told} == expected.get(file.stem, set())
            assert all(is_named for _, is_named in told)
            tables = {name for (name,) in place.execute("select table_name from duckdb_tables()").fetchall()}
            assert FACT not in tables
            reasons = "select count(*) from duckdb_columns() where table_name = ? and column_name like 'reason%'"
            assert place.execute(reasons, [LIST]).fetchall() == [(0,)]


@pytest.mark.parametrize("kind", ["school", "health", "police"])
def test_no_school_and_no_partner_holds_a_child_that_is_at_no_school(clean: Warehouse, kind: str) -> None:
    """Neither the list, the fact nor the child, by any key: those who left a school as little as those never at one."""
    keys = [key for (key,) in clean.release(f"select child_durable_key from mart.{LIST}")]
    files = sorted((clean.home / "current").glob(f"{kind}/*.duckdb"))
    assert files and len(keys) > 20
    for file in files:
        with opened(clean, f"{kind}/{file.stem}") as place:
            tables = {name for (name,) in place.execute("select table_name from duckdb_tables()").fetchall()}
            assert not tables & {FACT, LIST}
            columns = place.execute(
                "select schema_name, table_name, column_name from duckdb_columns() "
                "where column_name like '%child_durable_key'"
            ).fetchall()
            for schema, table, column in columns:
                held = f'select count(*) from {schema}."{table}" where "{column}" in (select unnest($keys))'
                assert place.execute(held, {"keys": keys}).fetchall() == [(0,)], (file.name, table, column)


def test_the_release_tells_of_children_whom_the_list_alone_knows(clean: Warehouse) -> None:
    alone = {key for (key,) in clean.inside(ALONE)}
    here = {key for (key,) in clean.release("select child_durable_key from core.dim_child")}
    assert len(alone) > 40 and alone <= here
