"""SQL: what was entered since a release was made, as tables, and the release's logs of events with it behind them."""

HUDDLE_EVENT_KEY = "md5(concat_ws('|', 'dashboard', {huddle_key}, {event_id}))"
HUDDLE_CHILD_EVENT_KEY = "md5(concat_ws('|', 'dashboard', {event_id}, {child_durable_key}))"
"""SQL: the keys of what was said of a huddle and of a child at one, as surrogate_key of macros/keys.sql makes them."""

ENTRIES = """
    insert into $overlay.main.entry
    select unnest(from_json(cast($events as json), '["json"]'))
"""

NEW_RESPONSE_EVENTS = """
    select
        line ->> 'event_id' as event_id,
        line ->> 'response_event_key' as response_event_key,
        line ->> 'response_key' as response_key,
        line ->> 'child_durable_key' as child_durable_key,
        line ->> 'school_id' as school_id,
        line ->> 'event_kind' as event_kind,
        cast(line ->> 'event_date' as date) as event_date,
        cast(line ->> 'recorded_at' as timestamp) as recorded_at,
        line ->> 'recorded_by' as recorded_by,
        line ->> 'response_code' as response_code,
        line ->> 'status_code' as status_code,
        line ->> 'current_progress' as current_progress,
        line ->> 'overall_progress' as overall_progress,
        cast(line ->> 'review_due_date' as date) as review_due_date,
        line ->> 'agency_code' as agency_code,
        line ->> 'lead_user_key' as lead_user_key,
        line ->> 'corrects_response_event_key' as corrects_response_event_key,
        'dashboard' as event_source
    from $overlay.main.entry
    where cast(line ->> 'event_date' as date) <= getvariable('as_of_date')
"""

OF_HUDDLE_LINE = HUDDLE_EVENT_KEY.format(huddle_key="line ->> 'huddle_key'", event_id="line ->> 'event_id'")
NEW_HUDDLE_EVENTS = f"""
    select
        {OF_HUDDLE_LINE} as huddle_event_key,
        line ->> 'event_id' as event_id,
        line ->> 'huddle_key' as huddle_key,
        line ->> 'school_id' as school_id,
        line ->> 'event_kind' as event_kind,
        cast(line ->> 'event_date' as date) as event_date,
        cast(line ->> 'huddle_date' as date) as huddle_date,
        cast(line ->> 'places' as integer) as places,
        line ->> 'agency_codes' as agency_codes,
        cast(line ->> 'recorded_at' as timestamp) as recorded_at,
        line ->> 'recorded_by' as recorded_by,
        'dashboard' as event_source
    from $overlay.main.entry
    where cast(line ->> 'event_date' as date) <= getvariable('as_of_date')
"""

OF_CHILD_LINE = HUDDLE_CHILD_EVENT_KEY.format(
    event_id="line ->> 'event_id'", child_durable_key="line ->> 'child_durable_key'"
)
NEW_HUDDLE_CHILD_EVENTS = f"""
    select
        {OF_CHILD_LINE} as huddle_child_event_key,
        line ->> 'event_id' as event_id,
        line ->> 'huddle_key' as huddle_key,
        line ->> 'child_durable_key' as child_durable_key,
        line ->> 'school_id' as school_id,
        line ->> 'event_kind' as event_kind,
        cast(line ->> 'event_date' as date) as event_date,
        line ->> 'decision_code' as decision_code,
        line ->> 'response_key' as response_key,
        line ->> 'agency_code' as agency_code,
        cast(line ->> 'due_date' as date) as due_date,
        cast(line ->> 'recorded_at' as timestamp) as recorded_at,
        line ->> 'recorded_by' as recorded_by,
        'dashboard' as event_source
    from $overlay.main.entry
    where cast(line ->> 'event_date' as date) <= getvariable('as_of_date')
"""

NEW_EVENTS = {
    "response_event": NEW_RESPONSE_EVENTS,
    "huddle_event": NEW_HUDDLE_EVENTS,
    "huddle_child_event": NEW_HUDDLE_CHILD_EVENTS,
}
"""By its table: the entries of a kind, up to the day."""

TOUCHED_CHILDREN = """
    select child_durable_key from $overlay.main.response_event
    union all
    select child_durable_key from $overlay.main.huddle_child_event
    union all
    select child_durable_key from $file.core.fct_huddle_child_event
    where huddle_key in (select huddle_key from $overlay.main.huddle_event)
"""

RESPONSES_LOGGED = """
    with events as (
        select
            response_event_key, response_key, corrects_response_event_key, event_source, child_durable_key, school_id,
            event_kind, event_date, recorded_at, recorded_by_user_key as recorded_by, response_code, status_code,
            current_progress, overall_progress, review_due_date, agency_code, lead_user_key, event_order,
            '' as event_id
        from $file.core.fct_response_event
        where response_key in (select response_key from $overlay.main.response_event)

        union all by name

        select *, 1000000 as event_order from $overlay.main.response_event
    )

    select
        * exclude (event_id, event_order),
        row_number() over (
            partition by response_key
            order by recorded_at asc nulls first, event_source asc, event_order asc, event_id asc
        ) as event_order,
        cast(null as varchar) as delivery_id
    from events
"""

TOUCHED_HUDDLES = """
    select huddle_key from $overlay.main.huddle_event
    union
    select huddle_key from $overlay.main.huddle_child_event
    union
    select huddle_key from $file.core.fct_huddle_child_event
    where child_durable_key in (from $overlay.main.touched_child)
"""

HUDDLES_LOGGED = """
    -- of other schools' huddles a school's file knows nothing, and its children may have been spoken about there
    with events as (
        select
            huddle_event_key, huddle_key, event_source, school_id, event_kind, event_date, huddle_date, places,
            agency_codes, recorded_at, recorded_by_user_key as recorded_by, event_order, '' as event_id
        from $analysts.core.fct_huddle_event
        where huddle_key in (from $overlay.main.touched_huddle)

        union all by name

        select *, 1000000 as event_order from $overlay.main.huddle_event
    )

    select
        * exclude (event_id, event_order),
        row_number() over (partition by huddle_key order by event_order asc, event_id asc) as event_order,
        cast(null as varchar) as delivery_id
    from events
"""

HUDDLE_CHILDREN_LOGGED = """
    with events as (
        select
            huddle_child_event_key, huddle_key, child_durable_key, event_source, school_id, event_kind, event_date,
            decision_code, response_key, agency_code, due_date, recorded_at, recorded_by_user_key as recorded_by,
            event_order, '' as event_id
        from $file.core.fct_huddle_child_event
        where child_durable_key in (from $overlay.main.touched_child)

        union all by name

        select *, 1000000 as event_order from $overlay.main.huddle_child_event
    )

    select
        * exclude (event_id, event_order),
        child_durable_key as spoken_about_key,
        row_number() over (partition by child_durable_key order by event_order asc, event_id asc) as event_order,
        cast(null as varchar) as delivery_id
    from events
"""

LOGS = {
    "fct_response_event": RESPONSES_LOGGED,
    "fct_huddle_event": HUDDLES_LOGGED,
    "fct_huddle_child_event": HUDDLE_CHILDREN_LOGGED,
}
"""By the table that publishes a log: the log with the journal's later events behind it."""
