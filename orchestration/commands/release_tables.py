"""What `earlyhelp keys list` and `earlyhelp disclosures` print. Neither names a child or holds a key."""

from itertools import groupby

from orchestration.commands import report
from orchestration.home.disclosures import Disclosure
from orchestration.releases.store import Release


def encrypted_files(release: Release) -> None:
    """The encrypted files of a release."""
    files = {path: entry for path, entry in release.manifest["files"].items() if entry["key_id"]}
    if not files:
        report.say("No file is encrypted: nobody may see a zone's or a school's children by name (brg_user__scope).")
        return
    listed = report.listing(f"{len(files):,} encrypted files of release {release.release_id}", *_COLUMNS)
    for path, entry in files.items():
        size = f"{entry['bytes'] / 2**20:,.1f}"
        report.add_row(listed, entry["audience"], f"{entry['children_count']:,}", size, entry["key_id"], path)
    report.console.print(listed)


TO_THE_SECOND = len("2026-06-26T02:00:00")
_COLUMNS = ("name", ">children", ">MiB", "key id", "file")


def disclosures(entries: list[Disclosure], limit: int, each_file: bool) -> None:
    """The newest lines of the log, oldest first; the files of one release as one line unless `each_file`."""
    if not entries:
        report.say("Nothing has been handed on yet.")
        return
    lines = [[entry] for entry in entries] if each_file else [list(group) for _, group in groupby(entries, _together)]
    listed = report.listing(
        f"{len(lines):,} disclosures; {min(limit, len(lines)):,} shown",
        *("when (UTC)", "who", "what", "audience", ">children", "file", "why"),
    )
    for group in lines[-limit:]:
        first = group[0]
        told = [entry.children_count for entry in group if entry.children_count is not None]
        audience, file = first.audience, first.file
        if len(group) > 1:
            audience, file = f"{len(group):,} files", f"releases/{first.release_id}/"
        children = f"{max(told):,}" if told else ""
        report.add_row(
            listed,
            first.disclosed_at[:TO_THE_SECOND],
            first.disclosed_by,
            first.action,
            audience,
            children,
            file,
            first.reason,
        )
    report.console.print(listed)


def _together(entry: Disclosure) -> tuple:
    by_file = () if entry.action in ("release", "rollback") else (entry.audience, entry.file)
    return entry.action, entry.release_id, entry.disclosed_at, *by_file
