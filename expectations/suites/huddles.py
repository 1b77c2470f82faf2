"""What must hold of the huddles and of the children spoken about there."""

from expectations.suites.rules import (
    CRITICAL,
    WARNING,
    Suite,
    birth_dates_agree,
    mostly_unchanged,
    rate_of,
    rows_within,
)

SUITES = (
    Suite(
        name="huddles.huddles",
        rules=(
            rate_of("rejected_row", severity=CRITICAL),
            *rows_within(),
            *mostly_unchanged(),
            rate_of("rows_left_behind", severity=CRITICAL),
        ),
    ),
    Suite(
        name="huddles.reviews",
        rules=(
            rate_of("rejected_row", severity=CRITICAL),
            rate_of("unknown_code", severity=CRITICAL),
            rate_of("upn_check_letter_wrong", severity=CRITICAL),
            *rows_within(),
            *mostly_unchanged(),
            rate_of("pupils_unknown", severity=WARNING),
            *birth_dates_agree(),
            rate_of("rows_without_reference", severity=CRITICAL),
        ),
    ),
)
