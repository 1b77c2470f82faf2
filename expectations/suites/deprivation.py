"""What must hold of the indices of deprivation by small area."""

from expectations.suites.rules import CRITICAL, WARNING, Suite, none_of, rate_of, rows_within

SUITES = (
    Suite(
        name="deprivation.lsoa",
        rules=(
            rate_of("rejected_row", severity=CRITICAL),
            *rows_within(),
            none_of("rows_withdrawn", severity=WARNING),
        ),
    ),
)
