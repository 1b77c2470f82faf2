"""Six more questions of an analyst: each answer of docs/analysts/more-questions.md worked out once more.

From facts where the query reads marts, and row by row in Python where it counts days, terms and moves.
"""

import datetime
from collections import Counter, defaultdict
from itertools import pairwise
from statistics import median
from typing import Any

import pytest

from orchestration.documentation import worked
from tests.support.warehouse import DAY, Warehouse

TODAY = datetime.date.fromisoformat(DAY)
Row = tuple[Any, ...]


def asked(clean: Warehouse, name: str) -> list[Row]:
    """What the query of this name answers."""
    return clean.release(worked.named(f"more-questions/{name}").sql)


def test_flags_that_cannot_be_judged_are_those_of_the_fact(clean: Warehouse) -> None:
    names = dict(clean.release("select reason_code, reason_name from reference.ref_unassessable_reason"))
    every: Counter[tuple[str, str]] = Counter()
    unjudged: Counter[tuple[str, str, str]] = Counter()
    for school, flag, reason in clean.release(
        """
        select schools.school_name, flags.flag_name, facts.reason_code
        from core.fct_flag_assessment as facts
        inner join core.dim_school as schools on facts.school_key = schools.school_key
        inner join core.dim_flag as flags on facts.flag_key = flags.flag_key
        where facts.is_current
        """
    ):
        every[school, flag] += 1
        if reason:
            unjudged[school, flag, names[reason]] += 1
    answered = asked(clean, "flags-that-cannot-be-judged-by-school-and-reason")
    assert len(answered) == len(unjudged) > 10
    for school, flag, reason, count, of_children, share in answered:
        assert (count, of_children) == (unjudged[school, flag, reason], every[school, flag])
        assert share == round(count / of_children, 3)


def test_suspensions_by_year_group_are_those_of_the_days_and_of_the_countys_truth(clean: Warehouse) -> None:
    """The year group by the version of the day, terms by their first and last; all of them as the truth has them."""
    terms = clean.release(
        """
        select academic_year, term, min(calendar_date), max(calendar_date) from core.dim_date
        where is_in_term group by all having max(calendar_date) <= (
            select max(exclusions_to_date) from reference.ref_census where reference_date <= ?)
        order by 3 desc limit 6
        """,
        TODAY,
    )
    counts: Counter[tuple[Any, ...]] = Counter()
    children: dict[tuple[Any, ...], set[str]] = defaultdict(set)
    sessions: Counter[tuple[Any, ...]] = Counter()
    for child, year_group, day, missed in clean.release(
        """
        select facts.child_durable_key, versions.nc_year, facts.excluded_date, facts.sessions_excluded
        from core.fct_exclusion as facts
        left join core.dim_child as versions
            on facts.child_durable_key = versions.child_durable_key
            and versions.valid_from_date <= facts.excluded_date and versions.valid_to_date > facts.excluded_date
        where facts.category_code = 'SUSP'
        """
    ):
        for academic_year, term, first, last in terms:
            if first <= day <= last:
                cell = (academic_year, term, year_group)
                counts[cell] += 1
                children[cell].add(child)
                sessions[cell] += missed
    answered = asked(clean, "suspensions-by-year-group-term-by-term")
    assert {row[:3]: row[3:] for row in answered} == {
        cell: (count, len(children[cell]), sessions[cell]) for cell, count in counts.items()
    }
    days = " or ".join(f"start_date between date '{first}' and date '{last}'" for *_, first, last in terms)
    ((true,),) = clean.inside(
        f"select count(*) from read_csv('{{truth}}/exclusions.csv') where category = 'SUSP' and ({days})"
    )
    assert sum(row[3] for row in answered) == true > 0
    numbered = [int(row[2]) for row in answered if row[:2] == answered[0][:2] and (row[2] or "").isdigit()]
    assert numbered == sorted(numbered)


def test_how_long_responses_take_is_counted_event_by_event(clean: Warehouse) -> None:
    is_answer = dict(clean.release("select response_code, is_answer from reference.ref_response"))
    within = dict(clean.release("select response_code, review_within_days from reference.ref_response"))
    events: dict[str, list[Row]] = defaultdict(list)
    corrected = {
        key
        for (key,) in clean.release(
            "select corrects_response_event_key from core.fct_response_event "
            "where corrects_response_event_key is not null"
        )
    }
    for key, response, kind, code, day, due in clean.release(
        "select response_event_key, response_key, event_kind, response_code, event_date, review_due_date "
        "from core.fct_response_event order by event_order"
    ):
        if key not in corrected and kind != "withdrawn":
            events[response].append((kind, code, day, due))
    found: dict[str, list[Row]] = defaultdict(list)
    for response, zone, opened, is_open in clean.release(
        """
        select facts.response_key, zones.zone_name, facts.opened_date, facts.is_open
        from core.fct_response as facts inner join core.dim_zone as zones on facts.zone_key = zones.zone_key
        """
    ):
        log = events[response]
        answered_on = min((day for _, code, day, _ in log if is_answer[code]), default=None)
        reviewed_on = min((day for kind, _, day, _ in log if kind in {"reviewed", "closed"}), default=None)
        _, code, day, named = log[0]
        due = named or day + datetime.timedelta(within[code])
        days_new = (answered_on - opened).days if answered_on else None
        waits = (TODAY - opened).days if answered_on is None and is_open else None
        found[zone].append((days_new, waits, due <= TODAY, reviewed_on is not None and reviewed_on <= due))
    answered = asked(clean, "how-long-a-response-takes")
    assert len(answered) == len(found) > 1
    for zone, responses, later, middle, still_new, longest, due_count, share in answered:
        rows = found[zone]
        days = [row[0] for row in rows if row[0]]
        waits = [row[1] for row in rows if row[1] is not None]
        come = [row[3] for row in rows if row[2]]
        assert (responses, later, middle) == (len(rows), len(days), median(days) if days else None), zone
        assert (still_new, longest) == (len(waits), max(waits, default=None)), zone
        assert (due_count, share) == (len(come), round(sum(come) / len(come), 3) if come else None), zone


def test_children_who_moved_between_zones_are_those_of_the_enrolments(clean: Warehouse) -> None:
    """One registration after another, each school where it lay on the day of the move."""
    zones: dict[str, list[Row]] = defaultdict(list)
    for school, zone, first, end in clean.release(
        """
        select schools.school_durable_key, zones.zone_name, schools.valid_from_date, schools.valid_to_date
        from core.dim_school as schools inner join core.dim_zone as zones on schools.zone_key = zones.zone_key
        """
    ):
        zones[school].append((zone, first, end))

    def zone_of(school: str, day: datetime.date) -> str:
        return next(zone for zone, first, end in zones[school] if first <= day < end)

    spells: dict[str, list[Row]] = defaultdict(list)
    for child, school, begun, ended in clean.release(
        "select child_durable_key, school_durable_key, valid_from_date, valid_to_date from core.fct_enrolment "
        "where is_main and child_durable_key <> 'unknown' order by valid_from_date, valid_to_date"
    ):
        spells[child].append((school, begun, ended))
    came: Counter[str] = Counter()
    went: Counter[str] = Counter()
    children: dict[str, set[str]] = defaultdict(set)
    for child, schools in spells.items():
        for before, after in pairwise(schools):
            within = datetime.date(2025, 9, 1) < before[2] <= after[1] <= TODAY
            if before[0] == after[0] or not within:
                continue
            left, reached = zone_of(before[0], after[1]), zone_of(after[0], after[1])
            if left != reached:
                came[reached] += 1
                went[left] += 1
                children[left].add(child)
                children[reached].add(child)
    answered = asked(clean, "children-who-moved-between-zones")
    assert answered == [
        (zone, came[zone], went[zone], came[zone] - went[zone], len(children[zone])) for zone in sorted(children)
    ]
    assert sum(row[3] for row in answered) == 0 and sum(row[1] for row in answered) > 0


def test_not_known_after_year_11_is_that_of_the_spells_month_by_month(clean: Warehouse) -> None:
    spells = clean.release(
        """
        select young_person_key, year_12_start_year, is_not_known, is_lapsed, is_neet, first_told_date, last_told_date
        from core.fct_post16_activity where is_counted
        """
    )
    months = [
        month
        for (month,) in clean.release(
            "select distinct covers_to_date from core.dim_delivery where source = 'nccis' and is_in_force order by 1"
        )
    ]
    again = []
    for month in months:
        began = month.year if month.month >= 9 else month.year - 1
        told = [row for row in spells if row[5] <= month <= row[6] and 0 <= began - row[1] <= 1]
        people = {row[0] for row in told}
        assert len(people) == len(told)
        unknown, lapsed, neet = (sum(row[index] for row in told) for index in (2, 3, 4))
        again.append((month, len(people), unknown, lapsed, unknown / len(people), neet / len(people)))
    answered = asked(clean, "after-year-11-not-known-month-by-month")
    assert [row[:4] for row in answered] == [row[:4] for row in again] and len(again) > 1
    for row, counted in zip(answered, again, strict=True):
        assert [float(rate) for rate in row[4:]] == pytest.approx(list(counted[4:]), abs=0.00006)


def test_surprises_are_flags_of_families_that_went_up(clean: Warehouse) -> None:
    """Child by child along the dates: up now, and not up when it was last known. One source here is not a school's."""
    states: defaultdict[tuple[str, str], list[tuple[datetime.date, str, str]]] = defaultdict(list)
    up: Counter[tuple[str, datetime.date]] = Counter()
    dates = [
        day for (day,) in clean.release("select calendar_date from core.dim_date where is_assessment_date order by all")
    ]
    for child, flag, day, state, source in clean.release(
        """
        select facts.child_durable_key, flags.flag_code, facts.as_of_date, facts.flag_state, deliveries.source
        from core.fct_flag_assessment as facts
        inner join core.dim_flag as flags on facts.flag_key = flags.flag_key
        left join core.dim_delivery as deliveries on facts.delivery_key = deliveries.delivery_key
        semi join (from core.dim_date where is_assessment_date) as dates on facts.as_of_date = dates.calendar_date
        where facts.population_code = 'school_age' order by all
        """
    ):
        states[child, flag].append((day, state, source))
        up[child, day] += state == "raised"
    opened: defaultdict[str, list[datetime.date]] = defaultdict(list)
    for child, day in clean.release("select child_durable_key, opened_date from core.fct_response"):
        opened[child].append(day)

    surprises: Counter[datetime.date] = Counter()
    first_words: Counter[datetime.date] = Counter()
    answered: Counter[datetime.date] = Counter()
    for (child, _), history in states.items():
        was_up, last = False, None
        for day, state, source in history:
            if last is not None and dates.index(day) != dates.index(last) + 1:
                was_up = False  # had left, and came back
            last = day
            if state == "raised" and not was_up and source == "family_matters" and day != dates[0]:
                surprises[day] += 1
                first_words[day] += up[child, day] == 1
                after = next((later for later in dates if later > day), day)
                answered[day] += any(day <= one < after for one in opened[child])
            was_up = was_up if state == "not_assessable" else state == "raised"

    told = {
        row[0]: row[1:]
        for row in clean.release(
            "select as_of_date, surprises_count, first_words_count, answered_count from mart.mart_surprise "
            "where is_county and source = 'family_matters'"
        )
    }
    assert told == {day: (surprises[day], first_words[day], answered[day]) for day in dates[1:]}
    assert sum(surprises.values()) > 10
    assert 0 < sum(answered.values()) < sum(surprises.values())
    zones = clean.release(
        "select as_of_date, sum(surprises_count) from mart.mart_surprise where not is_county group by all"
    )
    assert {day: int(count) for day, count in zones} == {day: surprises[day] for day in dates[1:]}
    assert len(asked(clean, "what-partners-told-schools-that-was-new")) == 6
