"""pandas on the Parquet files beside a release."""

import json
import sys
from pathlib import Path

import pandas as pd

folder = Path(json.loads(sys.stdin.readline())["folder"])
children = pd.read_parquet(folder / "mart" / "mart_child_list.parquet")
assessments = pd.read_parquet(folder / "core" / "fct_flag_assessment.parquet")
zones = pd.read_parquet(folder / "core" / "dim_zone.parquet")
raised = assessments[assessments.is_current & (assessments.flag_state == "raised")].merge(zones, on="zone_key")
by_zone = {
    "children by zone": children.groupby("zone_name").child_durable_key.nunique(),
    "flags raised by zone": raised.groupby("zone_name").size(),
}
print(json.dumps({name: [[zone, str(count)] for zone, count in counts.items()] for name, counts in by_zone.items()}))
