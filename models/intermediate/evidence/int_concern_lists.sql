{#- Which list of concerns of a school is in force, and of what day it is. -#}
select
    school_id,
    max(extract_date) as listed_date,
    max(delivery_id) as delivery_id
from {{ ref('stg_concerns__concerns') }}
group by school_id
