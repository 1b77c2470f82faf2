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

from dashboard import overlay_logs as logs
from orchestration.home.entries import Event, Events, HuddleEvent

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

TABLES = """
    select schema_name, table_name, bool_or(database_name = $file) as is_in_file
    from duckdb_tables()
    where database_name in ($file, $analysts)
    group by all
"""

SHOWN = ("core", "mart", "ops", "reference")
"""Schemas in which pages look for a table, in this order."""

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
class Ground:
    """What a file of a release says of being laid over, as long as it is open.

    `schemas` are those of the file in which pages look; `models`, in their order, are none for a file that tells of no
    responses, as a partner agency's. In their SQL `$overlay` is left to be named.
    """

    schemas: tuple[str, ...]
    models: tuple[Model, ...]


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


def ground(connection: duckdb.DuckDBPyConnection, catalogs: Catalogs) -> Ground:
    """Look up what does not change while the files are open: where each table is takes longer than to read it."""
    tables = connection.execute(TABLES, {"file": catalogs.file, "analysts": catalogs.analysts}).fetchall()
    own = {(schema, table) for schema, table, is_in_file in tables if is_in_file}
    schemas = tuple(schema for schema in SHOWN if any(schema == one for one, _ in own))
    if ("core", "fct_response_event") not in own:
        return Ground(schemas, ())
    rows = connection.execute(
        f"""
        select schema_name, model_name, relation_name, sql, log_of from {catalogs.analysts}.ops.overlay_model
        order by build_order
        """
    ).fetchall()
    models = [Model(*row) for row in rows]
    found = {(schema, table): "file" if is_in_file else "analysts" for schema, table, is_in_file in tables}
    return Ground(schemas, tuple(replace(model, sql=_sql(model, models, found)) for model in models))


def lay(
    connection: duckdb.DuckDBPyConnection, catalogs: Catalogs, ground: Ground, today: date, events: Iterable[Event]
) -> bool:
    """Fill the empty database `catalogs.overlay` with events that concern the file; False, and nothing is in it, where
    the file knows all of them. The session is one that `prepare` made ready.
    """
    lines = json.dumps([asdict(event) for event in events])
    connection.execute(_named(logs.NEW_EVENTS, catalogs), {"events": lines})
    counts = [
        connection.execute(_named(sql, catalogs), {"today": today}).fetchone()
        for sql in (logs.NEW_RESPONSE_EVENTS, logs.NEW_HUDDLE_EVENTS, logs.NEW_HUDDLE_CHILD_EVENTS)
    ]
    if not any(count for (count,) in filter(None, counts)):
        return False
    connection.execute(_named(logs.TOUCHED_CHILDREN, catalogs))
    for schema in sorted({model.schema_name for model in ground.models}):
        connection.execute(f"create schema {catalogs.overlay}.{schema}")
    for model in ground.models:
        if model.log_of:
            _create(connection, catalogs, model, _named(logs.LOGS[model.log_of], catalogs), "table")
            continue
        made = _named(model.sql, catalogs)
        if model.model_name in REPLACED:
            _replace(connection, catalogs, model, made)
        else:
            _create(connection, catalogs, model, made, "table")
    return True


def concerning(connection: duckdb.DuckDBPyConnection, catalogs: Catalogs, events: Events) -> Events:
    """Those of some events that are about a child of the file, each by the child's key in it."""
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
    if not huddles:
        return ()
    asked = {
        "huddles": [event.huddle_key for event in huddles],
        "schools": [event.school_id for event in huddles],
        "named": [event.huddle_key for event in of_children if isinstance(event, HuddleEvent)],
    }
    found = {key for (key,) in connection.execute(_named(HUDDLES_OF_FILE, catalogs), asked).fetchall()}
    return tuple(event for event in huddles if event.huddle_key in found)


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


def _sql(model: Model, models: list[Model], found: dict[tuple[str, str], str]) -> str:
    """The model's statement, with each table that it names where it is: laid over, in the file, or the analysts'."""
    over = {one.relation_name: f"$overlay.{one.schema_name}.{one.model_name}" for one in models}
    database = model.relation_name.split(".")[0]
    sql = model.sql
    for (schema, table), where in found.items():
        relation = f'{database}."{schema}"."{table}"'
        if relation in sql:
            stands = over.get(relation) or f"${where}.{schema}.{table}"
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
