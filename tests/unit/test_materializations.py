"""What a node of dbt asks for is done as dbt does it, or refused."""

import copy
from typing import Any

import pytest

from orchestration.build import dbt, materializations, warehouse


def test_every_node_asks_for_what_is_understood() -> None:
    for node in dbt.nodes(*warehouse.KINDS):
        materializations.check(node)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("materialized", "ephemeral"),
        ("incremental_strategy", "merge"),
        ("on_schema_change", "append_new_columns"),
        ("strategy", "timestamp"),
        ("hard_deletes", "new_record"),
        ("delimiter", ";"),
        ("pre-hook", [{"sql": "select 1"}]),
        ("post-hook", [{"sql": "select 1"}]),
        ("grants", {"select": ["everybody"]}),
    ],
)
def test_what_nobody_does_is_refused_by_its_name(name: str, value: Any) -> None:
    node = copy.deepcopy(dbt.nodes("model")[0])
    node["config"][name] = value
    with pytest.raises(materializations.ContractError, match=name):
        materializations.check(node)
