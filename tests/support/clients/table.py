"""The table of clients on the page of BI tools: what the tests found each to do, and what it does not, by version.

The tests write down what they found; when they are over, the rows of the clients that were asked are made anew.
"""

import json
import re
from datetime import date
from pathlib import Path

from orchestration.settings import PROJECT

LOCKED = Path(__file__).parent / "locked"
PAGE = PROJECT / "docs" / "bi-tools" / "index.md"
BLOCK = re.compile(r"(?<=<!-- written by make clients -->\n\n)(?:\|.*\n)*")

READS, REFUSES = "reads, joins, comments", "refused to write"
LISTS, DESCRIBES, DECRYPTS = "its own list of tables", "its own list of columns and keys", "encrypted file"
ASKED = "last asked"
COLUMNS = (READS, REFUSES, LISTS, DESCRIBES, DECRYPTS, ASKED)

ON_DUCKDB = "SQLAlchemy {sqlalchemy}, duckdb-engine {duckdb-engine}, duckdb {duckdb}"
CLIENTS = {
    **{f"duckdb_{version}": "duckdb {duckdb} (Python)" for version in ("1_1", "1_2", "1_3", "1_4", "1_5", "2_0")},
    "sqlalchemy_1_4": ON_DUCKDB,
    "sqlalchemy_2_0": ON_DUCKDB,
    "sqlalchemy_2_1": ON_DUCKDB,
    "sqlalchemy_duckdb_2_0": ON_DUCKDB,
    "adbc": "adbc-driver-manager {adbc-driver-manager} with the library of duckdb {duckdb}",
    "node": "`@duckdb/node-api` {@duckdb/node-api} (Node)",
    "superset": "Superset {apache-superset} on duckdb-engine {duckdb-engine}, duckdb {duckdb}",
    "duckdb_cli": "DuckDB's shell {duckdb-cli}, by `earlyhelp sql`",
    "marimo": "marimo {marimo} on duckdb {duckdb}",
    "pandas": "pandas {pandas} on Parquet",
    "polars": "Polars {polars} on Parquet",
}
"""Each client that reads a release, and what its row of the table is called by, of its locked versions."""

Findings = dict[tuple[str, str], str]
"""What was found, by client and column: `yes`, or what it does instead."""


def label(client: str) -> str:
    """The first cell of a client's row, with the versions that it is locked to."""
    if client == "node":
        packages = json.loads((LOCKED / "node" / "package-lock.json").read_text())["packages"]
        versions = {name.removeprefix("node_modules/"): package.get("version") for name, package in packages.items()}
    else:
        versions = dict(re.findall(r"^([\w.-]+)==([\w.]+)", (LOCKED / f"{client}.txt").read_text(), re.MULTILINE))
    return CLIENTS[client].format_map(versions)


def written() -> Findings:
    """What the page says of the clients as they are locked now."""
    clients = {label(client): client for client in CLIENTS}
    cells = [[cell.strip() for cell in row.strip("|\n").split("|")] for row in _block().splitlines()[2:]]
    return {
        (clients[name], column): cell
        for name, *found in cells
        if name in clients
        for column, cell in zip(COLUMNS, found, strict=True)
    }


def write(found: Findings, day: date) -> None:
    """Make the rows of the clients that were asked on this day anew, and leave what nobody looked at as it stands."""
    if not found:
        return
    known = written() | found | {(client, ASKED): day.isoformat() for client, _ in found}
    rows = [("client", *COLUMNS), ("---",) * (len(COLUMNS) + 1)]
    rows += [(label(client), *(known.get((client, column), "") for column in COLUMNS)) for client in CLIENTS]
    table = "".join(f"| {' | '.join(row)} |\n" for row in rows)
    PAGE.write_text(BLOCK.sub(lambda _: table, PAGE.read_text(), count=1))


def _block() -> str:
    match = BLOCK.search(PAGE.read_text())
    assert match, f"{PAGE} has no table to be written"
    return match.group()
