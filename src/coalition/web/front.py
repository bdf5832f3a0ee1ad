"""What the front page shows beyond the editors' sentences: figures and newest records."""

from __future__ import annotations

from typing import Any


def home(person: Any) -> dict[str, Any]:
    """The figures and lists of the front page, for this reader."""
    return {}
