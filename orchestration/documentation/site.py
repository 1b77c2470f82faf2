"""The site: guides, made pages and dbt's own documentation, for opening from a folder without a network."""

import re
import shutil
import subprocess
import tempfile
from contextlib import nullcontext
from functools import partial
from pathlib import Path
from typing import Any

import duckdb

from orchestration.build import dbt
from orchestration.documentation import drawing
from orchestration.documentation.manifest import Project
from orchestration.documentation.pages import DOCS, DRAWING, MARTS
from orchestration.home import progress
from orchestration.home.lock import build_lock
from orchestration.settings import PROJECT, Settings

LINK = re.compile(r"(\[[^\]]*\]\()((?!https?:|#)[^)#\s]+)((?:#[^)]*)?\))")
TRACKER = re.compile(r"//[\w.]+\.cloudfront\.net/[\w./-]+")
FILES = Path("files")
"""Where files of the project that pages point to lie in the site."""

SEARCH = "iframe-worker.js"
"""Named so that the theme takes it in the place of the one it would fetch."""


def build(settings: Settings, project: Project, out: Path) -> bool:
    """Write the site into `out`; whether dbt's documentation knows the columns of a build.

    A site that lies there is replaced; a folder with anything else in it raises FileExistsError. Raises RuntimeError
    with the tool's own words if mkdocs or dbt refuses.
    """
    if out.exists() and any(out.iterdir()) and not (out / SEARCH).exists():
        raise FileExistsError(f"{out} holds something that is not a site: choose an empty or a new folder with --out.")
    with tempfile.TemporaryDirectory() as folder:
        staged = Path(folder) / "docs"
        shutil.copytree(DOCS, staged)
        _stage(staged, project)
        progress.say("dbt's documentation")
        is_built = settings.build_file.exists()
        # dbt reads the build in a process of its own, where DuckDB would stop a run that writes to it.
        with build_lock(settings) if is_built else nullcontext():
            _dbt_docs(settings, Path(folder) / "dbt", staged / "dbt", is_built)
        progress.say("pages")
        _mkdocs(staged, out)
    return is_built


def _stage(staged: Path, project: Project) -> None:
    """Bring in what pages point to outside docs/, and the drawing itself in the place of its image."""
    shutil.copy(Path(__file__).with_name(SEARCH), staged)
    image = re.compile(rf"!\[[^\]]*\]\({re.escape(DRAWING.name)}\)")
    for page in list(staged.rglob("*.md")):
        name = page.relative_to(staged)
        text = LINK.sub(partial(_brought_in, staged, name), page.read_text(encoding="utf-8"))
        page.write_text(image.sub(lambda _: drawing.star(project), text), encoding="utf-8")


def _brought_in(staged: Path, page: Path, link: re.Match[str]) -> str:
    """The link, leading to a copy in the site where it left docs/."""
    target = (DOCS / page.parent / link[2]).resolve()
    if target.is_relative_to(DOCS) or not target.is_file():
        return link[0]
    copy = FILES / target.relative_to(PROJECT)
    (staged / copy).parent.mkdir(parents=True, exist_ok=True)
    text = target.read_text(encoding="utf-8")
    # Links of a page outside docs/ lead on through the project and are not followed.
    (staged / copy).write_text(LINK.sub(r"\1#\3", text) if copy.suffix == ".md" else text, encoding="utf-8")
    up = "../" * len(page.parent.parts)
    return f"{link[1]}{up}{copy}{link[3]}"


def _navigation(staged: Path) -> list[str | dict[str, Any]]:
    """The pages in the order in which index.md names them, below its headings, then the marts."""
    _, *parts = (staged / "index.md").read_text(encoding="utf-8").split("\n## ")
    guides = {
        part.splitlines()[0]: [*dict.fromkeys(link for _, link, _ in LINK.findall(part) if link.endswith(".md"))]
        for part in parts
    }
    marts = [str(path.relative_to(DOCS)) for path in sorted(MARTS.glob("*.md"))]
    return ["index.md", *({heading: pages} for heading, pages in guides.items()), {"Marts": marts}]


def _mkdocs(staged: Path, out: Path) -> None:
    from mkdocs.commands.build import build as write
    from mkdocs.config import load_config
    from mkdocs.exceptions import MkDocsException

    try:
        config = load_config(
            config_file=str(PROJECT / "mkdocs.yml"),
            docs_dir=str(staged),
            site_dir=str(out.resolve()),
            nav=_navigation(staged),
        )
        write(config)
    except MkDocsException as problem:
        raise RuntimeError(f"mkdocs: {problem}") from problem


def _dbt_docs(settings: Settings, target: Path, out: Path, is_built: bool) -> None:
    target.mkdir()
    for known in ("manifest.json", "partial_parse.msgpack"):
        if (parsed := dbt.target() / known).exists():
            shutil.copy(parsed, target)
    # Without a build there is nothing to ask for columns, nor for what the SQL of an increment depends on.
    without = [] if is_built else ["--empty-catalog", "--no-compile"]
    build_file = settings.build_file
    if not is_built:
        build_file = target / build_file.name
        duckdb.connect(str(build_file)).close()
    done = subprocess.run(
        [dbt.EXECUTABLE, "--quiet", "docs", "generate", "--static", *without, *dbt.places(target)],
        env={**dbt.environment(settings), "EARLYHELP_BUILD_FILE": str(build_file)},
        capture_output=True,
        text=True,
    )
    if done.returncode:
        raise RuntimeError(f"dbt: {done.stdout}{done.stderr}")
    page = (target / "static_index.html").read_text(encoding="utf-8")
    # Neither where this machine keeps things, nor the tracker that dbt's page would load if it were allowed to.
    page = TRACKER.sub("", page.replace(str(target), "target").replace(str(PROJECT), "."))
    out.mkdir(parents=True, exist_ok=True)
    (out / "index.html").write_text(page, encoding="utf-8")
