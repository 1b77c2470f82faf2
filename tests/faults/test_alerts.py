"""A night that did not publish reaches a person: a real mail server and a real webhook on this machine receive it."""

import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest

from orchestration import alerts
from orchestration.settings import PROJECT, Settings
from tests.support import postbox
from tests.support.postbox import Postbox

TO = "data-team@council.example"


@pytest.fixture
def mail() -> Iterator[Postbox]:
    with postbox.opened() as opened:
        yield opened


@pytest.fixture
def webhook() -> Iterator[tuple[str, list[dict[str, Any]]]]:
    """A webhook's address, and what was posted to it."""
    posted: list[dict[str, Any]] = []

    class Receiver(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            posted.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(204)
            self.end_headers()

    with HTTPServer(("127.0.0.1", 0), Receiver) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/a-secret", posted
        server.shutdown()


def publish(home: Path, ago: timedelta) -> None:
    """Put a release in force that was published a while ago; an alert reads its manifest alone."""
    folder = home / "releases" / "20260626T020000Z"
    folder.mkdir(parents=True)
    at = datetime.now(UTC).replace(tzinfo=None) - ago
    told = {"release_id": folder.name, "as_of_date": "2026-06-26", "published_at": str(at), "files": {}}
    (folder / "manifest.json").write_text(json.dumps(told))
    (home / "current").symlink_to("releases/20260626T020000Z")


def alert(home: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    named = {f"EARLYHELP_ALERT_{name}": value for name, value in environment.items()}
    return subprocess.run(
        [sys.executable, "-m", "orchestration.cli", "alert", *arguments],
        cwd=PROJECT,
        env={**os.environ, "EARLYHELP_HOME": str(home), "EARLYHELP_KEY": "k" * 64, **named},
        capture_output=True,
        text=True,
    )


def test_a_night_without_a_release_is_told_by_mail(tmp_path: Path, mail: Postbox) -> None:
    publish(tmp_path, timedelta(hours=30))
    told = alert(tmp_path, MAIL_TO=TO, SMTP=mail.address)
    assert told.returncode == 1
    (letter,) = mail.letters
    assert letter["To"] == TO
    assert letter["Subject"] == "Early Help Warehouse: nothing was published"
    assert "Release 20260626T020000Z, as of 2026-06-26" in letter.get_content()
    assert "in the last 26 hours" in letter.get_content()


def test_a_home_that_never_published_is_told_too(tmp_path: Path, mail: Postbox) -> None:
    assert alert(tmp_path, MAIL_TO=TO, SMTP=mail.address).returncode == 1
    assert "No release is in force yet" in mail.letters[0].get_content()


def test_a_night_with_a_release_is_told_to_nobody(tmp_path: Path, mail: Postbox) -> None:
    publish(tmp_path, timedelta(hours=3))
    assert alert(tmp_path, MAIL_TO=TO, SMTP=mail.address).returncode == 0
    assert mail.letters == []
    assert alert(tmp_path, "--hours", "2", MAIL_TO=TO, SMTP=mail.address).returncode == 1
    assert alert(tmp_path, "--trial", MAIL_TO=TO, SMTP=mail.address).returncode == 0
    assert [letter["Subject"].split(": ")[1] for letter in mail.letters] == ["nothing was published", "a trial"]


def test_a_webhook_is_told_also_when_the_mail_server_is_gone(
    tmp_path: Path, webhook: tuple[str, list[dict[str, Any]]]
) -> None:
    address, posted = webhook
    told = alert(tmp_path, MAIL_TO=TO, SMTP="127.0.0.1:1", WEBHOOK=address)
    assert told.returncode == 1
    assert [sorted(message) for message in posted] == [["text", "title"]]
    assert f"could not be sent by mail to {TO}" in told.stderr and "Traceback" not in told.stderr


def test_nobody_set_and_nobody_there_are_said(tmp_path: Path) -> None:
    assert "set EARLYHELP_ALERT_MAIL_TO" in alert(tmp_path, "--trial").stderr
    gone = alert(tmp_path, "--trial", WEBHOOK="http://127.0.0.1:1/a-secret")
    assert gone.returncode == 1
    assert "could not be sent by the webhook" in gone.stderr and "a-secret" not in gone.stderr


def test_a_webhook_is_an_address_of_the_web(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    settings = Settings(home=tmp_path, alert_webhook=(tmp_path / "file").as_uri())
    with pytest.raises(alerts.AlertError):
        alerts.send(settings, alerts.trial(settings))


def test_a_password_never_goes_over_an_open_connection(tmp_path: Path, mail: Postbox) -> None:
    settings = Settings(
        home=tmp_path, alert_mail_to=TO, alert_smtp=mail.address, alert_smtp_user="us", alert_smtp_password="secret"
    )
    assert "secret" not in repr(settings)
    with pytest.raises(alerts.AlertError, match="SMTPNotSupportedError"):
        alerts.send(settings, alerts.trial(settings))
    assert mail.letters == []


def test_a_failed_build_is_told_by_names_and_not_by_what_it_said(tmp_path: Path, mail: Postbox) -> None:
    """A real run of the job, on a home whose build file is a letter about a child."""
    import dagster as dg

    from orchestration.definitions import defs

    name = "Wilhelmina Zzyzx"
    script = tmp_path / "home" / "build" / "early_help.duckdb"
    script.parent.mkdir(parents=True)
    script.write_text(name * 1000)
    environment = {
        "EARLYHELP_HOME": str(tmp_path / "home"),
        "EARLYHELP_KEY": "k" * 64,
        "EARLYHELP_ALERT_MAIL_TO": TO,
        "EARLYHELP_ALERT_SMTP": mail.address,
    }
    with pytest.MonkeyPatch.context() as patch, dg.DagsterInstance.ephemeral() as instance:
        for variable, value in environment.items():
            patch.setenv(variable, value)
        definitions = defs()
        result = definitions.get_job_def("build").execute_in_process(instance=instance, raise_on_error=False)
        assert not result.success
        context = dg.build_run_status_sensor_context(
            sensor_name="build_failed",
            dagster_event=result.get_run_failure_event(),
            dagster_instance=instance,
            dagster_run=instance.get_run_by_id(result.run_id),
        ).for_run_failure()
        definitions.resolve_sensor_def("build_failed")(context)
    (letter,) = mail.letters
    text = letter.get_content()
    assert result.run_id in text and "step landing" in text
    assert name.split()[1] not in letter.as_string()
