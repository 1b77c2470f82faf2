"""What the warehouse says of each child is what is true of the child."""

from tests.pipeline.warehouse import Warehouse

COMPARED = """
    with truth as (
        select child_id, flag_code, state, reason_code, try_cast(value as double) as value
        from read_csv('{truth}/flags.csv', all_varchar = true)
    ),

    people as (
        select child_id, unnest(string_split(concat_ws('|', upn, nullif(former_upns, '')), '|')) as upn
        from read_csv('{truth}/children.csv', all_varchar = true)
    ),

    found as (
        select distinct people.child_id, identity.child_durable_key
        from people
        inner join intermediate.int_child_identity as identity on people.upn = identity.upn
    ),

    said as (
        select found.child_id, evaluated.*
        from intermediate.int_flags_evaluated as evaluated
        inner join intermediate.int_assessment_dates as dates
            on evaluated.as_of_date = dates.as_of_date and dates.is_current
        left join found on evaluated.child_durable_key = found.child_durable_key
    )

    select
        coalesce(truth.child_id, said.child_id) as child_id,
        coalesce(truth.flag_code, said.flag_code) as flag_code,
        truth.state as true_state,
        said.flag_state as said_state,
        truth.reason_code as true_reason,
        said.reason_code as said_reason,
        truth.value as true_value,
        said.value as said_value
    from truth
    full join said on truth.child_id = said.child_id and truth.flag_code = said.flag_code
"""


def test_all_five_flags_of_every_child_equal_the_truth(clean: Warehouse) -> None:
    different = clean.inside(
        f"""
        select flag_code, true_state, said_state, true_reason, said_reason, count(*), min(child_id)
        from ({COMPARED})
        where
            true_state is distinct from said_state
            or true_reason is distinct from said_reason
            or abs(true_value - said_value) > 0.0001
        group by all
        """
    )
    assert different == []
    ((compared, children),) = clean.inside(f"select count(*), count(distinct child_id) from ({COMPARED})")
    assert compared == 5 * children
    assert children > 200


def test_every_state_and_every_flag_occurs(clean: Warehouse) -> None:
    found = clean.inside(f"select distinct flag_code, said_state from ({COMPARED})")
    assert {("attendance", "raised"), ("attendance", "not_raised"), ("attendance", "not_assessable")} <= set(found)
    assert {flag for flag, state in found if state == "raised"} == {"attainment", "attendance", "family", "fsm", "sen"}


def test_on_the_dirty_county_every_difference_has_a_known_cause(dirty: Warehouse) -> None:
    rows = dirty.inside(
        f"""
        with different as (
            select child_id, flag_code from ({COMPARED}) where true_state is distinct from said_state
        ),

        causes as (
            select child_id, cause, unnest(string_split(flags_affected, '|')) as flag_code
            from read_csv('{{truth}}/dirt.csv', all_varchar = true)
        )

        select coalesce(causes.cause, 'unexplained'), count(*)
        from different
        left join causes using (child_id, flag_code)
        group by all
        order by 1
        """
    )
    assert rows, "the dirty county is meant to differ somewhere"
    assert "unexplained" not in dict(rows), rows
