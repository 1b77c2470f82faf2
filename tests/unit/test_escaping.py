"""What a page is given stands in it escaped, as MarkupSafe escapes it."""

from typing import Any

import markupsafe
import pytest

from dashboard.templating import _TEMPLATES


class _Word(str):
    """A text that is not quite a str."""


class _Drawn:
    def __html__(self) -> str:
        return "<svg></svg>"


@pytest.mark.parametrize(
    "value",
    [
        *("<script>alert(1)</script>", 'O\'Neil & "Sons"', "", "Zoë", _Word("<b>")),
        *(markupsafe.Markup("<b>bold</b>"), _Drawn(), None, 7, 0.5, True, ["<i>"]),
    ],
)
def test_a_template_writes_a_value_as_markupsafe_escapes_it(value: Any) -> None:
    template = _TEMPLATES.from_string("{{ value }}|{% set part %}{{ value }}{% endset %}{{ part }}")
    once = str(markupsafe.escape(value))
    for _ in range(2):
        assert template.render(value=value) == f"{once}|{once}"
