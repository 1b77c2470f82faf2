"""The documentation holds: made parts, worked queries on a real release, and a site that opens without a network."""

import os
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest

from benchmarks import national
from orchestration.build import database, dbt, warehouse
from orchestration.documentation.pages import DOCS
from orchestration.settings import Settings
from tests.support.warehouse import KEY, PROJECT, Warehouse

PUBLISHED = PROJECT.parent / "shared" / "real" / "national" / "bds_long_0.parquet"
LOADS = {
    "script": "src",
    "img": "src",
    "iframe": "src",
    "source": "src",
    "object": "data",
    "link": "href",
    "image": "href",
}


def test_the_pages_are_as_made_and_their_answers_as_the_hamlet_prints_them(dirty: Warehouse) -> None:
    done = dirty.earlyhelp("docs", "--check", "--county", dirty.county)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "answers as printed on hamlet" in done.stdout


def test_a_release_of_another_county_writes_no_page(clean: Warehouse, dirty: Warehouse) -> None:
    before = {path: path.stat().st_mtime_ns for path in DOCS.rglob("*.md")}
    done = clean.here("docs", "--refresh", "--county", dirty.county)
    assert done.returncode == 1
    assert "goes into no page" in done.stderr
    assert {path: path.stat().st_mtime_ns for path in DOCS.rglob("*.md")} == before


def test_every_column_that_the_build_has_is_described_and_no_other(dirty: Warehouse) -> None:
    """The manifest knows the columns that somebody declared; whether these are all, only the build knows."""
    tables = dbt.nodes(*warehouse.KINDS)
    described = {
        (node["schema"], node["name"], column["name"])
        for node in tables
        for column in node["columns"].values()
        if column["description"].strip()
    }
    with database.connect(Settings(home=dirty.home), read_only=True) as connection:
        built = connection.execute(
            "select table_schema, table_name, column_name from information_schema.columns "
            "where list_contains(?, table_schema)",
            [sorted({node["schema"] for node in tables})],
        ).fetchall()
    assert set(built) ^ described == set()


class Loaded(HTMLParser):
    """What a page makes a browser fetch: not the links that a reader may follow."""

    def __init__(self) -> None:
        super().__init__()
        self.addresses: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in LOADS and (dict(attrs).get("rel") or "") not in {"canonical", "next", "prev"}:
            self.addresses.append(dict(attrs).get(LOADS[tag]) or "")


@pytest.fixture(scope="module")
def site(dirty: Warehouse, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("site") / "site"
    done = dirty.earlyhelp("docs", "--out", out)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "no build" not in done.stdout
    return out


def test_the_site_fetches_nothing_from_elsewhere_and_nothing_that_is_not_there(site: Path) -> None:
    pages = sorted(site.rglob("*.html"))
    assert {"index.html", "analysts/screens.html", "reference/marts/mart_trend.html", "dbt/index.html"} <= {
        str(page.relative_to(site)) for page in pages
    }
    for page in pages:
        text = page.read_text()
        loaded = Loaded()
        loaded.feed(text)
        for address in filter(None, loaded.addresses):
            assert not re.match(r"(\w+:)?//", address), f"{page}: {address}"
            if page.name != "404.html" and not address.startswith(("data:", "${")):
                assert (page.parent / address.split("?")[0].split("#")[0]).exists(), f"{page}: {address}"
        # Addresses that a script or a style would fetch.
        assert not re.search(r"unpkg\.com|cdn\.|cloudfront|googleapis|gstatic|url\(['\"]?(https?:)?//", text), page


def test_the_search_needs_no_server(site: Path) -> None:
    assert (site / "search" / "search_index.js").read_text().startswith("var __index = ")
    assert '<script src="../../iframe-worker.js">' in (site / "reference" / "marts" / "mart_trend.html").read_text()


def test_dbts_documentation_knows_the_columns_of_the_build_and_not_the_machine(site: Path, dirty: Warehouse) -> None:
    page = (site / "dbt" / "index.html").read_text()
    assert '"raised_count": {"type": "BIGINT"' in page
    assert not [word for word in (str(PROJECT), str(dirty.home), KEY) if word in page]


@pytest.mark.skipif(not PUBLISHED.exists(), reason="the published rates are not part of this project")
def test_the_published_rates_of_the_guide_are_those_of_the_file(dirty: Warehouse) -> None:
    rows = national.compared(dirty.release_file, PUBLISHED, 838, 2025)
    guide = (DOCS / "explained" / "national.md").read_text()
    told = {cells[0]: cells[4:6] for cells in map(_cells, re.findall(r"^\| \w.*\|$", guide, re.MULTILINE))}
    for name, ours, _, counted, authority, england in rows:
        assert ours is not None and counted > 0, name
        assert told[name] == [f"{authority:.1f}", f"{england:.1f}"], name


def _cells(line: str) -> list[str]:
    return [cell.strip() for cell in line.strip("|").split("|")]


@pytest.mark.skipif("EARLYHELP_DEMO" not in os.environ, reason="EARLYHELP_DEMO names the folder that make demo wrote")
def test_the_answers_of_the_screens_are_as_the_demo_prints_them() -> None:
    demo = Path(os.environ["EARLYHELP_DEMO"])
    done = Warehouse(demo / "home", demo / "county").earlyhelp("docs", "--check", "--county", demo / "county")
    assert done.returncode == 0, done.stdout + done.stderr
