"""What must hold of the yearly census of settings for children under five."""

from expectations.suites.rules import (
    CRITICAL,
    WARNING,
    Suite,
    birth_dates_agree,
    none_of,
    rate_of,
    rows_within,
    set_aside,
)

SUITES = (
    Suite(
        name="early_years_census.places",
        rules=(
            rate_of("rejected_row", severity=CRITICAL),
            set_aside(),
            rate_of("unknown_code", severity=CRITICAL),
            *birth_dates_agree(),
            none_of("columns_emptied", severity=WARNING),
            *rows_within(),
            rate_of("census_day_elsewhere", severity=CRITICAL),
            rate_of("not_under_five", severity=CRITICAL),
            rate_of("premium_without_basis", severity=WARNING),
            rate_of("working_hours_without_code", severity=WARNING),
        ),
    ),
)
