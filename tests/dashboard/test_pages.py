"""What pages say is what the published files say, asked by SQL of its own; and no name stands where none may."""

import html
import itertools
import re

import pytest

from orchestration.settings import Settings
from tests.support.dashboards import Dashboard, change, served
from tests.support.visitors import TABLE, table

CHILD = re.compile(r"/child/([0-9a-f]{32})")
LARGEST = "select school_id from mart.mart_child_list group by 1 order by count(*) desc, 1 limit 1"


def school_of(dashboard: Dashboard) -> str:
    """The school of the first user of one."""
    return dashboard.visitor("school").ask("/").headers["location"].rpartition("/")[2]


def first_child(dashboard: Dashboard, school: str) -> str:
    ((child,),) = dashboard.rows(
        "select min(child_durable_key) from mart.mart_child_list where school_id = $school", school=school
    )
    return str(child)


def test_the_county_page_counts_what_the_release_counts(shared: Dashboard) -> None:
    visitor = shared.visitor("county")
    for (day,) in shared.rows("select distinct as_of_date from mart.mart_zone_dashboard order by 1 desc limit 3"):
        page = visitor.get(f"/county?half_term={day}")
        expected = shared.rows(
            """
            select zone_name, children_count, list(raised_count order by display_order)
            from mart.mart_zone_dashboard where as_of_date = $day
            group by zone_name, zone_code, is_county, children_count
            order by is_county desc, zone_name, zone_code
            """,
            day=day,
        )
        found = [
            (row[0], int(row[1].replace(",", "")), [int(cell.split()[0].replace(",", "")) for cell in row[2:]])
            for row in table(page, "Children flagged in each zone")
        ]
        assert found == expected


def test_the_trend_table_holds_every_half_term_and_its_forecast(shared: Dashboard) -> None:
    rows = table(shared.visitor("county").get("/county"), "children flagged at the end of each half term")
    measured = shared.rows(
        """
        select half_term_label, raised_count from mart.mart_trend
        where place_type = 'county' and flag_code = 'any' and rule_basis = 'in_force' order by as_of_date
        """
    )
    ahead = shared.rows(
        """
        select half_term_label, forecast_count, lower_count, upper_count from mart.mart_forecast
        where place_type = 'county' and flag_code = 'any' and forecast_count is not null order by forecast_date
        """
    )
    assert [(row[0], row[1]) for row in rows] == [(label, f"{count:,}") for label, count in measured] + [
        (f"{label} forecast", f"{count:,} {low:,} to {high:,}") for label, count, low, high in ahead
    ]


def test_the_school_page_stands_beside_pyramid_zone_and_county(shared: Dashboard) -> None:
    school = school_of(shared)
    rows = table(shared.visitor("school").get(f"/school/{school}"), "children flagged, and the share of those assessed")
    expected = shared.rows(
        """
        select flag_name, raised_count, raised_rate, pyramid_raised_rate, zone_raised_rate, county_raised_rate
        from mart.mart_school_overview where school_id = $school and is_current order by display_order
        """,
        school=school,
    )

    def share(value: float | None) -> str:
        return "–" if value is None else f"{float(value):.1%}"

    assert expected
    assert [(row[0], row[1], *row[4:]) for row in rows] == [
        (name, f"{raised:,}", *map(share, rates)) for name, raised, *rates in expected
    ]


def test_the_child_list_has_every_child_tiers_first_and_named(shared: Dashboard) -> None:
    school = school_of(shared)
    rows = table(shared.visitor("school").get(f"/school/{school}/children"), "Children of")
    expected = shared.rows(
        """
        select surname || ', ' || forename, tier_name, nc_year, indicators_raised_count, tier_order
        from mart.mart_child_list inner join core.dim_child_identity using (child_durable_key)
        where school_id = $school
        """,
        f"school/{school}",
        school=school,
    )
    assert expected
    assert sorted((row[0], row[1], row[2], int(row[6])) for row in rows) == sorted(one[:4] for one in expected)
    order = {name: place for _, name, _, _, place in expected}
    assert [order[row[1]] for row in rows] == sorted(order[row[1]] for row in rows)


@pytest.mark.parametrize(
    ("chosen", "condition"),
    [
        ("flag=attendance", "attendance_state = 'raised'"),
        ("flag=sen&response=none", "sen_state = 'raised' and response_code is null"),
        ("response=open", "response_code is not null"),
        ("response=due", "coalesce(is_outcome_due, false)"),
        ("tier=first", "tier_code = 'first'"),
        ("year=7", "nc_year = '7'"),
        ("flag=&tier=&year=&sort=review", "true"),
    ],
)
def test_what_is_chosen_in_the_address_is_what_is_listed(shared: Dashboard, chosen: str, condition: str) -> None:
    visitor = shared.visitor("county")
    total = 0
    for (school,) in shared.rows("select distinct school_id from mart.mart_child_list order by 1"):
        page = visitor.get(f"/school/{school}/children?{chosen}")
        expected = shared.rows(
            f"""
            select child_durable_key
            from mart.mart_child_list
            where
                child_durable_key in (
                    select enrolments.child_durable_key
                    from core.fct_enrolment as enrolments
                    inner join core.dim_school as earlier using (school_key)
                    inner join core.dim_school as today
                        on earlier.todays_school_durable_key = today.school_durable_key and today.is_current
                    where enrolments.is_current and enrol_status in ('C', 'M', 'S') and today.school_id = $school
                )
                and {condition}
            """,
            school=school,
        )
        assert page.status == 200
        assert sorted(CHILD.findall(page.text)) == sorted(key for (key,) in expected)
        assert ("No child of" in page.words) == (not expected)
        total += len(expected)
    # No outcome is due in the hamlet: then the page must say that no child is like that.
    assert total or chosen == "response=due"


def test_a_choice_that_there_is_not_is_not_found_rather_than_everybody(shared: Dashboard) -> None:
    school = school_of(shared)
    visitor = shared.visitor("school")
    for choice in ("flag=nothing", "tier=x", "year=99", "year=7%27", "sort=x", "page=0", "page=77", "response=x"):
        assert visitor.get(f"/school/{school}/children?{choice}").status == 404, choice
    assert visitor.get("/county?half_term=2020-01-01").status == 404
    assert visitor.get(f"/school/{school}?half_term=x").status == 404


def test_a_page_of_the_list_shows_a_hundred_and_print_has_all(own: Settings) -> None:
    with served(own) as dashboard:
        ((school,),) = dashboard.rows(LARGEST)
    more = f"""
        insert into mart.mart_child_list
        select list.* replace (md5(list.child_durable_key || n) as child_durable_key)
        from mart.mart_child_list as list, range(20) as more (n) where school_id = '{school}'
        """
    and_there = f"""
        insert into core.brg_child__school
        select
            there.* replace (
                md5(there.child_durable_key || n) as child_durable_key,
                md5(there.child_school_key || n) as child_school_key
            )
        from core.brg_child__school as there, range(20) as more (n)
        where there.is_main and there.child_durable_key in (
            select child_durable_key from mart.mart_child_list where school_id = '{school}'
        )
        """
    change(own, "analyst", and_there, more)
    with served(own) as dashboard:
        visitor = dashboard.visitor("county")
        ((count,),) = dashboard.rows(
            "select count(*) from mart.mart_child_list where school_id = $school", school=school
        )
        assert count > 200
        for page, on_screen in (("1", 100), ("2", 100), (f"{-(-count // 100)}", count % 100 or 100)):
            text = visitor.get(f"/school/{school}/children?page={page}").text
            assert text.count('<th scope="row"') == count
            assert text.count("app-print-only") == count - on_screen
            assert len(set(CHILD.findall(text))) == count


def test_a_zone_lists_who_lives_there_and_is_in_no_school_by_name_and_the_county_by_key(shared: Dashboard) -> None:
    ((zone, children),) = shared.rows(
        """
        select list.zone_code, count(*) from mart.mart_not_in_school as list
        semi join mart.mart_child_list as pupils on list.zone_code = pupils.zone_code
        group by all order by count(*) desc, list.zone_code limit 1
        """
    )
    of_zone = shared.rows(
        """
        select surname || ', ' || forename, age_years::varchar, sex, 'Not in school', kind_name
        from mart.mart_not_in_school inner join core.dim_child_identity using (child_durable_key)
        order by all
        """,
        audience=f"zone/{zone}",
    )
    told = table(shared.visitor("zone", zone).get(f"/zone/{zone}"), "Children not in school")
    assert len(told) == children > 3
    assert sorted(tuple(row[:5]) for row in told) == of_zone
    page = shared.visitor("county").get(f"/zone/{zone}")
    assert [row[0][:6] for row in table(page, "Children not in school")] == ["Child "] * children
    assert not any(name in page.words for name, *_ in of_zone)


def test_the_county_sees_no_name_and_zone_and_school_do(shared: Dashboard) -> None:
    school = school_of(shared)
    ((zone,),) = shared.rows("select distinct zone_code from mart.mart_child_list where school_id = $s", s=school)
    names = [
        name
        for (name,) in shared.rows(
            """
            select surname from core.dim_child_identity
            where child_durable_key in (select child_durable_key from mart.mart_child_list where school_id = $school)
            """,
            f"school/{school}",
            school=school,
        )
    ]
    by_zone = shared.visitor("zone", zone).get(f"/school/{school}/children").words
    by_county = shared.visitor("county").get(f"/school/{school}/children").words
    assert names and all(f"{name}, " in by_zone for name in names)
    assert not any(f"{name}, " in by_county for name in names)


def test_a_childs_page_words_each_flag_with_evidence_source_and_age(shared: Dashboard) -> None:
    school = school_of(shared)
    visitor = shared.visitor("school")
    states = set()
    for (child,) in shared.rows(
        "select child_durable_key from mart.mart_child_list where school_id = $school order by tier_order, 1 limit 12",
        school=school,
    ):
        page = visitor.get(f"/school/{school}/child/{child}")
        for state, name, reason, words, source_name, age, is_known in shared.rows(
            """
            select flag_state, flag_name, reason, explanation, evidence.source_name, age_days, is_known_to_school
            from mart.mart_flag_evidence as evidence
            left join reference.ref_source as sources on evidence.source = sources.source
            where child_durable_key = $child
            """,
            child=child,
        ):
            states.add(state)
            assert name in page.words
            if is_known is False:
                assert words not in page.words, "what another agency knows is not said in detail"
            elif reason:
                assert f"Why it could not be assessed: {reason}" in page.words
            else:
                assert words in page.words
            if source_name:
                assert f"Source: {source_name}" in page.words
            if age is not None:
                assert f"; {age:,} day{'' if age == 1 else 's'} old" in page.words
    assert {"raised", "not_raised"} <= states


def test_the_agenda_is_that_of_the_release_in_its_order(shared: Dashboard) -> None:
    visitor = shared.visitor("county")
    agendas = shared.rows(
        """
        select school_id, list(child_durable_key order by agenda_position) from mart.mart_huddle_agenda
        group by school_id
        """
    )
    assert agendas
    for school, children in agendas:
        assert CHILD.findall(visitor.get(f"/school/{school}/huddle").text) == children


def test_who_works_with_a_child_is_said_by_agency_and_never_what_for(shared: Dashboard) -> None:
    visitor, told = shared.visitor("county"), "Children's social care: talk to the social worker"
    known = shared.rows(
        "select school_id, child_durable_key from mart.mart_child_list where involved_agencies is not null order by 2"
    )
    others = shared.rows(
        """
        select school_id, child_durable_key from mart.mart_child_list
        where involved_agencies is null order by 2 limit 3
        """
    )
    assert len(known) > 3
    for school, child in [*known, *others]:
        words = visitor.get(f"/school/{school}/child/{child}").words
        assert (told in words) == ((school, child) in known)
        assert "hild in need" not in words and "hild protection" not in words
    for school, count in shared.rows(
        "select school_id, count(involved_agencies) from mart.mart_huddle_agenda group by all"
    ):
        assert visitor.get(f"/school/{school}/huddle").words.count("known to children's social care") == count


def test_who_else_may_see_a_child_is_counted_by_role(shared: Dashboard) -> None:
    school = school_of(shared)
    expected = shared.rows(
        """
        select role_name, count(distinct user_key)
        from core.brg_user__scope as users
        where has_access and role_code not in ('health', 'police') and (
            scope_level = 'county'
            or scope_level = 'zone' and zone_key in (
                select zone_key from core.dim_zone where zone_code in (
                    select zone_code from mart.mart_child_list where school_id = $school))
            or scope_level = 'school' and school_durable_key in (
                select school_durable_key from mart.mart_child_list where school_id = $school)
        )
        group by role_name order by role_name
        """,
        school=school,
    )
    page = shared.visitor("school").get(f"/school/{school}/child/{first_child(shared, school)}")
    rows = table(page, "Users who may see this child")
    # Partner agencies, who may know of it by their agreement: test_partners.
    staff = [row for row in rows if not row[0].endswith("partners")]
    assert expected and sorted((row[0], int(row[2])) for row in staff) == expected


def test_a_name_that_is_markup_is_shown_as_text_and_runs_nowhere(own: Settings) -> None:
    with served(own) as dashboard:
        school = school_of(dashboard)
        child = first_child(dashboard, school)
    hostile = "<script>alert(1)</script>\"'{{ 7 * 7 }}"
    written = hostile.replace("'", "''")
    change(
        own,
        f"school/{school}",
        f"update core.dim_child_identity set surname = '{written}' where child_durable_key = '{child}'",
    )
    with served(own) as dashboard:
        visitor = dashboard.visitor("school")
        for path in (f"/school/{school}/children", f"/school/{school}/child/{child}"):
            page = visitor.get(path)
            assert page.status == 200
            assert html.escape(hostile, quote=False) in page.text.replace("&#34;", '"').replace("&#39;", "'")
            assert "<script" not in page.text and "alert" not in page.title


def test_no_name_stands_in_an_address_a_title_an_error_or_a_log(
    shared: Dashboard, capfd: pytest.CaptureFixture[str]
) -> None:
    school = school_of(shared)
    names = {
        name
        for row in shared.rows("select surname, forename, upn from core.dim_child_identity", f"school/{school}")
        for name in row
        if name and len(name) > 3
    }
    visitor = shared.visitor("school")
    listed = visitor.get(f"/school/{school}/children")
    addresses = re.findall(r"(?:href|action|src)=\"([^\"]*)\"", listed.text)
    pages = [listed, *(visitor.get(f"/school/{school}/child/{key}") for key in CHILD.findall(listed.text)[:10])]
    written = "".join(capfd.readouterr()) + (shared.settings.home / "dashboard" / "views.jsonl").read_text()
    assert any(name in listed.words for name in names)
    for name in names:
        wrong = visitor.get(f"/school/{school}/child/{name.encode().hex()}")
        assert wrong.status == 404 and name not in wrong.words
        assert not any(name in page.title for page in pages)
        assert not any(name in html.unescape(address) for address in addresses)
        assert name not in written


@pytest.mark.parametrize("role", ["school", "zone", "county"])
def test_tables_headings_and_forms_are_built_for_everybody(shared: Dashboard, role: str) -> None:
    """Captions, scopes, headings in order, labels, no identifier twice, nothing that the policy would not run."""
    school = school_of(shared)
    child = first_child(shared, school)
    ((zone,),) = shared.rows("select min(zone_code) from mart.mart_child_list where school_id = $s", s=school)
    visitor = shared.visitor(role, {"zone": zone, "school": school}.get(role))
    for path in (
        "/county", *(["/county/outcomes"] if role == "county" else []), f"/zone/{zone}", f"/school/{school}",
        f"/school/{school}/children", f"/school/{school}/huddle", f"/school/{school}/child/{child}", "/places", "/why",
        "/accessibility", "/privacy", "/sign-in",
    ):  # fmt: skip
        page = visitor.get(path)
        assert page.status == 200, path
        levels = [int(level) for level in re.findall(r"<h([1-6])", page.text)]
        assert levels.count(1) == 1, path
        assert all(after <= before + 1 for before, after in itertools.pairwise(levels)), (path, levels)
        for found in TABLE.findall(page.text):
            assert "<caption" in found, path
            assert all("scope=" in heading for heading in re.findall(r"<th\b[^>]*>", found)), path
        identifiers = re.findall(r" id=\"([^\"]+)\"", page.text)
        assert len(identifiers) == len(set(identifiers)), path
        assert not re.search(r"<script| style=| on[a-z]+=", page.text), path
        for control in re.findall(r"<(?:select|input)[^>]*>", page.text):
            if "hidden" not in control:
                (name,) = re.findall(r" id=\"([^\"]+)\"", control)
                assert f'for="{name}"' in page.text, path


def test_results_that_an_audience_may_not_see_are_not_said_to_be_none(own: Settings) -> None:
    change(own, "analyst", "update reference.ref_source_audience set school = 'agency' where source = 'attainment'")
    with served(own) as dashboard:
        school = school_of(dashboard)
    nothing = "update mart.mart_child_list set last_assessment_name = null, last_assessment_date = null"
    change(own, f"school/{school}", nothing)
    with served(own) as dashboard:
        zone = dashboard.rows("select min(zone_code) from mart.mart_child_list where school_id = $s", s=school)[0][0]
        for visitor, is_theirs in ((dashboard.visitor("school"), False), (dashboard.visitor("zone", zone), True)):
            listed = table(visitor.get(f"/school/{school}/children"), "flags as of")
            assert ({row[4] for row in listed} == {"Not shown"}) != is_theirs
            page = visitor.get(f"/school/{school}/child/{first_child(dashboard, school)}")
            assert page.status == 200 and ("Last result Not for your audience" in page.words) != is_theirs
