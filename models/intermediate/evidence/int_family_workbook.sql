{#- The workbook that tells of families: what it does not have, nobody has. -#}
select
    delivery_id,
    extract_date
from {{ ref('stg_ops__delivery_tables') }}
where is_in_force and source = 'family_matters'
group by delivery_id, extract_date
qualify row_number() over (order by extract_date desc, delivery_id asc) = 1
