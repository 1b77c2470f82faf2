-- How each huddle stands of which the dashboard said something, in the case system's own columns; one row per huddle.
select
    huddle_id,
    school_id,
    line ->> 'huddle_date' as huddle_date,
    line ->> 'event_kind' as state
from entry
where (line ->> 'huddle_key') is not null and (line ->> 'child_durable_key') is null
-- what is held or cancelled is planned no more
qualify row_number() over (
    partition by huddle_id order by (line ->> 'event_kind') <> 'planned' desc, event_id desc
) = 1
order by huddle_id
