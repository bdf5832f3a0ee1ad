"""Commitments contribute to key interventions: one partner claims it, the other one confirms.

Every verb is one transaction: state, history, share, totals, audit and letters, or nothing. The
caller has asked the permission (`rules.py`); an action asks only whether it may happen now. Locks
are taken in one order everywhere: partners by their keys, the intervention, the commitment, results
frameworks by their keys, their indicators, the claim, and last the end of the trail.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from coalition.accounts.models import User
from coalition.base import audit, states
from coalition.base.changes import record_changed
from coalition.base.errors import NotAllowed, Refused
from coalition.base.text import clean_line
from coalition.commitments.contributing import queries
from coalition.commitments.exploring.actions import changed
from coalition.commitments.holding import refuse_unless_led_by
from coalition.commitments.models import Claim, ClaimMove, ClaimQuerySet, Commitment
from coalition.commitments.states import CLAIM_HELD, PUBLIC, UNDER_WAY, ClaimState
from coalition.interventions.holding import held as held_intervention
from coalition.interventions.holding import refuse_once_ended
from coalition.interventions.models import Intervention
from coalition.mailroom.actions import tell_each
from coalition.partners.asking import refuse_unless_seen
from coalition.partners.models import Partner
from coalition.partners.queries import people_who
from coalition.results import actions as results
from coalition.results.frameworks.queries import per_cent
from coalition.results.models import Framework, Indicator
from coalition.results.totals.actions import hold

MOST_CLAIMS = 50  # of one commitment: what a page can list


# --- The one that makes the promise ------------------------------------------------------------


@transaction.atomic
def claim(
    commitment: Commitment,
    indicator: Indicator,
    *,
    own: Indicator | None = None,
    share: int,
    how: str,
    by: User,
) -> Claim:
    """Claim that the commitment contributes this share, in hundredths of a per cent, to what an
    indicator of a key intervention reaches, with the sentence `how`; `own`: the commitment's
    indicator whose figures shall count there. Nothing counts and the public sees nothing before
    the one that leads the intervention confirmed it; who signs for it gets a letter.

    Raises NotAllowed where either side takes no contributions now; Refused for an indicator of
    nothing, figures that cannot count there, no sentence, a share over what is left, and where it
    was claimed already.
    """
    intervention = Intervention.objects.filter(framework=indicator.framework_id).first()
    if intervention is None:
        raise Refused(_("Choose a result of a key intervention from the list."))
    commitment, intervention = _hold(commitment, intervention, active=[commitment.partner])
    _refuse_unless_open(commitment, intervention)
    words = _said(commitment, intervention, indicator.pk, own=own, share=share, how=how)
    made, move = _begin(commitment, intervention, indicator, words, by=by)
    _tell("claimed", queries.deciders(made), made, move, by=by)
    return made


@transaction.atomic
def reword(
    claim: Claim, *, own: Indicator | None = None, share: int, how: str, seen: str, by: User
) -> Claim:
    """Claim it in other words, or anew where it ended. Where it was confirmed it counts no more
    until it is confirmed again: nobody confirmed these words.

    `seen` is the version on which it rests (`queries.version_of`); raises NotAllowed where there
    is a newer one, and else as `claim`.
    """
    claim = _held(claim, active=[claim.commitment.partner])
    _refuse_unless_open(claim.commitment, claim.intervention)
    refuse_unless_seen(seen, queries.version_of(claim))
    sides = claim.commitment, claim.intervention
    said = _said(*sides, claim.indicator_id, own=own, share=share, how=how, besides=claim)
    is_same = all(getattr(claim, name) == value for name, value in said.items())
    if is_same and claim.state in CLAIM_HELD:
        return claim
    words = {**said, "asked_at": timezone.now()}
    if claim.state == ClaimState.CLAIMED:
        _write(claim, words)
        event = audit.record("commitments.reword_claim", claim, by=by)
        _tell("reworded", queries.deciders(claim), claim, event, by=by)
        return claim
    before, counted = claim.own, claim.state == ClaimState.CONFIRMED
    move = states.move(claim, "claim", by=by, **words)
    if counted:
        _count_no_more(claim, before, by=by)
    _tell("claimed", queries.deciders(claim), claim, move, by=by)
    return claim


@transaction.atomic
def withdraw(claim: Claim, *, reason: str, by: User) -> Claim:
    """Its own people take it back, with a reason that the other side reads: the share is lowered,
    and its figures count there no more. What was fulfilled stays counted, so NotAllowed once the
    commitment was closed or the intervention ended."""
    claim = _held(claim, active=[claim.commitment.partner])
    refuse_once_ended(claim.intervention)
    if claim.commitment.state not in UNDER_WAY:
        raise NotAllowed(
            _("This commitment is “%s”, so what it contributed stays as it is.")
            % claim.commitment.get_state_display()
        )
    _end(claim, "withdraw", reason=reason, by=by)
    return claim


# --- The one that leads the intervention -------------------------------------------------------


@transaction.atomic
def confirm(claim: Claim, *, seen: str, by: User) -> Claim:
    """The contribution is confirmed: everybody reads it, the share is named in the intervention's
    results, and the figures named count in its total.

    `seen` is the version that was read (`queries.version_of`); raises NotAllowed where it was
    reworded since, Refused where the share is more than what is left of the whole, or the figures
    cannot count there any more.
    """
    claim = _held(claim, active=[claim.commitment.partner, claim.intervention.partner])
    _refuse_unless_open(claim.commitment, claim.intervention, confirmed=True)
    refuse_unless_seen(seen, queries.version_of(claim))
    move = states.move(claim, "confirm", by=by)
    partner = claim.commitment.partner
    share = queries.shared_by(claim.indicator, partner)
    results.name_share(claim.indicator, partner, share=share, how=claim.how, by=by, tells=False)
    if claim.own is not None:
        results.count_towards(claim.own, claim.indicator, by=by)
    _shown_anew(claim)
    _tell("confirmed", people_who("edit", partner), claim, move, by=by)
    return claim


@transaction.atomic
def decline(claim: Claim, *, reason: str, by: User) -> Claim:
    """It is not confirmed, or no longer, with a reason that the claimant reads; what it counted
    counts no more."""
    claim = _held(claim, active=[claim.intervention.partner])
    refuse_once_ended(claim.intervention)
    _end(claim, "decline", reason=reason, by=by)
    return claim


# --- What happens to the commitment ------------------------------------------------------------


def hold_frameworks(commitment: Commitment, *also: int) -> None:
    """Hold the framework of a held commitment, those to which it contributes and others named, in
    the order of their keys, and then the indicators between which figures count."""
    _hold_frameworks({commitment.framework_id, *also}, commitment.claims.confirmed())


def hold_all_of(partner: Partner) -> None:
    """The same for all on which a held partner reports, commitments and interventions, when it
    leaves: all in one order, as others hold some of them at the same time."""
    own = Framework.objects.filter(reporter=partner).values_list("pk", flat=True)
    _hold_frameworks(set(own), Claim.objects.confirmed().filter(commitment__partner=partner))


def _hold_frameworks(own: set[int], claims: ClaimQuerySet) -> None:
    told = list(claims.values_list("intervention__framework", "indicator", "own"))
    frameworks = own | {framework for framework, _indicator, _own in told}
    rows = Framework.objects.filter(pk__in=frameworks).order_by("pk")
    list(rows.select_for_update(no_key=True).values_list("pk"))
    if told:
        hold({pk for _framework, *pair in told for pk in pair if pk})


def end_all(commitment: Commitment, *, verb: str, reason: str = "", by: Any) -> None:
    """The commitment is withdrawn, or nobody carries it on: what it contributed counts no more,
    anywhere. The caller holds it and its frameworks (`hold_frameworks`)."""
    found = commitment.claims.filter(state__in=CLAIM_HELD).order_by("pk")
    for one in found.select_related("intervention__partner", "indicator__framework", "own"):
        one.commitment = commitment
        _end(one, verb, reason=reason, by=by)


def pass_on(commitment: Commitment, before: Partner, to: Partner, *, by: Any) -> None:
    """Another partner carries the promise on, and what it contributes is that one's. The caller
    holds the commitment and its frameworks."""
    for one in commitment.claims.confirmed().select_related("indicator__framework").order_by("pk"):
        results.pass_on_share(one.indicator, before, to, share=one.share, by=by)


# --- Common to all -----------------------------------------------------------------------------


def _hold(
    commitment: Commitment, intervention: Intervention, *, active: Iterable[Partner]
) -> tuple[Commitment, Intervention]:
    """Both read afresh and held, after the partners that lead them; NotAllowed where one that has
    to be `active` is gone or suspended, or another one leads by now."""
    lead = commitment.partner
    intervention = held_intervention(intervention, lead, active=active)
    commitment = states.lock(commitment)
    refuse_unless_led_by(commitment, lead.pk)
    commitment.partner = Partner.objects.get(pk=lead.pk)
    return commitment, intervention


def _held(claim: Claim, *, active: Iterable[Partner]) -> Claim:
    """The claim read afresh, held with all that its figures concern; see `_hold`."""
    commitment, intervention = _hold(claim.commitment, claim.intervention, active=active)
    hold_frameworks(commitment, intervention.framework_id)
    hold({pk for pk in (claim.indicator_id, claim.own_id) if pk})
    fresh: Claim = states.lock(claim)
    fresh.commitment, fresh.intervention = commitment, intervention
    return fresh


def _refuse_unless_open(
    commitment: Commitment, intervention: Intervention, *, confirmed: bool = False
) -> None:
    among = PUBLIC if confirmed else UNDER_WAY
    if sentence := queries.why_not(commitment, intervention, among=among):
        raise NotAllowed(sentence)


def _said(
    commitment: Commitment,
    intervention: Intervention,
    indicator: int,
    *,
    own: Indicator | None,
    share: int,
    how: str,
    besides: Claim | None = None,
) -> dict[str, Any]:
    """What is claimed, cleaned. Raises Refused with what cannot be taken."""
    above = next((one for one in queries.measured(intervention) if one.pk == indicator), None)
    if above is None:
        raise Refused(_("Figures in words have no parts. Choose another result."))
    how = clean_line(how, limit=Claim._meta.get_field("how").max_length)
    if not how:
        raise Refused(_("Say in a sentence how the commitment contributes."))
    if share <= 0:
        raise Refused(_("A share is more than 0 and at most 100 per cent."))
    left = queries.left_of(above, commitment)
    if share > left:
        raise Refused(
            _("All shares make up the whole and no more: %(left)s per cent are left.")
            % {"left": per_cent(left)}
        )
    if own is not None:
        of_it = queries.own_for(commitment, above, besides)
        found = next((one for one in of_it if one.indicator.pk == own.pk), None)
        if found is None:
            raise Refused(_("Choose one of this commitment's own figures, or none."))
        if found.why_not:
            raise Refused(found.why_not)
        own = found.indicator
    return {"own": own, "share": share, "how": how}


def _begin(
    commitment: Commitment,
    intervention: Intervention,
    indicator: Indicator,
    words: dict[str, Any],
    *,
    by: User,
) -> tuple[Claim, ClaimMove]:
    """The claim on this indicator, for the first time or anew where it had ended."""
    words = {**words, "asked_at": timezone.now()}
    found = commitment.claims.filter(indicator=indicator).first()
    if found is None:
        if commitment.claims.count() >= MOST_CLAIMS:
            raise Refused(_("A commitment contributes to at most %d results.") % MOST_CLAIMS)
        found = commitment.claims.create(intervention=intervention, indicator=indicator, **words)
        found.commitment, found.intervention = commitment, intervention
        move = found.moves.create(verb="claim", from_state="", to_state=found.state, by=by)
        audit.record("commitments.claim", found, by=by, refs=[commitment, intervention])
        return found, move
    if found.state in CLAIM_HELD:
        raise Refused(_("This contribution is claimed already. Reword it instead."))
    found = states.lock(found)
    found.commitment, found.intervention = commitment, intervention
    return found, states.move(found, "claim", by=by, **words)


def _write(claim: Claim, fields: dict[str, Any]) -> None:
    for name, value in fields.items():
        setattr(claim, name, value)
    claim.save(update_fields=list(fields))


def _end(claim: Claim, verb: str, *, reason: str, by: Any) -> None:
    """A held claim ends by this verb: what it counted counts no more, and the other side hears."""
    counted, own = claim.state == ClaimState.CONFIRMED, claim.own
    move = states.move(claim, verb, by=by, reason=reason)
    if counted:
        _count_no_more(claim, own, by=by)
    lead, maker = claim.intervention.partner_id, claim.commitment.partner_id
    if verb == "decline":
        _tell("declined", people_who("edit", maker), claim, move, by=by)
    else:
        both = {*people_who("edit", lead), *queries.deciders(claim)}
        _tell("ended", sorted(both, key=lambda one: one.pk), claim, move, by=by)


def _count_no_more(claim: Claim, own: Indicator | None, *, by: Any) -> None:
    """What it had added is taken out of the total of the intervention and of all above it, and the
    share is what the other confirmed claims of its partner come to."""
    if own is not None and own.parent_id == claim.indicator_id:
        results.count_no_more(own, by=by)
    partner = claim.commitment.partner
    left = queries.shared_by(claim.indicator, partner)
    results.lower_share(claim.indicator, partner, share=left, by=by)
    _shown_anew(claim)


def _shown_anew(claim: Claim) -> None:
    """Whoever reads the commitment or the intervention sees at once what it contributes."""
    if claim.commitment.state in PUBLIC:
        changed(claim.commitment)
    record_changed(claim.intervention)


def _tell(what: str, people: Iterable[User], claim: Claim, step: Any, *, by: Any) -> None:
    """One letter per person about this step, in their language; none to who took it."""
    tell_each(
        people,
        by=by,
        event=f"commitments.claim_{what}:{step.pk}",
        template=f"commitments/mail/claim_{what}.txt",
        context={
            "claim": claim,
            "commitment": claim.commitment,
            "intervention": claim.intervention,
            "step": step,
        },
    )
