"""The golden thread through a commitment, as plain values."""

from __future__ import annotations

from typing import Any, Literal

from django.db.models import prefetch_related_objects
from django.utils.translation import gettext as _

from coalition.base.names import Name
from coalition.ui.thread import Knot

ANSWERED = (
    *("challenges", "themes", "priorities__theme", "priorities__partner"),
    *("deliveries__provision__instrument", "comments__party", "external_records__register"),
)


def above(commitment: Any) -> list[Knot]:
    """What the commitment answers. As many queries for one of each as for many."""
    prefetch_related_objects([commitment], *ANSWERED)
    knots = [
        Knot(_("Challenge"), one.short_name, one.get_absolute_url(), position="above")
        for one in commitment.challenges.all()
    ]
    knots += [
        Knot(_("Theme"), one.short_name, one.get_absolute_url(), position="above")
        for one in commitment.themes.all()
    ]
    knots += [
        Knot(
            _("Priority of %s") % one.partner,
            Name(one.words, one.language) if one.words else one.theme.short_name,
            one.partner.get_absolute_url(),
            position="above",
        )
        for one in commitment.priorities.all()
    ]
    knots += [
        Knot(
            _("Paragraph"),
            _("%(text)s, paragraph %(number)s")
            % {"text": one.provision.instrument.short_name, "number": one.provision.number},
            one.provision.get_absolute_url(),
            figure=one.provision.gist_text,
            position="above",
        )
        for one in commitment.deliveries.all()
    ]
    knots += [
        Knot(
            one.get_kind_display(),
            f"{one.party.name} {one.adopted_year}",
            one.get_absolute_url(),
            position="above",
        )
        for one in commitment.comments.all()
        if one.struck_at is None
    ]
    knots += [
        Knot(
            one.get_kind_display(),
            Name(one.title, one.title_language),
            one.get_absolute_url(),
            figure=one.party_name,
            position="above",
        )
        for one in commitment.external_records.all()
    ]
    return knots


def knot(commitment: Any, position: Literal["above", "here"]) -> Knot:
    """The commitment itself."""
    url = commitment.get_absolute_url() if position == "above" else ""
    return Knot(_("Commitment"), Name(commitment.title, commitment.language), url, "", position)
