"""No UPN and no name is taken as an argument: they come by a prompt, standard input or a file, and are not repeated."""

import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest
import typer
from typer.main import get_command
from typer.models import CommandInfo
from typer.testing import CliRunner, Result

from orchestration.cli import app
from orchestration.commands import arguments
from tests.support.warehouse import KEY, PROJECT

UPN, CHILD = "A801200001001", "0123456789abcdef0123456789abcdef"
NAMED = "Céline Falsett, 2014-05-31"


def earlyhelp(*given: str, home: Path, typed: bytes | None = None) -> Result:
    environment = {"EARLYHELP_HOME": str(home), "EARLYHELP_KEY": KEY}
    return CliRunner().invoke(app, list(given), env=environment, input=typed)


REFUSED = [
    ("erase", "--child", UPN),
    ("erase", "--child", UPN.lower(), "--reason", "case 17", "--yes"),
    ("erase", f"--child={UPN}"),
    ("erase", UPN),
    ("erase", "--child", NAMED),
    ("erase", "--child", "Céline", "Falsett,", "2014-05-31"),
    ("erase", "--child", CHILD, "Céline", "Falsett"),
    ("erase", "--child", CHILD, "--reason", f"of {UPN}"),
    ("erase", "--child", CHILD.upper()),
    ("subject-access", "--child", UPN, "--out", "papers", "--reason", "case 17"),
    ("subject-access", "--child", NAMED, "--out", "papers", "--reason", "case 17"),
    ("subject-access", "--child", CHILD, "--out", f"papers/{UPN}", "--reason", "case 17"),
    ("subject-access", "--child-file", f"{UPN}.txt", "--out", "papers", "--reason", "case 17"),
    ("export", "mart.mart_child_list", "--out", "list.csv", "--where", f"upn = '{UPN}'"),
    ("review", "accept", "3f9a", "--note", f"is {UPN}"),
    ("metric", "children", "--where", f"upn = '{UPN}'"),
    ("deliver", f"/in/pupil_{UPN}.csv"),
]


@pytest.mark.parametrize("given", REFUSED, ids=" ".join)
def test_who_it_is_about_is_refused_as_an_argument_and_not_repeated(given: tuple[str, ...], tmp_path: Path) -> None:
    done = earlyhelp(*given, home=tmp_path / "home")
    assert done.exit_code == 1
    assert "Nothing was done" in done.output and "history" in done.output
    for said in (UPN, "Céline", "Falsett", "2014-05-31"):
        assert said.casefold() not in done.output.casefold()
    assert not (tmp_path / "home").exists()


@pytest.mark.parametrize("command", [command for command in app.registered_commands], ids=lambda command: command.name)
def test_every_command_refuses_a_upn_before_it_does_anything(command: CommandInfo, tmp_path: Path) -> None:
    name = command.name or command.callback.__name__
    done = earlyhelp(name, UPN, home=tmp_path / "home")
    assert done.exit_code == 1
    assert UPN not in done.output
    assert not (tmp_path / "home").exists()


@pytest.mark.parametrize(
    ("given", "typed", "whom"),
    [
        (CHILD, None, CHILD),
        (None, None, None),
        ("-", f"{UPN}\n".encode(), UPN),
        ("-", f'\n "{NAMED}" \r\n\n'.encode("utf-8-sig"), NAMED),
    ],
)
def test_whom_it_is_about_is_read(
    given: str | None, typed: bytes | None, whom: str | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    context = typer.Context(get_command(app))
    if typed is not None:
        file = tmp_path / "whom.txt"
        file.write_bytes(typed)
        assert arguments.child_of(context, None, file) == whom
        with file.open() as stream:
            monkeypatch.setattr(sys, "stdin", stream)
            assert arguments.child_of(context, given, None) == whom
    else:
        assert arguments.child_of(context, given, None) == whom


@pytest.mark.parametrize(
    ("given", "typed", "why"),
    [
        (("--child", "-"), b"", "has 0 lines"),
        (("--child", "-"), f"{UPN}\n{NAMED}\n".encode(), "has 2 lines"),
        (("--child", "-"), NAMED.encode("cp1252"), "not UTF-8"),
        (("--child-file", "/nonexistent"), None, "cannot be read: No such file"),
        (("--child", CHILD, "--child-file", "/nonexistent"), None, "not with both"),
        ((), None, "Say with --child"),
    ],
)
def test_what_says_nobody_or_two_is_refused_in_a_sentence(
    given: tuple[str, ...], typed: bytes | None, why: str, tmp_path: Path
) -> None:
    done = earlyhelp("erase", *given, home=tmp_path / "home", typed=typed)
    assert done.exit_code == 1
    assert why in done.output
    assert UPN not in done.output and "Falsett" not in done.output


def test_at_a_terminal_it_is_asked_for_and_shown_while_it_is_typed(tmp_path: Path) -> None:
    ours, theirs = pty.openpty()
    running = subprocess.Popen(
        [sys.executable, "-m", "orchestration.cli", "erase", "--child", "-"],
        cwd=PROJECT,
        env={**os.environ, "EARLYHELP_HOME": str(tmp_path / "home"), "EARLYHELP_KEY": KEY},
        stdin=theirs,
        stdout=theirs,
        stderr=subprocess.PIPE,
    )
    os.write(ours, f"{UPN}\n".encode())
    _, errors = running.communicate(timeout=60)
    os.close(theirs)
    shown = os.read(ours, 1000).decode()
    os.close(ours)
    assert "Whom?" in shown + errors.decode()
    assert UPN in shown, "what is typed can be looked over"
    assert UPN not in errors.decode()
    assert "There is no build" in errors.decode()
