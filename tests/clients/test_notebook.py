"""The notebook of the analysts' pages runs from its first cell to its last, and answers as the release does."""

from pathlib import Path

import duckdb
import pytest

from orchestration.settings import PROJECT
from tests.support.clients import table
from tests.support.clients.processes import NOTEBOOKS, ask, parameters

NOTEBOOK = PROJECT / "docs/analysts/notebook.py"


@pytest.mark.parametrize("client", parameters(*NOTEBOOKS))
def test_the_notebook_runs_on_a_release(client: str, release_file: Path, found: table.Findings) -> None:
    before = release_file.read_bytes()
    answers = ["which", "zones", "schools", "values"]
    said = ask(client, {"file": str(release_file), "notebook": str(NOTEBOOK), "answers": answers})
    with duckdb.connect(str(release_file), read_only=True) as release:
        (released,) = release.execute("select release_id from ops.release").fetchone()
        zones = release.execute(
            "select zone_name, raised_count from mart.mart_zone_dashboard "
            "where is_current and flag_code = 'attendance' and not is_county order by raised_rate desc, zone_name"
        ).fetchall()
        schools = release.execute(
            "select count(*) from mart.mart_school_overview "
            "where is_current and flag_code = 'attendance' and zone_name = ?",
            [zones[0][0]],
        ).fetchone()
        flags = release.execute("select count(distinct flag_key) from core.fct_flag_raised").fetchone()
    assert said["which"]["release_id"] == released
    assert [(row["zone_name"], row["raised_count"]) for row in said["zones"]] == zones
    assert (len(said["schools"]),) == schools and said["schools"]
    assert (len(said["values"]),) == flags and all(row["unit"] for row in said["values"])
    assert release_file.read_bytes() == before
    found[client, table.READS] = "yes"
