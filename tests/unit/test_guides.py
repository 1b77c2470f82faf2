"""The guides: what they name exists, and the README is as short as it promises to be."""

import re
from importlib.util import find_spec
from pathlib import Path

import pytest
from typer.main import get_command

from orchestration.cli import app
from orchestration.settings import PROJECT

GUIDES = [
    *(PROJECT / name for name in ("README.md", "CONTRIBUTING.md", "SECURITY.md", "CHANGELOG.md")),
    *sorted((PROJECT / "docs").rglob("*.md")),
    *sorted((PROJECT / "expectations").rglob("*.md")),
]
FOLDERS = "orchestration|dashboard|models|seeds|macros|snapshots|expectations|tests|synthetic|benchmarks|docs"
IN_CODE = re.compile(rf"`((?:{FOLDERS})/[^`\s]*)`")
LINK = re.compile(r"\]\(([^)#\s:]+)(?:#[^)]*)?\)")
TERM = re.compile(r"^- \*\*(.+)\*\*: ")
COMMAND = re.compile(r"(?:^|`|\$ |&& )earlyhelp ((?:[a-z][a-z-]+)(?: [a-z][a-z-]+)?)", re.MULTILINE)
MADE_WITH_THE_SITE = re.compile(r"^dbt/")
"""Pages that `earlyhelp docs` puts beside the guides."""


def name(guide: Path) -> str:
    return str(guide.relative_to(PROJECT))


def test_the_readme_is_read_in_one_go() -> None:
    assert len((PROJECT / "README.md").read_text().splitlines()) <= 90


def test_the_readme_counts_the_faults_of_the_page_on_them() -> None:
    # Where else a kind was found tells of the same attacks once more.
    text = re.sub(r"### Where else.*?(?=### )", "", (PROJECT / "docs/reliability.md").read_text(), flags=re.DOTALL)
    rows = [line for line in text.splitlines() if line.startswith("|")]
    shown = [row for row in rows if re.search("`tests/|dbt unit tests|`benchmarks", row)]
    assert f"[{len(shown)} faults and attacks]" in (PROJECT / "README.md").read_text()


@pytest.mark.parametrize("guide", GUIDES, ids=name)
def test_every_path_that_a_guide_names_exists(guide: Path) -> None:
    text = guide.read_text()
    named = [PROJECT / path for found in IN_CODE.findall(text) for path in alternatives(found)]
    linked = [guide.parent / path for path in LINK.findall(text) if not MADE_WITH_THE_SITE.match(path)]
    missing = [str(path) for path in named + linked if not path.exists() and not list(PROJECT.glob(pattern(path)))]
    assert not missing


def test_the_walk_of_a_file_names_each_module_once() -> None:
    walk = (PROJECT / "CONTRIBUTING.md").read_text().split("## One file")[1].split("\n## ")[0]
    modules = [path for found in IN_CODE.findall(walk) for path in alternatives(found) if path.endswith(".py")]
    assert len(modules) > 20
    assert len(modules) == len(set(modules))


def test_the_glossary_lists_words_that_are_used_and_no_other() -> None:
    """One line each, sorted; a word that the guides and the models no longer say goes."""
    glossary = PROJECT / "docs/reference/glossary.md"
    lines = [line for line in glossary.read_text().splitlines() if line.startswith("- ")]
    terms = [TERM.match(line).group(1) for line in lines]
    assert terms == sorted(terms, key=str.casefold)
    assert len(terms) == len(set(terms)) > 50
    models = (path for ending in ("md", "yml") for path in (PROJECT / "models").rglob(f"*.{ending}"))
    texts = [" ".join(path.read_text().split()) for path in (*GUIDES, *models) if path != glossary]
    unused = [term for term in terms if not any(re.search(rf"(?i)\b{re.escape(term)}", text) for text in texts)]
    assert not unused


@pytest.mark.parametrize("guide", ["README.md", "CONTRIBUTING.md", "docs/index.md"])
def test_whoever_begins_finds_the_glossary(guide: str) -> None:
    assert any(path.endswith("glossary.md") for path in LINK.findall((PROJECT / guide).read_text()))


def alternatives(path: str) -> list[str]:
    """`a/{b,c}/d` is `a/b/d` and `a/c/d`."""
    if not (braced := re.search(r"\{([^}]*)\}", path)):
        return [path]
    return [
        each
        for choice in braced.group(1).split(",")
        for each in alternatives(path[: braced.start()] + choice.strip() + path[braced.end() :])
    ]


def pattern(path: Path) -> str:
    """A path as a pattern: `<source>` and `…` stand for anything."""
    inside = str(path.relative_to(PROJECT)) if path.is_relative_to(PROJECT) else "nothing"
    return re.sub(r"<[^>]*>|…", "*", inside)


@pytest.mark.parametrize("guide", GUIDES, ids=name)
def test_every_command_that_a_guide_names_exists(guide: Path) -> None:
    known = getattr(get_command(app), "commands")  # noqa: B009  # a group, though Typer only says a command
    unknown = []
    for said in COMMAND.findall(guide.read_text()):
        first, _, second = said.partition(" ")
        if first not in known or (second and hasattr(known[first], "commands") and second not in known[first].commands):
            unknown.append(said)
    assert not unknown


@pytest.mark.parametrize("guide", GUIDES, ids=name)
def test_every_module_and_target_that_a_guide_names_exists(guide: Path) -> None:
    text = guide.read_text()
    targets = set(re.findall(r"^([a-z]+):", (PROJECT / "Makefile").read_text(), re.MULTILINE))
    unknown = [module for module in re.findall(r"python -m (benchmarks[.\w]*)", text) if find_spec(module) is None]
    unknown += [target for target in re.findall(r"`make ([a-z]+)", text) if target not in targets]
    assert not unknown
