"""`earlyhelp serve-dashboard`: the pages that schools, zones and managers open."""

from datetime import datetime
from typing import Annotated

import typer

from orchestration.commands import terminal
from orchestration.home import pseudonym_key
from orchestration.settings import Settings


def serve_dashboard(
    port: Annotated[int, typer.Option(min=1, max=65535, help="The port on 127.0.0.1.")] = 8300,
    dev_login: Annotated[
        bool,
        typer.Option("--dev-login", help="Let whoever is at this machine be any user: of an invented county alone."),
    ] = False,
    today: Annotated[
        datetime | None,
        typer.Option(formats=["%Y-%m-%d"], help="With --dev-login: the day it is. Default: that of the release."),
    ] = None,
) -> None:
    """Serve the dashboard on 127.0.0.1: zones, schools, children and agendas, to whom the lists give access today.

    \b
    Example:
      earlyhelp serve-dashboard --dev-login
    Each page that is shown goes into $EARLYHELP_HOME/dashboard/views.jsonl first; see also earlyhelp who-saw.
    Signing in by a council's own accounts is not there yet: without --dev-login nobody can sign in.
    """
    # Imported here: --help should not wait for them.
    from dashboard import serve

    settings = Settings()
    if today and not dev_login:
        terminal.fail("--today goes with --dev-login alone: on a real county access is judged by the real day.")
    try:
        pseudonym_key.check(settings)
        app = serve.prepare(settings, dev_login, today.date() if today else None)
    except (ValueError, LookupError) as problem:
        terminal.fail(str(problem))
    if not dev_login:
        terminal.say("Nobody can sign in: signing in by a council's own accounts is not there yet.")
    terminal.say(f"The dashboard is on http://127.0.0.1:{port}/; Ctrl+C ends it.")
    serve.run(app, port)
