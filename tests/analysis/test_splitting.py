from __future__ import annotations

from coalition.analysis.marked import parse
from coalition.analysis.pdf_pages import read_pdf
from coalition.analysis.splitting import Suggestion, suggest
from coalition.analysis.word_files import read_docx
from tests.made_files import column, docx, pdf

SAID = {1: "Bread", 2: "Salt", 3: "Water", 4: "Flour"}


def of_pdf(*pages: list) -> Suggestion:
    return suggest(read_pdf(pdf(*pages)))


def test_treaty_is_split_into_recitals_chapters_articles_and_points():
    first = column(
        *("EX/2026/4", "", "Example Convention on Night Work", "", "The General Conference,", ""),
        *("Recalling that rest is a right of every person who", "works at night,", ""),
        *("CHAPTER I. GENERAL", "", "Article 1", "Definitions", ""),
        *("In this Convention, night means seven hours.", "", "Article 2", "Rest", ""),
        *("1. Every Member gives rest:", "(a) after each night, in full infor-", "mation;"),
        *("(b) on one day in seven, with information.", "2. Nothing limits what is better.", ""),
        *("Example Organisation", "1 / 2"),
    )
    second = column(
        *("EX/2026/4", "", "Article 3", "", "A Member may leave after ten years."),
        *("", "Example Organisation", "2 / 2"),
    )

    made = of_pdf(first, second)

    assert (made.title, made.symbol) == ("Example Convention on Night Work", "EX/2026/4")
    assert made.marked.splitlines() == [
        "! The General Conference,",
        "| Recalling that rest is a right of every person who works at night,",
        "# Chapter I. GENERAL",
        "Article 1. Definitions :: In this Convention, night means seven hours.",
        "Article 2. Rest",
        "  1. Every Member gives rest:",
        "    (a) after each night, in full information;",
        "    (b) on one day in seven, with information.",
        "  2. Nothing limits what is better.",
        "Article 3. :: A Member may leave after ten years.",
    ]
    assert parse(made.marked).faults == ()


def test_running_heads_page_numbers_and_notes_never_leak_into_the_words():
    def page(number: int, body: list) -> list:
        head = [(90, 800, 9, "Example Declaration")]
        foot = [(290, 40, 9, str(number))]
        return [*head, *body, *foot]

    pages = [
        page(
            number,
            [
                *column(f"{number}. {SAID[number]} of the text", f"runs on with {SAID[number]}."),
                (240, 760, 6, str(number)),
                (90, 92, 8, f"{number}"),
                (98, 92, 8, f"On {SAID[number]}, see Rev. {number}."),
            ],
        )
        for number in range(1, 5)
    ]
    # The mark is raised above the line it follows.
    pages = [[(x, y, s, w) if s != 6 else (x, 760.5, 6, w) for x, y, s, w in one] for one in pages]

    made = of_pdf(*pages)

    words = [piece.words for piece in parse(made.marked).pieces]
    assert words == [f"{SAID[n]} of the text runs on with {SAID[n]}." for n in range(1, 5)]
    notes = [note for piece in parse(made.marked).pieces for note in piece.footnotes]
    assert [note.words for note in notes] == [f"On {SAID[n]}, see Rev. {n}." for n in range(1, 5)]


def test_word_file_keeps_its_headings_lists_notes_and_annex():
    made = suggest(
        read_docx(
            docx(
                *("Title| Example Declaration", "Recalling the Example Charter,[1]"),
                *("Heading1| Our commitments", "1:0| We commit:", "1:1| to rest;"),
                *("1:1| to wages, namely:", "1:2| fair;", "1:2| paid,", "in every town."),
                *("1:0| We meet again.", "Annex", "Table of hours", "1:0| Eight."),
                notes=["See the Charter."],
            )
        )
    )
    assert made.title == "Example Declaration"
    assert made.marked.splitlines() == [
        "| Recalling the Example Charter,",
        "^1 See the Charter.",
        "# Our commitments",
        "1. We commit:",
        "  (a) to rest;",
        "  (b) to wages, namely:",
        "    (i) fair;",
        "    (ii) paid,",
        "  = in every town.",
        "2. We meet again.",
        "Annex. Table of hours",
        "3. Eight.",
    ]


def test_short_resolution_without_numbers_gives_clauses():
    made = of_pdf(column("Example Resolution", "", "Noting the bread,", "", "Decides to eat it."))
    assert made.marked.splitlines() == ["| Noting the bread,", "+ Decides to eat it."]


def test_every_suggestion_can_be_parsed_whatever_the_words_are():
    for words in ("", "1. ", "(z) lost point", "Article", "Annex", "###", "{a}", "— — — — —"):
        made = of_pdf(column("A first line that is long enough to be read.", "", words or "x"))
        assert parse(made.marked).pieces
