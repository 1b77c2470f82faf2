"""What must hold of the list of children not in school."""

from expectations.suites.rules import (
    CRITICAL,
    WARNING,
    Suite,
    birth_dates_agree,
    mostly_unchanged,
    none_of,
    rate_of,
    rows_within,
    set_aside,
)

SUITES = (
    Suite(
        name="not_in_school.spells",
        rules=(
            rate_of("rejected_row", severity=CRITICAL),
            set_aside(),
            rate_of("unknown_code", severity=CRITICAL),
            *birth_dates_agree(),
            none_of("columns_emptied", severity=WARNING),
            *rows_within(),
            *mostly_unchanged(),
            rate_of("not_of_school_age", severity=CRITICAL),
            rate_of("spells_ahead", severity=CRITICAL),
            rate_of("spells_backwards", severity=CRITICAL),
            rate_of("home_education_unsuitable", severity=WARNING),
            rate_of("order_while_suitable", severity=WARNING),
        ),
    ),
)
