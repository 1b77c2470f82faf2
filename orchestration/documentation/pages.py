"""The pages in docs/: finds them, makes their made parts anew, and says which no longer hold."""

import os
import re
from collections.abc import Iterator
from pathlib import Path

import duckdb

from orchestration.documentation import blocks, drawing, queries, records
from orchestration.documentation.manifest import Project
from orchestration.settings import PROJECT

DOCS = PROJECT / "docs"
MADE = blocks.MADE | {"records": records.records}
"""The made parts by the name that a page gives: `<!-- made: flags -->`, `<!-- made: mart mart_trend -->`."""
MARTS = DOCS / "reference" / "marts"
DRAWING = DOCS / "reference" / "star.svg"
MADE_BLOCK = re.compile(r"(<!-- made: (?P<what>[\w ]+) -->\n).*?(^<!-- end -->$)", re.MULTILINE | re.DOTALL)
FROM_THE_ROOT = re.compile(r"(?<=\]\()/([^)#]+)")
"""What a made part links to, which begins at the project's root."""
QUERIES_PER_MART = 3


def pages() -> list[Path]:
    return sorted(DOCS.rglob("*.md"))


def _mart_page(name: str) -> Path:
    return MARTS / f"{name}.md"


def problems(project: Project, connection: duckdb.DuckDBPyConnection | None, county: str | None) -> Iterator[str]:
    """What does not hold: a made part that is not as it would be made, a query that fails, an answer that differs.

    `county` is the size of the invented county that the open release is made of: of answers printed on another, only
    the columns are compared.
    """
    for of in project.of_kind("mart_"):
        path = _mart_page(of.name)
        if not path.exists():
            yield f"{path.relative_to(PROJECT)} is missing: earlyhelp docs --refresh begins it."
        elif (found := len(queries.BLOCK.findall(path.read_text(encoding="utf-8")))) < QUERIES_PER_MART:
            yield f"{path.relative_to(PROJECT)} has {found} worked queries: {QUERIES_PER_MART} are asked for."
    if not DRAWING.exists() or DRAWING.read_text(encoding="utf-8") != drawing.star(project):
        yield f"{DRAWING.relative_to(PROJECT)} is not as it would be drawn: earlyhelp docs --refresh"
    for path in pages():
        name, page = path.relative_to(PROJECT), path.read_text(encoding="utf-8")
        if _made(path, page, project) != page:
            yield f"{name}: a made part is not as it would be made: earlyhelp docs --refresh"
        if connection is not None:
            yield from _wrong_answers(str(name), page, connection, county)


def _wrong_answers(name: str, page: str, connection: duckdb.DuckDBPyConnection, county: str | None) -> Iterator[str]:
    try:
        printed = queries.answers(page, connection)
    except queries.BrokenQuery as broken:
        yield f"{name}: {broken}"
        return
    for one in printed:
        if one.on is None:
            continue
        if queries.names_a_key(one.gives):
            yield f"{name}: the query prints a key, which is another under every pseudonym key\n{one.sql}"
        elif one.on == county and one.stands != one.gives:
            yield f"{name}: the answer is not what the query prints\n{one.sql}{one.gives}"
        elif queries.headings(one.stands) != queries.headings(one.gives):
            yield f"{name}: the answer has other columns than the query prints\n{one.sql}{queries.headings(one.gives)}"


def refresh(project: Project, connection: duckdb.DuckDBPyConnection | None, county: str | None) -> list[Path]:
    """Make the made parts anew, and the answers of the pages that are printed on `county`; what was written."""
    written: dict[Path, None] = {}
    for of in project.of_kind("mart_"):
        if not (path := _mart_page(of.name)).exists():
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(_begun(of.name), encoding="utf-8")
            written[path] = None
    for path in pages():
        before = path.read_text(encoding="utf-8")
        after = _made(path, before, project)
        if connection is not None and county is not None:
            try:
                after = queries.refreshed(after, connection, county)
            except queries.BrokenQuery as broken:
                raise queries.BrokenQuery(f"{path.relative_to(PROJECT)}: {broken}") from broken
        if after != before:
            path.write_text(after, encoding="utf-8")
            written[path] = None
    if not DRAWING.exists() or DRAWING.read_text(encoding="utf-8") != drawing.star(project):
        DRAWING.write_text(drawing.star(project), encoding="utf-8")
        written[DRAWING] = None
    return list(written)


def _made(path: Path, page: str, project: Project) -> str:
    """The page that lies at this path, its made parts anew."""

    def leads(link: re.Match[str]) -> str:
        return Path(os.path.relpath(PROJECT / link[1], path.parent)).as_posix()

    def make(found: re.Match[str]) -> str:
        what, *arguments = found["what"].split()
        if what not in MADE or not set(arguments) <= set(project.tables):
            raise LookupError(f"Nothing can be made of <!-- made: {found['what']} -->: no such block or table.")
        part = FROM_THE_ROOT.sub(leads, MADE[what](project, *arguments))
        return f"{found[1]}\n{part}\n\n{found[3]}"

    return MADE_BLOCK.sub(make, page)


def _begun(name: str) -> str:
    return f"# {name}\n\n<!-- printed on: hamlet -->\n<!-- made: mart {name} -->\n<!-- end -->\n\n## Worked queries\n"
