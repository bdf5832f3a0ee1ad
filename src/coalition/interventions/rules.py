"""Who may do what with a key intervention. When it may be done, its states say.

What each role of a mandate grants stands in `partners.rules.ABILITIES`.
"""

from __future__ import annotations

from typing import Any

import rules

from coalition.accounts.rules import is_officer
from coalition.interventions.states import LEADING
from coalition.partners.asking import PART_HELD, PartState
from coalition.partners.models import BodyKind, Seat
from coalition.partners.rules import acts_for, roles_that


def of_role(ability: str) -> Any:
    """A current mandate, with this ability, of the organisation whose role it is."""

    def holds(person: Any, role: Any) -> bool:
        return role is not None and acts_for(person, role.partner_id, ability)

    return rules.predicate(holds, name=f"of_role_{ability}")


def of_asker(ability: str) -> Any:
    """The same for the organisation that leads the intervention of a role."""

    def holds(person: Any, role: Any) -> bool:
        return role is not None and leads(ability)(person, role.intervention)

    return rules.predicate(holds, name=f"of_asker_{ability}")


def leads(ability: str, *, together: bool = False) -> Any:
    """A current mandate, with this ability, of the organisation that confirmed to lead it; or, with
    `together`, of one that confirmed to lead together with it."""
    kinds = LEADING if together else LEADING[:1]

    def holds(person: Any, intervention: Any) -> bool:
        if intervention is None or not person.is_authenticated or not person.is_active:
            return False
        partners = intervention.roles.filter(kind__in=kinds, state=PartState.CONFIRMED)
        held = person.mandates.current().filter(role__in=roles_that(ability))
        return bool(held.filter(partner__in=partners.values("partner")).exists())

    return rules.predicate(holds, name=f"leads_{ability}{'_together' if together else ''}")


@rules.predicate
def takes_part(person: Any, intervention: Any) -> bool:
    """A current mandate, in whatever role, of an organisation that was asked for a role or
    confirmed one."""
    if intervention is None or not person.is_authenticated:
        return False
    held = intervention.roles.filter(state__in=PART_HELD).values("partner")
    return bool(person.mandates.current().filter(partner__in=held).exists())


@rules.predicate
def reads_portfolio(person: Any, _of: Any = None) -> bool:
    """An officer, or somebody who holds a seat in a coordinating group now, alone or for an
    organisation."""
    if not person.is_authenticated or not person.is_active:
        return False
    if person.is_officer:
        return True
    seats = Seat.objects.current().held_by(person)
    return bool(seats.filter(body__kind=BodyKind.COORDINATING_GROUP).exists())


# Nobody judges the work of an organisation they speak for.
is_impartial_officer = is_officer & ~takes_part

# The secretariat opens what a body decided; partners who confirmed to lead write and run it.
rules.add_perm("interventions.open", is_officer)
rules.add_perm("interventions.view_desk", is_officer)
rules.add_perm("interventions.view_portfolio", reads_portfolio)
rules.add_perm("interventions.view_workspace", takes_part | is_officer)
rules.add_perm("interventions.edit", leads("edit", together=True) | is_officer)
rules.add_perm("interventions.announce", is_impartial_officer)
rules.add_perm("interventions.kick_off", leads("sign"))
rules.add_perm("interventions.carry_out", leads("sign"))
rules.add_perm("interventions.finalise", leads("sign"))
# That it is completed a second person says, who has no part in it.
rules.add_perm("interventions.close", is_impartial_officer)
rules.add_perm("interventions.suspend", leads("sign") | is_impartial_officer)
rules.add_perm("interventions.resume", leads("sign") | is_impartial_officer)
rules.add_perm("interventions.cancel", leads("sign") | is_impartial_officer)
rules.add_perm("interventions.keep_money", leads("edit", together=True))
rules.add_perm("interventions.keep_work", leads("edit", together=True))
# Of a role: each speaks for itself alone.
rules.add_perm("interventions.ask_role", leads("sign") | is_officer)
rules.add_perm("interventions.view_role", of_role("view") | of_asker("view") | is_officer)
rules.add_perm("interventions.manage_role", of_asker("sign") | is_officer)
rules.add_perm("interventions.answer_role", of_role("sign"))
# Of an intervention that shall be part of a wider one.
rules.add_perm("interventions.ask_whole", leads("sign"))
rules.add_perm("interventions.answer_part", leads("sign"))
rules.add_perm("interventions.count_towards", leads("edit"))
# Files of others.
rules.add_perm("interventions.keep_codes", is_officer)
