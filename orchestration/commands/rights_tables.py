"""What the rights' commands print: counts, sources and releases, never who it is about."""

from datetime import date

from orchestration.commands import report
from orchestration.home import disclosures
from orchestration.jobs.erase import Erased, Preview
from orchestration.jobs.retention import Due
from orchestration.settings import Settings


def preview(found: Preview) -> None:
    """What an erasure would strike."""
    listed = report.listing("Files that would be written anew", "source", ">files")
    for source, count in sorted(found.touched.files.items()):
        report.add_row(listed, source, f"{count:,}")
    report.console.print(listed)
    listed = report.listing("Rows that would be struck", "raw table", ">rows")
    for table, count in sorted(found.raw_rows.items()):
        report.add_row(listed, table, f"{count:,}")
    report.console.print(listed)
    report.say(
        f"Of what releases said, {found.touched.said_count:,} statements; reviewers' decisions: "
        f"{found.touched.decisions_count:,}. Releases that would be removed: {len(found.releases):,}."
    )
    if found.touched.unreadable_count:
        report.say(
            f"{found.touched.unreadable_count:,} rejected files keep no contract and may tell of the child: a notice "
            "would take the place of each."
        )
    if found.touched.names_count or found.touched.others_count:
        report.say(
            f"Names of files that tell of the child and would be changed: {found.touched.names_count:,}. Other places "
            f"under the home, such as logs and reports: {found.touched.others_count:,}."
        )
    if found.undecided_count:
        report.say(
            f"{found.undecided_count:,} people without a UPN may be the child and would stay. Decide first: "
            "earlyhelp review list"
        )
    if found.shared_names_count:
        report.say(
            "Somebody else has the child's name, birth date and postcode: by these alone, later records are not known."
        )
    report.say("Nothing was changed. With --yes it is done, and cannot be undone.")


def due(found: list[Due], as_of: date, is_done: bool) -> None:
    """What goes, or went, by each rule."""
    listed = report.listing(
        f"{'Removed' if is_done else 'Would be removed'}, counted to {as_of}",
        *("rule", "what", "counted from", "before", ">how many", "the oldest is of"),
    )
    for one in found:
        report.add_row(
            listed, one.rule_id, one.thing, one.counted_from, one.last_day, f"{len(one.names):,}", one.oldest or ""
        )
    report.console.print(listed)
    if not is_done:
        report.say("Nothing was changed. With --yes it is done, and cannot be undone.")


def erased(settings: Settings, done: Erased) -> None:
    """What was erased."""
    children = "1 child" if done.children_count == 1 else f"{done.children_count:,} children"
    report.say(
        f"Erased: {children}. Release {done.release_id} is in force; {len(done.removed_releases):,} before it removed."
    )
    report.say(
        f"Noted in {disclosures.log_of(settings)}. Copies outside {settings.home} (backups, exports, files of readers) "
        "are yours to find."
    )
