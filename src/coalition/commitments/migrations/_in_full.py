"""What the rows of commitments become when they grow."""

from __future__ import annotations

from typing import Any


def resources(apps: Any, schema_editor: Any) -> None:
    """The sentence on resources becomes the first of its means, word by word."""
    Commitment = apps.get_model("commitments", "Commitment")
    Resource = apps.get_model("commitments", "Resource")
    written = Commitment.objects.exclude(resources="").values_list("pk", "resources")
    Resource.objects.bulk_create(
        (
            Resource(commitment_id=pk, number=1, kind="other", words=words)
            for pk, words in written.iterator(chunk_size=2000)
        ),
        batch_size=2000,
    )


STEPS = (resources,)


def fill(apps: Any, schema_editor: Any) -> None:
    for step in STEPS:
        step(apps, schema_editor)
