"""Clients that read while releases are published at full speed: no error, and no reply that mixes two releases."""

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any

import pytest

from orchestration import releases
from orchestration.build import database
from orchestration.settings import Settings
from tests.support.clients.processes import DRIVERS, is_set_up, parameters, reply, start, wait_until_ready

PUBLICATIONS = 50
WATCHED = [
    "select release_id from ops.release",
    "select min(zone_name), max(zone_name) from core.dim_zone",
    "select min(zone_name), max(zone_name) from mart.mart_zone_dashboard",
    "select count(*), count(distinct child_durable_key) from core.fct_flag_assessment",
]
"""Asked one by one of one connection; each release has a name of its own for every zone, in both tables."""

STAY = ["duckdb_1_1", "duckdb_1_5"]
RETURN = ["duckdb_1_1", "duckdb_1_5", "duckdb_2_0", "sqlalchemy_1_4", "node"]
"""Clients that read on over one connection, and that close it and connect again after every round."""

SEES_THE_OLD_BESIDE_AN_OPEN_ONE = {"duckdb_1_1", "duckdb_1_2", "duckdb_1_3", "duckdb_1_4"}
"""Up to 1.4 DuckDB knows a file by the path it was given, and hands out what it has open under it; from 1.5 on it
follows the link first. See docs/bi-tools/index.md."""


def publish(settings: Settings, generation: int) -> tuple[str, str]:
    """Publish the build again, each zone named after the publication's number; returns the release and that name."""
    name = f"generation {generation:02}"
    with database.connect(settings) as connection:
        for table in ("core.dim_zone", "mart.mart_zone_dashboard"):
            connection.execute(f"update {table} set zone_name = '{name}'")
    return releases.publish(settings, date(2026, 6, 26), "run").release_id, name


@contextmanager
def started(requests: list[tuple[str, dict[str, Any]]]) -> Iterator[list[subprocess.Popen[str]]]:
    """Clients at work, each over its first reading; none is left when this ends."""
    processes = [start(client, request) for client, request in requests]
    try:
        for process in processes:
            wait_until_ready(process)
        yield processes
    finally:
        for process in processes:
            process.kill()


@pytest.mark.skipif(not all(map(is_set_up, {*STAY, *RETURN})), reason="clients are not set up: run `make clients`")
@pytest.mark.timeout(1800)
def test_readers_see_whole_releases_while_fifty_are_published(settings: Settings) -> None:
    published = dict([publish(settings, 0)])
    watch = {
        "do": "watch",
        "file": str(settings.current / "early_help.duckdb"),
        "questions": WATCHED,
        "stop": str(settings.home / "stop"),
        "pause": 0.05,
    }
    readers = [
        (client, {**watch, "reopen": reopen}) for reopen, those in ((False, STAY), (True, RETURN)) for client in those
    ]
    with started(readers) as processes:
        for generation in range(1, PUBLICATIONS + 1):
            published.update([publish(settings, generation)])
        (settings.home / "stop").touch()
        said = [reply(process) for process in processes]
    for (client, request), each in zip(readers, said, strict=True):
        kind = "returns" if request["reopen"] else "stays"
        print(f"{client} {kind}: {each['reads']} rounds, {len(each['seen'])} of {len(published)} releases")
        for release_id, *names, _, _ in each["seen"]:
            assert set(names) == {published[release_id]}, f"{client} read a mixture"
    assert len({tuple(row[-2:]) for each in said for row in each["seen"]}) == 1, "releases of one build count alike"
    seen = [len(each["seen"]) for each in said]
    assert seen[: len(STAY)] == [1] * len(STAY), "a connection that stays open keeps its release"
    assert min(seen[len(STAY) :]) > PUBLICATIONS / 2, "a reader came too rarely to show anything"


@pytest.fixture(scope="module")
def sights(settings: Settings) -> dict[str, dict[str, Any]]:
    """The releases that a process of each client sees before a publication and after it, beside the two there are."""
    clients = [client for client in DRIVERS if is_set_up(client)]
    see = {"do": "see", "file": str(settings.current / "early_help.duckdb"), "question": WATCHED[0]}
    old = releases.in_force(settings).release_id
    with started([(client, see) for client in clients]) as processes:
        new, _ = publish(settings, 0)
        said = {client: reply(process, "\n") for client, process in zip(clients, processes, strict=True)}
    return {client: {**each, "old": old, "new": new} for client, each in said.items()}


@pytest.mark.parametrize("client", parameters(*DRIVERS))
def test_an_open_connection_keeps_its_release_and_sees_the_next_once_all_are_closed(
    client: str, sights: dict[str, dict[str, Any]]
) -> None:
    sight = sights[client]
    assert (sight["before"], sight["still"], sight["again"]) == (sight["old"], sight["old"], sight["new"])


@pytest.mark.parametrize("client", parameters(*DRIVERS))
def test_what_a_second_connection_sees_beside_an_open_one_depends_on_the_client(
    client: str, sights: dict[str, dict[str, Any]]
) -> None:
    sight = sights[client]
    assert sight["beside"] == sight["old" if client in SEES_THE_OLD_BESIDE_AN_OPEN_ONE else "new"]
