"""What `earlyhelp review` prints: the queue without names, and the two sides of a pair with them."""

from orchestration.commands import report
from orchestration.review.queue import Item, Sides

SHORT = 8
"""Characters of an id that are printed; two pairs alike in so many are told apart by more."""


def queue(items: list[Item], limit: int) -> None:
    """The first so many pairs of the queue, and how many there are for each reason."""
    if not items:
        report.say("Nothing waits for review.")
        return
    listed = report.listing(
        f"{len(items):,} pairs wait; {min(limit, len(items)):,} shown",
        *("id", "kind", "source", "why it was not decided by itself", ">probability", "said on"),
    )
    for item in items[:limit]:
        sure = "" if item.probability is None else f"{item.probability:.4f}"
        report.add_row(listed, item.review_id[:SHORT], item.kind, item.source, item.reason, sure, item.said_date)
    report.console.print(listed)
    counts: dict[str, int] = {}
    for item in items:
        counts[item.reason or ""] = counts.get(item.reason or "", 0) + 1
    report.say("By reason: " + ", ".join(f"{reason} {count:,}" for reason, count in sorted(counts.items())))
    report.say("Next: earlyhelp review show ID, then accept or reject")


def sides(pair: Sides) -> None:
    """The two sides beside each other; what differs is marked, what one side does not say is not."""
    item = pair.item
    left, right = ("person", "child") if item.kind == "link" else ("one", "the other")
    sure = "" if item.probability is None else f", probability {item.probability:.4f}"
    report.say(f"{item.review_id}: {item.status}{f', {item.reason}' if item.reason else ''}{sure}")
    shown = report.listing("", "", left, right, "")
    for name, one, other, differs in pair.rows:
        mark = "" if not differs else "differs" if one and other else "only one side"
        report.add_row(shown, name.replace("_", " "), one, other, mark)
    report.console.print(shown)
    if pair.further:
        report.say("The child has also been on record as:")
        for record in pair.further:
            report.say("  " + ", ".join(value for name, value in record.items() if value and name != "companions"))
    short = item.review_id[:SHORT]
    report.say(f"Decide: earlyhelp review accept {short}   or   earlyhelp review reject {short}")
