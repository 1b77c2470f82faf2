"""A file made to hurt its reader is rejected, and stops neither the others nor the families' rights nor a rebuild."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from orchestration.deliveries import register
from orchestration.settings import Settings
from tests.faults import hostile_files
from tests.faults.made_files import census, census_pupil, census_xml, pupil, pupils_csv, text

PROJECT = Path(__file__).resolve().parents[2]
READER_BYTES = 512 << 20

LOAD = """
import json, resource, sys, time
from pathlib import Path
from orchestration import deliveries
from orchestration.build_file import connect
from orchestration.settings import Settings

settings = Settings(home=Path(sys.argv[1]))
started = time.monotonic()
with connect(settings) as connection:
    outcomes = deliveries.load(settings, connection, "run", print)
print(json.dumps({
    "outcomes": [[o.source, o.file_name, o.status, o.reason, o.rows_read, o.rows_accepted, o.rows_rejected]
                 for o in outcomes],
    "seconds": time.monotonic() - started,
    "own": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss,
    "reader": resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss,
}))
"""
RIGHTS = """
import json, resource, sys
from pathlib import Path
from orchestration.rights import files, sweep
from orchestration.rights.workspace import workspace
from orchestration.settings import Settings

settings = Settings(home=Path(sys.argv[1]))
with workspace(settings) as connection:
    read = [[r.file.source, r.file.file_name, r.is_whole]
            for r in files.read(settings, connection, sweep.archived(settings))]
print(json.dumps({"read": read, "own": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss}))
"""
REBUILD = """
import json, sys
from pathlib import Path
from orchestration import rebuild
from orchestration.build_file import connect
from orchestration.deliveries import register
from orchestration.settings import Settings

settings, second = Settings(home=Path(sys.argv[1])), Settings(home=Path(sys.argv[2]))
rebuild._lay(settings, second)
rebuild._take_in(settings, second, register.entries(settings.archive))
with connect(second) as connection:
    rows = connection.execute("select source, file_name, status from ops.delivery").fetchall()
print(json.dumps(rows))
"""


def run(script: str, *arguments: Path, **environment: str) -> tuple[dict, str]:
    """What a script says on its last line, and all that it says."""
    done = subprocess.run(
        [sys.executable, "-c", script, *map(str, arguments)],
        cwd=PROJECT,
        env={**os.environ, "EARLYHELP_LIMIT_READER_BYTES": str(READER_BYTES), **environment},
        capture_output=True,
        text=True,
        timeout=280,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    return json.loads(done.stdout.splitlines()[-1]), done.stdout + done.stderr


@pytest.fixture(scope="module")
def attacked(tmp_path_factory: pytest.TempPathFactory) -> tuple[Settings, dict[tuple[str, str], str], dict, str]:
    """A home after one load of hostile files and good ones; the kind of each file, and what the load said."""
    settings = Settings(home=tmp_path_factory.mktemp("attacked"))
    kinds = {(path.parent.name, path.name): kind for path, kind in hostile_files.write_hostile(settings.landing)}
    pupils_csv(settings.landing / "synergy", [pupil(number) for number in range(1, 201)])
    census_xml(settings.landing / "school_census", census([census_pupil(number) for number in range(1, 31)]))
    good = text(settings.landing / "family_matters" / "family_matters_2026-06-20.xlsx", "")
    good.write_bytes(hostile_files.workbook())
    told, said = run(LOAD, settings.home)
    return settings, kinds, told, said


def test_each_hostile_file_has_a_verdict_and_the_good_ones_are_taken(attacked) -> None:
    settings, kinds, told, _ = attacked
    assert len(kinds) >= 100
    verdicts = {(source, name): status for source, name, status, *_ in told["outcomes"]}
    assert verdicts.keys() >= kinds.keys()
    good = {file: status for file, status in verdicts.items() if file not in kinds}
    assert len(good) == 3
    assert set(good.values()) <= {"accepted", "accepted_with_warnings"}
    rejected = sum(verdicts[file] == "rejected" for file in kinds)
    megabytes = {who: told[who] // 1024 for who in ("own", "reader")}
    print(f"{len(kinds)} hostile files: {rejected} rejected, {told['seconds']:.0f} s, peak MiB {megabytes}")
    for source, name, status, reason, read, accepted, refused in told["outcomes"]:
        print(f"{status:24}{kinds.get((source, name), 'good')}: {reason or ''}"[:220])
        assert read == accepted + refused
        assert bool(reason) == (status == "rejected")
    assert rejected > len(kinds) * 0.8
    # What a process may allocate bounds what it holds; its libraries are mapped beside that.
    assert told["reader"] * 1024 < READER_BYTES + (200 << 20)
    assert told["own"] * 1024 < 1 << 30
    assert not list(settings.landing.glob("*/*"))
    assert sorted(path.name for path in settings.build.glob("reading*")) == []


def test_the_families_rights_read_past_hostile_files(attacked) -> None:
    settings, _, told, _ = attacked
    read, _ = run(RIGHTS, settings.home)
    assert len(read["read"]) == len(register.entries(settings.archive))
    taken = {(source, name) for source, name, status, *_ in told["outcomes"] if status != "rejected"}
    whole = {(source, name) for source, name, is_whole in read["read"] if is_whole}
    assert taken <= whole
    assert read["own"] * 1024 < 1 << 30


def test_a_rebuild_loads_past_hostile_files_and_says_the_same(attacked, tmp_path: Path) -> None:
    settings, _, told, _ = attacked
    again, _ = run(REBUILD, settings.home, tmp_path / "second")
    assert sorted(map(tuple, again)) == sorted(
        {(source, name, status) for source, name, status, *_ in told["outcomes"]}
    )
