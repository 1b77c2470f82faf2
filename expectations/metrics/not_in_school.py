"""Whether what a list of children not in school says can be so, counted; what is only unlikely is taken as it is."""

from expectations.metrics.incoming import Metric, readable_date


def share_metrics() -> dict[str, Metric]:
    """What one row says by itself."""
    start, birth_day = readable_date("r.start_date"), readable_date("r.birth_date")
    is_home = _means("kind", "home")
    is_open = "nullif(trim(r.end_date), '') is null"
    has_order = "lower(left(trim(r.has_attendance_order), 1)) in ('y', 't', '1')"
    # Compulsory school age begins after the fifth birthday and ends in the summer of Year 11; a list may be early.
    too_young, too_old = f"{birth_day} + interval 4 year > {start}", f"{birth_day} + interval 17 year <= {start}"
    return {
        "not_of_school_age": Metric(
            wording="children were under four or over sixteen when their spell began",
            where=f"reasons = '' and ({too_young} or {too_old})",
            of="reasons = ''",
            remedy="Look whether day and month are exchanged, or another list was sent",
        ),
        "home_education_unsuitable": Metric(
            wording="children are educated at home, and it is not suitable",
            where=f"reasons = '' and {is_home} and {is_open} and {_means('suitability', 'not_suitable')}",
            of=f"reasons = '' and {is_home} and {is_open}",
            remedy="The department counts them as missing education, and so do we; move them to that list",
        ),
        "order_while_suitable": Metric(
            wording="children have a school attendance order, and their education is suitable",
            where=f"reasons = '' and {has_order} and {_means('suitability', 'suitable')}",
            of="reasons = ''",
            remedy="Ask who keeps the list whether the order is still in force; the rows are taken as they are",
        ),
    }


def _means(thing: str, meaning: str) -> str:
    """SQL: whether the code of a kind or a suitability that was delivered stands for this."""
    seed, column = f"ref_not_in_school_{thing}", f"{thing}_code"
    return f"lower(trim(r.{column})) in (select lower({column}) from {seed} where {thing} = '{meaning}')"
