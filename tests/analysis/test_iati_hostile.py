"""Files that mean harm, and files that are merely odd: none hangs, none raises, none reaches
outside."""

from __future__ import annotations

import contextlib
import encodings.aliases
import io
import random
import time
from pathlib import Path

import pytest

from coalition.analysis.iati.activities import Activity, activity_of
from coalition.analysis.iati.checking import (
    BLOCK,
    LONGEST_VALUE,
    MOST_FINDINGS,
    MOST_INSIDE,
    Checked,
    Element,
    checked,
)
from coalition.analysis.iati.kinds import KINDS, plain
from coalition.analysis.iati.reading import read
from coalition.analysis.iati.writing import fragment
from coalition.interventions.iati.words import sentence
from tests.analysis.test_iati_checking import file

MANY, SOME = 200_000, 30_000
SECONDS = 20  # far more than any of this takes, far less than what grows with the square


def told(content: bytes) -> tuple[Checked, list[Activity]]:
    """Read it, write it, put what is wrong into words: in little time."""
    start = time.process_time()
    values: list[Activity] = []
    found = checked(io.BytesIO(content), lambda record: values.append(activity_of(record)))
    for value in values:
        fragment(value)
    for finding in found.findings:
        sentence(finding)
    assert time.process_time() - start < SECONDS
    return found, values


def codes(content: bytes) -> set[str]:
    return {one.code for one in told(content)[0].findings}


def in_words(text: str) -> bytes:
    return file().replace(b"Words", text.encode())


# --- What a document type could do -----------------------------------------------------------

TEN = "".join(f"<!ENTITY a{n} '{{}}'>".format(f"&a{n - 1};" * 10) for n in range(1, 12))


@pytest.mark.parametrize(
    "head",
    [
        f'<!DOCTYPE x [<!ENTITY a0 "ha">{TEN}]>',
        f'<!DOCTYPE x [<!ENTITY a "{"a" * MANY}">]>',
        '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>',
        '<!DOCTYPE x [<!ENTITY % a SYSTEM "http://localhost:1/a.dtd"> %a;]>',
        '<!DOCTYPE x PUBLIC "-//x//y" "http://localhost:1/a.dtd">',
        '<!DOCTYPE x [<!ATTLIST narrative xml:lang CDATA "en">]>',
    ],
)
def test_no_document_type_is_followed(head: str) -> None:
    assert codes(file("<y>&a11;&a;</y>", head)) == {"declares"}


def test_entities_and_inclusions_of_others_are_not_followed() -> None:
    assert codes(in_words("&a;")) == {"not_xml"}

    include = '<i:include xmlns:i="http://www.w3.org/2001/XInclude" href="file:///etc/passwd"/>'
    found, (record,) = told(file(include))

    assert found.is_valid
    assert b"root:" not in fragment(record)


# --- Size ------------------------------------------------------------------------------------


@pytest.mark.parametrize("between", ["<!---->", "<![CDATA[]]>", "<?x?>", "&#97;", "<b/>"])
def test_a_text_in_very_many_pieces_is_read(between: str) -> None:
    _found, (record,) = told(in_words(f"a{between}" * MANY))

    assert record.descriptions[0].narratives[0].text.count("a") >= MANY


@pytest.mark.parametrize("sign", ["w", "é", "\n", "&#10;"])
def test_a_text_that_is_too_long_is_told_and_cut(sign: str) -> None:
    found, (record,) = told(in_words(sign * (LONGEST_VALUE + 2 * BLOCK)))

    assert [one.code for one in found.findings] == ["long"]
    kept = record.descriptions[0].narratives[0].text
    assert LONGEST_VALUE <= len(kept) <= LONGEST_VALUE + BLOCK
    assert len(set(kept)) == 1


def test_a_text_that_is_just_not_too_long_is_kept() -> None:
    found, (record,) = told(in_words("é" * LONGEST_VALUE))

    assert found.is_valid
    assert len(record.descriptions[0].narratives[0].text) == LONGEST_VALUE


@pytest.mark.parametrize(
    "more",
    [
        "<unknow/>" * SOME,
        "".join(f"<sectr{n}/>" for n in range(SOME)),
        '<sector cod="1"/>' * SOME,
        '<sector code="1"/>' * SOME,
        '<capital-spend percentage="x"/>' * SOME,
        "<y>" * MANY,
        "<y:x xmlns:y='urn:y'/>" * SOME,
        "<sector " + " ".join(f"a{n}='1'" for n in range(20_000)) + "/>",
        f"<{'y' * MANY}/>",
        f'<sector code="{"y" * MANY}" {"z" * MANY}="1"/>',
        f'<y:x xmlns:y="{"y" * MANY}"/>',
        "<!--" + "-  -" * MANY + "-->",
        "loose " * MANY,
    ],
)
def test_much_of_anything_is_read_in_little_time(more: str) -> None:
    found, _values = told(file(more))

    assert len(found.findings) <= MOST_FINDINGS


def test_a_record_that_never_ends_is_not_held_in_memory() -> None:
    assert codes(file("<y:x xmlns:y='urn:y'>" + "<a/>" * MOST_INSIDE)) == {"large"}
    assert told(file("<y:x xmlns:y='urn:y'/>" * 1_000))[0].is_valid


def test_a_piece_that_finds_no_end_is_read_to_that_of_the_file(tmp_path: Path) -> None:
    path = tmp_path / "file.xml"
    path.write_bytes(file("<!-- " + "</iati-activit" * MANY + "-->").replace(b">\n", b">", 1))

    found = read(path, activity_of, processes=2, piece=1_000)

    assert found.checked.is_valid
    assert len(found.values) == 1


# --- Values ----------------------------------------------------------------------------------

WILD = [
    *("", " ", "NaN", "Infinity", "-Infinity", "1e999", "1E+1000000000", "0x1F", "1_000", "--1"),
    *(
        "+",
        "-",
        ".",
        "+.",
        "9" * 10_000,
        "0" * 10_000 + "1",
        "-" + "9" * 10_000,
        "." + "9" * 10_000,
    ),
    *("9" * 10_000 + "-01-01", "0" * 10_000 + "-01-01", "-9999-12-31", "0000-01-01", "1066-10-14"),
    *("1899-12-31", "2026-02-29", "2026-W01-1", "20260101", "2026-01-01Z", "9999-12-31-14:00"),
    *("2026-01-01T00:00:00." + "9" * 10_000, "2026-01-01T23:59:60", "9999-12-31T24:00:00"),
    *("0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00", "300", "-300", "100.0000001"),
    *("١٢", "²", "½", "\u00a0", "\u2028", "\ufeff", "\u202e", "a\u0300" * 100, "\U0010ffff"),
    *("//" + "@" * MANY + "[", "//" + "a:" * MANY + "[", "%" * MANY, "[" * MANY, "#" * MANY),
    *("http://" + "%41" * MANY, "a" * MANY, ":" * MANY, "-" * MANY, "a-" * MANY, " " * MANY + "x"),
    *("javascript:alert(1)", "http://[::1", "//[]:99999999", "\\\\host\\share", "data:,x"),
]


@pytest.mark.parametrize("kind", KINDS)
def test_values_of_any_text_are_judged_in_little_time(kind: str) -> None:
    start = time.process_time()

    for text in WILD:
        value = plain(kind, text)
        assert value is None or plain(kind, str(text)) == value

    assert time.process_time() - start < SECONDS


@pytest.mark.parametrize("text", WILD, ids=lambda text: repr(text[:20]))
def test_records_of_any_text_are_read_and_written(text: str) -> None:
    text = text.replace("%", "%25").replace("&", "")
    more = f"""<recipient-country code="{text}" percentage="{text}"/>
        <location><administrative vocabulary="{text}" code="{text}" level="{text}"/>
        <point srsName="{text}"><pos>{text}</pos></point></location>
        <budget type="{text}"><period-start iso-date="{text}"/><period-end iso-date="{text}"/>
        <value value-date="{text}" currency="{text}">{text}</value></budget>
        <document-link url="{text}" format="{text}"/><conditions attached="{text}"/>
        <result type="1"><indicator measure="{text}"><baseline year="{text}" value="{text}"/>
        </indicator></result>"""
    attributes = f'hierarchy="{text}" last-updated-datetime="{text}" xml:lang="{text}"'
    content = file(more).replace(b"<iati-activity>", f"<iati-activity {attributes}>".encode())

    _found, (record,) = told(content)

    for location in record.locations:
        if location.point is not None:
            assert location.point.latitude_longitude is None
    body = fragment(record)
    (back,) = told(b'<iati-activities version="2.03">' + body + b"</iati-activities>")[1]
    assert back == record


# --- Encodings -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "encoding", sorted({*encodings.aliases.aliases.values(), "utf-99", "idna"})
)
def test_files_of_any_encoding_are_told(encoding: str) -> None:
    head = f'<?xml version="1.0" encoding="{encoding}"?>'
    contents = [file(head=head), file(head=head).replace(b"Words", bytes(range(128, 256)))]
    with contextlib.suppress(LookupError, UnicodeError):
        contents.append(file(head=head).decode().replace("Words", "Wörter").encode(encoding))

    for content in contents:
        told(content)


@pytest.mark.parametrize("seed", range(3))
def test_files_of_noise_are_told(seed: int) -> None:
    chance = random.Random(seed)
    whole = file('<sector code="1"/>' * 20)
    for _ in range(300):
        noise = bytearray(whole)
        for _ in range(chance.randrange(1, 6)):
            noise[chance.randrange(len(noise))] = chance.randrange(256)
        told(bytes(noise[: chance.randrange(len(noise))] if chance.random() < 0.3 else noise))


def test_what_the_taker_raises_is_not_taken_for_a_fault_of_the_file() -> None:
    def take(record: Element) -> None:
        raise ValueError(record.name)

    with pytest.raises(ValueError, match="iati-activity"):
        checked(io.BytesIO(file()), take)
