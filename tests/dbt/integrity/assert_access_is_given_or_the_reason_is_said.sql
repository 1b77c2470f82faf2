-- What: a row of access has no reason, and a row without access has one that ref_no_access_reason knows.
-- When it matters: always. Who is shut out must be told why, and nobody may be let in for want of a reason against it.
-- How to resolve: add the reason to the seed, or to the case that chooses it in int_user_access.
{% for model in ['brg_user__scope', 'fct_user_access'] %}
    select
        access.user_key,
        access.scope_level,
        access.has_access,
        access.no_access_reason_code
    from {{ ref(model) }} as access
    left join {{ ref('ref_no_access_reason') }} as reasons on access.no_access_reason_code = reasons.reason_code
    where
        access.has_access is null
        or access.has_access <> (access.no_access_reason_code is null)
        or (not access.has_access and reasons.reason_code is null)
    {% if not loop.last %}
        union all
    {% endif %}
{% endfor %}
