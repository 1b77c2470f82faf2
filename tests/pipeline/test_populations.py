"""Young people after Year 11, children under five and children not in school beside pupils: a county whose council asks
flags of each, and one that asks none."""

import shutil

import duckdb
import pytest

from orchestration.releases import content
from tests.support.councils import Council, say
from tests.support.warehouse import DAY, Warehouse

FLAGS = ("neet", "not_known", "no_offer")
BEFORE_SCHOOL = ("early_disadvantage", "early_sen", "hours_not_taken")
OUT_OF_SCHOOL = ("missing_education",)
OF_PUPILS = {
    "core.brg_child__school",
    "core.brg_response__flag",
    "core.fct_child_decision",
    "core.fct_child_tier",
    "core.fct_early_years_place",
    "core.fct_flag_summary",
    "core.fct_need_level_summary",
    "core.fct_not_in_school_spell",
    "core.fct_outcome",
    "core.fct_post16_activity",
    "mart.mart_child_list",
    "mart.mart_freshness",
    "mart.mart_huddle_agenda",
    "mart.mart_not_in_school",
    "mart.mart_outcome",
    "mart.mart_post16_participation",
    "mart.mart_pyramid_need",
    "mart.mart_pyramid_profile",
    "mart.mart_restatement",
    "mart.mart_school_overview",
}
"""Tables that a flag of young people, of children under five or of children not in school may change in nothing."""
SHARED = {
    "core.fct_flag_assessment": "population_code = 'school_age'",
    "core.fct_flag_place": "flag_key in (select flag_key from core.dim_flag where population_code = 'school_age') "
    "and children_count > 0",
    "mart.mart_flag_evidence": "population_name = 'Of school age'",
    "mart.mart_forecast": "population_name = 'Of school age' and place_name <> 'Not known'",
    "mart.mart_trend": "population_name = 'Of school age' and children_count > 0",
    "mart.mart_zone_dashboard": "population_name = 'Of school age' and children_count > 0",
}
"""Tables that tell of all, with what their rows about pupils have in common. Where children of no known zone are
counted, that zone has a row for each flag: of pupils with nobody in it."""
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
    """The clean county, built once more with the flags of all others but pupils turned on."""
    place = tmp_path_factory.mktemp("others")
    shutil.copytree(clean.home, place / "home", symlinks=True)
    folder = place / "folder"
    folder.mkdir()
    (folder / "council.yml").write_text("name: County of the test\nversion: 1\n")
    say(folder, "ref_flag", "flag_code,is_on", *([flag, "true"] for flag in FLAGS + BEFORE_SCHOOL + OUT_OF_SCHOOL))
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


# What the last census says, from the file as it was read: the children of it and what is true of each.
UNDER_FIVES = """
    select
        count(*)::int, count(*) filter (where is_disadvantaged)::int, count(*) filter (where is_on_support)::int,
        count(*) filter (where is_without_hours)::int
    from (
        select
            bool_or(has_pupil_premium = 'Y' or two_year_basis in ('ECO', 'LAA')) as is_disadvantaged,
            bool_or(sen_provision = 'K') as is_on_support,
            (count(two_year_basis) > 0 and sum(funded_hours::int) = 0)
            or (count(eligibility_code) > 0 and sum(extended_hours::int) + sum(expanded_hours::int) = 0)
                as is_without_hours
        from raw.early_years_census__places
        where census_date = '15/01/2026' and strptime(birth_date, '%d/%m/%Y')::date + interval 5 year > $1::date
        group by forename, surname, birth_date, postcode
    )
"""


def test_children_under_five_are_counted_where_they_live(county: Council) -> None:
    """As the file has them, at however many settings; the zones add up to the county, the unknown one with them."""
    asked = """
        select flag_code, max(children_count) filter (where is_county)::int,
            max(raised_count) filter (where is_county)::int, sum(children_count) filter (where not is_county)::int,
            sum(raised_count) filter (where not is_county)::int, count(*) filter (where children_count > 0)::int
        from mart.mart_zone_dashboard
        where is_current and flag_code in ('early_disadvantage', 'early_sen', 'hours_not_taken') group by all
    """
    counted = {flag: rest for flag, *rest in county.release(asked)}
    ((children, *raised),) = county.inside(UNDER_FIVES.replace("$1", f"'{DAY}'"))
    assert children > 30 and min(raised) > 0
    for flag, told in zip(BEFORE_SCHOOL, raised, strict=True):
        assert counted[flag][:4] == [children, told, children, told], flag
        assert counted[flag][4] > 3, "in the county and in several zones"


def test_a_flag_of_a_child_under_five_has_evidence_and_a_trend_and_the_census_has_an_age(county: Council) -> None:
    told = county.release(
        """
        select distinct covers_to_date, age_days from core.fct_flag_assessment
        where population_code = 'early_years' and is_current and flag_state = 'raised'
        """
    )
    assert [(str(day), age) for day, age in told] == [("2026-01-15", 162)]
    for mart in ("mart_trend", "mart_flag_evidence", "mart_forecast"):
        assert county.release(f"select count(*) > 0 from mart.{mart} where population_name = 'Before school'") == [
            (True,)
        ], mart
    # In December the census of the January before spoke of nobody whose year had begun Reception.
    ((at_school,),) = county.release(
        """
        select count(*) from core.fct_flag_assessment as assessed
        inner join core.dim_child as children using (child_key)
        where population_code = 'early_years' and as_of_date between '2025-09-01' and '2026-01-14'
            and birth_month < '2021-09-01'
        """
    )
    assert at_school == 0


# Whose spell is open on the day of the list, from the file as it was read; nobody of these is at a school again.
NOT_IN_SCHOOL = """
    select count(distinct person_id)::int, count(distinct person_id) filter (where kind_code = 'CME')::int
    from raw.not_in_school__spells
    where end_date is null
"""


def test_children_not_in_school_are_counted_where_they_live(county: Council) -> None:
    """As the list has them, once; the zones add up to the county, the unknown one with them."""
    asked = """
        select max(children_count) filter (where is_county)::int, max(raised_count) filter (where is_county)::int,
            sum(children_count) filter (where not is_county)::int, sum(raised_count) filter (where not is_county)::int,
            count(*) filter (where children_count > 0)::int
        from mart.mart_zone_dashboard
        where is_current and flag_code = 'missing_education'
    """
    ((children, missing),) = county.inside(NOT_IN_SCHOOL)
    assert children > missing > 10
    ((*counted, places),) = county.release(asked)
    assert counted == [children, missing, children, missing]
    assert places > 3, "in the county and in several zones"
    evidence = "select count(*)::int from mart.mart_flag_evidence where population_name = 'Not in school'"
    assert county.release(evidence) == [(children,)]


def test_who_is_in_no_school_is_in_the_zones_list_whether_or_not_the_flag_is_asked(
    county: Council, clean: Warehouse
) -> None:
    listed = "select count(*), sum(hash(told)) from mart.mart_not_in_school as told"
    assert county.release(listed) == clean.release(listed)


@pytest.mark.parametrize("population", ["Before school", "After Year 11", "Not in school"])
def test_no_school_and_no_pyramid_has_flags_of_others(county: Council, population: str) -> None:
    kinds = county.release(
        f"select distinct place_type from mart.mart_trend where population_name = '{population}' order by all"
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
