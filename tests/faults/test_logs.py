"""Logs on a full disk and under kills: an append is whole or not at all, and no later read fails for it."""

import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from orchestration.deliveries import register
from orchestration.home import audit, decisions, disclosures, entries, erasures, page_views
from orchestration.releases import keys
from orchestration.settings import PROJECT, Settings
from tests.support.disks import mounted

LONG = "x" * 700
"""So long that a page of the disk ends within a line, as on a disk that runs full."""


def _register(settings: Settings, number: int) -> None:
    register.append(settings.archive, [register.Entry(f"{number:064}", "synergy", LONG, "2026-06-26", "run")])


def _disclose(settings: Settings, number: int) -> None:
    line = disclosures.Disclosure("export", "analyst", f"file {number}", 1, LONG)
    disclosures.record(settings, [line])


def _decide(settings: Settings, number: int) -> None:
    line = decisions.Decision(f"{number}", "link", "accept", "a", "2026-06-26", note=LONG)
    decisions.append(settings, [line])


def _enlist(settings: Settings, number: int) -> None:
    erasures.add_to_list(settings, [("upn", f"{number}{LONG}")])


def _strike(settings: Settings, number: int) -> None:
    erasures.record_rewritten(settings, [erasures.RewrittenFile(f"{number}", LONG, "file", 1)])


def _rotate(settings: Settings, number: int) -> None:
    keys.rotate(settings, [f"{number}{LONG}"])


def _view(settings: Settings, number: int) -> None:
    page_views.record(settings, page_views.PageView(LONG, "school", "child", f"school/{number}", "r"))


def _enter(settings: Settings, number: int) -> None:
    def make(before: entries.Events, stamp: entries.Stamp) -> entries.ResponseEvent:
        event_id, moment = stamp
        codes = dict.fromkeys(("status_code", "current_progress", "overall_progress", "review_due_date", "agency_code"))
        return entries.ResponseEvent(
            event_id=event_id,
            response_event_key=LONG,
            response_id=LONG,
            response_key=LONG,
            child_durable_key=LONG,
            release_id="r",
            school_id="8381101",
            event_kind="opened",
            event_date="2026-06-26",
            recorded_at=moment.isoformat(timespec="microseconds"),
            recorded_by="u",
            response_code="new",
            lead_user_key=None,
            corrects_response_event_key=None,
            expects_event_key=None,
            form_id=f"{number}",
            **codes,
        )

    entries.Journal(settings).append(make)


LOGS: dict[str, tuple[Callable[[Settings, int], None], Callable[[Settings], int]]] = {
    "archive/register.jsonl": (_register, lambda settings: len(register.entries(settings.archive))),
    "disclosures.jsonl": (_disclose, lambda settings: len(disclosures.entries(settings))),
    "review/decisions.jsonl": (_decide, lambda settings: len(audit.read(decisions.log_of(settings)))),
    "erasures/list.jsonl": (_enlist, lambda settings: len(erasures.listed(settings))),
    "erasures/struck.jsonl": (_strike, lambda settings: len(erasures.rewritten_files(settings))),
    "dashboard/views.jsonl": (_view, lambda settings: len(audit.read(page_views.log_of(settings)))),
    "dashboard/events.jsonl": (_enter, lambda settings: len(entries.Journal(settings).events)),
    "key_ids.jsonl": (
        _rotate,
        lambda settings: sum(keys.newest(settings, f"{n}{LONG}") != keys.FIRST for n in range(100)),
    ),
}


@pytest.mark.parametrize("name", LOGS)
def test_a_full_disk_tears_no_line_of_a_log(name: str, tmp_path: Path) -> None:
    write, count = LOGS[name]
    with mounted(tmp_path / "small", "1m") as disk:
        settings = Settings(home=disk.folder / "home")
        write(settings, 0)
        log = settings.home / name
        disk.fill()
        failed, written = 0, 1
        while failed < 3:
            before = log.read_bytes()
            try:
                write(settings, written)
                written += 1
            except OSError:
                failed += 1
                assert log.read_bytes() == before
            assert count(settings) == written
        disk.free()
        write(settings, written)
        assert count(settings) == written + 1
        assert list(audit.breaks(log)) == []
        assert audit.torn_lines(log) == []


def test_a_full_disk_keeps_a_log_that_is_to_be_written_anew(tmp_path: Path) -> None:
    with mounted(tmp_path / "small", "1m") as disk:
        settings = Settings(home=disk.folder / "home")
        for number in range(8):
            _register(settings, number)
        disk.fill()
        with pytest.raises(OSError, match="No space left"):
            register.drop(settings.archive, [f"{0:064}"])
        assert len(register.entries(settings.archive)) == 8
        assert [path.name for path in settings.archive.iterdir()] == [register.NAME]
        disk.free()
        register.drop(settings.archive, [f"{0:064}"])
        assert len(register.entries(settings.archive)) == 7


def test_a_log_that_cannot_be_written_to_is_read_without_what_is_torn(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with mounted(tmp_path / "small", "1m") as disk:
        settings = Settings(home=disk.folder / "home")
        _register(settings, 1)
        log = settings.archive / register.NAME
        log.write_bytes(log.read_bytes() + b'{"sha256": "')
        disk.take_away_writing()
        assert len(register.entries(settings.archive)) == 1
        assert "cannot be set aside" in caplog.text


APPENDING = """
import sys
from pathlib import Path
from orchestration.home import audit
log, start = Path(sys.argv[1]), int(sys.argv[2])
print("ready", flush=True)
for number in range(start, start + 100_000):
    audit.append(log, [{"number": number, "filler": "x" * 5_000}])
    print(number, flush=True)
"""


def test_a_writer_killed_at_any_moment_leaves_what_it_said_was_written(tmp_path: Path) -> None:
    log, said, chance = tmp_path / "log.jsonl", 0, random.Random(1)
    for _ in range(8):
        command = [sys.executable, "-c", APPENDING, str(log), str(said + 1)]
        process = subprocess.Popen(command, cwd=PROJECT, stdout=subprocess.PIPE, text=True)
        assert process.stdout.readline() == "ready\n"
        time.sleep(chance.uniform(0.01, 0.3))
        process.send_signal(signal.SIGKILL)
        told = [int(line) for line in process.communicate()[0].split() if line]
        numbers = [line["number"] for line in audit.read(log)]
        # The last may be on the disk before the writer came to say so.
        assert numbers == list(range(1, len(numbers) + 1))
        assert len(numbers) in {max(told, default=said), max(told, default=said) + 1}
        said = len(numbers)
    assert said > 8
    assert list(audit.breaks(log)) == []
