"""Files that this project did not write, placed beside the checkout, load with every oddity met by a rule."""

from pathlib import Path

import pytest

from orchestration import deliveries
from tests.faults.conftest import Home

PUBLISHED = Path(__file__).resolve().parents[2].parent / "shared" / "real"

pytestmark = pytest.mark.skipif(not PUBLISHED.exists(), reason="the published data are not beside the checkout")


def test_the_published_files_load_and_every_rejected_row_has_its_reason(home: Home) -> None:
    deliveries.deliver(home.settings, sorted((PUBLISHED / "school_census").glob("*.csv")), "school_census")
    register = [
        PUBLISHED / "schools" / name for name in ("dorset_bcp_schools_joined.csv", "links_edubasealldata20250422.csv")
    ]
    deliveries.deliver(home.settings, register, "school_register")
    deliveries.deliver(home.settings, [PUBLISHED / "deprivation" / "File_3_IoD2019_IDACI_IDAOPI.csv"], "deprivation")
    outcomes = home.load()
    assert [outcome.reason for outcome in outcomes if outcome.status == "rejected"] == []
    assert home.rows(
        "select period, table_name, sum(t.rows_read)::int, sum(t.rows_rejected)::int from ops.delivery_table as t "
        "inner join ops.delivery using (delivery_id) group by all order by all"
    ) == [
        ("2024-autumn", "school_census__addresses", 1698, 0),
        ("2024-autumn", "school_census__exclusions", 10691, 0),
        ("2024-autumn", "school_census__fsm_periods", 25358, 173),
        ("2024-autumn", "school_census__pupils", 9396, 0),
        ("2024-autumn", "school_census__sessions", 82199, 800),
        ("2025-spring", "school_census__exclusions", 10580, 0),
        ("2025-spring", "school_census__fsm_periods", 25889, 224),
        ("2025-spring", "school_census__pupils", 9873, 1),
        ("2025-spring", "school_census__sen_needs", 16954, 0),
        ("2025-spring", "school_census__sessions", 42935, 422),
        (None, "deprivation__lsoa", 32844, 0),
        (None, "school_register__establishments", 614, 0),
        (None, "school_register__links", 33801, 0),
    ]
    assert home.rows("select distinct column_name, reason from ops.rejection order by all") == [
        ("fsm_end_date", "duplicate_key"),
        ("pupil_return_id", "duplicate_key"),
        ("sessions", "required_missing"),
    ]
    assert home.rows(
        "select distinct contract, identifier_scheme from ops.delivery where source = 'school_census' order by all"
    ) == [
        ("school_census/collect_2024_pseudonymous", "pseudonym"),
        ("school_census/collect_2025_pseudonymous", "pseudonym"),
    ]
    # The national register is latin-1: its accents must be the letters they are.
    assert home.value("select count(*) from raw.school_register__links where contains(link_name, 'à')") == 3
    assert home.value("select count(*) from raw.school_register__links where contains(link_name, 'Ã')") == 0


def test_a_published_file_of_another_kind_is_rejected_with_what_is_wrong(home: Home) -> None:
    other = PUBLISHED / "deprivation" / "File_6_IoD2019_population_denominators_dorset_bcp.csv"
    deliveries.deliver(home.settings, [other], "deprivation")
    outcome = home.load_one()
    assert outcome.status == "rejected"
    assert "imd_rank" in outcome.reason
