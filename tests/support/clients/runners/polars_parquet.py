"""Polars on the Parquet files beside a release, scanned lazily."""

import json
import sys
from pathlib import Path

import polars as pl

folder = Path(json.loads(sys.stdin.readline())["folder"])
children = pl.scan_parquet(folder / "mart" / "mart_child_list.parquet")
assessments = pl.scan_parquet(folder / "core" / "fct_flag_assessment.parquet")
zones = pl.scan_parquet(folder / "core" / "dim_zone.parquet")
raised = assessments.filter(pl.col("is_current") & (pl.col("flag_state") == "raised")).join(zones, on="zone_key")
by_zone = {
    "children by zone": children.group_by("zone_name").agg(pl.col("child_durable_key").n_unique().alias("count")),
    "flags raised by zone": raised.group_by("zone_name").agg(pl.len().alias("count")),
}
print(
    json.dumps(
        {
            name: [[zone, str(count)] for zone, count in counts.sort("zone_name").collect().rows()]
            for name, counts in by_zone.items()
        }
    )
)
