-- What waits for a reviewer leaves the build as counts alone.
with people as (

    select * from {{ ref('int_people_linked') }}
    where not is_adult

),

identity_links as (

    select * from {{ ref('int_identity_links') }}

),

social_care_children as (

    select * from {{ ref('int_social_care_children') }}

),

links as (

    select
        source,
        link_status,
        link_method,
        case when link_status = 'review' then review_reason end as review_reason,
        link_date
    from people

    union all

    select
        'upn' as source,
        link_status,
        link_method,
        case when link_status = 'review' then review_reason end as review_reason,
        link_date
    from identity_links

    union all

    select
        'cin_census' as source,
        link_status,
        link_method,
        cast(null as string) as review_reason,
        first_reference_date as link_date
    from social_care_children

),

counted as (

    select
        source,
        link_status,
        link_method,
        review_reason,
        count(*) as links_count,
        min(link_date) as first_link_date,
        max(link_date) as last_link_date
    from links
    group by source, link_status, link_method, review_reason

)

select
    {{ surrogate_key(['source', 'link_status', 'link_method', 'review_reason']) }} as link_summary_key,
    source,
    link_status,
    link_method,
    review_reason,
    links_count,
    first_link_date,
    last_link_date
from counted
