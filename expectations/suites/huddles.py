"""What must hold of the huddles and of the children spoken about there."""

from expectations.suites.rules import (
    CRITICAL,
    WARNING,
    Suite,
    birth_dates_agree,
    rate_at_most,
    rows_within,
    says_what_it_said,
)

SUITES = (
    Suite(
        name="huddles.huddles",
        rules=(
            rate_at_most("rejected_row", 0.05, severity=CRITICAL),
            *rows_within(0.9, 2.0),
            *says_what_it_said(),
            rate_at_most("rows_left_behind", 0.05, severity=CRITICAL),
        ),
    ),
    Suite(
        name="huddles.reviews",
        rules=(
            rate_at_most("rejected_row", 0.05, severity=CRITICAL),
            rate_at_most("unknown_code", 0.05, severity=CRITICAL),
            rate_at_most("upn_check_letter_wrong", 0.02, severity=CRITICAL),
            *rows_within(0.9, 2.0),
            *says_what_it_said(),
            rate_at_most("pupils_unknown", 0.05, severity=WARNING),
            *birth_dates_agree(),
            rate_at_most("rows_without_reference", 0.02, severity=CRITICAL),
        ),
    ),
)
