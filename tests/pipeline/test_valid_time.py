"""What was true on a day: year groups, schools under several numbers, a pyramid that changed zone."""

from tests.support.warehouse import Warehouse

RENUMBERED = ("8354191", "8384191", "8384101")


def test_each_child_is_in_the_year_group_of_the_date(clean: Warehouse) -> None:
    """Every child of the county is in the year group of its age; academic years turn on 1 September."""
    wrong = clean.inside(
        """
        with people as (
            select
                child_id, birth_date::date as birth_date,
                unnest(string_split(concat_ws('|', upn, nullif(former_upns, '')), '|')) as upn
            from read_csv('{truth}/children.csv', all_varchar = true)
        ),

        found as (
            select distinct people.child_id, people.birth_date, identity.child_durable_key
            from people
            inner join intermediate.int_child_identity as identity on people.upn = identity.upn
        ),

        said as (
            select
                assessments.as_of_date, assessments.nc_year, children.nc_year as version_nc_year,
                year(assessments.as_of_date - interval 8 month)
                - year(found.birth_date + interval 4 month) - 4 as age_year
            from core.fct_flag_assessment as assessments
            inner join core.dim_child as children using (child_key)
            inner join found on assessments.child_durable_key = found.child_durable_key
        )

        select as_of_date, nc_year, version_nc_year, age_year, count(*)
        from said
        where
            nc_year is distinct from if(age_year = 0, 'R', age_year::varchar)
            or nc_year is distinct from version_nc_year
        group by all
        """
    )
    assert wrong == []
    ((dates, groups),) = clean.inside(
        "select count(distinct as_of_date), count(distinct nc_year) from core.fct_flag_assessment"
    )
    assert dates >= 7 and groups >= 12


def test_a_school_with_several_numbers_is_one_school(clean: Warehouse) -> None:
    keys = clean.release(f"select distinct school_durable_key from core.dim_school where school_id in {RENUMBERED}")
    assert len(keys) == 1
    rows = clean.release(
        "select count(*), count(distinct school_id) from mart.mart_school_overview "
        "where is_current and flag_code = 'any' and school_durable_key = ?",
        *keys[0],
    )
    assert rows == [(1, 1)]
    returned = clean.release(
        """
        select schools.school_id, count(*) > 0, count(distinct zones.zone_code), max(zones.zone_code)
        from core.fct_attendance_period as periods
        inner join core.dim_school as schools using (school_key)
        inner join core.dim_zone as zones on periods.zone_key = zones.zone_key
        where periods.school_durable_key = ?
        group by all order by all
        """,
        *keys[0],
    )
    assert returned == [("8384101", True, 1, "Z1"), ("8384191", True, 1, "Z1")]


def test_a_merged_school_is_itself_before_and_the_other_since(clean: Warehouse) -> None:
    """8382691 became part of 8382601 on 1 April 2022."""
    days = "(values (date '2022-03-31'), (date '2022-04-01')) days (day)"
    same = clean.release(
        f"""
        select
            day,
            merged.school_durable_key = kept.school_durable_key,
            merged.todays_school_durable_key = kept.school_durable_key
        from {days}
        inner join core.dim_school as merged
            on merged.school_id = '8382691' and day >= merged.valid_from_date and day < merged.valid_to_date
        inner join core.dim_school as kept
            on kept.school_id = '8382601' and day >= kept.valid_from_date and day < kept.valid_to_date
        order by day
        """
    )
    assert [row[1:] for row in same] == [(False, True), (True, True)]


def test_a_pyramid_is_counted_in_the_zone_of_each_date(clean: Warehouse) -> None:
    """The seventh pyramid came from zone 6 to zone 7 on 16 February 2026, between two half terms."""
    counted = clean.release(
        """
        select zone_code, as_of_date >= '2026-02-16' as is_after, min(children_count), max(children_count),
            min(todays_map_children_count), bool_and(children_count = todays_map_children_count)
        from mart.mart_zone_dashboard
        where flag_code = 'any' and zone_code in ('Z6', 'Z7')
        group by all order by all
        """
    )
    of = {row[:2]: row[2:] for row in counted}
    assert of["Z7", False][:2] == (0, 0), "as it was, nobody was in zone 7"
    assert of["Z7", False][2] > 0, "on today's map, its children were there all the time"
    assert of["Z6", False][0] > of["Z6", False][2]
    assert of["Z6", True][3] and of["Z7", True][3], "since then both maps are one"


def test_nobody_stays_on_roll_under_a_number_that_is_gone(census_only: Warehouse) -> None:
    """The census alone knows the renumbered school under both numbers, and no child left the old one."""
    current = dict(
        census_only.release(
            """
            select schools.school_id, count(distinct assessments.child_durable_key)
            from core.fct_flag_assessment as assessments
            inner join core.dim_school as schools using (school_key)
            where assessments.is_current and schools.school_id in ('8384191', '8384101')
            group by all
            """
        )
    )
    assert current.get("8384101", 0) > 0
    assert "8384191" not in current


def test_the_dashboard_can_be_printed_on_todays_map(clean: Warehouse) -> None:
    """On the current date the children of a zone are the same on both maps."""
    as_it_was, todays = (clean.here("dashboard", *options).stdout for options in ([], ["--todays-map"]))
    assert "on today's map" in todays
    assert "on today's map" not in as_it_was
    zones = clean.release(
        "select zone_name, todays_map_children_count from mart.mart_zone_dashboard "
        "where is_current and flag_code = 'any'"
    )
    for name, children in zones:
        assert any(line.split()[:2] == [name.split()[0], f"{children:,}"] for line in todays.splitlines()), name
