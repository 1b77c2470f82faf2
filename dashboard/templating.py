"""Templates, made into pages. Whatever they are given is escaped; a name that is not given stops the page."""

import hashlib
from datetime import UTC, date, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from jinja2.compiler import CodeGenerator, Frame
from jinja2.nodes import Expr
from markupsafe import Markup, escape

from orchestration.home import as_of

FOLDER = Path(__file__).with_name("templates")
STATIC = Path(__file__).with_name("static")


@lru_cache(maxsize=1024)
def day(value: date | None) -> str:
    """A day as GOV.UK writes it: 26 June 2026."""
    return "" if value is None else f"{value.day} {value:%B %Y}"


def clock(value: float) -> str:
    """The time of day of a moment, in seconds since 1970, on the council's clock: 15:04."""
    return f"{datetime.fromtimestamp(value, as_of.COUNCIL):%H:%M}"


def moment(value: str) -> str:
    """A moment in ISO form, UTC, on the council's clock: 26 June 2026, 15:04."""
    at = datetime.fromisoformat(value).replace(tzinfo=UTC).timestamp()
    return f"{day(as_of.day_of(at))}, {clock(at)}"


def number(value: float | None) -> str:
    return "–" if value is None else f"{value:,}"


def percent(value: float | None) -> str:
    """A share from 0 to 1 as a percentage with one decimal."""
    return "–" if value is None else f"{float(value):.1%}"


def change(value: int | None) -> str:
    """More or fewer, with its sign in words' own typography; nothing where it is not known."""
    if value is None:
        return "–"
    return "no change" if value == 0 else f"{'+' if value > 0 else '−'}{abs(value):,}"


def pounds(value: float | None) -> str:
    """Whole pounds, below nought with a sign; a dash where the sum is not known."""
    return "–" if value is None else f"{'−' if round(value) < 0 else ''}£{abs(round(value)):,}"


@lru_cache(maxsize=4096)
def _escaped_text(text: str) -> Markup:
    return escape(text)


def _escaped(value: Any) -> str:
    """What `escape` makes of a value, without making it again of what it made, or of a word that a list is full of."""
    if type(value) is Markup:
        return value
    return _escaped_text(value) if type(value) is str else escape(value)


class _Generator(CodeGenerator):
    """Writes templates as Python that escapes by `_escaped`: a list's thousands of cells hold few different words."""

    def _output_child_pre(self, node: Expr, frame: Frame, finalize: CodeGenerator._FinalizeInfo) -> None:
        if frame.eval_ctx.volatile or not frame.eval_ctx.autoescape or finalize.src is not None:
            super()._output_child_pre(node, frame, finalize)
        else:
            self.write("environment.escaped(")


class _Environment(Environment):
    """Looks for a dictionary's entry before its attribute: rows are dictionaries, and a list has thousands of cells."""

    code_generator_class = _Generator
    escaped = staticmethod(_escaped)

    def getattr(self, obj: Any, attribute: str) -> Any:
        if type(obj) is dict and attribute in obj:
            return obj[attribute]
        return super().getattr(obj, attribute)


def _environment() -> Environment:
    environment = _Environment(
        loader=FileSystemLoader(FOLDER),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    # Browsers keep styles for a while: others have another address.
    styles = b"".join(path.read_bytes() for path in sorted(STATIC.rglob("*.css")))
    environment.globals["styles"] = hashlib.sha256(styles).hexdigest()[:12]
    environment.filters.update(
        day=day, clock=clock, moment=moment, number=number, percent=percent, change=change, pounds=pounds
    )
    return environment


_TEMPLATES = _environment()


def _heading(name: str) -> str:
    template = _TEMPLATES.get_template(name)
    return "".join(template.blocks["heading"](template.new_context()))


SCREENS = {path.stem: _heading(f"help/{path.name}") for path in sorted((FOLDER / "help").glob("*.html"))}
"""Every screen that has a page of help, by the name of its template, with what it is called."""


def screen_of(template: str) -> str | None:
    """The screen that a template is of; `response_check` is a step of `response`. None for what is no screen."""
    parts = Path(template).stem.split("_") if "/" not in template else []
    names = ("_".join(parts[:count]) for count in range(len(parts), 0, -1))
    return next((name for name in names if name in SCREENS), None)


def render(template: str, **context: Any) -> str:
    """A page made of a template. Everything in `context` is text until a template says otherwise, and none does."""
    return _TEMPLATES.get_template(template).render(**context)
