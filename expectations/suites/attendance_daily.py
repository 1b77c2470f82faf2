"""What must hold of the daily marks of a school: its own days, no day ahead, nobody lost since the file before."""

from expectations.suites.rules import CRITICAL, WARNING, Suite, none_of, pupils_of_a_day, rate_of

SUITES = (
    Suite(
        name="attendance_daily.marks",
        rules=(
            rate_of("rejected_row", severity=CRITICAL),
            rate_of("unknown_code", severity=CRITICAL),
            rate_of("upn_check_letter_wrong", severity=CRITICAL),
            # A stray row would speak for a whole day of another school.
            none_of("rows_of_another_school", severity=CRITICAL),
            none_of("days_ahead", severity=CRITICAL),
            none_of("days_swapped", severity=CRITICAL),
            none_of("days_back", severity=WARNING),
            pupils_of_a_day(),
            rate_of("days_out_of_term", severity=WARNING),
            rate_of("marks_missing", severity=WARNING),
            rate_of("pupils_unknown", severity=WARNING),
        ),
    ),
)
