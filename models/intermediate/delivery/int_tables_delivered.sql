{#- Which tables were delivered at all. Each night brings deliveries, and hardly ever a table that nobody had sent
    before: what asks only this is not made anew for them. -#}
select distinct
    source,
    table_name
from {{ ref('stg_ops__delivery_tables') }}
where is_in_force
