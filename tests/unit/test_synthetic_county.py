"""The synthetic county: same seed same bytes, formats as promised, extracts that carry the truth."""

import csv
import datetime as dt
import hashlib
import json
import re
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from lxml import etree

from expectations import reference
from synthetic import LISTING, county

pytestmark = pytest.mark.slow

TRUTH_FLAGS = set(reference.codes("ref_flag.flag_code[is_on=true]"))
ALL_FLAGS = set(reference.codes("ref_flag.flag_code[population_code=school_age]"))
PUPIL_GROUPS = {
    "PupilIdentifiers", "PupilCharacteristics", "PupilStatus", "SpecialEducationalNeeds", "Exclusions", "Attendance",
    "HomeAddress",
}  # fmt: skip


@pytest.fixture(scope="module")
def clean(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("clean")
    county.write(out, "hamlet", seed=7, clean=True)
    return out


@pytest.fixture(scope="module")
def dirty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("dirty")
    county.write(out, "hamlet", seed=7)
    return out


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def _hashes(folder: Path) -> dict[str, str]:
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def test_same_seed_same_bytes_whatever_the_threads(dirty: Path, tmp_path: Path) -> None:
    county.write(tmp_path, "hamlet", seed=7, threads=1)
    assert _hashes(tmp_path) == _hashes(dirty)


def test_another_seed_makes_another_county(dirty: Path, tmp_path: Path) -> None:
    county.write(tmp_path, "hamlet", seed=8)
    first, second = _hashes(dirty), _hashes(tmp_path)
    assert first.keys() == second.keys()
    same = {name for name in first if first[name] == second[name]}
    assert not {name for name in same if "pupils" in name or name.endswith((".xml", ".xlsx", "flags.csv"))}


def test_a_folder_with_something_else_in_it_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("mine")
    with pytest.raises(FileExistsError, match="not a county"):
        county.write(tmp_path, "hamlet", seed=1)
    with pytest.raises(ValueError, match="hamlet, demo, county"):
        county.write(tmp_path / "new", "village", seed=1)


def test_summary_counts_what_was_written(clean: Path) -> None:
    summary = json.loads((clean / "county.json").read_text())
    written = [path for path in clean.rglob("*") if path.is_file() and path.name not in ("county.json", LISTING)]
    assert summary["files"] == len(written)
    assert summary["children"] == len(_rows(clean / "truth" / "children.csv"))
    assert 250 <= summary["children_in_scope"] <= 350
    assert summary["schools"] == 12


def test_every_school_returns_every_term(clean: Path) -> None:
    returns = list((clean / "extracts" / "school_census").glob("*.xml"))
    schools = {row["DfE Number"] for row in _rows(next((clean / "extracts" / "synergy").glob("synergy_schools_*")))}
    assert len(returns) == 12 * 6
    assert len(schools) == 13, "one of the twelve schools got another number"
    for path in returns:
        assert re.fullmatch(r"school_census_838\d{4}_20\d\d_(autumn|spring|summer)\.xml", path.name)


def test_a_school_changes_its_pyramid_and_a_pyramid_its_zone(clean: Path) -> None:
    rows = _rows(next((clean / "extracts" / "synergy").glob("synergy_schools_*")))
    assert len({row["Zone Code"] for row in rows if not row["To"]}) == 7
    ended = {row["DfE Number"]: row for row in rows if row["To"]}
    assert {number: (row["Zone Code"], row["To"]) for number, row in ended.items()} == {
        "838/2401": ("Z2", "01/09/2025"),
        "838/2604": ("Z6", "16/02/2026"),
        "838/1101": ("Z6", "16/02/2026"),
        "838/4191": ("Z1", "01/09/2025"),
    }
    begun = {(row["DfE Number"], row["From"]): row["Zone Code"] for row in rows}
    assert begun["838/2401", "01/09/2025"] == "Z3"
    assert begun["838/2604", "16/02/2026"] == begun["838/1101", "16/02/2026"] == "Z7"
    assert begun["838/4101", "01/09/2025"] == "Z1"


def test_the_map_of_an_earlier_day_knows_no_change_that_lies_ahead(tmp_path: Path) -> None:
    county.write(tmp_path, "hamlet", 1, True, as_of=dt.date(2026, 2, 15))
    rows = _rows(next((tmp_path / "extracts" / "synergy").glob("synergy_schools_*")))
    assert {row["Zone Code"] for row in rows if row["Pyramid Code"] == "PY07"} == {"Z6"}
    assert not any(row["To"] for row in rows if row["Pyramid Code"] == "PY07")


def test_the_register_links_conversions_and_a_merger(clean: Path) -> None:
    register = clean / "extracts" / "school_register"
    number = {
        row["URN"]: row["LA (code)"] + row["EstablishmentNumber"]
        for row in _rows(next(register.glob("establishments_*")))
    }
    links = {
        (number[link["URN"]], number[link["LinkURN"]], link["LinkType"]): link["LinkEstablishedDate"]
        for link in _rows(next(register.glob("links_*")))
    }
    assert links == {
        ("8382602", "8382602", "Successor"): "01-01-2025",
        ("8382602", "8382602", "Predecessor"): "01-01-2025",
        ("8354191", "8384191", "Successor"): "01-04-2019",
        ("8384191", "8354191", "Predecessor"): "01-04-2019",
        ("8384191", "8384101", "Successor"): "31-05-2025",
        ("8384101", "8384191", "Predecessor"): "01-09-2025",
        ("8382691", "8382601", "Successor - merged"): "01-04-2022",
        ("8382601", "8382691", "Predecessor - merged"): "01-04-2022",
    }
    closed = [
        row for row in _rows(next(register.glob("establishments_*"))) if row["EstablishmentStatus (name)"] == "Closed"
    ]
    assert len(closed) == 4 and all(row["CloseDate"] for row in closed)


def test_returns_bear_the_number_that_the_school_had_on_their_day(clean: Path) -> None:
    returns = {path.name for path in (clean / "extracts" / "school_census").glob("school_census_8384*1_*.xml")}
    assert {name[14:] for name in returns if name.startswith("school_census_8384191")} == {
        "8384191_2024_autumn.xml", "8384191_2025_spring.xml", "8384191_2025_summer.xml",
    }  # fmt: skip
    assert {name[14:] for name in returns if name.startswith("school_census_8384101")} == {
        "8384101_2025_autumn.xml", "8384101_2026_spring.xml", "8384101_2026_summer.xml",
    }  # fmt: skip


def test_returns_are_well_formed_and_use_the_elements_of_the_census(clean: Path) -> None:
    found: Counter[Any] = Counter()
    for path in (clean / "extracts" / "school_census").glob("*.xml"):
        root = etree.parse(path).getroot()
        assert root.tag == "Message"
        assert root.findtext("Header/Source/LEA") == "838"
        assert path.name.split("_")[2] == "838" + root.findtext("Header/Source/Estab")
        for roll in ("Pupils/PupilsOnRoll/PupilOnRoll", "Pupils/PupilsNoLongerOnRoll/PupilNoLongerOnRoll"):
            for pupil in root.iterfind(roll):
                assert {group.tag for group in pupil} <= PUPIL_GROUPS
                found.update(element.tag for element in pupil.iter())
                assert (pupil.find("PupilStatus/LeavingDate") is not None) == roll.endswith("NoLongerOnRoll")
                reasons = [
                    e.text for e in pupil.iterfind("Attendance/TermlyAttendance/SessionDetails/*/AttendanceReason")
                ]
                assert len(reasons) == len(set(reasons))
    for element in (
        "UPN", "FormerUPN", "FSMStartDate", "FSMEndDate", "SENtype", "TermlyAttendance", "SummerHalfTerm2Attendance",
        "SessionsPossible", "AbsenceSessions", "LeavingDate", "PostCode",
    ):  # fmt: skip
        assert found[element], element


def _census_totals_of_xml(folder: Path) -> Counter[Any]:
    totals: Counter[Any] = Counter()
    for path in folder.glob("*.xml"):
        _, _, school, year, term = path.stem.split("_")
        root = etree.parse(path).getroot()
        for roll, pupils in (
            ("on", root.iterfind("Pupils/PupilsOnRoll/PupilOnRoll")),
            ("off", root.iterfind("Pupils/PupilsNoLongerOnRoll/PupilNoLongerOnRoll")),
        ):
            for pupil in pupils:
                key = (year, term, school, roll)
                totals[*key, "pupils"] += 1
                totals[*key, "exclusions"] += len(pupil.findall("Exclusions/TermlyExclusion"))
                totals[*key, "fsm"] += len(pupil.findall("PupilCharacteristics/FSMPeriods/FSMPeriod"))
                totals[*key, "needs"] += len(pupil.findall("SpecialEducationalNeeds/SENneeds/SENneed"))
                for tag in ("TermlyAttendance", "SummerHalfTerm2Attendance"):
                    totals[*key, tag, "possible"] += int(pupil.findtext(f"Attendance/{tag}/SessionsPossible") or 0)
                    for detail in pupil.iterfind(f"Attendance/{tag}/SessionDetails/SessionDetail"):
                        code = detail.findtext("AttendanceReason")
                        totals[*key, tag, code] += int(detail.findtext("AbsenceSessions"))
    return +totals


def _census_totals_of_collect(folder: Path) -> Counter[Any]:
    totals: Counter[Any] = Counter()
    counted = {"termlyexclusions": "exclusions", "fsmperiod": "fsm", "senneeds": "needs"}
    possible = {
        "termlysessionspossible": "TermlyAttendance",
        "summerhalfterm2sessionspossible": "SummerHalfTerm2Attendance",
    }
    for path in folder.glob("*.csv"):
        year, term, block = path.stem.split("_")
        roll = "off" if block.endswith(("offroll", "nolongeronroll")) else "on"
        for row in _rows(path):
            key = (year, term, row["NativeId"], roll)
            if block.startswith("pupil"):
                totals[*key, "pupils"] += 1
                for column, tag in possible.items():
                    totals[*key, tag, "possible"] += int(float(row.get(column) or 0))
            elif "sessiondetails" in block:
                tag = "TermlyAttendance" if block.startswith("termly") else "SummerHalfTerm2Attendance"
                totals[*key, tag, row["attendancereason"]] += int(float(row["sessions"]))
            else:
                for start, name in counted.items():
                    totals[*key, name] += block.startswith(start)
    return +totals


def test_collect_blocks_say_what_the_xml_says(dirty: Path) -> None:
    from_xml = _census_totals_of_xml(dirty / "extracts" / "school_census")
    from_blocks = _census_totals_of_collect(dirty / "extracts_collect" / "school_census")
    assert from_xml == from_blocks
    assert sum(count for key, count in from_xml.items() if key[-1] == "pupils") > 1_500


def test_collect_blocks_name_and_place_each_pupil_as_the_xml_does(dirty: Path) -> None:
    from_xml: Counter[Any] = Counter()
    for path in (dirty / "extracts" / "school_census").glob("*.xml"):
        _, _, school, year, term = path.stem.split("_")
        for pupil in etree.parse(path).getroot().iterfind("Pupils/PupilsOnRoll/PupilOnRoll"):
            elements = ("UPN", "Surname", "Forename")
            said = [pupil.findtext(f"PupilIdentifiers/{element}") for element in elements]
            from_xml[year, term, school, *said, pupil.findtext("HomeAddress//PostCode")] += 1
    from_blocks: Counter[Any] = Counter()
    for path in (dirty / "extracts_collect" / "school_census").glob("*_pupilonroll.csv"):
        year, term, _ = path.stem.split("_")
        addresses = _rows(path.with_name(f"{year}_{term}_addressesonroll.csv"))
        postcodes = {row["pupilonrolltableid"]: row["postcode"] for row in addresses}
        for row in _rows(path):
            named = (row["upn"], row["surname"], row["forename"], postcodes[row["pupilonrolltableid"]])
            from_blocks[year, term, row["NativeId"], *named] += 1
    assert from_xml == from_blocks
    places: dict[str, set[str]] = {}
    for *_, upn, _, _, postcode in from_xml:
        places.setdefault(upn, set()).add(postcode)
    assert sum(len(postcodes) > 1 for postcodes in places.values()) > 5


def test_keys_of_collect_join_details_to_pupils(clean: Path) -> None:
    folder = clean / "extracts_collect" / "school_census"
    pupils = _rows(folder / "2026_spring_pupilonroll.csv")
    keys = {row["pupilonrolltableid"] for row in pupils}
    assert len(keys) == len(pupils)
    assert {row["pupilonrolltableid"] for row in _rows(folder / "2026_spring_termlysessiondetailsonroll.csv")} <= keys


@pytest.mark.parametrize("kind", ["clean", "dirty"])
def test_truth_has_every_flag_for_every_child_in_scope(kind: str, request: pytest.FixtureRequest) -> None:
    truth = request.getfixturevalue(kind) / "truth"
    in_scope = {row["child_id"] for row in _rows(truth / "children.csv") if row["is_in_scope"] == "true"}
    flags = _rows(truth / "flags.csv")
    assert {(row["child_id"], row["flag_code"]) for row in flags} == {(c, f) for c in in_scope for f in TRUTH_FLAGS}
    assert len(flags) == 5 * len(in_scope)
    for row in flags:
        assert row["state"] in {"raised", "not_raised", "not_assessable"}
        assert (row["state"] == "not_assessable") == bool(row["reason_code"]) == (row["value"] == "")


def test_edge_cases_are_there_with_the_state_the_rule_gives_them(clean: Path) -> None:
    cases = {row["child_id"]: row["case_name"] for row in _rows(clean / "truth" / "edge_cases.csv")}
    state = {
        (cases[row["child_id"]], row["flag_code"]): (row["state"], row["value"] or row["reason_code"])
        for row in _rows(clean / "truth" / "flags.csv")
        if row["child_id"] in cases
    }
    assert len(cases) == 18
    expected = {
        ("absence_exactly_ten_percent", "attendance"): ("raised", "0.100000"),
        ("absence_just_below_ten_percent", "attendance"): ("not_raised", "0.091667"),
        ("absence_just_above_ten_percent", "attendance"): ("raised", "0.108333"),
        ("two_part_years_together_ten_percent", "attendance"): ("raised", "0.100000"),
        ("too_few_sessions", "attendance"): ("not_assessable", "too_few_sessions"),
        ("five_in_reception", "attendance"): ("not_raised", "0.000000"),
        ("household_exactly_two_needs", "family"): ("not_raised", "2"),
        ("household_exactly_three_needs", "family"): ("raised", "3"),
        ("fsm_ended_the_day_before", "fsm"): ("not_raised", "0"),
        ("fsm_ends_on_the_day", "fsm"): ("raised", "1"),
        ("education_health_and_care_plan", "sen"): ("not_raised", "0"),
        ("dual_registered", "sen"): ("raised", "1"),
        ("twin_with_sen_support", "sen"): ("raised", "1"),
        ("twin_without_sen", "sen"): ("not_raised", "0"),
        ("twin_with_sen_support", "family"): ("raised", "4"),
        ("twin_without_sen", "family"): ("raised", "4"),
    }
    assert {key: state[key] for key in expected} == expected
    assert ("sixteen_on_the_day", "sen") in state
    assert ("seventeen_the_day_before", "sen") not in state


def test_mistakes_are_on_record_and_only_in_a_county_that_is_not_clean(clean: Path, dirty: Path) -> None:
    assert _rows(clean / "truth" / "dirt.csv") == []
    dirt = _rows(dirty / "truth" / "dirt.csv")
    assert {row["source"] for row in dirt} == {
        "attainment", "attendance_daily", "cin_census", "concerns", "early_years_census", "family_matters",
        "front_door", "huddles", "nccis", "not_in_school", "police_notifications", "responses", "school_census", "sen2",
        "synergy", "tool_users",
    }  # fmt: skip
    names = {row["surname"] for row in _rows(dirty / "truth" / "children.csv")}
    for row in dirt:
        assert set(row["flags_affected"].split("|")) <= ALL_FLAGS | {""}
        assert not names & set(row["detail"].split())


LINKAGE_MISTAKES = {
    "nickname", "letters_transposed", "forename_letter_wrong", "day_and_month_swapped", "birth_date_digit_wrong",
    "names_exchanged", "double_name_halved", "name_outdated", "postcode_missing",
}  # fmt: skip


@pytest.mark.parametrize("kind", ["clean", "dirty"])
def test_every_member_linked_to_a_child_has_its_hard_cases(kind: str, request: pytest.FixtureRequest) -> None:
    truth = request.getfixturevalue(kind) / "truth"
    links = {
        row["source_record_id"]: row["child_id"]
        for row in _rows(truth / "links.csv")
        if row["source"] == "family_matters"
    }
    cases = _rows(truth / "hard_cases.csv")
    assert {row["source_record_id"]: row["child_id"] for row in cases} == links
    found = Counter((row["source_record_id"], row["hard_case"]) for row in cases)
    assert set(found.values()) == {1}
    for member in links:
        of_member = {case for other, case in found if other == member}
        assert of_member == {"plain"} or "plain" not in of_member
    mistakes = {row["hard_case"] for row in cases} & LINKAGE_MISTAKES
    assert bool(mistakes) == (kind == "dirty")
    recorded = {
        (row["child_id"], row["cause"]) for row in _rows(truth / "dirt.csv") if row["flags_affected"] == "family"
    }
    assert {(row["child_id"], row["hard_case"]) for row in cases if row["hard_case"] in LINKAGE_MISTAKES} <= recorded


def test_two_numbers_of_a_child_are_both_in_the_returns(clean: Path) -> None:
    census = clean / "extracts_collect" / "school_census"
    returned = {row["upn"] for path in census.glob("*_pupilonroll.csv") for row in _rows(path)}
    children = [row for row in _rows(clean / "truth" / "children.csv") if row["former_upns"]]
    both = [row for row in children if row["upn"] in returned and row["former_upns"] in returned]
    temporary = [row for row in both if row["former_upns"][-1].isalpha()]
    assert temporary and len(both) > len(temporary)


def test_a_dual_registered_child_is_in_both_schools_returns_with_sessions_of_their_own(clean: Path) -> None:
    cases = {row["case_name"]: row["upn"] for row in _rows(clean / "truth" / "edge_cases.csv")}
    rows = [
        row
        for row in _rows(clean / "extracts_collect" / "school_census" / "2026_spring_pupilonroll.csv")
        if row["upn"] == cases["dual_registered"]
    ]
    assert {row["enrolstatus"] for row in rows} == {"M", "S"}
    assert len({row["NativeId"] for row in rows}) == 2
    assert all(float(row["termlysessionspossible"]) > 20 for row in rows)
