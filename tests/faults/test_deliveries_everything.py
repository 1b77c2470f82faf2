"""Every file that others wrote and every case of what people send, delivered as it stands: what becomes of each."""

from pathlib import Path

import pytest

from orchestration import deliveries
from orchestration.deliveries import names
from orchestration.deliveries.archive import archive
from orchestration.settings import PROJECT
from tests.support.landing_home import Home

SHARED = PROJECT.parent / "shared"
pytestmark = pytest.mark.skipif(not SHARED.exists(), reason="the files of others are not beside the checkout")

TAKEN, TOLD, REJECTED = "accepted", "accepted_with_warnings", "rejected"
NAME = "its name is not one that a contract knows"
SOURCES = {"schools": "school_register", "national": "deprivation", "upn": "attainment"}
"""Where a folder of published files is delivered that is not called by a source. Nothing takes the national figures."""

REAL = {
    "deprivation/File_3_IoD2019_IDACI_IDAOPI.csv": (TAKEN, 32844, 0, ""),
    "deprivation/File_6_IoD2019_population_denominators_dorset_bcp.csv": (REJECTED, 0, 0, "Take file 7"),
    "deprivation/lsoa11_to_ward19_dorset_bcp.csv": (REJECTED, 0, 0, NAME),
    "national/bds_long_0.parquet": (REJECTED, 0, 0, "deprivation sends no file with such an ending"),
    "national/la_code_list.xlsx": (REJECTED, 0, 0, NAME),
    "national/lait_data_dictionary.csv": (REJECTED, 0, 0, NAME),
    "school_census/2024_autumn_addressesoffroll.csv": (TAKEN, 1698, 0, ""),
    "school_census/2024_autumn_fsmperiodsonroll.csv": (TOLD, 25185, 173, "duplicate_key"),
    "school_census/2024_autumn_pupilnolongeronroll.csv": (TOLD, 308, 0, ""),
    "school_census/2024_autumn_pupilonroll.csv": (TOLD, 9088, 0, ""),
    "school_census/2024_autumn_summerhalfterm2sessiondetailsoffroll.csv": (TOLD, 1326, 17, "required_missing"),
    "school_census/2024_autumn_summerhalfterm2sessiondetailsonroll.csv": (TOLD, 39171, 404, "required_missing"),
    "school_census/2024_autumn_termlyexclusionsoffroll.csv": (TOLD, 318, 0, ""),
    "school_census/2024_autumn_termlyexclusionsonroll.csv": (TOLD, 10373, 0, ""),
    "school_census/2024_autumn_termlysessiondetailsoffroll.csv": (TOLD, 1314, 14, "required_missing"),
    "school_census/2024_autumn_termlysessiondetailsonroll.csv": (TOLD, 39588, 365, "required_missing"),
    "school_census/2025_spring_fsmperiod.csv": (TOLD, 25665, 224, "duplicate_key"),
    "school_census/2025_spring_pupilnolongeronroll.csv": (TOLD, 374, 1, "duplicate_key"),
    "school_census/2025_spring_pupilonroll.csv": (TOLD, 9498, 0, ""),
    "school_census/2025_spring_senneeds.csv": (TAKEN, 16954, 0, ""),
    "school_census/2025_spring_termlyexclusionsoffroll.csv": (TOLD, 516, 0, ""),
    "school_census/2025_spring_termlyexclusionsonroll.csv": (TOLD, 10064, 0, ""),
    "school_census/2025_spring_termlysessiondetailsoffroll.csv": (TOLD, 1666, 18, "required_missing"),
    "school_census/2025_spring_termlysessiondetailsonroll.csv": (TOLD, 40847, 404, "required_missing"),
    "school_census/codesets_extracted_from_schema_yml.json": (REJECTED, 0, 0, "school_census sends no file with"),
    "schools/dorset_bcp_schools_joined.csv": (TAKEN, 614, 0, ""),
    "schools/links_edubasealldata20250422.csv": (TAKEN, 33801, 0, ""),
    "schools/mtc_school_laestab_2019-01_la835_836_837.csv": (REJECTED, 0, 0, NAME),
    "schools/onspd_postcodes_dorset_bcp_2025-11.csv": (REJECTED, 0, 0, NAME),
    "upn/upn_vectors.csv": (REJECTED, 0, 0, NAME),
}

CASES = {
    "c01/school_register/edubasealldata20250422.csv": (TAKEN, 2, 0, ""),
    "c02/attainment/attainment_ks2_2024-25.csv": (TAKEN, 40, 0, ""),
    "c03/deprivation/File_7_IoD2025_All_Ranks_Scores_Deciles_Population_Denominators.csv": (TAKEN, 7, 0, ""),
    "c06/family_matters/family_matters_2026-02-10.xlsx": (REJECTED, 0, 15, "refer to no row of households"),
    "c06/synergy/synergy_enrolments_2026-06-25.csv": (REJECTED, 0, 5, "refer to no row of pupils"),
    "c06/synergy/synergy_pupils_2026-06-25.csv": (TAKEN, 5, 0, ""),
    "c08/attainment/attainment_teacher_2025-26_spring.csv": (TAKEN, 10, 0, ""),
    "c09/school_census/2025_summer_fsmperiod.csv": (REJECTED, 0, 5, "refer to no row of pupils"),
    "c09/school_census/2025_summer_pupilonroll.csv": (REJECTED, 0, 0, "column 12 (Expanded Hours) is not declared"),
    "c09/school_census/2025_summer_termlysessiondetailsonroll.csv": (REJECTED, 0, 5, "refer to no row of pupils"),
    "c10/attainment/attainment_phonics_2024-25.csv": (REJECTED, 0, 10, "rows are of 2023/24"),
}
OF_THEIR_OWN = ("c04", "c05", "c18")


def _become(home: Home, folder: Path) -> dict[str, tuple[str, int, int, str]]:
    """What becomes of the files of a folder, each with all that its report says of it."""
    files = {path.relative_to(folder).as_posix(): path for path in folder.glob("*/*") if path.is_file()}
    known = {}
    for name, path in files.items():
        source = SOURCES.get(path.parent.name, path.parent.name)
        deliveries.deliver(home.settings, [path], source)
        known[source, names.known(path.name, archive(path, home.settings.archive).sha256)] = name
    return {
        known[outcome.source, outcome.file_name]: (
            outcome.status,
            outcome.rows_accepted,
            outcome.rows_rejected,
            outcome.report_path.read_text() if outcome.report_path else "",
        )
        for outcome in home.load()
    }


def _compare(found: dict[str, tuple[str, int, int, str]], expected: dict[str, tuple[str, int, int, str]]) -> None:
    assert {name: told[:3] for name, told in found.items()} == {name: told[:3] for name, told in expected.items()}
    assert [name for name, (*_, said) in expected.items() if said not in found[name][-1]] == []


def test_every_file_of_others_becomes_what_is_stated_here(home: Home) -> None:
    _compare(_become(home, SHARED / "real"), REAL)


@pytest.mark.parametrize("case", sorted({name[:3] for name in CASES}))
def test_every_case_becomes_what_is_stated_here(home: Home, case: str) -> None:
    expected = {name[4:]: told for name, told in CASES.items() if name.startswith(case)}
    _compare(_become(home, SHARED / "cases" / case), expected)


def test_every_case_is_stated_here_or_has_tests_of_its_own() -> None:
    there = {path.name for path in (SHARED / "cases").iterdir() if path.is_dir()}
    assert there <= {name[:3] for name in CASES} | set(OF_THEIR_OWN)
