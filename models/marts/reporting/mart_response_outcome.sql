{#- What children look like some half terms after a response, by kind of response, beside comparable children without
    one: how many flags are raised, and what each flag measures. Only where there is a comparison, on both sides. -#}
with outcomes as (

    select
        *,
        case when reason_code is null then value_before end as compared_before,
        case when reason_code is null then value_after end as compared_after,
        case when reason_code is null then value_change end as compared_change,
        case when reason_code is null then comparable_value_change end as compared_with,
        case when reason_code is null then cast(value_change - comparable_value_change as decimal(18, 6)) end
            as difference
    from {{ ref('fct_outcome') }}

),

flags as (

    select * from {{ ref('dim_flag') }}

),

horizons as (

    select * from {{ ref('ref_outcome_horizon') }}

),

response_names as (

    select * from {{ ref('ref_response') }}

),

-- each kind of response, and all of them
summed as (

    select
        case when grouping(response_code) = 1 then 'all' else coalesce(response_code, {{ unknown_key() }}) end
            as response_code,
        half_terms_after,
        flag_key,
        {{ any_known('unit') }} as unit,
        count(*) as responses_count,
        count(*) filter (where reason_code = 'child_left') as child_left_count,
        count(*) filter (where reason_code = 'not_assessable') as not_assessable_count,
        count(*) filter (where reason_code = 'too_few_comparable') as too_few_comparable_count,
        count(difference) as compared_count,
        avg(compared_before) as value_before_mean,
        avg(compared_after) as value_after_mean,
        avg(compared_change) as value_change_mean,
        avg(compared_with) as comparable_value_change_mean,
        avg(difference) as difference_mean,
        -- of exact sums, so that the order of adding up changes no digit
        sum(difference) as difference_sum,
        sum(cast(difference * difference as decimal(28, 12))) as difference_square_sum
    from outcomes
    group by grouping sets ((response_code, half_terms_after, flag_key), (half_terms_after, flag_key))

),

-- few responses say nothing of a kind of response, and something of the children who had it
answered as (

    select
        {{ surrogate_key(['summed.response_code', 'summed.half_terms_after', 'flags.flag_code']) }}
            as response_outcome_key,
        summed.response_code,
        case summed.response_code when 'all' then 'All responses' else response_names.response_name end
            as response_name,
        summed.response_code = 'all' as is_all_responses,
        summed.half_terms_after,
        flags.flag_code,
        flags.flag_name,
        case when flags.is_summary then 'flags_raised' else measures.measure end as measure,
        summed.unit,
        summed.responses_count,
        summed.child_left_count,
        summed.not_assessable_count,
        summed.too_few_comparable_count,
        summed.compared_count,
        {% for mean in [
            'value_before_mean',
            'value_after_mean',
            'value_change_mean',
            'comparable_value_change_mean',
            'difference_mean',
        ] %}
            case
                when summed.compared_count >= horizons.minimum_responses then cast(summed.{{ mean }} as decimal(18, 6))
            end as {{ mean }},
        {% endfor %}
        case
            when summed.compared_count >= horizons.minimum_responses and summed.compared_count > 1
                then cast(
                    sqrt(
                        greatest(
                            0,
                            summed.difference_square_sum - summed.difference_sum * summed.difference_mean
                        ) / (summed.compared_count - 1) / summed.compared_count
                    ) as decimal(18, 6)
                )
        end as difference_standard_error,
        case when summed.compared_count < horizons.minimum_responses then 'too_few_responses' end as reason_code
    from summed
    inner join flags on summed.flag_key = flags.flag_key
    inner join horizons on summed.half_terms_after = horizons.half_terms_after
    left join {{ todays_measures() }} as measures on summed.flag_key = measures.flag_key
    left join response_names on summed.response_code = response_names.response_code

)

select * from answered
