"""A council that has less still gets its warehouse, and the warehouse says what it cannot know."""

from tests.support.warehouse import Warehouse


def test_flags_of_sources_never_delivered_are_not_assessable_with_that_reason(census_only: Warehouse) -> None:
    rows = census_only.release(
        """
        select flag_code, flag_state, reason_code
        from mart.mart_flag_evidence
        where flag_code in ('family', 'attainment')
        group by all
        """
    )
    assert set(rows) == {
        ("family", "not_assessable", "source_not_delivered"),
        ("attainment", "not_assessable", "source_not_delivered"),
    }


def test_what_was_never_delivered_has_no_age(census_only: Warehouse) -> None:
    ages = census_only.release("select distinct age_days from mart.mart_flag_evidence where flag_code = 'family'")
    assert ages == [(None,)]


def test_the_census_alone_gives_the_same_three_flags_for_the_children_it_knows(
    census_only: Warehouse, clean: Warehouse
) -> None:
    # A flag that rests on daily marks is younger than anything the census alone can say.
    marked = "select child_durable_key, flag_code from mart.mart_flag_evidence where source = 'attendance_daily'"
    wanted = """
        select child_durable_key, flag_code, flag_state
        from mart.mart_flag_evidence
        where flag_code in ('attendance', 'fsm', 'sen')
    """
    younger = set(clean.release(marked))
    alone, full = (
        {row for row in warehouse.release(wanted) if row[:2] not in younger} for warehouse in (census_only, clean)
    )
    assert len(alone) > 400
    children = {child for child, _, _ in alone}
    assert len(alone - full) == 0, "a flag known from the census alone must not differ where more is known"
    assert len({row for row in full if row[0] in children} - alone) == 0
