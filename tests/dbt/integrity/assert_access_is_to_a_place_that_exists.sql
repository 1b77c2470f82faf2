-- What: whoever has access has it to one school, one zone or the county, which the map knows, and their role is of
-- that kind.
-- When it matters: before files are made of it. An unknown place would be everything or nothing, as the reader likes.
-- How to resolve: look at the scope in int_user_scopes; is_scope_known must be false where no school or zone was found.
select
    access.user_key,
    access.scope_level,
    access.role_code
from {{ ref('brg_user__scope') }} as access
left join {{ ref('ref_user_role') }} as roles
    on access.role_code = roles.role_code and {{ valid_on('access.as_of_date', 'roles') }}
where
    access.has_access
    and (
        access.scope_level not in ('school', 'zone', 'county')
        or roles.scope_level is distinct from access.scope_level
        or (access.scope_level = 'school' and access.school_durable_key = {{ unknown_key() }})
        or (access.scope_level = 'zone' and access.zone_key = {{ unknown_key() }})
    )
