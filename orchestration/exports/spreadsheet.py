r"""What a spreadsheet would run rather than show, and how such text is made harmless: an apostrophe before it.

A cell is run when it begins with = + - @, a tab or a return, whatever blanks or invisible characters stand before.
A program that splits a line at another character than the one that wrote it, or takes quotes for text, begins a cell in
the middle of ours: so the same holds after , ; | a quote, a tab and a line break. The wide forms of the four count too.
"""

BEGINS_A_CELL = r"""(^|[,;|"\t\r\n])"""
UNSEEN = r"([\s\p{Z}\p{C}]*)"
SIGNS = "=+\\-@\N{FULLWIDTH EQUALS SIGN}\N{FULLWIDTH PLUS SIGN}\N{FULLWIDTH HYPHEN-MINUS}\N{FULLWIDTH COMMERCIAL AT}"
PLAIN_NUMBER = r"[+-]?[0-9]+(\.[0-9]+)?"
NOT_IN_A_SHEET = r"[\x00-\x08\x0b\x0c\x0e-\x1f\x{fffe}\x{ffff}]"
"""Characters that the XML inside an XLSX file must not hold; some readers of CSV stop at them."""

TYPED = (
    "BIGINT", "BOOLEAN", "DATE", "DECIMAL", "DOUBLE", "FLOAT", "HUGEINT", "INTEGER", "SMALLINT", "TIME", "TIMESTAMP",
    "TINYINT", "UBIGINT", "UHUGEINT", "UINTEGER", "USMALLINT", "UTINYINT",
)  # fmt: skip
"""Types whose values are no text, so that nothing in them can be run."""

MOST_ROWS = 1_048_575
"""Rows that a sheet holds below its heading."""

LONGEST_TEXT = 32_767
"""Characters that a cell holds."""


def is_text(data_type: str) -> bool:
    """Whether a column of this type reaches a spreadsheet as text."""
    return data_type.partition("(")[0].partition(" ")[0] not in TYPED


def harmless(text: str) -> str:
    """SQL of a text as a spreadsheet may open it; `text` is SQL too. Text that is a plain number stays as it is."""
    shown = f"regexp_replace({text}, '{NOT_IN_A_SHEET}', '\N{REPLACEMENT CHARACTER}', 'g')"
    held = f"regexp_replace({shown}, '{BEGINS_A_CELL}{UNSEEN}([{SIGNS}])', '\\1\\2''\\3', 'g')"
    # Most cells have no such sign, and one look costs less than all replacements.
    return f"""case
        when not regexp_matches({text}, '[{SIGNS}\\x00-\\x1f\\x{{fffe}}\\x{{ffff}}]') then {text}
        when regexp_full_match({text}, '{PLAIN_NUMBER}') then {text}
        when regexp_matches({held}, '^[\\t\\r\\n]') then '''' || {held}
        else {held}
    end"""
