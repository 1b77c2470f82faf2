"""Worked queries of the pages: each ```sql block is run on a release, and what it prints stands below it."""

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import duckdb

from orchestration.build.engine import one_row
from orchestration.documentation import blocks
from orchestration.home.erasures import RewrittenFile

SHOWN = 8
"""Of a longer answer so many rows are printed, and how many there are in all."""

BLOCK = re.compile(
    r"(?P<query>^```sql\n(?P<sql>.*?)^```\n)(?P<answer>\n\|[^\n]*\n(?:\|[^\n]*\n)*(?:\n… [^\n]* rows in all\.\n)?)?",
    re.MULTILINE | re.DOTALL,
)
PRINTED_ON = re.compile(r"^<!-- printed on: (\w+) -->$", re.MULTILINE)


@dataclass(frozen=True)
class Printed:
    """A block of a page with the answer that stands below it, and the one that a release gives.

    `on` is the size of the invented county on which it was printed; None where the answer is not to be compared.
    """

    sql: str
    on: str | None
    stands: str
    gives: str


class BrokenQuery(RuntimeError):
    """A worked query that the release refuses."""


def _printed_on(page: str, block: re.Match[str]) -> str | None:
    """What the last mark above a block says: its county, or that answers below were printed on no county of ours."""
    marks = PRINTED_ON.findall(page, 0, block.start())
    return marks[-1] if marks and marks[-1] != "elsewhere" else None


def answers(page: str, connection: duckdb.DuckDBPyConnection) -> list[Printed]:
    """Every worked query of a page, run. Raises BrokenQuery with DuckDB's words and the query."""
    return [
        Printed(found["sql"], _printed_on(page, found), found["answer"] or "", "\n" + answer(connection, found["sql"]))
        for found in BLOCK.finditer(page)
    ]


def refreshed(page: str, connection: duckdb.DuckDBPyConnection, county: str) -> str:
    """The page with what the release prints below each query that is printed on this county."""

    def printed(found: re.Match[str]) -> str:
        if _printed_on(page, found) != county:
            return found[0]
        return f"{found['query']}\n{answer(connection, found['sql'])}"

    return BLOCK.sub(printed, page)


def answer(connection: duckdb.DuckDBPyConnection, sql: str) -> str:
    """What a query prints: a Markdown table, and how many rows there are if not all are shown."""
    try:
        result = connection.execute(sql)
        headings = [column[0] for column in result.description]
        rows = result.fetchmany(SHOWN)
        more = sum(len(batch) for batch in iter(lambda: result.fetchmany(1000), []))
    except duckdb.Error as problem:
        raise BrokenQuery(f"{problem}\nin the query\n{sql}") from problem
    printed = blocks.table(headings, [[_as_printed(value) for value in row] for row in rows]) + "\n"
    return printed + (f"\n… {len(rows) + more:,} rows in all.\n" if more else "")


def headings(answer: str) -> str:
    """The first line of a printed answer: its columns."""
    return next(iter(answer.strip().splitlines()), "")


def names_a_key(answer: str) -> bool:
    return any(heading.strip().endswith("_key") for heading in headings(answer).split("|"))


def _as_printed(value: object) -> object:
    if isinstance(value, bool):
        return str(value).lower()
    return round(value, 4) if isinstance(value, float) else value


def invented(
    county: Path, connection: duckdb.DuckDBPyConnection, rewritten: Mapping[str, RewrittenFile] | None = None
) -> str:
    """The size of the county in a folder, if the release is made of it and of nothing else.

    What a release prints goes into pages that everybody reads, so it must be of nobody. A file that was `rewritten`
    without some of its rows is the one it was delivered as. Raises LookupError if any delivery of the release is not
    a file of the invented county.
    """
    described = county / "county.json"
    if not described.exists():
        raise LookupError(f"{county} is no invented county: earlyhelp synth --size hamlet --seed 1 --out {county}")
    description = json.loads(described.read_text(encoding="utf-8"))
    if (description["seed"], description["clean"]) != (1, False):
        raise LookupError(f"{county} is another county than the pages': make it with --seed 1 and without --clean.")
    files = (path for path in (county / "extracts").rglob("*") if path.is_file())
    known = {hashlib.sha256(path.read_bytes()).hexdigest() for path in files}
    found = {sha256 for (sha256,) in connection.execute("select sha256 from ops.delivery").fetchall()}
    anew = rewritten or {}
    delivered = {anew[sha256].delivered_sha256 if sha256 in anew else sha256 for sha256 in found}
    if not delivered or delivered != known:
        raise LookupError(
            f"The release in force is not made of {county} and of it alone: what it prints goes into no page."
        )
    (day,) = one_row(connection.execute("select max(as_of_date) from ops.release"))
    if str(day) != description["as_of_date"]:
        raise LookupError(f"The release is as of {day}; build it with --as-of {description['as_of_date']}.")
    return str(description["size"])
