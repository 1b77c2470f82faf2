"""Every file that others wrote and every case of what people send, delivered as it stands: what becomes of each."""

from pathlib import Path

import pytest

from orchestration import deliveries
from orchestration.settings import PROJECT
from tests.faults.conftest import Home

SHARED = PROJECT.parent / "shared"
pytestmark = pytest.mark.skipif(not SHARED.exists(), reason="the files of others are not beside the checkout")

NAME = "its name is not one that a contract knows"
KIND = "is missing"

REAL = {
    "deprivation/File_3_IoD2019_IDACI_IDAOPI.csv": ("deprivation", "accepted", 32844, 0),
    "deprivation/File_6_IoD2019_population_denominators_dorset_bcp.csv": ("deprivation", "rejected", KIND, 0),
    "deprivation/lsoa11_to_ward19_dorset_bcp.csv": ("deprivation", "rejected", NAME, 0),
    "national/bds_long_0.parquet": ("deprivation", "rejected", "sends no file with such an ending", 0),
    "national/la_code_list.xlsx": ("deprivation", "rejected", NAME, 0),
    "national/lait_data_dictionary.csv": ("deprivation", "rejected", NAME, 0),
    "school_census/2024_autumn_addressesoffroll.csv": ("school_census", "accepted", 1698, 0),
    "school_census/2024_autumn_fsmperiodsonroll.csv": ("school_census", "accepted_with_warnings", 25358, 173),
    "school_census/2024_autumn_pupilnolongeronroll.csv": ("school_census", "accepted", 1698, 0),
    "school_census/2024_autumn_pupilonroll.csv": ("school_census", "accepted", 7698, 0),
}


def _deliver(home: Home, file: Path, source: str) -> deliveries.DeliveryOutcome:
    deliveries.deliver(home.settings, [file], source)
    return home.load_one()
