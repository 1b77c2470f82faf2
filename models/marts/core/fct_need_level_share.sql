{%- set evidence_codes = (flag_codes().split(',') + ['ehc_plan']) | sort -%}
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
        answers_key,
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

keyed as (

    select
        {{ surrogate_key(['pyramid_key', 'academic_year', 'answers_key', 'level_order']) }} as need_level_share_key,
        pyramid_key,
        academic_year,
        answers_key,
        level_order,
        true as is_estimated,
        cast(children_count as bigint) as children_count,
        is_like_its_pyramid,
        cast(references_count as bigint) as references_count,
        share as level_share
    from spread

    union all

    select
        {{ surrogate_key(['pyramid_key', 'academic_year', 'answers_key', 'lowest_level_order']) }}
            as need_level_share_key,
        pyramid_key,
        academic_year,
        answers_key,
        lowest_level_order as level_order,
        false as is_estimated,
        cast(children_count as bigint) as children_count,
        cast(null as boolean) as is_like_its_pyramid,
        cast(null as bigint) as references_count,
        cast(1 as double) as level_share
    from grouped
    where lowest_level_order = highest_level_order

)

select * from keyed
