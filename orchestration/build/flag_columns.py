"""Tables with a column for each flag, where a council has other flags on than the checkout: dbt wants such columns
written out in a contract, and they are written out for the checkout's own.

A flag that is off loses its columns with the tests of them; one that is on beyond gets columns like those of another.
"""

import re
from typing import Any

from expectations import reference
from expectations.council import seed


def fit(manifest: dict[str, Any]) -> None:
    """Give the contracts of dbt's manifest the columns `<flag>_state` of the flags that are on here."""
    rows = seed.rows(seed.SEEDS / "ref_flag.csv")
    written, on = {row["flag_code"] for row in rows if row["is_on"] == "true"}, set(reference.flags())
    if written == on:
        return
    names = reference.flag_names()
    gone, like = {f"{flag}_state" for flag in written - on}, f"{min(written)}_state"
    fitted = set()
    for unique_id, node in manifest["nodes"].items():
        if node["resource_type"] == "model" and like in node["columns"]:
            fitted.add(unique_id)
            new = [_column(node["columns"][like], flag, names[flag]) for flag in sorted(on - written)]
            kept = {name: column for name, column in node["columns"].items() if name not in gone}
            node["columns"] = kept | {column["name"]: column for column in new}
    lost = [
        unique_id
        for unique_id, node in manifest["nodes"].items()
        if node.get("attached_node") in fitted and node.get("column_name") in gone
    ]
    for unique_id in lost:
        del manifest["nodes"][unique_id]


def _column(like: dict[str, Any], flag: str, name: str) -> dict[str, Any]:
    description = re.sub(r"of the .+? flag", f"of the flag {name}", like["description"])
    return {**like, "name": f"{flag}_state", "description": description}
