"""Opening files of documents, one JSON object a line, without ever holding the whole file."""

from __future__ import annotations

import gzip
import hashlib
import json
import zlib
from collections.abc import Collection, Iterator
from difflib import get_close_matches
from pathlib import Path
from typing import Any, BinaryIO

from coalition.base.errors import Refused

LONGEST_LINE = 16_000_000  # bytes; the longest real document takes half a million
LARGEST_FILE = 2_000_000_000  # bytes, unpacked


def file_digest(path: Path) -> str:
    """SHA-256 of the file as it lies there, as hexadecimal text."""
    with opened(path) as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def documents_in(path: Path) -> Iterator[dict[str, Any]]:
    """Every document of a .jsonl or .jsonl.gz file, one after the other.

    Raises Refused, naming the file and the line, for anything that is not what its name says.
    """
    with opened(path) as file:
        if not path.name.endswith(".gz"):
            yield from _documents(path, file)
            return
        if file.read(2) != b"\x1f\x8b":
            raise Refused(
                f"{path.name} is not a gzip file, although its name ends in .gz. "
                "If it is plain text, rename it to end in .jsonl."
            )
        file.seek(0)
        with gzip.GzipFile(fileobj=file) as unpacked:
            try:
                yield from _documents(path, unpacked)
            except (EOFError, gzip.BadGzipFile, zlib.error) as error:
                raise Refused(
                    f"{path.name} is a damaged gzip file ({error}). Fetch it again."
                ) from None


def documents_of(path: Path, symbols: Collection[str]) -> Iterator[dict[str, Any]]:
    """The documents with these symbols, in the file's order.

    After the last one, raises Refused for symbols that the file does not have, with near ones.
    """
    missing, present = set(symbols), set()
    for document in documents_in(path):
        symbol = document.get("symbol")
        if not isinstance(symbol, str):
            continue
        if symbol in symbols:
            missing.discard(symbol)
            yield document
        elif missing:
            present.add(symbol[:100])
    if missing:
        raise Refused(" ".join(_not_there(path, symbol, present) for symbol in sorted(missing)))


def near(symbol: str, known: Collection[str]) -> str:
    """A sentence with the known symbols that look like this one, or an empty text."""
    close = get_close_matches(symbol, known, n=4, cutoff=0.7)
    return f"Near it: {', '.join(close)}." if close else ""


def _not_there(path: Path, symbol: str, present: Collection[str]) -> str:
    hint = near(symbol, present) or "Check the symbol, such as A/RES/80/5."
    return f"{path.name} has no document “{symbol}”. {hint}"


def opened(path: Path) -> BinaryIO:
    """The file, to read bytes. Raises Refused, naming it, where it cannot be opened."""
    try:
        return path.open("rb")
    except OSError as error:
        raise Refused(f"{path} cannot be read: {error.strerror}.") from None


def _documents(path: Path, file: Any) -> Iterator[dict[str, Any]]:
    number = size = 0
    while line := file.readline(LONGEST_LINE + 1):
        number += 1
        size += len(line)
        where = f"{path.name}, line {number}"
        if len(line) > LONGEST_LINE:
            raise Refused(
                f"{where} is longer than {LONGEST_LINE // 1_000_000} MB, which no document is. "
                "Write one document a line."
            )
        if size > LARGEST_FILE:
            raise Refused(
                f"{path.name} holds more than {LARGEST_FILE // 1_000_000_000} GB. Split it."
            )
        try:
            text = line.decode("utf-8-sig" if number == 1 else "utf-8")
        except UnicodeDecodeError as error:
            raise Refused(
                f"{where} is not UTF-8 text (byte {error.start + 1} of the line). Save it as UTF-8."
            ) from None
        if not text.strip():
            continue
        try:
            document = json.loads(text)
        except (ValueError, RecursionError) as error:
            raise Refused(
                f"{where} is not JSON: {error}. Each line must be one document."
            ) from None
        if not isinstance(document, dict):
            raise Refused(
                f"{where} is not a document but a {type(document).__name__}. Each line must be an "
                "object with symbol, title, adopted and text."
            )
        yield document
