"""What must hold of the results of assessments, one file per assessment and year."""

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

SUITES = tuple(
    Suite(
        name=f"attainment.{assessment}",
        rules=(
            rate_of("rejected_row", severity=CRITICAL),
            set_aside(),
            rate_of("unknown_code", severity=CRITICAL),
            rate_of("upn_check_letter_wrong", severity=CRITICAL),
            # The rows decide: they would stand in the place of another year's.
            none_of("rows_of_another_year", severity=CRITICAL),
            *rows_within(),
            none_of("schools_lost", severity=WARNING),
            none_of("rows_withdrawn", severity=WARNING),
            none_of("columns_emptied", severity=WARNING),
            none_of("columns_rewritten", severity=WARNING),
            *birth_dates_agree(),
        ),
    )
    for assessment in ("eyfsp", "phonics", "ks1", "ks2", "ks4", "teacher")
)
