"""A page is of one release, whatever is switched in while it is made."""

import json
import shutil
import threading

from typer.testing import CliRunner

from orchestration import cli
from orchestration.home import audit, durable, page_views
from orchestration.releases import store
from orchestration.settings import Settings
from tests.support.dashboards import change, served
from tests.support.warehouse import KEY

MORE = 1_000_000


def second_release(settings: Settings) -> tuple[store.Release, store.Release]:
    """The release in force, and another whose counts are a million more, which is left in force."""
    first = store.in_force(settings)
    assert first
    folder = shutil.copytree(first.folder, first.folder.with_name("second"))
    manifest = json.loads((folder / store.MANIFEST).read_text())
    manifest |= {"release_id": "second", "sequence": manifest["sequence"] + 1}
    (folder / store.MANIFEST).chmod(0o600)
    (folder / store.MANIFEST).write_text(json.dumps(manifest))
    durable.point(settings.current, folder)
    second = store.in_force(settings)
    assert second and second.release_id == "second"
    audiences = [entry["audience"] for path, entry in manifest["files"].items() if path.endswith(".duckdb")]
    for audience in audiences:
        # What is open names no zone by itself, and partners are given no counts.
        if audience.partition("/")[0] in ("analyst", "zone", "school"):
            change(settings, audience, f"update mart.mart_zone_dashboard set children_count = children_count + {MORE}")
    return first, second


def test_ten_readers_never_see_two_releases_in_one_page(own: Settings) -> None:
    first, second = second_release(own)
    store.switch(own, first)
    with served(own) as dashboard:
        visitors = [dashboard.visitor(role) for role in ("county", "zone", "school", "county", "zone") * 2]
        mixed: list[str] = []
        seen: set[str] = set()
        done = threading.Event()

        def read(number: int) -> None:
            while not done.is_set():
                page = visitors[number].get("/county")
                release = "second" if "Release second" in page.words else "first"
                counts = "second" if "Of 1,000," in page.words else "first"
                seen.add(release)
                if page.status != 200 or release != counts:
                    mixed.append(f"{page.status} {release} {counts}")

        threads = [threading.Thread(target=read, args=(number,)) for number in range(len(visitors))]
        for thread in threads:
            thread.start()
        for switched in range(12):
            done.wait(0.4)
            store.switch(own, second if switched % 2 == 0 else first)
        done.set()
        for thread in threads:
            thread.join()
        assert mixed == [] and seen == {"first", "second"}
        store.switch(own, second)
        assert "Release second" in visitors[0].get("/county").words


def test_after_a_rollback_pages_are_of_the_release_before_and_every_view_names_its_own(own: Settings) -> None:
    first, second = second_release(own)
    environment = {"EARLYHELP_HOME": str(own.home), "EARLYHELP_KEY": KEY}
    with served(own) as dashboard:
        visitors = [dashboard.visitor(role) for role in ("county", "zone", "school") * 3]
        statuses: list[int] = []
        done = threading.Event()

        def read(number: int) -> None:
            while not done.is_set():
                statuses.append(visitors[number].get("/county").status)

        assert "Release second" in visitors[0].get("/county").words
        threads = [threading.Thread(target=read, args=(number,)) for number in range(len(visitors))]
        for thread in threads:
            thread.start()
        rolled = CliRunner().invoke(cli.app, ["rollback"], env=environment)
        done.wait(0.5)
        done.set()
        for thread in threads:
            thread.join()
        assert rolled.exit_code == 0, rolled.output
        after = visitors[0].get("/county").words
        assert f"Release {first.release_id}" in after and "Of 1,000," not in after
        assert set(statuses) == {200}
        named = [line["release_id"] for line in dashboard.views()]
    assert set(named) == {first.release_id, second.release_id} and len(named) == len(statuses) + 2
    assert list(audit.breaks(page_views.log_of(own))) == []


def test_a_release_that_is_gone_is_let_go_of(own: Settings) -> None:
    first, second = second_release(own)
    store.switch(own, first)
    with served(own) as dashboard:
        visitor = dashboard.visitor("county")
        assert visitor.get("/county").status == 200
        store.switch(own, second)
        shutil.rmtree(first.folder)
        assert visitor.get("/county").status == 200
        attached = dashboard.site.published._attached
        assert {folder for folder, _ in attached} == {second.folder}


def test_only_the_last_files_read_stay_open(own: Settings) -> None:
    with served(own) as dashboard:
        published = dashboard.site.published
        published._kept_open = 3
        release = published.in_force()
        names = [entry["audience"] for path, entry in release.manifest["files"].items() if path.endswith(".duckdb")]
        assert len(names) > 4
        for name in names:
            with published.tables(release, name) as tables:
                assert tables.rows("select count(*) as n from ops.release")[0]["n"] == 1
        assert [name for _, name in published._attached] == names[-3:]


def test_without_a_release_the_pages_say_so(own: Settings) -> None:
    with served(own) as dashboard:
        visitor = dashboard.visitor("county")
        own.current.unlink()
        assert visitor.get("/county").status == 503
        assert visitor.get("/healthz").status == 503
        assert visitor.get("/privacy").status == 200
