"""Whether what a notification of the police says of itself can be so, counted; it is taken as it is."""

from expectations.metrics.incoming import Metric, readable_date

GRADED = "lower(trim(r.kind_code)) = 'ppn'"
"""A public protection notice has a grade; of the other kinds the police state one or not."""


def share_metrics() -> dict[str, Metric]:
    """What one row says by itself."""
    return {
        "received_before_incident": Metric(
            wording="notifications were received before the day of their incident",
            where=f"reasons = '' and {readable_date('r.received_date')} < {readable_date('r.incident_date')}",
            of="reasons = ''",
            remedy="Look whether day and month are exchanged, or the two columns; they are taken as they are",
        ),
        "notice_without_grade": Metric(
            wording="public protection notices have no grade",
            where=f"reasons = '' and {GRADED} and nullif(trim(r.grade_code), '') is null",
            of=f"reasons = '' and {GRADED}",
            remedy="Ask the police for the grades; until then these notices count towards nothing that asks for one",
        ),
    }
