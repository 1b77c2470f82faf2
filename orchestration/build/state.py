"""What the tables of the build are made of, so that a run makes anew only what would come out otherwise.

A table is a function of its definition, of what it refers to and of what it asks of the session: the day, the moment,
the key. What these were when it was made stands in ops.node_state, written in one transaction with the table. A table
of which none has changed is left alone; one that is made anew and comes out as it was changes nothing after it. Data
tests that held are kept the same way.
"""

import hashlib
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from orchestration.build import compiled, dbt, fingerprint, partitions
from orchestration.build.engine import one_row
from orchestration.build.materializations import Node, relation, seed_file
from orchestration.settings import PROJECT

ASKED_OF_SESSION = {
    "as_of_date": "the day",
    "said_at": "the moment of speaking",
    "is_look_back": "looking back",
    "earlyhelp_key": "the pseudonym key",
}
"""Variables of the session that SQL may ask for (macros/run.sql, macros/keys.sql), as people call them."""

DEFINITION = "the definition"
"""What changed when the SQL, the configuration or the file of a node did."""

NEW = "not built before"

DELIVERED = ("raw", "quarantine")
"""Schemas whose rows are written once, by the load of a delivery, and go with it."""

IN_FORCE = re.compile(r"in_force\.table_name = '(\w+)'")
"""How the macro `in_force` asks which deliveries of a table count; see macros/deliveries.sql."""


@dataclass(frozen=True)
class State:
    """What a node was made of, by the name of each input, what came out, and of which definitions its rows are."""

    inputs: dict[str, str]
    content: str
    lineage: str


class States:
    """The states of the nodes of one build, as they were noted and as this run finds or makes them.

    For a connection that `warehouse.prepare` has made ready.
    """

    def __init__(self, connection: duckdb.DuckDBPyConnection, sql: compiled.Compiled) -> None:
        self._connection, self._sql = connection, sql
        self._nodes = {node["unique_id"]: node for node in dbt.nodes("seed", "model", "snapshot", "test")}
        self._sources: dict[str, Any] = dbt.manifest()["sources"]
        self._noted = {
            unique_id: State(json.loads(inputs), content, lineage)
            for unique_id, inputs, content, lineage in connection.execute(
                "select unique_id, inputs, content, lineage from ops.node_state"
            ).fetchall()
        }
        asked = ", ".join(f"sha256(cast(getvariable('{name}') as varchar))" for name in ASKED_OF_SESSION)
        self._session = dict(zip(ASKED_OF_SESSION, one_row(connection.execute(f"select {asked}")), strict=True))
        self._contents: dict[str, str] = {}
        self._definitions: dict[str, str] = {}
        self._lineages: dict[str, str] = {}
        self._reasons: dict[str, frozenset[str]] = {}
        self._partitions = partitions.Partitions(connection, self._nodes)

    def changed(self, node: Node) -> list[str]:
        """The inputs of a node that are not what they were when it was made, in a word each; none if it is current."""
        noted, inputs = self._noted.get(node["unique_id"]), self._inputs(node)
        if noted is None:
            return [NEW]
        return sorted(name for name in inputs | noted.inputs if inputs.get(name) != noted.inputs.get(name))

    def may_grow(self, node: Node) -> bool:
        """Whether the rows a table holds were written by the definitions of today, its own and those before it."""
        noted = self._noted.get(node["unique_id"])
        return noted is not None and noted.lineage == self._lineage(node["unique_id"])

    def changed_partitions(self, node: Node, stands: bool) -> partitions.Changed:
        """The partitions of a table kept by them that are to be made anew; all of one that does not stand."""
        return self._partitions.changed(node, self._others(node), stands and node["unique_id"] in self._noted)

    def note(
        self, node: Node, rows: int | None, is_kept: bool = False, changed: partitions.Changed | None = None
    ) -> None:
        """Note what a node was made of, and what came out. One `is_kept` had rows before, `rows` of which changed; of
        one kept by partition, those in `changed` were written."""
        noted, inputs = self._noted.get(node["unique_id"]), self._inputs(node)
        counted = self._partitions.note(node["unique_id"], changed)
        if node["config"]["materialized"] in ("view", "seed"):
            content = _sha256(inputs)
        elif is_kept and noted:
            content = _sha256([noted.content, inputs]) if rows else noted.content
        else:
            content = counted or rows_of(self._connection, relation(node))
        self._note({node["unique_id"]: content})

    def note_held(self, claims: Iterable[Node]) -> None:
        """Note the data tests that held, all at once: a statement for each took longer than to ask them."""
        self._note({claim["unique_id"]: _sha256(self._inputs(claim)) for claim in claims})

    def _note(self, contents: Mapping[str, str]) -> None:
        """Note what nodes were made of, by their unique ids, and the content that came out."""
        rows: list[tuple[object, ...]] = []
        for unique_id, content in contents.items():
            node, noted = self._nodes[unique_id], self._noted.get(unique_id)
            reasons, made = self.reasons(node), State(self._inputs(node), content, self._lineage(unique_id))
            self._noted[unique_id], self._contents[unique_id] = made, content
            self._reasons[unique_id] = reasons if noted is None or noted.content != content else frozenset()
            name = None if node["resource_type"] == "test" else relation(node)
            rows.append((unique_id, name, sorted(reasons), content, made.lineage, json.dumps(made.inputs)))
        if rows:
            self._connection.execute(
                "insert or replace into ops.node_state by name select unnest($1::varchar[]) as unique_id, "
                "unnest($2::varchar[]) as relation, cast(getvariable('said_at') as timestamp) as made_at, "
                "unnest($3::varchar[][]) as reasons, unnest($4::varchar[]) as content, "
                "unnest($5::varchar[]) as lineage, unnest($6::varchar[]) as inputs",
                [list(column) for column in zip(*rows, strict=True)],
            )

    def reasons(self, node: Node) -> frozenset[str]:
        """What came from outside that a node is made anew for: the day, deliveries of a table, definitions."""
        found: set[str] = set()
        for name in self.changed(node):
            found |= self._reasons.get(name, frozenset()) if name in self._nodes else {name}
        return frozenset(found)

    def _inputs(self, node: Node) -> dict[str, str]:
        sql = self._sql.sql.get(node["unique_id"], "")
        inputs = {DEFINITION: self._definition(node["unique_id"])}
        inputs |= {
            label: self._session[name] for name, label in ASKED_OF_SESSION.items() if f"getvariable('{name}')" in sql
        }
        refers = node["depends_on"].get("nodes", [])
        inputs |= {name: self._content(name) for name in refers if name in self._nodes}
        sources = {name: self._sources[name] for name in refers if name in self._sources}
        return inputs | self._delivered(sql, sources)

    def _others(self, node: Node) -> dict[str, str]:
        """The inputs of a node kept by partition but for its partition inputs; with those of views among them."""
        others = self._inputs(node)
        for unique_id in self._partitions.named_by(node):
            del others[unique_id]
            if partitions.is_view(view := self._nodes[unique_id]):
                others |= {f"{unique_id}: {name}": content for name, content in self._others(view).items()}
        return others

    def _content(self, unique_id: str) -> str:
        """What a node holds as things stand; of one that nobody has noted, what nothing equals."""
        if unique_id not in self._contents:
            node, noted = self._nodes[unique_id], self._noted.get(unique_id)
            if node["config"]["materialized"] == "view":
                # A view holds what it reads by now, whether or not this run makes it.
                self._contents[unique_id] = _sha256(self._inputs(node))
            else:
                self._contents[unique_id] = noted.content if noted else "not known"
        return self._contents[unique_id]

    def _delivered(self, sql: str, sources: dict[str, Any]) -> dict[str, str]:
        """The fingerprints of sources, by their names: of delivered rows, which deliveries; of others, all rows."""
        asked = IN_FORCE.findall(sql)
        # Asked by the macro alone: of what is in force, the deliveries of these tables count and no other.
        by_macro = len(asked) > 0 and len(asked) == sql.count('"delivery_in_force"')
        found = {}
        for source in sources.values():
            name, table = f"{source['source_name']}.{source['name']}", source["identifier"]
            if source["schema"] in DELIVERED:
                found[name] = self._deliveries(source, by_macro and table in asked)
            elif not (by_macro and table == "delivery_in_force"):
                found[name] = self._contents.setdefault(
                    source["unique_id"], rows_of(self._connection, f'{source["schema"]}."{table}"')
                )
        for table in set(asked) - {source["identifier"] for source in sources.values()} if by_macro else ():
            raise RuntimeError(f"in_force asks for {table}, whose rows are not read beside it: {sorted(sources)}")
        return found

    def _deliveries(self, source: dict[str, Any], in_force: bool) -> str:
        """Of the rows of a delivered table: of which deliveries, loaded by which runs, how many of each."""
        key = f"{source['unique_id']} {in_force}"
        if key not in self._contents:
            only = (
                f"where _delivery_id in (select delivery_id from ops.delivery_in_force "
                f"where table_name = '{source['identifier']}')"
            )
            (found,) = one_row(
                self._connection.execute(
                    f"""
                    select sha256(coalesce(string_agg(concat_ws(' ', loaded.id, delivery.run_id, loaded.n), ','
                        order by loaded.id), ''))
                    from (
                        select _delivery_id as id, count(*) as n
                        from {source["schema"]}."{source["identifier"]}" {only if in_force else ""}
                        group by all
                    ) as loaded
                    left join ops.delivery on loaded.id = delivery.delivery_id
                    """
                )
            )
            self._contents[key] = found
        return self._contents[key]

    def _definition(self, unique_id: str) -> str:
        """All that decides how a node is made, but for what it is made of."""
        if unique_id not in self._definitions:
            node = self._nodes[unique_id]
            path = PROJECT / node["original_file_path"]
            self._definitions[unique_id] = _sha256(
                [
                    duckdb.__version__,
                    self._sql.sql.get(unique_id),
                    self._sql.growing.get(unique_id),
                    [node.get(part) for part in ("alias", "schema", "config", "columns", "constraints", "description")],
                    hashlib.sha256(seed_file(node).read_bytes()).hexdigest()
                    if node["resource_type"] == "seed"
                    else None,
                    fingerprint.reached(path) if node.get("language") == "python" else None,
                ]
            )
        return self._definitions[unique_id]

    def _lineage(self, unique_id: str) -> str:
        """The definitions of a node and of everything before it; with them, the key that made its pseudonyms."""
        if unique_id not in self._lineages:
            before = [name for name in self._nodes[unique_id]["depends_on"].get("nodes", []) if name in self._nodes]
            self._lineages[unique_id] = _sha256(
                [
                    self._session["earlyhelp_key"],
                    self._definition(unique_id),
                    [self._lineage(name) for name in sorted(before)],
                ]
            )
        return self._lineages[unique_id]


def rows_of(connection: duckdb.DuckDBPyConnection, name: str) -> str:
    """How many rows a relation has, and the sum of their hashes: the same whatever their order."""
    return " ".join(map(str, ("rows", *one_row(connection.execute(f"select count(*), sum(hash(t)) from {name} as t")))))


def rows_noted(connection: duckdb.DuckDBPyConnection) -> dict[str, str]:
    """What `rows_of` was of the tables of the build when they were made, where it was taken."""
    return dict(
        connection.execute(
            "select relation, content from ops.node_state where starts_with(content, 'rows ') and relation is not null"
        ).fetchall()
    )


def reasons_of_run(connection: duckdb.DuckDBPyConnection) -> list[tuple[str, int]]:
    """What from outside the last run made tables anew for, and how many each, most first."""
    return connection.execute(
        """
        select reason, count(*) as tables
        from (
            select unnest(node_state.reasons) as reason
            from ops.node_state
            inner join ops.build_run on node_state.made_at = build_run.said_at
            where node_state.relation is not null
        )
        group by reason
        order by tables desc, reason
        """
    ).fetchall()


def tables_of_run(connection: duckdb.DuckDBPyConnection) -> tuple[int, int]:
    """How many tables and views the last run made anew, and how many there are."""
    made, there = one_row(
        connection.execute(
            "select count(*) filter (made_at = (select said_at from ops.build_run)), count(*) "
            "from ops.node_state where relation is not null"
        )
    )
    return made, there


def _sha256_of(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()


def _sha256(value: object) -> str:
    return hashlib.sha256(json.dumps(value, sort_keys=True, default=str).encode()).hexdigest()
