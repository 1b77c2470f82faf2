"""Days as forms ask for them, in three fields, and as pages write them."""

from datetime import date

PARTS = ("day", "month", "year")


def day_of(fields: dict[str, str], name: str, what: str) -> tuple[date | None, str | None]:
    """The day that three fields name, None where all are empty; or what is wrong with them."""
    parts = [fields.get(f"{name}-{part}", "").strip() for part in PARTS]
    if not any(parts):
        return None, None
    try:
        day, month, year = map(int, parts)
        return date(year, month, day), None
    except ValueError:
        return None, f"Enter {what} as day, month and year, such as 27 3 2026"


def parts_of(name: str, day: date | None) -> dict[str, str]:
    """The three fields of a day, empty where there is none."""
    parts = (day.day, day.month, day.year) if day else ("", "", "")
    return {f"{name}-{part}": str(value) for part, value in zip(PARTS, parts, strict=True)}


def day_words(day: date | None) -> str:
    """Such as 27 March 2026; empty where there is none."""
    return f"{day.day} {day:%B %Y}" if day else ""
