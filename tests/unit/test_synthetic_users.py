"""A county has the users of the case study: 279, 132, 3 and 14 at 174 schools, three in five of which use the tool."""

import duckdb
import pytest

from synthetic import places, world
from synthetic.county import AS_OF_DATE
from synthetic.sizes import COUNTY, DEMO, HAMLET, Size

PARTNERS = {"health": 7, "police": 2}
"""Not of the case study: staff of other agencies, by an agreement."""
PLACES_AND_USERS = ("01_chance.sql", "02_calendar.sql", "03_areas.sql", "18_users.sql")


def users_of(size: Size) -> duckdb.DuckDBPyConnection:
    """The places and the users of a county, without its children."""
    connection = duckdb.connect()
    for name, value in world._variables(size, 1, AS_OF_DATE, clean=True).items():
        connection.execute(f"set variable {name} = ?", [value])
    places.build(connection, size)
    for step in PLACES_AND_USERS:
        world.run(connection, world.STEPS / step)
    return connection


def test_a_county_has_the_users_of_the_case_study() -> None:
    connection = users_of(COUNTY)
    registered = connection.execute("""
        select role_code, count(*) from tool_user
        where
            access_from <= getvariable('as_of')
            and coalesce(access_to, date '9999-12-31') >= getvariable('as_of_month')
        group by all
    """).fetchall()
    assert dict(registered) == {"school": 279, "zone": 132, "ict": 3, "county": 14} | PARTNERS


@pytest.mark.parametrize("size", [HAMLET, DEMO, COUNTY], ids=lambda size: size.name)
def test_three_in_five_schools_use_it_themselves_in_term_and_none_in_august(size: Size) -> None:
    connection = users_of(size)
    using = """
        select count(distinct scopes.school_id) / (select count(*) from school)
        from tool_user_use as uses
        inner join tool_user_scope as scopes on uses.user_n = scopes.user_n
        where uses.days_used > 0 and uses.use_month = ?
    """
    ((in_june,),) = connection.execute(using, ["2026-06-01"]).fetchall()
    ((in_august,),) = connection.execute(using, ["2025-08-01"]).fetchall()
    assert 0.55 < in_june < 0.65
    assert in_august == 0


@pytest.mark.parametrize("size", [HAMLET, DEMO, COUNTY], ids=lambda size: size.name)
def test_every_case_at_the_edge_of_a_rule_has_its_user(size: Size) -> None:
    connection = users_of(size)
    missing = connection.execute("select case_name from user_case except select case_name from tool_user").fetchall()
    assert missing == []
    numbers = connection.execute("""
        select
            users.case_name, scopes.school_id <> scopes.number,
            scopes.number in (select school_id from establishment)
        from tool_user as users
        inner join tool_user_scope as scopes on users.user_n = scopes.user_n
        where users.case_name in ('number_of_a_predecessor', 'school_merged_into_another')
        order by all
    """).fetchall()
    assert numbers == [("number_of_a_predecessor", True, True), ("school_merged_into_another", True, True)]
