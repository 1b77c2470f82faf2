"""What must hold of a school's list of safeguarding concerns.

A row that cannot be so is told of and taken: the school has it so. One of another school would be a concern of somebody
else's child.
"""

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
        name="concerns.concerns",
        rules=(
            rate_of("rejected_row", severity=CRITICAL),
            set_aside(),
            rate_of("unknown_code", severity=CRITICAL),
            rate_of("upn_check_letter_wrong", severity=CRITICAL),
            none_of("rows_of_another_school", severity=CRITICAL),
            *birth_dates_agree(),
            none_of("columns_emptied", severity=WARNING),
            *rows_within(),
            rate_of("pupils_unknown", severity=WARNING),
            none_of("categories_unmapped", severity=WARNING),
            rate_of("concerns_after_extract", severity=WARNING),
            rate_of("concerns_closed_before_raised", severity=WARNING),
            rate_of("concerns_open_with_closing_day", severity=WARNING),
        ),
    ),
)
