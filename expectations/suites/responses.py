"""What must hold of the log of responses: nothing lost since the delivery before, children who are known."""

from expectations.suites.rules import (
    CRITICAL,
    WARNING,
    Suite,
    birth_dates_agree,
    rate_at_most,
    rows_within,
    says_what_it_said,
    set_aside_at_most,
)

SUITES = (
    Suite(
        name="responses.events",
        rules=(
            rate_at_most("rejected_row", 0.05, severity=CRITICAL),
            set_aside_at_most(0.05),
            rate_at_most("unknown_code", 0.05, severity=CRITICAL),
            rate_at_most("upn_check_letter_wrong", 0.02, severity=CRITICAL),
            *rows_within(1.0, 2.0),
            rate_at_most("pupils_unknown", 0.05, severity=WARNING),
            *birth_dates_agree(),
            *says_what_it_said(),
            rate_at_most("rows_without_reference", 0.02, severity=CRITICAL),
        ),
    ),
)
