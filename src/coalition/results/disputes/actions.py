"""A public figure is disputed, an officer decides, the organisation replies, it is resolved.

Whoever changes figures and disputes together holds the figure first: publishing does so too.
"""

from __future__ import annotations

import hashlib
import re
import secrets
import unicodedata
from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from coalition.accounts.models import User
from coalition.base import audit, states
from coalition.base.errors import NotAllowed, Refused
from coalition.base.numbers import next_reference
from coalition.base.text import clean_line, clean_text
from coalition.mailroom.actions import tell, tell_address
from coalition.partners.queries import people_who
from coalition.results.disputes import queries
from coalition.results.models import Dispute, Fact, FactState, Outcome
from coalition.results.owners import passport_changed
from coalition.results.states import DisputeState

CONFIRM_WITHIN = timedelta(days=7)
FEWEST_WORDS = 4
FEWEST_SIGNS = 8  # of Chinese, which puts no spaces between words
LONGEST = 2000


@transaction.atomic
def dispute(
    fact: Fact, *, reason: str, language: str, email: str = "", by: User | None = None
) -> Dispute:
    """Say that a public figure is wrong, and why.

    Who is signed in (`by`) is known by their account, so officers are told at once. For anybody
    else a letter goes to `email`, and nothing else happens until its link is followed. Raises
    Refused for a reason of fewer than a few words, NotAllowed where `by` disputes the figure
    already.
    """
    reason = clean_text(reason, limit=LONGEST)
    if not _says_something(reason):
        raise Refused(_("Please say in a sentence what is wrong with the figure."))
    # Before the end of the trail, for which whoever holds a figure waits.
    if states.lock(fact).state != FactState.PUBLISHED:
        raise NotAllowed(_("This figure was replaced just now. Please look at it again."))
    secret = "" if by is not None else secrets.token_urlsafe(32)
    made = Dispute.objects.create(
        reference=next_reference("DIS"),
        fact=fact,
        reason=reason,
        language=language,
        email=by.email if by is not None else clean_line(email, limit=254).lower(),
        person=by,
        token_digest=digest_of(secret) if secret else "",
        is_example=fact.indicator.framework.is_example,
    )
    audit.record("results.dispute", made, by=by, refs=[fact])
    if by is not None:
        return confirm(made)
    with translation.override(language):
        link = settings.SITE_URL + reverse("results:dispute_confirm", args=[secret])
    # Its words do not go into a letter to an address that nobody has confirmed.
    tell_address(
        made.email,
        event=f"results.dispute_confirm:{made.pk}",
        template="results/disputes/mail/confirm.txt",
        context={"dispute": made, "link": link},
        language=language,
        is_example=made.is_example,
    )
    return made


def _says_something(reason: str) -> bool:
    wide = sum(unicodedata.east_asian_width(sign) in "WF" for sign in reason)
    return len(re.findall(r"\w+", reason)) >= FEWEST_WORDS or wide >= FEWEST_SIGNS


def digest_of(secret: str) -> str:
    """What is kept of the secret in a letter; the secret itself is not."""
    return hashlib.sha256(secret.encode("utf-8", "replace")).hexdigest()


def by_secret(secret: str) -> Dispute | None:
    """The dispute that the link of a letter confirms, confirmed or not; None for no such link."""
    return (
        Dispute.objects.filter(token_digest=digest_of(secret))
        .select_related(*(f"fact__{name}" for name in queries.NAMED))
        .first()
    )


def why_not_confirm(dispute: Dispute) -> str:
    """Why the link of the letter confirms nothing any more, in a sentence; or ""."""
    if dispute.state != DisputeState.UNCONFIRMED:
        return _("This link was used already. It works once.")
    if dispute.at < timezone.now() - CONFIRM_WITHIN:
        return _("This link is older than a week. Please dispute the figure again.")
    if queries.held_by(dispute.email, dispute.person, dispute.fact).exists():
        return _("You have disputed this figure already, and it is not resolved yet.")
    return ""


@transaction.atomic
def confirm(dispute: Dispute) -> Dispute:
    """Its sender stands by it: the officers are told, and have so many days to decide.

    Raises NotAllowed with a sentence where the link was used, is too old, or the sender disputes
    this figure already.
    """
    dispute = _locked(dispute)
    if sentence := why_not_confirm(dispute):
        raise NotAllowed(sentence)
    # History names nobody here: who disputes a figure is forgotten some time after the last word.
    move = states.move(dispute, "confirm", by=None)
    dispute.received_at = timezone.now()
    dispute.due_on = timezone.localdate() + timedelta(days=queries.days_to_decide())
    dispute.save(update_fields=["received_at", "due_on"])
    _tell_all(User.objects.officers(), "received", dispute, move)
    _tell_sender("received_sender", dispute, move)
    return dispute


@transaction.atomic
def admit(dispute: Dispute, *, reason: str, by: User) -> Dispute:
    """Take a dispute up: from now on the figure is marked, with its reason beside it and soon the
    organisation's reply."""
    dispute = _decided(dispute, by)
    move = states.move(dispute, "admit", by=by, reason=reason)
    Fact.objects.filter(pk=dispute.fact_id).update(is_disputed=True)
    passport_changed(dispute.fact)
    _tell_all(_partner_of(dispute), "admit", dispute, move)
    _tell_sender("admit_sender", dispute, move)
    return dispute


@transaction.atomic
def refuse(dispute: Dispute, *, reason: str, by: User) -> Dispute:
    """Leave a dispute aside, with a reason that its sender gets."""
    dispute = _decided(dispute, by)
    move = states.move(dispute, "refuse", by=by, reason=reason)
    _tell_sender("refuse", dispute, move)
    return dispute


@transaction.atomic
def reply(dispute: Dispute, *, words: str, language: str, by: User) -> Dispute:
    """What the organisation says to it, once; it stands beside the figure at once.

    Raises NotAllowed while it is not admitted, once it is resolved, and for a second reply.
    """
    dispute = _locked(dispute)
    if dispute.state != DisputeState.ADMITTED:
        raise NotAllowed(states.refusal(dispute, "resolve"))
    if dispute.replied_at:
        raise NotAllowed(_("Your organisation has replied already."))
    words = clean_text(words, limit=LONGEST)
    if not words:
        raise NotAllowed(_("Please write a reply."))
    dispute.reply, dispute.reply_language = words, language
    dispute.replied_by, dispute.replied_at = by, timezone.now()
    dispute.save(update_fields=["reply", "reply_language", "replied_by", "replied_at"])
    audit.record("results.reply_to_dispute", dispute, by=by)
    _tell_all(User.objects.officers(), "reply", dispute, None, but=by)
    _tell_sender("reply", dispute, None)
    return dispute


@transaction.atomic
def resolve(dispute: Dispute, *, outcome: str, reason: str, by: User) -> Dispute:
    """The last word: the figure was corrected (by an amended report), or it stands.

    The mark goes unless another dispute stands. Raises NotAllowed where it is said to be
    corrected and nothing of it was changed.
    """
    dispute = _decided(dispute, by)
    if outcome not in Outcome.values:
        raise Refused(_("A dispute ends with the figure corrected, or with the figure upheld."))
    if outcome == Outcome.CORRECTED and not queries.was_corrected(dispute):
        raise NotAllowed(
            _(
                "The figure is as it was when it was disputed. It is corrected by an amended "
                "report of the organisation; resolve this once that is published."
            )
        )
    move = states.move(dispute, "resolve", by=by, reason=reason)
    dispute.outcome = outcome
    dispute.save(update_fields=["outcome"])
    if not Dispute.objects.standing().filter(fact=dispute.fact_id).exists():
        Fact.objects.filter(pk=dispute.fact_id).update(is_disputed=False)
        passport_changed(dispute.fact)
    _tell_all(_partner_of(dispute), "resolve", dispute, move)
    _tell_sender("resolve", dispute, move)
    return dispute


def _locked(dispute: Dispute) -> Dispute:
    """The dispute read afresh and held, its figure first."""
    seen = Dispute.objects.get(pk=dispute.pk)
    fact = states.lock(Fact(pk=seen.fact_id))
    dispute = states.lock(seen)
    if dispute.fact_id != fact.pk:
        raise NotAllowed(_("This figure was replaced just now. Please look at it again."))
    dispute.fact = fact
    return dispute


def _decided(dispute: Dispute, by: User) -> Dispute:
    """As `_locked`, for an officer who decides. Raises NotAllowed for who sent it."""
    dispute = _locked(dispute)
    if dispute.person_id == by.pk or dispute.email.lower() == by.email.lower():
        raise NotAllowed(_("You sent this dispute, so another officer has to decide."))
    return dispute


# --- Letters ----------------------------------------------------------------------------------


def _partner_of(dispute: Dispute) -> list[User]:
    return people_who("edit", dispute.fact.indicator.framework.reporter_id)


def _tell_all(
    people: Iterable[User], what: str, dispute: Dispute, move: Any, *, but: User | None = None
) -> None:
    """One letter per person about this step; none to who took it."""
    left_out = {one for one in (but and but.pk, move and move.by_id) if one}
    for person in people:
        if person.pk not in left_out:
            tell(
                person,
                event=f"results.dispute_{what}:{dispute.pk}",
                template=f"results/disputes/mail/{what}.txt",
                context=_context(dispute, move),
            )


def _tell_sender(what: str, dispute: Dispute, move: Any) -> None:
    """One letter to who sent it, where that is still known."""
    event = f"results.dispute_{what}:{dispute.pk}:sender"
    template = f"results/disputes/mail/{what}.txt"
    if dispute.person is not None:
        tell(dispute.person, event=event, template=template, context=_context(dispute, move))
    elif dispute.email:
        tell_address(
            dispute.email,
            event=event,
            template=template,
            context=_context(dispute, move),
            language=dispute.language,
            is_example=dispute.is_example,
        )


def _context(dispute: Dispute, move: Any) -> dict[str, Any]:
    return {"dispute": dispute, "move": move, "indicator": dispute.fact.indicator}
