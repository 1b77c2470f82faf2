"""What must hold of the national register of schools and of its links to predecessors."""

from expectations.suites.rules import CRITICAL, Suite, rate_at_most, rows_within

SUITES = (
    Suite(
        name="school_register.establishments",
        rules=(
            rate_at_most("rejected_row", 0.05, severity=CRITICAL),
            *rows_within(0.8, 1.25),
        ),
    ),
    Suite(
        name="school_register.links",
        rules=(
            rate_at_most("rejected_row", 0.05, severity=CRITICAL),
            *rows_within(0.8, 1.25),
        ),
    ),
)
