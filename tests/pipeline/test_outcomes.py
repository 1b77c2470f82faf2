"""What came of a response, worked out a second time from the flags: by lists of flags and pairs of children."""

from tests.support.warehouse import Warehouse

AGAIN = """
    with dates as (
        select calendar_date as day, row_number() over (order by calendar_date) as n
        from core.dim_date where is_assessment_date
    ),

    seen as (
        select
            child_durable_key as child, as_of_date as day, any_value(nc_year) as nc_year,
            list_sort(list(flag_code) filter (where flag_state = 'raised')) as raised,
            map_concat(
                map(list(flag_code), list(value)),
                map(['any'], [count(*) filter (where flag_state = 'raised')::decimal(18, 6)])
            ) as measured
        from core.fct_flag_assessment inner join core.dim_flag using (flag_key)
        group by all
    ),

    followed as (
        select
            responses.response_key, responses.response_code, later.n - earlier.n as half_terms_after,
            earlier.day as before_day, later.day as after_day,
            before_child.nc_year, before_child.raised, before_child.measured as before, after_child.measured as after
        from core.fct_response as responses
        asof join dates as earlier on responses.opened_date >= earlier.day
        inner join dates as later on later.n - earlier.n between 1 and 3
        inner join seen as before_child on before_child.child = child_durable_key and before_child.day = earlier.day
        left join seen as after_child on after_child.child = child_durable_key and after_child.day = later.day
        where child_durable_key <> 'unknown'
    ),

    flags as (select unnest([{flags}]) as flag_code),

    pairs as (
        select distinct
            followed.before_day, followed.after_day, followed.nc_year, followed.raised, other.child,
            other.measured as before, later.measured as after, later.raised as raised_after
        from followed
        inner join seen as other
            on other.day = followed.before_day and other.nc_year is not distinct from followed.nc_year
            and other.raised is not distinct from followed.raised
        inner join seen as later on later.child = other.child and later.day = followed.after_day
        where other.child not in (
            select child_durable_key from core.fct_response where opened_date <= followed.after_day
        )
    ),

    comparable as (
        select
            before_day, after_day, nc_year, raised, flag_code,
            count(after[flag_code] - before[flag_code]) as children,
            avg(after[flag_code] - before[flag_code]) as change,
            avg(if(coalesce(if(flag_code = 'any', len(raised_after) > 0, flag_code in raised_after), false), 1, 0))
                filter (where after[flag_code] - before[flag_code] is not null) as raised_after_rate
        from pairs cross join flags
        group by all
    )

    select
        response_key, response_code, half_terms_after, flags.flag_code,
        followed.before[flags.flag_code] as value_before,
        followed.after[flags.flag_code] as value_after, coalesce(children, 0) as children,
        case when children >= 5 then change end as change,
        case when children >= 5 then raised_after_rate end as raised_after_rate
    from followed
    cross join flags
    left join comparable
        on followed.before_day = comparable.before_day and followed.after_day = comparable.after_day
        and followed.nc_year is not distinct from comparable.nc_year
        and followed.raised is not distinct from comparable.raised and flags.flag_code = comparable.flag_code
"""
"""A response is followed from the last day judged before it to each of the three after; five children compare."""


def again(clean: Warehouse) -> str:
    codes = clean.release("select flag_code from core.dim_flag where flag_key <> 'unknown'")
    return AGAIN.replace("{flags}", ", ".join(f"'{code}'" for (code,) in codes))


def test_every_outcome_is_that_of_the_children_and_their_likes(clean: Warehouse) -> None:
    differences = clean.release(
        f"""
        with again as ({again(clean)}),

        published as (
            select outcomes.*, flag_code from core.fct_outcome as outcomes inner join core.dim_flag using (flag_key)
        )

        select again.response_key, published.response_key, flag_code, again.*, published.*
        from again
        full join published using (response_key, half_terms_after, flag_code)
        where
            (again.value_before, again.value_after, again.children)
                is distinct from (published.value_before, published.value_after, published.comparable_children_count)
            or (again.change is null) <> (published.comparable_value_change is null)
            or abs(again.change - published.comparable_value_change) > 0.000001
            or (again.raised_after_rate is null) <> (published.comparable_raised_after_rate is null)
            or abs(again.raised_after_rate - published.comparable_raised_after_rate) > 0.00006
        """
    )
    assert differences == []
    ((compared, left, unknown),) = clean.release(
        "select count(*) filter (where reason_code is null), count(*) filter (where reason_code = 'child_left'), "
        "count(*) filter (where reason_code = 'not_assessable') from core.fct_outcome"
    )
    assert compared and left and unknown


def test_a_kind_of_response_is_the_mean_of_its_responses(clean: Warehouse) -> None:
    """The hamlet has too few of a kind for a mean; the counts hold, and the means of all where there are ten."""
    differences = clean.release(
        f"""
        with again as ({again(clean)}),

        summed as (
            select
                coalesce(response_code, 'all') as response_code, half_terms_after, flag_code, count(*) as responses,
                count(value_after - value_before - change) as compared, avg(value_after - value_before - change) as mean
            from again
            group by grouping sets ((response_code, half_terms_after, flag_code), (half_terms_after, flag_code))
        )

        select *
        from summed
        full join mart.mart_response_outcome as published using (response_code, half_terms_after, flag_code)
        where
            (summed.responses, summed.compared) is distinct from (published.responses_count, published.compared_count)
            or (summed.compared >= 10) <> (published.difference_mean is not null)
            or abs(summed.mean - published.difference_mean) > 0.00001
        """
    )
    assert differences == []
