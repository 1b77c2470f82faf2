with schools as (

    select * from {{ ref('int_schools') }}

),

memberships as (

    select * from {{ ref('int_school_memberships') }}

),

-- every day from which a school's pyramid or zone may differ from the day before
turning_days as (

    select
        school_id,
        {{ beginning_of_time() }} as valid_from_date
    from schools

    union

    select
        school_id,
        valid_from_date
    from memberships

    union

    select
        school_id,
        valid_to_date as valid_from_date
    from memberships
    where valid_to_date < {{ end_of_time() }}

),

-- versions fill all time, with no pyramid or zone where the map has none, so that every event finds its school
spans as (

    select
        school_id,
        valid_from_date,
        coalesce(
            lead(valid_from_date) over (partition by school_id order by valid_from_date), {{ end_of_time() }}
        ) as valid_to_date
    from turning_days

),

versions as (

    select
        spans.school_id,
        spans.valid_from_date,
        spans.valid_to_date,
        schools.school_durable_id,
        schools.urn,
        coalesce(schools.school_name, schools.school_id) as school_name,
        schools.phase_code,
        schools.phase_name,
        schools.establishment_type,
        schools.postcode,
        schools.open_date,
        schools.close_date,
        schools.is_in_register,
        memberships.pyramid_code,
        memberships.zone_code
    from spans
    inner join schools on spans.school_id = schools.school_id
    left join memberships
        on
            spans.school_id = memberships.school_id
            and {{ valid_on('spans.valid_from_date', 'memberships') }}

),

keyed as (

    select
        {{ surrogate_key(['school_id', 'valid_from_date']) }} as school_key,
        {{ surrogate_key(['school_durable_id']) }} as school_durable_key,
        school_id,
        urn,
        school_name,
        phase_code,
        phase_name,
        establishment_type,
        postcode,
        case
            when pyramid_code is null then {{ unknown_key() }} else {{ surrogate_key(['pyramid_code']) }}
        end as pyramid_key,
        pyramid_code,
        case when zone_code is null then {{ unknown_key() }} else {{ surrogate_key(['zone_code']) }} end as zone_key,
        zone_code,
        open_date,
        close_date,
        is_in_register,
        pyramid_code is not null or zone_code is not null as is_on_map,
        valid_from_date,
        valid_to_date,
        -- a successor shares its predecessor's durable key: one version of the whole chain is current
        row_number() over (
            partition by school_durable_id
            order by
                valid_to_date desc,
                case when close_date is null then 0 else 1 end,
                open_date desc nulls last,
                school_id desc
        ) = 1 as is_current
    from versions

    union all

    select
        {{ unknown_key() }} as school_key,
        {{ unknown_key() }} as school_durable_key,
        {{ unknown_key() }} as school_id,
        null as urn,
        'Not known' as school_name,
        null as phase_code,
        null as phase_name,
        null as establishment_type,
        null as postcode,
        {{ unknown_key() }} as pyramid_key,
        null as pyramid_code,
        {{ unknown_key() }} as zone_key,
        null as zone_code,
        null as open_date,
        null as close_date,
        false as is_in_register,
        false as is_on_map,
        {{ beginning_of_time() }} as valid_from_date,
        {{ end_of_time() }} as valid_to_date,
        true as is_current

)

select * from keyed
