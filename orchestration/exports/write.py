"""Writes a table of the release in force, or what a query answers, to a new file, and logs that it was made."""

import re
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pyarrow as pa

from orchestration import releases
from orchestration.build import engine
from orchestration.build.engine import one_row
from orchestration.exports import formats, selection, workbook
from orchestration.home import disclosures, durable
from orchestration.settings import Settings

ABOUT_SOMEBODY = re.compile(r"(^|_)(child|household|user)(_durable)?_key$")
"""Columns by which a table tells of people one by one."""

CHILD = "child_durable_key"


@dataclass(frozen=True)
class Exported:
    """What an export holds; `children` is None where the table tells of no single child."""

    rows: int
    children: int | None
    release_id: str


def write(
    settings: Settings,
    table: str,
    out: Path,
    kind: formats.Format,
    reason: str | None = None,
    audience: str = "analyst",
    columns: list[str] | None = None,
    where: str | None = None,
    byte_order_mark: bool = False,
) -> Exported:
    """Write `table` (schema.table) to `out`, readable by its owner alone, and log it in disclosures.jsonl.

    `columns` are the columns to write, all unless given; `where` is a condition in SQL. The file appears whole or not
    at all. Raises FileExistsError rather than write over a file; LookupError when there is no such table, column,
    audience, folder or release; ValueError when `where` is no condition, a reason is missing, or a sheet cannot hold
    the rows.
    """
    _refuse(out)
    release = _in_force(settings)
    with releases.opened(settings, release, audience) as connection:
        types = selection.types_of(connection, table)
        # Of a place's file even the counts are for its professionals alone: small numbers are not hidden in it.
        if not (reason or "").strip() and ("/" in audience or any(map(ABOUT_SOMEBODY.search, types))):
            raise ValueError(f'{table} tells of few people or of each: say what the file is for, with --reason "…".')
        wanted = selection.only(table, types, columns or list(types))
        rows = selection.rows_of(connection, table, where)
        try:
            exported = _summary(rows, CHILD in types, release.release_id)
        except duckdb.Error as problem:
            # DuckDB's own words would hold the cell that it stumbled over.
            kind_of = type(problem).__name__
            raise ValueError(f"--where cannot be answered of every row of {table} ({kind_of}).") from None
        engine.load(connection, "excel")
        about = _about(release, audience, {"Table": table, "Rows where": where or "all"}, exported)
        with _new(out) as folder:
            draft = folder / f"draft.{kind}"
            formats.copy(rows, wanted, draft, kind)
            if kind == "xlsx":
                draft = workbook.complete(draft, len(wanted), exported.rows, about)
            if byte_order_mark:
                draft = formats.with_byte_order_mark(draft)
            _hand_over(settings, draft, out, _disclosure(settings, table, out, reason, audience, exported))
    return exported


def write_answer(
    settings: Settings,
    name: str,
    answer: pa.Table,
    reads: list[str],
    out: Path,
    kind: formats.Format,
    reason: str | None,
) -> Exported:
    """Write what a query answered to `out`, as `write` does a table; `reads` are the tables that it looked at.

    Raises FileExistsError, LookupError and ValueError as `write` does: a reason is needed where any of the tables tells
    of people one by one, whatever of it the answer shows.
    """
    _refuse(out)
    release = _in_force(settings)
    with releases.opened(settings, release) as connection:
        columns_read = [column for table in reads for column in selection.types_of(connection, table)]
        if not (reason or "").strip() and any(map(ABOUT_SOMEBODY.search, columns_read)):
            raise ValueError(f'{name} asks about people: say what the file is for, with --reason "…".')
        rows = connection.from_arrow(answer)
        types = {column: str(of) for column, of in zip(rows.columns, rows.types, strict=True)}
        exported = _summary(rows, CHILD in types, release.release_id)
        engine.load(connection, "excel")
        with _new(out) as folder:
            draft = folder / f"draft.{kind}"
            formats.copy(rows, types, draft, kind)
            if kind == "xlsx":
                about = _about(release, "analyst", {"Query": name}, exported)
                draft = workbook.complete(draft, len(types), exported.rows, about)
            _hand_over(settings, draft, out, _disclosure(settings, name, out, reason, "analyst", exported))
    return exported


def _refuse(out: Path) -> None:
    if out.exists():
        raise FileExistsError(f"{out} exists; name a new file, so that nothing is written over.")
    if not out.parent.is_dir():
        raise LookupError(f"There is no folder {out.parent}.")


def _in_force(settings: Settings) -> releases.Release:
    release = releases.in_force(settings)
    if release is None:
        raise LookupError("No release yet. Next: earlyhelp deliver …, then earlyhelp build.")
    return release


@contextmanager
def _new(out: Path) -> Iterator[Path]:
    """A folder of its own, which nobody else may enter: DuckDB chooses the mode of the file that it writes."""
    with tempfile.TemporaryDirectory(prefix=f".{out.name}.", dir=out.parent) as folder:
        yield Path(folder)
    durable.sync(out.parent)


def _hand_over(settings: Settings, draft: Path, out: Path, disclosure: disclosures.Disclosure) -> None:
    """Put a finished file under its name, readable by its owner alone."""
    draft.chmod(0o600)
    durable.sync(draft)
    # The log first: a file that nobody knows of is worse than a line too many.
    disclosures.record(settings, [disclosure])
    draft.replace(out)


def _about(release: releases.Release, audience: str, asked: dict[str, str], exported: Exported) -> dict[str, str]:
    """What the second sheet of a workbook says."""
    return {
        "Release": release.release_id,
        "As of": str(release.manifest.get("as_of_date", "")),
        "Audience": audience,
        **asked,
        "Rows": f"{exported.rows:,}",
        **({} if exported.children is None else {"Children": f"{exported.children:,}"}),
    }


def _summary(rows: duckdb.DuckDBPyRelation, has_children: bool, release_id: str) -> Exported:
    # Of all rows chosen, whether or not the key is among the columns to write.
    children = f"count(distinct {CHILD})" if has_children else "null"
    count, children_count = one_row(rows.query("rows", f"select count(*), {children} from rows"))
    return Exported(count, children_count, release_id)


def _disclosure(
    settings: Settings, table: str, out: Path, reason: str | None, audience: str, exported: Exported
) -> disclosures.Disclosure:
    file = out.resolve()
    return disclosures.Disclosure(
        action="export",
        audience=audience,
        file=str(file.relative_to(settings.home) if file.is_relative_to(settings.home) else file),
        children_count=exported.children,
        reason=f"{table}: {reason}" if reason else table,
        release_id=exported.release_id,
    )
