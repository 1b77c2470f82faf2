"""Who is restricted: said by what the child is known by, before anybody has delivered it too, and taken back whole."""

from datetime import date
from pathlib import Path

import duckdb
import pytest

from orchestration.deliveries.schema import ensure_schema
from orchestration.home import audit, restrictions
from orchestration.rights.restrict import lift, restrict
from orchestration.settings import Settings

UPN, OTHER = "A123456789012", "B123456789012"
DAY = date(2026, 6, 1)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(home=tmp_path, key="k" * 64)


def test_a_upn_that_nobody_has_delivered_is_restricted_and_stands_nowhere(settings: Settings) -> None:
    known = restrict(settings, UPN.lower(), "adopted", DAY, None)
    assert not known.is_in_build and {kind for kind, _ in known.hashes} == {"upn"}
    assert known.hashes == restrict(settings, UPN, "other", DAY, DAY).hashes
    assert UPN not in restrictions.log_of(settings).read_text().upper()
    assert [line.reason_code for line in restrictions.standing(settings)] == ["adopted", "other"]
    assert list(audit.breaks(restrictions.log_of(settings))) == []


def test_what_is_taken_back_is_taken_back_whole_and_of_this_child_alone(settings: Settings) -> None:
    for upn in (UPN, OTHER):
        restrict(settings, upn, "adopted", DAY, None)
    restrict(settings, UPN, "other", DAY, None)
    assert lift(settings, UPN) == 2
    assert [line.reason_code for line in restrictions.standing(settings)] == ["adopted"]
    with pytest.raises(LookupError, match="No restriction of this child stands"):
        lift(settings, UPN)
    assert lift(settings, OTHER) == 1
    restrict(settings, UPN, "adopted", DAY, None)
    assert len(restrictions.standing(settings)) == 1


def test_who_is_known_by_nothing_and_days_that_run_backwards_are_refused(settings: Settings) -> None:
    with pytest.raises(LookupError, match="say whom by a UPN"):
        restrict(settings, "Ann Ashcombe, 2015-05-05", "adopted", DAY, None)
    with pytest.raises(ValueError, match="before the first"):
        restrict(settings, UPN, "adopted", DAY, date(2026, 5, 31))
    assert restrictions.standing(settings) == []


def test_a_build_reads_the_whole_log_and_stops_at_a_line_that_is_none(settings: Settings) -> None:
    restrict(settings, UPN, "adopted", DAY, date(2026, 7, 1))
    lift(settings, UPN)
    with duckdb.connect() as connection:
        ensure_schema(connection)
        for _ in range(2):
            restrictions.restore(settings, connection)
            found = connection.execute(
                "select reason_code, from_date, to_date, is_lifted from ops.restriction order by all"
            ).fetchall()
            assert found == [("adopted", DAY, date(2026, 7, 1), lifted) for lifted in (False, True)]
        audit.append(restrictions.log_of(settings), [{"restriction_id": "x", "from_date": "yesterday"}])
        with pytest.raises(ValueError, match="is no restriction"):
            restrictions.restore(settings, connection)
