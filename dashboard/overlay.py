"""What was entered since a release was made, laid over its tables: pages say at once what the next release will say.

The tables that an entry changes are made again by the SQL that made the release (ops.overlay_model), of the responses
that were entered on and of their children alone, in a database in memory that stands before the file. The log of events
is the release's with the journal's later events behind it.
"""

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass, replace
from datetime import date

import duckdb

from orchestration.home.entries import ResponseEvent

LOG = "response_event"
"""The journal's events of a file's children, as columns of core.fct_response_event."""

NEW_EVENTS = f"""
    create table $overlay.main.{LOG} as
    with lines as (
        select unnest(from_json(cast($events as json), '["json"]')) as line
    )

    select
        line ->> 'event_id' as event_id,
        line ->> 'response_event_key' as response_event_key,
        line ->> 'response_key' as response_key,
        line ->> 'child_durable_key' as child_durable_key,
        line ->> 'school_id' as school_id,
        line ->> 'event_kind' as event_kind,
        cast(line ->> 'event_date' as date) as event_date,
        cast(line ->> 'recorded_at' as timestamp) as recorded_at,
        line ->> 'recorded_by' as recorded_by_user_key,
        line ->> 'response_code' as response_code,
        line ->> 'status_code' as status_code,
        line ->> 'current_progress' as current_progress,
        line ->> 'overall_progress' as overall_progress,
        cast(line ->> 'review_due_date' as date) as review_due_date,
        line ->> 'agency_code' as agency_code,
        line ->> 'lead_user_key' as lead_user_key,
        line ->> 'corrects_response_event_key' as corrects_response_event_key,
        'dashboard' as event_source
    from lines
    where
        cast(line ->> 'event_date' as date) <= $today
        and (line ->> 'response_event_key') not in (select response_event_key from $file.core.fct_response_event)
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

LOGGED = f"""
    with events as (
        select
            response_event_key, response_key, corrects_response_event_key, event_source, child_durable_key, school_id,
            event_kind, event_date, recorded_at, recorded_by_user_key, response_code, status_code, current_progress,
            overall_progress, review_due_date, agency_code, lead_user_key, event_order, '' as event_id
        from $file.core.fct_response_event
        where response_key in (select response_key from $overlay.main.{LOG})

        union all by name

        select *, 1000000 as event_order from $overlay.main.{LOG}
    )

    select
        * exclude (event_id, event_order, recorded_by_user_key),
        recorded_by_user_key as recorded_by,
        row_number() over (
            partition by response_key
            order by recorded_at asc nulls first, event_source asc, event_order asc, event_id asc
        ) as event_order,
        cast(null as varchar) as delivery_id
    from events
"""

HAS_EVENTS = """
    select 1 from duckdb_tables() where database_name = $file and table_name = 'fct_response_event'
"""

REPLACED = {
    "fct_response_event": "response_key",
    "fct_response": "response_key",
    "fct_child_decision": "child_durable_key",
    "mart_child_list": "child_durable_key",
    "mart_huddle_agenda": "school_id",
}
"""Published tables that stand before the file's, and by which column a row gives way to those made again."""

CHILDREN = f"select child_durable_key from $overlay.main.{LOG}"
SCHOOLS = f"""
    select school_id from $overlay.mart.mart_child_list
    where child_durable_key in ({CHILDREN}) and coalesce(school_id = getvariable('only_school_id'), true)
"""
"""Whose agenda changes. A school's file has other schools' children only as far as they are here, too: their places on
the agenda of their main school cannot be told from it."""
OF = {
    "response_key": f"select response_key from $overlay.main.{LOG}",
    "child_durable_key": CHILDREN,
    "school_id": SCHOOLS,
}

NARROWED = {
    ("mart_child_list", "fct_flag_assessment"): f"child_durable_key in ({CHILDREN})",
    ("mart_child_list", "fct_attainment"): f"child_durable_key in ({CHILDREN})",
    ("mart_child_list", "fct_fsm_eligibility"): f"child_durable_key in ({CHILDREN})",
    ("mart_huddle_agenda", "mart_child_list"): f"school_id in ({SCHOOLS})",
}
"""Of which rows of a table another is made again: of the others it would say what it says already."""


@dataclass(frozen=True)
class Model:
    schema_name: str
    model_name: str
    relation_name: str
    sql: str


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


def lay(
    connection: duckdb.DuckDBPyConnection, catalogs: Catalogs, today: date, events: Iterable[ResponseEvent]
) -> bool:
    """Fill the empty database `catalogs.overlay` with events that concern the file; False, and nothing is in it, where
    the file knows all of them. The session is one that `prepare` made ready.
    """
    models = models_of(connection, catalogs.analysts)
    connection.execute(
        _named(NEW_EVENTS, catalogs), {"events": json.dumps([asdict(event) for event in events]), "today": today}
    )
    (count,) = connection.execute(_named(f"select count(*) from $overlay.main.{LOG}", catalogs)).fetchone() or (0,)
    if not count:
        return False
    for schema in sorted({model.schema_name for model in models}):
        connection.execute(f"create schema {catalogs.overlay}.{schema}")
    log, *others = models
    _create(connection, catalogs, log, _named(LOGGED, catalogs), "table")
    for model in others:
        made = _named(_sql(connection, catalogs, model, models), catalogs)
        if model.model_name in REPLACED:
            _replace(connection, catalogs, model, made)
        else:
            _create(connection, catalogs, model, made, "table")
    return True


def concerning(
    connection: duckdb.DuckDBPyConnection, catalogs: Catalogs, events: tuple[ResponseEvent, ...]
) -> tuple[ResponseEvent, ...]:
    """Those of some events that are about a child of the file, each by the child's key in it."""
    if not connection.execute(HAS_EVENTS, {"file": catalogs.file}).fetchall():
        # A partner agency's file tells nothing of responses.
        return ()
    keys = sorted({event.child_durable_key for event in events})
    todays = dict(connection.execute(_named(OF_FILE, catalogs), {"keys": keys}).fetchall())
    return tuple(
        replace(event, child_durable_key=todays[event.child_durable_key])
        for event in events
        if event.child_durable_key in todays
    )


def models_of(connection: duckdb.DuckDBPyConnection, analysts: str) -> list[Model]:
    """The tables that are made again, in their order, the log of events first."""
    rows = connection.execute(
        f"select schema_name, model_name, relation_name, sql from {analysts}.ops.overlay_model order by build_order"
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
