{#- In which small area a postcode lies, for sources that tell of homes by postcode alone: that of the pupils who live
    there. -#}
with counted as (

    select
        postcode,
        lsoa_code,
        count(*) as pupils_count
    from {{ ref('stg_synergy__pupils') }}
    where postcode is not null and lsoa_code is not null
    group by postcode, lsoa_code

)

select
    postcode,
    lsoa_code
from counted
qualify row_number() over (partition by postcode order by pupils_count desc, lsoa_code asc) = 1
