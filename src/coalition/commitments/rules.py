"""Who may do what with a commitment. When it may be done, its states say.

What each role of a mandate grants stands in `partners.rules.ABILITIES`: whoever may edit writes a
promise, and who may sign hands it in and takes it back.
"""

from typing import Any

import rules
from django.db.models import Q

from coalition.accounts.rules import is_officer
from coalition.commitments.states import PART_HELD
from coalition.interventions.rules import leads, takes_part
from coalition.partners.rules import acts_for, may


def of_maker(ability: str) -> Any:
    """A current mandate, with this ability, of the organisation that makes the promise."""

    def holds(person: Any, commitment: Any) -> bool:
        return commitment is not None and acts_for(person, commitment.partner_id, ability)

    return rules.predicate(holds, name=f"of_maker_{ability}")


@rules.predicate
def speaks_for_a_partner_in_it(person: Any, commitment: Any) -> bool:
    """A current mandate, in whatever role, of the organisation that leads or of one that was asked
    for a part or confirmed it."""
    if commitment is None or not person.is_authenticated:
        return False
    held = commitment.parts.filter(state__in=PART_HELD).values("partner")
    concerned = Q(partner_id=commitment.partner_id) | Q(partner__in=held)
    return bool(person.mandates.current().filter(concerned).exists())


def of_part(ability: str) -> Any:
    """A current mandate, with this ability, of the organisation whose part it is."""

    def holds(person: Any, part: Any) -> bool:
        return part is not None and acts_for(person, part.partner_id, ability)

    return rules.predicate(holds, name=f"of_part_{ability}")


def of_lead(ability: str) -> Any:
    """The same for the organisation that leads the commitment of a part."""

    def holds(person: Any, part: Any) -> bool:
        return part is not None and acts_for(person, part.commitment.partner_id, ability)

    return rules.predicate(holds, name=f"of_lead_{ability}")


# Nobody decides on a promise of an organisation they speak for.
is_impartial_officer = is_officer & ~speaks_for_a_partner_in_it


def on_its_side(ability: str) -> Any:
    """Of those who wish an amendment: its own partner's people with this ability, or officers."""

    def holds(person: Any, amendment: Any) -> bool:
        if amendment is None:
            return False
        if amendment.side == "partner":
            return acts_for(person, amendment.commitment.partner_id, ability)
        return bool(is_impartial_officer(person, amendment.commitment))

    return rules.predicate(holds, name=f"on_its_side_{ability}")


@rules.predicate
def decides_on_amendment(person: Any, amendment: Any) -> bool:
    """Of the other side: neither speaks for the other, and nobody for both."""
    if amendment is None:
        return False
    if amendment.side == "partner":
        return bool(is_impartial_officer(person, amendment.commitment))
    return acts_for(person, amendment.commitment.partner_id, "sign")


def of_claimant(ability: str) -> Any:
    """A current mandate, with this ability, of the organisation that leads the commitment of a
    claim."""

    def holds(person: Any, claim: Any) -> bool:
        return claim is not None and acts_for(person, claim.commitment.partner_id, ability)

    return rules.predicate(holds, name=f"of_claimant_{ability}")


def of_intervention(ability: str, *, together: bool = False) -> Any:
    """The same for the organisation that leads the intervention of a claim; or, with `together`,
    for one that leads it together with that one."""

    def holds(person: Any, claim: Any) -> bool:
        return claim is not None and bool(
            leads(ability, together=together)(person, claim.intervention)
        )

    return rules.predicate(
        holds, name=f"of_intervention_{ability}{'_together' if together else ''}"
    )


@rules.predicate
def decides_on_claim(person: Any, claim: Any) -> bool:
    """Nobody confirms their own claim: it is for the one that leads the intervention, and where
    the same organisation leads both, for an officer who speaks for neither."""
    if claim is None or not person.is_authenticated:
        return False
    if claim.commitment.partner_id == claim.intervention.partner_id:
        is_impartial = is_officer & ~takes_part
        return bool(
            is_impartial(person, claim.intervention)
            and is_impartial_officer(person, claim.commitment)
        )
    return bool(of_intervention("sign")(person, claim)) and not of_claimant("view")(person, claim)


rules.add_perm("commitments.draft", may("edit"))
rules.add_perm("commitments.view_workspace", speaks_for_a_partner_in_it)
rules.add_perm("commitments.edit", of_maker("edit"))
rules.add_perm("commitments.submit", of_maker("sign"))
rules.add_perm("commitments.withdraw", of_maker("sign"))
rules.add_perm("commitments.claim_completion", of_maker("sign"))
rules.add_perm("commitments.resume", of_maker("sign") | is_impartial_officer)
rules.add_perm("commitments.request_change", is_impartial_officer)
rules.add_perm("commitments.approve", is_impartial_officer)
rules.add_perm("commitments.publish", is_impartial_officer)
rules.add_perm("commitments.refuse_completion", is_impartial_officer)
rules.add_perm("commitments.close", is_impartial_officer)
rules.add_perm("commitments.close_unfulfilled", is_impartial_officer)
rules.add_perm("commitments.mark_inactive", is_impartial_officer)
# Of a commitment: begin an amendment; of an amendment: the rest.
rules.add_perm("commitments.amend", of_maker("edit") | is_impartial_officer)
rules.add_perm("commitments.edit_amendment", on_its_side("edit"))
rules.add_perm("commitments.propose_amendment", on_its_side("sign"))
rules.add_perm("commitments.discard_amendment", on_its_side("edit"))
rules.add_perm("commitments.send_back_amendment", decides_on_amendment)
rules.add_perm("commitments.apply_amendment", decides_on_amendment)
# Each speaks for itself alone: the one that leads asks, the other answers.
rules.add_perm("commitments.view_parts", of_maker("view"))
rules.add_perm("commitments.ask_part", of_maker("sign"))
rules.add_perm("commitments.view_part", of_part("view") | of_lead("view"))
rules.add_perm("commitments.change_part", of_lead("edit"))
rules.add_perm("commitments.manage_part", of_lead("sign"))
rules.add_perm("commitments.answer_part", of_part("sign"))
rules.add_perm("commitments.end_offer", of_lead("sign") | of_part("sign"))
# Of a commitment: claim that it contributes to a key intervention; of a claim: the rest.
rules.add_perm("commitments.view_claims", of_maker("view"))
rules.add_perm("commitments.claim", of_maker("sign"))
rules.add_perm(
    "commitments.view_claim",
    of_claimant("view") | of_intervention("view", together=True) | is_officer,
)
rules.add_perm("commitments.change_claim", of_claimant("sign"))
rules.add_perm("commitments.answer_claim", decides_on_claim)
