{#- From one school to another, as main registrations follow each other. Of several at once the one that
    int_main_registrations believes is the child's school, the other again when that is over. -#}
with registrations as (

    select * from {{ ref('int_main_registrations') }}

),

schools as (

    select * from {{ ref('dim_school') }}

),

stays as (

    {{ without_overlap('registrations', ['child_durable_key'], ['preference'], ['child_durable_key', 'school_id']) }}

),

followed as (

    select
        child_durable_key,
        school_id,
        start_date as moved_date,
        lag(school_id) over (partition by child_durable_key order by start_date) as from_school_id,
        lag(end_date) over (partition by child_durable_key order by start_date) as left_date
    from stays
    where start_date < end_date

),

-- Both schools as they are on the day of the move: who goes on where two schools have become one moves nowhere.
moves as (

    select
        {{ surrogate_key(['followed.child_durable_key', 'followed.moved_date']) }} as school_move_key,
        {{ or_unknown('children.child_key') }} as child_key,
        {{ or_unknown('children.child_durable_key') }} as child_durable_key,
        {% for key in ['school', 'school_durable', 'pyramid', 'zone'] %}
            {{ or_unknown('schools.' ~ key ~ '_key') }} as {{ key }}_key,
        {% endfor %}
        {% for key in ['school', 'school_durable', 'pyramid', 'zone'] %}
            {{ or_unknown('from_schools.' ~ key ~ '_key') }} as from_{{ key }}_key,
        {% endfor %}
        {{ date_key('followed.moved_date') }} as moved_date_key,
        {{ date_key('followed.left_date') }} as left_date_key,
        {{ academic_year('followed.moved_date') }} as academic_year,
        {{ academic_year('followed.moved_date') }}
        = {{ academic_year("followed.left_date - interval '1' day") }} as is_within_year,
        cast({{ days_between('followed.left_date', 'followed.moved_date') }} as integer) as days_between_count,
        followed.left_date,
        followed.moved_date
    from followed
    left join {{ ref('dim_child') }} as children
        on
            followed.child_durable_key = children.child_durable_key
            and {{ valid_on('followed.moved_date', 'children') }}
    left join schools
        on followed.school_id = schools.school_id and {{ valid_on('followed.moved_date', 'schools') }}
    left join schools as from_schools
        on followed.from_school_id = from_schools.school_id and {{ valid_on('followed.moved_date', 'from_schools') }}
    where
        followed.moved_date <= {{ as_of_date() }}
        and coalesce(schools.school_durable_key, followed.school_id)
        <> coalesce(from_schools.school_durable_key, followed.from_school_id)

),

placed as (

    select
        *,
        case
            when pyramid_key <> {{ unknown_key() }} and from_pyramid_key <> {{ unknown_key() }}
                then pyramid_key = from_pyramid_key
        end as is_within_pyramid,
        case
            when zone_key <> {{ unknown_key() }} and from_zone_key <> {{ unknown_key() }}
                then zone_key = from_zone_key
        end as is_within_zone
    from moves

)

select * from placed
