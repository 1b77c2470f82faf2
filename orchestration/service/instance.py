"""Dagster's own home, below the warehouse's, with the one configuration that it runs by, and the code that it runs."""

from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

import yaml

from orchestration.home import durable, modes
from orchestration.settings import Settings

CONFIGURATION, WORKSPACE = "dagster.yaml", "workspace.yaml"


@dataclass(frozen=True)
class Code:
    """A module of definitions, and what Dagster calls it in its pages and its history."""

    module: str
    location: str


COUNCIL = Code("orchestration.definitions", "early_help")
"""As pyproject.toml names it, for `dagster dev`."""
REGION = Code("orchestration.region_defs.definitions", "region")


def prepare(settings: Settings, code: Code = COUNCIL) -> Path:
    """Make Dagster's home where there is none, and write its configuration and which code it runs; returns the home.

    Raises ValueError when a group that is named does not exist.
    """
    modes.prepare(settings, [])
    home = settings.home / "dagster"
    home.mkdir(exist_ok=True)
    durable.write_text(home / CONFIGURATION, (files(__package__) / CONFIGURATION).read_text(encoding="utf-8"))
    place = {"module_name": code.module, "location_name": code.location}
    durable.write_text(home / WORKSPACE, yaml.safe_dump({"load_from": [{"python_module": place}]}))
    return home
