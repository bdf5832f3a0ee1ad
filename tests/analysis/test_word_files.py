from __future__ import annotations

import io
import zipfile

import pytest

from coalition.analysis.printed import Unreadable
from coalition.analysis.word_files import read_docx
from tests.made_files import W, docx


def test_lists_carry_the_numbers_that_word_shows():
    read = read_docx(
        docx("1:0| One", "1:1| A", "1:2| Roman", "1:1| B", "1:0| Two", "1:1| A again", "Plain")
    )
    assert [line.words for line in read.lines] == [
        *("1. One", "(a) A", "(i) Roman", "(b) B", "2. Two", "(a) A again", "Plain"),
    ]
    assert [line.depth for line in read.lines] == [1, 2, 3, 2, 1, 2, 0]


def test_styles_and_footnotes_are_kept():
    read = read_docx(docx("Title| Night", "Heading1| Rest", "Words[1] go on.", notes=["A note."]))
    assert [(line.style, line.words) for line in read.lines] == [
        ("title", "Night"),
        ("heading1", "Rest"),
        ("", "Words¹ go on."),
        ("note", "1 A note."),
    ]


@pytest.mark.parametrize("mark", ["ins", "del", "moveFrom", "moveTo"])
def test_tracked_changes_are_refused(mark):
    body = f"<w:p><w:{mark}><w:r><w:t>x</w:t></w:r></w:{mark}></w:p>"
    with pytest.raises(Unreadable, match="has tracked changes"):
        read_docx(docx("Words", body=body))


def test_hidden_words_are_not_read():
    body = (
        "<w:p><w:r><w:rPr><w:vanish/></w:rPr><w:t>secret</w:t></w:r><w:r><w:t>x</w:t></w:r></w:p>"
    )
    assert [line.words for line in read_docx(docx(body=body)).lines] == ["x"]


def test_entities_and_damage_are_refused():
    with io.BytesIO() as file:
        with zipfile.ZipFile(file, "w") as archive:
            archive.writestr(
                "word/document.xml", '<!DOCTYPE w [<!ENTITY a "b">]><w:document>&a;</w:document>'
            )
        bomb = file.getvalue()
    for content in (bomb, b"nonsense", docx("Words")[:200]):
        with pytest.raises(Unreadable, match="is damaged"):
            read_docx(content)
    with pytest.raises(Unreadable, match="has no words"):
        read_docx(docx())


def test_lists_of_absurd_numbers_cost_nothing():
    def counted(form: str, text: str, start: str) -> bytes:
        level = f'<w:start w:val="{start}"/><w:numFmt w:val="{form}"/><w:lvlText w:val="{text}"/>'
        return docx(
            "1:0| One",
            "Plain",
            numbering=f'<w:numbering xmlns:w="{W}"><w:abstractNum w:abstractNumId="7">'
            f'<w:lvl w:ilvl="0">{level}</w:lvl></w:abstractNum>'
            '<w:num w:numId="1"><w:abstractNumId w:val="7"/></w:num></w:numbering>',
        )

    def label(form: str, text: str, start: str) -> str:
        return read_docx(counted(form, text, start)).lines[0].words.removesuffix(" One")

    assert label("decimal", "%1.", "9" * 5000) == "1."
    assert label("decimal", "%1.", "-5") == "1."
    assert len(label("lowerLetter", "%1.", "9" * 9)) == 32_767 // 26 + 2
    assert len(label("lowerRoman", "%1.", "9" * 9)) == len("x" * 3276 + "vii.")
    assert label("decimal", "A" * 1_000_000, "1") == "A" * 100


def test_depths_that_are_no_numbers_are_the_usual_one():
    body = (
        '<w:p><w:pPr><w:numPr><w:ilvl w:val="{}"/><w:numId w:val="1"/></w:numPr></w:pPr>'
        "<w:r><w:t>One</w:t></w:r></w:p>"
    )
    for level in ("9" * 5000, "\u00b2", "x"):
        assert read_docx(docx(body=body.format(level))).lines[0].words == "1. One", level


def test_files_that_unfold_to_far_too_much_are_refused_at_once():
    for content in (
        docx(*["Words[1]"] * 3_000, notes=["n" * 1_000_000]),
        docx(body="<w:p/>" * 40_000),
    ):
        with pytest.raises(Unreadable, match="is too long"):
            read_docx(content)
