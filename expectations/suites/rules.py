"""The words in which a suite says what must hold: rates, volumes, coverage, and how bad it is if they do not.

How much is tolerated stands in the contract, and nowhere else: a suite names the rule and its severity.

A suite is a table's list of rules; a rule is a metric, the name of a tolerance and a severity. To add a rule, name a
metric of `expectations.metrics.catalogue` (or add one there: a few lines of SQL and a remedy) and call a function
below. To add a suite, list it in `SUITES` of the source's module; its name is `<source>.<table>`.
"""

from dataclasses import dataclass, replace
from typing import Literal

from expectations.metrics.catalogue import metric

Severity = Literal["critical", "warning"]
CRITICAL: Severity = "critical"
WARNING: Severity = "warning"
"""Great Expectations' own severities: critical stops what is downstream, a warning is shown."""


@dataclass(frozen=True)
class Rule:
    """One thing that must hold. Both limits are inclusive.

    The limit of a rule with a `tolerance` is the contract's, by that name: the most that may be, or the least
    (`is_floor`). What `may_be_accepted` compares with the release before: an engineer may say that a change beyond the
    limit is true.
    """

    name: str
    metric: str
    severity: Severity
    at_least: float | None = None
    at_most: float | None = None
    tolerance: str | None = None
    is_floor: bool = False
    as_rate: bool = True
    may_be_accepted: bool = False

    def within(self, tolerances: dict[str, float]) -> "Rule":
        """The rule with the limit that the contract states. Raises LookupError where it must state one and does not."""
        if self.tolerance in tolerances:
            limit = float(tolerances[self.tolerance])
            return replace(self, at_least=limit) if self.is_floor else replace(self, at_most=limit)
        if self.at_least is None and self.at_most is None:
            raise LookupError(f"The contract states no tolerance {self.tolerance}, which the rule {self.name} needs.")
        return self

    @property
    def description(self) -> str:
        """What the rule is about, for those who see it listed."""
        return f"{self.expected}: {metric(self.metric).wording}"

    @property
    def expected(self) -> str:
        """The limit in words, as results show it."""
        show = "{:.4%}" if self.as_rate else "{:.0f}"
        words = [("at least", self.at_least), ("at most", self.at_most)]
        limits = [f"{word} {tidy(show.format(limit))}" for word, limit in words if limit is not None]
        return " and ".join(limits)


@dataclass(frozen=True)
class Suite:
    """What must hold of one table of each delivery (or of each period that the deliveries are of), or of a release."""

    name: str
    rules: tuple[Rule, ...]
    each: str = "delivery"

    @property
    def table(self) -> str:
        return self.name.split(".")[1]

    @property
    def metrics(self) -> list[str]:
        """The metrics its rules are about, once each."""
        return list(dict.fromkeys(rule.metric for rule in self.rules))

    def within(self, tolerances: dict[str, float]) -> "Suite":
        """The suite with the tolerances that a contract states."""
        return replace(self, rules=tuple(rule.within(tolerances) for rule in self.rules))


def rate_of(name: str, severity: Severity) -> Rule:
    """No larger a share of the rows than the contract tolerates. A single row is always allowed: a tiny delivery can be
    right."""
    return Rule(name, name, severity, tolerance=f"{name}_rate")


def set_aside() -> Rule:
    """No more rows without a value of theirs than may be rejected: a column that slipped is no oddity of a few rows."""
    return Rule("set_aside_row", "set_aside_row", CRITICAL, tolerance="rejected_row_rate")


def at_least_one(name: str, severity: Severity) -> Rule:
    """There is something of it at all."""
    return Rule(name, name, severity, at_least=1, as_rate=False)


def none_of(name: str, severity: Severity) -> Rule:
    """There is not a single one of it, unless the contract tolerates some."""
    return Rule(name, name, severity, at_most=0, tolerance=name, as_rate=False)


def moves_at_most(name: str, points: float, severity: Severity) -> Rule:
    """A rate moved by no more than this, up or down, from 0 to 1."""
    return Rule(name, name, severity, at_most=points)


def since_the_release_before(rule: Rule) -> Rule:
    """The same rule as one that an engineer may accept for once, with a reason that is kept."""
    return replace(rule, may_be_accepted=True)


def rows_within() -> tuple[Rule, Rule]:
    """The rows accepted, as a share of the delivery before. Half a delivery stops; a swollen one is shown."""
    return (
        Rule("volume_low", "volume", CRITICAL, tolerance="volume_low", is_floor=True),
        Rule("volume_high", "volume", WARNING, tolerance="volume_high"),
    )


def mostly_unchanged() -> tuple[Rule, Rule]:
    """A full extract keeps most rows of the one before, and says of them what it said. Both are shown, for both may be
    true: a system that numbers anew, a year group that moves up."""
    return (
        Rule("rows_kept", "rows_kept", WARNING, tolerance="rows_kept_rate", is_floor=True),
        none_of("columns_rewritten", severity=WARNING),
    )


def birth_dates_agree() -> tuple[Rule, Rule]:
    """The birth dates are those on record for the UPNs. A column that slipped stops; a few that differ are shown."""
    name = "birth_dates_disagree"
    return (
        Rule(name, name, CRITICAL, tolerance=f"{name}_rate"),
        Rule("birth_dates_doubtful", name, WARNING, tolerance="birth_dates_doubtful_rate"),
    )


def rows_dip() -> Rule:
    """The rows accepted, as a share of the delivery before: fewer than a few in a hundred missing is everyday life."""
    return Rule("volume_dip", "volume", WARNING, tolerance="volume_dip", is_floor=True)


def school_rolls() -> tuple[Rule, ...]:
    """Each school's pupils on roll: beside the delivery before, and beside the other source. Low stops, a dip is shown.

    That the other source is short is shown at the dip, and stops nothing: this delivery may be what puts it right.
    """
    before, other = "school_rolls", "school_rolls_beside_other"
    return (
        Rule(f"{before}_low", before, CRITICAL, tolerance=f"{before}_low", is_floor=True),
        Rule(f"{before}_dip", before, WARNING, tolerance=f"{before}_dip", is_floor=True),
        Rule(f"{other}_low", other, CRITICAL, tolerance=f"{other}_low", is_floor=True),
        Rule(f"{other}_dip", other, WARNING, tolerance=f"{other}_dip", is_floor=True),
        Rule("school_rolls_of_other", "school_rolls_of_other", WARNING, tolerance=f"{other}_dip", is_floor=True),
    )


def pupils_of_a_day() -> Rule:
    """The pupils of a day, as a share of those of the delivery before: half a school's registers stop."""
    return Rule("pupils_of_a_day", "pupils_of_a_day", CRITICAL, tolerance="pupils_of_a_day_low", is_floor=True)


def schools_covered() -> tuple[Rule, Rule]:
    """The schools that the register expects. Below the share it stops; a school missing within it is shown."""
    return (
        Rule("schools_covered", "schools_covered", CRITICAL, tolerance="schools_covered_rate", is_floor=True),
        Rule("every_school_covered", "schools_covered", WARNING, at_least=1),
    )


def every_school_returned() -> Rule:
    """The schools that the register expects have each made their return of the period, in this batch or before."""
    return Rule("schools_returned", "schools_returned", WARNING, at_least=1)


def tidy(number: str) -> str:
    """'2.0000%' reads '2 %'."""
    if not number.endswith("%"):
        return number
    return number.rstrip("%").rstrip("0").rstrip(".") + " %"
