"""Keeps the catalogue in step with the records of every room."""

from __future__ import annotations

from typing import Any


def record_changed(record: Any) -> None:
    """Bring the catalogue's row of this record up to date, or remove it."""
