with summary as (

    select * from {{ ref('fct_need_level_summary') }}

),

shares as (

    select * from {{ ref('fct_need_level_share') }}

),

levels as (

    select * from {{ ref('ref_need_level') }}

),

settings as (

    select * from {{ ref('ref_need_setting') }}

),

years as (

    select
        academic_year,
        max(as_of_date) as as_of_date
    from summary
    group by academic_year

),

-- every pyramid of the map, children or not; the unknown one only where children are in it
pyramids as (

    select
        pyramids.*,
        places.zone_code,
        places.zone_name
    from {{ ref('dim_pyramid') }} as pyramids
    left join {{ ref('dim_place') }} as places
        on pyramids.pyramid_key = places.pyramid_key and places.place_type = 'pyramid' and places.is_current
    where
        pyramids.pyramid_key <> {{ unknown_key() }}
        or pyramids.pyramid_key in (select summary.pyramid_key from summary)

),

certain as (

    select
        pyramid_key,
        academic_year,
        level_order,
        sum(children_count) as children_count
    from shares
    where not is_estimated
    group by pyramid_key, academic_year, level_order

),

estimated as (

    select
        pyramid_key,
        academic_year,
        level_order,
        sum(children_count) as possible_count,
        sum(children_count) filter (where not is_like_its_pyramid) as like_the_county_count,
        sum(children_count * level_share) as spread_estimate,
        count(*) filter (where level_share is null) > 0 as is_without_reference,
        -- chance of the children themselves, and of the shares they are counted by, as if these all erred one way
        sqrt(
            sum(children_count * level_share * (1 - level_share))
            + power(sum(children_count * sqrt(level_share * (1 - level_share) / references_count)), 2)
        ) as deviation
    from shares
    where is_estimated
    group by pyramid_key, academic_year, level_order

),

populations as (

    select
        pyramid_key,
        academic_year,
        sum(children_count) as children_count
    from summary
    group by pyramid_key, academic_year

),

complete as (

    select
        pyramids.pyramid_key,
        pyramids.pyramid_code,
        pyramids.pyramid_name,
        pyramids.zone_code,
        pyramids.zone_name,
        years.academic_year,
        years.as_of_date,
        levels.level_order,
        levels.level_code,
        levels.level_name,
        settings.interval_rate,
        settings.interval_deviations,
        coalesce(populations.children_count, 0) as children_count,
        coalesce(certain.children_count, 0) as least_count,
        coalesce(certain.children_count, 0) + coalesce(estimated.possible_count, 0) as most_count,
        coalesce(estimated.like_the_county_count, 0) as like_the_county_count,
        case
            when not coalesce(estimated.is_without_reference, false)
                then coalesce(certain.children_count, 0) + coalesce(estimated.spread_estimate, 0)
        end as children_estimate,
        coalesce(estimated.deviation, 0) as deviation
    from pyramids
    cross join years
    cross join levels
    cross join settings
    left join populations
        on
            pyramids.pyramid_key = populations.pyramid_key
            and years.academic_year = populations.academic_year
    left join certain
        on
            pyramids.pyramid_key = certain.pyramid_key
            and years.academic_year = certain.academic_year
            and levels.level_order = certain.level_order
    left join estimated
        on
            pyramids.pyramid_key = estimated.pyramid_key
            and years.academic_year = estimated.academic_year
            and levels.level_order = estimated.level_order

),

-- rounded first, so that the order of adding up never turns a whole child into the next
need as (

    select
        {{ surrogate_key(['pyramid_key', 'academic_year', 'level_code']) }} as pyramid_need_key,
        pyramid_key,
        pyramid_code,
        pyramid_name,
        zone_code,
        zone_name,
        academic_year,
        as_of_date,
        level_code,
        level_name,
        level_order,
        cast(children_count as bigint) as children_count,
        cast(children_estimate as decimal(18, 2)) as children_estimate,
        cast(
            case
                when children_estimate is not null
                    then greatest(least_count, floor(round(children_estimate - interval_deviations * deviation, 6)))
            end as bigint
        ) as lower_count,
        cast(
            case
                when children_estimate is not null
                    then least(most_count, ceil(round(children_estimate + interval_deviations * deviation, 6)))
            end as bigint
        ) as upper_count,
        interval_rate,
        cast(least_count as bigint) as least_count,
        cast(most_count as bigint) as most_count,
        cast(like_the_county_count as bigint) as like_the_county_count,
        {{ rate('children_estimate', 'children_count') }} as children_estimate_rate
    from complete

)

select * from need
