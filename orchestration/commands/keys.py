"""`earlyhelp keys`: the keys of a release's encrypted files."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from orchestration.commands import terminal
from orchestration.commands.group import Commands
from orchestration.settings import Settings

if TYPE_CHECKING:
    from orchestration.releases.store import Release

app = typer.Typer(
    help="Show or change the keys that the files of zones and schools are encrypted with.\n\n"
    "Every file has a key of its own, the same from release to release until it is rotated. Keys are made from the "
    "pseudonym key; they lie in no file.",
    cls=Commands,
    no_args_is_help=True,
    rich_markup_mode=None,
)

Reason = Annotated[str, typer.Option(help="Why, for the log of disclosures. No names of children.")]


@app.command("list")
def list_() -> None:
    """List the encrypted files of the release in force, with the children in each and the id of its key.

    \b
    Example:
      earlyhelp keys list
    """
    _listed(_release(Settings()))


@app.command()
def show(
    name: Annotated[str, typer.Argument(help="A file's name from `earlyhelp keys list`, such as zone/Z1.")],
    reason: Reason,
) -> None:
    """Print the key of one file of the release in force, and how to open the file with it. The showing is logged.

    \b
    Example:
      earlyhelp keys show zone/Z1 --reason "Handed to the zone's manager for the autumn huddles"
    Hand the key over apart from the file.
    """
    from orchestration.home import disclosures
    from orchestration.releases import keys, store

    settings = Settings()
    release = _release(settings)
    path, entry = _file(release, name)
    try:
        key = keys.derive(settings, name, entry["key_id"])
    except ValueError as problem:
        terminal.fail(str(problem))
    disclosed = store.disclosed(release, "key", reason)
    disclosures.record(settings, [line for line in disclosed if line.audience == name])
    terminal.say(f"{name} tells of {entry['children_count']:,} children. Open it in DuckDB 1.5 or newer:")
    terminal.say(f"  attach '{settings.current / path}' as place (read_only, encryption_key '{key}');")
    terminal.say("  select * from place.mart.mart_child_list;")


@app.command()
def rotate(
    names: Annotated[list[str] | None, typer.Argument(help="Files' names from `earlyhelp keys list`.")] = None,
    all_: Annotated[bool, typer.Option("--all", help="Every encrypted file.")] = False,
) -> None:
    """Give files another key from the next release on. Files of releases that are already out keep theirs.

    \b
    Examples:
      earlyhelp keys rotate school/8381101
      earlyhelp keys rotate --all
    Then run `earlyhelp build`, and show the new key to those who may hold the file.
    """
    from orchestration.releases import keys

    settings = Settings()
    release = _release(settings)
    if bool(names) == all_:
        terminal.fail("Name the files whose keys to change, or --all of them.")
    chosen = names or [entry["audience"] for entry in release.manifest["files"].values() if entry["key_id"]]
    for name in chosen:
        _file(release, name)
    keys.rotate(settings, chosen)
    terminal.say(f"Other keys with the next release: {', '.join(chosen)}. Next: earlyhelp build")


def _release(settings: Settings) -> "Release":
    from orchestration import releases

    release = releases.in_force(settings)
    if release is None:
        terminal.fail("No release is in force yet: run earlyhelp build.")
    return release


def _file(release: "Release", name: str) -> tuple[str, dict[str, Any]]:
    encrypted = {
        entry["audience"]: (path, entry) for path, entry in release.manifest["files"].items() if entry["key_id"]
    }
    if name not in encrypted:
        terminal.fail(
            f"Release {release.release_id} has no encrypted file {name}. A place has one only where somebody may see "
            "its children today (core.brg_user__scope says who, and why not). Those there are: earlyhelp keys list."
        )
    return encrypted[name]


def _listed(release: "Release") -> None:
    """The encrypted files of a release."""
    files = {path: entry for path, entry in release.manifest["files"].items() if entry["key_id"]}
    if not files:
        terminal.say("No file is encrypted: nobody may see a zone's or a school's children by name (brg_user__scope).")
        return
    listed = terminal.listing(
        f"{len(files):,} encrypted files of release {release.release_id}", "name", ">children", ">MiB", "key id", "file"
    )
    for path, entry in files.items():
        size = f"{entry['bytes'] / 2**20:,.1f}"
        terminal.add_row(listed, entry["audience"], f"{entry['children_count']:,}", size, entry["key_id"], path)
    terminal.console.print(listed)
