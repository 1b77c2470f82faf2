"""Dagster as it is documented, a real process on the loopback: whom it answers, whom it asks, what it leaves behind."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path

import pytest
from websockets.exceptions import InvalidStatus
from websockets.sync.client import connect
from websockets.typing import Origin, Subprotocol

from orchestration.home import modes
from orchestration.settings import PROJECT, Settings
from tests.support import postbox
from tests.support.postbox import Postbox
from tests.support.warehouse import KEY, WATCHED

STARTS_IN = 500
"""Seconds; it takes twenty on a machine that does nothing else."""
QUERY = json.dumps({"query": "{ version }"})
AUTOMATION = """
{ repositoriesOrError { ... on RepositoryConnection { nodes {
    schedules { name scheduleState { status } }
    sensors { name sensorState { status } }
} } } }
"""
LAUNCH = """
mutation { launchRun(executionParams: {
    selector: {repositoryName: "__repository__", repositoryLocationName: "early_help", jobName: "build"},
    runConfigData: "{}"
}) { __typename ... on LaunchRunSuccess { run { runId } } ... on PythonError { message } } }
"""


@dataclass(frozen=True)
class Service:
    """`earlyhelp serve` as it runs: its process, port, home, and the folder that it takes for that of its account."""

    process: subprocess.Popen[bytes]
    port: int
    folder: Path

    @property
    def home(self) -> Path:
        return self.folder / "home"

    def answer(self, method: str, path: str, body: str | None = None, **headers: str) -> tuple[int, str]:
        """The status and text of an answer; an underscore in a header's name stands for a hyphen."""
        connection = HTTPConnection("127.0.0.1", self.port, timeout=STARTS_IN)
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        connection.request(method, path, body, {"Content-Type": "application/json", **named})
        answered = connection.getresponse()
        return answered.status, answered.read().decode()


@pytest.fixture(scope="module")
def mail() -> Iterator[Postbox]:
    with postbox.opened() as opened:
        yield opened


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory, mail: Postbox) -> Iterator[Service]:
    folder = tmp_path_factory.mktemp("service")
    (folder / "account").mkdir()
    port = postbox.free_port()
    # A home that was built with another key: each build fails, before its first step.
    (folder / "home/build").mkdir(parents=True)
    (folder / "home/build/key.sha256").write_text("of another key")
    assert modes.repair(Settings(home=folder / "home")) == []
    process = subprocess.Popen(
        [sys.executable, "-m", "orchestration.cli", "serve", "--port", str(port), "--name", "dagster.council.example"],
        cwd=PROJECT,
        env={
            **os.environ,
            "HOME": str(folder / "account"),
            "EARLYHELP_HOME": str(folder / "home"),
            "EARLYHELP_KEY": KEY,
            "EARLYHELP_ALERT_MAIL_TO": "data-team@council.example",
            "EARLYHELP_ALERT_SMTP": mail.address,
            "PYTHONPATH": str(WATCHED),
            "EARLYHELP_TEST_HOSTS": str(folder / "hosts"),
        },
        umask=0,
        start_new_session=True,
        stdout=(folder / "log").open("wb"),
        stderr=subprocess.STDOUT,
    )
    made = Service(process, port, folder)
    try:
        _wait_for(made)
        yield made
    finally:
        process.terminate()
        process.wait(60)


def _wait_for(service: Service) -> None:
    deadline = time.monotonic() + STARTS_IN
    while time.monotonic() < deadline:
        assert service.process.poll() is None, (service.folder / "log").read_text()[-3000:]
        try:
            if service.answer("GET", "/server_info")[0] == 200:
                return
        except ConnectionRefusedError:
            time.sleep(0.5)
    raise TimeoutError((service.folder / "log").read_text()[-3000:])


pytestmark = pytest.mark.timeout(3 * STARTS_IN)


def test_it_answers_by_its_own_names_and_those_of_the_councils_proxy(service: Service) -> None:
    for host in (f"127.0.0.1:{service.port}", f"localhost:{service.port}", "dagster.council.example"):
        assert service.answer("GET", "/", Host=host)[0] == 200
        assert service.answer("POST", "/graphql", QUERY, Host=host, Origin=f"http://{host}")[0] == 200


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example", "dagster.council.example.evil.example"])
def test_a_name_that_was_led_to_this_machine_gets_nothing(service: Service, host: str) -> None:
    assert service.answer("GET", "/", Host=host)[0] == 400
    assert service.answer("POST", "/graphql", QUERY, Host=host, Origin=f"http://{host}")[0] == 400


@pytest.mark.parametrize(
    "origin", ["http://evil.example", "null", "http://127.0.0.1:1", "http://localhost.evil.example"]
)
def test_a_page_of_another_site_starts_nothing(service: Service, origin: str) -> None:
    assert service.answer("POST", "/graphql", QUERY, Origin=origin)[0] == 403
    # As a form sends it, which asks nobody before: the query stands in the address.
    form = service.answer("POST", "/graphql?query=%7Bversion%7D", "", Origin=origin, Content_Type="text/plain")
    assert form[0] == 403
    assert service.answer("POST", "/report_asset_materialization/release", "{}", Origin=origin)[0] == 403


def test_no_link_or_picture_holds_a_query(service: Service) -> None:
    for headers in ({}, {"Sec_Fetch_Site": "cross-site"}, {"Accept": "image/*", "Sec_Fetch_Site": "same-site"}):
        assert service.answer("GET", "/graphql?query=%7Bversion%7D", **headers)[0] == 403


def test_websockets_are_refused_to_other_names_and_pages(service: Service) -> None:
    address = f"ws://127.0.0.1:{service.port}/graphql"
    own = f"http://127.0.0.1:{service.port}"
    with connect(address, origin=Origin(own), subprotocols=[Subprotocol("graphql-ws")]) as opened:
        opened.send(json.dumps({"type": "connection_init"}))
        assert json.loads(opened.recv(60))["type"] == "connection_ack"
    with pytest.raises(InvalidStatus, match="403"):
        connect(address, origin=Origin("http://evil.example"), subprotocols=[Subprotocol("graphql-ws")])
    with pytest.raises(InvalidStatus, match="400"), socket.create_connection(("127.0.0.1", service.port)) as wire:
        connect(f"ws://evil.example:{service.port}/graphql", sock=wire, subprotocols=[Subprotocol("graphql-ws")])


def test_a_second_service_on_its_port_says_so(service: Service) -> None:
    command = [sys.executable, "-m", "orchestration.cli", "serve", "--port", str(service.port)]
    second = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True)
    assert second.returncode == 1
    assert (
        second.stderr
        == f"Something listens on 127.0.0.1:{service.port} already, perhaps this service: choose another --port.\n"
    )


def test_it_listens_on_the_loopback_alone(service: Service) -> None:
    listening = {line.split()[1] for line in Path("/proc/net/tcp").read_text().splitlines()[1:] if " 0A " in line}
    assert {address for address in listening if address.endswith(f":{service.port:04X}")} == {
        f"0100007F:{service.port:04X}"
    }


def test_its_pages_load_nothing_from_elsewhere(service: Service) -> None:
    connection = HTTPConnection("127.0.0.1", service.port, timeout=60)
    connection.request("GET", "/")
    policy = connection.getresponse().headers["Content-Security-Policy"]
    assert "http:" not in policy and "https:" not in policy and "*" not in policy
    assert "connect-src 'self'" in policy and "frame-ancestors 'none'" in policy


def test_schedule_and_sensors_are_on_from_the_first_start(service: Service) -> None:
    status, answered = service.answer("POST", "/graphql", json.dumps({"query": AUTOMATION}))
    assert status == 200
    (found,) = json.loads(answered)["data"]["repositoriesOrError"]["nodes"]
    schedules = {one["name"]: one["scheduleState"]["status"] for one in found["schedules"]}
    sensors = {one["name"]: one["sensorState"]["status"] for one in found["sensors"]}
    assert schedules == {"nightly": "RUNNING"}
    assert sensors == dict.fromkeys(("again", "build_failed", "history", "landed"), "RUNNING")


def test_a_build_that_failed_is_told_to_a_person(service: Service, mail: Postbox) -> None:
    """All real: the run is begun in the pages, the daemon finds that it failed, its sensor tells."""
    _wait_until(service, lambda log: "Initiating build_failed" in log)
    status, answered = service.answer("POST", "/graphql", json.dumps({"query": LAUNCH}))
    assert status == 200
    run_id = json.loads(answered)["data"]["launchRun"]["run"]["runId"]
    _wait_until(service, lambda log: bool(mail.letters))
    assert mail.letters[0]["Subject"] == "Early Help Warehouse: a build failed"
    assert run_id in mail.letters[0].get_content()


def test_it_asks_for_no_host_and_keeps_no_telemetry(service: Service) -> None:
    _wait_until(service, lambda log: "Sensor landed skipped" in log)
    assert '"telemetryEnabled": false' in service.answer("GET", "/")[1]
    assert list((service.folder / "account").rglob("*")) == []
    assert [path for path in (service.home / "dagster" / "logs").glob("*") if path.stat().st_size] == []
    assert list(modes.findings(Settings(home=service.home))) == []
    asked = service.folder / "hosts"
    # The mail server of the test, which it was told to tell.
    assert not asked.exists() or set(asked.read_text().split()) == {"127.0.0.1"}


@pytest.mark.parametrize("ending", [signal.SIGTERM, signal.SIGKILL])
def test_its_daemon_ends_with_it_at_any_moment(ending: signal.Signals, tmp_path: Path) -> None:
    process = subprocess.Popen(
        [sys.executable, "-m", "orchestration.cli", "serve", "--port", str(postbox.free_port())],
        cwd=PROJECT,
        env={**os.environ, "EARLYHELP_HOME": str(tmp_path), "EARLYHELP_KEY": KEY},
        start_new_session=True,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    deadline = time.monotonic() + STARTS_IN
    while not _daemons(process.pid):
        assert process.poll() is None and time.monotonic() < deadline
        time.sleep(0.2)
    process.send_signal(ending)
    process.wait(60)
    time.sleep(1)
    assert _daemons(process.pid) == []


def _wait_until(service: Service, holds: Callable[[str], bool]) -> None:
    """Until something holds of the log of the service, in which the daemon says what it does."""
    deadline = time.monotonic() + STARTS_IN
    while not holds(log := (service.folder / "log").read_text()):
        assert time.monotonic() < deadline, log[-3000:]
        time.sleep(0.5)


def _daemons(group: int) -> list[str]:
    """Dagster's daemons among the processes of a group."""
    # Twice w: a terminal of 80 columns cuts the words off, and of a deep folder the name of the program.
    listed = subprocess.run(["ps", "-ww", "-eo", "pgid=,args="], capture_output=True, text=True, check=True).stdout
    return [line for line in listed.splitlines() if line.split()[0] == str(group) and _is_daemon(line)]


def _is_daemon(line: str) -> bool:
    # What has ended and was not asked for its exit code is still listed.
    return "dagster-daemon" in line and "<defunct>" not in line
