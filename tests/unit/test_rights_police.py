"""An erased child leaves every list of police notifications, by the person it is there; brothers and sisters of one
reference stay. Files of the police go sooner than others."""

from datetime import date
from pathlib import Path

import pytest

from orchestration.deliveries.archive import archive
from orchestration.jobs import retention
from orchestration.rights import files
from orchestration.rights.purge import write_without
from orchestration.rights.workspace import want_texts, workspace
from orchestration.settings import Settings
from tests.support.landing_home import opened
from tests.support.made_files import pupil, pupils_csv
from tests.support.made_police import notification, police_csv

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("person", ["1", ""])
def test_the_row_of_the_person_is_found_and_struck_and_those_of_the_same_incident_stay(
    tmp_path: Path, person: str
) -> None:
    settings = Settings(home=tmp_path / "home", key="k" * 64)
    rows = [
        notification(7, kind="Encompass", person=person, forename="Gone", role="child present"),
        notification(7, kind="Encompass", person="2", forename="Stays", role="in household"),
        notification(7, forename="Other"),
    ]
    path = police_csv(tmp_path / "police_notifications", rows)
    kept = archive(path, settings.archive)
    delivered = files.Delivered(kept.path, kept.sha256, "police_notifications", path.name)
    with workspace(settings) as connection:
        want_texts(connection, "person", "select 'person|police_notifications/encompass/PN000007/1' as text")
        (read,) = files.read(settings, connection, [delivered])
        write_without(read, tmp_path / "anew.csv")
    anew = (tmp_path / "anew.csv").read_text()
    assert "Gone" not in anew and "Stays" in anew and "Other" in anew


@pytest.mark.parametrize(("as_of", "names"), [(date(2028, 6, 25), 0), (date(2028, 6, 26), 1)])
def test_a_file_of_the_police_goes_after_two_years_and_no_other_with_it(
    tmp_path: Path, as_of: date, names: int
) -> None:
    """Two years are 730 days: on the last of them it is kept. A file of Synergy of the same day stays for ten years."""
    with opened(tmp_path / "home") as home:
        police_csv(home.landing("police_notifications"), [notification(number) for number in range(1, 21)])
        pupils_csv(home.landing("synergy"), [pupil(number) for number in range(1, 21)], "synergy_pupils_2026-06-26.csv")
        assert {outcome.status for outcome in home.load()} == {"accepted"}
        settings = home.settings
    settings = Settings(home=settings.home, key="k" * 64)
    with workspace(settings, with_build=True) as connection:
        rows = connection.execute(retention.IN_FORCE, {"day": as_of, "rules": str(retention.rules())}).fetchall()
        rules = [retention.Due(*row) for row in rows if row[1] in retention.OF_THE_ARCHIVE]
        found = {rule.thing: retention._found(settings, connection, rule, as_of) for rule in rules}
    assert found.keys() == set(retention.OF_THE_ARCHIVE)
    assert (len(found["police_file"].names), found["archive_file"].names) == (names, ())
