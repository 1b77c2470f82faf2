"""`earlyhelp serve-dashboard`: the pages that schools, zones and managers open."""

from datetime import datetime
from functools import partial
from typing import Annotated

import typer

from orchestration.commands import terminal
from orchestration.home import pseudonym_key
from orchestration.settings import Settings


def serve_dashboard(
    port: Annotated[int, typer.Option(min=1, max=65535, help="The port.")] = 8300,
    host: Annotated[
        str, typer.Option(help="The address it listens on; another than this machine's own takes --behind-proxy.")
    ] = "127.0.0.1",
    behind_proxy: Annotated[
        str | None,
        typer.Option(metavar="ADDRESS", help="From where the proxy comes that ends TLS; no other is let in."),
    ] = None,
    workers: Annotated[int, typer.Option(min=1, max=16, help="How many processes serve.")] = 1,
    dev_login: Annotated[
        bool,
        typer.Option("--dev-login", help="Let whoever is at this machine be any user: of an invented county alone."),
    ] = False,
    today: Annotated[
        datetime | None,
        typer.Option(formats=["%Y-%m-%d"], help="With --dev-login: the day it is. Default: that of the release."),
    ] = None,
) -> None:
    """Serve the dashboard: zones, schools, children and agendas, to whom the lists give access today.

    \b
    Examples:
      earlyhelp serve-dashboard --dev-login
      earlyhelp serve-dashboard --host 10.1.2.3 --behind-proxy 10.1.2.4
    People sign in by the accounts that $EARLYHELP_HOME/dashboard/sign_in.yml names, or with --dev-login as anybody of
    an invented county. Each page that is shown goes into $EARLYHELP_HOME/dashboard/views.jsonl first; see also
    earlyhelp who-saw.
    """
    # Imported here: --help should not wait for them.
    from dashboard import allocators

    allocators.begin_again()
    from dashboard import accounts, serve

    settings = Settings()
    if today and not dev_login:
        terminal.fail("--today goes with --dev-login alone: on a real county access is judged by the real day.")
    try:
        pseudonym_key.check(settings)
        sign_in = None if dev_login else accounts.read(settings)
        serve.check_way(sign_in, host, behind_proxy)
        serve.check_release(settings, dev_login)
    except (ValueError, LookupError) as problem:
        terminal.fail(str(problem))
    if sign_in:
        terminal.say(
            f"People sign in at {sign_in.address}/, with {', '.join(one.title for one in sign_in.issuers.values())}."
        )
    elif not dev_login:
        terminal.say(f"Nobody can sign in: {settings.home / 'dashboard' / accounts.FILE} does not say how.")
    terminal.say(f"The dashboard is on http://{host}:{port}/; Ctrl+C ends it.")
    day = today.date() if today else None
    serve.run(partial(serve.prepare, settings, dev_login, day, sign_in, behind_proxy), host, port, workers)
