-- What: everybody whom a list of the tool's users names has a row in the bridge of scopes, with or without access.
-- When it matters: always. A user who is in no row has no reason either, and nobody would notice.
-- How to resolve: follow the user from stg_tool_users__users through int_user_scopes to int_user_access; a row is lost
-- to an inner join or to the choice of one of two rows.
with named as (

    select user_id from {{ ref('stg_tool_users__users') }}

    union

    select user_id from {{ ref('stg_tool_users__scopes') }}

    union

    select user_id from {{ ref('stg_tool_users__clearances') }}

),

bridged as (

    select distinct user_key from {{ ref('brg_user__scope') }}

)

select {{ user_key('named.user_id') }} as user_key
from named
left join bridged on {{ user_key('named.user_id') }} = bridged.user_key
where bridged.user_key is null
