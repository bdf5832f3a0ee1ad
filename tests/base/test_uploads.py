"""Files from outside: taken for what their bytes are, refused with a sentence."""

from __future__ import annotations

import hashlib
import io
import struct
import zipfile
import zlib

import openpyxl
import pytest
from PIL import Image

from coalition.base import uploads
from coalition.base.errors import Refused
from coalition.base.uploads import Sniffed, check, danger, sniff

PDF = b"%PDF-1.7\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF"
PROGRAM = b"MZ\x90\x00\x03\x00\x00\x00\x04\x00" + b"\x00" * 80
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 512
DOCX_TYPES = (
    '<Types><Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-'
    'officedocument.wordprocessingml.document.main+xml"/></Types>'
)


def zipped(members: dict[str, str | bytes], *, packed: bool = True) -> bytes:
    file = io.BytesIO()
    way = zipfile.ZIP_DEFLATED if packed else zipfile.ZIP_STORED
    with zipfile.ZipFile(file, "w", way) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return file.getvalue()


def docx(**more: str | bytes) -> bytes:
    return zipped(
        {"[Content_Types].xml": DOCX_TYPES, "word/document.xml": "<document/>"}
        | {name.replace("__", "/"): content for name, content in more.items()}
    )


def opendocument(kind: str, **more: str) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("mimetype", f"application/vnd.oasis.opendocument.{kind}")
        archive.writestr("content.xml", "<content/>")
        for name, content in more.items():
            archive.writestr(name.replace("__", "/"), content)
    return file.getvalue()


def xlsx() -> bytes:
    file = io.BytesIO()
    book = openpyxl.Workbook()
    book.active.append(["Name", "Country"])
    book.save(file)
    return file.getvalue()


def image(form: str, size: tuple[int, int] = (4, 4)) -> bytes:
    file = io.BytesIO()
    Image.new("RGB", size).save(file, form)
    return file.getvalue()


def huge_png() -> bytes:
    """A picture of 20,000 × 20,000 pixels in some hundred bytes."""

    def chunk(name: bytes, content: bytes) -> bytes:
        checked = name + content
        return struct.pack(">I", len(content)) + checked + struct.pack(">I", zlib.crc32(checked))

    size = struct.pack(">IIBBBBB", 20_000, 20_000, 8, 0, 0, 0, 0)
    start = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", size)
    return start + chunk(b"IDAT", zlib.compress(b"")) + chunk(b"IEND", b"")


def encrypted_docx() -> bytes:
    """With the flag that says so in the list of contents."""
    content = bytearray(docx())
    position = content.index(b"PK\x01\x02")
    content[position + 8] |= 1
    return bytes(content)


GOOD = {
    "Charter.PDF": (PDF, "pdf"),
    "letter.docx": (docx(), "docx"),
    "list.xlsx": (xlsx(), "xlsx"),
    "letter.odt": (opendocument("text"), "odt"),
    "list.ods": (opendocument("spreadsheet"), "ods"),
    "logo.png": (image("PNG"), "png"),
    "logo.jpeg": (image("JPEG"), "jpg"),
    "logo.webp": (image("WEBP"), "webp"),
    "notes.txt": ("Liberté, égalité".encode(), "txt"),
    "from-excel.csv": ("name;ort\nBäcker;Köln".encode("cp1252"), "csv"),
    "utf16.csv": ("اسم,بلد".encode("utf-16"), "csv"),
    "MZ.csv": (b"MZ Consulting,BMW\n", "csv"),
}


@pytest.mark.parametrize("name", GOOD)
def test_check_takes_what_is_what_its_name_says(name: str) -> None:
    content, kind = GOOD[name]
    file = io.BytesIO(content)
    file.read()

    found = check(file, name=name)

    digest = hashlib.sha256(content).hexdigest()
    assert found == Sniffed(kind, f".{kind}", len(content), digest)
    assert file.read() == content  # left at its beginning
    assert danger(content, name=name) == ""


BAD = {
    "nothing.pdf": (b"", "“nothing.pdf” is empty. Please choose the file again."),
    "setup.exe": (PROGRAM, "“setup.exe” cannot be taken. Please send one of these kinds"),
    "page.html": (b"<html><script>", "“page.html” cannot be taken."),
    "logo.svg": (b"<svg onload='x'/>", "“logo.svg” cannot be taken."),
    "charter": (PDF, "“charter” cannot be taken."),
    "charter.pdf.exe": (PDF, "“charter.pdf.exe” cannot be taken."),
    "charter.pdf": (PROGRAM, "“charter.pdf” is no PDF file, although its name says so."),
    "words.txt": (b"<!DOCTYPE html><p>", "“words.txt” is no TXT file"),
    "words2.txt": (b"#!/bin/sh\nrm -rf /", "“words2.txt” is no TXT file"),
    "words.csv": (b"a,b\x00c", "“words.csv” is no CSV file"),
    "picture.png": (image("JPEG"), "“picture.png” is no PNG file"),
    "cut.png": (image("PNG")[:40], "“cut.png” is damaged"),
    "huge.png": (huge_png(), "“huge.png” has too many pixels."),
    "sheet.docx": (xlsx(), "“sheet.docx” is no DOCX file"),
    "archive.docx": (zipped({"a.exe": PROGRAM}), "“archive.docx” is damaged"),
    "cut.docx": (docx()[:-30], "“cut.docx” is damaged"),
    "text.ods": (opendocument("text"), "“text.ods” is no ODS file"),
    "old.docx": (OLE, "“old.docx” is protected by a password, or in an older format"),
    "closed.docx": (encrypted_docx(), "“closed.docx” is protected by a password."),
    "closed.pdf": (
        PDF.replace(b"/Root", b"/Encrypt 2 0 R/Root"),
        "“closed.pdf” is protected by a password.",
    ),
    "macro.docx": (docx(word__vbaProject="", **{"word__vbaProject.bin": "x"}), "holds macros"),
    "type.docx": (
        docx(**{"[Content_Types].xml": DOCX_TYPES + "ms-word.document.macroEnabled.main+xml"}),
        "“type.docx” holds macros.",
    ),
    "macro.odt": (opendocument("text", Basic__script="x"), "“macro.odt” holds macros."),
    "bomb.docx": (docx(word__media=b"\0" * 60_000_000), "would unpack to something huge"),
    "many.docx": (docx(**{f"n{i}": "" for i in range(2_001)}), "holds too many files"),
    "slip.docx": (docx(**{"..__..__etc__passwd": "x"}), "“slip.docx” is damaged"),
}


@pytest.mark.parametrize("name", BAD)
@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_check_refuses_with_a_sentence(name: str) -> None:
    content, sentence = BAD[name]
    with pytest.raises(Refused) as refusal:
        check(io.BytesIO(content), name=name)
    assert sentence in str(refusal.value)
    assert "%(" not in str(refusal.value)


def test_check_leaves_a_line_in_the_log_that_names_nobody(caplog: pytest.LogCaptureFixture) -> None:
    with pytest.raises(Refused):
        check(io.BytesIO(b"MZ a program"), name="Maria Example.pdf")
    check(io.BytesIO(b"Plain words."), name="words.txt")

    (line,) = caplog.messages
    assert line.startswith("A file was refused: ")
    assert line.endswith(f"12 bytes, SHA-256 {hashlib.sha256(b'MZ a program').hexdigest()}.")


def test_check_refuses_what_is_too_large_after_reading_no_more_than_the_limit() -> None:
    class Endless(io.BytesIO):
        asked = 0

        def read(self, size: int | None = -1) -> bytes:
            self.asked = size or 0
            return b"x" * self.asked

    file = Endless()
    with pytest.raises(Refused, match=r"“list.csv” is larger than 2 MB"):
        check(file, name="list.csv", limit=2 * 1024 * 1024)
    assert file.asked == 2 * 1024 * 1024 + 1


def test_check_takes_only_the_kinds_that_are_welcome() -> None:
    with pytest.raises(Refused, match=r"kinds of file: xlsx, csv\."):
        check(io.BytesIO(PDF), name="charter.pdf", kinds=("xlsx", "csv"))
    assert check(io.BytesIO(b"a,b"), name="a.csv", kinds=("xlsx", "csv")).kind == "csv"


def test_check_shows_a_name_that_turns_its_writing_as_it_really_is() -> None:
    with pytest.raises(Refused) as refusal:
        check(io.BytesIO(PDF), name="invoice\u202efdp.exe")
    assert str(refusal.value).startswith("“invoicefdp.exe” cannot be taken.")


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("setup.exe", b"", "This is a program"),
        ("invoice.pdf", PROGRAM, "This is a program"),
        ("invoice\u202efdp.exe", PDF, "This is a program"),
        ("run.txt", b"#!/bin/sh\n", "This is a program"),
        ("link.pdf", b"L\x00\x00\x00\x01\x14\x02\x00" + b"\x00" * 20, "This is a program"),
        ("letter.docm", docx(), "It holds macros"),
        ("letter.docx", docx(**{"word__vbaProject.bin": "x"}), "It holds macros"),
        ("files.zip", zipped({"a/b/setup.EXE": "x"}), "This archive holds a program"),
        ("files.zip", zipped({"a/b/setup.txt": "x"}), ""),
        ("letter.pdf", b"<html><form>", "It is not what its name says."),
        ("picture.png", PDF, "It is not what its name says."),
        ("form.html", b"<html><form>", "This is a web page."),
        ("old.doc", OLE, ""),
        ("unnamed", b"Good day", ""),
    ],
)
def test_danger_says_why_a_file_is_one_to_be_wary_of(
    name: str, content: bytes, sentence: str
) -> None:
    found = danger(content, name=name)
    assert found.startswith(sentence)
    assert bool(found) is bool(sentence)


def test_sniff_never_raises_on_cut_files() -> None:
    for content, _kind in GOOD.values():
        for end in range(min(len(content), 60)):
            assert isinstance(sniff(content[:end]), str)


def test_danger_reads_no_list_of_contents_that_is_too_long(monkeypatch) -> None:
    monkeypatch.setattr(uploads, "MAX_MEMBERS", 2)
    found = danger(zipped({"a": "", "b": "", "c": ""}), name="a.zip")
    assert found.startswith("Nobody could look into this archive")
