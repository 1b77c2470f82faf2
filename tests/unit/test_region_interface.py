"""What a region reads of a council's release is what the models publish."""

from typing import Any

import pytest

from orchestration.build import dbt
from orchestration.region import interface

TYPES = {"integer": "INTEGER", "bigint": "BIGINT", "string": "VARCHAR", "date": "DATE", "boolean": "BOOLEAN"}


@pytest.fixture(scope="module")
def manifest() -> dict[str, Any]:
    return dbt.manifest()


@pytest.mark.parametrize("table", interface.COUNTS)
def test_the_columns_are_those_of_the_contract(manifest: dict[str, Any], table: str) -> None:
    schema, name = table.split("/")
    node = manifest["nodes"][f"model.early_help.{name}"]
    assert node["schema"] == schema
    columns = {column["name"]: TYPES.get(column["data_type"]) for column in node["columns"].values()}
    assert {column: columns.get(column) for column in interface.COUNTS[table]} == interface.COUNTS[table]


def test_no_table_of_children_is_read(manifest: dict[str, Any]) -> None:
    for table in interface.COUNTS:
        node = manifest["nodes"][f"model.early_help.{table.split('/')[1]}"]
        assert not [name for name in node["columns"] if name.startswith("child_") or name == "upn"]
