"""Makes the dashboard ready and serves it on this machine's own address."""

import logging
from datetime import date

import uvicorn
from starlette.applications import Starlette

from dashboard import app
from dashboard.published import NothingPublished, Published
from dashboard.sessions import Sessions
from dashboard.site import Site
from orchestration.settings import Settings

ADDRESS = "127.0.0.1"
"""The loopback's: nobody else's machine reaches it. A proxy that others reach needs a way to sign in first."""


def prepare(settings: Settings, is_dev_login: bool, day: date | None = None) -> Starlette:
    """The application, with the files of the release in force open.

    Raises LookupError where nothing is published, ValueError where `is_dev_login` is asked for and not every file that
    the release is made of is known to be of an invented county.
    """
    published = Published(settings)
    site = Site(settings, published, Sessions(settings), is_dev_login, day)
    try:
        release = published.in_force()
        if is_dev_login and not site.known(release).is_invented:
            raise ValueError(
                "--dev-login lets whoever is at this machine be any user, and this home is not known to hold an "
                "invented county alone: every file must have been delivered, unchanged, from what `earlyhelp synth` "
                "wrote. Nothing is served."
            )
        published.warm()
    except NothingPublished:
        raise LookupError("No release yet. Next: earlyhelp deliver …, then earlyhelp build.") from None
    return app.make(site)


def run(application: Starlette, port: int) -> None:
    """Serve until a signal ends it. Addresses are not logged: they say whom somebody looked at."""
    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(name)s %(message)s")
    uvicorn.run(
        application,
        host=ADDRESS,
        port=port,
        access_log=False,
        log_level="warning",
        proxy_headers=False,
        server_header=False,
        timeout_graceful_shutdown=10,
    )
