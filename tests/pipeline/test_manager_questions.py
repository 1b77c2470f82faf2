"""What a manager asks: each answer of docs/analysts/manager.md worked out a second time, another way.

From facts where the query reads marts, row by row in Python where it counts windows, from the county's own truth where
that tells; and the list by name from a school's own file.
"""

import datetime
import re
from collections import Counter, defaultdict
from itertools import pairwise
from typing import Any

import duckdb
import pytest

from orchestration.documentation import worked
from orchestration.documentation.pages import DOCS
from orchestration.releases import keys
from orchestration.settings import Settings
from tests.support.warehouse import DAY, KEY, Warehouse

TODAY = datetime.date.fromisoformat(DAY)
Row = tuple[Any, ...]


def asked(clean: Warehouse, name: str, *replaced: tuple[str, str]) -> list[Row]:
    """What the query of this name answers, with a part of it written otherwise where a test asks so."""
    sql = worked.named(f"manager/{name}").sql
    for part, other in replaced:
        assert part in sql
        sql = sql.replace(part, other)
    return clean.release(sql)


@pytest.mark.parametrize("flag", ["attendance", "attainment", "sen"])
def test_rates_a_year_on_are_those_of_the_schools_where_they_lie_today(clean: Warehouse, flag: str) -> None:
    """By versions of schools and today's rule, from the fact; the zones' own counts where no rule changed."""
    answered = asked(clean, "flag-rates-a-year-on", ("getvariable('flag_code')", f"'{flag}'"))
    again = clean.release(
        """
        with counted as (
            select zones.zone_name, dates.is_current_assessment_date as is_now, sum(raised_count) as raised,
                sum(assessable_count) as assessable, sum(not_assessable_count) as unjudged
            from core.fct_flag_summary as facts
            inner join core.dim_flag as flags on facts.flag_key = flags.flag_key and flags.flag_code = ?
            inner join core.dim_school as schools on facts.school_key = schools.school_key
            inner join core.dim_zone as zones on schools.todays_zone_key = zones.zone_key
            inner join core.dim_date as dates on facts.as_of_date_key = dates.date_key
            where facts.rule_basis = 'todays'
            group by zones.zone_name, dates.is_current_assessment_date, dates.calendar_date
            having is_now or dates.calendar_date
                = (select last_year_assessment_date from core.dim_date where is_current_assessment_date)
        )
        select a.zone_name, a.raised, round(a.raised / nullif(a.assessable, 0), 4), b.raised,
            round(b.raised / nullif(b.assessable, 0), 4), a.unjudged, b.unjudged
        from counted as a left join counted as b on a.zone_name = b.zone_name and not b.is_now
        where a.is_now order by 1
        """,
        flag,
    )
    assert answered == again and len(answered) == 7
    changed = clean.release(
        "select is_rule_change_since_last_year from mart.mart_trend "
        "where place_type = 'county' and is_current and rule_basis = 'in_force' and flag_code = ?",
        flag,
    )
    assert changed == [(flag == "attainment",)]


def test_free_school_meals_now_and_ever_are_those_of_the_spells(clean: Warehouse) -> None:
    again = clean.release(
        """
        with spells as (
            select child_durable_key, bool_or(valid_to_date > day) as is_today
            from core.fct_fsm_eligibility, (select as_of_date as day from ops.release)
            where valid_from_date <= day and valid_to_date > day - interval 6 year and valid_from_date < valid_to_date
            group by child_durable_key
        )
        select school_name, count(*), count(*) filter (where is_today), count(is_today),
            count(*) filter (where not is_today)
        from core.fct_flag_assessment as facts
        inner join core.dim_school as schools on facts.school_key = schools.school_key
        inner join core.dim_flag as flags on facts.flag_key = flags.flag_key and flags.flag_code = 'fsm'
        left join spells on facts.child_durable_key = spells.child_durable_key
        where facts.is_current
        group by school_name
        """
    )
    answered = [row[:5] for row in asked(clean, "free-school-meals-now-and-ever-by-school")]
    assert sorted(answered) == sorted(again) and sum(row[4] for row in answered) > 0


def test_reading_writing_and_maths_are_those_of_the_subjects_and_hide_small_numbers_together(clean: Warehouse) -> None:
    name = "reading-writing-and-maths-below-by-pyramid"
    subjects: dict[tuple[str, str], list[bool | None]] = defaultdict(list)
    for child, pyramid, met in clean.release(
        """
        select child_durable_key, pyramid_name, is_expected_standard_met
        from core.fct_attainment as facts
        inner join core.dim_assessment as tests on facts.assessment_key = tests.assessment_key
        inner join core.dim_pyramid as pyramids on facts.pyramid_key = pyramids.pyramid_key
        where assessment_code = 'ks2' and subject_code in ('reading', 'writing', 'maths') and academic_year = '2024/25'
        """
    ):
        subjects[child, pyramid].append(met)
    met = Counter(pyramid for (_, pyramid), each in subjects.items() if each == [True] * 3)
    below = Counter(pyramid for (_, pyramid), each in subjects.items() if False in each)
    shown = asked(clean, name, ("rule.threshold - 1 or", "0 or"), ("rule.threshold - 1 as", "0 as"))
    assert {row[0]: (row[2], row[3]) for row in shown} == {each: (met[each], below[each]) for each in {*met, *below}}
    hidden = asked(clean, name)
    small = {each for each in {*met, *below} if 0 < met[each] < 5 or 0 < below[each] < 5}
    blank = {row[0] for row in hidden if row[2] is None and row[3] is None and row[4] is None}
    assert small and small <= blank and len(blank) >= min(3, len(hidden))
    assert all((row[2], row[3]) == (met[row[0]], below[row[0]]) for row in hidden if row[0] not in blank)


def test_flags_of_children_who_moved_are_those_before_and_now_beside_the_others(clean: Warehouse) -> None:
    """Moves from the enrolments, flags by child in Python."""
    half_terms = [day for (day,) in clean.release("select calendar_date from core.dim_date where is_assessment_date")]
    schools: dict[str, list[Row]] = defaultdict(list)
    for child, school, begun, ended in clean.release(
        "select child_durable_key, school_durable_key, valid_from_date, valid_to_date from core.fct_enrolment "
        "where is_main and child_durable_key <> 'unknown' order by valid_from_date, valid_to_date"
    ):
        schools[child].append((school, begun, ended))
    before = {
        child: max(day for day in half_terms if day < later[1])
        for child, spells in schools.items()
        for earlier, later in pairwise(spells)
        if earlier[0] != later[0]
        and datetime.date(2025, 9, 1) < earlier[2] <= later[1] <= TODAY
        and later[1] > min(half_terms)
    }
    states: dict[tuple[str, str], dict[datetime.date, bool]] = defaultdict(dict)
    for child, flag, day, state in clean.release(
        "select child_durable_key, flag_name, as_of_date, flag_state from core.fct_flag_assessment as facts "
        "inner join core.dim_flag as flags on facts.flag_key = flags.flag_key where flag_state <> 'not_assessable'"
    ):
        states[flag, child][day] = state == "raised"
    changes: dict[tuple[str, datetime.date], list[int]] = defaultdict(list)
    moved: dict[str, list[tuple[bool, bool, datetime.date]]] = defaultdict(list)
    for (flag, child), by_day in states.items():
        if TODAY not in by_day:
            continue
        if child not in before:
            for day, was in by_day.items():
                changes[flag, day].append(by_day[TODAY] - was)
        elif before[child] in by_day:
            moved[flag].append((by_day[before[child]], by_day[TODAY], before[child]))
    answered = asked(clean, "children-who-moved-within-the-year-and-their-flags")
    assert {row[0]: row[1:4] for row in answered} == {
        flag: (len(each), sum(was for was, *_ in each), sum(now for _, now, _ in each)) for flag, each in moved.items()
    }
    for row in answered:
        means = [sum(changes[row[0], day]) / len(changes[row[0], day]) for *_, day in moved[row[0]]]
        assert row[5] == pytest.approx(sum(means) / len(means), abs=0.0006)


def test_flags_that_responses_answer_are_those_of_the_bridge_and_go_down_as_assessed(clean: Warehouse) -> None:
    again = clean.release(
        """
        select flags.flag_name, count(*), count(*) filter (where outcomes.reason_code is null),
            round(avg((later.flag_state = 'not_raised')::integer) filter (where outcomes.reason_code is null), 3)
        from core.brg_response__flag as answered
        inner join core.dim_flag as flags on answered.flag_key = flags.flag_key
        inner join core.fct_outcome as outcomes
            on answered.response_key = outcomes.response_key and answered.flag_key = outcomes.flag_key
            and outcomes.half_terms_after = 2
        left join core.fct_flag_assessment as later
            on answered.child_durable_key = later.child_durable_key and answered.flag_key = later.flag_key
            and outcomes.after_date = later.as_of_date
        group by flags.flag_name, flags.display_order order by flags.display_order
        """
    )
    answered = asked(clean, "responses-and-whether-the-flags-they-answer-went-down")
    assert [row[:4] for row in answered] == again and sum(row[2] for row in answered) > 0


def test_re_referrals_are_those_of_the_records_one_by_one(clean: Warehouse) -> None:
    """And the query for a window of one's own counts as the mart does: nobody is not one person who comes back."""
    records = clean.release(
        """
        select coalesce(nullif(child_durable_key, 'unknown'), nullif(person_durable_key, 'unknown')), zone_name,
            received_date, closed_date
        from core.fct_referral as facts inner join core.dim_zone as zones on facts.zone_key = zones.zone_key
        """
    )
    first_of_month = TODAY.replace(day=1)
    since, until = first_of_month.replace(year=TODAY.year - 1), first_of_month
    began = min(row[2] for row in records)

    def counted(days: int) -> Counter[tuple[str, str]]:
        found: Counter[tuple[str, str]] = Counter()
        for record in records:
            who, zone, received, _ = record
            # A month counts once a whole window of records lies before it.
            month = received.replace(day=1)
            if who is None or not since <= received < until or month - datetime.timedelta(days) < began:
                continue
            closed = [row[3] for row in records if row is not record and row[0] == who and row[3] is not None]
            back = any(received - datetime.timedelta(days) <= each <= received for each in closed)
            found.update([(place, kind) for place in (zone, "County") for kind in ("known", *["back"] * back)])
        return found

    year, half = counted(365), counted(180)
    answered = asked(clean, "re-referrals-within-twelve-months-and-six-by-zone")
    assert {row[0]: (row[1], row[2], row[4]) for row in answered if row[1]} == {
        zone: (year[zone, "known"], year[zone, "back"], half[zone, "back"]) for zone, kind in year if kind == "known"
    }
    own = clean.release(worked.named("questions/referrals-that-came-back-within-another-window").sql)
    nobody = sum(row[0] is None for row in records)
    window = datetime.timedelta(180)
    known = [row for row in records if row[0] is not None and row[2] >= began + window]
    assert nobody and sum(row[2] for row in own) == len(known)


def test_children_with_three_flags_and_nobody_on_it_are_those_of_the_facts_and_of_the_schools_file(
    clean: Warehouse,
) -> None:
    open_, on_it = (
        {child for (child,) in clean.release(f"select child_durable_key from core.fct_response where is_open{more}")}
        for more in ("", " and response_code <> 'new'")
    )
    found: dict[str, Counter[str]] = defaultdict(Counter)
    for child, school_id, school in clean.release(
        """
        select child_durable_key, school_id, school_name
        from core.fct_flag_assessment as facts
        inner join core.dim_school as schools on facts.school_key = schools.school_key
        where facts.is_current and flag_state = 'raised' group by all having count(*) >= 3
        """
    ):
        found[school_id].update([school, *["open"] * (child not in open_), *["on it"] * (child not in on_it)])
    answered = asked(clean, "three-flags-and-nobody-on-it-by-school")
    again = [(max(each, key=each.get), max(each.values()), each["open"], each["on it"]) for each in found.values()]
    by_name = {(row[1], row[2], row[3]) for row in again}
    assert {row[1:] for row in answered} == by_name and len(answered) == len(found)

    page = (DOCS / "analysts/manager.md").read_text(encoding="utf-8")
    (statement,) = re.findall(r"^``` sql\n(.*?)^```", page, re.MULTILINE | re.DOTALL)
    settings = Settings(home=clean.home, key=KEY)
    listed = 0
    for file in sorted((clean.home / "current/school").glob("*.duckdb")):
        key = keys.derive(settings, f"school/{file.stem}", keys.newest(settings, f"school/{file.stem}"))
        with duckdb.connect() as connection:
            connection.execute(f"attach '{file}' as place (read_only, encryption_key '{key}')")
            rows = connection.execute(statement).fetchall()
        assert len(rows) >= found[file.stem]["on it"] and all(row[0] and row[1] and row[3] >= 3 for row in rows)
        listed += len(rows)
    assert listed


def test_attendance_below_ninety_is_that_of_the_facts_by_area_and_group(clean: Warehouse) -> None:
    again = clean.release(
        """
        select areas.idaci_decile, children.ethnicity_group, count(facts.value),
            count(*) filter (where facts.value > 0.1)
        from core.fct_flag_assessment as facts
        inner join core.dim_flag as flags on facts.flag_key = flags.flag_key and flags.flag_code = 'attendance'
        inner join core.dim_child as children on facts.child_key = children.child_key
        inner join core.dim_area as areas on children.area_key = areas.area_key
        where facts.is_current and facts.nc_year in ('7', '8', '9', '10', '11')
        group by all having count(facts.value) > 0 order by 1, 2
        """
    )
    name = "attendance-below-90-in-years-7-to-11"
    everybody = asked(clean, name, ("(select threshold from rule)", "0"))
    assert [row[:4] for row in everybody if row[2]] == again
    shown = asked(clean, name)
    assert shown == [row for row in everybody if min(row[3], row[2] - row[3]) >= 5] and len(shown) < len(everybody)


def test_freshness_is_that_of_what_was_marked_and_late_names_what_the_mart_calls_late(clean: Warehouse) -> None:
    answered = asked(clean, "how-fresh-each-source-is-and-who-is-late")
    marks = dict(
        clean.release(
            """
            select schools.school_durable_key, max(facts.attendance_date)
            from core.fct_attendance_day as facts
            inner join core.dim_school as schools on facts.school_key = schools.school_key
            group by all
            """
        )
    )
    by_school = dict(clean.release("select distinct school_durable_key, school_name from mart.mart_freshness"))
    ages = {name: (TODAY - marks[key]).days if key in marks else None for key, name in by_school.items()}
    assert {row[0]: row[1] for row in answered} == ages and None in ages.values()
    late = clean.release("select school_name, source_name from mart.mart_freshness where is_late")
    assert sum(len(row[-1].split("; ")) for row in answered if row[-1]) == len(late) > 0
    assert all(f"{source}" in row[-1] for row in answered for school, source in late if school == row[0])


def test_suspensions_are_those_of_the_countys_truth_and_so_is_the_flag_that_is_off(clean: Warehouse) -> None:
    answered = asked(clean, "suspensions-for-100-pupils-by-pyramid")
    ((true,),) = clean.inside(
        "select count(*) from read_csv('{truth}/exclusions.csv') where category = 'SUSP' "
        "and start_date between date '2024-09-01' and date '2025-08-31'"
    )
    assert {row[1] for row in answered} == {"2024/25"} and sum(row[3] for row in answered) == true > 0
    ((pupils,),) = clean.release(
        "select count(distinct child_durable_key) from core.fct_enrolment as facts, reference.ref_census as census "
        "where facts.is_main and census_year = 2025 and census_term = 'spring' "
        "and reference_date >= valid_from_date and reference_date < valid_to_date"
    )
    assert sum(row[2] for row in answered) == pupils
    assert all(row[5] == round(100 * row[3] / row[2], 1) for row in answered)
    would = asked(clean, "what-would-change-if-a-council-turned-it-on")
    ((raised, alone),) = clean.inside(
        """
        select count(*), count(*) filter (where child_id not in (
            select child_id from read_csv('{truth}/flags.csv') where state = 'raised'))
        from read_csv('{truth}/flags_off.csv') where flag_code = 'suspension' and state = 'raised'
        """
    )
    assert (sum(row[1] for row in would), sum(row[2] for row in would)) == (raised, alone) and raised > 0
