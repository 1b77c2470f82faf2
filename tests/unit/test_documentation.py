"""Pages: made parts, worked queries, and the guard that keeps real children's numbers out of them."""

import hashlib
import json
import re
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pytest

from orchestration.documentation import blocks, drawing, pages, queries, site
from orchestration.documentation.manifest import Project, Table
from orchestration.documentation.pages import DOCS
from orchestration.home.erasures import RewrittenFile
from orchestration.settings import PROJECT, Settings

PAGE = """# A page

<!-- printed on: hamlet -->

```sql
select 1 as one, 'a|b' as text;
```

| stale |
| --- |
| 7 |

… 9 rows in all.

What follows stays.

```
no query
```

| a table | of the page |
|---|---|
| of | its own |
"""


def table(name: str, joins: dict[str, list[str]], may_join: dict[str, list[str]] | None = None) -> Table:
    said = {"": "What it says.", "Grain": "one thing. More of it."}
    return Table(name, "core", said, [], f"{name}_key", joins, may_join or {})


@pytest.fixture
def project() -> Project:
    tables = [
        table("dim_child", {}),
        table("dim_date", {}),
        table("dim_flag", {}),
        table("fct_seen", {"dim_child": ["child_key"], "dim_date": ["seen_date_key", "left_date_key"]}),
        table("fct_said", {}, {"dim_child": ["child_durable_key"]}),
    ]
    return Project({of.name: of for of in tables}, [], {}, [])


def test_an_answer_stands_below_its_query_and_nothing_else_is_touched() -> None:
    refreshed = queries.refreshed(PAGE, duckdb.connect(), "hamlet")
    assert "| one | text |\n| --- | --- |\n| 1 | a\\|b |\n\nWhat follows stays." in refreshed
    assert "stale" not in refreshed and "9 rows" not in refreshed
    assert "| a table | of the page |" in refreshed
    assert queries.refreshed(refreshed, duckdb.connect(), "hamlet") == refreshed


@pytest.mark.parametrize(("mark", "on"), [("demo", "demo"), ("elsewhere", None)])
def test_only_answers_printed_on_the_county_are_written(mark: str, on: str | None) -> None:
    page = PAGE.replace("```sql", f"<!-- printed on: {mark} -->\n\n```sql")
    assert queries.refreshed(page, duckdb.connect(), "hamlet") == page
    assert [printed.on for printed in queries.answers(page, duckdb.connect())] == [on]


@pytest.mark.parametrize(("rows", "more"), [(queries.SHOWN, ""), (queries.SHOWN + 1, "… 9 rows in all.\n")])
def test_a_longer_answer_says_how_many_rows_there_are(rows: int, more: str) -> None:
    answer = queries.answer(duckdb.connect(), f"select * from range({rows})")
    assert answer.count("\n| ") == queries.SHOWN + 1
    assert answer.endswith(more) and ("rows in all" in answer) == bool(more)


def test_what_is_not_known_is_blank_and_a_number_keeps_its_places() -> None:
    answer = queries.answer(
        duckdb.connect(), "select null, 0.2::decimal(9, 4), 1 / 3.0::double, true, date '2026-06-26'"
    )
    assert answer.splitlines()[-1] == "|  | 0.2000 | 0.3333 | true | 2026-06-26 |"


def test_a_query_that_the_release_refuses_is_named() -> None:
    with pytest.raises(queries.BrokenQuery, match="nowhere"):
        queries.answers("```sql\nselect * from nowhere;\n```\n", duckdb.connect())


@pytest.mark.parametrize(("sql", "has_key"), [("1 as child_durable_key", True), ("1 as keys", False)])
def test_a_key_is_seen_in_an_answer(sql: str, has_key: bool) -> None:
    assert queries.names_a_key(queries.answer(duckdb.connect(), f"select {sql}")) is has_key


@pytest.fixture
def release() -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect()
    connection.execute("create schema ops")
    connection.execute("create table ops.delivery (sha256 varchar)")
    connection.execute("create table ops.release as select date '2026-06-26' as as_of_date")
    return connection


def county(folder: Path, **differing: object) -> Path:
    (folder / "extracts").mkdir()
    (folder / "extracts" / "pupils.csv").write_bytes(b"invented")
    told = {"size": "hamlet", "seed": 1, "clean": False, "as_of_date": "2026-06-26", **differing}
    (folder / "county.json").write_text(json.dumps(told))
    return folder


def delivered(release: duckdb.DuckDBPyConnection, *files: bytes) -> duckdb.DuckDBPyConnection:
    for content in files:
        release.execute("insert into ops.delivery values (?)", [hashlib.sha256(content).hexdigest()])
    return release


def test_a_release_of_the_invented_county_alone_may_be_printed(
    release: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    assert queries.invented(county(tmp_path), delivered(release, b"invented")) == "hamlet"


def test_a_file_that_was_written_anew_is_the_one_it_was_delivered_as(
    release: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    now, before = (hashlib.sha256(content).hexdigest() for content in (b"inv", b"invented"))
    anew = {now: RewrittenFile(now, before, before, rows_erased=0, rows_forbidden=1)}
    assert queries.invented(county(tmp_path), delivered(release, b"inv"), anew) == "hamlet"


@pytest.mark.parametrize("files", [(), (b"invented", b"of somebody"), (b"of somebody",)])
def test_a_release_with_anything_else_in_it_is_printed_nowhere(
    release: duckdb.DuckDBPyConnection, tmp_path: Path, files: tuple[bytes, ...]
) -> None:
    with pytest.raises(LookupError, match="goes into no page"):
        queries.invented(county(tmp_path), delivered(release, *files))


@pytest.mark.parametrize("differing", [{"seed": 2}, {"clean": True}])
def test_a_county_other_than_the_pages_is_refused(
    release: duckdb.DuckDBPyConnection, tmp_path: Path, differing: dict[str, Any]
) -> None:
    with pytest.raises(LookupError, match="another county"):
        queries.invented(county(tmp_path, **differing), delivered(release, b"invented"))


def test_a_release_of_another_day_is_refused(release: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    release.execute("update ops.release set as_of_date = ?", [date(2026, 6, 25)])
    with pytest.raises(LookupError, match="--as-of 2026-06-26"):
        queries.invented(county(tmp_path), delivered(release, b"invented"))


def test_the_bus_matrix_tells_tested_keys_from_others_and_names_the_roles_of_dates(project: Project) -> None:
    assert blocks.bus_matrix(project).splitlines() == [
        "| fact | one row is | child | date |",
        "| --- | --- | --- | --- |",
        "| `fct_said` | one thing | ○ |  |",
        "| `fct_seen` | one thing | ● | seen, left |",
    ]


def test_the_diagram_has_a_line_for_every_tested_relationship(project: Project) -> None:
    assert [line.strip() for line in blocks.entities(project).splitlines()[2:-1]] == [
        'dim_child ||--o{ fct_seen : "child_key"',
        'dim_date ||--o{ fct_seen : "seen_date_key, left_date_key"',
    ]


def test_what_a_made_part_links_to_is_found_from_wherever_its_page_lies(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(pages.MADE, "here", lambda project: "[a](/seeds/a.csv) [b](/docs/b.md#c) [d](https://d/e)")
    page = "<!-- made: here -->\n<!-- end -->\n"
    made = {place: pages._made(DOCS / place, page, project).splitlines()[2] for place in ("p.md", "r/s/p.md")}
    assert made == {
        "p.md": "[a](../seeds/a.csv) [b](b.md#c) [d](https://d/e)",
        "r/s/p.md": "[a](../../../seeds/a.csv) [b](../../b.md#c) [d](https://d/e)",
    }


def test_the_drawing_joins_each_fact_to_its_dimensions_and_leaves_out_the_others(project: Project) -> None:
    drawn = drawing.star(project)
    assert drawn.count("<path") == 3
    assert ">dim_child<" in drawn and ">dim_flag<" not in drawn


def test_a_folder_that_holds_something_else_is_not_replaced(project: Project, tmp_path: Path) -> None:
    (tmp_path / "letter.txt").write_text("mine")
    with pytest.raises(FileExistsError, match="not a site"):
        site.build(Settings(home=tmp_path / "home"), project, tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["letter.txt"]


def test_every_page_is_found_from_the_index_below_the_heading_of_its_readers() -> None:
    """A mart's page is found from the list of questions, which the index names."""
    _, *parts = (DOCS / "index.md").read_text().split("\n## ")
    found = {part.splitlines()[0]: linked(DOCS, part) for part in parts}
    folders = {heading: {path.split("/")[0] for path in paths if "/" in path} for heading, paths in found.items()}
    assert {heading: names for heading, names in folders.items() if names} == {
        heading: {heading.lower().replace(" ", "-")} for heading in found if heading != "What holds"
    }
    questions = DOCS / "analysts" / "index.md"
    there = {str(path.relative_to(DOCS)) for path in DOCS.rglob("*.md")} - {"index.md"}
    assert there == set().union(*found.values(), linked(questions.parent, questions.read_text(), "reference/marts/"))


def linked(folder: Path, text: str, below: str = "") -> set[str]:
    """The guides that a page in this folder links to, by their places in docs/."""
    paths = {(folder / link).resolve() for link in re.findall(r"\]\(([^)#:]+\.md)", text)}
    inside = {str(path.relative_to(DOCS)) for path in paths if path.is_relative_to(DOCS)}
    return {path for path in inside if path.startswith(below)}


def test_every_test_that_the_page_on_faults_names_exists() -> None:
    named = set(re.findall(r"`(tests/[\w/]+\.py)`", (DOCS / "reliability.md").read_text(encoding="utf-8")))
    assert len(named) > 40
    assert [path for path in sorted(named) if not (PROJECT / path).is_file()] == []
