{#- What the young people of each zone do, month by month as returned, and who of them had no offer by the end of
    September. -#}
with activities as (

    select * from {{ ref('fct_post16_activity') }}
    where is_counted

),

offers as (

    select
        young_person_key,
        academic_year,
        true as is_asked,
        bool_or(is_offer_made) as is_offer_made
    from {{ ref('fct_september_guarantee') }}
    group by young_person_key, academic_year

),

months as (

    select distinct covers_to_date as month_end_date
    from {{ ref('dim_delivery') }}
    where source = 'nccis' and is_in_force

),

-- Years 12 and 13 are the cohort that is published; the older ones with special educational needs are counted beside.
monthly as (

    select
        months.month_end_date,
        {{ academic_year('months.month_end_date') }} as academic_year,
        activities.*,
        {{ is_of_published_ages('months.month_end_date', 'activities.year_12_start_year') }} as is_of_published_ages,
        offers.is_asked,
        offers.is_offer_made
    from months
    inner join activities
        on months.month_end_date between activities.first_told_date and activities.last_told_date
    left join offers
        on
            activities.young_person_key = offers.young_person_key
            and {{ academic_year('months.month_end_date') }} = offers.academic_year

),

by_place as (

    select
        *,
        zone_key as place_key
    from monthly

    union all

    select
        *,
        'county' as place_key
    from monthly

),

counted as (

    select
        place_key,
        month_end_date,
        academic_year,
        count(distinct young_person_key) filter (where is_of_published_ages) as young_people_count,
        count(distinct young_person_key) filter (where is_of_published_ages and is_neet) as neet_count,
        count(distinct young_person_key) filter (where is_of_published_ages and is_not_known) as not_known_count,
        count(distinct young_person_key) filter (where is_of_published_ages and (is_neet or is_not_known))
            as neet_or_not_known_count,
        count(distinct young_person_key) filter (where is_of_published_ages and is_participating)
            as participating_count,
        count(distinct young_person_key) filter (where not is_of_published_ages) as older_count,
        count(distinct young_person_key) filter (where not is_of_published_ages and is_neet) as older_neet_count,
        count(distinct young_person_key) filter (where is_of_published_ages and is_asked) as guaranteed_count,
        count(distinct young_person_key) filter (where is_of_published_ages and is_offer_made) as offers_made_count
    from by_place
    group by place_key, month_end_date, academic_year

),

places as (

    select
        coalesce(zone_key, place_key) as zone_key,
        place_code as zone_code,
        place_name as zone_name
    from {{ ref('dim_place') }}
    where place_type in ('zone', 'county')

),

-- A zone of which a month tells nobody is a row of noughts; the unknown zone is shown where there is somebody.
placed as (

    select
        {{ surrogate_key(['months.month_end_date', 'places.zone_key']) }} as post16_participation_key,
        places.zone_key,
        places.zone_code,
        places.zone_name,
        places.zone_key = 'county' as is_county,
        months.month_end_date,
        {{ academic_year('months.month_end_date') }} as academic_year,
        months.month_end_date = max(months.month_end_date) over () as is_current,
        coalesce(counted.young_people_count, 0) as young_people_count,
        coalesce(counted.neet_count, 0) as neet_count,
        coalesce(counted.not_known_count, 0) as not_known_count,
        coalesce(counted.neet_or_not_known_count, 0) as neet_or_not_known_count,
        coalesce(counted.participating_count, 0) as participating_count,
        coalesce(counted.older_count, 0) as older_count,
        coalesce(counted.older_neet_count, 0) as older_neet_count,
        coalesce(counted.guaranteed_count, 0) as guaranteed_count,
        coalesce(counted.offers_made_count, 0) as offers_made_count
    from months
    cross join places
    left join counted on months.month_end_date = counted.month_end_date and places.zone_key = counted.place_key
    where places.zone_key <> {{ unknown_key() }} or counted.young_people_count + counted.older_count > 0

),

rated as (

    select
        *,
        {{ rate('neet_count', 'young_people_count') }} as neet_rate,
        {{ rate('not_known_count', 'young_people_count') }} as not_known_rate,
        {{ rate('neet_or_not_known_count', 'young_people_count') }} as neet_or_not_known_rate,
        {{ rate('participating_count', 'young_people_count') }} as participating_rate,
        {{ rate('offers_made_count', 'guaranteed_count') }} as offer_rate
    from placed

)

select * from rated
