{#- Spells at schools as census returns tell of them, where Synergy does not know the child at the school. -#}
with synergy_spells as (

    select * from {{ ref('int_enrolment_spells_in_synergy') }}

),

returns as (

    select * from {{ ref('int_pupil_returns') }}

),

school_returns as (

    select * from {{ ref('int_school_returns') }}

),

-- the last establishment of each LAESTAB
establishments as (

    select
        school_id,
        school_durable_id,
        cast(close_date + interval '1' day as date) as closed_from_date
    from {{ ref('int_school_establishments') }}
    where valid_to_date = {{ end_of_time() }}

),

known_to_synergy as (

    select distinct
        child_durable_key,
        school_id
    from synergy_spells

),

-- Synergy may go by a school's new LAESTAB throughout: what it says holds for the return made under the old one too.
synergy_school_ends as (

    select
        synergy_spells.child_durable_key,
        establishments.school_durable_id,
        max(synergy_spells.end_date) as end_date
    from synergy_spells
    inner join establishments on synergy_spells.school_id = establishments.school_id
    group by synergy_spells.child_durable_key, establishments.school_durable_id

),

-- The last day on which anybody has the child on roll or speaks of it.
last_records as (

    select
        child_durable_key,
        max(record_date) as last_recorded_date
    from (
        select
            child_durable_key,
            reference_date as record_date
        from returns

        union all

        select
            child_durable_key,
            end_date as record_date
        from synergy_spells
    ) as heard
    group by child_durable_key

),

-- Leavers' returns give no status: the status they had when last on roll holds.
census_returns as (

    select
        returns.child_durable_key,
        returns.school_id,
        coalesce(
            returns.enrol_status,
            lag(returns.enrol_status) over (
                partition by returns.child_durable_key, returns.school_id order by returns.reference_date
            )
        ) as enrol_status,
        coalesce(returns.entry_date, returns.reference_date) as entry_date,
        returns.leaving_date,
        returns.reference_date,
        school_returns.return_number,
        school_returns.next_reference_date,
        -- A closed school makes no next return that a child could be missing from: the registration ends with the
        -- school if the child is known since. Whom nobody knows since is not lost: the registration lasts.
        case
            when
                establishments.closed_from_date > returns.reference_date
                and last_records.last_recorded_date >= establishments.closed_from_date
                then establishments.closed_from_date
        end as closed_from_date,
        synergy_school_ends.end_date as synergy_end_date,
        returns.nc_year,
        returns.delivery_id
    from returns
    inner join school_returns
        on returns.school_id = school_returns.school_id and returns.reference_date = school_returns.reference_date
    left join known_to_synergy
        on
            returns.child_durable_key = known_to_synergy.child_durable_key
            and returns.school_id = known_to_synergy.school_id
    left join establishments on returns.school_id = establishments.school_id
    left join synergy_school_ends
        on
            returns.child_durable_key = synergy_school_ends.child_durable_key
            and establishments.school_durable_id = synergy_school_ends.school_durable_id
    left join last_records on returns.child_durable_key = last_records.child_durable_key
    where known_to_synergy.school_id is null

),

-- A run: consecutive returns of the school with one entry date and one status. A change, or a return
-- without the child, ends it.
census_runs as (

    select
        *,
        return_number
        - row_number() over (
            partition by child_durable_key, school_id, entry_date, enrol_status order by reference_date
        ) as run
    from census_returns

),

-- The last return of a run says how it ended.
census_run_ends as (

    select
        *,
        min(reference_date) over (
            partition by child_durable_key, school_id, entry_date, enrol_status, run
        ) as first_reference_date
    from census_runs
    qualify row_number() over (
        partition by child_durable_key, school_id, entry_date, enrol_status, run
        order by reference_date desc
    ) = 1

),

census_starts as (

    select
        *,
        case
            when
                lag(entry_date) over (
                    partition by child_durable_key, school_id order by first_reference_date
                ) = entry_date
                then first_reference_date
            else entry_date
        end as start_date
    from census_run_ends

),

census_spells as (

    select
        child_durable_key,
        school_id,
        enrol_status,
        start_date,
        least(
            coalesce(
                cast(leaving_date + interval '1' day as date),
                next_reference_date,
                closed_from_date,
                {{ end_of_time() }}
            ),
            coalesce(synergy_end_date, {{ end_of_time() }}),
            coalesce(
                lead(start_date) over (
                    partition by child_durable_key, school_id order by start_date, first_reference_date
                ),
                {{ end_of_time() }}
            )
        ) as end_date,
        nc_year,
        reference_date as last_recorded_date,
        delivery_id
    from census_starts

)

select * from census_spells
