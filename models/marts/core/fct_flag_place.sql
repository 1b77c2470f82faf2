with counts as (

    select * from {{ ref('int_flags_counted_by_place') }}

),

applied as (

    select * from {{ ref('int_flag_rules_applied') }}

),

rules as (

    select * from {{ ref('dim_flag_rule') }}

),

flags as (

    select * from {{ ref('dim_flag') }}
    where flag_key <> {{ unknown_key() }}

),

places as (

    select * from {{ ref('dim_place') }}

),

half_terms as (

    select * from {{ ref('dim_date') }}
    where is_assessment_date

),

dates as (

    select
        half_terms.calendar_date as as_of_date,
        half_terms.previous_assessment_date as previous_as_of_date,
        years_before.calendar_date as last_year_as_of_date
    from half_terms
    left join half_terms as years_before
        on
            half_terms.half_term = years_before.half_term
            and {{ academic_year_start('half_terms.calendar_date') }}
            = {{ academic_year_start('years_before.calendar_date') }} + 1

),

bases as (

    select distinct rule_basis from counts

),

peopled as (

    select distinct
        place_type,
        place_code
    from counts

),

-- every zone and pyramid of the map, children or not, the unknown ones where they ever had children; schools on the
-- dates on which they have some
counted as (

    select
        places.place_key,
        places.place_durable_key,
        flags.flag_key,
        flags.flag_code,
        bases.rule_basis,
        dates.as_of_date,
        dates.previous_as_of_date,
        dates.last_year_as_of_date,
        {{ flag_totals_or_nought('counts') }},
        {{ flag_totals_or_nought('counts', 'todays_map_') }}
    from places
    inner join dates on {{ valid_on('dates.as_of_date', 'places') }}
    inner join flags on flags.population_code = {{ school_age() }} or places.place_type in ('county', 'zone')
    cross join bases
    left join peopled on places.place_type = peopled.place_type and places.place_code = peopled.place_code
    left join counts
        on
            places.place_type = counts.place_type
            and places.place_code = counts.place_code
            and flags.flag_code = counts.flag_code
            and bases.rule_basis = counts.rule_basis
            and dates.as_of_date = counts.as_of_date
    where
        counts.place_code is not null
        or places.place_type = 'county'
        or (
            places.place_type in ('zone', 'pyramid')
            and (places.place_code <> {{ unknown_key() }} or peopled.place_code is not null)
        )

),

rated as (

    select
        *,
        {{ rate('raised_count', 'assessable_count') }} as raised_rate,
        {{ rate('todays_map_raised_count', 'todays_map_assessable_count') }} as todays_map_raised_rate,
        -- the first date on which the flag could be assessed there, for anybody
        min(case when assessable_count > 0 then as_of_date end) over (
            partition by place_durable_key, flag_key, rule_basis
            order by as_of_date
            rows between unbounded preceding and current row
        ) as first_as_of_date
    from counted

),

compared as (

    select
        rated.*,
        {% for then in ['previous', 'last_year', 'first'] %}
            {{ then }}_rated.raised_count as {{ then }}_raised_count,
            {{ then }}_rated.raised_rate as {{ then }}_raised_rate,
        {% endfor %}
        previous_rated.todays_map_raised_count as todays_map_previous_raised_count,
        previous_rated.todays_map_raised_rate as todays_map_previous_raised_rate
    from rated
    {% for then in ['previous', 'last_year', 'first'] %}
        left join rated as {{ then }}_rated
            on
                rated.place_durable_key = {{ then }}_rated.place_durable_key
                and rated.flag_key = {{ then }}_rated.flag_key
                and rated.rule_basis = {{ then }}_rated.rule_basis
                and rated.{{ then }}_as_of_date = {{ then }}_rated.as_of_date
    {% endfor %}

),

keyed as (

    select
        {{ surrogate_key([
            'compared.place_durable_key', 'compared.flag_key', 'compared.as_of_date', 'compared.rule_basis'
        ]) }} as flag_place_key,
        compared.place_key,
        compared.place_durable_key,
        compared.flag_key,
        {{ or_unknown('rules.flag_rule_key') }} as flag_rule_key,
        {{ or_unknown('rules.flag_rule_durable_key') }} as flag_rule_durable_key,
        {{ date_key('compared.as_of_date') }} as as_of_date_key,
        compared.rule_basis,
        coalesce(applied.is_rule_change, false) as is_rule_change,
        coalesce(applied.is_rule_change_since_last_year, false) as is_rule_change_since_last_year,
        compared.children_count,
        compared.assessable_count,
        compared.raised_count,
        compared.not_assessable_count,
        compared.raised_rate,
        compared.previous_raised_count,
        {% for then in ['previous', 'last_year', 'first'] %}
            {{ change_in_raised('compared.' ~ then, 'compared.') }} as change_since_{{ then }}_count,
            cast(
                compared.raised_rate - compared.{{ then }}_raised_rate as decimal(9, 4)
            ) as change_since_{{ then }}_rate,
        {% endfor %}
        compared.first_as_of_date,
        compared.todays_map_children_count,
        compared.todays_map_assessable_count,
        compared.todays_map_raised_count,
        compared.todays_map_not_assessable_count,
        compared.todays_map_raised_rate,
        compared.todays_map_previous_raised_count,
        {{ change_in_raised('compared.todays_map_previous', 'compared.todays_map_') }}
            as todays_map_change_since_previous_count,
        cast(compared.todays_map_raised_rate - compared.todays_map_previous_raised_rate as decimal(9, 4))
            as todays_map_change_since_previous_rate,
        compared.as_of_date
    from compared
    left join applied
        on
            compared.flag_code = applied.flag_code
            and compared.rule_basis = applied.rule_basis
            and compared.as_of_date = applied.as_of_date
    left join rules on applied.rule_id = rules.rule_id and applied.rule_version = rules.version

)

select * from keyed
