"""Clients that read while releases are published at full speed: no error, and no reply that mixes two releases."""

from datetime import date

import pytest

from orchestration import build_file, releases
from orchestration.settings import Settings
from tests.clients.client_processes import DRIVERS, parameters, reply, start, wait_until_ready

PUBLICATIONS = 50
WATCHED = [
    "select release_id from ops.release",
    "select min(zone_name), max(zone_name) from core.dim_zone",
    "select min(zone_name), max(zone_name), count(*) from mart.mart_zone_dashboard",
    "select count(*), count(distinct child_durable_key) from core.fct_flag_assessment",
]
"""Asked one by one of one connection; each release has a name of its own in both tables."""

WATCHERS = ["duckdb_1_1", "duckdb_1_5", "duckdb_2_0", "sqlalchemy_1_4", "node"]


def publish(settings: Settings, generation: int) -> str:
    """Publish the build once more, with the number of the publication for every zone's name."""
    with build_file.connect(settings) as connection:
        for table in ("core.dim_zone", "mart.mart_zone_dashboard"):
            connection.execute(f"update {table} set zone_name = 'generation {generation:02}'")
    return releases.publish(settings, date(2026, 6, 26), "run").release_id


@pytest.mark.parametrize("client", parameters(*WATCHERS))
def test_readers_see_whole_releases_while_fifty_are_published(client: str, settings: Settings) -> None:
    published = {publish(settings, 0): "generation 00"}
    request = {
        "do": "watch",
        "file": str(settings.current / "early_help.duckdb"),
        "questions": WATCHED,
        "stop": str(settings.home / "stop"),
    }
    stays, *return_ = (start(client, {**request, "reopen": reopen}) for reopen in (False, True, True))
    for reader in (stays, *return_):
        wait_until_ready(reader)
    for generation in range(1, PUBLICATIONS + 1):
        published[publish(settings, generation)] = f"generation {generation:02}"
    (settings.home / "stop").touch()
    said = [reply(reader) for reader in (stays, *return_)]
    print(f"{client}: {', '.join(str(each['reads']) for each in said)} reads of {len(published)} releases")
    for each in said:
        for release_id, *names, _, _, _ in each["seen"]:
            assert set(names) == {published[release_id]}
    counts = {tuple(row[-3:]) for each in said for row in each["seen"]}
    assert len(counts) == 1, "releases of one build count alike"
    assert len(said[0]["seen"]) == 1, "a connection that stays open keeps its release"
    assert all(len(each["seen"]) > PUBLICATIONS / 2 for each in said[1:]), "readers came too rarely to show anything"


SEES_THE_OLD_RELEASE_BESIDE_AN_OPEN_CONNECTION = {*DRIVERS}


@pytest.mark.parametrize("client", parameters(*DRIVERS))
def test_what_a_process_sees_of_a_publication(client: str, settings: Settings) -> None:
    old = releases.in_force(settings).release_id
    process = start(client, {"do": "see", "file": str(settings.current / "early_help.duckdb"), "question": WATCHED[0]})
    wait_until_ready(process)
    new = publish(settings, 1)
    beside = old if client in SEES_THE_OLD_RELEASE_BESIDE_AN_OPEN_CONNECTION else new
    assert reply(process, "\n") == {"before": old, "still": old, "beside": beside, "again": new}
