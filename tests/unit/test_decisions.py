"""The log of reviewers' decisions: read into the build, struck by an erasure, chained throughout."""

from pathlib import Path

import pytest

from orchestration.home import audit, decisions
from orchestration.rights import identifiers, traces
from orchestration.rights.workspace import workspace
from orchestration.settings import Settings


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    made = Settings(home=tmp_path, key="k" * 64)
    for number in range(4):
        decisions.append(
            made,
            [
                decisions.Decision(
                    *(f"r{number}", "link", "accept", "a.reviewer", "2026-06-26T10:00:00"),
                    *("synergy", f"H{number}/1", f"c{number}"),
                )
            ],
        )
    return made


def test_an_erasure_strikes_decisions_about_the_child_and_says_so_in_the_log(settings: Settings) -> None:
    log = decisions.log_of(settings)
    with workspace(settings) as connection:
        for kind, said in (("key", "key|c1"), ("person", "person|synergy/H3/1")):
            hashed = identifiers.pseudonym(f"'{said}'")
            connection.execute(f"insert into wanted select '{kind}', {hashed}")
        traces._erase_from_decisions(settings, connection)
        decisions.restore(settings, connection)
        kept = connection.execute("select review_id, note from ops.review_decision order by all").fetchall()
    assert kept == [("r0", None), ("r2", None)]
    assert list(audit.breaks(log)) == []
    (told,) = audit.rewritings(log)
    assert (told["lines_before"], told["lines_after"]) == (4, 2)
    assert "H1/1" not in log.read_text()


@pytest.mark.parametrize(("right", "wrong"), [('"accept"', '"maybe"'), ("2026-06-26T10", "yesterday")])
def test_a_line_that_is_no_decision_stops_the_build_and_leaves_what_was_decided(
    settings: Settings, right: str, wrong: str
) -> None:
    log = decisions.log_of(settings)
    with workspace(settings) as connection:
        decisions.restore(settings, connection)
        log.write_text(log.read_text().replace(right, wrong, 1))
        with pytest.raises(ValueError, match="no decision"):
            decisions.restore(settings, connection)
        assert connection.execute("select count(*) from ops.review_decision").fetchone() == (4,)


def test_a_log_without_decisions_restores_none(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path, key="k" * 64)
    with workspace(settings) as connection:
        decisions.restore(settings, connection)
        assert connection.execute("select count(*) from ops.review_decision").fetchone() == (0,)
