"""What stands in a cell in place of a value: errors of a spreadsheet, and marks that the reader of workbooks leaves.

A spreadsheet writes its errors into CSV as words. In a workbook a cell can also hold what was never calculated, or a
number whose form cannot be read; the reader writes one of the marks for it. None of them is a value of any column.
"""

from enum import StrEnum


class Mark(StrEnum):
    """What the reader of workbooks writes for a cell without a value that can be read; its name is the reason."""

    FORMULA_WITHOUT_VALUE = "#FORMULA_WITHOUT_VALUE!"
    DIGITS_LOST = "#DIGITS_LOST!"
    SHOWN_OTHERWISE = "#SHOWN_OTHERWISE!"


ERRORS = (
    "#N/A", "#REF!", "#VALUE!", "#DIV/0!", "#NAME?", "#NULL!", "#NUM!", "#SPILL!", "#CALC!", "#GETTING_DATA", "#FIELD!",
    "#BLOCKED!", "#CONNECT!", "#UNKNOWN!", "#BUSY!", "#EXTERNAL!", "#PYTHON!", "#TIMEOUT!",
)  # fmt: skip
"""The errors as a spreadsheet writes them. A column too narrow for its date is saved as `####`, which is one too."""

OTHER_ERROR = "#VALUE!"
"""What the reader writes for an error that is none of them."""

REASONS = ("error_cell", *(mark.name.lower() for mark in Mark))


def is_odd(text: str | None) -> bool:
    """Whether a cell of a workbook, as it was read, holds something in place of a value."""
    return text is not None and text.startswith("#") and (text in ERRORS or text in list(Mark))


def reason(value: str) -> str:
    """SQL of the reason why what stands in a cell is no value; null where it may be one."""
    reasons = {mark.value: mark.name.lower() for mark in Mark} | dict.fromkeys(ERRORS, "error_cell")
    words = ", ".join(f"'{word}': '{why}'" for word, why in reasons.items())
    return (
        f"case when starts_with({value}, '#') then coalesce(map {{{words}}}[upper({value})], "
        f"case when regexp_full_match({value}, '#{{2,}}') then 'error_cell' end) end"
    )
