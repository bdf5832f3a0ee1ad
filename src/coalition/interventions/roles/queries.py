"""Partners' roles, as each side reads them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from coalition.interventions.models import Intervention, Kind, Role, RoleMove
from coalition.interventions.states import OPEN
from coalition.partners.asking import PART_HELD, PartState
from coalition.partners.models import Partner
from coalition.ui.thread import Move

MOST_WAITING = 50  # shown at once; the next follow when these are answered


def version_of(role: Role) -> str:
    """What somebody had before their eyes: another one once the role or the intervention was
    reworded. A form carries it, so that nobody says yes to words they did not read."""
    return f"{role.asked_at.isoformat()} {role.intervention.changed_at.isoformat()}"


def all_of(intervention: Intervention, person: Any) -> list[Role]:
    """The roles in an intervention that the person may see, with their partners: by what they do,
    those that wait for an answer first; those that ended come last. At most three queries."""
    found = Role.objects.visible_to(person).filter(intervention=intervention)
    held = list(found.select_related("partner__group"))
    for one in held:
        one.intervention = intervention
    kinds, states = list(Kind.values), list(PartState.values)

    def place(one: Role) -> tuple[bool, int, int, int]:
        ended = one.state not in PART_HELD
        return ended, kinds.index(one.kind), states.index(one.state), one.pk

    return sorted(held, key=place)


def confirmed_at(role: Role) -> Any:
    """When its partner said yes to it; None where it did not, or was asked again since."""
    if role.state != PartState.CONFIRMED:
        return None
    said = role.moves.filter(to_state=PartState.CONFIRMED)
    return said.order_by("-pk").values_list("at", flat=True).first()


# --- In the workspace ------------------------------------------------------------------------


def by_partner(partners: Iterable[Partner]) -> dict[int, list[Role]]:
    """The roles that these partners were asked for or confirmed, the newest first, by partner.
    One query."""
    found: dict[int, list[Role]] = defaultdict(list)
    held = Role.objects.held().filter(partner__in=list(partners))
    for one in held.select_related("intervention__partner").order_by("-pk"):
        found[one.partner_id].append(one)
    return found


def waiting_for(person: Any) -> list[Role]:
    """Those on which the person can answer for an organisation, the longest waiting first. One
    query."""
    own = Partner.objects.spoken_for_by(person, "sign")
    found = Role.objects.filter(
        state=PartState.ASKED, partner__in=own, intervention__state__in=OPEN
    )
    ordered = found.select_related("partner", "intervention__partner").order_by("asked_at", "pk")
    return list(ordered[:MOST_WAITING])


def history(role: Role) -> list[Move]:
    """What happened to it, in plain words, the first first. One query."""
    return [
        Move(step.at, str(Role.VERBS[step.verb].done).capitalize(), step.reason)
        for step in RoleMove.objects.filter(record=role)
    ]


def verbs_for(person: Any, role: Role) -> list[str]:
    """What this person may do with it as it is now. Two queries at most."""
    if role.intervention.state not in OPEN:
        return []
    verbs: list[str] = []
    leads = role.kind == Kind.LEAD and role.state == PartState.CONFIRMED
    if person.has_perm("interventions.answer_role", role):
        verbs += ["confirm", "decline"] if role.state == PartState.ASKED else []
        verbs += ["leave"] if role.state == PartState.CONFIRMED and not leads else []
    if role.state in PART_HELD and not leads:
        verbs += ["remove"] if person.has_perm("interventions.manage_role", role) else []
    return verbs
