"""Suspensions and exclusions of a built county, beside the truth; and what its mistakes cost."""

import pytest

from tests.support.warehouse import Warehouse

TOLD = """
    with people as (
        select child_id, unnest(string_split(concat_ws('|', upn, nullif(former_upns, '')), '|')) as upn
        from read_csv('{truth}/children.csv', all_varchar = true)
    ),

    found as (
        select distinct people.child_id, identities.child_durable_key
        from people inner join core.dim_child_identity as identities using (upn)
    )

    select
        found.child_id, facts.school_durable_key, facts.category_code, facts.reason_code, facts.excluded_date,
        facts.sessions_excluded
    from core.fct_exclusion as facts
    left join found using (child_durable_key)
"""
TRUE = """
    select
        told.child_id, schools.school_durable_key, told.category, told.reason_code,
        told.start_date::date as excluded_date, told.sessions::integer as sessions_excluded
    from read_csv('{truth}/exclusions.csv', all_varchar = true) as told
    left join core.dim_school as schools
        on
            told.school_id = schools.school_id and told.start_date::date >= schools.valid_from_date
            and told.start_date::date < schools.valid_to_date
"""
RETURNED = "raw.school_census__exclusions"
MISTAKEN = "select count(*) from read_csv('{truth}/dirt.csv', all_varchar = true) where cause = 'exclusion_%s'"


def test_every_suspension_and_exclusion_is_told_once_as_it_was(clean: Warehouse) -> None:
    """By the school it stayed through a new number: returns of before and after bear another."""
    told, true = f"from ({TOLD})", f"from ({TRUE})"
    assert clean.inside(f"({told} except all {true}) union all ({true} except all {told})") == []
    ((events, children, permanent, lunches),) = clean.inside(
        """
        select
            count(*), count(distinct child_durable_key), count(*) filter (where is_permanent),
            count(*) filter (where category_code = 'LNCH')
        from core.fct_exclusion
        """
    )
    assert events > children > 20
    assert permanent > 1
    assert lunches > 0


def test_most_are_returned_twice_and_all_within_what_the_census_asks(clean: Warehouse) -> None:
    ((returned, events),) = clean.inside(
        f"select (select count(*) from {RETURNED}), (select count(*) from core.fct_exclusion)"
    )
    assert returned > 1.5 * events
    asked = f"""
        select count(*) from {RETURNED} as returned
        left join reference.ref_census as censuses
            on
                returned.census_year::int = censuses.census_year and returned.census_term = censuses.census_term
                and returned.start_date::date between censuses.exclusions_from_date and censuses.exclusions_to_date
        where censuses.census_year is null
    """
    assert clean.inside(asked) == [(0,)]


def test_nothing_is_rejected_set_aside_or_told_of_on_the_clean_county(clean: Warehouse) -> None:
    ((read, accepted),) = clean.inside(
        """
        select sum(rows_read)::int, sum(rows_accepted)::int from ops.delivery_table
        where table_name = 'school_census__exclusions'
        """
    )
    assert read == accepted > 0
    for table in ("rejection", "set_aside"):
        assert clean.inside(f"select * from ops.{table} where table_name = 'school_census__exclusions'") == []
    outcomes = "select outcome from ops.check_result where suite = 'school_census.exclusions' and outcome <> 'pass'"
    assert clean.inside(outcomes) == []


@pytest.mark.parametrize(
    ("cause", "found"),
    [
        (
            "sessions_too_many",
            """
            select coalesce(sum(rows), 0)::int from ops.rejection
            where table_name = 'school_census__exclusions' and reason = 'number_out_of_range'
            """,
        ),
        (
            "reason_unknown",
            """
            select coalesce(sum(rows), 0)::int from ops.set_aside
            where table_name = 'school_census__exclusions' and column_name = 'reason_code' and reason = 'code_unknown'
            """,
        ),
        ("category_retired", f"select count(*) from {RETURNED} where category = 'FIXD'"),
        ("sessions_missing", f"select count(*) from {RETURNED} where category <> 'PERM' and sessions is null"),
        (
            "before_entry",
            f"""
            select count(*) from {RETURNED} as returned
            inner join raw.school_census__pupils as pupils using (pupil_return_id)
            where returned.start_date::date < pupils.entry_date::date
            """,
        ),
    ],
)
def test_on_the_dirty_county_every_mistake_is_counted_and_no_other(dirty: Warehouse, cause: str, found: str) -> None:
    assert dirty.inside(found) == dirty.inside(MISTAKEN % cause)


def test_the_dirty_county_has_such_mistakes_and_no_return_is_lost_for_them(dirty: Warehouse) -> None:
    assert dirty.inside(MISTAKEN.replace("= 'exclusion_%s'", "like 'exclusion_%'"))[0][0] > 2
    ((read, accepted, rejected),) = dirty.inside(
        """
        select sum(rows_read)::int, sum(rows_accepted)::int, sum(rows_rejected)::int from ops.delivery_table
        where table_name = 'school_census__exclusions'
        """
    )
    assert read == accepted + rejected
    assert dirty.inside(MISTAKEN % "sessions_too_many") == [(rejected,)]
