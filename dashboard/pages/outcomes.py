"""What a manager of the county asks: what huddles decided, what followed responses, who uses it, what changed.

It counts and names no child. What followed is told beside comparable children, with the limits of the marts: nothing
here says what a response, or the tool, did.
"""

from dataclasses import dataclass
from decimal import Decimal

from dashboard.published import Row
from dashboard.site import NotFound, Page, Place, Visit

STANDARD_ERRORS = 2
"""A difference within so many of them is none (mart_response_outcome)."""
MONTHS = 3
"""As many months of use are shown, the newest first."""

YEARS = """
    with told as (
        select huddle_date_key as date_key from core.fct_huddle
        union
        select event_date_key from core.fct_response_event
        union
        select date_key from core.dim_date where calendar_date = $day
    )

    select
        dates.academic_year,
        bool_or(dates.calendar_date = $day) as is_todays
    from told
    inner join core.dim_date as dates using (date_key)
    where dates.academic_year is not null
    group by dates.academic_year
    order by dates.academic_year desc
"""
# Each zone and the county: a child who was spoken about in two zones is one of the county.
HUDDLES = """
    with days as (
        select date_key from core.dim_date where academic_year = $year
    ),

    places as (
        select zone_key, zone_name, false as is_county from core.dim_zone
        union all
        select 'county', 'County', true
    ),

    huddles as (
        select
            if(grouping(zone_key) = 1, 'county', zone_key) as zone_key,
            count(*) filter (where huddle_state = 'held') as held_count,
            count(*) filter (where huddle_state = 'planned') as planned_count,
            count(*) filter (where huddle_state = 'not_recorded') as not_recorded_count,
            count(*) filter (where huddle_state = 'cancelled') as cancelled_count
        from core.fct_huddle
        where huddle_date_key in (select date_key from days)
        group by grouping sets ((zone_key), ())
    ),

    reviews as (
        select
            if(grouping(reviews.zone_key) = 1, 'county', reviews.zone_key) as zone_key,
            count(distinct nullif(reviews.child_durable_key, 'unknown')) as children_count,
            count(*) as reviews_count,
            histogram(coalesce(reviews.decision_code, '')) as decisions,
            count(*) filter (where decisions.response_event is not null) as for_response_count,
            count(*) filter (where decisions.response_event is not null and reviews.response_key <> 'unknown')
                as with_response_count,
            count(distinct reviews.response_key) filter (where responses.is_open) as open_count,
            count(distinct reviews.response_key) filter (where responses.is_review_overdue) as overdue_count
        from core.fct_huddle_review as reviews
        left join core.fct_response as responses on reviews.response_key = responses.response_key
        left join reference.ref_huddle_decision as decisions on reviews.decision_code = decisions.decision_code
        where reviews.huddle_date_key in (select date_key from days)
        group by grouping sets ((reviews.zone_key), ())
    )

    select
        places.zone_name,
        places.is_county,
        coalesce(huddles.held_count, 0) as held_count,
        coalesce(huddles.planned_count, 0) as planned_count,
        coalesce(huddles.not_recorded_count, 0) as not_recorded_count,
        coalesce(huddles.cancelled_count, 0) as cancelled_count,
        coalesce(reviews.children_count, 0) as children_count,
        coalesce(reviews.reviews_count, 0) as reviews_count,
        coalesce(reviews.decisions, map()) as decisions,
        coalesce(reviews.for_response_count, 0) as for_response_count,
        coalesce(reviews.with_response_count, 0) as with_response_count,
        coalesce(reviews.open_count, 0) as open_count,
        coalesce(reviews.overdue_count, 0) as overdue_count
    from places
    left join huddles on places.zone_key = huddles.zone_key
    left join reviews on places.zone_key = reviews.zone_key
    -- of schools on no map only where there is something to tell
    where places.zone_key <> 'unknown' or huddles.zone_key is not null or reviews.zone_key is not null
    order by places.is_county desc, places.zone_key = 'unknown', places.zone_name, places.zone_key
"""
ATTENDANCE = """
    select
        agencies.agency_name,
        count(*) as there_count,
        (select count(distinct huddle_key) from core.fct_huddle_attendance where huddle_date_key in (
            select date_key from core.dim_date where academic_year = $year)) as told_count
    from core.fct_huddle_attendance as attendance
    inner join reference.ref_agency as agencies using (agency_code)
    where attendance.huddle_date_key in (select date_key from core.dim_date where academic_year = $year)
    group by agencies.agency_name
    order by there_count desc, agencies.agency_name
"""
FLAGS = """
    select distinct flag_code, outcomes.flag_name, outcomes.unit, flags.display_order
    from mart.mart_response_outcome as outcomes
    inner join core.dim_flag as flags using (flag_code)
    order by flags.display_order
"""
FOLLOWED = """
    select
        outcomes.response_name, outcomes.is_all_responses, horizons.horizon_name, horizons.minimum_responses,
        outcomes.responses_count, outcomes.compared_count, outcomes.value_change_mean,
        outcomes.comparable_value_change_mean, outcomes.difference_mean, outcomes.difference_standard_error
    from mart.mart_response_outcome as outcomes
    inner join reference.ref_outcome_horizon as horizons using (half_terms_after)
    left join reference.ref_response as responses using (response_code)
    where outcomes.flag_code = $flag
    order by
        outcomes.is_all_responses desc, responses.display_order nulls last, outcomes.response_code,
        outcomes.half_terms_after
"""
TAKE_UP = f"""
    select
        use_month, place_name, place_type = 'county' as is_county, registered_users_count, active_users_count,
        schools_using_count, schools_count, not_known_reason_name
    from mart.mart_take_up
    where
        place_type in ('zone', 'county')
        and academic_year = $year
        and not is_current
        and (is_month_complete or not_known_reason_code is not null)
    qualify dense_rank() over (order by use_month desc) <= {MONTHS}
    order by use_month desc, is_county desc, place_name, place_code
"""
ENTERED = """
    with entered as (
        select zone_key, event_date_key as date_key, event_source, true as is_of_response
        from core.fct_response_event
        where is_standing
        union all
        select zone_key, huddle_date_key, event_source, false
        from core.fct_huddle_review
    ),

    counted as (
        select
            if(grouping(entered.zone_key) = 1, 'county', entered.zone_key) as zone_key,
            count(*) filter (where is_of_response and event_source = 'dashboard') as responses_here_count,
            count(*) filter (where is_of_response and event_source = 'case_system') as responses_there_count,
            count(*) filter (where not is_of_response and event_source = 'dashboard') as decisions_here_count,
            count(*) filter (where not is_of_response and event_source = 'case_system') as decisions_there_count
        from entered
        inner join core.dim_date as dates using (date_key)
        where dates.academic_year = $year
        group by grouping sets ((entered.zone_key), ())
    )

    select counted.* exclude (zone_key), coalesce(zones.zone_name, 'County') as zone_name
    from counted
    left join core.dim_zone as zones on counted.zone_key = zones.zone_key
    order by counted.zone_key = 'county' desc, counted.zone_key = 'unknown', zones.zone_name, counted.zone_key
"""
BENEFIT = """
    select
        benefit.comparison_id, benefit.comparison_name, benefit.measure_code, benefit.measure_name,
        benefit.is_in_total, benefit.before_per_year, benefit.after_per_year, benefit.gross_gbp, benefit.cost_gbp,
        benefit.net_gbp, benefit.claim, periods.before_from_date, periods.before_to_date - 1 as before_last_date,
        periods.after_from_date, periods.after_to_date - 1 as after_last_date
    from mart.mart_benefit as benefit
    inner join reference.ref_benefit_comparison as periods using (comparison_id)
    order by benefit.display_order
"""


def outcomes(visit: Visit) -> Page:
    """The page of those who see the whole county. Raises NotFound for everybody else."""
    if not visit.sees_whole_county:
        raise NotFound
    place = visit.place("county", "county")
    years = place.tables.rows(YEARS, day=visit.release_day)
    todays = next(row["academic_year"] for row in years if row["is_todays"])
    year = visit.chosen("year", [row["academic_year"] for row in years], todays)
    flags = {row["flag_code"]: row for row in place.tables.rows(FLAGS)}
    flag = visit.chosen("flag", flags, "any")
    zones = place.tables.rows(HUDDLES, year=year)
    return Page(
        "outcomes.html",
        "Outcomes and use",
        {
            "years": [row["academic_year"] for row in years],
            "year": year,
            "zones": zones,
            "decisions": _decisions(visit, zones),
            "attendance": place.tables.rows(ATTENDANCE, year=year),
            "flags": flags,
            "flag": flag,
            "measure": measure_of(flag, flags[flag]["unit"]) if flag in flags else None,
            "followed": place.tables.rows(FOLLOWED, flag=flag),
            "take_up": place.tables.rows(TAKE_UP, year=year),
            "entered": place.tables.rows(ENTERED, year=year),
            "comparisons": _comparisons(place),
        },
        place=place,
        chosen={"year": year, "flag": flag},
    )


@dataclass(frozen=True)
class Measure:
    """How a mean of mart_response_outcome is put: of a hundred children, with words for below and above 0."""

    unit: str
    below: str = "lower"
    above: str = "higher"
    moved: str = "moved "

    def amount(self, mean: Decimal | None) -> str:
        """A change or a difference: 1.6 fewer flags."""
        if mean is None:
            return "–"
        words = f"{abs(mean) * 100:.1f}"
        return words if float(words) == 0 else f"{words} {self._word(mean)}"

    def within(self, row: Row) -> str:
        """How far a difference may be off by chance; nothing where that is not known."""
        error = row["difference_standard_error"]
        return "" if error is None else f"± {error * STANDARD_ERRORS * 100:.1f}"

    def says(self, row: Row) -> str:
        """What may be said of a difference, and no more."""
        difference, error = row["difference_mean"], row["difference_standard_error"]
        if difference is None or error is None:
            return f"Too few to say: {row['minimum_responses']} must be compared"
        if abs(difference) <= STANDARD_ERRORS * error:
            return "No difference that can be told from chance"
        return f"{self.moved}{self._word(difference)} than comparable children".capitalize()

    def _word(self, mean: Decimal) -> str:
        return self.below if mean < 0 else self.above


def measure_of(flag_code: str, unit: str) -> Measure:
    """The measure of a flag, by the unit that the release gives it."""
    if flag_code == "any":
        # Comparable children had as many flags before: who moved lower has fewer.
        return Measure(f"{unit} of 100 children", "fewer flags", "more flags", "")
    shares = {"share, 0 to 1": "percentage points", "1 yes, 0 no": "of 100 children"}
    return Measure(shares.get(unit, f"{unit} of 100 children"))


def _decisions(visit: Visit, zones: list[Row]) -> dict[str, str]:
    """The kinds of decision by code, those that were made under no known code after them."""
    names = visit.known.decisions.names
    made = {code for row in zones for code in row["decisions"]}
    return names | {code: code or "Not written down" for code in sorted(made - set(names))}


def _comparisons(place: Place) -> list[list[Row]]:
    """The rows of each comparison of two periods."""
    found: dict[str, list[Row]] = {}
    for row in place.tables.rows(BENEFIT):
        found.setdefault(row["comparison_id"], []).append(row)
    return list(found.values())
