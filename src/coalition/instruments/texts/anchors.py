"""Where an address of a provision leads today: links that people kept are never lost.

An address is, in this order: a provision's lasting one; the one it has in the version shown; one
it had in another version. A provision that was taken into another leads there, one that vanished
to what it stood in; where nothing has the address, the closest that stands above it answers.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.urls import reverse

from coalition.instruments.models import Instrument, Provision, Wording
from coalition.instruments.texts.tree import Node, Text

# A provision can be taken into another that is later taken into a third, but not for ever.
LONGEST_CHAIN = 20


@dataclass(frozen=True)
class Place:
    """Where an address leads: `node` (None: to the whole text), and for what reason.

    `is_exact`: it is the lasting address of the node. `gone` is the provision that has the
    address and is not in the version shown.
    """

    node: Node | None
    is_exact: bool = False
    is_known: bool = True
    gone: Provision | None = None


@dataclass(frozen=True)
class Gone:
    """What a page says of a provision that its reader asked for and that is no more."""

    wording: Wording
    became: bool  # its words went into what the page shows

    @property
    def last_place(self) -> str:
        """Where its last wording can be read."""
        return place_in(self.wording)


def place_in(wording: Wording) -> str:
    """The address of a wording in its own version; `version` and its instrument are loaded."""
    version = wording.version
    return reverse(
        "instruments:version_provision", args=[version.instrument.code, version.pk, wording.eid]
    )


def place_of(text: Text, eid: str) -> Place:
    """Where this address leads in the version shown."""
    if node := text.by_eid.get(eid):
        return Place(node, is_exact=True)
    held = list(text.instrument.provisions.filter(eid=eid)) or _called(text, eid)
    if not held:
        return Place(text.nearest(eid), is_known=False)
    provision = held[0]
    if node := text.by_eid.get(provision.eid):
        return Place(node)
    return Place(_living(text, provision), gone=provision)


def gone_from(text: Text, eid: str) -> Gone | None:
    """What to say of the provision with this lasting address, if it is not in the version shown."""
    if not eid or len(eid) > 120 or eid in text.by_eid:
        return None
    last = (
        Wording.objects.filter(provision__instrument=text.instrument, provision__eid=eid)
        .select_related("version__instrument", "provision")
        .order_by("-version__adopted_on", "-version")
        .first()
    )
    return Gone(last, became=last.provision.became_id is not None) if last else None


def earlier_places(text: Text, node: Node) -> list[Wording]:
    """Wordings of the provision in other versions where it has another number, newest first."""
    if len(text.versions) < 2 or not text.version:
        return []
    rows = node.provision.wordings.exclude(version=text.version).select_related(
        "version__instrument"
    )
    different = [row for row in rows if row.number != node.number]
    return sorted(different, key=lambda row: row.version_id, reverse=True)


def moved_to(code: str) -> Instrument | None:
    """The text that the one with this short address belongs to now, as one of its versions."""
    return Instrument.objects.filter(cited_as__key=f"code:{code}").first()


def _called(text: Text, eid: str) -> list[Provision]:
    """The provision that a version addresses so: the version shown, else the newest that does."""
    rows = (
        Wording.objects.filter(version__instrument=text.instrument, eid=eid)
        .select_related("provision")
        .order_by("-version__adopted_on", "-version")
    )
    return [
        row.provision
        for row in sorted(rows, key=lambda row: row.version_id != getattr(text.version, "pk", 0))
    ]


def _living(text: Text, provision: Provision) -> Node | None:
    """What took the provision in, else what it stood in, as far as that is in the version shown."""
    by_key = {row.pk: row for row in text.instrument.provisions.all()}
    here: Provision | None = provision
    for _step in range(LONGEST_CHAIN):
        if here is None or here.eid in text.by_eid:
            break
        here = by_key.get(here.became_id or here.parent_id or 0)
    if here is not None and here.eid in text.by_eid:
        return text.by_eid[here.eid]
    return text.nearest(provision.eid)
