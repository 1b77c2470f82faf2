"""What must hold of the national register of schools and of its links to predecessors."""

from expectations.suites.rules import CRITICAL, WARNING, Suite, none_of, rate_of, rows_within

SUITES = (
    Suite(
        name="school_register.establishments",
        rules=(
            rate_of("rejected_row", severity=CRITICAL),
            *rows_within(),
            none_of("rows_gone", severity=WARNING),
            none_of("columns_rewritten", severity=WARNING),
        ),
    ),
    Suite(
        name="school_register.links",
        rules=(
            rate_of("rejected_row", severity=CRITICAL),
            *rows_within(),
            none_of("rows_gone", severity=WARNING),
        ),
    ),
)
