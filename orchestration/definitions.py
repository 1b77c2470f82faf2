"""Dagster's way in: loads everything below defs/."""

from pathlib import Path

import dagster as dg

from orchestration.home import modes


@dg.definitions
def defs() -> dg.Definitions:
    # Every process of Dagster that runs our code comes through here.
    modes.keep_to_owner()
    return dg.load_from_defs_folder(path_within_project=Path(__file__).parent)
