"""The Early Help Warehouse: make a county, deliver files, build, look, go back."""

from collections.abc import Callable

import typer

from orchestration.commands import arguments, bi, council, dependencies, keys, linkage, region, review, source, whose
from orchestration.commands.accept_change import accept_change
from orchestration.commands.alert import alert
from orchestration.commands.build import build
from orchestration.commands.dashboard import dashboard
from orchestration.commands.deliver import deliver
from orchestration.commands.disclosures import disclosures
from orchestration.commands.docs import docs
from orchestration.commands.doctor import doctor
from orchestration.commands.erase import erase
from orchestration.commands.export import export
from orchestration.commands.export_entries import export_entries
from orchestration.commands.group import Commands
from orchestration.commands.init import init
from orchestration.commands.metric import metric
from orchestration.commands.query import query
from orchestration.commands.rebuild import rebuild
from orchestration.commands.restrict import restrict
from orchestration.commands.retention import retention
from orchestration.commands.rollback import rollback
from orchestration.commands.serve import serve
from orchestration.commands.serve_dashboard import serve_dashboard
from orchestration.commands.sql import sql
from orchestration.commands.status import status
from orchestration.commands.subject_access import subject_access
from orchestration.commands.synth import synth
from orchestration.commands.verify import verify
from orchestration.commands.what_if import what_if
from orchestration.commands.who_saw import who_saw
from orchestration.commands.withdraw import withdraw

app = typer.Typer(
    callback=whose.begin,
    help=__doc__ + "\n\nData live under EARLYHELP_HOME (default ./data). A first try:\n\n"
    "\b\n"
    "  earlyhelp synth --size demo --seed 1 --out /tmp/county\n"
    "  earlyhelp deliver /tmp/county/extracts\n"
    "  earlyhelp build --as-of 2026-06-26\n"
    "  earlyhelp dashboard",
    cls=Commands,
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)

ABOUT_A_CHILD: list[Callable[..., None]] = [subject_access, erase, restrict, who_saw]
"""Commands that refuse surplus words themselves, because they may be a name."""

for group, name in (
    (review.app, "review"),
    (linkage.app, "linkage"),
    (keys.app, "keys"),
    (bi.app, "bi"),
    (council.app, "council"),
    (region.app, "region"),
    (dependencies.app, "dependencies"),
    (source.app, "source"),
):
    app.add_typer(group, name=name)
for command in ABOUT_A_CHILD:
    app.command(context_settings=arguments.ANYTHING)(command)
commands: tuple[Callable[..., None], ...] = (
    init, synth, deliver, build, status, dashboard, rebuild, rollback, withdraw, accept_change, metric, query, sql,
    what_if, export, export_entries, docs, disclosures, retention, verify, doctor, serve, serve_dashboard, alert,
)  # fmt: skip
for command in commands:
    app.command()(command)

if __name__ == "__main__":
    app()
