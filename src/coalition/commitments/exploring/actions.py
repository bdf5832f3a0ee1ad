"""Keeps what commitments are found by, and how many there are of each."""

from __future__ import annotations

from collections.abc import Collection


def lights_changed(frameworks: Collection[int]) -> None:
    """These frameworks have another light (settings.LIGHTS_CHANGED): file their commitments
    under it."""
