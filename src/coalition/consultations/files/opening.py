"""Files as people send them: opened within bounds, or refused in a sentence."""

from __future__ import annotations

from pathlib import Path

from coalition.base.errors import Refused
from coalition.base.text import clean_line


def content(path: Path, most_bytes: int) -> bytes:
    """All that stands in a file. Refused: there is none, it is too large, or may not be read."""
    refuse_large(path, most_bytes)
    try:
        return path.read_bytes()
    except (OSError, ValueError) as error:
        raise Refused(f"{path} cannot be opened: {reason(error)}.") from error


def refuse_large(path: Path, most_bytes: int) -> None:
    """Refused: there is no such file, or it is larger than `most_bytes`. What is no plain file is
    none, since a pipe may never end."""
    try:
        size = path.stat().st_size if path.is_file() else None
    except (OSError, ValueError):
        size = None
    if size is None:
        raise Refused(f"There is no file {path}.")
    if size > most_bytes:
        raise Refused(f"{path.name} has {size:,} bytes; at most {most_bytes:,} are read.")


def reason(error: Exception) -> str:
    """What the system says, without its number and the path."""
    return getattr(error, "strerror", None) or str(error)


def quoted(found: object) -> str:
    """What a file holds, for a sentence: short, and without characters that make a terminal clear
    its screen or turn the rest of the line."""
    text = str(found)
    return f"“{clean_line(text[:40])}{'…' if len(text) > 40 else ''}”"
