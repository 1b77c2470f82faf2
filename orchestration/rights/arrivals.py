"""Keeps erased children out of what arrives, before its bytes are archived: old files and new ones alike."""

from pathlib import Path

from orchestration.home import erasures, progress
from orchestration.settings import Settings


def keep_out(settings: Settings, waiting: list[Path]) -> int:
    """Strike erased children from files that wait in landing; the number of rows struck, which `struck.jsonl` keeps.

    Nothing is read while the list of erased children is empty. What a struck row teaches (a new UPN, a new address) is
    put on the list.
    """
    listed = erasures.listed(settings)
    if not listed or not waiting:
        return 0
    # Imported here: a load asks whether anybody was erased, and what finds them reads files as a load does.
    from orchestration.rights import files, traces
    from orchestration.rights.workspace import wanted, workspace

    progress.say("looking for erased children in what arrived")
    with workspace(settings, listed) as connection:
        arrived = [files.waiting(settings, path) for path in waiting]
        rows = traces.keep_out(settings, connection, arrived, names=[])
        erasures.add_to_list(settings, wanted(connection))
    return rows
