"""What the page of outcomes and use says is what facts say, counted here by SQL of its own; and only who sees the whole
county is shown it."""

import re
from collections import Counter
from datetime import date
from decimal import Decimal
from statistics import mean, stdev
from typing import Any

import pytest

from dashboard.pages.outcomes import Measure, measure_of
from orchestration.settings import Settings
from tests.support.dashboards import Dashboard, change, served
from tests.support.visitors import table
from tests.support.warehouse import DAY

PAGE = "/county/outcomes"
YEARS = ["2024/25", "2025/26", "2026/27"]
# A school's zone is that of the version of the school on the day.
SCHOOLS = """
    core.dim_school as schools
    inner join core.dim_zone as zones on schools.zone_key = zones.zone_key
"""


def days_of(year: str) -> dict[str, Any]:
    begins = int(year[:4])
    return {"first": date(begins, 9, 1), "last": date(begins + 1, 8, 31)}


def numbers(row: list[str]) -> list[int]:
    return [int(cell.replace(",", "")) for cell in row]


def by_zone(rows: list[tuple[Any, ...]]) -> dict[str, Counter[Any]]:
    """How often each zone has something, and the county: rows of zone and what."""
    found: dict[str, Counter[Any]] = {"County": Counter()}
    for zone, what in rows:
        found.setdefault(zone, Counter())[what] += 1
        found["County"][what] += 1
    return found


@pytest.mark.parametrize("year", YEARS)
def test_huddles_are_counted_by_zone_as_the_facts_have_them(shared: Dashboard, year: str) -> None:
    rows = table(shared.visitor("county").get(f"{PAGE}?year={year}"), "Huddles in each zone")
    states = by_zone(
        shared.rows(
            f"""
            select zones.zone_name, huddles.huddle_state
            from core.fct_huddle as huddles inner join {SCHOOLS} on huddles.school_key = schools.school_key
            where huddles.huddle_date between $first and $last
            """,
            **days_of(year),
        )
    )
    assert rows[0][0] == "County"
    for zone, *counts in rows:
        held, planned, not_recorded, cancelled, *_ = numbers(counts)
        expected = states.get(zone, Counter())
        assert (held, planned, not_recorded, cancelled) == tuple(
            expected[state] for state in ("held", "planned", "not_recorded", "cancelled")
        ), zone
    assert set(states) <= {row[0] for row in rows} and states["County"]
    assert sum(numbers([row[1] for row in rows[1:]])) == int(rows[0][1].replace(",", ""))


@pytest.mark.parametrize("year", YEARS)
def test_decisions_are_counted_by_zone_and_kind_with_what_became_of_their_responses(
    shared: Dashboard, year: str
) -> None:
    page = shared.visitor("county").get(f"{PAGE}?year={year}")
    reviews = shared.rows(
        f"""
        select zones.zone_name, reviews.decision_code, reviews.child_durable_key, reviews.response_key
        from core.fct_huddle_review as reviews
        inner join {SCHOOLS} on reviews.school_key = schools.school_key
        where reviews.huddle_date between $first and $last
        """,
        **days_of(year),
    )
    # Where each response stands, by the log of its events alone.
    stands = {
        key: (kind != "closed", kind != "closed" and due < date.fromisoformat(DAY))
        for key, kind, due in shared.rows(
            """
            select
                events.response_key, events.event_kind,
                coalesce(events.review_due_date, events.event_date + kinds.review_within_days)
            from core.fct_response_event as events
            inner join reference.ref_response as kinds using (response_code)
            where events.is_standing
            qualify row_number() over (
                partition by events.response_key order by events.event_date desc, events.event_order desc
            ) = 1
            """
        )
    }
    names = dict(shared.rows("select decision_code, decision_name from reference.ref_huddle_decision"))
    heads = page.text.partition("What huddles decided")[2].partition("</thead>")[0]
    columns = sorted(names, key=lambda code: heads.index(f">{names[code]}</th>"))
    rows = table(page, "What huddles decided in each zone")
    spoken = {row[0]: row[5:] for row in table(page, "Huddles in each zone")}
    for zone, *counts in rows:
        own = [review[1:] for review in reviews if zone in ("County", review[0])]
        made = Counter(decision for decision, _, _ in own)
        assert numbers(counts[: len(columns)]) == [made[code] for code in columns], zone
        asked = [key for decision, _, key in own if decision in ("respond", "continue", "change", "close")]
        answered = [key for key in asked if key != "unknown"]
        assert counts[-3] == f"{len(answered):,} of {len(asked):,}"
        about = {key for _, _, key in own if key in stands}
        assert numbers(counts[-2:]) == [sum(stands[key][which] for key in about) for which in (0, 1)], zone
        children = {child for _, child, _ in own} - {"unknown"}
        assert numbers(spoken[zone]) == [len(children), len(own)]


def test_the_year_that_has_begun_is_shown_and_what_is_planned_lies_in_the_next(shared: Dashboard) -> None:
    visitor = shared.visitor("county")
    page = visitor.get(PAGE)
    assert re.findall(r"<option selected>(.*?)</option>", page.text) == ["2025/26"]
    assert re.findall(r"<option(?: selected)?>(.*?)</option>", page.text) == YEARS[::-1]
    held, planned, *_ = numbers(table(visitor.get(f"{PAGE}?year=2026/27"), "Huddles in each zone")[0][1:])
    assert held == 0 and planned > 0


def test_reviews_are_overdue_whose_day_is_past(own: Settings) -> None:
    change(
        own,
        "analyst",
        """
        update core.fct_response set review_due_date = date '2026-06-25', is_review_overdue = true
        where is_open and substr(response_key, 1, 1) < '8'
        """,
    )
    with served(own) as dashboard:
        about = by_zone(
            dashboard.rows(
                f"""
                select distinct zones.zone_name, reviews.response_key
                from core.fct_huddle_review as reviews
                inner join {SCHOOLS} on reviews.school_key = schools.school_key
                inner join core.fct_response as responses on reviews.response_key = responses.response_key
                where reviews.huddle_date between $first and $last and responses.review_due_date < $today
                """,
                today=DAY,
                **days_of("2025/26"),
            )
        )
        rows = table(dashboard.visitor("county").get(PAGE), "What huddles decided in each zone")
    assert about["County"] and {row[0]: int(row[-1]) for row in rows} == {
        row[0]: len(about.get(row[0], ())) for row in rows
    }


@pytest.mark.parametrize("flag", ["any", "attendance", "attainment", "fsm"])
def test_what_followed_is_the_mean_of_the_facts_and_no_more_is_said_than_it_bears(shared: Dashboard, flag: str) -> None:
    rows = table(shared.visitor("county").get(f"{PAGE}?flag={flag}"), "after each kind of response")
    names = dict(shared.rows("select response_code, response_name from reference.ref_response"))
    horizons = dict(shared.rows("select horizon_name, half_terms_after from reference.ref_outcome_horizon"))
    followed = shared.rows(
        """
        select outcomes.response_code, outcomes.half_terms_after, outcomes.reason_code, outcomes.value_change,
            outcomes.comparable_value_change
        from core.fct_outcome as outcomes inner join core.dim_flag using (flag_key)
        where flag_code = $flag
        """,
        flag=flag,
    )
    assert rows[0][0] == "All responses"
    said = set()
    for kind, after, responses, compared, changed, beside, difference, says in rows:
        own = [
            outcome[2:]
            for outcome in followed
            if outcome[1] == horizons[after] and kind in ("All responses", names.get(outcome[0], "Not recorded"))
        ]
        pairs = [(100 * float(one), 100 * float(other)) for reason, one, other in own if reason is None]
        assert (responses, compared) == (f"{len(own):,}", f"{len(pairs):,}")
        if len(pairs) < 10:
            assert (changed, beside, difference) == ("–", "–", "–") and says == "Too few to say: 10 must be compared"
            said.add("too few")
            continue
        differences = [one - other for one, other in pairs]
        within = 2 * stdev(differences) / len(differences) ** 0.5
        assert close(changed, mean(one for one, _ in pairs))
        assert close(beside, mean(other for _, other in pairs))
        amount, _, stated = difference.partition(" ± ")
        assert close(amount, mean(differences)) and abs(float(stated) - within) < 0.051
        is_told = abs(mean(differences)) > within
        assert is_told == says.endswith("than comparable children")
        assert is_told or says == "No difference that can be told from chance"
        said.add("told" if is_told else "chance")
    # The hamlet is too small for more: what is said of more is tried below.
    assert said


def close(words: str, value: float) -> bool:
    """Whether words say a number, rounded to a tenth, with its sign in words."""
    number, _, sign = words.partition(" ")
    assert number == "0.0" or sign in ({"fewer flags", "lower"} if value < 0 else {"more flags", "higher"})
    return abs(float(number) - abs(value)) < 0.051


def test_differences_stand_there_with_what_may_be_said_of_them(own: Settings) -> None:
    known = """
        update mart.mart_response_outcome set
            compared_count = 40, value_change_mean = -0.05, comparable_value_change_mean = {beside},
            difference_mean = {difference}, difference_standard_error = 0.02, reason_code = null
        where flag_code = '{flag}' and is_all_responses and half_terms_after = {after}
    """
    made = [
        ("any", 1, "0.1", "-0.15"),
        ("any", 2, "-0.08", "0.03"),
        ("any", 3, "-0.25", "0.2"),
        ("fsm", 1, "0", "-0.05"),
    ]
    change(
        own,
        "analyst",
        *(known.format(flag=flag, after=after, beside=one, difference=other) for flag, after, one, other in made),
    )
    with served(own) as dashboard:
        visitor = dashboard.visitor("county")
        any_flag = table(visitor.get(PAGE), "Any flag after each kind of response (flags of 100 children)")
        meals = table(visitor.get(f"{PAGE}?flag=fsm"), "after each kind of response (of 100 children)")
    assert [row[3:] for row in any_flag[:3]] == [
        ["40", "5.0 fewer flags", "10.0 more flags", "15.0 fewer flags ± 4.0", "Fewer flags than comparable children"],
        [
            "40",
            "5.0 fewer flags",
            "8.0 fewer flags",
            "3.0 more flags ± 4.0",
            "No difference that can be told from chance",
        ],
        ["40", "5.0 fewer flags", "25.0 fewer flags", "20.0 more flags ± 4.0", "More flags than comparable children"],
    ]
    assert meals[0][3:] == ["40", "5.0 lower", "0.0", "5.0 lower ± 4.0", "Moved lower than comparable children"]


@pytest.mark.parametrize(
    ("difference", "words"),
    [
        ("0.2", "No difference that can be told from chance"),
        ("-0.2", "No difference that can be told from chance"),
        ("0.200001", "More flags than comparable children"),
        ("-0.200001", "Fewer flags than comparable children"),
        (None, "Too few to say: 10 must be compared"),
    ],
)
def test_at_two_standard_errors_there_is_no_difference_and_beyond_there_is(difference: str | None, words: str) -> None:
    measure = measure_of("any", "flags")
    value = None if difference is None else Decimal(difference)
    row = {"difference_mean": value, "difference_standard_error": Decimal("0.1"), "minimum_responses": 10}
    assert measure.says(row) == words


def test_a_measure_is_put_in_the_unit_of_the_release() -> None:
    share = measure_of("attendance", "share, 0 to 1")
    row = {"difference_mean": Decimal("-0.03"), "difference_standard_error": Decimal("0.01"), "minimum_responses": 1}
    assert (share.unit, share.amount(Decimal("-0.0321"))) == ("percentage points", "3.2 lower")
    assert share.says(row) == "Moved lower than comparable children" and share.within(row) == "± 2.0"
    assert measure_of("fsm", "1 yes, 0 no").unit == "of 100 children"
    assert measure_of("family", "presenting needs").unit == "presenting needs of 100 children"
    assert Measure("").amount(Decimal("0.0004")) == "0.0" and Measure("").amount(None) == "–"


def test_use_is_that_of_the_last_months_that_are_over(shared: Dashboard) -> None:
    rows = table(shared.visitor("county").get(PAGE), "Use in each zone")
    months = list(dict.fromkeys(row[0] for row in rows))
    assert months == ["May 2026", "April 2026", "March 2026"], "June is not over"
    names = [name for (name,) in shared.rows("select zone_name from core.dim_zone where zone_code <> 'unknown'")]
    for month, day in zip(months, (date(2026, 5, 1), date(2026, 4, 1), date(2026, 3, 1)), strict=True):
        of_month = {row[1]: row[2:] for row in rows if row[0] == month}
        assert sorted(of_month) == sorted(["County", *names])
        for zone, (registered, active, schools, reason) in of_month.items():
            ((expected, used, using),) = shared.rows(
                """
                select
                    count(distinct access.user_key),
                    count(distinct tool_use.user_key),
                    count(distinct schools.place_durable_key) filter (where tool_use.user_key is not null)
                from core.fct_user_place as users
                inner join core.dim_place as places using (place_key)
                left join core.fct_user_access as access
                    on users.user_key = access.user_key and access.access_month = $day
                left join core.fct_tool_use as tool_use
                    on users.user_key = tool_use.user_key and tool_use.use_month = $day and tool_use.days_used > 0
                left join (
                    select own.user_key, own.use_month_date_key, own.place_durable_key, school.zone_name
                    from core.fct_user_place as own inner join core.dim_place as school using (place_key)
                    where school.place_type = 'school'
                ) as schools
                    on
                        users.user_key = schools.user_key
                        and users.use_month_date_key = schools.use_month_date_key
                        and (places.place_type = 'county' or schools.zone_name = places.zone_name)
                where users.use_month_date_key = $key
                    and (
                        (places.place_type = 'county' and $zone = 'County')
                        or (places.place_type = 'zone' and places.zone_name = $zone)
                    )
                """,
                day=day,
                key=int(f"{day:%Y%m%d}"),
                zone=zone,
            )
            assert registered == f"{expected:,}", (zone, month)
            if reason:
                assert (active, used, reason) == ("–", 0, "Use not delivered") and schools.startswith("– of ")
            else:
                assert active == f"{used:,}" and schools.startswith(f"{using} of "), (zone, month)


def test_a_month_that_nobody_delivered_says_so_and_one_that_is_not_complete_is_left_out(own: Settings) -> None:
    change(
        own,
        "analyst",
        "update mart.mart_take_up set is_month_complete = false where use_month = date '2026-05-01'",
        """
        update mart.mart_take_up set
            is_month_complete = false, active_users_count = null, schools_using_count = null,
            not_known_reason_code = 'use_not_delivered', not_known_reason_name = 'Use not delivered'
        where use_month = date '2026-04-01'
        """,
    )
    with served(own) as dashboard:
        rows = table(dashboard.visitor("county").get(PAGE), "Use in each zone")
    assert list(dict.fromkeys(row[0] for row in rows)) == ["April 2026", "March 2026", "February 2026"]
    april = [row[3:] for row in rows if row[0] == "April 2026"]
    assert april and all((active, reason) == ("–", "Use not delivered") for active, _, reason in april)
    assert all(schools.startswith("– of ") for _, schools, _ in april)


def test_where_entries_come_from_is_told_by_zone(own: Settings) -> None:
    mine = "substr({key}, 1, 1) in ('0', '1', '2')"
    change(
        own,
        "analyst",
        f"update core.fct_response_event set event_source = 'dashboard' where {mine.format(key='response_event_key')}",
        f"update core.fct_huddle_review set event_source = 'dashboard' where {mine.format(key='huddle_review_key')}",
    )
    with served(own) as dashboard:
        entries = dashboard.rows(
            f"""
            select zones.zone_name, (true, events.response_event_key[1] in ('0', '1', '2'))
            from core.fct_response_event as events inner join {SCHOOLS} on events.school_key = schools.school_key
            where events.is_standing and events.event_date between $first and $last
            union all
            select zones.zone_name, (false, reviews.huddle_review_key[1] in ('0', '1', '2'))
            from core.fct_huddle_review as reviews inner join {SCHOOLS} on reviews.school_key = schools.school_key
            where reviews.huddle_date between $first and $last
            """,
            **days_of("2025/26"),
        )
        expected = by_zone(entries)
        rows = table(dashboard.visitor("county").get(PAGE), "were entered, in each zone")
    assert {row[0] for row in rows} == set(expected)
    kinds = [(True, True), (True, False), (False, True), (False, False)]
    assert all(expected["County"][kind] for kind in kinds)
    for zone, *counts in rows:
        assert numbers(counts) == [expected[zone][kind] for kind in kinds], zone


def test_who_was_there_is_told_of_the_huddles_of_which_it_is_on_record(own: Settings) -> None:
    with served(own) as dashboard:
        assert "Who was at a huddle is on record of none" in dashboard.visitor("county").get(PAGE).words
    there = """
        insert into core.fct_huddle_attendance
        select
            huddle_key || '{agency}', huddle_key, school_key, school_durable_key, pyramid_key, zone_key, delivery_key,
            huddle_date_key, '{agency}', huddle_date
        from core.fct_huddle where huddle_state = 'held' and huddle_date >= '2025-09-01'
        order by huddle_key limit {count}
    """
    before = """
        insert into core.fct_huddle_attendance
        select
            huddle_key || 'health', huddle_key, school_key, school_durable_key, pyramid_key, zone_key, delivery_key,
            huddle_date_key, 'health', huddle_date
        from core.fct_huddle where huddle_state = 'held' and huddle_date < '2025-09-01'
    """
    both = (there.format(agency="school", count=5), there.format(agency="health", count=3))
    change(own, "analyst", before, *both)
    with served(own) as dashboard:
        names = dict(dashboard.rows("select agency_code, agency_name from reference.ref_agency"))
        page = dashboard.visitor("county").get(PAGE)
        assert table(page, "Who was at huddles") == [[names["school"], "5"], [names["health"], "3"]]
        assert "it is on record of 5" in page.words


def test_what_changed_is_worth_what_counts_and_costs_come_to(shared: Dashboard) -> None:
    page = shared.visitor("county").get(PAGE)
    # As the case study counts: contacts at £2.83, referrals and requests at £428, less the hours.
    published = {row[0]: row[1:] for row in table(page, "Dorset as published")}
    assert published["Referrals"][2] == f"£{(8412 - 5424) * 428:,}"
    assert published["Total"][4] == f"£{round((16680 - 13192) * 2.83 + (8412 - 5424) * 428 + 278 * 428 - 62640):,}"
    own = {row[0]: row[1:] for row in table(page, "This county before and after")}
    ((huddles, reached),) = shared.rows(
        """
        select
            (select count(*) from core.fct_huddle where huddle_state = 'held' and huddle_date between $first and $last),
            (select count(distinct child_durable_key) from core.fct_response where opened_date between $first and $last)
        """,
        **days_of("2024/25"),
    )
    assert own["Children reached, not in the total"][1] == f"{reached:,}" and reached
    ((hour,),) = shared.rows(
        """
        select unit_cost_gbp from reference.ref_unit_cost
        where cost_code = 'huddle_hour' and valid_from_date <= '2024-09-01' and valid_to_date > '2024-09-01'
        """
    )
    assert own["Requests for help"][3] == own["Total"][3] == f"£{round(huddles * 3 * hour):,}" and huddles
    # Before there were records of each event there were the numbers of each month.
    ((before, after),) = shared.rows(
        """
        select
            (
                select sum(event_count) from core.fct_front_door_total
                where event_kind = 'contact' and month_date between '2022-09-01' and '2023-08-01'
            ),
            (select count(*) from core.fct_contact where received_date between $first and $last)
        """,
        **days_of("2024/25"),
    )
    worth = round((before - after) * 2.83)
    sign = "−" if worth < 0 else ""
    assert own["Contacts"] == [f"{before:,}", f"{after:,}", f"{sign}£{abs(worth):,}", "£0", f"{sign}£{abs(worth):,}"]
    assert page.words.count("before and after, not attributed") == 2


def test_it_names_no_child_and_who_looked_is_on_record(shared: Dashboard) -> None:
    page = shared.visitor("county").get(f"{PAGE}?year=2024/25&flag=sen")
    children = {key for (key,) in shared.rows("select child_durable_key from core.dim_child")}
    assert children and not children & set(re.findall(r"[0-9a-f]{32}", page.text))
    line = shared.views()[-1]
    assert (line["page"], line["place"], line["children_count"]) == ("outcomes", "county", None)
    assert line["chosen"] == {"year": "2024/25", "flag": "sen"}
    visitor = shared.visitor("county")
    for choice in ("year=1999/00", "year=x", "flag=x", "flag=any%27"):
        assert visitor.get(f"{PAGE}?{choice}").status == 404, choice


def test_nobody_else_is_shown_it_nor_led_there(shared: Dashboard) -> None:
    for role in ("school", "zone", "health", "police", "ict"):
        visitor = shared.visitor(role)
        assert visitor.get(PAGE).status == 404, role
        assert PAGE not in visitor.get("/county").text and PAGE not in visitor.get("/tour").text
    county = shared.visitor("county")
    assert PAGE in county.get("/county").text and PAGE in county.get("/tour").text
    ((zone,),) = shared.rows("select min(zone_code) from core.dim_zone where zone_code <> 'unknown'")
    assert PAGE not in county.get(f"/zone/{zone}").text


def test_who_sees_the_whole_county_no_more_is_shown_it_no_more(own: Settings) -> None:
    with served(own) as dashboard:
        visitor = dashboard.visitor("county")
        assert visitor.get(PAGE).status == 200
        dashboard.site.day = date(2036, 1, 1)
        assert visitor.get(PAGE).status == 404
