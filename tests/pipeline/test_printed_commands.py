"""Every command that the pages for analysts and for BI tools print runs as it is printed."""

import re
import shlex
from pathlib import Path

import pytest

from tests.support.warehouse import PROJECT, Warehouse

PAGES = sorted([*(PROJECT / "docs/analysts").glob("*.md"), *(PROJECT / "docs/bi-tools").glob("*.md")])
COMMAND = re.compile(r"^\$ (earlyhelp (?:.*\\\n)*.*)$", re.MULTILINE)
ELSEWHERE = {"earlyhelp sql": "DuckDB's shell is no part of this environment: tests/clients/test_shell.py has its own"}
FILES = {
    "mine.sql": "select count(*) as schools from mart.mart_freshness;\n",
    "stricter.csv": "flag_code,threshold\nsen,2\n",
}
"""What the pages have one write beside oneself before."""
PRINTED = [
    pytest.param(page, words, id=" ".join(words[1:4]))
    for page in PAGES
    for command in COMMAND.findall(page.read_text(encoding="utf-8"))
    if " ".join(words := shlex.split(command.replace("\\\n", " "), comments=True)) not in ELSEWHERE
]


def test_the_pages_print_commands() -> None:
    assert len(PRINTED) > 10 and len({page for page, *_ in (each.values for each in PRINTED)}) >= 5


@pytest.mark.parametrize(("page", "words"), PRINTED)
def test_a_command_runs_or_is_refused_as_the_page_says(
    clean: Warehouse, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, page: Path, words: list[str]
) -> None:
    for name, text in FILES.items():
        (tmp_path / name).write_text(text)
    monkeypatch.chdir(tmp_path)
    done = clean.here(*words[1:])
    if done.returncode:
        assert done.stderr.strip() and done.stderr.strip() in page.read_text(encoding="utf-8")
    else:
        assert done.stdout.strip()
        assert "--out" not in words or (tmp_path / words[words.index("--out") + 1]).exists()
