from __future__ import annotations

import io
import itertools

import pypdf
import pytest

from coalition.analysis.pdf_pages import MOST_PAGES, MOST_SECONDS, read_pdf
from coalition.analysis.printed import Unreadable
from tests.made_files import column, pdf

FILL = "These words fill the line so that it is long enough to be read as text."


def lines(*pages) -> list[str]:
    return [line.words for line in read_pdf(pdf(*pages)).lines]


def test_lines_come_in_reading_order_with_their_gaps():
    read = read_pdf(pdf(column("First line", "second line", "", "after a gap, a third line")))

    assert [(line.words, line.gap, line.page) for line in read.lines] == [
        ("First line", 0, 1),
        ("second line", 0, 1),
        ("after a gap, a third line", 1, 1),
    ]
    assert (read.pages, read.doubts) == (1, ())


def test_small_raised_numbers_touch_the_word_they_follow():
    page = [*column(FILL), (90, 700, 11, "Social Development"), (186, 704, 6, "12")]
    assert lines(page)[-1] == "Social Development¹²"


def test_words_broken_between_fragments_are_whole_where_they_stand_so_elsewhere():
    page = [*column("The programme begins.", ""), (90, 700, 11, "A prog"), (127, 700, 11, "ramme")]
    assert lines(page)[-1] == "A programme"


def test_two_columns_are_read_one_after_the_other_and_told():
    left = column(*(f"Left {n} has some words" for n in range(20)), left=60, size=10)
    right = column(*(f"Right {n} has some words" for n in range(20)), left=320, size=10)
    mixed = [each for pair in zip(left, right, strict=True) for each in pair]
    title = (60, 800, 10, "A title that runs across both of the columns, over the gutter and on")

    read = read_pdf(pdf([title, *mixed]))

    words = [line.words.split()[0] for line in read.lines]
    assert words == ["A", *["Left"] * 20, *["Right"] * 20]
    assert [str(doubt) for doubt in read.doubts] == [
        "Page 1 is set in two columns; they were read one after the other. Check the order."
    ]


def test_arabic_is_read_from_the_right():
    drawn = "المادة 1 الحق في الراحة"[::-1]  # as it is drawn, from the left
    assert lines(column(drawn, drawn)) == ["المادة 1 الحق في الراحة"] * 2


def test_page_turned_on_its_side_is_read_upright():
    upright = pdf(column("First line of the page", "second line of the page"))
    for turned, matrix in ((90, b"0 1 -1 0 %d %d"), (270, b"0 -1 1 0 %d %d")):
        content = upright.replace(b"/MediaBox", b"/Rotate %d/MediaBox" % turned)
        for y in (770, 756):
            place = (400 - y, 90) if turned == 90 else (y, 700)
            content = content.replace(b"1 0 0 1 90 %d" % y, matrix % place)
        words = [line.words for line in read_pdf(content).lines]
        assert words == ["First line of the page", "second line of the page"], turned


def test_scan_among_pages_is_told():
    read = read_pdf(pdf(column(FILL), []))
    assert [str(doubt) for doubt in read.doubts] == [
        "Page 2 has no letters: a picture, or an empty page."
    ]


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (pdf([]), "The PDF is a scan"),
        (pdf(), "The PDF has no pages"),
        (pdf(column(FILL))[:400], "The PDF is damaged"),
        (b"%PDF-1.7 nonsense", "The PDF is damaged"),
    ],
    ids=["scan", "no-pages", "cut", "nonsense"],
)
def test_bad_files_are_refused_with_a_sentence(content, sentence):
    with pytest.raises(Unreadable, match=sentence):
        read_pdf(content)


def test_two_thousand_pages_are_refused_before_any_is_read():
    content = pdf(*[column(FILL)] * 2000)
    ticks = itertools.count()
    with pytest.raises(Unreadable) as caught:
        read_pdf(content, clock=lambda: next(ticks))
    assert str(caught.value).startswith(
        f"The PDF has 2000 pages; at most {MOST_PAGES} can be read in at once."
    )
    assert next(ticks) == 1  # the clock was looked at once: at the beginning


def test_encrypted_file_is_refused():
    writer = pypdf.PdfWriter()
    writer.append(io.BytesIO(pdf(column(FILL))))
    writer.encrypt("secret", algorithm="RC4-128")
    out = io.BytesIO()
    writer.write(out)
    with pytest.raises(Unreadable, match="protected by a password"):
        read_pdf(out.getvalue())


def test_reading_that_takes_too_long_is_stopped_and_says_where():
    ticks = iter([0.0, *[1.0] * 8])
    content = pdf(column(FILL, FILL), column(FILL))
    with pytest.raises(Unreadable, match="Reading the PDF was stopped at page"):
        read_pdf(content, clock=lambda: next(ticks, MOST_SECONDS + 1.0))
