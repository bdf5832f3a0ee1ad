from __future__ import annotations

import gzip
from pathlib import Path

import pytest

from coalition.base.errors import Refused
from coalition.instruments.texts import reading
from tests.instruments.documents import bread, jsonl


def test_documents_in_reads_plain_and_packed_alike(tmp_path: Path) -> None:
    documents = [bread(), bread(symbol="A/RES/99/2")]
    for name in ("texts.jsonl", "texts.jsonl.gz"):
        assert list(reading.documents_in(jsonl(tmp_path / name, *documents))) == documents


def test_documents_in_passes_over_a_byte_order_mark_and_empty_lines(tmp_path: Path) -> None:
    path = tmp_path / "texts.jsonl"
    path.write_bytes(b'\xef\xbb\xbf{"symbol": "A"}\n\n{"symbol": "B"}')
    assert list(reading.documents_in(path)) == [{"symbol": "A"}, {"symbol": "B"}]


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        (
            "a.jsonl.gz",
            b'{"symbol": "A"}\n',
            "a.jsonl.gz is not a gzip file, although its name ends in .gz. "
            "If it is plain text, rename it to end in .jsonl.",
        ),
        (
            "b.jsonl.gz",
            gzip.compress(b'{"symbol": "A"}\n' * 99, mtime=0)[:-12],
            "b.jsonl.gz is a damaged gzip file (Compressed file ended before the end-of-stream "
            "marker was reached). Fetch it again.",
        ),
        (
            "c.jsonl",
            b'{"symbol": "A"}\n{"symbol": "\xff"}\n',
            "c.jsonl, line 2 is not UTF-8 text (byte 13 of the line). Save it as UTF-8.",
        ),
        (
            "d.jsonl",
            b'{"symbol": "A"}\n{"symbol": \n',
            "d.jsonl, line 2 is not JSON: Expecting value: line 2 column 1 (char 12). "
            "Each line must be one document.",
        ),
        (
            "e.jsonl",
            b"[1, 2]\n",
            "e.jsonl, line 1 is not a document but a list. Each line must be an object with "
            "symbol, title, adopted and text.",
        ),
        (
            "f.jsonl",
            b"[" * 200_000,
            "f.jsonl, line 1 is not JSON: ",
        ),
        ("g.jsonl", b"\x1f\x8b\x08\x00", "g.jsonl, line 1 is not UTF-8 text (byte 2 of the line)."),
    ],
)
def test_documents_in_refuses_a_broken_file_naming_the_line(
    tmp_path: Path, name: str, content: bytes, sentence: str
) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(Refused) as refusal:
        list(reading.documents_in(tmp_path / name))
    assert str(refusal.value)[: len(sentence)] == sentence


def test_documents_in_refuses_a_line_without_end(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setattr(reading, "LONGEST_LINE", 1_000_000)
    packed = tmp_path / "bomb.jsonl.gz"
    packed.write_bytes(gzip.compress(b" " * 1_000_001, mtime=0))
    with pytest.raises(Refused) as refusal:
        list(reading.documents_in(packed))
    assert str(refusal.value) == (
        "bomb.jsonl.gz, line 1 is longer than 1 MB, which no document is. "
        "Write one document a line."
    )


def test_documents_in_refuses_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(Refused) as refusal:
        list(reading.documents_in(tmp_path / "none.jsonl"))
    assert (
        str(refusal.value)
        == f"{tmp_path / 'none.jsonl'} cannot be read: No such file or directory."
    )


def test_documents_of_names_near_symbols_for_one_that_is_missing(tmp_path: Path) -> None:
    path = jsonl(tmp_path / "texts.jsonl", bread(), bread(symbol="A/RES/99/2"), {"symbol": 7})
    found = reading.documents_of(path, {"A/RES/99/2", "A/RES/99/11"})
    assert next(found)["symbol"] == "A/RES/99/2"
    with pytest.raises(Refused) as refusal:
        next(found)
    assert str(refusal.value) == ("texts.jsonl has no document “A/RES/99/11”. Near it: A/RES/99/1.")
