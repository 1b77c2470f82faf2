"""Tables with a column for each flag, where other flags are on than their contracts write out: dbt wants such columns
written out, and they are written out for the flags that are on in the checkout.

A flag that is off loses its columns with the tests of them; one that is on beyond gets columns like those of another.
"""

import re
from typing import Any

from expectations import reference


def fit(manifest: dict[str, Any]) -> None:
    """Give the contracts of dbt's manifest the columns `<flag>_state` of the flags that are on, and no others."""
    names, on = reference.flag_names(), reference.flags()
    wanted, of_flags = {f"{flag}_state": names[flag] for flag in on}, {f"{flag}_state" for flag in names}
    fitted = set()
    for unique_id, node in manifest["nodes"].items():
        written = of_flags & node.get("columns", {}).keys()
        if node["resource_type"] == "model" and len(written) > 1 and written != wanted.keys():
            fitted.add(unique_id)
            like = node["columns"][min(written)]
            kept = {name: column for name, column in node["columns"].items() if name not in written - wanted.keys()}
            new = {name: _column(like, name, wanted[name]) for name in sorted(wanted.keys() - written)}
            node["columns"] = kept | new
    lost = [
        unique_id
        for unique_id, node in manifest["nodes"].items()
        if node.get("attached_node") in fitted and node.get("column_name") in of_flags - wanted.keys()
    ]
    for unique_id in lost:
        del manifest["nodes"][unique_id]


def _column(like: dict[str, Any], name: str, flag_name: str) -> dict[str, Any]:
    return {**like, "name": name, "description": re.sub(r"of the .+? flag", f"of {flag_name}", like["description"])}
