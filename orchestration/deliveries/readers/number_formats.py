"""How a workbook shows its numbers: which forms are dates, and what an identifier looks like on the sheet."""

import re
from decimal import Decimal

from lxml import etree

from expectations.contract.odd_cells import Mark

GENERAL, AS_TEXT = "General", "@"
BUILT_IN = {1: "0", 2: "0.00", 3: "#,##0", 4: "#,##0.00", 9: "0%", 10: "0.00%", 11: "0.00E+00", 49: AS_TEXT}
BUILT_IN_DATES = frozenset((*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)))
DATE = "yyyy-mm-dd"

LITERAL = re.compile(r'"[^"]*"|\\.|_.|\*.|\[(?!h+\]|m+\]|s+\])[^\]]*\]', re.IGNORECASE)
"""What stands in a form and is no place for a digit or a part of a date: words, spaces, colours, languages."""

PADDED = re.compile(r"0{2,}")
PLAIN = re.compile(r"General|@|[#,]*0(\.0+)?(E\+0+)?", re.IGNORECASE)

DIGITS_KEPT = 15
"""A spreadsheet keeps so many digits of a number; the others have become noughts."""


class Formats:
    """The forms of a workbook's numbers, by the style of a cell."""

    def __init__(self, styles: bytes | None) -> None:
        self._of_style = [GENERAL]
        if styles is None:
            return
        own = {form.get("numFmtId"): form.get("formatCode", GENERAL) for form in elements(styles, "numFmt")}
        used = [style.get("numFmtId", "0") for cells in elements(styles, "cellXfs") for style in cells]
        self._of_style = [own.get(number) or _built_in(int(number)) for number in used] or [GENERAL]

    def of_style(self, style: str) -> str:
        """The form of a cell of that style."""
        return self._of_style[int(style)]


def elements(content: bytes, tag: str) -> list[etree._Element]:
    """The elements of that name in a part, in whatever namespace."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True)
    return list(etree.fromstring(content, parser).iter(f"{{*}}{tag}"))


def is_date(form: str) -> bool:
    """Whether a number of that form is shown as a day or a time of day."""
    first = LITERAL.sub("", form.split(";")[0])
    return form != GENERAL and "[" not in first and bool(re.search(r"[ymdhs]", first, re.IGNORECASE))


def plain(number: Decimal) -> str:
    """A number in digits, whatever its form; a Mark where a spreadsheet has lost some of them."""
    if number.adjusted() >= DIGITS_KEPT:
        return Mark.DIGITS_LOST.value
    return str(int(number)) if number == number.to_integral_value() else f"{float(number):.15g}"


def as_shown(number: Decimal, form: str) -> str:
    """A number that stands for a text, as the sheet shows it: all its digits, with noughts before them where its form
    puts some; a Mark where it is shown in a form that is not read."""
    digits = plain(number)
    if digits.isdecimal() and PADDED.fullmatch(form):
        return digits.zfill(len(form))
    is_shown = form in (GENERAL, AS_TEXT) or (PLAIN.fullmatch(form) and not re.search(r"[.e-]", digits))
    return digits if is_shown or digits == Mark.DIGITS_LOST.value else Mark.SHOWN_OTHERWISE.value


def _built_in(number: int) -> str:
    return DATE if number in BUILT_IN_DATES else BUILT_IN.get(number, GENERAL)
