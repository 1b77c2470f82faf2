"""The page on BI tools names the versions that the clients are locked to, so that it tells of what was tested."""

import re

import pytest

from orchestration.settings import PROJECT

LOCKED = PROJECT / "tests/support/clients/locked"
PAGE = (PROJECT / "docs/bi-tools/index.md").read_text()
ROW = {
    "adbc": ("adbc-driver-manager", "duckdb"),
    "duckdb_cli": ("duckdb-cli",),
    "pandas": ("pandas",),
    "polars": ("polars",),
    "sqlalchemy_1_4": ("sqlalchemy", "duckdb-engine", "duckdb"),
    "sqlalchemy_2_0": ("sqlalchemy", "duckdb-engine", "duckdb"),
    "superset": ("apache-superset", "duckdb-engine", "duckdb"),
}
"""The packages of each client that its row of the table is about; of the others it is duckdb."""
ELSEWHERE = {"power_bi"}
"""What checks text and reads no release."""
NAMES = {"apache-superset": "superset", "duckdb-cli": "duckdb's shell"}


@pytest.mark.parametrize("client", sorted({path.stem for path in LOCKED.glob("*.txt")} - ELSEWHERE))
def test_the_table_names_the_locked_version(client: str) -> None:
    locked = dict(re.findall(r"^([\w.-]+)==(\S+)", (LOCKED / f"{client}.txt").read_text(), re.MULTILINE))
    told = [line.lower().replace("`", "") for line in PAGE.splitlines() if line.startswith("| ")]
    versions = {package: locked[package] for package in ROW.get(client, ("duckdb",))}
    rows = [row for row in told if all(version in row for version in versions.values())]
    assert [row for row in rows if all(NAMES.get(package, package) in row for package in versions)], versions
