"""What must hold of the indices of deprivation by small area."""

from expectations.suites.rules import CRITICAL, Suite, rate_at_most, rows_within

SUITES = (
    Suite(
        name="deprivation.lsoa",
        rules=(
            rate_at_most("rejected_row", 0.05, severity=CRITICAL),
            *rows_within(0.8, 1.25),
        ),
    ),
)
