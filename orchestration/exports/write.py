"""Writes one table of the release in force to a new file, in SQL over the whole set, and logs that it was made."""

import re
import tempfile
from dataclasses import dataclass
from pathlib import Path

import duckdb

from orchestration import releases
from orchestration.build import engine
from orchestration.build.engine import one_row
from orchestration.exports import formats, selection
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
    if out.exists():
        raise FileExistsError(f"{out} exists; name a new file, so that nothing is written over.")
    if not out.parent.is_dir():
        raise LookupError(f"There is no folder {out.parent}.")
    release = releases.in_force(settings)
    if release is None:
        raise LookupError("No release yet. Next: earlyhelp deliver …, then earlyhelp build.")
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
        # A folder of its own, which nobody else may enter: DuckDB chooses the mode of the file that it writes.
        with tempfile.TemporaryDirectory(prefix=f".{out.name}.", dir=out.parent) as folder:
            draft = Path(folder) / f"draft.{kind}"
            formats.copy(rows, wanted, draft, kind)
            if byte_order_mark:
                draft = formats.with_byte_order_mark(draft)
            draft.chmod(0o600)
            durable.sync(draft)
            # The log first: a file that nobody knows of is worse than a line too many.
            disclosures.record(settings, [_disclosure(settings, table, out, reason, audience, exported)])
            draft.replace(out)
    durable.sync(out.parent)
    return exported


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
