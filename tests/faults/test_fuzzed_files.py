"""Files made by the contracts and damaged, at random: each has a verdict, every row counts, nothing is repeated.

How long is set by EARLYHELP_FUZZ_SECONDS, where it begins by EARLYHELP_FUZZ_SEED: `make fuzz SECONDS=600`.
"""

import os
import tempfile
import time
from itertools import count
from pathlib import Path

import hypothesis
from hypothesis import HealthCheck, given
from hypothesis import strategies as st

from expectations.contract.model import Column, Contract, File, Table, load_contracts
from orchestration import deliveries
from orchestration.build.database import connect
from orchestration.home import progress
from orchestration.settings import Settings
from tests.support import hostile_files
from tests.support.made_files import census, census_pupil, upn

SECONDS = float(os.environ.get("EARLYHELP_FUZZ_SECONDS", "10"))
SEED = int(os.environ.get("EARLYHELP_FUZZ_SEED", "0"))

SECRET = "Zyzzyvaquill"
"""Stands in cells and texts, and must stand in nothing that is said of them."""

NAMES = {
    "{extract_date}": "2026-06-20", "{school_id}": "9994001", "{year}": "2026", "{term}": "spring",
    "{academic_year}": "2025-26", "*": "x",
}  # fmt: skip

MARKS = st.sampled_from(
    [
        b'"',
        b",",
        b"\n",
        b"\r",
        b"\0",
        b"<",
        b">",
        b"&",
        b"</",
        b"]]>",
        b"<!--",
        b"\xff",
        b"\xc3",
        b"\xef\xbb\xbf",
        b"=",
        b" ",
    ]
)
TEXTS = st.one_of(
    st.just(SECRET),
    st.text(max_size=20).map(lambda text: SECRET + text),
    st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=20),
    st.sampled_from(["", " ", "NULL", "2026-02-30", "01/09/2012", "1e308", "-1", "=1+1", "\ufffd", "\u202e", "\u00a0"]),
)
SOUND = {
    "date": st.sampled_from(["2026-01-15", "15/01/2026", "2012-02-29"]),
    "integer": st.integers(-5, 500).map(str),
    "number": st.floats(-1, 100, allow_nan=False).map(str),
    "boolean": st.sampled_from(["true", "false", "Y", "N", "1", "0"]),
    "upn": st.integers(1, 999).map(upn),
    "code": st.sampled_from(["K", "E", "N", "C", "M", "F", "8", "WBRI", "X"]),
}


@st.composite
def damaged(draw: st.DrawFn, content: bytes, start: int) -> bytes:
    """Bytes with up to four of them, or pieces, put in, taken out or doubled after `start`."""
    for _ in range(draw(st.integers(0, 4))):
        at = draw(st.integers(min(start, len(content)), len(content)))
        match draw(st.sampled_from(["insert", "cut", "drop", "double"])):
            case "insert":
                content = content[:at] + draw(st.one_of(MARKS, st.binary(max_size=8))) + content[at:]
            case "cut":
                content = content[:at]
            case "drop":
                content = content[:at] + content[at + draw(st.integers(1, 40)) :]
            case "double":
                content = content[:at] + content[max(start, at - 60) : at] + content[at:]
    return content


def cell(column: Column) -> st.SearchStrategy[str]:
    """A cell as the contract wants it, or not. What is wrong in a column of codes may be told."""
    sound = SOUND.get(column.type, TEXTS)
    return sound if column.type == "code" else st.one_of(sound, sound, sound, TEXTS)


def heading(column: Column) -> str:
    return column.aliases[0] if column.aliases else column.name


def rows(table: Table, columns: list[Column]) -> st.SearchStrategy[list[tuple[str, ...]]]:
    return st.lists(st.tuples(*map(cell, columns)), max_size=6)


def quoted(text: str) -> str:
    return '"' + text.replace('"', '""') + '"' if set(text) & set('",;\r\n') else text


@st.composite
def extract(draw: st.DrawFn, contract: Contract, kind: File) -> tuple[str, str, bytes]:
    """A CSV of a kind of file that a contract knows: source, name, bytes."""
    table = contract.tables[f"{contract.source}__{kind.table}"]
    columns = [c for c in table.columns if c.required or draw(st.booleans())]
    lines = [contract.delimiter.join(map(quoted, cells)) for cells in draw(rows(table, columns))]
    encoding = draw(st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]))
    first = contract.delimiter.join(map(quoted, map(heading, columns))) + "\n"
    content = (first + "\n".join(lines)).encode(encoding, "replace")
    return contract.source, named(draw, kind), draw(damaged(content, len(first.encode(encoding))))


@st.composite
def workbook(draw: st.DrawFn, contract: Contract, kind: File) -> tuple[str, str, bytes]:
    """A workbook whose sheets, or whose zip, are damaged."""
    sheets = {}
    for table in contract.tables.values():
        columns = list(table.columns)
        first = hostile_files.sheet(hostile_files.row([heading(column) for column in columns]))
        first, _, last = first.partition("</sheetData>")
        cells = "".join(hostile_files.row([escaped(text) for text in row]) for row in draw(rows(table, columns)))
        whole = f"{first}{cells}</sheetData>{last}".encode("utf-8", "replace")
        sheets[table.sheet or table.name] = draw(damaged(whole, len(first.encode()))).decode("utf-8", "replace")
    content = hostile_files.workbook(None, **sheets)
    return contract.source, named(draw, kind), draw(damaged(content, 0)) if draw(st.booleans()) else content


@st.composite
def census_return(draw: st.DrawFn) -> tuple[str, str, bytes]:
    """A school's return with texts of all kinds, damaged where its pupils stand."""
    pupils = [
        census_pupil(
            draw(st.integers(1, 99)), identifiers=f"<PreferredSurname>{escaped(draw(TEXTS))}</PreferredSurname>"
        )
        for _ in range(draw(st.integers(0, 5)))
    ]
    content = census(pupils, school_id=f"999{draw(st.integers(4001, 4099))}").encode("utf-8", "replace")
    return (
        "school_census",
        f"return_{draw(st.integers(1, 999))}.xml",
        draw(damaged(content, content.index(b"<Pupils>"))),
    )


def named(draw: st.DrawFn, kind: File) -> str:
    name = draw(st.sampled_from(kind.names))
    for place, value in NAMES.items():
        name = name.replace(place, value)
    return name


def escaped(text: str) -> str:
    return "".join(letter for letter in text if letter.isprintable() and letter not in "<&")


def any_file() -> st.SearchStrategy[tuple[str, str, bytes]]:
    kinds = [(contract, kind) for contract in load_contracts() for kind in contract.files]
    return st.one_of(
        st.sampled_from([(c, k) for c, k in kinds if c.format == "csv"]).flatmap(lambda chosen: extract(*chosen)),
        st.sampled_from([(c, k) for c, k in kinds if c.format == "xlsx"]).flatmap(lambda chosen: workbook(*chosen)),
        census_return(),
    )


@hypothesis.settings(max_examples=4, deadline=None, database=None, suppress_health_check=list(HealthCheck))
@given(st.lists(any_file(), min_size=4, max_size=12))
def each_has_a_verdict(files: list[tuple[str, str, bytes]]) -> None:
    """One load of some files in a new home."""
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(home=Path(folder))
        for source, name, content in files:
            path = settings.landing / source / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
        waiting = deliveries.discover(settings)
        said: list[str] = []
        with connect(settings) as connection, progress.shown_on(said.append):
            outcomes = deliveries.load(settings, connection, "run")
            counted = connection.execute(
                "select sum(rows_read), sum(rows_accepted), sum(rows_rejected) from ops.delivery_table"
            ).fetchone()
        assert len(outcomes) == len(waiting)
        assert not deliveries.discover(settings)
        for outcome in outcomes:
            assert outcome.rows_read == outcome.rows_accepted + outcome.rows_rejected
            assert "breaks its reader" not in (outcome.reason or ""), outcome.reason
        if counted[0] is not None:
            assert counted[0] == counted[1] + counted[2]
        reports = [path.read_text() for path in settings.quarantine.rglob("*") if path.is_file()]
        assert SECRET not in "".join([*said, *reports, *(outcome.reason or "" for outcome in outcomes)])


def test_files_made_at_random_have_a_verdict_and_are_not_repeated() -> None:
    until = time.monotonic() + SECONDS
    for number in count(SEED):
        hypothesis.seed(number)(each_has_a_verdict)()
        if time.monotonic() > until:
            break
