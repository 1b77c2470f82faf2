"""The disk is full where sessions lie: nobody is let in unseen, whoever is in loses nothing, all goes on with room."""

from pathlib import Path

from dashboard import sessions
from orchestration.settings import Settings
from tests.support.dashboards import served
from tests.support.disks import mounted
from tests.support.visitors import Visitor


def test_a_full_disk_lets_nobody_in_and_those_who_are_in_are_in_again_with_room(own: Settings, tmp_path: Path) -> None:
    with mounted(tmp_path / "small", "1m") as disk, served(own) as dashboard:
        inside = dashboard.visitor("county")
        path = own.home / "dashboard" / sessions.FILE
        (disk.folder / path.name).write_bytes(path.read_bytes())
        path.unlink()
        path.symlink_to(disk.folder / path.name)
        assert inside.get("/county").status == 200
        disk.fill()
        assert inside.get("/county").status == 200, "a page within the half minute writes nothing of a session"
        newcomer = Visitor(dashboard.port)
        assert newcomer.get("/sign-in").status == 503
        # The time of a page that is due to be noted cannot be: no page without it.
        dashboard.later[0] += sessions.NOTED_SECONDS
        answer = inside.get("/county")
        assert answer.status == 503 and "Nothing can be shown at the moment" in answer.words
        disk.free()
        assert inside.get("/county").status == 200
        assert newcomer.sign_in(dashboard.user("county")).status == 303
        assert newcomer.get("/county").status == 200
