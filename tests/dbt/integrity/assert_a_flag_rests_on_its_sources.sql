-- What: a flag rests on deliveries of the sources that ref_flag_source lists for it.
-- When it matters: by that list it is decided who may see the flag; one that rests on another source would be shown to
-- an audience that may know nothing of that source.
-- How to resolve: add the source to seeds/reference/ref_flag_source.csv, and look at its levels in ref_source_audience.
with assessments as (

    select distinct
        flag_key,
        delivery_key
    from {{ ref('fct_flag_assessment') }}

)

select distinct
    flags.flag_code,
    deliveries.source
from assessments
inner join {{ ref('dim_flag') }} as flags on assessments.flag_key = flags.flag_key
inner join {{ ref('dim_delivery') }} as deliveries on assessments.delivery_key = deliveries.delivery_key
left join {{ ref('ref_flag_source') }} as listed
    on flags.flag_code = listed.flag_code and deliveries.source = listed.source
where deliveries.delivery_key <> {{ unknown_key() }} and listed.source is null
