{#- What those who left Year 11 do now, those with a response at school beside those without who had as many flags. -#}
with months as (

    select max(covers_to_date) as month_end_date
    from {{ ref('dim_delivery') }}
    where source = 'nccis' and is_in_force

),

young_people as (

    select
        activities.child_durable_key,
        activities.year_12_start_year,
        bool_or(activities.is_neet) as is_neet,
        bool_or(activities.is_not_known) as is_not_known
    from {{ ref('fct_post16_activity') }} as activities
    inner join months on months.month_end_date between activities.first_told_date and activities.last_told_date
    where
        activities.is_counted
        and activities.child_durable_key <> {{ unknown_key() }}
        and {{ is_of_published_ages('months.month_end_date', 'activities.year_12_start_year') }}
    group by activities.child_durable_key, activities.year_12_start_year

),

assessments as (

    select
        assessed.child_durable_key,
        assessed.as_of_date,
        assessed.flag_state,
        young_people.year_12_start_year
    from {{ ref('fct_flag_assessment') }} as assessed
    inner join young_people on assessed.child_durable_key = young_people.child_durable_key
    where
        assessed.population_code = {{ school_age() }}
        and {{ academic_year_start('assessed.as_of_date') }} = young_people.year_12_start_year - 1

),

-- how many flags were up when Year 11 was judged last
left_school as (

    select
        child_durable_key,
        least(count(*) filter (where flag_state = 'raised'), 3) as raised_count
    from assessments
    group by child_durable_key, as_of_date
    qualify row_number() over (partition by child_durable_key order by as_of_date desc) = 1

),

answered as (

    select
        young_people.child_durable_key,
        young_people.year_12_start_year
    from {{ ref('fct_response') }} as responses
    inner join young_people on responses.child_durable_key = young_people.child_durable_key
    where {{ academic_year_start('responses.opened_date') }} < young_people.year_12_start_year
    group by young_people.child_durable_key, young_people.year_12_start_year

),

grouped as (

    select
        young_people.year_12_start_year,
        left_school.raised_count,
        answered.child_durable_key is not null as had_response,
        young_people.is_neet,
        young_people.is_not_known
    from young_people
    inner join left_school on young_people.child_durable_key = left_school.child_durable_key
    left join answered on young_people.child_durable_key = answered.child_durable_key

),

counted as (

    select
        year_12_start_year,
        raised_count,
        count(*) filter (where had_response) as responded_count,
        count(*) filter (where had_response and is_neet) as responded_neet_count,
        count(*) filter (where had_response and is_not_known) as responded_not_known_count,
        count(*) filter (where not had_response) as comparable_count,
        count(*) filter (where not had_response and is_neet) as comparable_neet_count,
        count(*) filter (where not had_response and is_not_known) as comparable_not_known_count
    from grouped
    group by year_12_start_year, raised_count

),

horizons as (

    select max(minimum_comparable_children) as minimum_comparable_children
    from {{ ref('ref_outcome_horizon') }}

),

-- with fewer comparable young people than outcomes ask for there is no comparison
compared as (

    select
        counted.*,
        counted.comparable_count >= horizons.minimum_comparable_children as is_compared
    from counted
    cross join horizons

)

select
    {{ surrogate_key(['year_12_start_year', 'raised_count']) }} as post16_outcome_key,
    cast(year_12_start_year as integer) as year_12_start_year,
    cast(raised_count as integer) as raised_count,
    cast(responded_count as bigint) as responded_count,
    cast(responded_neet_count as bigint) as responded_neet_count,
    cast(responded_not_known_count as bigint) as responded_not_known_count,
    cast(comparable_count as bigint) as comparable_count,
    cast(comparable_neet_count as bigint) as comparable_neet_count,
    cast(comparable_not_known_count as bigint) as comparable_not_known_count,
    case when is_compared then responded_count else 0 end as compared_count,
    case when is_compared then responded_neet_count else 0 end as compared_neet_count,
    cast(
        case when is_compared then cast(responded_count * comparable_neet_count as double) / comparable_count end
        as decimal(18, 2)
    ) as compared_neet_estimate,
    'beside others, not attributed' as claim
from compared
