"""Trains the linkage model on the people and children of a build, without labels.

u (how often records of two people agree) by random sampling, m (how often records of one person agree) by expectation
maximisation within blocks, each comparison outside the columns of at least one block.
"""

import json
from datetime import date
from importlib.metadata import version
from pathlib import Path
from typing import Any

import duckdb

from orchestration.build.engine import one_row
from orchestration.linkage.comparisons import COMPARISONS, DIFFERENT, EXCHANGED_WITH_SURNAME, settings
from orchestration.linkage.parameters import FOLDER
from orchestration.linkage.score import linker, prepare

BLOCKS = (
    "l.birth_date = r.birth_date and l.sex = r.sex",
    "l.forename_compared = r.forename_compared and l.surname_compared = r.surname_compared",
    "l.postcode = r.postcode and l.forename_compared = r.forename_compared",
)
"""Blocks of expectation maximisation: in each, people are compared by what does not make the block."""

SAMPLED_PAIRS = 2e7


def train(connection: duckdb.DuckDBPyConnection, note: str, day: date, folder: Path = FOLDER) -> Path:
    """Train on `connection`'s build and write <folder>/<day>.json; returns the file.

    `note` says what the build was made of. A level that no sampled pair of strangers showed gets the upper end of the
    95 % interval for an event never seen in so many trials (three in as many), which understates the evidence. Raises
    ValueError naming levels that no true pair showed: the model is not usable with them.
    """
    with connection.cursor() as cursor:
        found, people, children = _train(cursor)
    trained = {
        "trained_on": f"{note}: {people:,} records of people without UPN, {children:,} of children",
        "trained_at": day.isoformat(),
        "splink": version("splink"),
        "comparisons": found,
    }
    path = folder / f"{day.isoformat()}.json"
    folder.mkdir(exist_ok=True)
    path.write_text(json.dumps(trained, indent=2) + "\n")
    return path


def _train(cursor: duckdb.DuckDBPyConnection) -> tuple[dict[str, Any], int, int]:
    """m and u of every level, and how many records of people and of children they come from."""
    prepare(cursor)
    model = linker(cursor, settings())
    model.training.estimate_u_using_random_sampling(max_pairs=SAMPLED_PAIRS, seed=1)
    for block in BLOCKS:
        model.training.estimate_parameters_using_expectation_maximisation(block)
    trained = {
        comparison["output_column_name"]: {
            level["label_for_charts"]: level
            for level in comparison["comparison_levels"]
            if not level.get("is_null_level")
        }
        for comparison in model.misc.save_model_to_json()["comparisons"]
    }
    found = {
        name: {label: _numbers(trained[name][label]) for label in [*comparison.levels, DIFFERENT]}
        for name, comparison in COMPARISONS.items()
    }
    # One slip exchanges both names: the surname's level carries the evidence, the forename's would count it twice.
    found["forename"][EXCHANGED_WITH_SURNAME]["u"] = found["forename"][EXCHANGED_WITH_SURNAME]["m"]
    never = [f"{name}: {label}" for name, levels in found.items() for label, level in levels.items() if not level["m"]]
    if never:
        raise ValueError(f"No pair of one person shows {'; '.join(never)}: train on more or dirtier data.")
    people, children = one_row(cursor.execute("select (select count(*) from person), (select count(*) from child)"))
    return found, people, children


def _numbers(level: dict[str, Any]) -> dict[str, float | None]:
    m, u = level.get("m_probability"), level.get("u_probability")
    return {"m": m, "u": u or 3 / SAMPLED_PAIRS}
