"""A key intervention is opened: from what a body decided, in one step."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from coalition.accounts.models import User
from coalition.base import audit
from coalition.base.errors import Refused
from coalition.base.numbers import next_reference
from coalition.base.text import clean_line
from coalition.consultations.models import Conclusion, Statement
from coalition.interventions.models import Intervention, Kind, Uptake
from coalition.interventions.roles import actions as roles
from coalition.partners.models import Partner
from coalition.partners.values import locked_and_active
from coalition.results import actions as results


@transaction.atomic
def open_intervention(
    lead: Partner,
    *,
    title: str,
    language: str,
    conclusion: Conclusion | None = None,
    proposals: Iterable[Statement] = (),
    by: User,
) -> Intervention:
    """Begin a draft, and ask `lead` to lead it: whoever signs for it gets a letter. Out of a
    conclusion it takes over what the consultation was about (challenges, themes, priorities,
    paragraphs, level, place) and the proposals named, of those that the conclusion takes up.

    Raises Refused without a title, where the conclusion is not published or does not take a
    proposal up; NotAllowed where the partner is gone or suspended.
    """
    lead = locked_and_active(lead)
    title = clean_line(title, limit=200)
    if not title:
        raise Refused(_("Give the intervention a title."))
    proposals = list(proposals)
    _refuse_unless_decided(conclusion, proposals)
    framework = results.open_framework(
        owner_kind="intervention",
        reporter=lead,
        language=language,
        by=by,
        is_example=lead.is_example,
    )
    intervention = Intervention.objects.create(
        reference=next_reference("INT"),
        partner=lead,
        framework=framework,
        title=title,
        language=language,
        conclusion=conclusion,
        is_example=lead.is_example,
    )
    refs = [lead, *([conclusion] if conclusion else [])]
    audit.record("interventions.open", intervention, by=by, refs=refs)
    if conclusion is not None:
        _take_over(intervention, conclusion, proposals)
    roles.ask(intervention, lead, kind=Kind.LEAD, what="", by=by)
    return Intervention.objects.get(pk=intervention.pk)


def _refuse_unless_decided(conclusion: Conclusion | None, proposals: list[Statement]) -> None:
    if conclusion is None:
        if proposals:
            raise Refused(_("Proposals come with the decision that takes them up. Choose it too."))
        return
    if conclusion.published_at is None:
        raise Refused(_("This decision is not published yet. Publish it first."))
    taken_up = set(conclusion.takes_up.values_list("pk", flat=True))
    for one in proposals:
        if one.pk not in taken_up:
            raise Refused(_("The decision does not take up “%s”.") % one.text)


def _take_over(
    intervention: Intervention, conclusion: Conclusion, proposals: list[Statement]
) -> None:
    """What the consultation answers the intervention answers too, until somebody says otherwise."""
    asked = conclusion.consultation
    intervention.level = asked.level
    intervention.save(update_fields=["level"])
    intervention.proposals.set(proposals)
    for name in ("challenges", "themes", "priorities"):
        getattr(intervention, name).set(getattr(asked, name).all())
    if asked.theme_id:
        intervention.themes.add(asked.theme_id)
    if asked.place_id:
        intervention.places.add(asked.place_id)
    intervention.priorities.add(*(one.priority_id for one in proposals if one.priority_id))
    provisions = set(asked.provisions.values_list("pk", flat=True))
    provisions |= {one.provision_id for one in proposals if one.provision_id}
    Uptake.objects.bulk_create(
        Uptake(intervention=intervention, provision_id=pk) for pk in sorted(provisions)
    )


@transaction.atomic
def discard(intervention: Intervention, *, by: Any) -> None:
    """A draft that will not become anything is removed with all that was written in it."""
    locked = Intervention.objects.select_for_update(no_key=True).get(pk=intervention.pk)
    if locked.published_at is not None:
        raise Refused(_("It was announced, so it stays. Cancel it with a reason instead."))
    audit.record("interventions.discard", locked, by=by, refs=[locked.partner])
    locked.delete()
