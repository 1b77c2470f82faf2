"""Tables kept by partition: only the partitions of one are written that would come out otherwise.

Flags are judged on some thirty days, all but one of which are over. A model whose rows of a day are made of rows of
that day in some of its inputs, and of all rows of the others, says so in its configuration:

    meta={"partition_by": "as_of_date", "partition_inputs": [the names of the former]}

and reads of them what `changed_partitions` (macros/run.sql) lets through. A partition is made anew if the rows
of it in a partition input are others than those it was made of, or if anything else that the table is made of changed.
A view may say it too: it stands for its partition inputs where it is one. A table of spans says of which days a row is,
and is counted on each day by the rows that hold on it:

    meta={"holds": [the column of the first day, that of the first day no more]}

What each partition was made of stands in ops.node_partition, written in one transaction with the table.
"""

import hashlib
import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass

import duckdb

from orchestration.build.engine import one_row
from orchestration.build.materializations import Node, columns, relation


@dataclass(frozen=True)
class Partition:
    """What a partition was made of (None of a table written whole), how many rows it has, and the sum of their hashes.

    0 and None where nobody counts rows.
    """

    inputs: str | None
    rows: int
    hash: int | None


@dataclass(frozen=True)
class Changed:
    """The partitions of a table to be made anew, by their name, each with what it is to be made of (nothing: it goes);
    whether others stay."""

    inputs: dict[str, str]
    is_part: bool


class Partitions:
    """The partitions of all tables, as they were noted and as this run finds or makes them.

    For a connection to a build whose tables are noted in ops.node_state; what is noted of others is not believed.
    """

    def __init__(self, connection: duckdb.DuckDBPyConnection, nodes: Mapping[str, Node]) -> None:
        self._connection, self._nodes = connection, nodes
        self._ids = {node["name"]: unique_id for unique_id, node in nodes.items()}
        # by which column, or expression, the rows of a table are counted
        self._columns: dict[str, str] = {}
        for node in nodes.values():
            if column := of(node):
                own = [] if node["resource_type"] == "snapshot" else [node["unique_id"]]
                counted = [name for name in self.inputs_of(node) if not holds(nodes[name])]
                self._columns |= dict.fromkeys([*own, *counted], column)
        self._holding: dict[tuple[str, tuple[str, ...]], dict[str, tuple[int, int]]] = {}
        self._noted: dict[str, dict[str, Partition]] = {}
        for unique_id, name, *made in connection.execute(
            "select unique_id, partition, inputs, rows, hash from ops.node_partition semi join ops.node_state "
            "using (unique_id)"
        ).fetchall():
            self._noted.setdefault(unique_id, {})[name] = Partition(*made)

    def inputs_of(self, node: Node) -> list[str]:
        """The unique ids of the tables among a node's partition inputs, and behind those that are views."""
        found: list[str] = []
        for unique_id in self.named_by(node):
            input = self._nodes[unique_id]
            found += self.inputs_of(input) if is_view(input) else [unique_id]
        return list(dict.fromkeys(found))

    def named_by(self, node: Node) -> list[str]:
        """The unique ids of a node's partition inputs, as it names them."""
        return [self._ids[name] for name in node["config"]["meta"]["partition_inputs"]]

    def changed(self, node: Node, others: Mapping[str, str], stands: bool) -> Changed:
        """What of a table is to be made anew, whose inputs but for its partition inputs are `others`.

        Puts the names of the changed partitions where the macro `changed_partitions` asks for them.
        """
        inputs, noted = self.inputs_of(node), self._noted.get(node["unique_id"], {})
        counted = [unique_id for unique_id in inputs if not holds(self._nodes[unique_id])]
        rows = {unique_id: self._rows(unique_id) for unique_id in counted}
        names = sorted(set[str]().union(*rows.values()))
        rows |= {unique_id: self._rows_holding(unique_id, names) for unique_id in inputs if unique_id not in rows}
        made_of = {name: _made_of(others, [rows[unique_id].get(name) for unique_id in inputs]) for name in names}
        changed = {
            name: made
            for name, made in made_of.items()
            if not stands or name not in noted or noted[name].inputs != made
        }
        gone = {name: "" for name, each in noted.items() if each.inputs and name not in made_of}
        choose(self._connection, str(of(node)), relation(self._nodes[counted[0]]), changed | gone)
        return Changed(changed | gone, len(changed) < len(made_of))

    def note(self, unique_id: str, changed: Changed | None) -> str | None:
        """Note what partitions were made of, and what came out where others are made of that; returns what the whole
        table then holds, as `state.rows_of` says it, and None where nobody counts it."""
        column, noted = self._columns.get(unique_id), self._noted.setdefault(unique_id, {})
        # A snapshot is compared by one column and counted by another; a table written whole is counted whole.
        is_part = changed is not None and column == of(self._nodes[unique_id])
        made_of = changed.inputs if changed else {}
        rows = self._count(unique_id, is_part) if column else {}
        stale = set() if is_part else {name for name, each in noted.items() if each.inputs is None}
        for name in made_of.keys() | rows.keys() | stale:
            noted.pop(name, None)
            if made_of.get(name) or name in rows:
                noted[name] = Partition(made_of.get(name), *rows.get(name, (0, None)))
        self._write(unique_id, sorted(made_of.keys() | rows.keys() | stale))
        if not column:
            return None
        held = list(self._rows(unique_id).values())
        return f"rows {sum(count for count, _ in held)} {sum(total for _, total in held) if held else None}"

    def _rows(self, unique_id: str) -> dict[str, tuple[int, int]]:
        """How many rows the partitions of an input have, with the sum of their hashes; counted if nobody has yet."""
        noted = self._noted.setdefault(unique_id, {})
        if not any(each.rows for each in noted.values()):
            counted = self._count(unique_id, is_part=False)
            noted |= {name: Partition(None, *each) for name, each in counted.items()}
            self._write(unique_id, sorted(counted))
        return {name: (each.rows, each.hash) for name, each in noted.items() if each.hash is not None}

    def _rows_holding(self, unique_id: str, days: list[str]) -> dict[str, tuple[int, int]]:
        """How many rows of a table of spans hold on each of the days, with the sum of their hashes. From when to when
        they do is left out: where it ends moves with the day that comes after."""
        if (key := (unique_id, tuple(days))) not in self._holding:
            name, (first, end) = relation(self._nodes[unique_id]), holds(self._nodes[unique_id])
            others = sorted(columns(self._connection, f"from {name}").keys() - {first, end})
            content = ", ".join(f'"{column}"' for column in others)
            found = self._connection.execute(
                f"""
                select day::varchar, count(*), sum(content)
                from (select {first}, {end}, hash({content}) as content from {name})
                inner join (select unnest(?::date[]) as day) on day >= {first} and day < {end}
                group by day
                """,
                [days],
            ).fetchall()
            self._holding[key] = {day: (count, total) for day, count, total in found}
        return self._holding[key]

    def _count(self, unique_id: str, is_part: bool) -> dict[str, tuple[int, int]]:
        column, only = self._columns[unique_id], "where {} in (from changed_partition)"
        found = self._connection.execute(
            f"select {column}::varchar, count(*), sum(hash(t)) from {relation(self._nodes[unique_id])} as t "
            f"{only.format(column) if is_part else ''} group by {column}"
        ).fetchall()
        return {name: (count, total) for name, count, total in found}

    def _write(self, unique_id: str, names: list[str]) -> None:
        if not names:
            return
        noted = self._noted[unique_id]
        found = [(name, noted[name].inputs, noted[name].rows, noted[name].hash) for name in names if name in noted]
        self._connection.execute(
            "delete from ops.node_partition where unique_id = ? and partition in (select unnest(?::varchar[]))",
            [unique_id, names],
        )
        self._connection.execute(
            "insert into ops.node_partition by name select $unique_id as unique_id, "
            "cast(getvariable('said_at') as timestamp) as made_at, unnest($names::varchar[]) as partition, "
            "unnest($inputs::varchar[]) as inputs, unnest($rows::bigint[]) as rows, unnest($hashes::hugeint[]) as hash",
            {
                "unique_id": unique_id,
                "names": [name for name, *_ in found],
                "inputs": [inputs for _, inputs, *_ in found],
                "rows": [rows for _, _, rows, _ in found],
                "hashes": [total for *_, total in found],
            },
        )


def made_in_run(connection: duckdb.DuckDBPyConnection, name: str) -> tuple[int, int]:
    """Of how many partitions the last run made the rows of a model anew, and how many it has."""
    made, there = one_row(
        connection.execute(
            "select count(*) filter (made_at = (select said_at from ops.build_run)), count(*) "
            "from ops.node_partition where ends_with(unique_id, '.' || ?) and rows > 0",
            [name],
        )
    )
    return made, there


def choose(connection: duckdb.DuckDBPyConnection, column: str, source: str, names: Collection[str] | None) -> None:
    """Put the partitions `names` where the macro `changed_partitions` asks for them, in the type that `column` has in a
    relation; None for all that the relation has."""
    connection.execute(
        f"create or replace temp table changed_partition as select distinct {column} as partition from {source} "
        f"{'limit 0' if names is not None else ''}"
    )
    if names is not None:
        connection.execute("insert into changed_partition select unnest(?::varchar[])", [sorted(names)])


def of(node: Node) -> str | None:
    """The column by whose values a table is kept; None of one that is written whole, and of a view."""
    column: str | None = None if is_view(node) else node["config"].get("meta", {}).get("partition_by")
    return column


def holds(node: Node) -> list[str]:
    """The columns that say from which day to before which a row of a table of spans holds; none of another table."""
    found: list[str] = node["config"].get("meta", {}).get("holds", [])
    return found


def is_view(node: Node) -> bool:
    return bool(node["config"].get("materialized") == "view")


def _made_of(others: Mapping[str, str], rows: list[tuple[int, int] | None]) -> str:
    """What a partition is made of: its rows in each partition input, and whatever all partitions share."""
    return hashlib.sha256(json.dumps([others, rows], sort_keys=True).encode()).hexdigest()
