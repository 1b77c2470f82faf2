with children as (

    select * from {{ ref('fct_flag_assessment') }}
    where is_current and population_code = {{ school_age() }}
    qualify row_number() over (partition by child_durable_key order by flag_key) = 1

),

flags as (

    select * from {{ ref('dim_flag') }}

),

raised as (

    select
        raised_flags.child_durable_key,
        raised_flags.raised_date,
        raised_flags.is_strong,
        raised_flags.as_of_date,
        flags.flag_code,
        flags.flag_role = 'reason' as is_reason
    from {{ ref('fct_flag_raised') }} as raised_flags
    inner join flags on raised_flags.flag_key = flags.flag_key
    where flags.population_code = {{ school_age() }}

),

rules as (

    select * from {{ ref('ref_tier_rule') }} as dated
    where {{ valid_on(as_of_date(), 'dated') }}

),

tiers as (

    select * from {{ ref('ref_tier') }}

),

-- what there is for each rule, of the flags that it looks at
counted as (

    select
        raised.child_durable_key,
        raised.as_of_date,
        rules.rule_id,
        count(*) as raised_count,
        count(*) filter (where raised.is_reason) as reasons_count,
        count(*) filter (where raised.is_strong) as strong_count,
        max(raised.raised_date) filter (where raised.is_reason) as newest_reason_date
    from raised
    inner join rules on rules.evidence_code in ('flags', raised.flag_code)
    group by raised.child_durable_key, raised.as_of_date, rules.rule_id

),

-- of the rules that hold, the one whose tier comes first
placed as (

    select
        counted.child_durable_key,
        rules.rule_id,
        rules.tier_code,
        tiers.tier_order
    from counted
    inner join rules on counted.rule_id = rules.rule_id
    inner join tiers on rules.tier_code = tiers.tier_code
    where
        counted.raised_count >= rules.minimum_count
        and counted.reasons_count >= rules.minimum_reason_count
        and counted.strong_count >= rules.minimum_strong_count
        and coalesce(
            {{ days_between('counted.newest_reason_date', 'counted.as_of_date') }} < rules.raised_within_days,
            rules.raised_within_days is null
        )
        and coalesce(
            {{ days_between('counted.newest_reason_date', 'counted.as_of_date') }} >= rules.raised_for_days,
            rules.raised_for_days is null
        )
    qualify row_number() over (
        partition by counted.child_durable_key order by tiers.tier_order asc, rules.rule_id asc
    ) = 1

),

last_tier as (

    select
        tier_code,
        tier_order
    from tiers
    qualify row_number() over (order by tier_order desc) = 1

),

of_child as (

    select
        child_durable_key,
        count(*) as raised_count,
        count(*) filter (where is_reason) as reasons_count,
        count(*) filter (where is_strong) as strong_count
    from raised
    group by child_durable_key

),

keyed as (

    select
        {{ surrogate_key(['children.child_durable_key', 'children.as_of_date']) }} as child_tier_key,
        children.child_key,
        children.child_durable_key,
        children.school_key,
        children.school_durable_key,
        children.pyramid_key,
        children.zone_key,
        children.as_of_date_key,
        coalesce(placed.tier_code, last_tier.tier_code) as tier_code,
        coalesce(placed.tier_order, last_tier.tier_order) as tier_order,
        placed.rule_id as tier_rule_id,
        coalesce(of_child.raised_count, 0) as raised_count,
        coalesce(of_child.reasons_count, 0) as reasons_count,
        coalesce(of_child.strong_count, 0) as strong_count,
        children.as_of_date
    from children
    cross join last_tier
    left join placed on children.child_durable_key = placed.child_durable_key
    left join of_child on children.child_durable_key = of_child.child_durable_key

)

select * from keyed
