"""Who was given what of the children's data, and why: a log of one line for each file that was made to be handed on.

Lines are appended to EARLYHELP_HOME/disclosures.jsonl and never changed; they are chained. They name no child.
"""

from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Literal

from orchestration.home import audit, provenance
from orchestration.settings import Settings

Action = Literal["release", "rollback", "withdrawal", "key", "export", "subject access", "erasure", "retention"]


@dataclass(frozen=True)
class Disclosure:
    """One file made or handed on. `disclosed_at` is UTC, in ISO form.

    `audience` is named as in a release's manifest (analyst, zone/Z1); it is `family` where a family asked, and `none`
    where something was removed. `children_count` is None where the file tells of no single child. `file` is relative to
    EARLYHELP_HOME where it lies below it.
    """

    action: Action
    audience: str
    file: str
    children_count: int | None
    reason: str
    release_id: str | None = None
    disclosed_by: str = field(default_factory=provenance.actor)
    disclosed_at: str = field(default_factory=provenance.now)


def log_of(settings: Settings) -> Path:
    return settings.home / "disclosures.jsonl"


def record(settings: Settings, disclosures: Iterable[Disclosure]) -> None:
    """Write to the end of the log; on the disk when this returns."""
    audit.append(log_of(settings), map(asdict, disclosures))


def entries(settings: Settings) -> list[Disclosure]:
    """Every line of the log, in the order it was written."""
    return [Disclosure(**line) for line in audit.read(log_of(settings))]
