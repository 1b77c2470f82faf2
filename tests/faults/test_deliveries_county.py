"""A whole synthetic county is taken in, and both forms of the census give the same rows."""

from pathlib import Path
from typing import Any

import pytest

from orchestration import deliveries
from orchestration.build.database import connect
from orchestration.settings import Settings
from synthetic import county

FORM_SPECIFIC = {"_delivery_id", "_row_number", "_extract_date", "pupil_return_id", "address_order"}


@pytest.fixture(scope="module")
def extracts(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("county")
    county.write(folder, "hamlet", seed=1)
    return folder


def test_no_delivery_of_a_county_is_rejected_and_every_source_arrives(extracts: Path, tmp_path: Path) -> None:
    settings = Settings(home=tmp_path)
    sent = deliveries.deliver(settings, [extracts / "extracts"])
    with connect(settings) as connection:
        outcomes = deliveries.load(settings, connection, "run")
        assert len(outcomes) == len(sent.laid)
        assert [outcome.reason for outcome in outcomes if outcome.status == "rejected"] == []
        in_force = connection.execute("select distinct source from ops.delivery_in_force order by all").fetchall()
    assert [source for (source,) in in_force] == [
        "attainment",
        "attendance_daily",
        "deprivation",
        "family_matters",
        "front_door",
        "huddles",
        "responses",
        "school_census",
        "school_register",
        "synergy",
        "tool_users",
    ]


def test_both_forms_of_the_census_give_the_same_rows(extracts: Path, tmp_path: Path) -> None:
    loaded = {}
    for form in ("extracts", "extracts_collect"):
        settings = Settings(home=tmp_path / form)
        # The register tells the gate that a school closed, and is not missing.
        deliveries.deliver(settings, [extracts / "extracts" / "school_register", extracts / form / "school_census"])
        with connect(settings) as connection:
            deliveries.load(settings, connection, "run")
            for table in ("pupils", "sessions", "fsm_periods", "sen_needs", "exclusions"):
                relation = connection.table(f"raw.school_census__{table}")
                columns = [column for column in relation.columns if column not in FORM_SPECIFIC]
                loaded[form, table] = relation.project(", ".join(f'"{column}"' for column in columns)).fetchall()
    for table in ("pupils", "sessions", "fsm_periods", "sen_needs", "exclusions"):
        xml, collect = (_comparable(loaded[form, table]) for form in ("extracts", "extracts_collect"))
        assert len(xml) > 0
        assert len(xml) == len(collect), table
        if table == "sessions":
            assert xml == collect


def _comparable(rows: list[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    """Rows in one order, with COLLECT's 132.0 for 132."""
    return sorted(tuple((value or "").removesuffix(".0") for value in row) for row in rows)
