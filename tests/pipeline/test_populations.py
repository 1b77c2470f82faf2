"""Young people after Year 11 beside pupils: a county whose council asks three flags of them, and one that asks none."""

import shutil

import duckdb
import pytest

from orchestration.releases import content
from tests.support.councils import Council, say
from tests.support.warehouse import DAY, Warehouse

FLAGS = ("neet", "not_known", "no_offer")
OF_PUPILS = {
    "core.brg_child__school",
    "core.brg_response__flag",
    "core.fct_child_decision",
    "core.fct_child_tier",
    "core.fct_flag_summary",
    "core.fct_need_level_summary",
    "core.fct_outcome",
    "core.fct_post16_activity",
    "mart.mart_child_list",
    "mart.mart_freshness",
    "mart.mart_huddle_agenda",
    "mart.mart_outcome",
    "mart.mart_post16_participation",
    "mart.mart_pyramid_need",
    "mart.mart_pyramid_profile",
    "mart.mart_restatement",
    "mart.mart_school_overview",
}
"""Tables that a flag of young people may change in nothing."""
SHARED = {
    "core.fct_flag_assessment": "population_code = 'school_age'",
    "core.fct_flag_place": "flag_key in (select flag_key from core.dim_flag where population_code = 'school_age')",
    "mart.mart_flag_evidence": "population_name = 'Of school age'",
    "mart.mart_forecast": "population_name = 'Of school age'",
    "mart.mart_trend": "population_name = 'Of school age'",
    "mart.mart_zone_dashboard": "population_name = 'Of school age'",
}
"""Tables that tell of both, with what their rows about pupils have in common."""
# The zone of an area: where most of its pupils of this school year were counted, told from the facts.
ZONES = """
    zones as (
        select children.area_key, mode(zones.zone_name order by zones.zone_code) as zone_name
        from core.fct_flag_assessment as assessments
        inner join core.dim_child as children using (child_key)
        inner join core.dim_flag as flags using (flag_key)
        inner join core.dim_zone as zones on assessments.zone_key = zones.zone_key
        where
            flags.flag_code = 'sen' and assessments.as_of_date between '2025-09-01' and '2026-08-31'
            and zones.zone_key <> 'unknown'
        group by children.area_key
    )
"""
# What the return in force says of the last day, from the files as they were read.
RETURNED = f"""
    with {ZONES},

    returned as (
        select people.upn, activities.activity_code, activities.is_lapsed in ('Y', 'true') as is_lapsed
        from raw.nccis__young_people as people
        inner join raw.nccis__activities as activities using (record_id)
        where
            people.period_end = (select max(period_end) from raw.nccis__young_people)
            and people.cohort_status in (
                select cohort_code from reference.ref_post16_cohort_status where is_counted
            )
            and people.upn is not null
    )

    select
        zones.zone_name,
        count(*)::int as young_people,
        count(*) filter (where activity_code between '540' and '699' and activity_code <> '550' and not is_lapsed)::int
            as neet
    from returned
    inner join core.dim_child_identity as identities using (upn)
    inner join core.dim_child as children using (child_durable_key)
    inner join zones using (area_key)
    where children.is_current
    group by all
"""


@pytest.fixture(scope="module")
def county(clean: Warehouse, tmp_path_factory: pytest.TempPathFactory) -> Council:
    """The clean county, built once more with the flags of young people turned on."""
    place = tmp_path_factory.mktemp("young")
    shutil.copytree(clean.home, place / "home", symlinks=True)
    folder = place / "folder"
    folder.mkdir()
    (folder / "council.yml").write_text("name: County of the test\nversion: 1\n")
    say(folder, "ref_flag", "flag_code,is_on", *([flag, "true"] for flag in FLAGS))
    made = Council(place / "home", clean.county, folder=folder)
    made.builds()
    return made


def test_what_is_said_of_pupils_is_what_was_said_without(county: Council, clean: Warehouse) -> None:
    before, after = (content.of(made.home / "build" / "early_help.duckdb") for made in (clean, county))
    assert before.keys() >= OF_PUPILS
    assert not OF_PUPILS & set(content.differences(before, after))


@pytest.mark.parametrize("table", sorted(SHARED))
def test_rows_about_pupils_are_the_same_where_others_stand_beside_them(
    county: Council, clean: Warehouse, table: str
) -> None:
    asked = f"select count(*), sum(hash(told)) from {table} as told where {SHARED[table]}"
    assert county.release(asked) == clean.release(asked)
    assert county.release(f"select count(*) from {table}") > clean.release(f"select count(*) from {table}")


def test_young_people_are_counted_where_they_live(county: Council) -> None:
    """Whom a UPN leads to, by the files; those found by learner number or name come on top."""
    returned = {zone: (people, neet) for zone, people, neet in county.inside(RETURNED)}
    counted = {
        zone: (people, neet)
        for zone, people, neet in county.release(
            "select zone_name, children_count::int, raised_count::int from mart.mart_zone_dashboard "
            "where is_current and flag_code = 'neet' and not is_county and children_count > 0"
        )
    }
    assert sum(people for people, _ in returned.values()) > 30
    assert sum(neet for _, neet in counted.values()) > 0
    for zone, (people, neet) in returned.items():
        assert counted[zone][0] >= people
        assert counted[zone][1] >= neet
    ((otherwise,),) = county.release(
        "select count(distinct child_durable_key)::int from core.fct_post16_activity "
        "where is_counted and link_method <> 'upn' and ? between valid_from_date and valid_to_date - 1",
        DAY,
    )
    assert sum(people for people, _ in counted.values()) == sum(people for people, _ in returned.values()) + otherwise


def test_no_school_and_no_pyramid_has_flags_of_young_people(county: Council) -> None:
    kinds = county.release(
        "select distinct place_type from mart.mart_trend where population_name = 'After Year 11' order by all"
    )
    assert kinds == [("county",), ("zone",)]


def test_what_is_open_to_everybody_tells_of_pupils_alone(county: Council) -> None:
    with duckdb.connect(str(county.home / "current/open/early_help_open.duckdb"), read_only=True) as connection:
        flags = {flag for (flag,) in connection.execute("select flag_code from open_data.flag").fetchall()}
    assert flags == {"any", "attainment", "attendance", "family", "fsm", "sen"}


def test_a_councils_map_says_which_zone_an_area_is_of(county: Council) -> None:
    """Of all areas of young people one is moved: they are counted in its new zone from the first day of the map."""
    ((area, zone),) = county.release(
        """
        select areas.lsoa_code, zones.zone_code
        from core.fct_flag_assessment as assessments
        inner join core.dim_child as children using (child_key)
        inner join core.dim_area as areas using (area_key)
        inner join core.dim_zone as zones using (zone_key)
        where assessments.population_code = 'post16' and assessments.is_current
        group by all order by count(*) desc, areas.lsoa_code limit 1
        """
    )
    ((other,),) = county.release("select min(zone_code) from core.dim_zone where zone_code not in (?, 'unknown')", zone)
    asked = (
        "select count(distinct assessments.child_durable_key)::int from core.fct_flag_assessment as assessments "
        "inner join core.dim_child as children using (child_key) inner join core.dim_area using (area_key) "
        "inner join core.dim_zone as zones on assessments.zone_key = zones.zone_key "
        "where population_code = 'post16' and assessments.is_current and lsoa_code = ? and zones.zone_code = ?"
    )
    ((there,),) = county.release(asked, area, zone)
    assert there > 0
    say(
        county.folder,
        "ref_area_map",
        "lsoa_code,zone_code,valid_from_date,valid_to_date",
        [area, other, "1900-01-01", "9999-12-31"],
    )
    county.builds()
    assert county.release(asked, area, zone) == [(0,)]
    assert county.release(asked, area, other) == [(there,)]
    basis = "select zone_basis from core.brg_area__zone inner join core.dim_area using (area_key) where lsoa_code = ?"
    assert county.release(basis, area) == [("map",)]
