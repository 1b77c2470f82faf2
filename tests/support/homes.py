"""Counties and homes that many tests begin from: made once for each state of the project, then copied.

What is kept lies below .pytest_cache, so that the next run of the same code makes none of it again. Nobody writes
there; a test gets a copy, with which it may do what it likes.
"""

import fcntl
import inspect
import shutil
import sys
from collections.abc import Callable
from functools import cache
from hashlib import sha256
from pathlib import Path

from orchestration.build import fingerprint
from orchestration.settings import PROJECT

KEPT = PROJECT / ".pytest_cache" / "homes"
MADE_OF = (*fingerprint.DBT, "expectations", "orchestration", "synthetic", "tests/dbt", "requirements.lock")
Make = Callable[[Path], object]


def kept(name: str, make: Make) -> Path:
    """The folder of this name, to be read and copied; `make` fills it if this state of the project has none yet."""
    folder = KEPT / name / _state(inspect.getfile(make))
    folder.parent.mkdir(parents=True, exist_ok=True)
    # Two processes at once: the second waits and finds what the first one made.
    with (KEPT / f"{name}.lock").open("w") as making:
        fcntl.flock(making, fcntl.LOCK_EX)
        if not folder.exists():
            shutil.rmtree(folder.parent)
            draft = folder.with_name("draft")
            draft.mkdir(parents=True)
            make(draft)
            draft.replace(folder)
    return folder


def copied(name: str, make: Make, to: Path) -> Path:
    """A copy of what is kept under this name."""
    return Path(shutil.copytree(kept(name, make), to, symlinks=True, dirs_exist_ok=True))


@cache
def _state(made_in: str) -> str:
    """Of what a home is made: the code, the county, the tests' helpers and where it is made, all versions."""
    helpers = [path for path in sorted((PROJECT / "tests").rglob("*.py")) if not path.name.startswith("test_")]
    told = fingerprint.files([*MADE_OF, *(str(path.relative_to(PROJECT)) for path in [*helpers, Path(made_in)])])
    return sha256(f"{told} {sys.version}".encode()).hexdigest()[:16]
