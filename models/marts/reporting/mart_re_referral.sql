with referrals as (

    select
        *,
        -- one child under two records of the front door is one; who is no child of the county's schools counts too
        case
            when child_durable_key <> {{ unknown_key() }} then child_durable_key
            when person_durable_key <> {{ unknown_key() }} then person_durable_key
        end as subject_key
    from {{ ref('fct_referral') }}

),

windows as (

    select * from {{ ref('ref_re_referral') }}

),

earlier as (

    select
        subject_key,
        referral_key,
        received_date,
        closed_date
    from referrals
    where subject_key is not null

),

assessed as (

    select calendar_date as as_of_date from {{ ref('dim_date') }}
    where is_current_assessment_date

),

-- referrals are known from here on: what was received or closed before the records began cannot be seen
first_record as (

    select min(received_date) as first_date from referrals

),

judged as (

    select
        referrals.referral_key,
        referrals.zone_key,
        cast(date_trunc('month', referrals.received_date) as date) as month_date,
        referrals.subject_key is not null as is_known,
        windows.window_days,
        coalesce(
            bool_or(
                earlier.closed_date <= referrals.received_date
                and {{ days_between('earlier.closed_date', 'referrals.received_date') }} <= windows.window_days
            ),
            false
        ) as is_re_referral,
        coalesce(
            bool_or(
                earlier.received_date < referrals.received_date
                and {{ days_between('earlier.received_date', 'referrals.received_date') }} <= windows.window_days
            ),
            false
        ) as is_repeat_referral
    from referrals
    left join windows on {{ valid_on('referrals.received_date', 'windows') }}
    left join earlier
        on referrals.subject_key = earlier.subject_key and referrals.referral_key <> earlier.referral_key
    group by all

),

counted as (

    select
        month_date,
        zone_key,
        window_days,
        count(*) as referrals_count,
        count(*) filter (where is_known) as known_count,
        count(*) filter (where is_known and is_re_referral) as re_referrals_count,
        count(*) filter (where is_known and is_repeat_referral) as repeat_referrals_count
    from judged
    group by month_date, zone_key, window_days

    union all

    select
        month_date,
        'county' as zone_key,
        window_days,
        count(*) as referrals_count,
        count(*) filter (where is_known) as known_count,
        count(*) filter (where is_known and is_re_referral) as re_referrals_count,
        count(*) filter (where is_known and is_repeat_referral) as repeat_referrals_count
    from judged
    group by month_date, window_days

),

places as (

    select
        coalesce(zone_key, place_key) as zone_key,
        place_code as zone_code,
        place_name as zone_name
    from {{ ref('dim_place') }}
    where place_type in ('zone', 'county')

),

-- every month since the first referral: one in which none came is a month of none
months as (

    select
        dates.calendar_date as month_date,
        windows.window_days,
        windows.is_default
    from {{ ref('dim_date') }} as dates
    cross join first_record
    cross join assessed
    left join windows on {{ valid_on('dates.calendar_date', 'windows') }}
    where
        extract(day from dates.calendar_date) = 1
        and dates.calendar_date between date_trunc('month', first_record.first_date) and assessed.as_of_date

),

-- A month counts in full only when a whole window lies before it.
placed as (

    select
        {{ surrogate_key(['months.month_date', 'places.zone_key', 'months.window_days']) }} as re_referral_key,
        places.zone_key,
        places.zone_code,
        places.zone_name,
        places.zone_key = 'county' as is_county,
        months.month_date,
        {{ academic_year('months.month_date') }} as academic_year,
        date_trunc('month', assessed.as_of_date) > months.month_date as is_complete,
        months.window_days,
        months.is_default as is_default_window,
        coalesce(counted.referrals_count, 0) as referrals_count,
        coalesce(counted.known_count, 0) as known_count,
        coalesce(counted.re_referrals_count, 0) as re_referrals_count,
        coalesce(counted.repeat_referrals_count, 0) as repeat_referrals_count,
        coalesce(
            cast(first_record.first_date + months.window_days * interval '1' day as date) <= months.month_date, false
        ) as has_whole_window
    from months
    cross join places
    left join counted
        on
            months.month_date = counted.month_date
            and places.zone_key = counted.zone_key
            and months.window_days = counted.window_days
    cross join first_record
    cross join assessed
    -- referrals of nobody's zone are shown where there are any
    where places.zone_key <> {{ unknown_key() }} or counted.referrals_count > 0

),

rated as (

    select
        re_referral_key,
        zone_key,
        zone_code,
        zone_name,
        is_county,
        month_date,
        academic_year,
        is_complete,
        window_days,
        is_default_window,
        referrals_count,
        known_count,
        case when has_whole_window then re_referrals_count end as re_referrals_count,
        case
            when has_whole_window then {{ rate('re_referrals_count', 'known_count') }}
        end as re_referral_rate,
        case when has_whole_window then repeat_referrals_count end as repeat_referrals_count,
        case
            when has_whole_window then {{ rate('repeat_referrals_count', 'known_count') }}
        end as repeat_referral_rate,
        case when not has_whole_window then 'history_too_short' end as reason_code
    from placed

)

select * from rated
