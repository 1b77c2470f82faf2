"""A whole synthetic county is taken in, and both forms of the census give the same rows."""

from pathlib import Path
from typing import Any

from orchestration import deliveries
from orchestration.build.database import connect
from orchestration.settings import Settings
from tests.support.warehouse import Warehouse

TERMS = ("2024-autumn", "2025-spring", "2026-summer")
"""A term of each kind, among them the one whose blocks are called otherwise."""
FORM_SPECIFIC = {"_delivery_id", "_row_number", "_extract_date", "pupil_return_id", "address_order"}


def test_no_delivery_of_a_county_is_rejected_and_every_source_arrives(dirty: Warehouse) -> None:
    sent = [path for path in (dirty.county / "extracts").rglob("*") if path.is_file()]
    assert dirty.inside("select count(*) from ops.delivery") == [(len(sent),)]
    assert dirty.inside("select reason from ops.delivery where status = 'rejected'") == []
    in_force = dirty.inside("select distinct source from ops.delivery_in_force order by all")
    assert [source for (source,) in in_force] == [
        "attainment",
        "attendance_daily",
        "cin_census",
        "concerns",
        "deprivation",
        "early_years_census",
        "family_matters",
        "front_door",
        "huddles",
        "nccis",
        "not_in_school",
        "police_notifications",
        "responses",
        "school_census",
        "school_register",
        "sen2",
        "synergy",
        "tool_users",
    ]


def test_both_forms_of_the_census_give_the_same_rows(dirty: Warehouse, tmp_path: Path) -> None:
    settings = Settings(home=tmp_path)
    # The register tells the gate that a school closed, and is not missing.
    blocks = (dirty.county / "extracts_collect" / "school_census").iterdir()
    sent = [path for path in blocks if path.name.startswith(tuple(term.replace("-", "_") for term in TERMS))]
    deliveries.deliver(settings, [dirty.county / "extracts" / "school_register", *sent])
    of_terms = f"_delivery_id in (select delivery_id from ops.delivery where period in {TERMS})"
    with connect(settings) as connection:
        deliveries.load(settings, connection, "run")
        for table in ("pupils", "sessions", "fsm_periods", "sen_needs", "exclusions"):
            relation = connection.table(f"raw.school_census__{table}")
            columns = ", ".join(f'"{name}"' for name in relation.columns if name not in FORM_SPECIFIC)
            collect = _comparable(relation.project(columns).fetchall())
            xml = _comparable(dirty.inside(f"select {columns} from raw.school_census__{table} where {of_terms}"))
            assert len(xml) > 0
            assert len(xml) == len(collect), table
            if table == "sessions":
                assert xml == collect


def _comparable(rows: list[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    """Rows in one order, with COLLECT's 132.0 for 132."""
    return sorted(tuple((value or "").removesuffix(".0") for value in row) for row in rows)
