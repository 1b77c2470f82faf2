"""Exports under fire: cells that a spreadsheet would run, files in the way, conditions that reach too far."""

import csv
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any, Literal

import duckdb
import openpyxl
import pytest

from orchestration import deliveries, exports
from orchestration.build import database, engine
from orchestration.exports import spreadsheet, workbook
from orchestration.home import disclosures
from orchestration.settings import Settings
from tests.support.made_files import pupil, pupils_csv

RUN = [
    '=HYPERLINK("http://example.org/?"&A1,"see")', "+1+1", "-2+3", "@SUM(A1)", "=1", "\t=1+1", "\r=1+1", "\tplain",
    " =1+1", "\N{NO-BREAK SPACE}=1+1", "\N{ZERO WIDTH SPACE}=1+1", "\N{FULLWIDTH EQUALS SIGN}1+1", "a,=1+1", "a;=1+1",
    "a|+1+1", "a\t@1", "a\n=1+1", 'a"=1+1', 'a","=1+1', "a; -1+1", "-5,=1+1", "''=1,=1",
]  # fmt: skip
"""What a spreadsheet would run, at the beginning of a cell or where another separator begins one."""

SHOWN = ["O'Hara-Smith", "Zoë", "a-b", "x = y", "1 + 1", "Ng", "-5", "+7", "3.50", "007"]
"""What it would show as it stands."""

TOLD = [*RUN, *SHOWN]

BEGINS = re.compile(r"^[\"\s\u00a0\u200b]*[=+\-@\uff1d\uff0b\uff0d\uff20]|^[\t\r]")
NUMBER = re.compile(r"[+-]?\d+(\.\d+)?")


@pytest.fixture(scope="module")
def release(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A release whose mart.listed has a row for each child of an extract with planted surnames."""
    settings = Settings(home=tmp_path_factory.mktemp("home"))
    quoted = [f'"{text}"' for text in (name.replace('"', '""') for name in TOLD)]
    pupils_csv(settings.landing / "synergy", [pupil(number, surname=name) for number, name in enumerate(quoted, 1)])
    folder = settings.releases / "20260626T020000Z"
    folder.mkdir(parents=True)
    files = {"early_help.duckdb": {"audience": "analyst", "key_id": None}}
    (folder / "manifest.json").write_text(json.dumps({"release_id": folder.name, "files": files}))
    with database.connect(settings) as connection:
        deliveries.load(settings, connection, "run")
        assert connection.execute("select surname from raw.synergy__pupils").fetchall() == [(name,) for name in TOLD]
        connection.execute(
            f"""
            attach '{folder / "early_help.duckdb"}' as release;
            create schema release.mart;
            create table release.mart.listed as
                select pupil_id as child_durable_key, surname as told, -3 as change_count,
                    0.25::decimal(9, 4) as raised_rate, date '2026-06-26' as as_of_date, null::varchar as nothing
                from raw.synergy__pupils;
            create table release.mart.totals as select 'Z1' as zone_code, 7 as children_count;
            detach release
            """
        )
    return folder


@pytest.fixture
def settings(release: Path, tmp_path: Path) -> Settings:
    """A home of its own in which that release is in force."""
    made = Settings(home=tmp_path / "home")
    made.home.mkdir()
    made.current.symlink_to(release)
    return made


@pytest.fixture
def export(settings: Settings, tmp_path: Path) -> Callable[..., Path]:
    def made(name: str, table: str = "mart.listed", **how: Any) -> Path:
        out = tmp_path / name
        kind: Any = out.suffix[1:]
        exports.write(settings, table, out, kind, **{"reason": "a test", **how})
        return out

    return made


def without_apostrophes(texts: list[str]) -> list[str]:
    return [text.replace("'", "") for text in texts]


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
@pytest.mark.parametrize("quoting", [csv.QUOTE_MINIMAL, csv.QUOTE_NONE])
def test_however_a_csv_is_split_no_cell_is_run(
    export: Callable[..., Path], separator: str, quoting: Literal[0, 3]
) -> None:
    with export("list.csv").open(newline="", encoding="utf-8") as file:
        cells = [cell for row in csv.reader(file, delimiter=separator, quoting=quoting) for cell in row]
    assert len(cells) > len(RUN)
    assert [cell for cell in cells if BEGINS.search(cell) and not NUMBER.fullmatch(cell.strip('"'))] == []


def test_a_csv_says_what_the_release_says_but_for_the_apostrophes(export: Callable[..., Path]) -> None:
    with export("list.csv").open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert without_apostrophes([row["told"] for row in rows]) == without_apostrophes(TOLD)
    assert [row["told"] for row in rows if row["told"] in SHOWN] == SHOWN
    assert {(row["change_count"], row["raised_rate"], row["nothing"]) for row in rows} == {("-3", "0.2500", "")}


def test_a_sheet_says_the_same_with_numbers_as_numbers_and_no_formula(export: Callable[..., Path]) -> None:
    sheet = openpyxl.load_workbook(export("list.xlsx")).active
    _, *rows = list(sheet.iter_rows())
    assert {cell.data_type for row in rows for cell in row} == {"s", "n", "d"}
    # XML knows one kind of line break.
    written = [name.replace("\r", "\n") for name in TOLD]
    told = [str(row[1].value) for row in rows]
    assert without_apostrophes(told) == without_apostrophes(written)
    assert not [text for text in told if BEGINS.search(text) and not NUMBER.fullmatch(text)]
    assert {(row[2].value, row[3].value, row[5].value) for row in rows} == {(-3, 0.25, None)}


@pytest.mark.parametrize("rows", ["true", "false"])
def test_a_workbook_keeps_its_headings_in_sight_filters_and_says_what_it_is_of(
    export: Callable[..., Path], release: Path, rows: str
) -> None:
    """Also of no row; another sheet says which release and day."""
    workbook = openpyxl.load_workbook(export("list.xlsx", where=rows))
    sheet = workbook.worksheets[0]
    last = len(TOLD) + 1 if rows == "true" else 1
    assert (sheet.freeze_panes, sheet.auto_filter.ref) == ("A2", f"A1:F{last}")
    about = {name.value: value.value for name, value in workbook["About"].rows}
    assert (about["Release"], about["Table"], about["Rows where"]) == (release.name, "mart.listed", rows)


def test_a_long_sheet_is_completed_without_a_change_to_its_rows(tmp_path: Path) -> None:
    """Many times longer than what is looked at, at either end."""
    with duckdb.connect() as connection:
        engine.load(connection, "excel")
        query = "select range as number, 'row ' || range as told from range(20000)"
        connection.execute(f"copy ({query}) to '{tmp_path / 'plain.xlsx'}' (format xlsx, header true)")
        rows = connection.execute(query).fetchall()
    made = workbook.complete(tmp_path / "plain.xlsx", 2, len(rows), {"Release": "r"})
    sheet = openpyxl.load_workbook(made).worksheets[0]
    assert list(sheet.iter_rows(values_only=True)) == [("number", "told"), *rows]
    assert (sheet.freeze_panes, sheet.auto_filter.ref) == ("A2", "A1:B20001")


def test_parquet_is_the_table_itself(export: Callable[..., Path]) -> None:
    found = duckdb.execute("select told, change_count from read_parquet(?)", [str(export("list.parquet"))]).fetchall()
    assert found == [(name, -3) for name in TOLD]


def test_characters_that_no_sheet_holds_are_replaced() -> None:
    (shown,) = duckdb.execute(f"select {spreadsheet.harmless('chr(1) || chr(10) || chr(31)')}").fetchone()
    assert shown == "\N{REPLACEMENT CHARACTER}\n\N{REPLACEMENT CHARACTER}"


def test_an_export_is_its_owners_alone_and_leaves_nothing_beside_it(
    export: Callable[..., Path], tmp_path: Path
) -> None:
    before = set(tmp_path.iterdir())
    made = {export(name) for name in ("list.csv", "list.xlsx", "list.parquet")}
    assert {file.stat().st_mode & 0o777 for file in made} == {0o600}
    assert set(tmp_path.iterdir()) == before | made


def test_a_csv_for_excel_begins_with_the_mark(export: Callable[..., Path]) -> None:
    assert export("list.csv", byte_order_mark=True).read_bytes().startswith(b'\xef\xbb\xbf"child_durable_key"')


def test_nothing_is_written_over(export: Callable[..., Path], tmp_path: Path) -> None:
    (tmp_path / "list.csv").write_text("mine")
    with pytest.raises(FileExistsError, match="nothing is written over"):
        export("list.csv")
    assert (tmp_path / "list.csv").read_text() == "mine"


def test_the_log_says_who_why_and_of_how_many_children(settings: Settings, export: Callable[..., Path]) -> None:
    out = export("few.csv", where="told = 'Ng'", columns=["change_count"])
    assert out.read_text() == "change_count\n-3\n"
    export("totals.csv", table="mart.totals", reason=None)
    few, totals = disclosures.entries(settings)
    assert (few.action, few.audience, few.file, few.children_count) == ("export", "analyst", str(out), 1)
    assert (few.reason, few.release_id) == ("mart.listed: a test", "20260626T020000Z")
    assert few.disclosed_by
    assert (totals.children_count, totals.reason) == (None, "mart.totals")


@pytest.mark.parametrize("reason", [None, "", "  "])
def test_children_leave_for_a_reason_only(
    settings: Settings, export: Callable[..., Path], tmp_path: Path, reason: str | None
) -> None:
    with pytest.raises(ValueError, match="say what the file is for"):
        export("list.csv", reason=reason)
    assert not (tmp_path / "list.csv").exists()
    assert disclosures.entries(settings) == []


@pytest.mark.parametrize(
    "where",
    ["true) union all (select * from mart.totals", "true; drop table mart.totals", "told =", "nobody = 1"],
)
def test_a_condition_can_be_nothing_but_a_condition(export: Callable[..., Path], where: str) -> None:
    with pytest.raises(ValueError, match=r"--where is no condition on mart\.listed"):
        export("list.csv", where=where)


def test_a_condition_that_stumbles_says_nothing_of_the_cell(export: Callable[..., Path]) -> None:
    with pytest.raises(ValueError, match="ConversionException") as raised:
        export("list.csv", where="told::integer > 0")
    assert not [name for name in TOLD if len(name) > 4 and name in str(raised.value)]


def test_what_is_not_there_is_named_with_what_is_near(export: Callable[..., Path]) -> None:
    with pytest.raises(LookupError, match=r"no table mart\.lister .* Near it: mart\.listed"):
        export("list.csv", table="mart.lister")
    with pytest.raises(LookupError, match=r"no column tols\. Near it: told"):
        export("list.csv", columns=["tols"])
    with pytest.raises(LookupError, match="has no file for zone/Z1; it has analyst"):
        export("list.csv", audience="zone/Z1")


def test_more_than_a_sheet_holds_is_refused_rather_than_cut(
    export: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(spreadsheet, "MOST_ROWS", 3)
    with pytest.raises(ValueError, match="A sheet holds 3 rows"):
        export("list.xlsx")
    monkeypatch.setattr(spreadsheet, "MOST_ROWS", 1000)
    monkeypatch.setattr(spreadsheet, "LONGEST_TEXT", 10)
    with pytest.raises(ValueError, match="A cell holds 10 characters"):
        export("list.xlsx")
