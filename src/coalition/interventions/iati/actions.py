"""Keeping what is published as IATI: one element an intervention, made when it changes."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from io import BytesIO

from django.db import transaction
from django.utils import timezone

from coalition.analysis.iati.activities import Activity, activity_of
from coalition.analysis.iati.checking import Checked, checked
from coalition.analysis.iati.merging import merged
from coalition.analysis.iati.writing import ACTIVITIES, fragment, head, tail
from coalition.interventions.iati import composing
from coalition.interventions.models import Intervention, Origin, Published

AT_ONCE = 100


@transaction.atomic
def refresh(interventions: Sequence[Intervention]) -> list[int]:
    """Make their elements anew (settings.ALSO_CHANGED). Returns the keys of those whose element
    became another one. An element that would not be valid is not published, and the one before
    goes too: better none than a wrong one."""
    keys = [one.pk for one in interventions]
    held = Published.objects.filter(intervention__in=keys)
    before = {one.intervention_id: one.digest for one in held}
    changed, kept, noted = [], set(), []
    for one, activity in composing.activities(Intervention.objects.published().filter(pk__in=keys)):
        told = fragment(activity).decode()
        origin: Origin | None = getattr(one, "iati_origin", None)
        if origin is not None and not origin.held:
            origin.held = told  # just taken in: what is held now is what came
            noted.append(origin)
        if not composing.is_publishable(one):
            continue
        xml = text_of(origin, activity, told)
        if not judged(xml).is_valid:
            continue
        kept.add(one.pk)
        digest = hashlib.sha256(xml.encode()).hexdigest()
        if before.get(one.pk) != digest:
            now = timezone.now()
            changed.append(Published(intervention=one, xml=xml, digest=digest, changed_at=now))
    Origin.objects.bulk_update(noted, ["held"], batch_size=AT_ONCE)
    Published.objects.bulk_create(
        changed,
        update_conflicts=True,
        unique_fields=["intervention"],
        update_fields=["xml", "digest", "changed_at"],
    )
    gone = [pk for pk in before if pk not in kept]
    Published.objects.filter(intervention__in=gone).delete()
    return [*(one.intervention_id for one in changed), *gone]


def refresh_all() -> Iterator[int]:
    """All elements made anew, a portion at a time; yields how many changed in each."""
    keys = list(Intervention.objects.order_by("pk").values_list("pk", flat=True))
    for first in range(0, len(keys), AT_ONCE):
        some = Intervention.objects.filter(pk__in=keys[first : first + AT_ONCE])
        yield len(refresh(list(some)))


def text_of(origin: Origin | None, activity: Activity, told: str) -> str:
    """The element as it is published; `told` is what it would be by itself. Of what came from a
    file of others, everything that nobody changed here is as it came."""
    if origin is None:
        return told
    if told == origin.held:
        return origin.came
    return fragment(merged(read(origin.came), read(origin.held), activity)).decode()


def read(xml: str) -> Activity:
    """The activity that one element is."""
    found: list[Activity] = []
    checked(_file(xml), lambda record: found.append(activity_of(record)))
    return found[0]


def judged(*fragments: str) -> Checked:
    """What a file of these elements is, by the form of the standard."""
    return checked(_file(*fragments))


def _file(*fragments: str) -> BytesIO:
    parts: Iterable[bytes] = (one.encode() for one in fragments)
    start = head(ACTIVITIES, generated_at=composing.STILL)
    return BytesIO(b"".join((start, *parts, tail(ACTIVITIES))))
