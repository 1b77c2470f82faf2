"""Whether what a SEN2 return says of education, health and care plans can be so: shares of rows."""

from expectations.metrics.incoming import Metric, readable_date

ASK = "Ask whoever keeps the plans to correct these records; they are taken as they are"


def share_metrics() -> dict[str, Metric]:
    """What one row says by itself."""
    received, decided = readable_date("r.received_date"), readable_date("r.outcome_date")
    start, ceased = readable_date("r.start_date"), readable_date("r.cease_date")
    return {
        "outcomes_before_requests": Metric(
            wording="requests for an assessment were decided before they were received",
            where=f"reasons = '' and {decided} < {received}",
            of=f"reasons = '' and {decided} is not null and {received} is not null",
            remedy=ASK,
        ),
        "plans_ceased_before_start": Metric(
            wording="plans ceased before they began",
            where=f"reasons = '' and {ceased} < {start}",
            of=f"reasons = '' and {ceased} is not null",
            remedy=ASK,
        ),
        "plans_ceased_without_reason": Metric(
            wording="plans ceased, and the reason is not said",
            where=f"reasons = '' and {ceased} is not null and nullif(trim(r.cease_reason_code), '') is null",
            of=f"reasons = '' and {ceased} is not null",
            remedy=ASK,
        ),
    }
