"""What must hold of the School Census, one school's XML and a whole authority's blocks alike."""

from expectations.suites.rules import (
    CRITICAL,
    WARNING,
    Suite,
    birth_dates_agree,
    every_school_returned,
    none_of,
    rate_of,
    rows_within,
    school_rolls,
    schools_covered,
    set_aside,
)

SUITES = (
    Suite(
        name="school_census.pupils",
        rules=(
            rate_of("rejected_row", severity=CRITICAL),
            set_aside(),
            rate_of("unknown_code", severity=CRITICAL),
            rate_of("upn_check_letter_wrong", severity=CRITICAL),
            rate_of("birth_date_outside_nc_year", severity=WARNING),
            *birth_dates_agree(),
            rate_of("sexes_disagree", severity=WARNING),
            none_of("rows_withdrawn", severity=WARNING),
            none_of("columns_emptied", severity=WARNING),
            none_of("columns_rewritten", severity=WARNING),
            *rows_within(),
            *school_rolls(),
            rate_of("pupils_on_two_rolls", severity=WARNING),
            *schools_covered(),
            none_of("schools_lost", severity=CRITICAL),
        ),
    ),
    Suite(name="school_census.pupils", each="period", rules=(every_school_returned(),)),
    Suite(
        name="school_census.sessions",
        rules=(
            rate_of("rejected_row", severity=CRITICAL),
            rate_of("unknown_code", severity=CRITICAL),
            rate_of("retired_code", severity=WARNING),
            rate_of("sessions_exceed_possible", severity=WARNING),
            rate_of("rows_without_reference", severity=CRITICAL),
        ),
    ),
    Suite(
        name="school_census.fsm_periods",
        rules=(
            rate_of("rejected_row", severity=CRITICAL),
            rate_of("unknown_code", severity=CRITICAL),
            rate_of("rows_without_reference", severity=CRITICAL),
        ),
    ),
    Suite(
        name="school_census.sen_needs",
        rules=(
            rate_of("rejected_row", severity=CRITICAL),
            set_aside(),
            rate_of("unknown_code", severity=CRITICAL),
            rate_of("rows_without_reference", severity=CRITICAL),
        ),
    ),
    Suite(
        name="school_census.exclusions",
        rules=(
            rate_of("rejected_row", severity=CRITICAL),
            set_aside(),
            rate_of("unknown_code", severity=CRITICAL),
            rate_of("rows_without_reference", severity=CRITICAL),
            rate_of("exclusion_codes_out_of_time", severity=WARNING),
            rate_of("exclusions_out_of_period", severity=WARNING),
            rate_of("exclusions_off_roll", severity=WARNING),
        ),
    ),
    Suite(
        name="school_census.addresses",
        rules=(
            rate_of("rejected_row", severity=CRITICAL),
            rate_of("unknown_code", severity=CRITICAL),
            rate_of("rows_without_reference", severity=CRITICAL),
        ),
    ),
)
