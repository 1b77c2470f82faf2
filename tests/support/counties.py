"""The invented counties that tests begin from, and the homes built of them by the command line."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from tests.support.homes import copied, kept
from tests.support.warehouse import DAY, Warehouse


def extracts(name: str) -> Path:
    """A hamlet's extracts and truth, of the county that is called `clean` or `dirty`. Only to be read."""
    # Whoever makes no county need not wait for what makes one.
    from synthetic import county

    return kept(f"{name}_county", lambda folder: county.write(folder, "hamlet", 1, clean=name == "clean"))


def built(name: str, of: Path, folder: Path) -> Warehouse:
    """A warehouse of everything that a county delivers."""
    return _copied(name, of, folder, _build)


def built_of_the_census(of: Path, folder: Path) -> Warehouse:
    """The warehouse of a council that delivers the census and nothing else."""
    return _copied("census_only", of, folder, _build_of_the_census)


def _copied(name: str, of: Path, folder: Path, build: Callable[[Warehouse], None]) -> Warehouse:
    made = Warehouse(folder / "home", of)
    copied(name, lambda draft: build(replace(made, home=draft / "home")), folder)
    return made


def _build(made: Warehouse) -> None:
    """By processes that are watched: whom they ask over a network is noted."""
    for command in (("deliver", made.county / "extracts"), ("build", "--as-of", DAY)):
        done = made.earlyhelp(*command)
        assert done.returncode == 0, done.stdout + done.stderr


def _build_of_the_census(made: Warehouse) -> None:
    assert made.here("deliver", made.county / "extracts" / "school_census").returncode == 0
    made.build()
