"""No page about children or places without its line in the log, and what the log answers."""

import threading
from datetime import date
from pathlib import Path

import pytest
from typer.testing import CliRunner

from orchestration import cli
from orchestration.home import audit, page_views
from orchestration.rights import subject_access, traces, workspace
from orchestration.settings import Settings
from tests.support.dashboards import Dashboard, served
from tests.support.disks import mounted
from tests.support.warehouse import KEY


def places_of(dashboard: Dashboard) -> tuple[str, str]:
    """The school of the first user of one, and a child there."""
    school = dashboard.visitor("school").ask("/").headers["location"].rpartition("/")[2]
    ((child,),) = dashboard.rows(
        "select min(child_durable_key) from mart.mart_child_list where school_id = $school", school=school
    )
    return school, child


def test_each_page_about_a_place_is_one_line_that_says_what_was_shown(own: Settings) -> None:
    with served(own) as dashboard:
        school, child = places_of(dashboard)
        visitor, user = dashboard.visitor("school"), dashboard.user("school")
        release = dashboard.site.published.in_force().release_id
        ((listed, raised),) = dashboard.rows(
            """
            select count(*), count(*) filter (where attendance_state = 'raised')
            from mart.mart_child_list where school_id = $school
            """,
            school=school,
        )
        ((agenda,),) = dashboard.rows(
            "select count(*) from mart.mart_huddle_agenda where school_id = $school", school=school
        )
        for path in (
            "/county",
            f"/school/{school}/children",
            f"/school/{school}/children?flag=attendance&sort=name",
            f"/school/{school}/huddle",
            f"/school/{school}/child/{child}",
        ):
            assert visitor.get(path).status == 200
        for path in ("/why", "/places", "/privacy", "/accessibility", "/healthz", "/school/8389999", "/nothing"):
            visitor.get(path)
        lines = dashboard.views()
    assert all(line["viewed_by"] == user and line["release_id"] == release for line in lines)
    assert [(one["page"], one["place"], one["children_count"], one["child_durable_key"]) for one in lines] == [
        ("county", "county", None, None),
        ("children", f"school/{school}", listed, None),
        ("children", f"school/{school}", raised, None),
        ("huddle", f"school/{school}", agenda, None),
        ("child", f"school/{school}", 1, child),
    ]
    assert lines[2]["chosen"] == {"flag": "attendance", "response": "all", "sort": "name", "page": "1"}
    assert list(audit.breaks(page_views.log_of(own))) == []


def test_a_log_that_cannot_be_written_to_lets_no_page_out(own: Settings, tmp_path: Path) -> None:
    with mounted(tmp_path / "small", "1m") as disk, served(own) as dashboard:
        school, child = places_of(dashboard)
        visitor = dashboard.visitor("school")
        assert visitor.get("/county").status == 200
        log = page_views.log_of(own)
        # The log alone lies on the small disk: sessions go on.
        (disk.folder / log.name).write_bytes(log.read_bytes())
        log.unlink()
        log.symlink_to(disk.folder / log.name)
        assert visitor.get("/county").status == 200
        disk.fill()
        # What is left of the last page of the disk takes some lines more.
        room = 4096 - (disk.folder / log.name).stat().st_size % 4096
        refused = [visitor.get(f"/school/{school}/child/{child}") for _ in range(room // 200 + 3)]
        assert refused[-1].status == 503
        assert "put on record" in refused[-1].words and child not in refused[-1].text
        ((name,),) = dashboard.rows(
            "select surname from core.dim_child_identity where child_durable_key = $child",
            f"school/{school}",
            child=child,
        )
        assert name not in refused[-1].words
        sent = sum(page.status == 200 for page in refused)
        disk.free()
        assert visitor.get("/county").status == 200
        lines = dashboard.views()
        assert len(lines) == 3 + sent
        assert list(audit.breaks(log)) == []


def test_a_folder_in_the_place_of_the_log_lets_no_page_out(own: Settings) -> None:
    with served(own) as dashboard:
        visitor = dashboard.visitor("county")
        page_views.log_of(own).mkdir()
        assert visitor.get("/county").status == 503
        assert visitor.get("/why").status == 200
        page_views.log_of(own).rmdir()
        assert visitor.get("/county").status == 200


def test_ten_readers_at_once_leave_an_unbroken_log(own: Settings) -> None:
    with served(own) as dashboard:
        visitors = [dashboard.visitor("county") for _ in range(10)]
        statuses: list[int] = []

        def read(number: int) -> None:
            statuses.extend(visitors[number].get("/county").status for _ in range(5))

        threads = [threading.Thread(target=read, args=(number,)) for number in range(10)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert statuses == [200] * 50 and len(dashboard.views()) == 50
    assert list(audit.breaks(page_views.log_of(own))) == []


def test_who_saw_answers_by_the_childs_key_and_repeats_nothing_else(own: Settings) -> None:
    told = {"EARLYHELP_HOME": str(own.home), "EARLYHELP_KEY": KEY}
    with served(own) as dashboard:
        school, child = places_of(dashboard)
        visitor, user = dashboard.visitor("school"), dashboard.user("school")
        before = CliRunner().invoke(cli.app, ["who-saw", "--child", child], env=told)
        visitor.get(f"/school/{school}/children")
        visitor.get(f"/school/{school}/child/{child}")
        after = CliRunner().invoke(cli.app, ["who-saw", "--child", child], env=told)
    assert before.exit_code == after.exit_code == 0
    assert "0 pages about this child" in before.output and user not in before.output
    assert "1 pages about this child" in after.output and user in after.output
    assert f"school/{school} 1" in after.output
    for wrong in (["--child", "A123456789012"], ["--child", "Smith"], []):
        done = CliRunner().invoke(cli.app, ["who-saw", *wrong], env=told)
        assert done.exit_code == 1 and "Smith" not in done.output


def test_an_erased_childs_key_leaves_the_log_and_the_line_stays(own: Settings) -> None:
    gone, stays = "a" * 32, "b" * 32
    for key in (gone, stays):
        page_views.record(own, page_views.PageView("u", "school", "child", "school/1", "r", child_durable_key=key))
    with workspace.workspace(own) as connection:
        workspace.want_texts(connection, "key", f"select 'key|{gone}' as text")
        traces._erase_from_page_views(own, connection)
    assert [line["child_durable_key"] for line in audit.read(page_views.log_of(own))] == [None, stays]
    assert gone not in page_views.log_of(own).read_text()
    assert list(audit.breaks(page_views.log_of(own))) == []


def test_what_is_shown_while_the_log_is_written_anew_is_not_lost(own: Settings) -> None:
    old = page_views.PageView("u", "school", "county", "county", "r", viewed_at="2020-01-01T12:00:00+00:00")
    page_views.record(own, old)
    with served(own) as dashboard:
        visitors = [dashboard.visitor("county") for _ in range(4)]
        statuses: list[int] = []

        def read(number: int) -> None:
            statuses.extend(visitors[number].get("/county").status for _ in range(10))

        threads = [threading.Thread(target=read, args=(number,)) for number in range(len(visitors))]
        for thread in threads:
            thread.start()
        while any(thread.is_alive() for thread in threads):
            page_views.drop(own, date(2021, 1, 1))
            page_views.record(own, old)
        for thread in threads:
            thread.join()
        page_views.drop(own, date(2021, 1, 1))
        lines = dashboard.views()
    assert statuses == [200] * 40 and len(lines) == 40
    assert list(audit.breaks(page_views.log_of(own))) == []
    assert len(audit.rewritings(page_views.log_of(own))) > 1


def test_a_family_that_asks_is_told_when_to_which_role_and_where(own: Settings) -> None:
    mine, other = "a" * 32, "b" * 32
    for key, role in ((mine, "school"), (other, "zone"), (mine, "county")):
        page_views.record(own, page_views.PageView("u", role, "child", "school/1", "r", child_durable_key=key))
    shown = subject_access.shown_to(own, [mine])
    assert [(view["role"], view["place"]) for view in shown] == [("school", "school/1"), ("county", "school/1")]
    assert not any("u" in view.values() for view in shown), "users are known by what they are, not by who"


@pytest.mark.parametrize("length", [10, 70_000])
def test_a_line_is_added_to_a_log_by_its_end_whatever_is_there(tmp_path: Path, length: int) -> None:
    log = tmp_path / "log.jsonl"
    audit.append(log, [{"text": "x" * length}])
    audit.append(log, [{"text": "y"}])
    with log.open("ab") as file:
        file.write(b'{"text": "torn')
    audit.append(log, [{"text": "z"}])
    assert [len(entry["text"]) for entry in audit.read(log)] == [length, 1, 1]
    assert list(audit.breaks(log)) == []
    assert len(audit.torn_lines(log)) == 1
