"""Dagster's own home, below the warehouse's, with the one configuration that it runs by."""

from importlib.resources import files
from pathlib import Path

from orchestration.home import durable, modes
from orchestration.settings import Settings

CONFIGURATION = "dagster.yaml"


def prepare(settings: Settings) -> Path:
    """Make Dagster's home where there is none, and write its configuration; returns the home.

    Raises ValueError when a group that is named does not exist.
    """
    modes.prepare(settings, [])
    home = settings.home / "dagster"
    home.mkdir(exist_ok=True)
    durable.write_text(home / CONFIGURATION, (files(__package__) / CONFIGURATION).read_text(encoding="utf-8"))
    return home
