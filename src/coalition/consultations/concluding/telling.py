"""“You said, we did”: what became of a consultation, told to those who contributed and those who
follow it, one letter each.

Persons who took part are not written to, unless they asked for it: nobody knows who they are.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet

from coalition.base import states
from coalition.consultations.concluding.queries import conclusion_of, figures
from coalition.consultations.crediting import writers_of
from coalition.consultations.models import (
    Consultation,
    Credit,
    Follower,
    Statement,
    Telling,
)
from coalition.consultations.states import State, StatementState
from coalition.consultations.turnout.queries import answering
from coalition.mailroom.actions import tell
from coalition.partners.models import Mandate, Partner
from coalition.partners.rules import roles_that
from coalition.partners.states import JOINED

A_ROUND = 200  # organisations, and as many followers; an officer waits for one round


def begin(consultation: Consultation) -> None:
    """Begin to tell of the state in which the consultation is now, with the first round; the rest
    comes by the clock. The caller holds the consultation."""
    telling, is_new = Telling.objects.get_or_create(
        consultation=consultation, state=consultation.state
    )
    if is_new:
        _round(consultation, telling)


def tell_the_rest() -> int:
    """Write all letters that were begun and not finished; each round is kept by itself. Returns
    how many organisations and followers were gone through."""
    count = 0
    for pk in list(
        Telling.objects.filter(is_done=False).order_by("pk").values_list("pk", flat=True)
    ):
        while True:
            with transaction.atomic():
                telling = Telling.objects.select_related("consultation").get(pk=pk)
                consultation = states.lock(telling.consultation)
                telling.refresh_from_db()
                if telling.is_done:
                    break
                count += _round(consultation, telling)
    return count


def _round(consultation: Consultation, telling: Telling) -> int:
    """Write to the next organisations and followers, and note how far it came."""
    count, is_whole = 0, True
    if telling.state == State.FEEDBACK:
        partners = list(contributors(consultation).filter(pk__gt=telling.partner)[:A_ROUND])
        _tell_partners(consultation, partners)
        if partners:
            telling.partner = partners[-1].pk
        count, is_whole = len(partners), len(partners) < A_ROUND
    found = consultation.followers.filter(pk__gt=telling.follower).select_related("person")
    followers = list(found.order_by("pk")[:A_ROUND])
    _tell_followers(consultation, telling.state, followers)
    if followers:
        telling.follower = followers[-1].pk
    telling.is_done = is_whole and len(followers) < A_ROUND
    telling.save()
    return count + len(followers)


def contributors(consultation: Consultation) -> QuerySet[Partner]:
    """The organisations that answered, proposed, remarked or set priorities here, signed, and those
    that are credited; by their key. Of those that left nobody is written to."""
    answered = answering(consultation).filter(partner=OuterRef("pk"))
    credited = Credit.objects.filter(
        statement__consultation=consultation, partner=OuterRef("pk")
    ).order_by()
    found = Partner.objects.filter(Exists(answered) | Exists(credited))
    return found.filter(state__in=JOINED).order_by("pk")


def _tell_partners(consultation: Consultation, partners: list[Partner]) -> None:
    """One letter to each of their people who may write for them, about all that is theirs."""
    if not partners:
        return
    theirs = _proposals(consultation, partners)
    people = writers_of([one.pk for one in partners])
    context = _told(consultation)
    for partner in partners:
        for person in people.get(partner.pk, ()):
            tell(
                person,
                event=f"consultations.feed_back:{consultation.pk}:{partner.pk}",
                template="consultations/mail/you_said.txt",
                context={**context, "partner": partner, "proposals": theirs[partner.pk]},
            )


def _proposals(
    consultation: Consultation, partners: Iterable[Partner]
) -> dict[int, list[dict[str, Any]]]:
    """What each of these organisations proposed or is credited for, and what answers it. Two
    queries."""
    found: dict[int, dict[int, dict[str, Any]]] = {one.pk: {} for one in partners}
    standing = [StatementState.ACCEPTED, StatementState.MERGED]
    rows = Statement.objects.filter(consultation=consultation, state__in=standing)
    with_answers = rows.select_related("response", "merged_into__response", "author")
    for one in with_answers.filter(author__partner__in=found).order_by("number"):
        author: Any = one.author
        found[author.partner_id][one.pk] = _answered(one)
    credits = Credit.objects.filter(statement__in=rows, partner__in=found)
    related = ("statement__response", "statement__merged_into__response")
    for credit in credits.select_related(*related).order_by("statement__number"):
        found[credit.partner_id].setdefault(credit.statement_id, _answered(credit.statement))
    return {pk: list(held.values()) for pk, held in found.items()}


def _answered(one: Statement) -> dict[str, Any]:
    stands = one.merged_into or one
    return {"one": one, "stands": stands, "response": stands.response}


def _tell_followers(consultation: Consultation, state: str, followers: list[Follower]) -> None:
    """One letter to each, but for those who read the same for their organisation."""
    if not followers:
        return
    told: set[int] = set()
    if state == State.FEEDBACK:
        mandates = Mandate.objects.current().filter(
            partner__in=contributors(consultation).order_by(),
            role__in=roles_that("edit"),
            person__in=[each.person_id for each in followers],
        )
        told = set(mandates.values_list("person", flat=True))
    context = {**_told(consultation), "state": state}
    for each in followers:
        if each.person_id not in told:
            tell(
                each.person,
                event=f"consultations.followed:{consultation.pk}:{state}",
                template="consultations/mail/followed.txt",
                context=context,
            )


def _told(consultation: Consultation) -> dict[str, Any]:
    return {
        "consultation": consultation,
        "figures": figures(consultation),
        "conclusion": conclusion_of(consultation),
    }
