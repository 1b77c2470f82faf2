"""What was entered since a release was made, laid over its tables: pages say at once what the next release will say.

The tables that an entry changes are made again by the SQL that made the release (ops.overlay_model), of the responses,
huddles and children that were entered on alone, in a database in memory that stands before the file. The logs of events
are the release's with the journal's later events behind them.
"""

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass, replace
from datetime import date

import duckdb

from orchestration.home.entries import Event, Events, HuddleEvent

NEW_EVENTS = """
    create table $overlay.main.entry as
    select unnest(from_json(cast($events as json), '["json"]')) as line
"""

NEW_RESPONSE_EVENTS = """
    create table $overlay.main.response_event as
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
    where
        (line ->> 'response_event_key') is not null
        and cast(line ->> 'event_date' as date) <= $today
        and (line ->> 'response_event_key') not in (select response_event_key from $file.core.fct_response_event)
"""

NEW_HUDDLE_EVENTS = """
    create table $overlay.main.huddle_event as
    select
        md5(concat_ws('|', 'dashboard', line ->> 'huddle_key', line ->> 'event_id')) as huddle_event_key,
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
    where
        (line ->> 'huddle_key') is not null
        and (line ->> 'child_durable_key') is null
        and cast(line ->> 'event_date' as date) <= $today
        and huddle_event_key not in (select huddle_event_key from $analysts.core.fct_huddle_event)
"""

NEW_HUDDLE_CHILD_EVENTS = """
    create table $overlay.main.huddle_child_event as
    select
        md5(concat_ws('|', 'dashboard', line ->> 'event_id', line ->> 'child_durable_key')) as huddle_child_event_key,
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
    where
        (line ->> 'huddle_key') is not null
        and (line ->> 'child_durable_key') is not null
        and cast(line ->> 'event_date' as date) <= $today
        and huddle_child_event_key not in (select huddle_child_event_key from $file.core.fct_huddle_child_event)
"""

TOUCHED_CHILDREN = """
    create table $overlay.main.touched_child as
    select child_durable_key from $overlay.main.response_event
    union
    select child_durable_key from $overlay.main.huddle_child_event
    union
    select child_durable_key from $file.core.fct_huddle_child_event
    where huddle_key in (select huddle_key from $overlay.main.huddle_event)
"""

OF_FILE = """
    with asked as (
        select unnest($keys::varchar[]) as asked_key
    ),

    -- a release speaks of children by the keys of its day
    todays_children as (
        select earlier_child_durable_key, any_value(child_durable_key) as child_durable_key
        from $analysts.core.brg_earlier_child__child
        group by earlier_child_durable_key
        having count(distinct child_durable_key) = 1
    )

    select asked.asked_key, children.child_durable_key
    from asked
    left join todays_children on asked.asked_key = todays_children.earlier_child_durable_key
    inner join (select distinct child_durable_key from $file.core.dim_child) as children
        on coalesce(todays_children.child_durable_key, asked.asked_key) = children.child_durable_key
"""
"""SQL: those of some children who are in the file, by the key that they were asked by and the one of its day."""

SCHOOLS_OF_FILE = """
    select school_id from $file.core.dim_school
    where
        case
            when getvariable('only_school_id') is not null then school_id = getvariable('only_school_id')
            else school_durable_key in (select school_durable_key from $file.mart.mart_child_list)
        end
"""
"""SQL: whose huddles are in the file: the schools of a place, and of a school's file that school alone."""

HUDDLES_OF_FILE = f"""
    with asked as (
        select unnest($huddles::varchar[]) as huddle_key, unnest($schools::varchar[]) as school_id
    )

    select huddle_key from asked
    where
        school_id in ({SCHOOLS_OF_FILE})
        or huddle_key in (select unnest($named::varchar[]))
        or huddle_key in (select huddle_key from $file.core.fct_huddle_child_event)
"""
"""SQL: those of some huddles of which the file tells: of its schools, and where its children were spoken about."""

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

HUDDLES_LOGGED = """
    with touched as (
        select huddle_key from $overlay.main.huddle_event
        union
        select huddle_key from $overlay.main.huddle_child_event
        union
        select huddle_key from $file.core.fct_huddle_child_event
        where child_durable_key in (from $overlay.main.touched_child)
    ),

    -- of other schools' huddles a school's file knows nothing, and its children may have been spoken about there
    events as (
        select
            huddle_event_key, huddle_key, event_source, school_id, event_kind, event_date, huddle_date, places,
            agency_codes, recorded_at, recorded_by_user_key as recorded_by, event_order, '' as event_id
        from $analysts.core.fct_huddle_event
        where huddle_key in (from touched)

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

HAS_EVENTS = """
    select 1 from duckdb_tables() where database_name = $file and table_name = 'fct_response_event'
"""

REPLACED = {
    "fct_response_event": "response_key",
    "fct_response": "response_key",
    "fct_huddle_event": "huddle_key",
    "fct_huddle": "huddle_key",
    "fct_huddle_attendance": "huddle_key",
    "fct_huddle_child_event": "child_durable_key",
    "fct_huddle_review": "child_durable_key",
    "fct_child_decision": "child_durable_key",
    "mart_child_list": "child_durable_key",
    "mart_huddle_agenda": "school_id",
}
"""Published tables that stand before the file's, and by which column a row gives way to those made again."""

CHILDREN = "select child_durable_key from $overlay.main.touched_child"
SCHOOLS = f"""
    select school_id from $overlay.mart.mart_child_list
    where child_durable_key in ({CHILDREN}) and coalesce(school_id = getvariable('only_school_id'), true)
    union
    select school_id from $overlay.main.huddle_event
    where school_id in ({SCHOOLS_OF_FILE})
"""
"""Whose agenda changes. A school's file has other schools' children only as far as they are here, too: their places on
the agenda of their main school cannot be told from it."""
HUDDLES = f"select huddle_key from $overlay.main.huddle_event where school_id in ({SCHOOLS_OF_FILE})"
OF = {
    "response_key": "select response_key from $overlay.main.response_event",
    "huddle_key": HUDDLES,
    "child_durable_key": CHILDREN,
    "school_id": SCHOOLS,
}

OF_CHILDREN = f"child_durable_key in ({CHILDREN})"
NARROWED = {
    ("fct_child_decision", "fct_huddle_review"): OF_CHILDREN,
    ("fct_child_decision", "fct_response"): OF_CHILDREN,
    ("fct_child_decision", "fct_flag_raised"): OF_CHILDREN,
    ("mart_child_list", "fct_flag_assessment"): OF_CHILDREN,
    ("mart_child_list", "fct_attainment"): OF_CHILDREN,
    ("mart_child_list", "fct_fsm_eligibility"): OF_CHILDREN,
    ("mart_child_list", "fct_response"): OF_CHILDREN,
    ("mart_child_list", "fct_child_decision"): OF_CHILDREN,
    ("mart_huddle_agenda", "mart_child_list"): f"school_id in ({SCHOOLS})",
}
"""Of which rows of a table another is made again: of the others it would say what it says already."""


@dataclass(frozen=True)
class Model:
    schema_name: str
    model_name: str
    relation_name: str
    sql: str
    log_of: str | None


@dataclass(frozen=True)
class Catalogs:
    """The databases of a connection: a place's file, the analysts' file, and the one that stands before them."""

    file: str
    analysts: str
    overlay: str


def prepare(connection: duckdb.DuckDBPyConnection, audience: str, today: date) -> None:
    """Set what the SQL asks of a session: of the one that lays over, and of each that reads what was laid over."""
    connection.execute("set variable as_of_date = $today", {"today": today})
    school_id = audience.partition("/")[2] if audience.startswith("school/") else None
    connection.execute("set variable only_school_id = $school_id", {"school_id": school_id})


def lay(connection: duckdb.DuckDBPyConnection, catalogs: Catalogs, today: date, events: Iterable[Event]) -> bool:
    """Fill the empty database `catalogs.overlay` with events that concern the file; False, and nothing is in it, where
    the file knows all of them. The session is one that `prepare` made ready.
    """
    lines = json.dumps([asdict(event) for event in events])
    connection.execute(_named(NEW_EVENTS, catalogs), {"events": lines})
    counts = [
        connection.execute(_named(sql, catalogs), {"today": today}).fetchone()
        for sql in (NEW_RESPONSE_EVENTS, NEW_HUDDLE_EVENTS, NEW_HUDDLE_CHILD_EVENTS)
    ]
    if not any(count for (count,) in filter(None, counts)):
        return False
    connection.execute(_named(TOUCHED_CHILDREN, catalogs))
    models = models_of(connection, catalogs.analysts)
    for schema in sorted({model.schema_name for model in models}):
        connection.execute(f"create schema {catalogs.overlay}.{schema}")
    for model in models:
        if model.log_of:
            _create(connection, catalogs, model, _named(LOGS[model.log_of], catalogs), "table")
            continue
        made = _named(_sql(connection, catalogs, model, models), catalogs)
        if model.model_name in REPLACED:
            _replace(connection, catalogs, model, made)
        else:
            _create(connection, catalogs, model, made, "table")
    return True


def concerning(connection: duckdb.DuckDBPyConnection, catalogs: Catalogs, events: Events) -> Events:
    """Those of some events that are about a child of the file, each by the child's key in it."""
    if not _tells_of_responses(connection, catalogs):
        return ()
    keys = sorted({event.child_durable_key for event in events if event.child_durable_key})
    todays = dict(connection.execute(_named(OF_FILE, catalogs), {"keys": keys}).fetchall())
    return tuple(
        replace(event, child_durable_key=todays[event.child_durable_key])
        for event in events
        if event.child_durable_key in todays
    )


def of_huddles(
    connection: duckdb.DuckDBPyConnection, catalogs: Catalogs, events: Events, of_children: Events
) -> Events:
    """Those of some events about huddles of which the file tells, its own and those where `of_children` are."""
    huddles = [event for event in events if isinstance(event, HuddleEvent) and not event.child_durable_key]
    if not huddles or not _tells_of_responses(connection, catalogs):
        return ()
    asked = {
        "huddles": [event.huddle_key for event in huddles],
        "schools": [event.school_id for event in huddles],
        "named": [event.huddle_key for event in of_children if isinstance(event, HuddleEvent)],
    }
    found = {key for (key,) in connection.execute(_named(HUDDLES_OF_FILE, catalogs), asked).fetchall()}
    return tuple(event for event in huddles if event.huddle_key in found)


def _tells_of_responses(connection: duckdb.DuckDBPyConnection, catalogs: Catalogs) -> bool:
    """Whether it is no partner agency's file."""
    return bool(connection.execute(HAS_EVENTS, {"file": catalogs.file}).fetchall())


def models_of(connection: duckdb.DuckDBPyConnection, analysts: str) -> list[Model]:
    """The tables that are made again, in their order."""
    rows = connection.execute(
        f"""
        select schema_name, model_name, relation_name, sql, log_of from {analysts}.ops.overlay_model
        order by build_order
        """
    ).fetchall()
    return [Model(*row) for row in rows]


def _create(connection: duckdb.DuckDBPyConnection, catalogs: Catalogs, model: Model, sql: str, kind: str) -> None:
    connection.execute(f"create {kind} {catalogs.overlay}.{model.schema_name}.{model.model_name} as {sql}")


def _replace(connection: duckdb.DuckDBPyConnection, catalogs: Catalogs, model: Model, made: str) -> None:
    """Let all of a published table be seen: rows that were made again in the place of those that give way to them."""
    column, relation = REPLACED[model.model_name], f"{model.schema_name}.{model.model_name}"
    again = _named(f"select * from ({made}) where {column} in ({OF[column]})", catalogs)
    # The agenda is asked for by one page alone, and made when it is; the rows of the others are few, and kept.
    if model.model_name != "mart_huddle_agenda":
        connection.execute(f"create table {catalogs.overlay}.main.{model.model_name} as {again}")
        again = f"select * from {catalogs.overlay}.main.{model.model_name}"
    stays = _named(f"select * from $file.{relation} where ({column} in ({OF[column]})) is not true", catalogs)
    _create(connection, catalogs, model, f"{stays} union all by name {again}", "view")


def _sql(connection: duckdb.DuckDBPyConnection, catalogs: Catalogs, model: Model, models: list[Model]) -> str:
    """The model's statement, with each table that it names where it is: laid over, in the file, or the analysts'."""
    over = {one.relation_name: f"$overlay.{one.schema_name}.{one.model_name}" for one in models}
    database = model.relation_name.split(".")[0]
    sql = model.sql
    for schema, table, is_in_file in connection.execute(
        """
        select schema_name, table_name, bool_or(database_name = ?)
        from duckdb_tables()
        where database_name in (?, ?)
        group by all
        """,
        [catalogs.file, catalogs.file, catalogs.analysts],
    ).fetchall():
        relation = f'{database}."{schema}"."{table}"'
        if relation in sql:
            stands = over.get(relation) or f"${'file' if is_in_file else 'analysts'}.{schema}.{table}"
            rows = NARROWED.get((model.model_name, table))
            sql = sql.replace(relation, f"(select * from {stands} where {rows})" if rows else stands)
    for relation, stands in over.items():
        sql = sql.replace(relation, stands)
    return sql


def _named(sql: str, catalogs: Catalogs) -> str:
    """SQL with the databases' names in the place of $file, $analysts and $overlay."""
    for name, catalog in vars(catalogs).items():
        sql = sql.replace(f"${name}.", f"{catalog}.")
    return sql
