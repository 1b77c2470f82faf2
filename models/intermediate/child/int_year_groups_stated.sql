{#- The NC year that sources state of a child. Year groups turn on 1 September: what is stated on a day holds from that
    academic year's 1 September, and something else stated later in the year from its own day. -#}
with identities as (

    select * from {{ ref('int_child_identity') }}

),

pupils as (

    select * from {{ ref('stg_synergy__pupils') }}

),

enrolments as (

    select * from {{ ref('stg_synergy__enrolments') }}

),

returns as (

    select * from {{ ref('int_pupil_returns') }}

),

statuses as (

    select * from {{ ref('ref_enrol_status') }}

),

statements as (

    select
        child_durable_key,
        nc_year,
        enrol_status,
        school_id,
        1 as source_rank,
        -- a leaver's year group is that of the last day
        least(reference_date, coalesce(leaving_date, reference_date)) as stated_date
    from returns

    union all

    -- Synergy gives a spell one year group: that of the extract, or of the last day of a spell that is over.
    select
        identities.child_durable_key,
        enrolments.nc_year,
        enrolments.enrol_status,
        enrolments.school_id,
        2 as source_rank,
        greatest(
            enrolments.start_date,
            least(enrolments.extract_date, coalesce(enrolments.last_date, enrolments.extract_date))
        ) as stated_date
    from enrolments
    inner join pupils on enrolments.pupil_id = pupils.pupil_id
    inner join identities on pupils.identity_id = identities.identity_id

),

-- one word a day: the main registration's, the census's before Synergy's
one_a_day as (

    select
        statements.child_durable_key,
        statements.nc_year,
        statements.stated_date,
        {{ academic_year_start('statements.stated_date') }} as year_start
    from statements
    left join statuses on statements.enrol_status = statuses.enrol_status
    where
        statements.nc_year is not null
        and {{ academic_year_start('statements.stated_date') }}
        between {{ calendar_first_year() }} and {{ calendar_last_year() }}
    qualify row_number() over (
        partition by statements.child_durable_key, statements.stated_date
        order by
            case when statuses.is_main then 0 else 1 end,
            statements.source_rank,
            statements.school_id,
            statements.nc_year
    ) = 1

),

stated as (

    select
        child_durable_key,
        year_start,
        nc_year,
        case
            when row_number() over (partition by child_durable_key, year_start order by stated_date) = 1
                then make_date(cast(year_start as integer), 9, 1)
            else stated_date
        end as from_date
    from one_a_day

)

select * from stated
