{#- By which version of its rule each flag was judged, half term by half term; whether it is another than before. -#}
with counts as (

    select * from {{ ref('int_flags_counted') }}

),

dates as (

    select * from {{ ref('int_assessment_dates') }}
    where is_half_term

),

-- one version judges a flag on a date, whatever the school
applied as (

    select
        counts.flag_code,
        counts.rule_basis,
        counts.as_of_date,
        dates.previous_as_of_date,
        max(counts.rule_id) as rule_id,
        max(counts.rule_version) as rule_version
    from counts
    inner join dates on counts.as_of_date = dates.as_of_date
    group by counts.flag_code, counts.rule_basis, counts.as_of_date, dates.previous_as_of_date

),

compared as (

    select
        applied.*,
        before.flag_code is not null
        and (
            applied.rule_id is distinct from before.rule_id
            or applied.rule_version is distinct from before.rule_version
        ) as is_another_rule
    from applied
    left join applied as before
        on
            applied.flag_code = before.flag_code
            and applied.rule_basis = before.rule_basis
            and applied.previous_as_of_date = before.as_of_date

),

-- what is counted over all flags changes with the rule of any of them
changes as (

    select
        flag_code,
        rule_basis,
        as_of_date,
        rule_id,
        rule_version,
        case
            when flag_code = 'any'
                then max(case when is_another_rule then 1 else 0 end) over (partition by rule_basis, as_of_date) = 1
            else is_another_rule
        end as is_rule_change
    from compared

)

select * from changes
