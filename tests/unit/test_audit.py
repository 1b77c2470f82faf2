"""Logs that are only ever added to: whole or not at all, and whoever changes a line is found."""

import json
from collections.abc import Callable
from functools import partial
from multiprocessing import get_context
from pathlib import Path

import pytest

from orchestration.home import audit

LINES = [{"file": f"file {number}", "rows": number} for number in range(6)]


@pytest.fixture
def log(tmp_path: Path) -> Path:
    path = tmp_path / "folder" / "log.jsonl"
    audit.append(path, LINES[:4])
    audit.append(path, LINES[4:])
    return path


def _lines(log: Path) -> list[bytes]:
    return log.read_bytes().splitlines(keepends=True)


def test_a_log_is_read_as_it_was_written_and_its_owner_alone_can_read_it(log: Path) -> None:
    assert audit.read(log) == LINES
    assert list(audit.breaks(log)) == []
    assert log.stat().st_mode & 0o777 == 0o600
    assert audit.read(log.with_name("none")) == []


@pytest.mark.parametrize(
    ("change", "found"),
    [
        (lambda lines: [lines[0], lines[1].replace(b'"rows": 1', b'"rows": 7'), *lines[2:]], 2),
        (lambda lines: [*lines[:5], lines[5].replace(b'"rows": 5', b'"rows": 7')], 6),
        (lambda lines: [*lines[:2], *lines[3:]], 3),
        (lambda lines: lines[1:], 1),
        (lambda lines: [*lines[:2], lines[3], lines[2], *lines[4:]], 3),
        (lambda lines: [*lines[:2], lines[1], *lines[2:]], 3),
        (lambda lines: [*lines[:2], b'{"file": "another", "rows": 9}\n', *lines[2:]], 3),
        (lambda lines: [*lines[:2], b"\n", *lines[2:]], 3),
        (lambda lines: [lines[0], b'{"file": "file 1", "rows": 1}\n', *lines[2:]], 2),
        (lambda lines: [b'{"file": "file 0", "rows": 0}\n', *lines[1:]], 2),
    ],
    ids=[
        "edited",
        "last_edited",
        "dropped",
        "first_dropped",
        "moved",
        "twice",
        "put_in",
        "blank",
        "bared",
        "first_bared",
    ],
)
def test_a_line_that_was_changed_is_named(log: Path, change: Callable[[list[bytes]], list[bytes]], found: int) -> None:
    log.write_bytes(b"".join(change(_lines(log))))
    assert next(audit.breaks(log))[0] == found


def test_a_change_in_one_place_is_told_once(log: Path) -> None:
    log.write_bytes(log.read_bytes().replace(b'"rows": 2', b'"rows": 3'))
    assert [number for number, _ in audit.breaks(log)] == [3]


def test_a_tail_that_is_gone_or_another_log_is_found_by_the_head(log: Path) -> None:
    then, lines = audit.head(log), _lines(log)
    audit.append(log, LINES[:1])
    assert audit.holds(log, then)
    log.write_bytes(b"".join(lines[:5]))
    assert list(audit.breaks(log)) == [], "a chain alone cannot show it"
    assert not audit.holds(log, then)
    log.unlink()
    assert not audit.holds(log, then)
    audit.append(log, [*LINES[:5], {"file": "another", "rows": 5}])
    assert list(audit.breaks(log)) == []
    assert not audit.holds(log, then)


def test_a_log_from_before_there_were_chains_goes_on_and_can_no_longer_be_changed(tmp_path: Path) -> None:
    log = tmp_path / "log.jsonl"
    log.write_text("".join(f"{json.dumps(line)}\n" for line in LINES))
    then = audit.head(log)
    assert audit.read(log) == LINES
    audit.append(log, [{"file": "new", "rows": 1}])
    assert audit.read(log) == [*LINES, {"file": "new", "rows": 1}]
    assert list(audit.breaks(log)) == []
    assert audit.holds(log, then)
    log.write_bytes(log.read_bytes().replace(b'"rows": 2', b'"rows": 3'))
    assert [number for number, _ in audit.breaks(log)] == [7]
    assert not audit.holds(log, then)


@pytest.mark.parametrize("torn", [b'{"fi', b'{"file": "file 6", "rows": 6', b"\0" * 40, b'{"file": "\xc3', b"6"])
def test_a_torn_last_line_is_set_aside_and_told_and_never_an_entry(
    log: Path, torn: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    for number in (1, 2):
        whole = log.read_bytes()
        log.write_bytes(whole + torn)
        assert audit.read(log) == audit.read(log)
        assert len(audit.read(log)) == len(LINES) + number - 1
        assert log.read_bytes() == whole
        assert log.with_name(f"log.jsonl.torn-{number}").read_bytes() == torn + b"\n"
        assert f"log.jsonl.torn-{number}" in caplog.text
        audit.append(log, LINES[:1])
    assert list(audit.breaks(log)) == []


def test_an_append_after_a_torn_line_sets_it_aside_as_well(log: Path) -> None:
    log.write_bytes(log.read_bytes() + b'{"file": "fi')
    audit.append(log, [{"file": "new"}])
    assert audit.read(log) == [*LINES, {"file": "new"}]
    assert list(audit.breaks(log)) == []
    assert len(audit.torn_lines(log)) == 1


def test_a_line_that_an_older_version_left_torn_in_the_middle_is_set_aside_too(tmp_path: Path) -> None:
    log = tmp_path / "log.jsonl"
    log.write_text('{"file": "one"}\n{"file": "tw\n{"file": "three"}\n')
    assert audit.read(log) == [{"file": "one"}, {"file": "three"}]
    (torn,) = audit.torn_lines(log)
    assert torn.read_text() == '{"file": "tw\n'
    audit.append(log, [{"file": "four"}])
    assert [line["file"] for line in audit.read(log)] == ["one", "three", "four"]
    assert list(audit.breaks(log)) == []


def test_a_last_line_that_lacks_nothing_but_its_end_is_an_entry(log: Path) -> None:
    log.write_bytes(log.read_bytes().rstrip(b"\n"))
    assert audit.read(log) == LINES
    audit.append(log, LINES[:1])
    assert audit.read(log) == [*LINES, LINES[0]]
    assert list(audit.breaks(log)) == []
    assert audit.torn_lines(log) == []


def test_a_line_that_is_no_entry_in_a_log_with_a_chain_is_named(log: Path) -> None:
    first, *others = _lines(log)
    log.write_bytes(b"".join([first, b"no entry\n", *others]))
    with pytest.raises(ValueError, match="line 2 is no entry"):
        audit.read(log)
    assert [number for number, _ in audit.breaks(log)] == [2]


def test_a_log_written_anew_says_so_and_is_chained(log: Path) -> None:
    then = audit.head(log)
    log.write_bytes(log.read_bytes() + b'{"file": "fi')
    audit.rewrite(log, lambda line: None if line["rows"] == 3 else line | {"seen": True}, "no longer kept")
    assert audit.read(log) == [line | {"seen": True} for line in LINES if line["rows"] != 3]
    assert list(audit.breaks(log)) == []
    assert audit.torn_lines(log) == [], "what was set aside may tell of what goes"
    (told,) = audit.rewritings(log)
    assert (told["why"], told["lines_before"], told["lines_after"]) == ("no longer kept", 6, 5)
    assert told["head_before"] == then.chain
    assert log.stat().st_mode & 0o777 == 0o600
    before = log.read_bytes()
    audit.rewrite(log, lambda line: line, "nothing")
    assert log.read_bytes() == before
    log.write_bytes(before.replace(b'"lines_after": 5', b'"lines_after": 6'))
    assert list(audit.breaks(log))


def test_a_log_that_was_changed_before_it_is_written_anew_says_that_as_well(log: Path) -> None:
    log.write_bytes(log.read_bytes().replace(b'"rows": 2', b'"rows": 9'))
    audit.rewrite(log, lambda line: None if line["rows"] == 0 else line, "no longer kept")
    (told,) = audit.rewritings(log)
    assert told["breaks_before"] == [3]


def test_writers_at_once_take_turns_and_one_that_writes_anew_loses_nothing(tmp_path: Path) -> None:
    log = tmp_path / "log.jsonl"
    audit.append(log, [{"writer": -1, "number": 0}])
    context = get_context("spawn")
    writers = [context.Process(target=_append_many, args=(log, writer)) for writer in range(3)]
    writers.append(context.Process(target=_rewrite_often, args=(log,)))
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
        assert writer.exitcode == 0
    found = [(line["writer"], line["number"]) for line in audit.read(log) if line["writer"] >= 0]
    assert sorted(found) == [(writer, number) for writer in range(3) for number in range(60)]
    assert list(audit.breaks(log)) == []


def _append_many(log: Path, writer: int) -> None:
    for number in range(60):
        audit.append(log, [{"writer": writer, "number": number}])


def _with(times: int, line: audit.Entry) -> audit.Entry:
    return line | {"times": times}


def _rewrite_often(log: Path) -> None:
    for times in range(1, 31):
        audit.rewrite(log, partial(_with, times), "again")
