"""Scores pairs of a person without UPN and a child with Splink, inside DuckDB: those that were not scored before."""

import logging
from typing import Any

import duckdb
from splink import DuckDBAPI, Linker

from orchestration.build.engine import one_row
from orchestration.linkage.comparisons import COMPARED_COLUMNS, COMPARISONS, settings
from orchestration.linkage.parameters import load, version

SCRATCH = "linkage_scratch"
PEOPLE, APPEARANCES = "intermediate.int_people_without_upn", "intermediate.int_child_appearances"


def score(connection: duckdb.DuckDBPyConnection, before: str) -> str:
    """Score the build's people against its children and return the name of the table of scores.

    The table has one row per content seen (the other side null) and one per pair compared: person_content_id,
    child_content_id, match_weight (bits of evidence, without a prior), the level of agreement of every comparison
    (0 is disagreement, -1 missing) and model_version. `before` names such a table of an earlier build, which need not
    exist: pairs whose contents are still there are taken over, and only pairs with new content are compared.
    """
    # Closed at the end, or Splink's objects would hold the build open for as long as they are not collected.
    with connection.cursor() as cursor:
        _score(cursor, before)
    return f"{SCRATCH}.main.score"


def _score(cursor: duckdb.DuckDBPyConnection, before: str) -> None:
    model = version()
    home = prepare(cursor)
    levels = ", ".join(f"{name}_level" for name in COMPARISONS)
    empty = ", ".join(f"null::tinyint as {name}_level" for name in COMPARISONS)
    cursor.execute(
        f"""
        create or replace table score as
        select content_id as person_content_id, null::varchar as child_content_id, null::double as match_weight,
            {empty}, '{model}' as model_version
        from person
        union all
        select null, content_id, null, {", ".join("null" for _ in COMPARISONS)}, '{model}' from child
        """
    )
    if _exists(cursor, home, before):
        for side in ("person", "child"):
            cursor.execute(
                f"""
                update {side} set is_new = false
                where content_id in (
                    select {side}_content_id from {home}.{before}
                    where model_version = '{model}' and match_weight is null and {side}_content_id is not null
                )
                """
            )
        cursor.execute(
            f"""
            insert into score
            select person_content_id, child_content_id, match_weight, {levels}, model_version
            from {home}.{before}
            where model_version = '{model}'
                and person_content_id in (select content_id from person)
                and child_content_id in (select content_id from child)
            """
        )
    if one_row(cursor.execute("select exists (from person) and exists (from child)"))[0]:
        _compare(cursor, model)


def prepare(cursor: duckdb.DuckDBPyConnection) -> str:
    """Tables `person` and `child` in a scratch database in memory, one row per content; returns the build's name."""
    home = one_row(cursor.execute("select current_database()"))[0]
    cursor.execute(f"attach if not exists ':memory:' as {SCRATCH}")
    cursor.execute(f"use {SCRATCH}")
    columns = ", ".join(COMPARED_COLUMNS)
    for side, relation in (("person", PEOPLE), ("child", APPEARANCES)):
        cursor.execute(
            f"create or replace table {side} as select distinct content_id, {columns}, true as is_new "
            f"from {home}.{relation} where content_id is not null"
        )
    return str(home)


def linker(cursor: duckdb.DuckDBPyConnection, model: dict[str, Any]) -> Linker:
    """A Splink linker on the tables `child` and `person` of the scratch database; Splink keeps quiet."""
    logging.getLogger("splink").setLevel(logging.ERROR)
    database = DuckDBAPI(cursor)
    tables = [database.register(name, dataset_display_name=name) for name in ("child", "person")]
    return Linker(tables, model, log_level=None)


def _exists(cursor: duckdb.DuckDBPyConnection, home: str, table: str) -> bool:
    return bool(
        one_row(
            cursor.execute(
                "select count(*) from duckdb_tables() where database_name = ? and schema_name || '.' || table_name = ?",
                [home, table],
            )
        )[0]
    )


def _compare(cursor: duckdb.DuckDBPyConnection, model: str) -> None:
    model_linker = linker(cursor, settings(load()))
    pairs = model_linker.inference.predict()
    levels = ", ".join(f"gamma_{name}" for name in COMPARISONS)
    cursor.execute(
        f"""
        insert into score
        select content_id_r, content_id_l, match_weight, {levels}, '{model}'
        from {pairs.physical_name}
        """
    )
    # Splink says no types of it.
    model_linker.table_management.delete_tables_created_by_splink_from_db()  # type: ignore[no-untyped-call]
