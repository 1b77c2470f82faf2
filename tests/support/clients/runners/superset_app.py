"""Superset itself, without a server: its own application answers requests to its API, one a line of standard input.

The first line says where it may keep its own database. Each other line names what to do; each reply is a line of JSON.
"""

import json
import os
import secrets
import sys
from pathlib import Path

PASSWORD = secrets.token_urlsafe(16)
CONFIG = """
import os
SECRET_KEY = os.environ["SUPERSET_SECRET_KEY"]
SQLALCHEMY_DATABASE_URI = "sqlite:///" + os.environ["SUPERSET_HOME"] + "/superset.db"
RATELIMIT_ENABLED = False
TALISMAN_ENABLED = False
FEATURE_FLAGS = {"DASHBOARD_RBAC": False}
"""


def main() -> None:
    folder = Path(json.loads(sys.stdin.readline())["folder"])
    # Whatever it says while it starts is no reply.
    replies, sys.stdout = sys.stdout, sys.stderr
    app = started(folder)
    # Not around the requests: whoever asked first would be whoever asks.
    with app.app_context():
        prepare(app)
    does = {"import": imported, "ask": asked, "zone": of_a_zone, "run": run_in_sql_lab, "list": listed, "serve": serve}
    for line in sys.stdin:
        request = json.loads(line)
        reply = does[request.pop("do")](app, **request)
        print(json.dumps(reply, default=str), file=replies, flush=True)


def started(folder: Path):
    (folder / "superset_config.py").write_text(CONFIG)
    os.environ |= {
        "SUPERSET_HOME": str(folder),
        "SUPERSET_SECRET_KEY": secrets.token_urlsafe(42),
        "SUPERSET_CONFIG_PATH": str(folder / "superset_config.py"),
    }
    from superset.app import create_app

    return create_app()


def prepare(app) -> None:
    """Its tables, its roles, an administrator."""
    import superset
    from flask_migrate import upgrade
    from superset import appbuilder, security_manager

    upgrade(str(Path(superset.__file__).parent / "migrations"))
    appbuilder.add_permissions(update_perms=True)
    security_manager.sync_role_definitions()
    role = security_manager.find_role("Admin")
    security_manager.add_user("admin", "Ada", "Min", "admin@example.org", role, password=PASSWORD)


class Visitor:
    """Somebody signed in, by the API's token, as a script or a page of Superset is."""

    def __init__(self, app, username: str) -> None:
        self.client = app.test_client()
        entered = {"username": username, "password": PASSWORD, "provider": "db", "refresh": False}
        token = self.client.post("/api/v1/security/login", json=entered).get_json()["access_token"]
        self.headers = {"Authorization": f"Bearer {token}"}
        csrf = self.client.get("/api/v1/security/csrf_token/", headers=self.headers).get_json()["result"]
        self.headers |= {"X-CSRFToken": csrf, "Referer": "http://localhost/"}

    def get(self, path: str) -> tuple[int, dict]:
        got = self.client.get(path, headers=self.headers)
        return got.status_code, got.get_json()

    def post(self, path: str, **sent) -> tuple[int, dict]:
        got = self.client.post(path, headers=self.headers, **sent)
        return got.status_code, got.get_json()

    def all(self, kind: str) -> list[dict]:
        status, found = self.get(f"/api/v1/{kind}/?q=(page_size:-1)")
        assert status == 200, found
        return found["result"]


def imported(app, bundle: str) -> dict:
    """Import a bundle; how many of everything there are then."""
    admin = Visitor(app, "admin")
    with Path(bundle).open("rb") as file:
        status, said = admin.post(
            "/api/v1/assets/import/", data={"bundle": (file, "bundle.zip")}, content_type="multipart/form-data"
        )
    assert status == 200, said
    from superset import db
    from superset.connectors.sqla.models import SqlMetric, TableColumn

    counts = {kind: len(admin.all(kind)) for kind in ("database", "dataset", "chart", "dashboard")}
    with app.app_context():
        inner = {"column": db.session.query(TableColumn).count(), "metric": db.session.query(SqlMetric).count()}
    ids = {kind: sorted(f"{each['id']}" for each in admin.all(kind)) for kind in counts}
    placed = {
        each["dashboard_title"]: len(admin.get(f"/api/v1/dashboard/{each['id']}/charts")[1]["result"])
        for each in admin.all("dashboard")
    }
    return {"counts": counts | inner, "ids": ids, "placed": placed}


def asked(app, username: str = "admin") -> dict:
    """The rows of every chart, by the chart's id in the bundle."""
    visitor = Visitor(app, username)
    return {each["uuid"]: answer(visitor, each["id"]) for each in visitor.all("chart")}


def answer(visitor: Visitor, chart: int) -> dict:
    status, said = visitor.get(f"/api/v1/chart/{chart}/data/?force=true")
    if status != 200:
        return {"status": status, "error": said}
    (result,) = said["result"]
    return {"status": status, "columns": result["colnames"], "rows": result["data"], "sql": result["query"]}


def of_a_zone(app, zone: str, unruled: list[str]) -> dict:
    """What a user of one zone is shown, where each dataset but those of `unruled` has a rule of rows."""
    with app.app_context():
        tables, role = entered(zone)
    admin, ruled = Visitor(app, "admin"), [id for name, id in tables.items() if name not in unruled]
    status, said = admin.post(
        "/api/v1/rowlevelsecurity/",
        json={
            "name": f"Zone {zone} sees its own",
            "filter_type": "Regular",
            "tables": ruled,
            "roles": [role],
            "clause": f"zone_code = '{zone}'",
        },
    )
    assert status == 201, said
    user = Visitor(app, f"of_{zone}")
    lab, _ = user.post("/api/v1/sqllab/execute/", json={"database_id": 1, "sql": "select 1", "runAsync": False})
    zones = {
        name: user.get(f"/api/v1/datasource/table/{tables[name]}/column/zone_code/values/")[1].get("result")
        for name in tables
        if name not in unruled
    }
    return {"charts": asked(app, f"of_{zone}"), "zones": zones, "sql_lab": lab}


def entered(zone: str) -> tuple[dict[str, int], int]:
    """Make a user of a zone: what Gamma may do, and read every dataset. The datasets by name, and the user's role."""
    from superset import db, security_manager
    from superset.connectors.sqla.models import SqlaTable

    role = security_manager.add_role(f"Zone {zone}")
    tables = db.session.query(SqlaTable).all()
    for table in tables:
        view = security_manager.add_permission_view_menu("datasource_access", table.perm)
        security_manager.add_permission_role(role, view)
    roles = [security_manager.find_role("Gamma"), role]
    security_manager.add_user(f"of_{zone}", "Of", zone, f"{zone}@example.org", roles, password=PASSWORD)
    return {table.table_name: table.id for table in tables}, role.id


def run_in_sql_lab(app, statements: list[str]) -> dict:
    """What SQL Lab says to an administrator's statements: the error of each, or null where it ran."""
    admin = Visitor(app, "admin")
    (database,) = admin.all("database")
    said = {}
    for number, sql in enumerate(statements):
        sent = {"database_id": database["id"], "sql": sql, "runAsync": False, "client_id": f"asked{number:06}"}
        status, reply = admin.post("/api/v1/sqllab/execute/", json=sent)
        said[sql] = None if status == 200 else json.dumps(reply)
    return said


def listed(app, schema: str, table: str) -> dict:
    """What Superset's own catalogue knows: the tables of a schema, and the columns and the key of the star's table."""
    admin = Visitor(app, "admin")
    (database,) = admin.all("database")
    status, tables = admin.get(f"/api/v1/database/{database['id']}/tables/?q=(force:!t,schema_name:{schema})")
    assert status == 200, tables
    status, told = admin.get(f"/api/v1/database/{database['id']}/table_metadata/?name={table}&schema=core")
    assert status == 200, told
    columns = {column["name"]: column["comment"] for column in told["columns"]}
    return {
        "tables": sorted(each["value"] for each in tables["result"]),
        "columns": columns,
        "key": told["primaryKey"].get("column_names") or [],
    }


def serve(app, port: int) -> dict:
    """Answer a browser on the loopback until the process ends; how to sign in."""
    import threading

    from werkzeug.serving import make_server

    server = make_server("127.0.0.1", port, app, threaded=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return {"address": f"http://127.0.0.1:{server.server_port}", "username": "admin", "password": PASSWORD}


main()
