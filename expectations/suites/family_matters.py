"""What must hold of the families programme's workbook: households, their members, their needs."""

from expectations.suites.rules import CRITICAL, Suite, rate_at_most, rows_within, says_what_it_said, set_aside_at_most

SUITES = (
    Suite(
        name="family_matters.households",
        rules=(
            rate_at_most("rejected_row", 0.05, severity=CRITICAL),
            set_aside_at_most(0.05),
            *rows_within(0.8, 1.25),
            *says_what_it_said(),
        ),
    ),
    Suite(
        name="family_matters.members",
        rules=(
            rate_at_most("rejected_row", 0.05, severity=CRITICAL),
            set_aside_at_most(0.05),
            rate_at_most("unknown_code", 0.05, severity=CRITICAL),
            *rows_within(0.8, 1.25),
            *says_what_it_said(),
            rate_at_most("rows_without_reference", 0.02, severity=CRITICAL),
        ),
    ),
    Suite(
        name="family_matters.needs",
        rules=(
            rate_at_most("rejected_row", 0.05, severity=CRITICAL),
            rate_at_most("unknown_code", 0.05, severity=CRITICAL),
            *rows_within(0.8, 1.25),
            *says_what_it_said(),
            rate_at_most("rows_without_reference", 0.02, severity=CRITICAL),
        ),
    ),
)
