"""A dashboard over a real release of the small invented county, served on the loopback."""

import os
import shutil
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import uvicorn

from dashboard import app
from dashboard.accounts import SignIn
from dashboard.attempts import Attempts
from dashboard.published import Published
from dashboard.sessions import Sessions
from dashboard.site import Site
from orchestration.home import audit, page_views
from orchestration.releases import keys, reading, store
from orchestration.settings import Settings
from tests.support.visitors import Visitor
from tests.support.warehouse import KEY


@dataclass
class Dashboard:
    """A home, its site and the port on which it is served. `clock` is added to the seconds that sessions see."""

    settings: Settings
    site: Site
    port: int = 0
    later: list[float] = field(default_factory=lambda: [0.0])
    _beside: dict[tuple[str, str], duckdb.DuckDBPyConnection] = field(default_factory=dict)

    def visitor(self, role: str | None = None, place: str | None = None) -> Visitor:
        """Somebody of a role who may see something, of a school or zone where it matters, signed in; or nobody yet."""
        visitor = Visitor(self.port)
        if role:
            answer = visitor.sign_in(self.user(role, place))
            assert answer.status == 303, answer.text
        return visitor

    def user(self, role: str, place: str | None = None) -> str:
        """The key of the first user of a role, of a place if one is named, who has access if anybody has."""
        ((found,),) = self.rows(
            """
            select users.user_key
            from core.brg_user__scope as users
            left join core.dim_school as schools on users.school_key = schools.school_key
            left join core.dim_zone as zones on users.zone_key = zones.zone_key
            where users.role_code = $role and ($place is null or $place in (schools.school_id, zones.zone_code))
            order by users.has_access desc, users.user_key
            limit 1
            """,
            role=role,
            place=place,
        )
        return str(found)

    def rows(self, sql: str, audience: str = "analyst", **parameters: Any) -> list[tuple[Any, ...]]:
        """The rows of a query on a file of the release in force, read beside the dashboard."""
        release = store.in_force(self.settings)
        assert release
        key = (release.release_id, audience)
        if key not in self._beside:
            # One connection for all: to make one loads an extension each time.
            if not self._beside:
                self._beside["", ""] = reading.connect(self.settings)
            alias = f"beside_{len(self._beside)}"
            reading.attach(self._beside["", ""], self.settings, release, alias, audience)
            self._beside[key] = self._beside["", ""].cursor()
            self._beside[key].execute(f"use {alias}")
        return self._beside[key].execute(sql, parameters).fetchall()

    def views(self) -> list[dict[str, Any]]:
        """The log of what was shown."""
        return audit.read(page_views.log_of(self.settings))


def settings_of(home: Path) -> Settings:
    return Settings(home=home, key=KEY)


def home_like(other: Path, home: Path) -> Settings:
    """A home with the release in force of another, to be served and to be changed by `change`."""
    shutil.copytree(other / "releases", home / "releases", symlinks=True, copy_function=_shared)
    (home / "build").mkdir()
    shutil.copy(other / "build" / "key.sha256", home / "build")
    for log in other.glob("*.jsonl"):
        shutil.copy(log, home)
    (home / "current").symlink_to((other / "current").readlink())
    return settings_of(home)


def _shared(source: str, target: str) -> None:
    """A file of a release is written once and then only read: the many homes of these tests have them in common."""
    if source.endswith((".duckdb", ".parquet")):
        os.link(source, target)
    else:
        shutil.copy2(source, target)


def change(settings: Settings, audience: str, *statements: str) -> None:
    """Write to an audience's file of the release in force, in a copy of a home: the dashboard opens it afterwards."""
    release = store.in_force(settings)
    assert release
    ((path, key_id),) = [
        (path, entry["key_id"])
        for path, entry in release.manifest["files"].items()
        if entry["audience"] == audience and path.endswith(".duckdb")
    ]
    with reading.connect(settings) as connection:
        encryption = f" (encryption_key '{keys.derive(settings, audience, key_id)}')" if key_id else ""
        file = release.folder / path
        # A home of its own may share the file with others: see `home_like`.
        shutil.copy(file, draft := file.with_suffix(".draft"))
        draft.replace(file)
        file.chmod(0o600)
        connection.execute(f"attach '{file}' as changed{encryption}")
        connection.execute("use changed")
        for statement in statements:
            connection.execute(statement)
        connection.execute("use memory")
        connection.execute("detach changed")


@contextmanager
def served(
    settings: Settings,
    day: date | None = None,
    is_dev_login: bool = True,
    sign_in: SignIn | None = None,
    port: int = 0,
    proxy: str | None = None,
) -> Iterator[Dashboard]:
    """The dashboard of a home, on a port of the loopback: 0 for one that was free."""
    later = [0.0]
    published = Published(settings)

    def clock() -> float:
        return time.time() + later[0]

    site = Site(settings, published, Sessions(settings, clock), Attempts(settings, clock), is_dev_login, day, sign_in)
    server = uvicorn.Server(
        uvicorn.Config(
            app.make(site, proxy),
            host="127.0.0.1",
            port=port,
            access_log=False,
            log_level="warning",
            proxy_headers=False,
        )
    )
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        assert thread.is_alive(), "the server did not start"
        time.sleep(0.02)
    port = server.servers[0].sockets[0].getsockname()[1]
    dashboard = Dashboard(settings, site, port, later)
    try:
        yield dashboard
    finally:
        for connection in dashboard._beside.values():
            connection.close()
        server.should_exit = True
        thread.join(timeout=20)
        published.close()
