"""A council's folder to begin with: who it is of, files with headings alone, and notes on what may stand there."""

import json
from pathlib import Path

from expectations.council import seed
from expectations.council.problem import CHANGE
from expectations.council.reading import WHO
from expectations.council.seed import FEWER, NOTHING, ROWS, VALUES, Seed

ABOUT = """# Whose folder this is, and which state of it: raise the version with every change. Releases say both.
name: {name}
version: "1"
"""
BEGUN = {
    "ref_flag": ("is_on",),
    "ref_flag_rule": ("threshold", "strong_threshold"),
    "ref_retention_rule": ("keep_years", "keep_days"),
    "ref_source": (CHANGE,),
    "ref_term": ("start_date", "end_date", "term"),
    "ref_unit_cost": ("unit_cost_gbp",),
    "ref_zone_name": ("zone_name",),
}
"""Seeds that most councils change, with the columns that they do."""
MAY = {
    NOTHING: "nothing: the code names its rows",
    VALUES: "values of its rows",
    FEWER: "values, and take rows away",
    ROWS: "values, take rows away, add rows",
}
NOTES = """# What {name} sets for itself

Laid over the warehouse's own seeds and contracts while `EARLYHELP_COUNCIL` names this folder; `earlyhelp council check`
says what differs and what is wrong. Keep the folder under version control of its own, apart from the code.

- `council.yml`: name and version.
- `seeds/<seed>.csv`: a row for each difference: the columns of the key, those that differ, `owner` and `reason`. A
  column that the file leaves out stays as it is; a new key is a new row, and must have every column; `remove` in the
  column `change` takes a row away. Files with headings alone change nothing.
- `contracts/<source>/<version>.yml`: what differs of a contract, with `owner` and `reason`, such as a heading of your
  own: `tables: {{pupils: {{columns: {{upn: {{aliases: [Unique Number]}}}}}}}}`. Aliases add up, null removes.

| seed | key | may change | what it holds |
|---|---|---|---|
"""


def write(folder: Path, name: str) -> list[Path]:
    """Write a folder to begin with; returns its files. Raises FileExistsError when there is something already."""
    if folder.exists() and any(folder.iterdir()):
        raise FileExistsError(folder)
    seeds = [seed.named(each) for each in seed.names()]
    texts = {
        "council.yml": ABOUT.format(name=json.dumps(name, ensure_ascii=False)),
        "README.md": NOTES.format(name=name) + _table(seeds),
    }
    for each, columns in BEGUN.items():
        headings = dict.fromkeys((*seed.named(each).key, *columns, *WHO))
        texts[f"seeds/{each}.csv"] = ",".join(headings) + "\n"
    for path, text in texts.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text, encoding="utf-8")
    return [folder / path for path in texts]


def _table(seeds: list[Seed]) -> str:
    rows = (f"| {of.name} | {', '.join(of.key) or 'one row'} | {_may(of)} | {of.about} |\n" for of in seeds)
    return "".join(rows)


def _may(of: Seed) -> str:
    return MAY[of.changes] + (f"; of {', '.join(of.steps)} stricter ones alone" if of.steps else "")
