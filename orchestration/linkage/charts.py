"""Two pictures of the model: what each agreement weighs, and how many records say too little to be linked at all."""

from pathlib import Path

import duckdb
import vl_convert

from orchestration.linkage.comparisons import settings
from orchestration.linkage.parameters import load
from orchestration.linkage.score import linker, prepare


def draw(connection: duckdb.DuckDBPyConnection, out: Path) -> list[Path]:
    """Draw match_weights.png and unlinkables.png for the records of a build; returns the files."""
    cursor = connection.cursor()
    prepare(cursor)
    model = linker(cursor, settings(load()))
    charts = {
        "match_weights": model.visualisations.match_weights_chart(),
        "unlinkables": model.evaluation.unlinkables_chart(x_col="match_weight"),
    }
    written = []
    for name, chart in charts.items():
        path = out / f"{name}.png"
        path.write_bytes(vl_convert.vegalite_to_png(chart.spec, scale=1.5))
        written.append(path)
    return written
