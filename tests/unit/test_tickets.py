"""What a ticket may hold: no word that says which child it is about, as far as words can be told from names."""

from datetime import date

import pytest

from orchestration.home.tickets import LONGEST_TEXT, problem_of

TODAY = date(2026, 6, 26)


@pytest.mark.parametrize(
    "text",
    [
        "Why is A801200001001 not on the list?",
        "the child a801200001001",
        "UPN: A 801 2000 0100 1",
        "A-8012-0000-1001",
        "upn A8012000010 0B.",
        "See http://x/school/8384501/child/0123456789abcdef0123456789abcdef please",
        "Born 3/5/2014",
        "born 03.05.14",
        "dob 2014-05-03",
        "dob 20140503",
        "He was born on 3 May 2014",
        "3rd of May 2014",
        "May 3rd, 2014",
        "3-may-14",
        "the oldest, of 31 August 2009",
        "on 26 June 2023",
    ],
)
def test_what_says_which_child_it_is_about_is_refused(text: str) -> None:
    assert "Take out" in str(problem_of(text, TODAY))


@pytest.mark.parametrize(
    "text",
    [
        "Attendance is wrong since 1 September 2025.",
        "The extract of 2026-06-01 has no year 5",
        "school 8384501, year 4: a child is missing since 12/01/2026",
        "Ring me on 01234567890 please, or 07700 900123",
        "Question 17, release 20261130T070027Z",
        "From 31/31/2014 to 99 May 2014",
        "Half term 6 of 2025/26 says 1,184",
        "x" * LONGEST_TEXT,
    ],
)
def test_what_names_nobody_is_taken(text: str) -> None:
    assert problem_of(text, TODAY) is None


def test_a_text_is_neither_empty_nor_too_long() -> None:
    assert "Write what" in str(problem_of(" \n ", TODAY))
    assert f"{LONGEST_TEXT + 1:,}" in str(problem_of("x" * (LONGEST_TEXT + 1), TODAY))
