"""What must hold of the yearly census of children in need.

Records that contradict themselves are taken and told of: the authority has returned them as they are.
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

OF_A_STATUS = (
    rate_of("rejected_row", severity=CRITICAL),
    rate_of("rows_without_reference", severity=CRITICAL),
    rate_of("status_ended_before_it_began", severity=WARNING),
    rate_of("status_after_reference_date", severity=WARNING),
)
"""Of every table that says from when to when a status lasted."""

SUITES = (
    Suite(
        name="cin_census.children",
        rules=(
            rate_of("rejected_row", severity=CRITICAL),
            set_aside(),
            rate_of("unknown_code", severity=CRITICAL),
            *birth_dates_agree(),
            rate_of("sexes_disagree", severity=WARNING),
            none_of("columns_emptied", severity=WARNING),
            *rows_within(),
            rate_of("school_age_without_upn", severity=WARNING),
        ),
    ),
    Suite(
        name="cin_census.episodes",
        rules=(
            *OF_A_STATUS,
            set_aside(),
            rate_of("unknown_code", severity=CRITICAL),
            rate_of("closed_without_reason", severity=WARNING),
        ),
    ),
    Suite(name="cin_census.plans", rules=OF_A_STATUS),
    Suite(
        name="cin_census.protection_plans", rules=(*OF_A_STATUS, rate_of("protected_without_need", severity=WARNING))
    ),
)
