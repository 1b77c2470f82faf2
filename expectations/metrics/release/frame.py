"""The one statement that counts everything of a build: the metrics of a release, and the relations they share."""

import re
from collections.abc import Iterable
from datetime import date

from expectations.contract.model import load_contracts
from expectations.metrics.release import before, catalogue

LAYERS = ("ops", "reference", "intermediate", "core", "mart")

METRICS = {**catalogue.METRICS, **before.METRICS}
SHARED = {**catalogue.SHARED, **before.SHARED}


def frame_sql(names: list[str], relations: frozenset[str], as_of: date) -> str:
    """One statement, one row: of each metric its value and a detail. `relations` holds 'schema.table' of the build.

    A metric of a relation that is not there is null; `relations_missing` names it, unless it is of the release before.
    """
    metrics = [name for name in names if name != "relations_missing"]
    sql = {name: query for name in metrics if (query := METRICS[name].query)}
    ctes = _ctes({**SHARED, "loaded_rows": loaded_rows(relations)}, sql.values())
    missing = {name: _missing(ctes, query, relations) for name, query in sql.items()}
    for name, absent in missing.items():
        if absent:
            sql[name] = "select null::double as value, null::varchar as detail"
    used = _ctes(ctes, sql.values())
    # The first release is compared with nothing.
    unknown = sorted(name for name in set().union(*missing.values()) if not name.startswith("release_before."))
    sql["relations_missing"] = (
        f"select {len(unknown)} as value, '{', '.join(unknown) or 'every table that the gate reads'}' as detail"
    )
    steps = {**used, **{f"metric_{name}": query for name, query in sql.items()}}
    columns = ",\n    ".join(
        f'metric_{name}.value::double as "{name}", metric_{name}.detail as "{name}:detail"' for name in names
    )
    statement = "with " + ",\n".join(f"{name} as ({query})" for name, query in steps.items())
    statement += f"\nselect\n    {columns}\nfrom " + " cross join ".join(f"metric_{name}" for name in names)
    return statement.replace("$as_of", f"date '{as_of}'").replace("$direct_identifiers", direct_identifiers())


def direct_identifiers() -> str:
    """The columns that a contract marks as naming a child, as a SQL list."""
    names = {
        column.name
        for contract in load_contracts()
        for table in contract.tables.values()
        for column in table.columns
        if column.pii == "direct"
    }
    return ", ".join(f"'{name}'" for name in sorted(names))


def loaded_rows(relations: frozenset[str]) -> str:
    """How many rows of each delivery lie in raw and in quarantine."""
    counted = [
        f'select _delivery_id as delivery_id, {kept} from {schema}."{relation.split(".", 1)[1]}" group by _delivery_id'
        for schema, kept in (
            ("raw", "count(*) as rows_accepted, 0 as rows_rejected"),
            ("quarantine", "0 as rows_accepted, count(*) as rows_rejected"),
        )
        for relation in sorted(relations)
        if relation.startswith(f"{schema}.")
    ]
    nothing = "select null::varchar as delivery_id, 0 as rows_accepted, 0 as rows_rejected where false"
    return "\n    union all\n    ".join([nothing, *counted])


def _ctes(known: dict[str, str], queries: Iterable[str]) -> dict[str, str]:
    """The shared relations that some queries name, and those that these name, in the order in which they are known."""
    named: set[str] = set()
    texts = list(queries)
    while texts:
        text = texts.pop()
        found = {name for name in known if name not in named and re.search(rf"\b{name}\b", text)}
        named |= found
        texts += [known[name] for name in found]
    return {name: query for name, query in known.items() if name in named}


def _missing(ctes: dict[str, str], query: str, relations: frozenset[str]) -> set[str]:
    """The tables that a query needs and the build does not hold."""
    text = " ".join([query, *_ctes(ctes, [query]).values()])
    needed = re.findall(rf"\b(?:release_before\.)?(?:{'|'.join(LAYERS)})\.\w+", text)
    return set(needed) - relations
