"""A council whose release cannot be united is named with a remedy, and harms no other; the switch is one."""

import json
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import pytest
import yaml
from typer.testing import CliRunner

from orchestration import cli
from orchestration.home import durable
from orchestration.region import interface, publish
from orchestration.region.council_list import read
from orchestration.releases import parquet
from orchestration.settings import Settings
from tests.support.open_county import County
from tests.support.regions import Council, asked, written

DAY = "2026-05-22"
GOOD = {"A": (90, 90, 30), "B": (80, 80, 40), "C": (70, 70, 35)}


def of(counts: tuple[int, int, int]) -> Council:
    return Council(County({"s": ("P", "Z")}, {(DAY, "s", "family"): counts}))


@pytest.fixture(scope="module")
def releases(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Three good releases, and a fourth to be broken. Only to be read."""
    folder = tmp_path_factory.mktemp("councils")
    return {code: of(counts).publish(folder / code) for code, counts in {**GOOD, "X": (60, 60, 25)}.items()}


def manifest(release: Path) -> dict[str, Any]:
    return json.loads((release / "manifest.json").read_text())


def say(release: Path, **changes: object) -> None:
    (release / "manifest.json").write_text(json.dumps(manifest(release) | changes))


def noted(release: Path, name: str) -> None:
    """Let the manifest have a file as it is now."""
    say(release, files=manifest(release)["files"] | {name: {"sha256": durable.sha256(release / name)}})


def gone(release: Path) -> None:
    shutil.rmtree(release)


def damaged_manifest(release: Path) -> None:
    (release / "manifest.json").write_text("{")


def another_json(release: Path) -> None:
    (release / "manifest.json").write_text("[]")


def changed_file(release: Path) -> None:
    with (release / "parquet/core/dim_place.parquet").open("ab") as file:
        file.write(b"x")


def missing_file(release: Path) -> None:
    (release / "parquet/mart/mart_re_referral.parquet").unlink()


def another_day(release: Path) -> None:
    say(release, as_of_date="2026-06-25")


def encrypted(release: Path) -> None:
    files = {name: entry for name, entry in manifest(release)["files"].items() if not name.startswith("parquet")}
    say(release, files=files | {"early_help.duckdb": {"sha256": "0", "key_id": "k"}})


def older(release: Path) -> None:
    files = manifest(release)["files"]
    del files["parquet/core/fct_flag_place.parquet"]
    say(release, files=files)


def rewritten(release: Path, table: str, select: str) -> None:
    name = f"parquet/{table}.parquet"
    draft = release / "draft.parquet"
    duckdb.sql(f"copy (select {select} from '{release / name}') to '{draft}' (format parquet)")
    draft.replace(release / name)
    noted(release, name)


def without_a_column(release: Path) -> None:
    rewritten(release, "core/fct_flag_place", "* exclude (raised_count)")


def of_another_type(release: Path) -> None:
    rewritten(release, "mart/mart_re_referral", "* replace (known_count::varchar as known_count)")


def of_another_build(release: Path) -> None:
    rewritten(release, "core/fct_flag_place", "* replace (raised_count + 1 as raised_count)")


def no_database(release: Path) -> None:
    (release / interface.OPEN_FILE).write_bytes(b"no database" * 2000)
    noted(release, interface.OPEN_FILE)


def a_region(release: Path) -> None:
    say(release, region="South")


FAULTS: dict[Callable[[Path], None], tuple[str, str]] = {
    gone: ("no release lies in its folder", "correct `release` in the list"),
    damaged_manifest: ("manifest.json is missing or damaged", "Copy its release again"),
    another_json: ("manifest.json is not that of a release", "Copy its release again"),
    changed_file: ("dim_place.parquet is missing or not what its manifest says", "Copy the release again"),
    missing_file: ("mart_re_referral.parquet is missing or not", "Copy the release again"),
    another_day: ("speaks of 2026-06-25, not of 2026-06-26", "Build it with --as-of 2026-06-26"),
    encrypted: ("analysts' file is encrypted", "unencrypted"),
    older: ("version 0.1.0 of its release has no parquet/core/fct_flag_place.parquet", "Build it with this version"),
    without_a_column: ("fct_flag_place.raised_count is not there", "version"),
    of_another_type: ("mart_re_referral.known_count is VARCHAR, not BIGINT", "version"),
    of_another_build: ("counts in its open file", "not of one build"),
    no_database: ("its files cannot be read", "Copy the release again"),
    a_region: ("it is the release of a region", "List the councils of that region"),
}


def run(home: Path, *arguments: str | Path) -> tuple[int, str]:
    done = CliRunner().invoke(cli.app, ["region", *map(str, arguments)], env={"EARLYHELP_HOME": str(home)})
    assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
    return done.exit_code, " ".join((done.stdout + done.stderr).split())


def raised(home: Path) -> list[tuple[Any, ...]]:
    return asked(
        home / "current" / publish.FILE,
        "select councils_count, raised_count from region.dashboard where place_type = 'region'",
    )


def test_every_fault_is_named_and_the_others_are_united(releases: dict[str, Path], tmp_path: Path) -> None:
    """All at once: each that is broken, one folder twice, two that hand over the same, and three good ones."""
    listed = {code: releases[code] for code in GOOD}
    for number, fault in enumerate(FAULTS):
        broken = Path(shutil.copytree(releases["X"], tmp_path / fault.__name__))
        say(broken, content_sha256=f"{number}")
        fault(broken)
        listed[f"X{number}"] = broken
    listed |= {"Y1": releases["X"], "Y2": releases["X"]}
    listed |= {"Z1": Path(shutil.copytree(releases["X"], tmp_path / "one"))}
    listed |= {"Z2": Path(shutil.copytree(releases["X"], tmp_path / "other"))}
    file = written(tmp_path / "north.yml", listed)
    code, printed = run(tmp_path / "region", "build", file)
    assert code == 3 and "Traceback" not in printed
    for number, (words, remedy) in enumerate(FAULTS.values()):
        sentence = printed.split(f"X{number}: ")[1].split(f"X{number + 1}: ")[0]
        assert words in sentence and remedy in sentence
    assert printed.count("the list has its folder more than once. Remedy: Take out the line that is not meant.") == 2
    assert printed.count("hands over the same content") == 2
    assert raised(tmp_path / "region") == [(3, 105)]
    left_out = asked(
        tmp_path / "region/current" / publish.FILE,
        "select count(*) from region.council where not is_united and fault is not null and fault not like '%/tmp%'",
    )
    assert left_out == [(len(FAULTS) + 4,)]


def test_a_code_twice_is_neither(releases: dict[str, Path], tmp_path: Path) -> None:
    file = written(tmp_path / "north.yml", releases)
    file.write_text(file.read_text().replace("code: X", "code: a"))
    code, printed = run(tmp_path / "region", "check", file)
    assert code == 3
    assert printed.count("the list has its code more than once") == 2
    assert not (tmp_path / "region").exists(), "a check writes nothing"


def test_the_day_of_most_is_meant_unless_one_is_named(releases: dict[str, Path], tmp_path: Path) -> None:
    other = Path(shutil.copytree(releases["X"], tmp_path / "other"))
    another_day(other)
    file = written(tmp_path / "north.yml", {**{code: releases[code] for code in GOOD}, "X": other})
    code, printed = run(tmp_path, "check", file, "--as-of", "2026-06-25")
    assert code == 3 and printed.count("its release speaks of 2026-06-26, not of 2026-06-25") == 3
    code, printed = run(tmp_path, "check", file)
    assert code == 3 and "X: its release speaks of 2026-06-25, not of 2026-06-26" in printed


def test_with_fewer_than_two_nothing_is_published_and_what_is_in_force_stays(
    releases: dict[str, Path], tmp_path: Path
) -> None:
    home = tmp_path / "region"
    assert run(home, "build", written(tmp_path / "n.yml", {code: releases[code] for code in GOOD}))[0] == 0
    before = (home / "current").resolve()
    code, printed = run(home, "build", written(tmp_path / "n.yml", {"A": releases["A"], "B": tmp_path / "nowhere"}))
    assert code == 1 and "1 of 2 councils can be united" in printed and "Nothing was changed" in printed
    assert (home / "current").resolve() == before and raised(home) == [(3, 105)]


def test_the_same_releases_are_nothing_new(releases: dict[str, Path], tmp_path: Path) -> None:
    file = written(tmp_path / "n.yml", {code: releases[code] for code in GOOD})
    assert run(tmp_path / "region", "build", file)[0] == 0
    code, printed = run(tmp_path / "region", "build", file)
    assert code == 0 and "Nothing new" in printed
    assert len(list((tmp_path / "region/releases").iterdir())) == 1


def test_a_run_that_dies_before_the_switch_leaves_the_release_in_force(
    releases: dict[str, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home, listed = tmp_path / "region", {code: releases[code] for code in GOOD}
    assert run(home, "build", written(tmp_path / "n.yml", listed))[0] == 0
    before = (home / "current").resolve()
    full = OSError(28, "No space left on device")

    def stop(*_: object) -> None:
        raise full

    monkeypatch.setattr(parquet, "write", stop)
    with pytest.raises(OSError, match="No space"):
        publish.publish(Settings(home=home), read(written(tmp_path / "n.yml", {**listed, "X": releases["X"]})))
    assert (home / "current").resolve() == before
    assert [path.name for path in (home / "releases").iterdir()] == [before.name], "no half release is left"


def test_a_councils_home_is_no_regions(releases: dict[str, Path], tmp_path: Path) -> None:
    (tmp_path / "landing").mkdir()
    code, printed = run(tmp_path, "build", written(tmp_path / "n.yml", releases))
    assert code == 1 and "is a council's home" in printed and "set EARLYHELP_HOME to another folder" in printed


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("{", "cannot be read as YAML"),
        ("name: North", "must have a name and a list of councils"),
        ("name: North\ncouncils: [{code: A, name: B}]", "council 1: it must have code, name, release"),
        ("name: North\ncouncils: [{code: 'A/..', name: B, release: c}]", "council 1: its code may have"),
    ],
)
def test_a_list_that_is_wrong_says_where(text: str, fault: str, tmp_path: Path) -> None:
    (tmp_path / "n.yml").write_text(text)
    code, printed = run(tmp_path / "region", "build", tmp_path / "n.yml")
    assert code == 1 and fault in printed and "Traceback" not in printed


def test_nothing_but_what_is_named_is_read(releases: dict[str, Path], tmp_path: Path) -> None:
    """A council may hand over these files alone, as the help says: the region is the same."""
    names = CliRunner().invoke(cli.app, ["region", "files"]).stdout
    for code in GOOD:
        (tmp_path / code).mkdir()
        handed = tmp_path / f"{code}.tar"
        subprocess.run(["tar", "-ch", "-C", releases[code], "-T", "-", "-f", handed], input=names.encode(), check=True)
        subprocess.run(["tar", "-x", "-C", tmp_path / code, "-f", handed], check=True)
        assert len([path for path in (tmp_path / code).rglob("*") if path.is_file()]) == len(names.split())
    listed = written(tmp_path / "n.yml", {code: tmp_path / code for code in GOOD})
    assert run(tmp_path / "region", "build", listed)[0] == 0
    assert raised(tmp_path / "region") == [(3, 105)]


def council_of(folder: Path, code: str, **more: str) -> dict[str, str]:
    return {"code": code, "name": f"Council {code}", "release": str(folder / code), **more}


def earlyhelp_of(listed: Path | None, *arguments: str, **environment: str) -> tuple[int, str]:
    """Exit code and words of `earlyhelp --council …`; the environment is as it was afterwards."""
    named = ["--councils", str(listed)] if listed else []
    with pytest.MonkeyPatch.context() as patch:
        for name in (
            "EARLYHELP_HOME",
            "EARLYHELP_KEY",
            "EARLYHELP_KEY_FILE",
            "EARLYHELP_COUNCIL",
            "EARLYHELP_COUNCILS",
        ):
            # Set first, so that it is put back whatever the command does with it.
            patch.setenv(name, environment.get(name, ""))
            if name not in environment:
                patch.delenv(name)
        done = CliRunner().invoke(cli.app, [*named, *arguments])
    return done.exit_code, done.output


@pytest.mark.parametrize(
    ("councils", "said"),
    [
        ([{}, {}], "A: the list has its code more than once"),
        ([{"code": "B"}], "The list has no council A. It has B."),
        ([{"key_file": None}], "A has no `key_file` in the list, so it is built elsewhere"),
        ([{}, {"code": "B", "release": "A"}], "A: the list has its folder more than once"),
        ([{}, {"code": "B", "key_file": "A.key"}], "A: another council has the same key"),
        ([{}, {"code": "B", "key_file": "copied.key"}], "A: another council has the same key"),
        ([{"release": "handed_over"}], "handed_over is a release that was handed over"),
        ([{"settings": "nowhere"}], "there is no folder"),
        ([{"keyfile": "A.key"}], "may have key_file and settings too, and nothing else"),
    ],
)  # fmt: skip
def test_a_council_is_not_built_where_another_could_be_meant(
    tmp_path: Path, councils: list[dict[str, str | None]], said: str
) -> None:
    for key in ("A.key", "copied.key"):
        (tmp_path / key).write_text("0" * 64)
    (tmp_path / "handed_over").mkdir()
    (tmp_path / "handed_over/manifest.json").write_text("{}")
    whole = [{**council_of(tmp_path, council.get("code") or "A", key_file="A.key"), **council} for council in councils]
    entries = [{key: value for key, value in one.items() if value is not None} for one in whole]
    listed = tmp_path / "north.yml"
    listed.write_text(yaml.safe_dump({"name": "North", "councils": entries}))
    exit_code, printed = earlyhelp_of(listed, "--council", "A", "init")
    assert exit_code == 1 and said in printed
    assert not (tmp_path / "A").exists()
    if "no council" not in said and "key_file`" not in said:
        exit_code, printed = earlyhelp_of(
            listed, "region", "night", str(listed), EARLYHELP_HOME=str(tmp_path / "north")
        )
        assert exit_code == 1 and said in printed


def test_a_council_is_worked_for_with_what_is_its_own_alone(tmp_path: Path) -> None:
    listed = tmp_path / "north.yml"
    listed.write_text(yaml.safe_dump({"name": "North", "councils": [council_of(tmp_path, "A", key_file="A.key")]}))
    exit_code, printed = earlyhelp_of(None, "--council", "A", "init")
    assert exit_code == 1 and "--councils LIST, or EARLYHELP_COUNCILS" in printed
    exit_code, printed = earlyhelp_of(listed, "--council", "A", "init", EARLYHELP_KEY="0" * 64)
    assert exit_code == 1 and "it would be the key of every council" in printed
    # Settings of somebody else that stand in the environment are not the council's, nor is their home.
    others = {"EARLYHELP_COUNCIL": str(tmp_path / "theirs"), "EARLYHELP_HOME": str(tmp_path / "other")}
    exit_code, printed = earlyhelp_of(None, "--council", "a", "init", EARLYHELP_COUNCILS=str(listed), **others)
    assert exit_code == 0, printed
    assert (tmp_path / "A.key").exists() and (tmp_path / "A/landing").is_dir() and not (tmp_path / "other").exists()
    exit_code, printed = earlyhelp_of(listed, "--council", "A", "council", "check", **others)
    assert "theirs" not in printed
