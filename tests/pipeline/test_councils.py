"""Several councils on one machine: each is built for itself, by the command line and by Dagster; one fails alone."""

import json
import os
import re
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import partial
from http.client import HTTPConnection
from pathlib import Path

import dagster as dg
import duckdb
import pytest

from orchestration.jobs import nights
from orchestration.region import publish
from orchestration.region_defs import definitions
from orchestration.settings import PROJECT
from tests.support.printed_pages import blocks, printed
from tests.support.regions import asked
from tests.support.warehouse import DAY, KEY, Warehouse

PAGE = PROJECT / "docs/operators/councils.md"
STARTS_IN = 500
"""Seconds."""
SECONDS, RELEASE_ID = re.compile(r"\d+ s$", re.MULTILINE), re.compile(r"\d{8}T\d{6}Z")


@pytest.fixture(scope="module", autouse=True)
def environment() -> Iterator[pytest.MonkeyPatch]:
    """That of an operator who has several councils: no key of all of them."""
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("EARLYHELP_KEY", raising=False)
        yield patch


@pytest.fixture(scope="module")
def srv(census_only: Warehouse, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the page's commands run: the list, and a council that published before."""
    srv = tmp_path_factory.mktemp("srv")
    shutil.copytree(census_only.home, srv / "homes/holmshire", symlinks=True)
    (srv / "keys").mkdir(mode=0o700)
    (srv / "keys/holmshire").write_text(KEY)
    (srv / "settings/holmshire").mkdir(parents=True)
    (srv / "north.yml").write_text(blocks(PAGE)[0].split("\n", 1)[1])
    return srv


@pytest.fixture(scope="module")
def shown(srv: Path, census_only: Warehouse, environment: pytest.MonkeyPatch) -> list[str]:
    """The blocks of the page as they come out here."""
    environment.setenv("EARLYHELP_COUNCILS", "north.yml")
    return [plain(printed(block, srv, census_only.county)).replace(str(srv), "/srv") for block in blocks(PAGE)]


def plain(text: str) -> str:
    """Without what is another each time: seconds, and the moment of a release."""
    return RELEASE_ID.sub("<release>", SECONDS.sub("<seconds>", text))


def test_the_page_prints_what_comes(shown: list[str]) -> None:
    assert len(shown) == 4
    assert shown == [plain(block) for block in blocks(PAGE)]


def test_each_was_built_with_its_own_key(srv: Path, shown: list[str]) -> None:
    """The same census went to both: the same children, and not one pseudonym that both have."""
    files = [srv / f"homes/{home}/current/early_help.duckdb" for home in ("eastmere", "holmshire")]
    with duckdb.connect() as connection:
        for file, name in zip(files, ("one", "other"), strict=True):
            connection.execute(f"attach '{file.resolve()}' as {name} (read_only)")
        children = "select child_durable_key from {}.core.dim_child where child_durable_key <> 'unknown'"
        one, other = (set(connection.execute(children.format(name)).fetchall()) for name in ("one", "other"))
    assert len(one) == len(other) > 300
    assert not one & other


def test_what_builds_printed_lies_in_their_own_homes(srv: Path, shown: list[str]) -> None:
    assert "72 new deliveries" in (srv / "homes/eastmere/logs" / nights.PRINTED).read_text()
    assert "Nothing new" in (srv / "homes/holmshire/logs" / nights.PRINTED).read_text()
    assert not list((srv / "region").rglob(nights.PRINTED))


@pytest.fixture
def pages(srv: Path, shown: list[str], environment: pytest.MonkeyPatch) -> dg.Definitions:
    """What Dagster knows of the region."""
    environment.setenv("EARLYHELP_HOME", str(srv / "region"))
    environment.setenv("EARLYHELP_COUNCILS", str(srv / "north.yml"))
    return definitions.defs()


def test_each_council_is_a_partition_that_is_built_and_fails_alone(pages: dg.Definitions, srv: Path) -> None:
    council = pages.resolve_assets_def("council")
    assert council.partitions_def
    codes = council.partitions_def.get_partition_keys()
    assert codes == ["E06000101", "E06000102", "E06000103"]
    tags = {"earlyhelp/as_of": DAY}
    with dg.DagsterInstance.ephemeral() as instance:
        run = partial(dg.materialize, [council], instance=instance, tags=tags, raise_on_error=False)
        ended = {code: run(partition_key=code).success for code in codes}
        assert ended == {"E06000101": True, "E06000102": True, "E06000103": False}
        assert instance.get_materialized_partitions(council.key) == {"E06000101", "E06000102"}
        region = dg.materialize([pages.resolve_assets_def("region")], instance=instance)
    (made,) = region.asset_materializations_for_node("region")
    assert made.metadata["left_out"].value == ["E06000103: no release lies in its folder"]
    told = asked(srv / "region/current" / publish.FILE, "select count(*) from region.council where is_united")
    assert told == [(2,)]


def test_the_night_asks_for_each_council_on_the_day_it_is_for(pages: dg.Definitions) -> None:
    moment = datetime(2026, 6, 27, 1, 0, tzinfo=UTC)
    context = dg.build_schedule_context(scheduled_execution_time=moment, repository_def=pages.get_repository_def())
    asked_for = pages.resolve_schedule_def("nightly").evaluate_tick(context).run_requests or []
    assert [(one.partition_key, one.tags["earlyhelp/as_of"]) for one in asked_for] == [
        (code, "2026-06-27") for code in ("E06000101", "E06000102", "E06000103")
    ]
    assert len({one.run_key for one in asked_for}) == 3


QUERY = json.dumps({"query": "{ assetNodes { assetKey { path } partitionKeys } }"})


def test_the_service_shows_a_partition_for_each_council(srv: Path, shown: list[str]) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    serve = ("region", "serve", str(srv / "north.yml"), "--port", str(port))
    command = [sys.executable, "-m", "orchestration.cli", *serve]
    environment = {**os.environ, "EARLYHELP_HOME": str(srv / "region"), "PYTHONPATH": str(PROJECT)}
    with subprocess.Popen(command, env=environment) as service:
        try:
            assert answered(service, port) == {
                "council": ["E06000101", "E06000102", "E06000103"],
                "region": [],
            }
        finally:
            service.terminate()
    assert service.returncode == 0


def answered(service: "subprocess.Popen[bytes]", port: int) -> dict[str, list[str]]:
    """The partitions of each asset that Dagster shows, once it is up."""
    while service.poll() is None:
        connection = HTTPConnection("127.0.0.1", port, timeout=STARTS_IN)
        try:
            connection.request("POST", "/graphql", QUERY, {"Content-Type": "application/json"})
            nodes = json.loads(connection.getresponse().read())["data"]["assetNodes"]
        except ConnectionRefusedError:
            time.sleep(0.5)
            continue
        return {node["assetKey"]["path"][-1]: node["partitionKeys"] for node in nodes}
    raise AssertionError(f"The service ended with {service.returncode}.")
