"""Gathers everything held on one child, from every layer, and writes it for whoever has a right to it.

Only rows that are the child's own are taken: by the child's key, by the identities and references that lead to it, and
from files by the rows that a load would take as the child's. What tells of somebody else within such a row is withheld
by name (`WITHHELD`) and the document says so.
"""

import os
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import duckdb

from orchestration import releases
from orchestration.build import journal
from orchestration.build.engine import one_row
from orchestration.deliveries import register
from orchestration.home import disclosures, entries, page_views, progress
from orchestration.home.lock import build_lock
from orchestration.rights import document, entered, files, identifiers, redact, screening, subject, traces
from orchestration.rights.purge import pupils_of
from orchestration.rights.spelling import Name
from orchestration.rights.workspace import workspace
from orchestration.settings import Settings

PARTS = {
    "core": "What the warehouse says",
    "mart": "What those who work with families are shown",
    "ops": "What reviewers decided",
    "snapshots": "What releases have said, and when",
    "raw": "What was delivered, as it was read",
    "quarantine": "What was delivered and set aside because something in it was wrong",
    "staging": "How it was worked out: delivered rows in one form",
    "intermediate": "How it was worked out: steps on the way",
}

WHO = ("core.dim_child_identity", "intermediate.int_identifiers_stated")
"""Who the child is, and by which numbers sources know it, since when: what a reader looks for first."""

WITHHELD = {
    "companions": "names of others who lived at the address",
    "decided_by": "the reviewer",
    "note": "the reviewer's note",
    "content_id": "a hash made of others' names as well",
    "person_content_id": "a hash made of others' names as well",
    "child_content_id": "a hash made of others' names as well",
}
"""Columns that tell of somebody else than the child."""

LABELS = {
    "dim_school": (("school_key", "school_durable_key"), "school_name"),
    "dim_pyramid": (("pyramid_key",), "pyramid_name"),
    "dim_zone": (("zone_key",), "zone_name"),
    "dim_flag": (("flag_key",), "flag_name"),
    "dim_flag_rule": (("flag_rule_key",), "rule_id || ', version ' || version"),
    "dim_assessment": (("assessment_key",), "concat_ws(', ', assessment_name, subject_code)"),
    "dim_area": (("area_key",), "lsoa_name"),
    "dim_delivery": (
        ("delivery_key", "delivery_id"),
        "concat_ws(', ', source, file_name, 'extract of ' || extract_date)",
    ),
}
"""What a key stands for, in words; `delivery_key` leads to the source and to how old it is."""


@dataclass(frozen=True)
class Written:
    """What was written where: how many tables, rows and files told of the child."""

    folder: Path
    tables_count: int
    rows_count: int
    files_count: int


def write(settings: Settings, asked: str, out: Path, reason: str) -> Written:
    """Write everything held on a child to the new folder `out`, as a page to read and as JSON, readable by you alone.

    Raises UnknownChild when nobody, or more than one, is known by what was asked, FileExistsError when `out` holds
    something, ValueError when the reason names the child.
    """
    if out.exists() and (not out.is_dir() or any(out.iterdir())):
        raise FileExistsError(f"{out} is not empty; name a new folder.")
    with build_lock(settings), workspace(settings, with_build=True) as connection:
        who = subject.resolve(connection, asked)
        subject.gather(connection, who)
        names = subject.plain_names(connection)
        screening.refuse_naming(connection, reason, names)
        if screening.in_name(connection, str(out), names):
            raise ValueError("The name of the folder stands in the list of processes and must not name the child.")
        own(connection, who)
        in_force = releases.in_force(settings)
        progress.say("tables of the build")
        tables = [*tables_of_build(connection), *raw_rows(connection)]
        content: dict[str, Any] = {
            "as_of_date": in_force.manifest["as_of_date"] if in_force else None,
            "keys": list(who.keys),
            "people_without_upn": [f"{source} {person_id}" for source, person_id in who.persons],
            "tables": tables,
            "journal": list(journalled(settings, connection)),
            "releases": list(rows_in_releases(settings, connection)),
            "files": list(archived(settings, connection, names)),
            "elsewhere": list(redact.places_that_mention(settings, connection, names)),
            "given_to": given_to(settings),
            "shown_to": shown_to(settings, list(who.keys)),
            "entered": entered_about(settings, list(who.keys)),
            "unsaved": list(entered.unsaved_about(settings, list(who.keys))),
            "asked": asked_about(settings, connection, names),
            "withheld": [{"column": name, "because": why} for name, why in WITHHELD.items()],
            "comparisons_left_out": comparisons(connection),
        }
    out.mkdir(parents=True, exist_ok=True, mode=0o700)
    for name, text in document.forms(content, PARTS, WHO).items():
        _write(out / name, text)
    disclosures.record(
        settings,
        [
            disclosures.Disclosure(
                action="subject access",
                audience="family",
                # Where it lies may say who it is about.
                file=document.PAGE,
                children_count=1,
                reason=reason,
                release_id=in_force.release_id if in_force else None,
            )
        ],
    )
    return Written(
        out,
        len(tables),
        sum(len(table["rows"]) for table in tables),
        sum(bool(file["rows"]) for file in content["files"]),
    )


def own(connection: duckdb.DuckDBPyConnection, who: subject.Subject) -> None:
    """Tables of what is the child's own: `own_key`, `own_identity`, `own_upn`, `own_pupil`, `own_person`."""
    parameters = {"keys": list(who.keys)}
    connection.execute("create temp table own_key as select unnest($keys::varchar[]) as key", parameters)
    for kind in ("identity", "upn", "pupil"):
        connection.execute(
            f"create temp table own_{kind} as select identifier as key from {subject.KNOWN_BY} "
            f"where identifier_kind = '{kind}' and child_durable_key in (select key from own_key)"
        )
    connection.execute(
        f"delete from own_upn where key in (select identifier from {subject.KNOWN_BY} "
        "where identifier_kind = 'upn' and child_durable_key not in (select key from own_key))"
    )
    connection.execute("create temp table own_person (key varchar)")
    for source, person_id in who.persons:
        connection.execute("insert into own_person values (?)", [f"{source}|{person_id}"])
    person_key = identifiers.pseudonym("replace(key, '|', ':')")
    connection.execute(f"create temp table own_person_key as select {person_key} as key from own_person")
    selects = [
        f"select distinct {key} as key, {label} as label from build.core.{table}"
        for table, (keys, label) in LABELS.items()
        for key in keys
    ]
    connection.execute(
        f"create temp table label as select key, any_value(label) as label from ({' union all '.join(selects)}) "
        "where key is not null and key <> 'unknown' group by key"
    )


def is_own(columns: list[str]) -> str | None:
    """SQL: whether a row of a table with these columns is the child's own; None where nothing in it says so."""
    held = set(columns)
    if {"identity_id", "other_identity_id"} <= held:
        # What compares two: the child's if both sides are.
        return "identity_id in (select key from own_identity) and other_identity_id in (select key from own_identity)"
    by_person = "source || '|' || person_id in (select key from own_person)"
    ways = {
        "child_durable_key": "child_durable_key in (select key from own_key)",
        "person_durable_key": "person_durable_key in (select key from own_person_key)",
    }
    found = [text for column, text in ways.items() if column in held]
    if {"source", "person_id"} <= held:
        found.append(by_person)
    if found:
        linked = " and link_status = 'linked'" if {"link_status", "review_id"} <= held else ""
        return f"({' or '.join(found)}){linked}"
    for column, table in (("identity_id", "own_identity"), ("pupil_id", "own_pupil"), ("upn", "own_upn")):
        if column in held:
            return f"{column} in (select key from {table})"
    return None


def tables_of_build(connection: duckdb.DuckDBPyConnection) -> Iterator[dict[str, Any]]:
    """The child's rows of every table of the build that may have some, with what the table and its columns are."""
    order = {schema: place for place, schema in enumerate(PARTS)}
    found = connection.execute(
        "select schema_name, table_name, comment from duckdb_tables() "
        "where database_name = 'build' and schema_name in (select unnest($schemas)) order by all",
        {"schemas": [schema for schema in PARTS if schema not in ("raw", "quarantine")]},
    ).fetchall()
    for schema, table, comment in sorted(
        found, key=lambda row: (f"{row[0]}.{row[1]}" not in WHO, order[row[0]], row[1])
    ):
        columns = identifiers.columns_of(connection, f'build.{schema}."{table}"')
        condition = is_own(columns)
        if condition:
            relation = f'build.{schema}."{table}"'
            rows = _rows(connection, relation, columns, condition)
            if rows:
                yield _table(connection, schema, table, comment, columns, rows)


def raw_rows(connection: duckdb.DuckDBPyConnection) -> Iterator[dict[str, Any]]:
    """The rows of raw and quarantine that a request's identifiers lead to."""
    tables = [
        table for (table,) in connection.execute("select distinct table_name from mention order by all").fetchall()
    ]
    for schema in ("raw", "quarantine"):
        for table in tables:
            relation = f'build.{schema}."{table}"'
            columns = identifiers.columns_of(connection, relation)
            condition = (
                f"(_delivery_id, _row_number) in "
                f"(select (delivery_id, row_number) from mention where table_name = '{table}')"
            )
            if rows := _rows(connection, relation, columns, condition):
                yield _table(connection, schema, table, None, columns, rows)


def journalled(settings: Settings, connection: duckdb.DuckDBPyConnection) -> Iterator[dict[str, Any]]:
    """How many statements of each release are in the journal, of which the tables of snapshots are a copy."""
    for entry in journal.entries(settings):
        for path in sorted((settings.knowledge / entry.release_id).glob("*.parquet")):
            if count := traces.count_statements(connection, path):
                yield {"release_id": entry.release_id, "file": path.name, "rows_count": count}


def rows_in_releases(settings: Settings, connection: duckdb.DuckDBPyConnection) -> Iterator[dict[str, Any]]:
    """The child's rows in every release that is kept, and the files of it."""
    for release in releases.on_disk(settings):
        progress.say(f"release {release.release_id}")
        releases.attach(connection, settings, release, "release")
        tables = []
        for schema, table in connection.execute(
            "select schema_name, table_name from duckdb_tables() where database_name = 'release' order by all"
        ).fetchall():
            columns = identifiers.columns_of(connection, f'release.{schema}."{table}"')
            condition = is_own(columns) if schema in ("core", "mart") else None
            if condition and (rows := _rows(connection, f'release.{schema}."{table}"', columns, condition)):
                tables.append({"table": f"{schema}.{table}", "rows": rows})
        connection.execute("detach release")
        yield {
            "release_id": release.release_id,
            "as_of_date": release.manifest["as_of_date"],
            "files": sorted(release.manifest["files"]),
            "tables": tables,
        }


def archived(settings: Settings, connection: duckdb.DuckDBPyConnection, names: list[Name]) -> Iterator[dict[str, Any]]:
    """The very lines and elements of delivered files that tell of the child, and where they stand.

    Files that tell by their name alone are among them, without lines.
    """
    entries = {entry.sha256: entry for entry in register.entries(settings.archive)}
    files_known = [*traces.archived(settings), *traces.landed(settings)]
    for number, read in enumerate(files.read(settings, connection, files_known), start=1):
        if number % 50 == 0:
            progress.say(f"archive: {number:,} of {len(files_known):,} files looked through")
        by_name = screening.file_by_name(connection, read.file, names)
        if not (by_name or screening.mentions(connection, read, names)):
            continue
        entry = entries.get(read.file.sha256)
        yield {
            "file": _in_text(str(read.file.path.relative_to(settings.home))),
            "file_name": _in_text(read.file.file_name),
            "is_told_by_name": by_name,
            "source": read.file.source,
            "received_at": entry.received_at if entry else None,
            "extract_date": read.matched.stated.extract_date if read.is_whole else None,
            "is_whole": read.is_whole,
            "not_read": list(read.matched.headings_not_read) if read.is_whole else [],
            "rows": list(_lines(connection, read)),
        }


def given_to(settings: Settings) -> list[dict[str, Any]]:
    """Who was given files that may hold the child: audiences, never single people."""
    kinds = {(line.action, line.audience, line.file, line.reason) for line in disclosures.entries(settings)}
    names = ("action", "audience", "file", "reason")
    return [dict(zip(names, kind, strict=True)) for kind in sorted(kinds) if kind[0] in ("release", "export")]


def shown_to(settings: Settings, keys: list[str]) -> list[dict[str, Any]]:
    """Each time a page about the child alone was shown in the dashboard: when, to which role, which page, where."""
    views = (view for key in keys for view in page_views.of_child(settings, key))
    shown = [
        {"viewed_at": view.viewed_at, "role": view.role_code, "page": view.page, "place": view.place} for view in views
    ]
    return sorted(shown, key=lambda view: view["viewed_at"])


def entered_about(settings: Settings, keys: list[str]) -> list[dict[str, Any]]:
    """Each entry of the dashboard about the child, those that no release knows yet among them, without keys."""
    left_out = {"child_durable_key", "form_id", "recorded_by", "lead_user_key"}
    return [
        {name: value for name, value in asdict(event).items() if name not in left_out and value is not None}
        for key in keys
        for event in entries.of_child(settings, key)
    ]


def asked_about(settings: Settings, connection: duckdb.DuckDBPyConnection, names: list[Name]) -> list[dict[str, Any]]:
    """Each question to those who run the dashboard whose words, or whose answer's, name the child; not who asked."""
    return [
        {
            "ticket": ticket.number,
            "asked_at": ticket.asked_at,
            "screen": ticket.screen,
            "question": ticket.question,
            "answer": ticket.answer,
        }
        for ticket in entered.asked_about(settings, connection, names)
    ]


def comparisons(connection: duckdb.DuckDBPyConnection) -> int:
    """How many comparisons with somebody else are held: they tell of the other as well, and are left out."""
    (count,) = one_row(
        connection.execute(
            "select count(*) from build.intermediate.int_review_queue "
            "where child_durable_key in (select key from own_key) and link_status <> 'linked'"
        )
    )
    return int(count)


def _rows(
    connection: duckdb.DuckDBPyConnection, relation: str, columns: list[str], condition: str
) -> list[dict[str, Any]]:
    kept = [column for column in columns if column not in WITHHELD]
    listed = ", ".join(f'"{column}"' for column in kept)
    days = ", ".join(f'"{column}"' for column in kept if column.endswith(("_date", "_at")))
    rows = connection.execute(f"select {listed} from {relation} where {condition} order by {days or 'all'}").fetchall()
    return [dict(zip(kept, row, strict=True)) for row in rows]


def _table(
    connection: duckdb.DuckDBPyConnection,
    schema: str,
    table: str,
    comment: str | None,
    columns: list[str],
    rows: list[dict[str, Any]],
) -> dict[str, Any]:
    described = dict(
        connection.execute(
            "select column_name, comment from duckdb_columns() "
            "where database_name = 'build' and schema_name = ? and table_name = ? and comment is not null",
            [schema, table],
        ).fetchall()
    )
    keys = {
        str(value) for row in rows for name, value in row.items() if name.strip("_").endswith(("_key", "delivery_id"))
    }
    labels = dict(
        connection.execute(
            "select key, label from label where key in (select unnest($keys::varchar[]))", {"keys": sorted(keys)}
        ).fetchall()
    )
    return {
        # Where a reader looks for it.
        "part": "core" if f"{schema}.{table}" in WHO else schema,
        "table": f"{schema}.{table}",
        "description": comment,
        "columns": {column: described.get(column) for column in columns if column not in WITHHELD},
        "withheld": [column for column in columns if column in WITHHELD],
        "in_words": labels,
        "rows": rows,
    }


def _lines(connection: duckdb.DuckDBPyConnection, read: files.Read) -> Iterator[dict[str, Any]]:
    if not read.is_whole and not read.rows:
        return
    elements = pupils_of(read) if read.is_whole and read.matched.match.contract.format == "xml" else {}
    for number, element in elements.items():
        yield {"place": f"pupil {number}", "text": element}
    for table, numbers in read.rows.items() if not elements else ():
        relation = f'incoming."{table}__cleaned"'
        columns = [c for c in identifiers.columns_of(connection, relation) if not c.startswith("_")]
        listed = ", ".join(f'"{column}"' for column in columns)
        found = connection.execute(
            f"select _row_number, {listed} from {relation} "
            "where _delivery_id = $delivery_id and _row_number in (select unnest($numbers)) order by all",
            {"delivery_id": read.candidate.arrived.delivery_id, "numbers": numbers},
        ).fetchall()
        where = f"sheet {read.matched.sheets[table].name}, " if read.matched.sheets else ""
        for number, *values in found:
            held = {name: value for name, value in zip(columns, values, strict=True) if value is not None}
            yield {"place": f"{where}row {number} after the headings", **held}


def _in_text(name: str) -> str:
    """A file's name as it can be written down; of one that is not UTF-8, what can be read of it."""
    return os.fsencode(name).decode("utf-8", errors="replace")


def _write(path: Path, text: str) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(text)
