"""Whether suspensions and exclusions can be so: codes of their time, days that the census asks of, a pupil on roll."""

from expectations.metrics.incoming import Incoming, readable_date, share_of_accepted

DAY = readable_date("rows.start_date")


def exclusion_codes_out_of_time(incoming: Incoming) -> str:
    """The share of rows whose category or reason was not in use on the first day: FIXD since 2020, OW before."""
    of_category = _out_of_time("ref_exclusion_category", "category_code", "rows.category")
    of_reason = _out_of_time("ref_exclusion_reason", "reason_code", "rows.reason_code")
    return _share(
        incoming, f"{of_category} or {of_reason}", "have a category or reason that was not in use on that day"
    )


def exclusions_out_of_period(incoming: Incoming) -> str:
    """The share of rows that begin on a day of which their census does not ask."""
    asked = f"""
        exists (
            select 1 from ref_census as census
            where
                census.census_year::varchar = trim(rows.census_year) and census.census_term = trim(rows.census_term)
                and {DAY} between census.exclusions_from_date::date and census.exclusions_to_date::date
        )
    """
    return _share(incoming, f"not {asked}", "begin on a day that the census does not ask about")


def exclusions_off_roll(incoming: Incoming) -> str:
    """The share of rows that begin before the pupil's first day at the school or after the last; null where the pupils
    are not in the batch."""
    if "incoming.school_census__pupils" not in incoming.relations:
        return "select null::varchar as delivery_id, null::double as value, null::varchar as detail where false"
    first, last = (readable_date(f"pupils.{column}") for column in ("entry_date", "leaving_date"))
    key = ("census_year", "census_term", "school_id", "roll", "pupil_return_id")
    same = " and ".join(f"pupils.{column} = rows.{column}" for column in key)
    off_roll = f"""
        exists (
            select 1 from incoming.school_census__pupils as pupils
            where {same} and ({DAY} < {first} or {DAY} > {last})
        )
    """
    return _share(incoming, off_roll, "begin before the pupil's first day at the school or after the last")


def _out_of_time(seed: str, code: str, value: str) -> str:
    return f"""
        exists (
            select 1 from {seed} as codes
            where
                codes.{code} = upper(trim({value}))
                and not ({DAY} >= codes.valid_from_date::date and {DAY} < codes.valid_to_date::date)
        )
    """


def _share(incoming: Incoming, wrong: str, wording: str) -> str:
    return share_of_accepted(incoming, wrong, "true", f"suspensions and exclusions {wording}")
