"""Children under five in a built county, beside the truth: one child before and at school, counted where it lives."""

from typing import Any

import duckdb
import pytest

from tests.support.audience_files import opened
from tests.support.warehouse import DAY, Warehouse

TABLE = "early_years_census__places"
FACT = "fct_early_years_place"
SAID = """
    census_date, setting_urn, funded_hours::double, extended_hours::double, expanded_hours::double,
    has_eligibility_code, has_disability_access_fund, has_pupil_premium, premium_basis_code, two_year_basis_code,
    sen_provision_code
"""
TRUE = """
    select
        census_date::date, setting_urn, funded_hours::double, extended_hours::double, expanded_hours::double,
        has_code::boolean, has_fund::boolean, has_premium::boolean, premium_basis, two_year_basis, sen_provision
    from read_csv('{truth}/early_years.csv', all_varchar = true)
"""
# Who each child that was returned is, by the truth: the pupil, if a school of the county has or had it.
PEOPLE = """
    select distinct people.person_id, people.child_durable_key, people.is_known_elsewhere, true_ones.birth_id, pupil
    from intermediate.int_early_years_people as people
    inner join (
        select distinct
            told.birth_id, told.forename, told.surname, told.birth_date::date as birth_date, told.postcode,
            identities.child_durable_key as pupil
        from read_csv('{truth}/early_years.csv', all_varchar = true) as told
        left join read_csv('{truth}/children.csv', all_varchar = true) as children using (child_id)
        left join intermediate.int_child_identity as identities on children.upn = identities.upn
    ) as true_ones
        on
            people.forename = true_ones.forename and people.surname = true_ones.surname
            and people.birth_date = true_ones.birth_date
            and replace(people.postcode, ' ', '') = replace(true_ones.postcode, ' ', '')
"""
MISTAKEN = "select count(*) from read_csv('{truth}/dirt.csv', all_varchar = true) where cause = 'early_years_%s'"
REJECTED = f"""
    select coalesce(sum(rows), 0)::int from ops.rejection
    where table_name = '{TABLE}' and column_name = '{{}}' and reason = '{{}}'
"""


def differing(warehouse: Warehouse, told: str, true: str) -> list[tuple[Any, ...]]:
    """The rows that one of two queries has more often than the other."""
    told, true = f"from ({told})", f"from ({true})"
    return warehouse.inside(f"({told} except all {true}) union all ({true} except all {told})")


def test_every_place_is_a_fact_and_says_what_is_true(clean: Warehouse) -> None:
    assert differing(clean, f"select {SAID} from core.{FACT}", TRUE) == []
    ((places, children, censuses),) = clean.inside(
        f"select count(*), count(distinct child_durable_key), count(distinct census_date) from core.{FACT}"
    )
    assert places > children > 40 and censuses == 2


def test_who_is_at_school_later_is_one_child_and_nobody_is_anothers(clean: Warehouse) -> None:
    people = clean.inside(PEOPLE)
    ((known,),) = clean.inside("select count(*) from intermediate.int_early_years_people")
    assert len({person for person, *_ in people}) == len(people) == known
    assert [row for row in people if row[2] and row[1] != row[4]] == [], "a wrong pupil"
    to_find = [row for row in people if row[4]]
    assert len([row for row in to_find if row[1] == row[4]]) / len(to_find) > 0.9
    methods = dict(clean.inside(f"select link_method, count(*) from core.{FACT} where is_known_elsewhere group by all"))
    assert methods["upn"] > 0 and methods["exact_name_birth_date_postcode"] > 0


def test_the_key_of_before_school_leads_to_the_pupil(clean: Warehouse) -> None:
    led = """
        select people.person_id from intermediate.int_early_years_people as people
        inner join core.brg_earlier_child__child as bridge
            on people.person_id = bridge.earlier_child_durable_key
            and people.child_durable_key = bridge.child_durable_key
        where people.is_known_elsewhere
    """
    ((to_lead,),) = clean.inside("select count(*) from intermediate.int_early_years_people where is_known_elsewhere")
    assert len(clean.inside(led)) == to_lead > 10


def test_a_place_is_of_the_zone_of_the_home(clean: Warehouse) -> None:
    """The truth knows the area of each home; the warehouse knows it by the pupils of the postcode, or not at all."""
    told = f"""
        select count(*), count(*) filter (where areas.lsoa_code is not distinct from homes.lsoa_code),
            count(*) filter (where children.area_key = 'unknown')
        from core.{FACT} as places
        inner join core.dim_child as children using (child_key)
        left join core.dim_area as areas on children.area_key = areas.area_key
        inner join intermediate.int_early_years_people as people
            on places.child_durable_key = people.child_durable_key and not people.is_known_elsewhere
        inner join (
            select distinct replace(postcode, ' ', '') as postcode, lsoa_code
            from read_csv('{{truth}}/early_years.csv', all_varchar = true)
        ) as homes on replace(people.postcode, ' ', '') = homes.postcode
    """
    ((places, right, unknown),) = clean.inside(told)
    assert right + unknown == places and right > unknown
    ((wrong,),) = clean.inside(
        f"""
        select count(*) from core.{FACT} as places
        inner join core.dim_child as children using (child_key)
        left join core.brg_area__zone as zones
            on children.area_key = zones.area_key and places.census_date >= zones.valid_from_date
            and places.census_date < zones.valid_to_date
        where places.zone_key is distinct from coalesce(zones.zone_key, 'unknown')
        """
    )
    assert wrong == 0


def test_nothing_is_rejected_set_aside_or_told_of_on_the_clean_county(clean: Warehouse) -> None:
    counted = "select sum(rows_read)::int, sum(rows_accepted)::int, sum(rows_rejected)::int from ops.delivery_table"
    ((read, accepted, rejected),) = clean.inside(f"{counted} where table_name = '{TABLE}'")
    assert read == accepted > 0 and rejected == 0
    for table in ("rejection", "set_aside"):
        assert clean.inside(f"select * from ops.{table} where table_name = '{TABLE}'") == []
    assert clean.inside("select * from ops.check_result where suite like 'early_years%' and outcome <> 'pass'") == []


@pytest.mark.parametrize(
    ("cause", "found"),
    [
        ("birth_date_unreadable", REJECTED.format("birth_date", "date_unreadable")),
        ("hours_unreadable", REJECTED.format("funded_hours", "number_unreadable")),
        (
            "twice",
            f"select sum(rows)::int from ops.rejection where table_name = '{TABLE}' and reason = 'duplicate_key'",
        ),
        (
            "basis_unknown",
            f"select coalesce(sum(rows), 0)::int from ops.set_aside where table_name = '{TABLE}' "
            "and column_name = 'premium_basis'",
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
    assert [row for row in dirty.inside(PEOPLE) if row[2] and row[1] != row[4]] == []


@pytest.mark.parametrize("kind", ["zone", "school", "health", "police"])
def test_no_place_and_no_partner_holds_a_child_that_no_school_has(clean: Warehouse, kind: str) -> None:
    """Neither the fact nor the child, by any key, in any text of their files."""
    keys = [
        key
        for (key,) in clean.inside(
            "select child_durable_key from intermediate.int_early_years_people where not is_known_elsewhere"
        )
    ]
    files = sorted((clean.home / "current").glob(f"{kind}/*.duckdb"))
    assert files and len(keys) > 20
    for file in files:
        with opened(clean, f"{kind}/{file.stem}") as place:
            assert FACT not in {name for (name,) in place.execute("select table_name from duckdb_tables()").fetchall()}
            columns = place.execute(
                "select schema_name, table_name, column_name from duckdb_columns() "
                "where column_name like '%child_durable_key'"
            ).fetchall()
            for schema, table, column in columns:
                held = f'select count(*) from {schema}."{table}" where "{column}" in (select unnest($keys))'
                assert place.execute(held, {"keys": keys}).fetchall() == [(0,)], (file.name, table, column)


def test_no_published_table_holds_a_code_of_a_family(clean: Warehouse) -> None:
    needles = [code for (code,) in clean.inside(f"select distinct eligibility_code from raw.{TABLE}") if code]
    assert len(needles) > 10
    with duckdb.connect(str(clean.home / "current" / "early_help.duckdb"), read_only=True) as connection:
        texts = connection.execute(
            "select schema_name, table_name, column_name from duckdb_columns() where data_type = 'VARCHAR' "
            "and schema_name in ('core', 'mart', 'ops')"
        ).fetchall()
        assert len(texts) > 500
        for schema, table, column in texts:
            held = f"""select count(*) from {schema}."{table}" where "{column}" in (select unnest($needles))"""
            assert connection.execute(held, {"needles": needles}).fetchall() == [(0,)], (schema, table, column)


def test_no_flag_list_or_count_of_pupils_knows_them(clean: Warehouse) -> None:
    """Off, their flags are judged nowhere; and no table of pupils has a row of a child that no school has."""
    asked = "select count(*) from core.fct_flag_assessment where population_code = 'early_years' and as_of_date <= ?"
    assert clean.release(asked, DAY) == [(0,)]
    for table in ("core.fct_flag_assessment", "core.fct_enrolment", "mart.mart_child_list", "core.fct_flag_spell"):
        told = f"""
            select count(*) from {table} where child_durable_key in (
                select child_durable_key from intermediate.int_early_years_people where not is_known_elsewhere
            )
        """
        assert clean.inside(told) == [(0,)], table
