"""Snapshots: statements that begin when they are first said, and end when they are said no more or otherwise."""

from collections.abc import Mapping

import duckdb

from orchestration.build.materializations import Node, columns, count, keys, relation

MOMENT = "cast(getvariable('said_at') as timestamp)"
END_OF_TIME_AT = "timestamp '9999-12-31'"


def take(connection: duckdb.DuckDBPyConnection, node: Node, sql: str, exists: bool, compared: str = "true") -> int:
    """Compare what the SQL yields with what still stands and is `compared` (a condition on the snapshot's columns), by
    the node's unique_key and check_cols, as of the session's `said_at`; returns how many statements began or ended.

    The table is the one that dbt's strategy `check` makes, with hard deletes invalidated.
    """
    name, key, checked = relation(node), keys(node), node["config"]["check_cols"]
    parts = " || '|' || ".join(f"coalesce(cast({part} as varchar), '')" for part in [*key, MOMENT])
    begun = (
        f"select *, md5({parts}) as statement_id, {MOMENT} as updated_at, {MOMENT} as said_from_at, "
        f"{END_OF_TIME_AT} as said_to_at from found"
    )
    connection.execute(f"create or replace temp table found as (\n{sql}\n)")
    if not exists:
        connection.execute(f"create table {name} as {begun} limit 0")
    held = columns(connection, f"from {name}")
    for column, kind in columns(connection, "from found").items():
        if column not in held:
            connection.execute(f'alter table {name} add column "{column}" {kind}')
    of_key = " and ".join(f'stated."{column}" = found."{column}"' for column in key)
    unchanged = " and ".join(f'stated."{column}" is not distinct from found."{column}"' for column in checked)
    changed = count(
        connection.execute(
            f"update {name} as stated set said_to_at = {MOMENT} where said_to_at = {END_OF_TIME_AT} and {compared} "
            f"and not exists (select 1 from found where {of_key} and {unchanged})"
        )
    )
    changed += count(
        connection.execute(
            f"insert into {name} by name {begun} "
            f"where not exists (select 1 from {name} as stated where said_to_at = {END_OF_TIME_AT} and {of_key})"
        )
    )
    connection.execute("drop table found")
    return changed


def of_changed_partitions(node: Node, relations: Mapping[str, str]) -> str:
    """The condition on statements of partitions in `changed_partition`, and of those that are there no more.

    A statement is of another day each night: the half term in which a release speaks. So those are left alone whose
    `partition_statements`, columns of a partition input, are those of a partition that stays.
    """
    of = node["config"]["meta"]["partition_statements"]
    names, column = ", ".join(of["columns"]), node["config"]["meta"]["partition_by"]
    return (
        f"({names}) not in (select ({names}) from {relations[of['of']]} "
        f"where {of['where']} and {column} not in (from changed_partition))"
    )
