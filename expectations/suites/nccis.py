"""What must hold of the monthly return of young people after Year 11.

What the return itself must keep to (the checks of its requirement) is told of: a record that breaks one may be true,
and the authority has to send it all the same.
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
        name="nccis.young_people",
        rules=(
            rate_of("rejected_row", severity=CRITICAL),
            set_aside(),
            rate_of("unknown_code", severity=CRITICAL),
            *birth_dates_agree(),
            rate_of("sexes_disagree", severity=WARNING),
            none_of("columns_emptied", severity=WARNING),
            *rows_within(),
            rate_of("learner_numbers_shared", severity=WARNING),
            rate_of("transfers_without_authority", severity=WARNING),
            rate_of("over_eighteen_without_send", severity=WARNING),
        ),
    ),
    Suite(
        name="nccis.activities",
        rules=(
            rate_of("rejected_row", severity=CRITICAL),
            set_aside(),
            rate_of("unknown_code", severity=CRITICAL),
            rate_of("rows_without_reference", severity=CRITICAL),
            rate_of("neet_without_start", severity=WARNING),
            rate_of("neet_started_after_activity", severity=WARNING),
            rate_of("neet_started_before_fifteen", severity=WARNING),
            rate_of("verified_before_ascertained", severity=WARNING),
            rate_of("lapse_disagrees", severity=WARNING),
            rate_of("learning_without_end", severity=WARNING),
            rate_of("reviews_missing", severity=WARNING),
            rate_of("send_activities_without_send", severity=WARNING),
        ),
    ),
    Suite(
        name="nccis.guarantees",
        rules=(
            rate_of("rejected_row", severity=CRITICAL),
            rate_of("unknown_code", severity=CRITICAL),
            rate_of("rows_without_reference", severity=CRITICAL),
            rate_of("year_12_codes_in_year_11", severity=WARNING),
        ),
    ),
    Suite(
        name="nccis.characteristics",
        rules=(
            rate_of("rejected_row", severity=CRITICAL),
            rate_of("unknown_code", severity=CRITICAL),
            rate_of("rows_without_reference", severity=CRITICAL),
        ),
    ),
)
