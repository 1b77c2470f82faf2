"""`earlyhelp review`: look through the pairs that a person must decide on, and decide."""

from typing import Annotated

import typer

from orchestration.commands import report
from orchestration.commands.terminal import Commands
from orchestration.settings import Settings

app = typer.Typer(
    help="Decide who is who where the records do not say it clearly enough.\n\n"
    "Decisions are kept for good, with who and when, and hold in every build from the next on. To take one back, "
    "decide again: the last word counts.",
    cls=Commands,
    no_args_is_help=True,
    rich_markup_mode=None,
)

Ids = Annotated[list[str], typer.Argument(help="Ids from the list; their first characters are enough.")]
By = Annotated[str | None, typer.Option(help="Who decides. Default: the user of this machine.")]
Note = Annotated[str | None, typer.Option(help="Why, for whoever asks later. No names: the note is kept for good.")]


@app.command("list")
def list_(
    kind: Annotated[str | None, typer.Option(help="link (people without UPN) or identity (UPNs).")] = None,
    reason: Annotated[str | None, typer.Option(help="Only pairs held back for this reason.")] = None,
    limit: Annotated[int, typer.Option(min=1, help="How many to print.")] = 50,
) -> None:
    """List what waits, the likeliest first, with why it was not decided by itself. Names are shown by `show` alone.

    \b
    Example:
      earlyhelp review list
      earlyhelp review list --reason two_candidates --limit 10
    """
    from orchestration.commands import review_tables
    from orchestration.review import queue

    try:
        review_tables.queue(queue.waiting(Settings(), kind, reason), limit)
    except queue.NotInQueue as problem:
        report.fail(str(problem))


@app.command()
def show(review_id: Annotated[str, typer.Argument(help="Id from the list; its first characters are enough.")]) -> None:
    """Show the two sides of a pair beside each other, what differs marked. What is printed names people.

    \b
    Example:
      earlyhelp review show 3f9a
    """
    from orchestration.commands import review_tables
    from orchestration.review import queue

    try:
        review_tables.sides(queue.compare(Settings(), queue.find(Settings(), review_id)))
    except queue.NotInQueue as problem:
        report.fail(str(problem))


@app.command()
def accept(review_ids: Ids, by: By = None, note: Note = None) -> None:
    """Say that the two sides of a pair are one child.

    \b
    Example:
      earlyhelp review accept 3f9a --note "seen on the huddle list"
    """
    _decide(review_ids, "accept", by, note)


@app.command()
def reject(review_ids: Ids, by: By = None, note: Note = None) -> None:
    """Say that the two sides of a pair are two children. A pair that was linked by itself is parted.

    \b
    Example:
      earlyhelp review reject 3f9a 77c0
    """
    _decide(review_ids, "reject", by, note)


def _decide(review_ids: list[str], verdict: str, by: str | None, note: str | None) -> None:
    from orchestration.home import decisions, provenance
    from orchestration.home.lock import build_lock
    from orchestration.review import queue

    settings = Settings()
    decided_by = by or provenance.actor()
    with build_lock(settings):
        try:
            items = [queue.find(settings, review_id) for review_id in review_ids]
        except queue.NotInQueue as problem:
            report.fail(str(problem))
        if note and any(queue.is_named(settings, item, note) for item in items):
            report.fail("The note is kept for good and must not name anybody of the pair: say why, not who.")
        decided_at = provenance.now()
        decisions.append(
            settings,
            [
                decisions.Decision(
                    item.review_id,
                    item.kind,
                    verdict,
                    decided_by,
                    decided_at,
                    source=item.source if item.kind == "link" else None,
                    person_id=item.person_id,
                    child_durable_key=item.child_durable_key,
                    note=note,
                )
                for item in items
            ],
        )
    report.say(
        f"{len(items)} {'pair' if len(items) == 1 else 'pairs'} {verdict}ed by {decided_by}; "
        "the next build follows it: earlyhelp build"
    )
