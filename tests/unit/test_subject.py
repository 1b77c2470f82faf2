"""Whom a request leads to, and what is looked for, by the one table of the build that says how children are known."""

from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest

from orchestration.jobs import erase
from orchestration.review import queue
from orchestration.rights import identifiers, subject
from orchestration.rights.workspace import wanted, workspace
from orchestration.settings import Settings

ONE, OTHER, EARLIER, PARTED = ("1" * 32, "2" * 32, "3" * 32, "4" * 32)
SHARED, OWN = "A000000000001", "A000000000002"
KNOWN = [
    # child, source, person, kind, identifier
    *((key, None, None, "key", key) for key in (ONE, OTHER)),
    (ONE, None, None, "merged_key", EARLIER),
    (ONE, None, None, "split_key", PARTED),
    (OTHER, None, None, "split_key", ONE),
    *((key, None, None, "upn", SHARED) for key in (ONE, OTHER)),
    (ONE, None, None, "upn", OWN),
    *((key, None, None, "upn_birth", f"{SHARED}|2014-05-01") for key in (ONE, OTHER)),
    (ONE, None, None, "upn_birth", f"{OWN}|2014-05-02"),
    (OTHER, None, None, "upn_birth", f"{SHARED}|2013-01-01"),
    (ONE, None, None, "uln", "4000000010"),
    *((key, None, None, "pupil", "p1") for key in (ONE, OTHER)),
    *((key, None, None, "name", "ADADAY|2014-05-01") for key in (ONE, OTHER)),
    (ONE, None, None, "name", "ADAOREILLY|2014-05-02"),
    (ONE, "family_matters", "h1/1", "person", "family_matters/h1/1"),
    *((None, "family_matters", person, "name", "BENDAY|2019-01-01") for person in ("h1/2", "h2/1")),
    *((None, "family_matters", person, "postcode", "ZZ1 1AA") for person in ("h1/2", "h2/1")),
    *((None, "front_door", person, "name", "CATDAY|2019-01-01") for person in ("f1", "f2")),
    (None, "front_door", "f1", "postcode", "ZZ1 1AA"),
]


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """A home whose build says by what two children, and people who are none, are known."""
    settings = Settings(home=tmp_path, key="k" * 64)
    settings.build.mkdir(parents=True)
    with duckdb.connect(str(settings.build_file)) as connection:
        connection.execute("create schema intermediate")
        connection.execute(
            "create table intermediate.int_child_identifiers (child_durable_key varchar, source varchar, "
            "person_id varchar, identifier_kind varchar, identifier varchar)"
        )
        connection.executemany("insert into intermediate.int_child_identifiers values (?, ?, ?, ?, ?)", KNOWN)
    return settings


@pytest.mark.parametrize("asked", [ONE, EARLIER, OWN, " a0000 0000 0002 ", "Ada O'Reilly, 2014-05-02"])
def test_a_child_is_found_by_key_earlier_key_upn_and_name(settings: Settings, asked: str) -> None:
    with workspace(settings, with_build=True) as connection:
        found = subject.resolve(connection, asked)
    assert found == subject.Subject((ONE,), (EARLIER, PARTED), (("family_matters", "h1/1"),))


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        (PARTED, "No child is known"),
        (SHARED, "2 children are known"),
        ("Ada Day, 2014-05-01", "2 children are known"),
        ("Ada Day, 2014-05-03", "Nobody is known"),
        ("Cat Day, 2019-01-01", "at more than one address"),
    ],
)
def test_nobody_or_more_than_one_is_said_without_repeating_it(settings: Settings, asked: str, said: str) -> None:
    with workspace(settings, with_build=True) as connection, pytest.raises(subject.UnknownChild, match=said) as told:
        subject.resolve(connection, asked)
    assert asked.partition(",")[0] not in str(told.value)


def test_a_person_of_sources_without_upn_is_all_records_of_the_name_at_one_address(settings: Settings) -> None:
    with workspace(settings, with_build=True) as connection:
        found = subject.resolve(connection, "Ben Day, 2019-01-01")
    assert found == subject.Subject((), (), (("family_matters", "h1/2"), ("family_matters", "h2/1")))


def test_a_key_that_another_child_has_now_is_no_earlier_key(settings: Settings) -> None:
    with workspace(settings, with_build=True) as connection:
        assert subject.of_keys(connection, [OTHER]).earlier_keys == ()


def test_what_another_child_has_too_is_not_looked_for_but_a_record_of_synergy(settings: Settings) -> None:
    assert _wanted(settings, ONE) == {
        "upn": {OWN},
        "upn_birth": {f"{OWN}|2014-05-02"},
        "uln": {"4000000010"},
        "pupil": {"p1"},
    }
    assert _wanted(settings, OTHER) == {"upn_birth": {f"{SHARED}|2013-01-01"}, "pupil": {"p1"}}
    assert _wanted(settings, ONE, OTHER)["upn"] == {OWN, SHARED}, "of both together it is theirs alone"


@pytest.mark.parametrize(
    "ask",
    [
        lambda settings: erase.preview(settings, ONE),
        lambda settings: erase.erase(settings, lambda connection: subject.of_keys(connection, [ONE]), "asked"),
        queue.waiting,
    ],
    ids=["by what was asked", "by keys", "review"],
)
def test_a_build_of_an_older_version_is_refused_with_what_to_do(
    settings: Settings, ask: Callable[[Settings], object]
) -> None:
    with duckdb.connect(str(settings.build_file)) as connection:
        connection.execute("drop table intermediate.int_child_identifiers")
    with pytest.raises(LookupError, match="run `earlyhelp build` first"):
        ask(settings)


def _wanted(settings: Settings, *keys: str) -> dict[str, set[str]]:
    """What is looked for of children, by kind, in plain text."""
    texts = {(kind, identifier) for *_, kind, identifier in KNOWN}
    with workspace(settings, with_build=True) as connection:
        subject._want_identities(connection, keys)
        found = wanted(connection)
        plain: dict[str, set[str]] = {}
        for kind, text in texts:
            query = f"select {identifiers.pseudonym('said')} from (select ? as said)"
            if (kind, connection.execute(query, [f"{kind}|{text}"]).fetchone()[0]) in found:
                plain.setdefault(kind, set()).add(text)
    assert sum(map(len, plain.values())) == len(found)
    return plain
