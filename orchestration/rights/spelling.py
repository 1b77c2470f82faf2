"""How a name may be written: a text and a name are brought to plain letters, and the name is looked for in the text.

What is told apart by eye alone is the same here: accents in one character or in two, or none; capitals of any alphabet;
the order of forename and surname; and whatever stands between words that is no letter (a space, hyphen, underscore,
digit, line end).
"""

import re
import unicodedata
from functools import cache

NEAR = 300
"""Within so many letters a forename and a surname are taken to be of one person, where no contract says so."""

SHORTEST = 3
"""A name of fewer letters, without the other name beside it, may well be an ordinary word."""

Name = tuple[str, str]
"""A forename and a surname as a source spells them."""

LETTERS = {"ı": "i", "ø": "o", "đ": "d", "ð": "d", "ł": "l", "ħ": "h", "ŧ": "t", "æ": "ae", "œ": "oe", "þ": "th"}
"""Letters that are one character with their mark, and how they are written without it."""

DIGRAPHS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ø": "oe", "å": "aa", "Ä": "Ae", "Ö": "Oe", "Ü": "Ue"})
"""What some write instead of a mark, where the keyboard has none."""


class _Plain(dict[int, str]):
    """What stands for a character in a plain text; worked out once for each."""

    def __missing__(self, code: int) -> str:
        folded = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", chr(code)).casefold())
        self[code] = "".join(map(_letter, folded))
        return self[code]


def _letter(character: str) -> str:
    """Marks, and what only steers how text is set, count for nothing; what is no letter parts words."""
    if unicodedata.combining(character) or unicodedata.category(character) == "Cf":
        return ""
    return LETTERS.get(character, character) if character.isalpha() else " "


_PLAIN = _Plain()


def plain(text: str) -> str:
    """The words of a text in plain lower-case letters, one space between them and none at the ends."""
    return " ".join(text.translate(_PLAIN).split())


@cache
def forms(name: str) -> tuple[str, ...]:
    """The plain forms in which a name is written: its own first, then with two letters for one with a mark."""
    return tuple(
        dict.fromkeys(filter(None, map(plain, (name, unicodedata.normalize("NFC", name).translate(DIGRAPHS)))))
    )


@cache
def damaged(name: str) -> tuple[str, ...]:
    """What a wrong encoding makes of a name: UTF-8 that was read as if it were cp1252, and marked letters lost.

    A question mark, or what a program has instead, parts words where a letter was lost.
    """
    written = []
    for form in ("NFC", "NFD"):
        text = unicodedata.normalize(form, name)
        written += [text.encode().decode("cp1252", errors="replace"), re.sub(r"[^\x00-\x7f]", " ", text)]
    # Single letters that are left of a name name nobody.
    return tuple(dict.fromkeys(text for text in map(plain, written) if max(map(len, text.split()), default=0) > 1))


def stands_in(words: str, name: Name, near: int | None = NEAR) -> bool:
    """Whether forename and surname stand in a plain text, in any order and at most `near` letters apart.

    Without `near` it is enough that both stand there. Forename and surname written as one word are found too.
    """
    forename, surname = map(_alternatives, name)
    if not (forename and surname):
        return False
    if near is None and re.search(_as_words(forename), words) and re.search(_as_words(surname), words):
        return True
    if not (re.search(forename, words) and re.search(surname, words)):
        return False  # at once: to look for both near each other takes long
    between = f" (?:.{{0,{near or 0}}} )?"
    # As one word only undamaged: what is left of a name and another name make many a word.
    as_one = [_pattern(forms(one)) + _pattern(forms(other)) for one, other in _orders(*name)]
    apart = [one + between + other for one, other in _orders(forename, surname)]
    return any(re.search(_as_words(pattern), words) for pattern in [*apart, *as_one])


def alone_in(words: str, name: str) -> bool:
    """Whether one name, a forename or a surname of a few letters at least, stands in a plain text by itself."""
    pattern = _alternatives(name) if len(plain(name)) >= SHORTEST else ""
    return bool(pattern) and bool(re.search(_as_words(pattern), words))


def _orders(forename: str, surname: str) -> tuple[Name, Name]:
    return (forename, surname), (surname, forename)


@cache
def _alternatives(name: str) -> str:
    return _pattern(forms(name), damaged(name))


def _pattern(written: tuple[str, ...], as_they_are: tuple[str, ...] = ()) -> str:
    """A pattern of forms; words of one name may be written as one (O'Neil, ONeil) or part."""
    patterns = {*(" ?".join(form.split()) for form in written), *as_they_are}
    return f"(?:{'|'.join(sorted(patterns, key=len, reverse=True))})" if patterns else ""


def _as_words(pattern: str) -> str:
    return f"(?<![^ ]){pattern}(?![^ ])"
