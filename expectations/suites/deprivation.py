"""What must hold of the indices of deprivation by small area."""

from expectations.suites.rules import CRITICAL, Suite, rate_of, rows_within

SUITES = (
    Suite(
        name="deprivation.lsoa",
        rules=(
            rate_of("rejected_row", severity=CRITICAL),
            *rows_within(),
        ),
    ),
)
