"""Makes the dashboard ready and serves it: on this machine's own address, or behind a proxy that ends TLS."""

import gc
import logging
import sys
from collections.abc import Callable
from datetime import date
from functools import partial
from socket import socket
from types import ModuleType
from typing import cast

import uvicorn
from starlette.applications import Starlette
from starlette.types import ASGIApp

from dashboard import accounts, app
from dashboard import workers as processes
from dashboard.attempts import Attempts
from dashboard.published import NothingPublished, Published
from dashboard.sessions import Sessions
from dashboard.site import Site
from orchestration.settings import Settings

LOOPBACK = "127.0.0.1"


def check_way(sign_in: accounts.SignIn | None, host: str, proxy: str | None) -> None:
    """Raise ValueError where children's data would be reached by others without accounts, or without TLS."""
    is_open = not accounts.is_loopback(host)
    if is_open and (sign_in is None or proxy is None):
        raise ValueError(
            f"--host {host} is an address that other machines reach. That takes accounts to sign in with "
            f"(dashboard/{accounts.FILE} in the home) and --behind-proxy ADDRESS, the proxy that ends TLS before it."
        )
    if proxy is not None and not (sign_in and sign_in.is_behind_tls):
        raise ValueError(
            f"--behind-proxy is for a dashboard whose address is https:// in dashboard/{accounts.FILE} in the home."
        )
    if sign_in and proxy is None and (sign_in.is_behind_tls or not accounts.is_loopback(sign_in.host)):
        raise ValueError(
            f"dashboard/{accounts.FILE} in the home says that browsers come to {sign_in.address}: say by "
            "--behind-proxy ADDRESS from which address the proxy comes that ends TLS there."
        )


def check_release(settings: Settings, is_dev_login: bool) -> None:
    """Look at the release in force before anything is served, by statements without values: `_without_pandas`.

    Raises LookupError where nothing is published, ValueError where `is_dev_login` is asked for and not every file that
    the release is made of is known to be of an invented county.
    """
    published = Published(settings)
    try:
        site = Site(settings, published, Sessions(settings), Attempts(settings), is_dev_login)
        if is_dev_login and not site.known(published.in_force()).is_invented:
            raise ValueError(
                "--dev-login lets whoever is at this machine be any user, and this home is not known to hold an "
                "invented county alone: every file must have been delivered, unchanged, from what `earlyhelp synth` "
                "wrote. Nothing is served."
            )
        published.in_force()
    except NothingPublished:
        raise LookupError("No release yet. Next: earlyhelp deliver …, then earlyhelp build.") from None
    finally:
        published.close()


def prepare(
    settings: Settings,
    is_dev_login: bool,
    day: date | None = None,
    sign_in: accounts.SignIn | None = None,
    proxy: str | None = None,
) -> Starlette:
    """The application, with the files of the release in force open and what all pages ask looked up."""
    published = Published(settings)
    site = Site(settings, published, Sessions(settings), Attempts(settings), is_dev_login, day, sign_in)
    published.warm()
    site.warm()
    return app.make(site, proxy)


def run(make: Callable[[], Starlette], host: str, port: int, workers: int = 1) -> None:
    """Serve until a signal ends it, by several processes if asked: one that dies or hangs is begun anew.

    `make` is called in each of them, and is handed over as it is: no part of it stands in an environment or on a disk.
    """
    _without_pandas()

    def config(beat: processes.Beat | None = None) -> uvicorn.Config:
        return uvicorn.Config(
            partial(_begin, make, beat),
            factory=True,
            host=host,
            port=port,
            # Addresses are not logged: they say whom somebody looked at.
            access_log=False,
            log_level="warning",
            # Whose request it is guard.BehindProxy reads, of the one proxy that is named.
            proxy_headers=False,
            server_header=False,
            timeout_graceful_shutdown=10,
        )

    def serve(listening: socket, beat: processes.Beat) -> None:
        uvicorn.Server(config(beat)).run([listening])

    if workers == 1:
        uvicorn.Server(config()).run()
    else:
        processes.run(serve, config().bind_socket(), workers)


def _begin(make: Callable[[], Starlette], beat: processes.Beat | None) -> ASGIApp:
    _without_pandas()
    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(name)s %(message)s")
    made = make()
    # What there is by now stays. Looked through with what pages leave behind, it holds up one of a hundred by 50 ms.
    gc.collect()
    gc.freeze()
    return processes.Beating(made, beat) if beat else made


def _without_pandas() -> None:
    """Have this process be one where pandas is not installed.

    With the first value that is handed over beside a statement DuckDB would import it, and all that it imports, to know
    its types: 80 MiB and a third of a second in each process, for types that no page hands over.
    """
    sys.modules.setdefault("pandas", cast(ModuleType, None))
