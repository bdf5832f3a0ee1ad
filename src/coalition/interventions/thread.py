"""The golden thread through a key intervention, as plain values."""

from __future__ import annotations

from typing import Any, Literal

from django.db.models import Prefetch, prefetch_related_objects
from django.utils.translation import gettext as _

from coalition.base.names import Name
from coalition.instruments import thread as of_instruments
from coalition.partners.models import CommonPriority
from coalition.ui.thread import Knot

ANSWERED = (
    *("challenges", "themes", "external_records__register"),
    *("uptakes__provision__instrument", "conclusion__consultation", "conclusion__body"),
    *("proposals__consultation", "proposals__response", "whole"),
)


def above(intervention: Any) -> list[Knot]:
    """What the intervention answers, from the challenge down to the decision that it comes from and
    the wider one of which it is a part. As many queries for one of each as for many."""
    shared = Prefetch("priorities", CommonPriority.objects.public())
    prefetch_related_objects([intervention], *ANSWERED, shared)
    knots = [
        Knot(_("Challenge"), one.short_name, one.get_absolute_url(), position="above")
        for one in intervention.challenges.all()
    ]
    knots += [
        Knot(_("Theme"), one.short_name, one.get_absolute_url(), position="above")
        for one in intervention.themes.all()
    ]
    knots += [
        Knot(_("Common priority"), one.name, one.get_absolute_url(), position="above")
        for one in intervention.priorities.all()
    ]
    knots += of_instruments.paragraphs(one.provision for one in intervention.uptakes.all())
    knots += of_instruments.records(intervention.external_records.all())
    return knots + _decided(intervention) + _wider(intervention)


def _decided(intervention: Any) -> list[Knot]:
    """The consultation, the proposals that were taken up, and the decision."""
    conclusion = intervention.conclusion
    if conclusion is None or conclusion.published_at is None:
        return []
    asked = conclusion.consultation
    knots = [Knot(_("Consultation"), asked.title, asked.get_absolute_url(), position="above")]
    knots += [
        Knot(_("Proposal"), one.words, one.response.get_absolute_url(), position="above")
        for one in intervention.proposals.all()
        if hasattr(one, "response")
    ]
    body = conclusion.body.name
    title = Name(_("Decision of %(body)s") % {"body": body}, body.language)
    return [*knots, Knot(_("Decision"), title, conclusion.get_absolute_url(), position="above")]


def _wider(intervention: Any) -> list[Knot]:
    whole = intervention.whole
    return [knot(whole, "above")] if whole is not None and whole.is_public else []


def knot(intervention: Any, position: Literal["above", "here", "below"]) -> Knot:
    """The intervention itself; below what it answers with its stage."""
    url = "" if position == "here" else intervention.get_absolute_url()
    stage = intervention.get_state_display() if position == "below" else ""
    return Knot(_("Key intervention"), intervention.name, url, stage, position)
