"""`earlyhelp review`: look through the pairs that a person must decide on, and decide."""

from typing import TYPE_CHECKING, Annotated

import typer

from orchestration.commands import terminal
from orchestration.commands.group import Commands
from orchestration.home.decisions import Kind, Verdict
from orchestration.settings import Settings

if TYPE_CHECKING:
    from orchestration.review.queue import Item, Sides

SHORT = 8
"""Characters of an id that are printed; two pairs alike in so many are told apart by more."""

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
    kind: Annotated[Kind | None, typer.Option(help="link (people without UPN) or identity (UPNs).")] = None,
    reason: Annotated[str | None, typer.Option(help="Only pairs held back for this reason.")] = None,
    limit: Annotated[int, typer.Option(min=1, help="How many to print.")] = 50,
) -> None:
    """List what waits, the likeliest first, with why it was not decided by itself. Names are shown by `show` alone.

    \b
    Example:
      earlyhelp review list
      earlyhelp review list --reason two_candidates --limit 10
    """
    from orchestration.review import queue

    try:
        _queue(queue.waiting(Settings(), kind, reason), limit)
    except queue.NotInQueue as problem:
        terminal.fail(str(problem))


@app.command()
def show(review_id: Annotated[str, typer.Argument(help="Id from the list; its first characters are enough.")]) -> None:
    """Show the two sides of a pair beside each other, what differs marked. What is printed names people.

    \b
    Example:
      earlyhelp review show 3f9a
    """
    from orchestration.review import queue

    settings = Settings()
    try:
        _sides(queue.compare(settings, queue.find(settings, review_id)))
    except queue.NotInQueue as problem:
        terminal.fail(str(problem))


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


def _decide(review_ids: list[str], verdict: Verdict, by: str | None, note: str | None) -> None:
    from orchestration.home import decisions, provenance
    from orchestration.home.lock import build_lock
    from orchestration.review import queue

    settings = Settings()
    decided_by = by or provenance.actor()
    with build_lock(settings):
        try:
            items = [queue.find(settings, review_id) for review_id in review_ids]
        except queue.NotInQueue as problem:
            terminal.fail(str(problem))
        if note and any(queue.is_named(settings, item, note) for item in items):
            terminal.fail("The note is kept for good and must not name anybody of the pair: say why, not who.")
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
    terminal.say(
        f"{len(items)} {'pair' if len(items) == 1 else 'pairs'} {verdict}ed by {decided_by}; "
        "the next build follows it: earlyhelp build"
    )


def _queue(items: "list[Item]", limit: int) -> None:
    """The first so many pairs of the queue, and how many there are for each reason."""
    if not items:
        terminal.say("Nothing waits for review.")
        return
    listed = terminal.listing(
        f"{len(items):,} pairs wait; {min(limit, len(items)):,} shown",
        *("id", "kind", "source", "why it was not decided by itself", ">probability", "said on"),
    )
    for item in items[:limit]:
        sure = "" if item.probability is None else f"{item.probability:.4f}"
        terminal.add_row(listed, item.review_id[:SHORT], item.kind, item.source, item.reason, sure, item.said_date)
    terminal.console.print(listed)
    counts: dict[str, int] = {}
    for item in items:
        counts[item.reason or ""] = counts.get(item.reason or "", 0) + 1
    terminal.say("By reason: " + ", ".join(f"{reason} {count:,}" for reason, count in sorted(counts.items())))
    terminal.say("Next: earlyhelp review show ID, then accept or reject")


def _sides(pair: "Sides") -> None:
    """The two sides beside each other; what differs is marked, what one side does not say is not."""
    item = pair.item
    left, right = ("person", "child") if item.kind == "link" else ("one", "the other")
    sure = "" if item.probability is None else f", probability {item.probability:.4f}"
    terminal.say(f"{item.review_id}: {item.status}{f', {item.reason}' if item.reason else ''}{sure}")
    shown = terminal.listing("", "", left, right, "")
    for name, one, other, differs in pair.rows:
        mark = "" if not differs else "differs" if one and other else "only one side"
        terminal.add_row(shown, name.replace("_", " "), one, other, mark)
    terminal.console.print(shown)
    if pair.further:
        terminal.say("The child has also been on record as:")
        for record in pair.further:
            terminal.say("  " + ", ".join(value for name, value in record.items() if value and name != "companions"))
    short = item.review_id[:SHORT]
    terminal.say(f"Decide: earlyhelp review accept {short}   or   earlyhelp review reject {short}")
