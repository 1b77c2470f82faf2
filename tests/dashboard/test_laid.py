"""What lies over a file is the same whether it was filled anew, by what changed, or laid from nothing."""

from datetime import date
from random import Random

import pytest

from dashboard import huddles, laid
from dashboard.entries import Author
from dashboard.laid import Laid
from dashboard.published import ANALYSTS, Published, Row
from orchestration.home.entries import Events, HuddleKind, Journal
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


KINDS: tuple[HuddleKind, ...] = (*("decided",) * 7, "added", "postponed", "undecided")
"""What is said of a child at a huddle: mostly what is decided."""


def agendas_differing(settings: Settings, random: Random) -> tuple[set[str], int]:
    """After which words on a child at a huddle the agenda that was kept, or how many the huddle decided on, is another
    than what is laid from nothing, and how often children moved up in place of its being made again.

    A huddle of today is held child by child: mostly the next is decided on, now and then one who has no place or was
    spoken about, or a child is added, postponed, or given back.
    """
    journal, kept = Journal(settings), Published(settings, memory="1GB")
    release, (audience, school_id) = kept.in_force(), school_with_an_agenda(settings)
    moved: list[bool] = []
    found: set[str] = set()

    def say(kind: HuddleKind, huddle: Row | None, child: str = "", **values: object) -> None:
        author = Author("user", child, school_id, release.release_id)
        form_id = f"{random.getrandbits(64):x}"
        huddles.say(settings, journal, author, kind, huddle, values, form_id, TODAY)

    def agenda(published: Published) -> tuple[list[Row], int]:
        with published.tables_today(release, audience, journal.events, TODAY) as tables:
            rows = tables.rows(huddles.AGENDA, place=school_id)
            return rows, tables.decided_on(rows[0]["huddle_key"]) if rows else 0

    with kept.tables(release, audience) as tables:
        held = tables.rows(huddles.HUDDLES, place=school_id)
    for one in held:
        # As if the school had never met: there is more to speak about than there are places.
        say("cancelled", one, huddle_date=one["huddle_date"])
    say("planned", None, huddle_date=TODAY, places=6)
    spoken_about: list[str] = []
    with pytest.MonkeyPatch.context() as watching:
        move_up = Laid._move_up

        def watched(laid: Laid) -> bool:
            moved.append(move_up(laid))
            return moved[-1]

        watching.setattr(Laid, "_move_up", watched)
        while (rows := agenda(kept)[0]) and len(spoken_about) < 14:
            huddle = {"huddle_key": rows[0]["huddle_key"], "huddle_date": TODAY}
            kind = random.choice(KINDS)
            listed = [row["child_durable_key"] for row in (rows[:1] if random.random() < 0.6 else rows)]
            child = random.choice(spoken_about or listed if kind == "undecided" or random.random() < 0.1 else listed)
            say(kind, huddle, child, **({"decision_code": "no_action"} if kind == "decided" else {}))
            spoken_about.append(child)
            anew = Published(settings, memory="1GB")
            found |= {kind} if agenda(kept) != agenda(anew) else set()
            anew.close()
    kept.close()
    return found, sum(moved)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_an_agenda_on_which_children_move_up_is_the_one_that_is_laid_from_nothing(own: Settings, seed: int) -> None:
    found, moved = agendas_differing(own, Random(seed))
    assert not found
    assert moved > 1


def test_a_child_without_a_place_who_was_taken_for_one_with_one_would_be_seen(
    own: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(laid, "SPOKEN_ABOUT", laid.SPOKEN_ABOUT.replace("and has_place", "and true"))
    assert set[str]().union(*(agendas_differing(own, Random(seed))[0] for seed in (1, 2, 3)))


def school_with_an_agenda(settings: Settings) -> tuple[str, str]:
    """The school with the most children who may be on its agenda, behind the audience of its zone."""
    published = Published(settings)
    with published.tables(published.in_force(), ANALYSTS) as analysts:
        (most,) = analysts.rows(
            "select zone_code, school_id from mart.mart_child_list where indicators_raised_count > 0 "
            "group by all order by count(*) desc, school_id limit 1"
        )
    published.close()
    return f"zone/{most['zone_code']}", most["school_id"]
