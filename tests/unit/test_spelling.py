"""A name is found however it is written, among whatever, in whatever encoding; and not where it does not stand."""

import json
import string
import unicodedata
from collections.abc import Callable
from typing import Literal
from urllib.parse import quote

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from orchestration.rights import readings, spelling

PARTS = st.text("abcdefghijklmnoprstuvwyzéèëïöüñçåøłßığşčž", min_size=2, max_size=9).map(str.title)
NAMES = st.one_of(
    PARTS,
    st.tuples(PARTS, st.sampled_from(["-", " ", "'", "\N{RIGHT SINGLE QUOTATION MARK}"]), PARTS).map("".join),
    st.sampled_from(["Li", "Bo", "Zoë", "Céline", "Þór", "D'Arcy", "Groß", "Iğdır", "Łucja", "Seán-Óg", "Müller Øst"]),
)
SEPARATORS = st.sampled_from(
    [" ", ", ", "_", "-", ".", "%20", "\t", "\r\n", ";", " 2014-05-31 ", '","', "</b><b>", "/"]
)
CASES = st.sampled_from([str, str.upper, str.lower, str.casefold, str.title])
NORMAL_FORMS: st.SearchStrategy[Literal["NFC", "NFD", "NFKC", "NFKD"]] = st.sampled_from(["NFC", "NFD", "NFKC", "NFKD"])
AROUND = st.text(string.digits + " _-.,;:()[]\n", max_size=12)


def _without_accents(text: str) -> str:
    return "".join(mark for mark in unicodedata.normalize("NFD", text) if not unicodedata.combining(mark))


ESCAPED = st.sampled_from([str, quote, lambda text: json.dumps(text), _without_accents])


def tells(content: bytes, name: spelling.Name) -> bool:
    return any(spelling.stands_in(spelling.plain(text), name) for text in readings.of(content).texts)


@settings(max_examples=400, deadline=None)
@given(NAMES, NAMES, st.booleans(), SEPARATORS, CASES, NORMAL_FORMS, ESCAPED, AROUND, AROUND, st.data())
def test_a_name_is_found_in_every_form(
    forename: str,
    surname: str,
    is_turned: bool,
    separator: str,
    case: Callable[[str], str],
    form: Literal["NFC", "NFD", "NFKC", "NFKD"],
    escaped: Callable[[str], str],
    before: str,
    after: str,
    data: st.DataObject,
) -> None:
    order = (surname, forename) if is_turned else (forename, surname)
    text = escaped(before + unicodedata.normalize(form, case(separator.join(order))) + after)
    encodings = ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"]
    encodings += [one for one in ("cp1252", "latin-1") if text == text.encode(one, errors="ignore").decode(one)]
    content = text.encode(data.draw(st.sampled_from(encodings)))
    assert tells(content, (forename, surname))


WORDS = st.text("qx", min_size=1, max_size=3)
"""Letters that no name above has: what is made longer by them is nobody's name by chance."""


@settings(max_examples=400, deadline=None)
@given(NAMES, NAMES, WORDS, WORDS, CASES, SEPARATORS, st.sampled_from(["utf-8", "utf-16"]))
def test_words_of_which_a_name_is_a_part_are_not_the_name(
    forename: str,
    surname: str,
    begin: str,
    end: str,
    case: Callable[[str], str],
    separator: str,
    encoding: str,
) -> None:
    # A forename that is a word of the surname does stand there.
    words = [{word for form in spelling.forms(name) for word in form.split()} for name in (forename, surname)]
    assume(words[0].isdisjoint(words[1]))
    longer = (begin + forename + end, begin + surname + end)
    for one, other in ((longer[0], surname), (forename, longer[1]), longer):
        assert not tells(case(one + separator + other).encode(encoding), (forename, surname))


@pytest.mark.parametrize(
    ("written", "is_found"),
    [
        ("Falsett, Céline", True),
        ("FALSETT_CÉLINE_2014", True),
        ("CelineFalsett.docx", True),
        ("C?line Falsett", True),
        ("C\N{REPLACEMENT CHARACTER}line Falsett", True),
        ("CÃ©line Falsett", True),
        ("C&eacute;line Falsett", True),
        ("C&#xE9;line Falsett", True),
        ("C\\u00e9line Falsett", True),
        ("C=C3=A9line Falsett", True),
        ("Cé\N{SOFT HYPHEN}line \N{RIGHT-TO-LEFT MARK}Falsett", True),
        ("Ｃéｌｉｎｅ Ｆａｌｓｅｔｔ", True),
        ("<w:t>Cél</w:t></w:r><w:r><w:t>ine Fal</w:t></w:r><w:r><w:t>sett</w:t></w:r></w:p><w:p>Next", True),
        ("<!-- Céline Falsett -->", True),
        ("<pupil name='Céline' family='Falsett'/>", True),
        ("Celina Falsett", False),
        ("Céline Falsetti", False),
        ("Marcéline Falsett", False),
        ("Céline" + " word" * 100 + " Falsett", False),
        ("nobody", False),
    ],
)
def test_forms_that_systems_make_of_a_name(written: str, is_found: bool) -> None:
    assert tells(written.encode(), ("Céline", "Falsett")) is is_found


@pytest.mark.parametrize("written", ["MUELLER", "Müller", "mu\N{COMBINING DIAERESIS}ller", "Muller", "M?ller"])
def test_an_umlaut_may_be_two_letters(written: str) -> None:
    assert tells(f"Ida {written}".encode(), ("Ida", "Müller"))


@pytest.mark.parametrize("written", ["IŞIK GROSS", "ışık groß", "Işık Groß", "ISIK GROẞ", "İŞİK GROSS"])
def test_letters_that_change_with_case_are_one_letter(written: str) -> None:
    assert tells(written.encode(), ("Işık", "Groß"))
