"""What those who run the tool are shown, and nobody else: whose access ends and why, who has none, who uses it."""

import html
import re
from datetime import date, timedelta

from dashboard.pages.admin import SOON_DAYS
from orchestration.settings import Settings
from tests.support.dashboards import Dashboard, served
from tests.support.visitors import Answer
from tests.support.warehouse import DAY

ROW = re.compile(r"<tr class=\"govuk-table__row\">(.*?)</tr>", re.DOTALL)
CELL = re.compile(r"<t[hd][^>]*>(.*?)</t[hd]>", re.DOTALL)

# Independent of dashboard.access: the first day of each user on which one of the dates has passed.
ENDS = """
    with dates as (
        select
            users.user_key,
            users.user_scope_key,
            unnest([
                users.access_to_date,
                users.scope_to_date,
                case when roles.is_agreement_required then users.agreement_expiry_date end,
                case when roles.is_dbs_check_required
                    then (users.dbs_check_date + to_years(roles.dbs_check_valid_years))::date - 1 end,
                users.listed_date + roles.list_valid_days
            ]) as last_day
        from core.brg_user__scope as users
        inner join reference.ref_user_role as roles
            on users.role_code = roles.role_code and roles.valid_to_date = date '9999-12-31'
        where users.has_access
    )
    select user_key, min(last_day) as last_day from dates group by user_key, user_scope_key
    having min(last_day) between $today and $last order by all
"""


def table(page: Answer, anchor: str) -> list[list[str]]:
    """The rows of the table below a heading."""
    below = page.text.partition(f'id="{anchor}"')[2].partition("<h2")[0]
    rows = [[html.unescape(re.sub("<[^>]+>", "", cell)) for cell in CELL.findall(row)] for row in ROW.findall(below)]
    return rows[1:]


def test_who_loses_access_soon_is_who_the_dates_say(shared: Dashboard) -> None:
    today = date.fromisoformat(DAY)
    expected = shared.rows(ENDS, today=today, last=today + timedelta(days=SOON_DAYS - 1))
    found = table(shared.visitor("ict").get("/admin"), "ending")
    assert expected
    assert sorted((row[0], row[3]) for row in found) == sorted(
        (key[:8], f"{day.day} {day:%B %Y}") for key, day in expected
    )
    assert [row[4] for row in found if row[3] == "26 June 2026"], "the last day of some is today"
    assert {row[4] for row in found} <= {"The last day of access", "The agreement", "The DBS check"}


def test_who_has_no_access_is_there_with_the_releases_reason(shared: Dashboard) -> None:
    expected = shared.rows(
        "select user_key, no_access_reason_name from core.brg_user__scope where not has_access and role_code <> 'ict'"
    )
    found = table(shared.visitor("ict").get("/admin"), "without")
    assert sorted((row[0], row[3]) for row in found) == sorted((key[:8], reason) for key, reason in expected)
    assert all(row[4] for row in found)


def test_a_month_later_they_are_among_those_without(own: Settings) -> None:
    with served(own) as dashboard:
        visitor = dashboard.visitor("ict")
        ending = {row[0] for row in table(visitor.get("/admin"), "ending")}
        dashboard.site.day = date.fromisoformat(DAY) + timedelta(days=SOON_DAYS)
        assert ending <= {row[0] for row in table(visitor.get("/admin"), "without")}


def test_take_up_is_what_the_release_says_of_each_month(shared: Dashboard) -> None:
    expected = shared.rows(
        """
        select monthname(access.access_month) || ' ' || year(access.access_month), count(distinct access.user_key)
        from core.fct_user_access as access
        group by access.access_month order by access.access_month desc limit 12
        """
    )
    found = table(shared.visitor("ict").get("/admin"), "take-up")
    assert [(row[0], row[1]) for row in found] == [(month, f"{users:,}") for month, users in expected]
    used = shared.rows(
        "select count(distinct user_key) filter (where days_used > 0) from core.fct_tool_use group by use_month"
    )
    assert {row[3] for row in found} - {"–"} <= {f"{users:,}" for (users,) in used}
    assert found[0][6] == "Not over", "June is not over on the 26th"


def test_use_is_what_was_looked_at(own: Settings) -> None:
    with served(own) as dashboard:
        ict = dashboard.visitor("ict")
        assert "No page about a place was shown yet" in ict.get("/admin").words
        school, county = dashboard.visitor("school"), dashboard.visitor("county")
        place = school.ask("/").headers["location"]
        for page in (place, f"{place}/children", "/why"):
            assert school.get(page).status == 200
        assert county.get("/county").status == 200
        found = table(ict.get("/admin"), "use")
        name = dashboard.site.known(dashboard.site.published.in_force()).schools[place.rpartition("/")[2]].school_name
    assert sorted(row[1:] for row in found) == [
        ["Other county users", "The whole county", "1", "1"],
        ["School staff", name, "1", "2"],
    ]
    assert {row[0] for row in found} <= {f"{date.today():%B %Y}", f"{date.today() - timedelta(days=1):%B %Y}"}


def test_nobody_else_is_shown_it(shared: Dashboard) -> None:
    for role in ("school", "zone", "county"):
        visitor = shared.visitor(role)
        assert visitor.get("/admin").status == 404 and "Access and use" not in visitor.get("/why").words
    ict = shared.visitor("ict")
    assert ict.get("/").title.startswith("Access and use")
    named = shared.rows("select distinct surname from core.dim_child_identity", audience="zone/Z1")
    assert named and not [surname for (surname,) in named if surname in ict.get("/admin").words.split()]


def test_ict_whose_own_access_is_over_is_shown_it_no_more(own: Settings) -> None:
    with served(own) as dashboard:
        visitor = dashboard.visitor("ict")
        assert visitor.get("/admin").status == 200
        dashboard.site.day = date(2036, 1, 1)
        assert visitor.get("/admin").status == 404
