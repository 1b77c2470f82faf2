"""The fingerprint of the code covers what decides a build's content, and nothing else: by it increments begin anew."""

import shutil
from pathlib import Path

import pytest

from orchestration.build import fingerprint, import_graph
from orchestration.settings import PROJECT

STANDS = ("orchestration", "expectations", "models", "seeds", "macros", "snapshots", "dbt_project.yml", "profiles.yml")


@pytest.fixture(scope="module")
def decisive() -> set[str]:
    return {str(path.relative_to(PROJECT)) for path in fingerprint.decisive()}


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of what fingerprints are taken of."""
    for name in STANDS:
        copy = shutil.copytree if (PROJECT / name).is_dir() else shutil.copy
        copy(PROJECT / name, tmp_path / name)
    for module in (fingerprint, import_graph):
        monkeypatch.setattr(module, "PROJECT", tmp_path)
    return tmp_path


@pytest.mark.parametrize(
    "name",
    [
        "models/intermediate/need/int_need_levels.sql",
        "macros/validity.sql",
        "seeds/reference/ref_flag_rule.csv",
        "dbt_project.yml",
        "orchestration/defs/landing.py",
        "orchestration/build/materializations.py",
        # reached by a name in quotes: the process that reads files
        "orchestration/deliveries/readers/process.py",
        "orchestration/deliveries/readers/xlsx.py",
        # imported where it is needed
        "expectations/gate.py",
        # chosen by the name of a source
        "expectations/suites/school_census.py",
        "expectations/contracts/synergy/v1.yml",
        "orchestration/releases/open_file/counts.sql",
        "orchestration/suppression/safety.sql",
        # imported by models of dbt alone
        "orchestration/linkage/score.py",
        "orchestration/linkage/parameters/2026-11-25.json",
        "orchestration/forecast/method.py",
    ],
)
def test_this_decides(decisive: set[str], name: str) -> None:
    assert name in decisive


@pytest.mark.parametrize(
    "name",
    [
        "orchestration/documentation/pages.py",
        "orchestration/documentation/iframe-worker.js",
        "orchestration/commands/build.py",
        "orchestration/exports/write.py",
        "orchestration/what_if/step.sql",
        "orchestration/service/webserver.py",
        "orchestration/linkage/charts.py",
    ],
)
def test_this_decides_nothing(decisive: set[str], name: str) -> None:
    assert (PROJECT / name).is_file()
    assert name not in decisive


def test_a_comment_in_what_decides_is_seen_and_elsewhere_it_is_not(project: Path) -> None:
    before = fingerprint.code()
    for folder in ("documentation", "commands", "exports"):
        for file in (project / "orchestration" / folder).glob("*.py"):
            file.write_text(file.read_text() + "\n# changed\n")
    assert fingerprint.code() == before
    file = project / "orchestration/build/snapshots.py"
    file.write_text(file.read_text() + "\n# changed\n")
    assert fingerprint.code() != before


def test_what_a_step_begins_to_import_decides_from_then_on(project: Path) -> None:
    step, other = project / "orchestration/defs/landing.py", project / "orchestration/exports/formats.py"
    assert other not in fingerprint.decisive()
    step.write_text(step.read_text() + "\n\ndef later() -> None:\n    import orchestration.exports.formats\n")
    assert other in fingerprint.decisive()
