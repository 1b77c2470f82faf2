"""Two pictures of the model: what each agreement weighs, and how many records say too little to be linked at all."""

import json
import math
import re
from pathlib import Path
from typing import Any

import duckdb
import vl_convert

from orchestration.build.engine import one_row
from orchestration.linkage.comparisons import COMPARISONS, DIFFERENT, settings
from orchestration.linkage.parameters import load
from orchestration.linkage.score import APPEARANCES, linker, prepare


def draw(connection: duckdb.DuckDBPyConnection, out: Path) -> list[Path]:
    """Draw match_weights.png and unlinkables.png for the records of a build; returns the files."""
    with connection.cursor() as cursor:
        home = prepare(cursor)
        (children,) = one_row(cursor.execute(f"select count(distinct child_durable_key) from {home}.{APPEARANCES}"))
        prior = 1 / children
        weights = linker(cursor, settings(load(), prior)).visualisations.match_weights_chart().chart_dict
        weights["title"] = "What each agreement weighs"
        pictures = {"match_weights": weights, "unlinkables": _unlinkables(cursor, prior)}
    for name, picture in pictures.items():
        (out / f"{name}.png").write_bytes(vl_convert.vegalite_to_png(json.dumps(picture), scale=1.5))
    return [out / f"{name}.png" for name in pictures]


def _unlinkables(cursor: duckdb.DuckDBPyConnection, prior: float) -> dict[str, Any]:
    """Splink's chart of this name leaves out records that are sure to five places, which here are nearly all; this one
    shows the weight of every record compared with itself."""
    itself = " + ".join(_weight_with_itself(name) for name in COMPARISONS)
    rows = cursor.execute(
        f"""
        with weights as (
            select 'children' as records, round({math.log2(prior)} + {itself}) as weight from child
            union all
            select 'people without UPN', round({math.log2(prior)} + {itself}) from person
        ),

        steps as (select records, weight, count(*) as records_count from weights group by records, weight)

        select records, weight, sum(records_count) over (partition by records order by weight)
            / sum(records_count) over (partition by records)
        from steps
        """
    ).fetchall()
    values = [{"records": records, "weight": float(weight), "share": float(share)} for records, weight, share in rows]
    return {
        "$schema": "https://vega.github.io/schema/vega-lite/v5.json",
        "title": "Records that say too little",
        "width": 500,
        "height": 260,
        "data": {"values": values},
        "mark": {"type": "line", "interpolate": "step-after", "point": True},
        "encoding": {
            "x": {
                "field": "weight",
                "type": "quantitative",
                "title": "Match weight of a record with itself, prior included (10 bits are 0.999)",
                "scale": {"zero": True},
            },
            "y": {
                "field": "share",
                "type": "quantitative",
                "title": "Share of records at or below",
                "axis": {"format": "%"},
            },
            "color": {"field": "records", "title": None},
        },
    }


def _weight_with_itself(name: str) -> str:
    comparison, trained = COMPARISONS[name], load()[name]

    def of_one(condition: str) -> str:
        return re.sub(r"_[lr]\b", "", condition)

    levels = " ".join(
        f"when {of_one(sql)} then {math.log2(trained[label]['m'] / trained[label]['u'])}"
        for label, sql in comparison.levels.items()
    )
    different = math.log2(trained[DIFFERENT]["m"] / trained[DIFFERENT]["u"])
    return f"case when {of_one(comparison.missing)} then 0 {levels} else {different} end"
