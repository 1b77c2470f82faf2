"""Lists every file that waits to be read: in landing/<source>/, and taken out of it by a run that did not settle it."""

from pathlib import Path

from expectations.reference import sources_in_use
from orchestration.deliveries import intake, landing
from orchestration.settings import Settings


def discover(settings: Settings) -> list[Path]:
    """The files that wait, oldest first; hidden and unfinished ones are left alone, and those of no source in use.

    Links are not followed: what is read must lie in the landing folder itself.
    """
    waiting = []
    for source in sorted(sources_in_use()):
        for file in (*landing.files(settings.landing / source), *intake.unread(settings, source)):
            try:
                waiting.append((file.lstat().st_mtime_ns, source, file.name, file))
            except FileNotFoundError:
                continue
    return [file for *_, file in sorted(waiting)]


def passed_over(settings: Settings) -> int:
    """How many files and folders lie in landing where no build looks: outside the folders of sources, or below them.

    Their number is all that may be said: a folder's name can be a child's.
    """
    folders = [settings.landing / source for source in sources_in_use()]
    elsewhere = [path for path in settings.landing.glob("*") if path not in folders]
    below = [path for folder in folders for path in folder.glob("*") if not landing.is_looked_at(path)]
    return sum(landing.is_complete(path.name) for path in [*elsewhere, *below])
