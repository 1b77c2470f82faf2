"""Whether what a census of children in need says of a status can be so, counted; all of it is taken as it is."""

from expectations.metrics.incoming import Incoming, Metric, readable_date, share_of_accepted

ASK = "Ask whoever keeps the case system to correct these records; they are taken as they are"
EPISODES = "cin_census__episodes"
SCHOOL_AGE = 5
"""Years: from the term after this birthday on a child is at school, and has a UPN."""


def status_ended_before_it_began(incoming: Incoming) -> str:
    """The share of rows whose last day is before their first."""
    begin, end = _days(incoming.table)
    return share_of_accepted(incoming, f"{end} < {begin}", f"{end} is not null", "statuses ended before they began")


def status_after_reference_date(incoming: Incoming) -> str:
    """The share of rows that begin or end after the day that the census is of."""
    begin, end = _days(incoming.table)
    return share_of_accepted(
        incoming,
        f"greatest({begin}, coalesce({end}, {begin})) > rows._extract_date",
        "true",
        "statuses begin or end after the day that the census is of",
    )


def protected_without_need(incoming: Incoming) -> str:
    """The share of child protection plans that begin on a day on which their child is in no episode of need."""
    if f"incoming.{EPISODES}" not in incoming.relations:
        return "select null::varchar as delivery_id, null::double as value, null::varchar as detail where false"
    begin, opened, closed = (
        readable_date(column) for column in ("rows.start_date", "episodes.referral_date", "episodes.closure_date")
    )
    return share_of_accepted(
        incoming,
        f"""not exists (
            select 1 from incoming.{EPISODES} as episodes
            where
                episodes._delivery_id = rows._delivery_id and episodes._row_number = rows._row_number
                and {begin} between {opened} and coalesce({closed}, date '9999-12-31')
        )""",
        "true",
        "child protection plans begin outside any episode of need",
    )


def share_metrics() -> dict[str, Metric]:
    """What one row says by itself."""
    born = readable_date("r.birth_date")
    return {
        "school_age_without_upn": Metric(
            wording=f"children aged {SCHOOL_AGE} or more have no UPN: nobody can say who they are",
            where=f"reasons = '' and coalesce(nullif(trim(r.upn), ''), nullif(trim(r.former_upn), '')) is null "
            f"and {born} + interval {SCHOOL_AGE} year <= _extract_date",
            of=f"reasons = '' and {born} + interval {SCHOOL_AGE} year <= _extract_date",
            remedy="Ask for their UPNs to be looked up in the case system; until then no school's agenda knows of them",
        ),
        "closed_without_reason": Metric(
            wording="episodes are closed without a reason",
            where="reasons = '' and nullif(trim(r.closure_date), '') is not null "
            "and nullif(trim(r.closure_reason), '') is null",
            of="reasons = '' and nullif(trim(r.closure_date), '') is not null",
            remedy=ASK,
        ),
    }


def _days(table: str) -> tuple[str, str]:
    columns = ("referral_date", "closure_date") if table == EPISODES else ("start_date", "end_date")
    begin, end = (readable_date(f"rows.{column}") for column in columns)
    return begin, end
