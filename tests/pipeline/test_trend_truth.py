"""Every trend is what is true of the county: recomputed from the truth beside the extracts, by another query."""

from tests.support.warehouse import Warehouse

COUNTED = """
    with places as (
        select 'county' as place_type, 'county' as place_code, * from read_csv('{truth}/flag_trend.csv')
        union all
        select 'zone', zone_code, * from read_csv('{truth}/flag_trend.csv')
        union all
        select 'pyramid', pyramid_code, * from read_csv('{truth}/flag_trend.csv')
        union all
        select 'school', school_id::varchar, * from read_csv('{truth}/flag_trend.csv')
    )

    select
        place_type, place_code, rule_basis, as_of_date, flag_code,
        sum(children)::bigint as children_count,
        sum(assessable)::bigint as assessable_count,
        sum(raised)::bigint as raised_count
    from places
    group by all
"""
COLUMNS = "place_type, place_code, rule_basis, as_of_date, flag_code, children_count, assessable_count, raised_count"


def test_every_count_of_every_half_term_equals_the_truth(clean: Warehouse) -> None:
    different = clean.inside(
        f"""
        with said as (
            select {COLUMNS} from mart.mart_trend where children_count > 0
        ),

        truth as ({COUNTED})

        select 'said' as side, * from (from said except from truth)
        union all
        select 'true', * from (from truth except from said)
        order by all
        """
    )
    assert different == []
    ((rows, dates),) = clean.inside("select count(*), count(distinct as_of_date) from mart.mart_trend")
    assert rows > 2000
    assert dates == 12


def test_every_change_is_the_difference_of_two_true_counts(clean: Warehouse) -> None:
    """Of every place, flag and half term, under either basis; where nobody could be assessed there is no change."""
    different = clean.inside(
        f"""
        with truth as (
            select
                place_type, place_code, rule_basis, as_of_date, flag_code,
                if(assessable_count > 0, raised_count, null) as raised,
                raised_count / nullif(assessable_count, 0) as rate,
                min(if(assessable_count > 0, as_of_date, null)) over (
                    partition by place_type, place_code, rule_basis, flag_code
                ) as first_date,
                dense_rank() over (order by as_of_date) as number
            from ({COUNTED})
        ),

        changes as (
            select
                here.place_type, here.place_code, here.rule_basis, here.as_of_date, here.flag_code,
                [here.raised - before.raised, here.raised - last_year.raised, here.raised - first.raised] as counts,
                [here.rate - before.rate, here.rate - last_year.rate, here.rate - first.rate] as rates
            from truth as here
            left join truth as before
                on here.number = before.number + 1
                and (here.place_type, here.place_code, here.rule_basis, here.flag_code)
                = (before.place_type, before.place_code, before.rule_basis, before.flag_code)
            left join truth as last_year
                on here.number = last_year.number + 6
                and (here.place_type, here.place_code, here.rule_basis, here.flag_code)
                = (last_year.place_type, last_year.place_code, last_year.rule_basis, last_year.flag_code)
            left join truth as first
                on here.first_date = first.as_of_date and here.as_of_date >= first.as_of_date
                and (here.place_type, here.place_code, here.rule_basis, here.flag_code)
                = (first.place_type, first.place_code, first.rule_basis, first.flag_code)
        ),

        said as (
            select
                place_type, place_code, as_of_date, flag_code, rule_basis,
                [change_since_previous_count, change_since_last_year_count, change_since_first_count] as said_counts,
                [change_since_previous_rate, change_since_last_year_rate, change_since_first_rate] as said_rates
            from mart.mart_trend
            where children_count > 0
        )

        select *
        from changes
        full join said using (place_type, place_code, rule_basis, as_of_date, flag_code)
        where
            counts is distinct from said_counts
            or len(list_filter(
                list_zip(rates, said_rates),
                pair -> (pair[1] is null) <> (pair[2] is null) or coalesce(abs(pair[1] - pair[2]) > 0.00011, false)
            )) > 0
        """
    )
    assert different == []
    ((changes, none),) = clean.inside(
        "select count(change_since_last_year_rate), count(*) filter (where change_since_previous_count is null) "
        "from mart.mart_trend"
    )
    assert changes > 500 and none > 0


def test_every_spell_of_every_flag_equals_the_truth(clean: Warehouse) -> None:
    different = clean.inside(
        """
        with said as (
            select
                upn, flag_code, raised_date, cleared_date, end_reason, times_raised_before_count::bigint as times
            from core.fct_flag_spell
            inner join core.dim_flag using (flag_key)
            inner join core.dim_child_identity using (child_durable_key)
        ),

        truth as (
            select upn, flag_code, raised_date, cleared_date, end_reason, times_raised_before as times
            from read_csv('{truth}/flag_spells.csv')
        )

        select 'said' as side, * from (from said except from truth)
        union all
        select 'true', * from (from truth except from said)
        order by all
        """
    )
    assert different == []
    ((spells, again, left),) = clean.inside(
        "select count(*), max(times_raised_before_count), count(*) filter (where end_reason = 'left') "
        "from core.fct_flag_spell"
    )
    assert spells > 300 and again > 0 and left > 0
