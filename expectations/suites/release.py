"""What must hold of a build before any reader sees it: nothing lost, nothing invented, nothing unexplained."""

from expectations.suites.rules import CRITICAL, WARNING, Suite, moves_at_most, none_of, since_the_release_before

SUITE = Suite(
    name="release",
    rules=(
        none_of("relations_missing", severity=CRITICAL),
        # what was read is what is told, in both directions
        none_of("deliveries_unbalanced", severity=CRITICAL),
        none_of("children_lost", severity=CRITICAL),
        none_of("children_unexplained", severity=CRITICAL),
        none_of("enrolments_lost", severity=CRITICAL),
        none_of("enrolments_unexplained", severity=CRITICAL),
        # the county is whole
        none_of("schools_missing", severity=CRITICAL),
        none_of("pyramids_missing", severity=CRITICAL),
        none_of("zones_missing", severity=CRITICAL),
        none_of("zones_not_on_dashboard", severity=CRITICAL),
        none_of("dashboard_does_not_add_up", severity=CRITICAL),
        none_of("assessments_outside_zones", severity=WARNING),
        none_of("children_at_two_schools", severity=WARNING),
        none_of("cases_elsewhere", severity=WARNING),
        # every flag of every child, once, with its reasons
        none_of("population_empty", severity=WARNING),
        none_of("population_not_assessed", severity=CRITICAL),
        none_of("assessed_outside_population", severity=CRITICAL),
        none_of("assessments_out_of_grain", severity=CRITICAL),
        none_of("assessments_of_unknown_child", severity=CRITICAL),
        none_of("states_unknown", severity=CRITICAL),
        none_of("not_assessable_without_reason", severity=CRITICAL),
        none_of("assessed_without_evidence", severity=CRITICAL),
        none_of("direct_identifiers", severity=CRITICAL),
        # against the release before
        since_the_release_before(none_of("flags_no_longer_assessable", severity=CRITICAL)),
        since_the_release_before(none_of("flags_vanished", severity=CRITICAL)),
        since_the_release_before(none_of("flags_doubled", severity=CRITICAL)),
        since_the_release_before(moves_at_most("children_from_nowhere", 0.05, severity=CRITICAL)),
        since_the_release_before(moves_at_most("deciles_lost", 0.05, severity=CRITICAL)),
        since_the_release_before(moves_at_most("links_lost", 0.2, severity=CRITICAL)),
        # Half a term moves the rate of a large county's flag by five points at most, and a night hardly at all.
        since_the_release_before(moves_at_most("flag_rate_leapt", 0.1, severity=CRITICAL)),
        moves_at_most("flag_rate_moved", 0.05, severity=WARNING),
    ),
)
