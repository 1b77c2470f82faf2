"""What must hold of the results of assessments, one file per assessment and year."""

from expectations.suites.rules import (
    CRITICAL,
    WARNING,
    Suite,
    birth_dates_agree,
    none_of,
    rate_at_most,
    rows_within,
    set_aside_at_most,
)

SUITES = tuple(
    Suite(
        name=f"attainment.{assessment}",
        rules=(
            rate_at_most("rejected_row", 0.05, severity=CRITICAL),
            set_aside_at_most(0.05),
            rate_at_most("unknown_code", 0.05, severity=CRITICAL),
            rate_at_most("upn_check_letter_wrong", 0.02, severity=CRITICAL),
            # The rows decide: they would stand in the place of another year's.
            none_of("rows_of_another_year", severity=CRITICAL),
            *rows_within(0.8, 1.25),
            none_of("schools_lost", severity=WARNING),
            none_of("columns_emptied", severity=WARNING),
            none_of("columns_rewritten", severity=WARNING),
            *birth_dates_agree(),
        ),
    )
    for assessment in ("eyfsp", "phonics", "ks1", "ks2", "ks4", "teacher")
)
