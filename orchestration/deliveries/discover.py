"""Lists every file that waits to be read: in landing/<source>/, and taken out of it by a run that did not settle it."""

from pathlib import Path

from expectations.contract import sources
from orchestration.deliveries import intake, landing
from orchestration.settings import Settings


def discover(settings: Settings) -> list[Path]:
    """The files that wait, oldest first; hidden and unfinished ones are left alone.

    Links are not followed: what is read must lie in the landing folder itself.
    """
    waiting = []
    for source in sources():
        for file in (*landing.files(settings.landing / source), *intake.unread(settings, source)):
            try:
                waiting.append((file.lstat().st_mtime_ns, source, file.name, file))
            except FileNotFoundError:
                continue
    return [file for *_, file in sorted(waiting)]
