"""Figures recognised in answers by mail, measured on answers in six languages."""

from __future__ import annotations

from decimal import Decimal

from coalition.analysis import number_words
from coalition.analysis.figures_in_words import (
    Asked,
    LeftOut,
    Suggestion,
    Why,
    recognise,
    yes_or_no,
)
from tests.results import replies

UNITS = {
    "people": ("people", "personnes", "personas", "человек", "人", "أشخاص"),
    "enterprises": ("enterprises", "entreprises", "empresas", "предприятия", "企业", "منشآت"),
    "hectares": ("hectares", "hectáreas", "гектары", "公顷", "هكتارات"),
}
WOMEN = ("women", "femmes", "mujeres", "женщины", "女性", "نساء")
MEN = ("men", "hommes", "hombres", "мужчины", "男性", "رجال")


def asked(language: str) -> list[Asked]:
    def one(row: str, measure: str = "number", **more: object) -> Asked:
        title = replies.TITLES[language][int(row.partition("|")[0]) - 1]
        return Asked(f"{replies.REFERENCE}/{row}", measure, title, language, **more)  # type: ignore[arg-type]

    whole = f"{replies.REFERENCE}/1"
    return [
        one("1", units=UNITS["people"]),
        one("1||sex-female", units=UNITS["people"], about=WOMEN, whole=whole),
        one("1||sex-male", units=UNITS["people"], about=MEN, whole=whole),
        one("2", "percentage", units=UNITS["enterprises"]),
        one("3", units=("US dollars",), currency="usd", decimals=2),
        one("4", "yes_no"),
        one("5", "scale", lowest=1, highest=5),
        one("6", units=UNITS["hectares"], decimals=1),
        one("7", "text"),
    ]


def said(one: Suggestion) -> str:
    fields = dict(one.fields)
    if "not_known" in fields:
        return "?"
    text = fields.get("text") or fields["value"]
    text += f"/{fields['denominator']}" if "denominator" in fields else ""
    text = f"{fields['unit']}:{text}" if "unit" in fields else text
    return f"~{text}" if fields.get("basis") == "estimated" else text


def measure(table: list[tuple[str, str, dict[str, str]]]) -> tuple[int, int, int, list[object]]:
    """How many answers the table holds, are suggested, are suggested rightly; and what differs."""
    there = suggested = right = 0
    differs: list[object] = []
    for language, text, expected in table:
        found = recognise(text, asked(language), sent=replies.letter(language))
        got = {one.key.partition("/")[2]: said(one) for one in found.suggestions}
        there += len(expected)
        suggested += len(got)
        right += sum(expected.get(row) == value for row, value in got.items())
        if got != expected:
            differs.append((language, text[:300], expected, got, found.unclear))
    return there, suggested, right, differs


def test_answers_that_the_rules_were_made_with_are_read():
    there, suggested, right, differs = measure(replies.FIRST + replies.SECOND)

    assert (there, suggested, right) == (201, 200, 200), differs


def test_of_answers_that_the_rules_do_not_know_nothing_wrong_is_suggested():
    there, suggested, right, differs = measure(replies.THIRD)

    assert (there, suggested, right) == (53, 46, 46), differs


def test_what_was_left_out_is_told_with_its_reason():
    told = {}
    for text in (
        "[RES-2026-0042/2] = 75 %",
        "[RES-2026-0042/1] = between 10 and 20",
        "[RES-2026-0042/5] = 7",
        "[RES-2026-0042/6] = 1.234",
        "[RES-2026-0042/1] = soon",
        "We trained 12 youth in digital skills. We trained 14 youth in digital skills.",
        "It rained on 45 villages.",
    ):
        found = recognise(text, asked("en"))
        told[text] = [one.why for one in found.unclear]
        assert found.suggestions == []

    assert list(told.values()) == [
        [LeftOut.NO_WHOLE],
        [LeftOut.RANGE],
        [LeftOut.OUTSIDE],
        [LeftOut.AMBIGUOUS],
        [LeftOut.NO_FIGURE],
        [LeftOut.TWO],
        [LeftOut.WHICH],
    ]


def test_a_suggestion_says_where_and_how_it_was_found():
    ways = {
        "[RES-2026-0042/1] = 1,450": Why.CODE,
        "1. 1,450": Why.NUMBER,
        "Young people trained in digital skills: 1,450": Why.LABEL,
        "We trained 1,450 young people in digital skills.": Why.WORDS,
    }
    for text, why in ways.items():
        (one,) = recognise(text, asked("en")).suggestions
        assert (one.value, one.why, one.snippet in text) == ("1450", why, True)


def test_an_answer_that_is_also_the_target_is_an_answer():
    letter = replies.letter("en")
    for text in (
        "[RES-2026-0042/1]\n2,000",
        replies.quoted("en", q1="2,000"),
        replies.filled("en", "> ", q1="2,000"),
    ):
        (one,) = recognise(text, asked("en"), sent=letter).suggestions
        assert one.value == "2000"


def test_hostile_texts_are_read_in_bounded_time_and_without_an_error():
    for text in (
        "1" * 60_000,
        "1 " * 30_000,
        ">" * 60_000,
        "(" * 30_000 + "1,450",
        "million " * 8_000,
        "[RES-2026-0042/1] = " * 3_000,
        "\u202e\u0661\u066b" * 15_000,
        "a: " * 20_000,
        "99 of " * 8_000,
        "",
    ):
        recognise(text, asked("en")[:3], sent=text[:5_000])


def test_numbers_are_found_as_people_write_them():
    written = {
        "1,2 Mio €": ("1200000", "eur"),
        "US$1.2m": ("1200000", "usd"),
        "3万5千人": ("35000", ""),
        "一百二十万人": ("1200000", ""),
        "1,2 mil millones de dólares": ("1200000000", "usd"),
        "3,5 млн руб.": ("3500000", "rub"),
        "12,34,567": ("1234567", ""),
        "two hundred and fifty thousand": ("250000", ""),
        "quatre-vingt-dix-sept": ("97", ""),
        "dos mil trescientos": ("2300", ""),
        "двести пятьдесят тысяч": ("250000", ""),
        "خمسة وعشرون ألفا": ("25000", ""),
        "١٬٤٥٠٫٥": ("1450.5", ""),
        "培训了１２３４人": ("1234", ""),
    }
    for text, (value, currency) in written.items():
        (one,) = number_words.numbers(number_words.plain(number_words.MARKS.sub("", text)))
        assert (one.value, one.currency) == (Decimal(value), currency), text


def test_what_only_looks_like_a_figure_is_passed_over():
    for text in (
        "on 12 March 2026 at 10:30",
        "le 3 mai 2026, 31/12/2026, 2026-12-31",
        "в 2026 году, 5 мая",
        "2026年3月12日",
        "C190, SDG 8, Article 5, No. 57, COVID-19",
        "COM-2026-0042, https://example.org/2026/45, +33 1 23 45 67 89",
        "aged 15 to 24",
    ):
        plain = number_words.plain(text)
        assert [n for n in number_words.numbers(plain) if not n.may_be_year] == [], text


def test_yes_and_no_are_understood_in_six_languages():
    yes = ["Yes, in May", "oui", "Sí.", "да", "是的", "已通过", "نعم", "1", "TRUE"]
    no = ["No", "pas encore", "todavía no", "ещё нет", "尚未通过", "لا", "0", "not yet"]
    assert [yes_or_no(text) for text in yes] == [True] * len(yes)
    assert [yes_or_no(text) for text in no] == [False] * len(no)
    assert [yes_or_no(text) for text in ("", "perhaps", "12")] == [None] * 3
