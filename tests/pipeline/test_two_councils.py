"""Two councils of one checkout: a county with everything as the checkout has it, and a borough with the census alone,
a map of its own, another threshold, flags off and on; a folder that says nothing is no folder."""

import shutil
from pathlib import Path

import pytest

from expectations.council import draft, seed
from tests.support.councils import Council, say
from tests.support.warehouse import DAY, Warehouse

ZONES = ("Downland", "Harbour")
SOURCE = "school_census"
FLAGS = {"attainment", "attendance", "sen", "suspension"}
"""Of the checkout's five without family support and free school meals, and one more."""
ASSESSED = """
    with returned as (
        select distinct upn, school_id
        from raw.school_census__pupils
        where
            census_year = '2026' and census_term = 'summer' and enrol_status in ('C', 'M') and leaving_date is null
            and date_sub('year', birth_date::date, date '2026-06-26') between 5 and 16
    )

    select zone, count(distinct upn)::int from returned inner join map using (school_id) group by all
"""
"""Children of each zone, by what was returned last."""
SUSPENDED = """
    with event as (
        select distinct pupils.upn, excluded.school_id, excluded.category, excluded.start_date, excluded.sessions
        from raw.school_census__exclusions as excluded
        inner join raw.school_census__pupils as pupils
            using (census_year, census_term, school_id, roll, pupil_return_id)
        where excluded.category <> 'PERM' and excluded.start_date between '2025-04-06' and '2026-04-05'
    ),

    suspended as (select upn from event group by upn having sum(sessions::int) >= 10),

    returned as (
        select distinct upn, school_id from raw.school_census__pupils
        where census_year = '2026' and census_term = 'summer' and enrol_status in ('C', 'M') and leaving_date is null
    )

    select zone, count(distinct upn)::int
    from suspended inner join returned using (upn) inner join map using (school_id) group by all
"""
"""Children of each zone with ten suspended sessions in the twelve months that the last return tells of."""


def write_borough(folder: Path, schools: list[str]) -> None:
    """The census alone, two zones by turns, absence from 15 % on, two flags off and one on."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "council.yml").write_text("name: Borough of Eastmere\nversion: 1\n")
    others = [row["source"] for row in seed.rows(seed.SEEDS / "ref_source.csv") if row["source"] != SOURCE]
    say(folder, "ref_source", "source,change", *([source, "remove"] for source in others))
    say(folder, "ref_flag", "flag_code,is_on", ["family", "false"], ["fsm", "false"], ["suspension", "true"])
    say(folder, "ref_flag_rule", "flag_code,valid_from_date,threshold", ["attendance", "2015-09-01", "0.15"])
    places = [(f"P{number % 2}", ZONES[number % 2]) for number in range(len(schools))]
    say(
        folder,
        "ref_school_map",
        "school_id,school_name,phase,pyramid_code,pyramid_name,zone_code,zone_name,valid_from_date,valid_to_date",
        *(
            [
                school,
                f"School {school}",
                "",
                pyramid,
                f"{zone} pyramid",
                pyramid,
                "To be named",
                "2000-09-01",
                "9999-12-31",
            ]
            for school, (pyramid, zone) in zip(schools, places, strict=True)
        ),
    )
    say(folder, "ref_zone_name", "zone_code,zone_name", *([f"P{number}", zone] for number, zone in enumerate(ZONES)))


@pytest.fixture(scope="module")
def schools(counties: dict[str, Path]) -> list[str]:
    """The schools that return a census, by the names of their files."""
    files = (counties["clean"] / "extracts" / SOURCE).glob("school_census_*_2026_summer.xml")
    return sorted(file.name.split("_")[2] for file in files)


@pytest.fixture(scope="module")
def borough(counties: dict[str, Path], schools: list[str], tmp_path_factory: pytest.TempPathFactory) -> Council:
    """The borough, built from its first delivery on; two tests build it again, in their order."""
    place = tmp_path_factory.mktemp("borough")
    write_borough(place / "folder", schools)
    made = Council(place / "home", counties["clean"], folder=place / "folder")
    done = made.earlyhelp("deliver", made.county / "extracts" / SOURCE)
    assert done.returncode == 0, done.stderr
    made.builds()
    return made


def by_zone(made: Council, schools: list[str], query: str) -> dict[str, int]:
    """Ask what was delivered, with `map` for which school is in which zone of the borough."""
    values = ", ".join(f"('{school}', '{ZONES[number % 2]}')" for number, school in enumerate(schools))
    return dict(made.inside(f"with map (school_id, zone) as (values {values}) select * from ({query})"))


def told(made: Warehouse, flag: str, column: str) -> dict[str, int]:
    """What the zone dashboard says of a flag by the names of zones, where it is not nought."""
    rows = made.release(
        f"select zone_name, {column}::int from mart.mart_zone_dashboard "
        f"where is_current and not is_county and flag_code = '{flag}' and {column} > 0"
    )
    return dict(rows)


ON = "select distinct flag_code from core.dim_flag where flag_code not in ('any', 'unknown')"
STATES = """
    select table_name, column_name from duckdb_columns()
    where
        table_name in ('mart_child_list', 'fct_need_level_summary')
        and column_name in (select flag_code || '_state' from reference.ref_flag)
"""


def test_the_borough_has_its_flags_and_tables_with_a_column_for_each_have_no_other(borough: Council) -> None:
    assert {flag for (flag,) in borough.release(ON)} == FLAGS
    tables = ("mart_child_list", "fct_need_level_summary")
    assert set(borough.release(STATES)) == {(table, f"{flag}_state") for table in tables for flag in FLAGS}


def test_the_county_has_those_of_the_checkout(clean: Warehouse) -> None:
    flags = {"attainment", "attendance", "family", "fsm", "sen"}
    assert {flag for (flag,) in clean.release(ON)} == flags
    tables = ("mart_child_list", "fct_need_level_summary")
    assert set(clean.release(STATES)) == {(table, f"{flag}_state") for table in tables for flag in flags}


def test_zones_are_those_of_the_boroughs_map_with_every_child_that_was_returned(
    borough: Council, schools: list[str]
) -> None:
    expected = by_zone(borough, schools, ASSESSED)
    assert set(expected) == set(ZONES)
    assert min(expected.values()) > 50
    for flag in FLAGS:
        assert told(borough, flag, "children_count") == expected


def test_the_flag_that_was_turned_on_counts_what_was_returned(borough: Council, schools: list[str]) -> None:
    expected = by_zone(borough, schools, SUSPENDED)
    assert sum(expected.values()) > 1
    assert told(borough, "suspension", "raised_count") == expected


def absent(made: Warehouse, threshold: float) -> dict[str, int]:
    """Children of each zone who miss as much, by what is said of each child."""
    return dict(
        made.release(
            "select zone_name, count(*)::int from mart.mart_flag_evidence "
            "where flag_code = 'attendance' and value >= ? group by all",
            threshold,
        )
    )


def test_the_borough_has_a_threshold_of_its_own(borough: Council) -> None:
    assert told(borough, "attendance", "raised_count") == absent(borough, 0.15) != absent(borough, 0.10)


def test_the_county_has_that_of_the_checkout(clean: Warehouse) -> None:
    assert told(clean, "attendance", "raised_count") == absent(clean, 0.10) != absent(clean, 0.15)


def test_the_county_is_asked_for_every_source_and_says_that_it_has_no_folder(clean: Warehouse) -> None:
    sources = {row["source"] for row in seed.rows(seed.SEEDS / "ref_source.csv")}
    assert {source for (source,) in clean.release("select distinct source from mart.mart_freshness")} == sources
    assert clean.release("select council, council_sha256 from ops.release") == [(None, None)]


def test_a_source_that_the_borough_lacks_is_asked_of_nobody(borough: Council) -> None:
    assert borough.release("select distinct source from mart.mart_freshness") == [(SOURCE,)]
    failed = "select rule, detail from ops.check_result where outcome not in ('pass', 'warn')"
    assert borough.release(failed) == []
    refused = borough.earlyhelp("deliver", borough.county / "extracts" / "synergy")
    assert refused.returncode == 1
    assert "this council does not have the source synergy. Leave its files out" in refused.stderr.replace("\n", " ")


def test_a_file_of_such_a_source_is_passed_over(borough: Council) -> None:
    landing = borough.home / "landing" / "synergy"
    landing.mkdir(parents=True, exist_ok=True)
    shutil.copy(next((borough.county / "extracts" / "synergy").iterdir()), landing)
    assert "0 files wait in landing" in (said := borough.earlyhelp("status").stdout)
    assert "of no source and were passed over" in said
    shutil.rmtree(landing)


def test_a_release_says_whose_settings_it_was_built_with(borough: Council) -> None:
    asked = "select council, council_sha256 from ops.release"
    ((council, sha256),) = borough.release(asked)
    assert council == "Borough of Eastmere, version 1"
    assert (borough.manifest()["council"], borough.manifest()["council_sha256"]) == (council, sha256)


def test_the_same_folder_again_is_nothing_new(borough: Council) -> None:
    assert borough.builds().startswith("Nothing new")


def test_a_folder_that_changed_makes_anew_what_hangs_on_it(borough: Council) -> None:
    before = borough.manifest()["council_sha256"]
    say(borough.folder, "ref_flag_rule", "flag_code,valid_from_date,threshold", ["attendance", "2015-09-01", "0.2"])
    borough.builds()
    assert told(borough, "attendance", "raised_count") == absent(borough, 0.2) != absent(borough, 0.15)
    made = borough.made_anew()
    assert {"reference.ref_flag_rule", "intermediate.int_flags_evaluated", "mart.mart_zone_dashboard"} <= made.keys()
    assert not {"reference.ref_flag", "intermediate.int_enrolment_spells", "core.dim_school"} & made.keys()
    assert made["reference.ref_flag_rule"] == ["the definition"]
    assert borough.manifest()["council_sha256"] != before


def test_a_folder_that_is_wrong_stops_every_command_before_it_does_anything(borough: Council, tmp_path: Path) -> None:
    wrong = tmp_path / "wrong"
    shutil.copytree(borough.folder, wrong)
    say(wrong, "ref_flag", "flag_code,is_on", ["family", "perhaps"])
    before = borough.manifest()
    done = borough.earlyhelp("build", "--as-of", DAY, EARLYHELP_COUNCIL=str(wrong))
    assert done.returncode == 1
    assert "seeds/ref_flag.csv, row 2, column is_on: 'perhaps' is not of the type boolean." in done.stderr
    assert "Traceback" not in done.stderr
    assert borough.manifest() == before


@pytest.fixture
def county(clean: Warehouse, tmp_path: Path) -> Council:
    """A copy of the county with a folder that is to be written."""
    (tmp_path / "folder").mkdir()
    shutil.copytree(clean.home, tmp_path / "home", symlinks=True)
    return Council(tmp_path / "home", clean.county, folder=tmp_path / "folder")


def test_an_empty_folder_is_no_folder(county: Council) -> None:
    assert county.builds().startswith("Nothing new")


def test_a_folder_to_begin_with_gives_the_same_content(county: Council) -> None:
    before = county.manifest()
    shutil.rmtree(county.folder)
    draft.write(county.folder, "County of Holmshire")
    county.builds()
    after = county.manifest()
    assert after["content_sha256"] == before["content_sha256"]
    assert (after["council"], before.get("council")) == ("County of Holmshire, version 1", None)
    assert not [table for table, reasons in county.made_anew().items() if "the definition" in reasons]
