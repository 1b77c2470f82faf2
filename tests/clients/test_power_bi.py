"""The Power BI project: a parser of TMDL finds in it what the manifest says, and a linter of models no error."""

import json
import re
import subprocess
from typing import Any

import pytest

from orchestration.bi import power_bi, semantics
from orchestration.bi.power_bi.project import NAME, RELEASE, STAR
from orchestration.bi.screens import screens
from tests.support.clients.processes import ENVIRONMENTS, HERE, is_set_up

pytestmark = pytest.mark.skipif(
    not is_set_up("power_bi"), reason="the client power_bi is not set up: run `make clients`"
)

NOT_HEEDED = {
    "DAX-VAR-RETURN": "a measure that is made stands on one line",
    "DAX-DEAD-INACTIVE-RELATIONSHIP": "a second way between two tables is there for whoever needs it",
    "DAX-SNOWFLAKE": "a child chosen in the child list cuts what its flags rest on",
}
"""Advice of the linter that is not followed, and why."""


@pytest.fixture(scope="module")
def checked(tmp_path_factory: pytest.TempPathFactory) -> Any:
    folder = tmp_path_factory.mktemp("power_bi") / "project"
    power_bi.write(folder, r"\\server\share\earlyhelp\current\parquet")
    done = subprocess.run(
        [ENVIRONMENTS / "power_bi" / "bin" / "python", HERE / "runners" / "power_bi_checks.py"],
        input=json.dumps({"project": str(folder / f"{NAME}.pbip")}) + "\n",
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def parts(checked: Any, table: str, kind: str) -> dict[str, Any]:
    """The columns or measures of a table as the parser found them, by name."""
    (found,) = checked["tables"][f"{table}.tmdl"]
    assert found["element"] == f"table {table}"
    named = re.compile(rf"{kind} '?([^'=]+?)'?(?: = .*)?")
    return {match[1]: each for each in found["properties"] if (match := named.fullmatch(each["element"]))}


def test_a_parser_finds_every_table_column_and_measure(checked: Any) -> None:
    marts = semantics.marts({name for screen in screens() for name in screen.marts})
    assert {name.removesuffix(".tmdl") for name in checked["tables"]} == {*STAR, *marts, "release"}
    columns = {name: mart.columns for name, mart in marts.items()} | {name: semantics.columns(name) for name in STAR}
    columns |= {"release": RELEASE}
    found = 0
    for name, expected in columns.items():
        parsed = parts(checked, name, "column")
        assert list(parsed) == [column.name for column in expected]
        hidden = {column for column, each in parsed.items() if "isHidden\n" in each["properties"]}
        assert {column.name for column in expected if column.is_key} <= hidden
        assert all(each["description"] for each in parsed.values())
        found += len(parsed)
    measures = 0
    for name, mart in marts.items():
        numbers = len(mart.additive) + len(mart.ratios) + len(mart.not_additive) + bool(mart.row_count)
        assert len(parts(checked, name, "measure")) == numbers
        measures += numbers
    print(f"{len(columns)} tables, {found} columns, {measures} measures: as the parser finds them")


def test_a_linter_finds_no_error(checked: Any) -> None:
    report = checked["report"]
    assert report["models_checked"] and report["summary"]["error"] == 0
    assert {finding["rule_id"] for finding in report["findings"]} <= NOT_HEEDED.keys()
    print("linter:", report["summary"])
