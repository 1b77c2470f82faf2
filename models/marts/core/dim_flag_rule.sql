with rules as (

    select * from {{ ref('ref_flag_rule') }}
    where flag_code in (select flags_on.flag_code from {{ flags_on() }} as flags_on)

),

keyed as (

    select
        {{ surrogate_key(['rule_id', 'version']) }} as flag_rule_key,
        {{ surrogate_key(['rule_id']) }} as flag_rule_durable_key,
        {{ surrogate_key(['flag_code']) }} as flag_key,
        flag_code,
        rule_id,
        cast(version as integer) as version,
        measure,
        {{ unit_in_words('measure') }} as unit,
        comparator,
        cast(threshold as decimal(18, 6)) as threshold,
        cast(strong_threshold as decimal(18, 6)) as strong_threshold,
        cast(minimum_sessions as integer) as minimum_sessions,
        cast(maximum_age_days as integer) as maximum_age_days,
        cast(age_from as integer) as age_from,
        cast(age_to as integer) as age_to,
        owner,
        reason,
        valid_from_date,
        valid_to_date,
        -- a version that is decided on and begins after the as-of date is known, and not current yet
        valid_from_date <= {{ as_of_date() }} and {{ as_of_date() }} < valid_to_date as is_current
    from rules

    union all

    select
        {{ unknown_key() }} as flag_rule_key,
        {{ unknown_key() }} as flag_rule_durable_key,
        {{ unknown_key() }} as flag_key,
        {{ unknown_key() }} as flag_code,
        {{ unknown_key() }} as rule_id,
        null as version,
        null as measure,
        null as unit,
        null as comparator,
        null as threshold,
        null as strong_threshold,
        null as minimum_sessions,
        null as maximum_age_days,
        null as age_from,
        null as age_to,
        null as owner,
        null as reason,
        {{ beginning_of_time() }} as valid_from_date,
        {{ end_of_time() }} as valid_to_date,
        true as is_current

)

select * from keyed
