"""Partners' parts in joint commitments, as each side reads them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from django.db.models import Q

from coalition.commitments.models import Part, PartMove
from coalition.commitments.states import PART_HELD, PARTS_FIXED, PARTS_OPEN, PartState
from coalition.partners.models import Partner
from coalition.ui.thread import Move


def version_of(part: Part) -> str:
    """What somebody had before their eyes: another one once the part, the offer of the lead or the
    promise was reworded. A form carries it, so that nobody says yes to words they did not read."""
    moments = (part.asked_at, part.lead_offered_at, part.commitment.changed_at)
    return " ".join(moment.isoformat() if moment else "-" for moment in moments)


def all_of(commitment: Any) -> list[Part]:
    """All parts in a commitment, also those that ended, with their partners; of the one that leads
    none, for that is more than a part. Those that wait for an answer first. One query."""
    found = commitment.parts.exclude(partner=commitment.partner_id)
    order = [PartState.ASKED, PartState.CONFIRMED]
    held = list(found.select_related("partner__group"))
    for one in held:
        one.commitment = commitment
    return sorted(held, key=lambda one: (one.state not in order, one.state, one.pk))


def history(part: Part) -> list[Move]:
    """What happened to it, in plain words, the first first. One query."""
    return [
        Move(step.at, str(Part.VERBS[step.verb].done).capitalize(), step.reason)
        for step in PartMove.objects.filter(record=part)
    ]


def confirmed_at(part: Part) -> Any:
    """When its partner said yes to it; None where it did not, or was asked again since."""
    if part.state != PartState.CONFIRMED:
        return None
    said = part.moves.filter(to_state=PartState.CONFIRMED)
    return said.order_by("-pk").values_list("at", flat=True).first()


def verbs_for(person: Any, part: Part) -> list[str]:
    """What this person may do with it as it is now. Three queries at most."""
    is_open = part.commitment.state in PARTS_OPEN
    is_held, is_offered = part.state in PART_HELD, part.lead_offered_at is not None
    verbs: list[str] = []
    if part.commitment.state in PARTS_FIXED:
        return verbs
    if person.has_perm("commitments.answer_part", part):
        verbs += ["confirm", "decline"] if part.state == PartState.ASKED else []
        verbs += ["leave"] if part.state == PartState.CONFIRMED else []
        verbs += ["take_lead", "end_offer"] if is_offered and is_open else []
    if is_open and is_held and person.has_perm("commitments.change_part", part):
        verbs += ["change"]
    if is_open and person.has_perm("commitments.manage_part", part):
        verbs += ["remove"] if is_held else ["ask_again"]
        verbs += ["end_offer"] if is_offered else []
        verbs += ["offer_lead"] if part.state == PartState.CONFIRMED and not is_offered else []
    return verbs


# --- In the workspace ------------------------------------------------------------------------

MOST_WAITING = 50  # shown at once; the next follow when these are answered


def waiting_for(person: Any) -> list[Part]:
    """Those on which the person can answer for an organisation: asked for, or with the lead
    offered. The longest waiting first. One query."""
    own = Partner.objects.spoken_for_by(person, "sign")
    waits = Q(state=PartState.ASKED) | Q(lead_offered_at__isnull=False)
    found = Part.objects.filter(waits, partner__in=own).exclude(commitment__state__in=PARTS_FIXED)
    ordered = found.select_related("partner", "commitment__partner").order_by("asked_at", "pk")
    return list(ordered[:MOST_WAITING])


def by_partner(partners: Iterable[Partner]) -> dict[int, list[Part]]:
    """The parts that these partners were asked for or confirmed, the newest first, by partner.
    One query."""
    found: dict[int, list[Part]] = defaultdict(list)
    held = Part.objects.filter(partner__in=list(partners), state__in=PART_HELD)
    for one in held.select_related("commitment__partner").order_by("-pk"):
        found[one.partner_id].append(one)
    return found
