"""What stands on the ballot; ballots of people and of organisations.

A ballot is kept whole or not at all: what is saved is the whole of it, also where one sees it page
by page, and what breaks a rule leaves it as it was. Like a vote, a person's leaves no event and no
moment; what an organisation signs is its public word, and leaves one.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from coalition.accounts.models import User
from coalition.analysis.choosing.election import LARGEST
from coalition.base import audit, states
from coalition.base.errors import NotAllowed, Refused
from coalition.consultations.models import Ballot, Consultation, Participant, Phase, What
from coalition.consultations.planning.changing import changed, hold, note_change
from coalition.consultations.prioritising.queries import (
    Choices,
    Held,
    held_by,
    on_ballot,
    phase_of,
    places,
    said_now,
)
from coalition.consultations.prioritising.words import amount
from coalition.consultations.signing import await_signature
from coalition.consultations.states import AHEAD, PrioritiseBy, State
from coalition.consultations.voices import Voice, heard, participant_of, take_part

ABILITY = "prioritise"

# --- What stands on it -----------------------------------------------------------------------


@transaction.atomic
def set_ballot(
    consultation: Consultation,
    chosen: Mapping[int, int | None],
    *,
    among: Collection[int],
    by: User,
) -> Consultation:
    """Choose which statements stand on the ballot, by their keys, each with its cost (in the
    smallest part of the currency) where there is a budget. Of those `among` which one chooses,
    what is not chosen is taken off; all others stay as they are.

    Raises NotAllowed once there is something on it and priorities are being set, and Refused for
    what is not shown, and for a cost that is missing or more than the whole budget.
    """
    consultation, now = hold(consultation)
    phase = phase_of(consultation)
    if refusal := refusal_to_choose(consultation, phase, now):
        raise NotAllowed(refusal)
    assert phase is not None
    shown = {one.pk: one for one in consultation.statements.shown()}
    if any(key not in shown for key in chosen):
        raise Refused(_("One of them is not shown, or not any more. Please look again."))
    before = sorted(one.number for one in shown.values() if one.is_on_ballot)
    moved = []
    for key in among:
        if one := shown.get(key):
            cost = _cost(phase, one.number, chosen[key]) if key in chosen else None
            if (one.is_on_ballot, one.cost) != (key in chosen, cost):
                one.is_on_ballot, one.cost = key in chosen, cost
                moved.append(one)
    if not moved:
        return consultation
    if sum(one.cost or 0 for one in shown.values()) >= LARGEST:
        raise Refused(_("These costs are too large to be reckoned with exactly."))
    type(moved[0]).objects.bulk_update(moved, ["is_on_ballot", "cost"], batch_size=500)
    numbers = sorted(one.number for one in shown.values() if one.is_on_ballot)
    if not numbers:  # none is chosen, also none of those that are shown no more
        consultation.statements.filter(is_on_ballot=True).update(is_on_ballot=False, cost=None)
    note_change(consultation, What.BALLOT, {"numbers": before}, {"numbers": numbers}, by=by)
    changed(consultation)
    audit.record("consultations.set_ballot", consultation, by=by)
    return consultation


def refusal_to_choose(
    consultation: Consultation, phase: Phase | None, now: datetime | None = None
) -> str:
    """Why nothing can be chosen for the ballot now, in a sentence; empty where it can."""
    if phase is None:
        return _("Add a phase of setting priorities first: its page says how they are set.")
    if consultation.state not in (State.DRAFT, *AHEAD):
        return _("This consultation takes nothing any more, so its ballot stays as it is.")
    now = now or timezone.now()
    if consultation.state == State.DRAFT or phase.opens_at > now:
        return ""
    # Where nothing stands on it nobody could choose, and nobody ever would.
    if phase.closes_at > now and not on_ballot(consultation, phase).exists():
        return ""
    return _("Priorities are being set, or were: what stands on the ballot stays as it is.")


def _cost(phase: Phase, number: int, cost: int | None) -> int | None:
    if phase.budget is None:
        return None
    if not cost or cost < 0:
        raise Refused(
            _(
                "Say what proposal %d costs: there is a budget, and what costs nothing needs no "
                "vote."
            )
            % number
        )
    if cost > phase.budget:
        raise Refused(_("Proposal %d costs more than the whole budget.") % number)
    return cost


# --- Ballots ---------------------------------------------------------------------------------


def put(
    voice: Voice,
    choices: Choices,
    *,
    among: Collection[int],
    seen: str | None = None,
    now: datetime | None = None,
) -> Participant:
    """Put on the ballot what one says of those `among` which one chose, by keys of statements: 1
    for support, points, or ranks. What was said of others stays; of what was merged since, it is
    said of the one that stands for it. Nothing on it at all takes the ballot back. An
    organisation's is a draft until it is signed (`sign`), and rests on the version that was `seen`
    (`queries.Held.version`).

    The whole that comes of it is kept, or nothing: Refused with a sentence where it breaks a rule
    (`broken`), names what does not stand there, or a colleague changed it meanwhile. NotAllowed
    before and after.
    """
    keeping = heard(voice, ABILITY, now)
    consultation = voice.consultation
    phase = phase_of(consultation)
    assert phase is not None  # heard
    standing = {
        key: (number, cost)
        for key, number, cost in on_ballot(consultation, phase).values_list("pk", "number", "cost")
    }
    if not standing.keys() >= choices.keys():
        raise Refused(
            _("Something on this page stands on the ballot no more. Please look at it again.")
        )
    with keeping:
        participant = states.lock(participant_of(voice) or take_part(voice))
        held = held_by(participant)
        if voice.partner is not None and seen is not None and seen != held.version:
            raise Refused(
                _("A colleague changed this ballot since you opened this page. Please look again.")
            )
        kept = said_now(consultation, phase, held, standing)
        whole = {key: value for key, value in kept.items() if key not in set(among)}
        whole |= {key: value for key, value in choices.items() if value}
        if sentence := broken(phase, standing, whole):
            raise Refused(sentence)
        _keep_whole(participant, held, whole)
    return participant


def _keep_whole(participant: Participant, held: Held, whole: Choices) -> None:
    """A person's ballot counts at once; that of an organisation waits for its signatory, unless it
    says what is signed already."""
    plain = {str(key): whole[key] for key in sorted(whole)}
    if participant.partner_id is None:
        _keep(participant, plain, is_draft=False)
    elif plain == (held.counting.choices if held.counting else {}):
        _keep(participant, None, is_draft=True)  # as it is signed: nothing waits
    else:
        _keep(participant, plain, is_draft=True)
        await_signature(participant)


def sign(voice: Voice, *, seen: str, now: datetime | None = None) -> Participant:
    """Make the draft of an organisation its ballot, which counts from now on; an empty one takes
    back what was signed.

    Raises NotAllowed for who does not sign for the organisation, and before and after; Refused
    where there is nothing to sign or a colleague changed something meanwhile.
    """
    if not voice.may_sign:
        raise NotAllowed(_("Only a signatory of %s can sign.") % voice.partner)
    with heard(voice, ABILITY, now):
        found = participant_of(voice)
        participant = states.lock(found) if found else None
        held = held_by(participant)
        if participant is None or held.draft is None:
            raise Refused(_("There is nothing to sign: the ballot is signed as it stands."))
        if seen != held.version:
            raise Refused(
                _("A colleague changed this ballot since you opened this page. Please look again.")
            )
        _keep(participant, held.draft.choices, is_draft=False)
        _keep(participant, None, is_draft=True)
        participant.signed_at, participant.signed_by = timezone.now(), voice.person
        participant.save(update_fields=["signed_at", "signed_by"])
        refs = [voice.consultation, participant.partner]
        audit.record("consultations.sign_ballot", participant, by=voice.person, refs=refs)
    return participant


def broken(phase: Phase, standing: Mapping[int, tuple[int, int | None]], whole: Choices) -> str:
    """The rule that this ballot breaks, in a sentence; empty where it breaks none. `standing` has
    of everything on the ballot its number and its cost, by key."""
    most = {
        PrioritiseBy.APPROVAL: 1,
        PrioritiseBy.POINTS: phase.points or 0,
        PrioritiseBy.RANKING: places(len(standing)),
    }[PrioritiseBy(phase.by)]
    if any(type(value) is not int or value < 1 for value in whole.values()):
        return _("Ticks, points and places are whole numbers from 1.")
    if phase.by == PrioritiseBy.POINTS and (given := sum(whole.values())) > most:
        return _("You gave %(given)d points; there are %(most)d to give. Nothing was changed.") % {
            "given": given,
            "most": most,
        }
    if any(value > most for value in whole.values()):
        return _("There is no place above %d.") % most
    if phase.by == PrioritiseBy.RANKING:
        at: dict[int, int] = {}
        for key, rank in sorted(whole.items(), key=lambda each: standing[each[0]][0]):
            if other := at.get(rank):
                return _(
                    "Proposals %(one)d and %(other)d both stand at place %(rank)d. Give each a "
                    "place of its own. Nothing was changed."
                ) % {"one": other, "other": standing[key][0], "rank": rank}
            at[rank] = standing[key][0]
    cost = sum(standing[key][1] or 0 for key in whole)
    if phase.budget is not None and cost > phase.budget:
        return _(
            "What you chose costs %(cost)s, and the budget is %(budget)s. Take something off. "
            "Nothing was changed."
        ) % {"cost": amount(cost, phase.unit), "budget": amount(phase.budget, phase.unit)}
    return ""


def _keep(participant: Participant, choices: Mapping[str, int] | None, *, is_draft: bool) -> None:
    """Put the ballot in one statement, or take it away where it says nothing. An organisation's
    empty draft stays: signed, it takes back what counts."""
    if choices is None or (not choices and not is_draft):
        participant.ballots.filter(is_draft=is_draft).delete()
        return
    Ballot.objects.bulk_create(
        [Ballot(participant=participant, choices=dict(choices), is_draft=is_draft)],
        update_conflicts=True,
        unique_fields=["participant", "is_draft"],
        update_fields=["choices"],
    )
