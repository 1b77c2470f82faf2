{#- The days on which a user's access is asked about: for every scope the as-of date, and the last day of each month on
    which the user was there. -#}
with scopes as (

    select * from {{ ref('int_user_scopes') }}

),

-- from the first month in which anybody had access to that of the as-of date
months as (

    with recursive month (first_day) as (

        select cast(date_trunc('month', min(scopes.access_from_date)) as date) as first_day
        from scopes
        where
            scopes.access_from_date <= {{ as_of_date() }}
            -- an earlier one is a slip of the pen, and would make a row of every month since
            and extract(year from scopes.access_from_date) >= {{ calendar_first_year() }}

        union all

        select cast(month.first_day + interval '1' month as date) as first_day
        from month
        where month.first_day + interval '1' month <= {{ as_of_date() }}

    )

    select
        first_day as access_month,
        least({{ last_day_of_month('first_day') }}, {{ as_of_date() }}) as last_date
    from month

),

-- whoever left within a month is asked about on their last day
month_ends as (

    select
        scopes.*,
        months.access_month,
        false as is_as_of,
        least(
            months.last_date,
            coalesce(scopes.access_to_date, {{ end_of_time() }}),
            coalesce(scopes.scope_to_date, {{ end_of_time() }})
        ) as assessed_date
    from scopes
    inner join months
        on
            scopes.access_from_date <= months.last_date
            and scopes.scope_from_date <= months.last_date
            and coalesce(scopes.access_to_date, {{ end_of_time() }}) >= months.access_month
            and coalesce(scopes.scope_to_date, {{ end_of_time() }}) >= months.access_month
    where scopes.is_registered

),

scopes_on_dates as (

    select
        scopes.*,
        cast(date_trunc('month', {{ as_of_date() }}) as date) as access_month,
        true as is_as_of,
        {{ as_of_date() }} as assessed_date
    from scopes

    union all

    select * from month_ends
    where access_from_date <= assessed_date and scope_from_date <= assessed_date

)

-- All that is said where it comes from, whatever is added there.
select * from scopes_on_dates -- noqa: AM04
