with comparisons as (

    select * from {{ ref('ref_benefit_comparison') }}

),

published as (

    select
        comparison_id,
        measure_code,
        period,
        case_count,
        months
    from {{ ref('ref_published_count') }}

),

periods as (

    select
        comparison_id,
        'before' as period,
        before_from_date as from_date,
        before_to_date as to_date
    from comparisons
    where basis = 'counted'

    union all

    select
        comparison_id,
        'after' as period,
        after_from_date as from_date,
        after_to_date as to_date
    from comparisons
    where basis = 'counted'

),

months_demanded as (

    select * from {{ ref('mart_demand') }}
    where is_county

),

-- a period of which a month was not counted has no number
demanded as (

    select
        periods.comparison_id,
        months_demanded.event_kind as measure_code,
        periods.period,
        case
            when
                count(*) filter (where months_demanded.events_count is not null and months_demanded.is_complete)
                = max({{ months_between('periods.from_date', 'periods.to_date') }})
                then sum(months_demanded.events_count)
        end as case_count,
        max({{ months_between('periods.from_date', 'periods.to_date') }}) as months
    from periods
    inner join months_demanded
        on {{ valid_on('months_demanded.month_date', 'periods', 'from_date', 'to_date') }}
    group by periods.comparison_id, months_demanded.event_kind, periods.period

),

huddles_held as (

    select
        periods.comparison_id,
        'huddle' as measure_code,
        periods.period,
        count(*) as case_count,
        max({{ months_between('periods.from_date', 'periods.to_date') }}) as months
    from periods
    inner join {{ ref('fct_huddle') }} as huddles
        on {{ valid_on('huddles.huddle_date', 'periods', 'from_date', 'to_date') }}
    where huddles.huddle_state = 'held'
    group by periods.comparison_id, periods.period

),

children_reached as (

    select
        periods.comparison_id,
        'children_reached' as measure_code,
        periods.period,
        count(distinct responses.child_durable_key) as case_count,
        max({{ months_between('periods.from_date', 'periods.to_date') }}) as months
    from periods
    inner join {{ ref('fct_response') }} as responses
        on {{ valid_on('responses.opened_date', 'periods', 'from_date', 'to_date') }}
    where periods.period = 'after'
    group by periods.comparison_id, periods.period

),

counts as (

    select * from published
    union all
    select * from demanded
    union all
    select * from huddles_held
    union all
    select * from children_reached

),

keyed as (

    select
        {{ surrogate_key(['comparison_id', 'measure_code', 'period']) }} as benefit_case_key,
        comparison_id,
        measure_code,
        period,
        cast(case_count as bigint) as case_count,
        cast(months as integer) as months_count
    from counts

)

select * from keyed
