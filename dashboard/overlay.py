"""What was entered since a release was made, laid over its tables: pages say at once what the next release will say.

The tables that an entry changes are made again by the SQL that made the release (ops.overlay_model), of the responses,
huddles and children that were entered on alone, in a database in memory that stands before the file, each when a page
first asks for it. The logs of events are the release's with the journal's later events behind them.
"""

import re
from dataclasses import dataclass, replace
from datetime import date

import duckdb

from dashboard import overlay_logs as logs
from orchestration.home.entries import TODAYS_CHILDREN, Events, HuddleEvent

OF_ASKED_CHILD = logs.HUDDLE_CHILD_EVENT_KEY.format(event_id="event_id", child_durable_key="child_durable_key")
OF_FILE = f"""
    with asked as (
        select
            unnest($numbers::integer[]) as event_number,
            unnest($keys::varchar[]) as asked_key,
            unnest($response_event_keys::varchar[]) as response_event_key,
            unnest($event_ids::varchar[]) as event_id
    ),

    -- a release speaks of children by the keys of its day
    todays_children as (
        {TODAYS_CHILDREN.format(bridge="$analysts.core.brg_earlier_child__child", keys="select asked_key from asked")}
    ),

    todays as (
        select asked.*, coalesce(todays_children.child_durable_key, asked.asked_key) as child_durable_key
        from asked
        left join todays_children on asked.asked_key = todays_children.earlier_child_durable_key
    ),

    found as (
        select event_number, child_durable_key, response_event_key, {OF_ASKED_CHILD} as huddle_child_event_key
        from todays
    ),

    -- Of each of the file's tables only what is asked for: to look into a table for each event would sort all of it in.
    here as (
        select child_durable_key from $file.core.dim_child
        where child_durable_key in (select child_durable_key from found)
    ),

    known as (
        select response_event_key as event_key from $file.core.fct_response_event
        where response_event_key in (select response_event_key from found)
        union all
        select huddle_child_event_key as event_key from $file.core.fct_huddle_child_event
        where huddle_child_event_key in (select huddle_child_event_key from found where response_event_key is null)
    )

    select event_number, child_durable_key from found
    where
        child_durable_key in (select child_durable_key from here)
        and coalesce(response_event_key, huddle_child_event_key) not in (select event_key from known)
"""
"""SQL: of some events those that the file does not know yet, about children who are in it, by the key of its day."""

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
        select
            unnest($numbers::integer[]) as event_number,
            unnest($huddles::varchar[]) as huddle_key,
            unnest($schools::varchar[]) as school_id,
            unnest($event_ids::varchar[]) as event_id
    )

    select event_number from asked
    where
        {logs.HUDDLE_EVENT_KEY.format(huddle_key="huddle_key", event_id="event_id")} not in (
            select huddle_event_key from $analysts.core.fct_huddle_event
        )
        and (
            school_id in ({SCHOOLS_OF_FILE})
            or huddle_key in (select unnest($named::varchar[]))
            or huddle_key in (select huddle_key from $file.core.fct_huddle_child_event)
        )
"""
"""SQL: of some events of huddles those that no release knows yet, of huddles of which the file tells: of its schools,
and where its children were spoken about."""

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
    select school_id from $file.mart.mart_child_list
    where child_durable_key in ({CHILDREN}) and coalesce(school_id = getvariable('only_school_id'), true)
    union all
    select school_id from $overlay.main.huddle_event
    where school_id in ({SCHOOLS_OF_FILE})
"""
"""Whose agenda changes. A school's file has other schools' children only as far as they are here, too: their places on
the agenda of their main school cannot be told from it."""
GIVES_WAY = {
    "response_key": "select response_key from $overlay.main.response_event",
    "huddle_key": f"""
        select huddle_key from $overlay.main.huddle_event where school_id in ({SCHOOLS_OF_FILE})
    """,
    "child_durable_key": CHILDREN,
    "school_id": SCHOOLS,
}
"""SQL: by the column, of which rows those of the file give way."""

PUBLISHED = re.compile(r"/\* as published \*/.*?/\* what may be entered \*/", re.DOTALL)
"""What of a published table's SQL no entry changes, as macros/child_list.sql marks it: rows made again begin with what
is published."""

NAMED = re.compile("|".join(rf"\b{name}\b" for name in REPLACED))

OF_CHILDREN = f"child_durable_key in ({CHILDREN})"
NARROWED = {
    ("fct_child_decision", "fct_huddle_review"): OF_CHILDREN,
    ("fct_child_decision", "fct_response"): OF_CHILDREN,
    ("fct_child_decision", "fct_flag_raised"): OF_CHILDREN,
    ("mart_child_list", "fct_response"): OF_CHILDREN,
    ("mart_child_list", "fct_child_decision"): OF_CHILDREN,
    ("mart_huddle_agenda", "mart_child_list"): "school_id in (from $overlay.main.of_school_id)",
}
"""Of which rows of a table another is made again: of the others it would say what it says already."""


@dataclass(frozen=True)
class Model:
    schema_name: str
    model_name: str
    relation_name: str
    sql: str
    log_of: str | None
    needs: tuple[str, ...] = ()
    """Which others its SQL names."""


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
    """Set what the SQL asks of a session."""
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
    return Ground(schemas, tuple(_resolved(model, models, found) for model in models))


def concerning(connection: duckdb.DuckDBPyConnection, catalogs: Catalogs, events: Events) -> Events:
    """Those of some events that are about a child of the file, each by the child's key in it, and that it does not
    know."""
    about = [event for event in events if event.child_durable_key]
    asked = {
        "numbers": list(range(len(about))),
        "keys": [event.child_durable_key for event in about],
        "response_event_keys": [getattr(event, "response_event_key", None) for event in about],
        "event_ids": [event.event_id for event in about],
    }
    found = connection.execute(named(OF_FILE, catalogs), asked).fetchall()
    return tuple(replace(about[number], child_durable_key=key) for number, key in sorted(found))


def huddles_named(of_children: Events) -> frozenset[str]:
    """The huddles at which something was said of a child, by their keys."""
    return frozenset(event.huddle_key for event in of_children if isinstance(event, HuddleEvent))


def of_huddles(
    connection: duckdb.DuckDBPyConnection, catalogs: Catalogs, huddles: Events, spoken_at: frozenset[str]
) -> Events:
    """Those of some events about huddles of which the file tells, its own and those `spoken_at`, and that it does not
    know."""
    own = [event for event in huddles if isinstance(event, HuddleEvent)]
    asked = {
        "numbers": list(range(len(own))),
        "huddles": [event.huddle_key for event in own],
        "schools": [event.school_id for event in own],
        "event_ids": [event.event_id for event in own],
        "named": sorted(spoken_at),
    }
    found = connection.execute(named(HUDDLES_OF_FILE, catalogs), asked).fetchall() if own else []
    return tuple(own[number] for (number,) in sorted(found))


def _resolved(model: Model, models: list[Model], found: dict[tuple[str, str], str]) -> Model:
    """The model with each table that its statement names where it is: laid over, in the file, or the analysts'."""
    over = {one.relation_name: f"$overlay.{one.schema_name}.{one.model_name}" for one in models}
    database = model.relation_name.split(".")[0]
    column = REPLACED.get(model.model_name)
    stays = (
        f"select * from $file.{model.schema_name}.{model.model_name} where {column} in (from $overlay.main.of_{column})"
    )
    sql = PUBLISHED.sub(stays, model.sql)
    needs = () if model.log_of else tuple(one.model_name for one in models if one.relation_name in sql)
    for (schema, table), where in found.items():
        relation = f'{database}."{schema}"."{table}"'
        if relation in sql:
            stands = over.get(relation) or f"${where}.{schema}.{table}"
            rows = NARROWED.get((model.model_name, table))
            if rows == OF_CHILDREN and REPLACED.get(table) == "child_durable_key":
                # All that stands of these children was made again.
                stands, rows = f"$overlay.main.{table}", None
            sql = sql.replace(relation, f"(select * from {stands} where {rows})" if rows else stands)
    for relation, stands in over.items():
        sql = sql.replace(relation, stands)
    return replace(model, sql=sql, needs=needs)


def named(sql: str, catalogs: Catalogs) -> str:
    """SQL with the databases' names in the place of $file, $analysts and $overlay."""
    for name, catalog in vars(catalogs).items():
        sql = sql.replace(f"${name}.", f"{catalog}.")
    return sql
