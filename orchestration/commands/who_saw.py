"""`earlyhelp who-saw`: which users of the dashboard were shown the page of one child."""

from collections import Counter

import typer

from orchestration.commands import arguments, terminal
from orchestration.home import page_views
from orchestration.settings import Settings

TO_THE_SECOND = len("2026-06-26T02:00:00")


def who_saw(context: typer.Context, child: arguments.Child = None, child_file: arguments.ChildFile = None) -> None:
    """Show who was shown the page of one child in the dashboard, when and by way of what, by child_durable_key.

    \b
    Example:
      earlyhelp who-saw --child 0123456789abcdef0123456789abcdef
    Users are told of by their key in core.brg_user__scope. Lists of a school's children and agendas are counted below:
    of them the log keeps the place and how many children they showed, not whom.
    """
    key = arguments.child_of(context, child, child_file)
    if key is None or not arguments.KEY.fullmatch(key):
        terminal.fail("Say whom it is about by child_durable_key: --child KEY.")
    settings = Settings()
    views = list(page_views.of_child(settings, key))
    table = terminal.listing(
        f"{len(views):,} pages about this child were shown", "when (UTC)", "user", "role", "page", "place", "release"
    )
    for view in views:
        moment = view.viewed_at[:TO_THE_SECOND]
        terminal.add_row(table, moment, view.viewed_by, view.role_code, view.page, view.place, view.release_id)
    terminal.console.print(table)
    lists = Counter(view.place for view in page_views.of_lists(settings))
    if lists:
        shown = ", ".join(f"{place} {count:,}" for place, count in sorted(lists.items()))
        terminal.say(f"Lists and agendas shown, on which the child may have been, by place: {shown}")
