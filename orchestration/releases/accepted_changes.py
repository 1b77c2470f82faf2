"""What an engineer said of a change since the release in force that the release gate stopped: it is true, and why.

Lines are appended to EARLYHELP_HOME/accepted_changes.jsonl and never changed; they are chained. A word holds for builds
that are compared with the release it was given for: once another is in force, the next change needs a word of its own.
"""

from dataclasses import asdict, dataclass, field
from pathlib import Path

from expectations.suites.release import SUITE
from orchestration.home import audit, provenance
from orchestration.home.lock import build_lock
from orchestration.releases import store
from orchestration.settings import Settings


@dataclass(frozen=True)
class AcceptedChange:
    """One word: the rule of the release gate, the release compared with, why, who and when (UTC, ISO form)."""

    rule: str
    release_id: str
    reason: str
    accepted_by: str = field(default_factory=provenance.actor)
    accepted_at: str = field(default_factory=provenance.now)

    @property
    def in_words(self) -> str:
        return f"Accepted by {self.accepted_by} on {self.accepted_at[:10]}: {self.reason}"


def log_of(settings: Settings) -> Path:
    return settings.home / "accepted_changes.jsonl"


def accept(settings: Settings, rule: str, reason: str) -> AcceptedChange:
    """Keep that a change is true. Raises LookupError for a rule that compares nothing, or where nothing is in force."""
    known = sorted(one.name for one in SUITE.rules if one.may_be_accepted)
    if rule not in known:
        raise LookupError(f"{rule} is no rule whose change can be accepted. Those are: {', '.join(known)}.")
    if not reason.strip():
        raise LookupError("Say with --reason why the change is true: it is kept for good, and shown with the release.")
    with build_lock(settings):
        in_force = store.in_force(settings)
        if in_force is None:
            raise LookupError("No release is in force, so no change was compared with one.")
        change = AcceptedChange(rule, in_force.release_id, reason.strip())
        audit.append(log_of(settings), [asdict(change)])
        return change


def of_release(settings: Settings, release_id: str | None) -> dict[str, str]:
    """The rules whose change since that release is accepted, each with who said so and why."""
    changes = [AcceptedChange(**line) for line in audit.read(log_of(settings))]
    return {one.rule: one.in_words for one in changes if one.release_id == release_id}
