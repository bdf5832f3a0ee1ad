"""Small PDF and Word files, written by hand: no file of a test is kept as bytes."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence
from xml.sax.saxutils import escape

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
WORD_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"

Placed = tuple[float, float, float, str]  # points from the left, from the foot, size, words
A4 = (595, 842)


def pdf(*pages: Sequence[Placed], extra: bytes = b"") -> bytes:
    """A PDF with these words at these places, in any script: every letter is its own code."""
    map_ = (
        b"/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapType 2 def\n"
        b"1 begincodespacerange <0000> <FFFF> endcodespacerange\n"
        b"1 beginbfrange <0000> <FFFF> <0000> endbfrange endcmap end end"
    )
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Count %d/Kids[%s]>>"
        % (len(pages), b" ".join(b"%d 0 R" % (6 + 2 * n) for n in range(len(pages)))),
        b"<</Type/Font/Subtype/Type0/BaseFont/Plain/Encoding/Identity-H"
        b"/DescendantFonts[4 0 R]/ToUnicode 5 0 R>>",
        b"<</Type/Font/Subtype/CIDFontType2/BaseFont/Plain/DW 500"
        b"/CIDSystemInfo<</Registry(Adobe)/Ordering(Identity)/Supplement 0>>>>",
        stream(map_),
    ]
    for number, placed in enumerate(pages):
        drawn = "\n".join(
            f"BT /F {size} Tf 1 0 0 1 {x} {y} Tm <{words.encode('utf-16-be').hex()}> Tj ET"
            for x, y, size, words in placed
        )
        objects += [
            b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 %d %d]/Contents %d 0 R"
            b"/Resources<</Font<</F 3 0 R>>>>>>" % (*A4, 7 + 2 * number),
            stream(drawn.encode()),
        ]
    out = io.BytesIO(b"%PDF-1.7\n")
    out.seek(0, io.SEEK_END)
    places = []
    for number, one in enumerate(objects, 1):
        places.append(out.tell())
        out.write(b"%d 0 obj\n%s\nendobj\n" % (number, one))
    start = out.tell()
    out.write(b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1))
    out.writelines(b"%010d 00000 n \n" % place for place in places)
    out.write(b"trailer\n<</Size %d/Root 1 0 R%s>>\n" % (len(objects) + 1, extra))
    out.write(b"startxref\n%d\n%%%%EOF\n" % start)
    return out.getvalue()


def stream(content: bytes) -> bytes:
    return b"<</Length %d>>\nstream\n%s\nendstream" % (len(content), content)


def column(
    *rows: str, left: float = 90, top: float = 770, size: float = 11, leading: float = 14
) -> list[Placed]:
    """Rows below each other, from the top; an empty one leaves a gap."""
    return [(left, top - leading * place, size, row) for place, row in enumerate(rows) if row]


def docx(*paragraphs: str, notes: Sequence[str] = (), body: str = "", numbering: str = "") -> bytes:
    """A Word file. A paragraph "Heading1| words" has that style, "1:0| words" counts in list 1 at
    depth 0; "[1]" in it calls the first note. `body` is put behind as it is."""
    drawn = "".join(paragraph(each) for each in paragraphs) + body
    with io.BytesIO() as file:
        with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr(
                "[Content_Types].xml",
                '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
                f'<Override PartName="/word/document.xml" ContentType="{WORD_TYPE}"/></Types>',
            )
            archive.writestr(
                "word/document.xml",
                f'<w:document xmlns:w="{W}"><w:body>{drawn}</w:body></w:document>',
            )
            archive.writestr("word/styles.xml", STYLES)
            archive.writestr("word/numbering.xml", numbering or NUMBERING)
            archive.writestr("word/footnotes.xml", footnotes(notes))
        return file.getvalue()


def paragraph(text: str) -> str:
    style, _, words = text.rpartition("| ")
    words = escape(words)
    for number in range(1, 5):
        words = words.replace(
            f"[{number}]",
            f'</w:t></w:r><w:r><w:footnoteReference w:id="{number}"/></w:r><w:r><w:t>',
        )
    properties = ""
    if ":" in style:
        number, depth = style.split(":")
        counted = f'<w:ilvl w:val="{depth}"/><w:numId w:val="{number}"/>'
        properties = f"<w:pPr><w:numPr>{counted}</w:numPr></w:pPr>"
    elif style:
        properties = f'<w:pPr><w:pStyle w:val="{style}"/></w:pPr>'
    return f"<w:p>{properties}<w:r><w:t>{words}</w:t></w:r></w:p>"


def footnotes(notes: Sequence[str]) -> str:
    drawn = "".join(
        f'<w:footnote w:id="{number}">{paragraph(note)}</w:footnote>'
        for number, note in enumerate(notes, 1)
    )
    return f'<w:footnotes xmlns:w="{W}">{drawn}</w:footnotes>'


STYLES = f"""<w:styles xmlns:w="{W}">
<w:style w:styleId="Title"><w:name w:val="Title"/></w:style>
<w:style w:styleId="Heading1"><w:name w:val="heading 1"/></w:style>
<w:style w:styleId="Heading2"><w:name w:val="heading 2"/></w:style>
</w:styles>"""

FORMS = (("decimal", "%1."), ("lowerLetter", "(%2)"), ("lowerRoman", "(%3)"))
LEVELS = "".join(
    f'<w:lvl w:ilvl="{depth}"><w:start w:val="1"/><w:numFmt w:val="{form}"/>'
    f'<w:lvlText w:val="{text}"/></w:lvl>'
    for depth, (form, text) in enumerate(FORMS)
)
NUMBERING = f"""<w:numbering xmlns:w="{W}"><w:abstractNum w:abstractNumId="7">{LEVELS}
</w:abstractNum><w:num w:numId="1"><w:abstractNumId w:val="7"/></w:num></w:numbering>"""
