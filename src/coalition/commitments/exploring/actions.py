"""Keeps what commitments are found by, and how many there are of each."""

from __future__ import annotations

from collections.abc import Collection

from coalition.base.changes import record_changed
from coalition.commitments.models import Commitment


def changed(commitment: Commitment) -> None:
    """A commitment that everybody sees was published, changed or withdrawn: file it anew, and tell
    the catalogue. Called last in the verb's transaction, after its audit event."""
    record_changed(commitment)


def lights_changed(frameworks: Collection[int]) -> None:
    """These frameworks have another light (settings.LIGHTS_CHANGED): file their commitments
    under it."""
