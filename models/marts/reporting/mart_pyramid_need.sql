{%- set evidence_codes = (var('flag_codes') | list + ['ehc_plan']) | sort -%}
{%- set answers = [] -%}
{%- for code in evidence_codes %}{% do answers.append(code ~ '_state') %}{% endfor -%}
with summary as (

    select * from {{ ref('fct_need_level_summary') }}

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

    select * from {{ ref('dim_pyramid') }}
    where pyramid_key <> {{ unknown_key() }} or pyramid_key in (select summary.pyramid_key from summary)

),

-- children of a pyramid who are alike in every answer
alike as (

    select
        pyramid_key,
        academic_year,
        {{ surrogate_key(answers) }} as answers_key,
        {% for code in evidence_codes %}
            max({{ code }}_state) as {{ code }}_state,
        {% endfor %}
        max(lowest_level_order) as lowest_level_order,
        max(highest_level_order) as highest_level_order,
        sum(children_count) as children_count
    from summary
    group by pyramid_key, academic_year, answers_key

),

grouped as (

    select
        *,
        {% for code in evidence_codes %}
            {{ code }}_state <> 'not_assessable' {{ 'and' if not loop.last else 'as is_known_in_full' }}
        {% endfor %}
    from alike

),

certain as (

    select
        pyramid_key,
        academic_year,
        lowest_level_order as level_order,
        sum(children_count) as children_count
    from grouped
    where lowest_level_order = highest_level_order
    group by pyramid_key, academic_year, lowest_level_order

),

-- those who could be at several levels, beside the children known in full who agree with them in every answer there is
compared as (

    select
        grouped.pyramid_key,
        grouped.academic_year,
        grouped.answers_key,
        grouped.children_count,
        levels.level_order,
        coalesce(
            sum(known.children_count) filter (where grouped.pyramid_key = known.pyramid_key), 0
        ) as pyramid_reference_count,
        coalesce(sum(known.children_count), 0) as county_reference_count
    from grouped
    inner join levels
        on levels.level_order between grouped.lowest_level_order and grouped.highest_level_order
    left join grouped as known
        on
            grouped.academic_year = known.academic_year
            and levels.level_order = known.lowest_level_order
            and known.is_known_in_full
            {% for code in evidence_codes %}
                and grouped.{{ code }}_state in ('not_assessable', known.{{ code }}_state)
            {% endfor %}
    where grouped.lowest_level_order < grouped.highest_level_order
    group by
        grouped.pyramid_key, grouped.academic_year, grouped.answers_key, grouped.children_count, levels.level_order

),

-- where few of the pyramid are like them, those of the county speak for them
referred as (

    select
        compared.*,
        coalesce(sum(compared.pyramid_reference_count) over (
            partition by compared.pyramid_key, compared.academic_year, compared.answers_key
        ) >= settings.minimum_children, false) as is_like_its_pyramid
    from compared
    cross join settings

),

shared as (

    select
        pyramid_key,
        academic_year,
        level_order,
        children_count,
        is_like_its_pyramid,
        case
            when is_like_its_pyramid then pyramid_reference_count else county_reference_count
        end as reference_count,
        sum(
            case when is_like_its_pyramid then pyramid_reference_count else county_reference_count end
        ) over (partition by pyramid_key, academic_year, answers_key) as references_count
    from referred

),

spread as (

    select
        *,
        cast(reference_count as double) / nullif(references_count, 0) as share
    from shared

),

estimated as (

    select
        pyramid_key,
        academic_year,
        level_order,
        sum(children_count) as possible_count,
        sum(children_count) filter (where not is_like_its_pyramid) as like_the_county_count,
        sum(children_count * share) as spread_estimate,
        count(*) filter (where share is null) > 0 as is_without_reference,
        -- chance of the children themselves, and of the shares they are counted by, as if these all erred one way
        sqrt(
            sum(children_count * share * (1 - share))
            + power(sum(children_count * sqrt(share * (1 - share) / references_count)), 2)
        ) as deviation
    from spread
    group by pyramid_key, academic_year, level_order

),

populations as (

    select
        pyramid_key,
        academic_year,
        sum(children_count) as children_count
    from grouped
    group by pyramid_key, academic_year

),

complete as (

    select
        pyramids.pyramid_key,
        pyramids.pyramid_code,
        pyramids.pyramid_name,
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
