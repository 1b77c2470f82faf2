"""What lies over a file is the same whether it was filled anew, by what changed, or laid from nothing."""

from datetime import date
from random import Random

import pytest

from dashboard.laid import Laid
from dashboard.published import Published, Row
from orchestration.home.entries import Events, Journal
from orchestration.settings import Settings
from tests.support.authors import Authors, zones
from tests.support.said import LAID_OVER
from tests.support.warehouse import DAY

TODAY = date.fromisoformat(DAY)
ROUNDS = 6
SHARE, MEETING = 0.04, 0.3
"""Of the children about whom, and of the schools where, something is entered in a round."""


def rows(published: Published, audience: str, entered: Events, tables: list[str]) -> dict[str, list[Row]]:
    with published.tables_today(published.in_force(), audience, entered, TODAY) as own:
        return {table: own.rows(f"select * from {table} order by all") for table in tables}


def differing(settings: Settings, random: Random) -> set[str]:
    """Tables of which pages say something else for having been filled before, while somebody goes on entering.

    In each round somebody enters something, and a page of some places asks for some of the tables, in any order.
    """
    authors, found = Authors(settings, random, TODAY), set[str]()
    kept = Published(settings, memory="1GB")
    try:
        places = zones(kept.in_force())
        schools = [audience for audience in audiences(kept) if audience.startswith("school/")]
        watched = [places[0], *random.sample(schools, 2)]
        for number in range(ROUNDS):
            # Now of responses alone, now of huddles, now of both.
            if number % 3 != 1:
                assert authors.enter(rounds=1, share=SHARE)
            if number % 3 != 0:
                assert authors.meet(share=MEETING)
            journal = Journal(settings).events
            anew = Published(settings, memory="1GB")
            for audience in watched:
                last = number == ROUNDS - 1
                tables = list(LAID_OVER) if last else random.sample(LAID_OVER, random.randrange(1, 4))
                before, now = (rows(published, audience, journal, tables) for published in (kept, anew))
                found |= {table for table in tables if before[table] != now[table]}
            anew.close()
    finally:
        kept.close()
    return found


def audiences(published: Published) -> list[str]:
    files = published.in_force().manifest["files"]
    return sorted(entry["audience"] for path, entry in files.items() if path.endswith(".duckdb"))


@pytest.mark.parametrize("seed", [1, 2])
def test_what_is_filled_again_by_what_changed_is_what_is_laid_from_nothing(own: Settings, seed: int) -> None:
    assert differing(own, Random(seed)) == set()


@pytest.mark.parametrize("overlooked", ["response_event", "touched_child"])
def test_a_change_that_were_overlooked_would_be_seen(
    own: Settings, overlooked: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    version = Laid._version
    monkeypatch.setattr(Laid, "_version", lambda laid, name: 0 if name == overlooked else version(laid, name))
    assert differing(own, Random(1))
