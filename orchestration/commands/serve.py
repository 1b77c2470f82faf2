"""`earlyhelp serve`: Dagster's pages and its daemon, as a service runs them."""

import os
import signal
import subprocess
import sys
import threading
from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from orchestration.commands import terminal
from orchestration.home import parent, processes
from orchestration.service import instance
from orchestration.settings import PROJECT, Settings

Port = Annotated[int, typer.Option(min=1, max=65535, help="The port on 127.0.0.1.")]
Names = Annotated[
    list[str] | None,
    typer.Option("--name", help="A name by which a proxy of yours, which asks who people are, passes requests on."),
]


def serve(port: Port = 3000, name: Names = None) -> None:
    """Run Dagster: its pages on 127.0.0.1, and the daemon that builds at two each night and when files have arrived.

    \b
    Examples:
      earlyhelp serve
      earlyhelp serve --port 3001 --name dagster.council.example
    Who is at this machine may start runs; other machines, other host names and pages of other sites get nothing. A run
    that failed is tried again after 5, 20 and 60 minutes; see also earlyhelp alert. Ends when either part ends.
    """
    run(Settings(), instance.COUNCIL, port, tuple(name or ()))


def run(settings: Settings, code: instance.Code, port: int, names: tuple[str, ...]) -> None:
    """Run Dagster's pages and its daemon on the definitions of some code, with its history below the home."""
    # Imported here: Dagster takes seconds to import, and --help should not wait for it.
    from dagster import DagsterInstance

    from orchestration.service import webserver

    if not webserver.is_free(port):
        terminal.fail(
            f"Something listens on {webserver.ADDRESS}:{port} already, perhaps this service: choose another --port."
        )
    try:
        home = instance.prepare(settings, code)
    except (ValueError, OSError) as problem:
        terminal.fail(str(problem))
    os.chdir(PROJECT)
    processes.hand_on(settings, DAGSTER_HOME=str(home))
    terminal.say(f"Dagster is on http://{webserver.ADDRESS}:{port}; its history lies in {home}.")
    # Also while the pages are not up yet: the daemon is to end with us.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    command = [
        str(Path(sys.executable).with_name("dagster-daemon")),
        "run",
        "--workspace",
        str(home / instance.WORKSPACE),
    ]
    # The files of its history are made here, before the daemon would make them, too: of a first start that both made at
    # once was left one that neither opened again.
    with DagsterInstance.get() as dagster:
        # Killed, too, we take it along: two daemons of one home would get in each other's way.
        daemon = subprocess.Popen(command, preexec_fn=partial(parent.end_with, os.getpid()))
        threading.Thread(target=_end_with, args=(daemon,), daemon=True).start()
        try:
            webserver.serve(dagster, home / instance.WORKSPACE, port, names)
        finally:
            daemon.terminate()
            status = daemon.wait()
    if status > 0:
        terminal.fail(f"Dagster's daemon ended by itself (exit code {status}); its messages stand above.")


def _end_with(daemon: subprocess.Popen[bytes]) -> None:
    """When the daemon ends, nothing would be built any more: the pages end too, and whoever runs us begins anew."""
    daemon.wait()
    os.kill(os.getpid(), signal.SIGTERM)
