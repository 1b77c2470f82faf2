with summary as (

    select * from {{ ref('fct_flag_summary') }}

),

dates as (

    select * from {{ ref('dim_date') }}
    where is_assessment_date

),

flags as (

    select * from {{ ref('dim_flag') }}
    where flag_key <> {{ unknown_key() }}

),

rules as (

    select * from {{ ref('dim_flag_rule') }}

),

school_names as (

    select * from {{ ref('dim_school') }}
    where is_current

),

bases as (

    select distinct rule_basis from summary

),

-- every zone and pyramid of the map, children or not, and the county; schools on the dates on which they have children
places as (

    select
        'county' as place_type,
        'county' as place_key,
        'county' as place_code,
        'County' as place_name

    union all

    select
        'zone' as place_type,
        zone_key as place_key,
        zone_code as place_code,
        zone_name as place_name
    from {{ ref('dim_zone') }}
    where zone_key <> {{ unknown_key() }} or zone_key in (select summary.zone_key from summary)

    union all

    select
        'pyramid' as place_type,
        pyramid_key as place_key,
        pyramid_code as place_code,
        pyramid_name as place_name
    from {{ ref('dim_pyramid') }}
    where pyramid_key <> {{ unknown_key() }} or pyramid_key in (select summary.pyramid_key from summary)

    union all

    select
        'school' as place_type,
        school_durable_key as place_key,
        school_id as place_code,
        school_name as place_name
    from school_names
    where school_durable_key in (select summary.school_durable_key from summary)

),

totals as (

    {% for place_type, key in [
        ('county', "'county'"), ('zone', 'zone_key'), ('pyramid', 'pyramid_key'), ('school', 'school_durable_key')
    ] %}
        select
            '{{ place_type }}' as place_type,
            {{ key }} as place_key,
            flag_key,
            rule_basis,
            as_of_date,
            {{ flag_totals() }}
        from summary
        group by all
        {% if not loop.last %}
            union all
        {% endif %}
    {% endfor %}

),

-- one version judges a flag on a date, whatever the place
judged as (

    select
        flag_key,
        rule_basis,
        as_of_date,
        max(flag_rule_key) as flag_rule_key
    from summary
    group by flag_key, rule_basis, as_of_date

),

versions_changed as (

    select
        judged.flag_key,
        judged.rule_basis,
        judged.as_of_date
    from judged
    inner join dates on judged.as_of_date = dates.calendar_date
    inner join judged as previous_judged
        on
            judged.flag_key = previous_judged.flag_key
            and judged.rule_basis = previous_judged.rule_basis
            and dates.previous_assessment_date = previous_judged.as_of_date
    where judged.flag_rule_key <> previous_judged.flag_rule_key

),

-- what is counted over all flags changes with the rule of any of them
rule_changes as (

    select * from versions_changed

    union

    select
        flags.flag_key,
        versions_changed.rule_basis,
        versions_changed.as_of_date
    from versions_changed
    cross join flags
    where flags.is_summary

),

counted as (

    select
        places.place_type,
        places.place_key,
        places.place_code,
        places.place_name,
        flags.flag_key,
        flags.flag_code,
        flags.flag_name,
        flags.display_order,
        bases.rule_basis,
        rules.version as rule_version,
        dates.academic_year,
        dates.half_term,
        dates.half_term_label,
        dates.calendar_date as as_of_date,
        dates.previous_assessment_date as previous_as_of_date,
        dates.is_current_assessment_date as is_current,
        {{ flag_totals_or_nought('totals') }}
    from places
    cross join flags
    cross join bases
    cross join dates
    left join totals
        on
            places.place_type = totals.place_type
            and places.place_key = totals.place_key
            and flags.flag_key = totals.flag_key
            and bases.rule_basis = totals.rule_basis
            and dates.calendar_date = totals.as_of_date
    left join judged
        on
            flags.flag_key = judged.flag_key
            and bases.rule_basis = judged.rule_basis
            and dates.calendar_date = judged.as_of_date
    left join rules on judged.flag_rule_key = rules.flag_rule_key
    where places.place_type <> 'school' or totals.place_key is not null

),

rated as (

    select
        *,
        {{ rate('raised_count', 'assessable_count') }} as raised_rate
    from counted

),

-- the first date on which the flag could be assessed there, for anybody
first_dates as (

    select
        place_type,
        place_key,
        flag_key,
        rule_basis,
        min(as_of_date) as first_as_of_date
    from rated
    where assessable_count > 0
    group by place_type, place_key, flag_key, rule_basis

),

compared as (

    select
        rated.*,
        last_year.raised_count as last_year_raised_count,
        last_year.raised_rate as last_year_raised_rate,
        first_dates.first_as_of_date,
        firsts.raised_count as first_raised_count,
        firsts.raised_rate as first_raised_rate,
        previous.raised_count as previous_raised_count,
        previous.raised_rate as previous_raised_rate,
        rule_changes.flag_key is not null as is_rule_change
    from rated
    left join rated as previous
        on
            rated.place_type = previous.place_type
            and rated.place_key = previous.place_key
            and rated.flag_key = previous.flag_key
            and rated.rule_basis = previous.rule_basis
            and rated.previous_as_of_date = previous.as_of_date
    left join rated as last_year
        on
            rated.place_type = last_year.place_type
            and rated.place_key = last_year.place_key
            and rated.flag_key = last_year.flag_key
            and rated.rule_basis = last_year.rule_basis
            and rated.half_term = last_year.half_term
            and {{ academic_year_start('rated.as_of_date') }} = {{ academic_year_start('last_year.as_of_date') }} + 1
    left join first_dates
        on
            rated.place_type = first_dates.place_type
            and rated.place_key = first_dates.place_key
            and rated.flag_key = first_dates.flag_key
            and rated.rule_basis = first_dates.rule_basis
            and rated.as_of_date >= first_dates.first_as_of_date
    left join rated as firsts
        on
            first_dates.place_type = firsts.place_type
            and first_dates.place_key = firsts.place_key
            and first_dates.flag_key = firsts.flag_key
            and first_dates.rule_basis = firsts.rule_basis
            and first_dates.first_as_of_date = firsts.as_of_date
    left join rule_changes
        on
            rated.flag_key = rule_changes.flag_key
            and rated.rule_basis = rule_changes.rule_basis
            and rated.as_of_date = rule_changes.as_of_date

),

trend as (

    select
        {{ surrogate_key(['place_type', 'place_key', 'flag_key', 'as_of_date', 'rule_basis']) }} as trend_key,
        place_type,
        place_key,
        place_code,
        place_name,
        flag_code,
        flag_name,
        display_order,
        rule_basis,
        rule_version,
        is_rule_change,
        academic_year,
        half_term,
        half_term_label,
        as_of_date,
        is_current,
        children_count,
        assessable_count,
        raised_count,
        not_assessable_count,
        raised_rate,
        {{ change_in_raised('previous') }} as change_since_previous_count,
        cast(raised_rate - previous_raised_rate as decimal(9, 4)) as change_since_previous_rate,
        {{ change_in_raised('last_year') }} as change_since_last_year_count,
        cast(raised_rate - last_year_raised_rate as decimal(9, 4)) as change_since_last_year_rate,
        {{ change_in_raised('first') }} as change_since_first_count,
        cast(raised_rate - first_raised_rate as decimal(9, 4)) as change_since_first_rate,
        first_as_of_date
    from compared

)

select * from trend
