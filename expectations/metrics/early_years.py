"""Whether what a setting returns of a child under five can be so, counted; what is only unlikely is taken as it is."""

from expectations.metrics.incoming import Metric, readable_date

ASK = "Ask the setting to correct its return; the row is taken as it is"


def share_metrics() -> dict[str, Metric]:
    """What one row says by itself."""
    census_day, birth_day = readable_date("r.census_date"), readable_date("r.birth_date")
    receives_premium = "lower(left(trim(r.has_pupil_premium), 1)) in ('y', 't', '1')"
    works = "try_cast(r.expanded_hours as double) > 0"
    return {
        "census_day_elsewhere": Metric(
            wording="rows are of a census of another year than the file, or of a day after it",
            where=f"reasons = '' and (year({census_day}) <> year(_extract_date) or {census_day} > _extract_date)",
            of="reasons = ''",
            remedy="Look whether day and month are exchanged; one file holds the settings' returns of one January",
        ),
        "not_under_five": Metric(
            wording="children were not born yet on the day of the census, or had been for five years",
            where=f"reasons = '' and ({birth_day} > {census_day} or {birth_day} + interval 5 year <= {census_day})",
            of="reasons = ''",
            remedy="Look whether day and month are exchanged in the birth dates, or another list was sent",
        ),
        "premium_without_basis": Metric(
            wording="children receive the early years pupil premium, and nothing says on what basis",
            where=f"reasons = '' and {receives_premium} and nullif(trim(r.premium_basis), '') is null",
            of=f"reasons = '' and {receives_premium}",
            remedy=ASK,
        ),
        "working_hours_without_code": Metric(
            wording="children have hours of the entitlement of working parents, and no eligibility code",
            where=f"reasons = '' and {works} and nullif(trim(r.eligibility_code), '') is null",
            of=f"reasons = '' and {works}",
            remedy=ASK,
        ),
    }
