"""What several partners share, as officers decide it.

What an officer named, added or took out stays as the officer left it, whatever a later look for
what is shared finds (`suggesting`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from coalition.base import audit, states
from coalition.base.changes import record_changed
from coalition.base.errors import NotAllowed, Refused
from coalition.base.names import in_language
from coalition.base.numbers import next_reference
from coalition.base.reference import Source, keep_label
from coalition.base.text import clean_text
from coalition.partners.models import (
    CommonPriority,
    CommonPriorityMember,
    Membership,
    Priority,
)
from coalition.partners.priorities.queries import common_place
from coalition.partners.states import CommonPriorityState
from coalition.partners.values import LONGEST_REASON
from coalition.themes.models import Theme

# Where a theme comes from that the coalition made itself.
OWN_DECISION = "own-decision"
# What was done to a common priority without moving it to another state, as its history tells it.
CHANGES = {
    "rename": gettext_lazy("renamed"),
    "accept": gettext_lazy("suggested priorities taken in"),
    "add": gettext_lazy("priorities added"),
    "take_out": gettext_lazy("priorities taken out"),
    "split": gettext_lazy("priorities split off into another common priority"),
    "merge": gettext_lazy("another common priority merged into this one"),
}


# --- What the platform suggests --------------------------------------------------------------


def place_anew(common: CommonPriority) -> None:
    place = common_place(common)
    if place is not None and place.pk != common.place_id:
        common.place = place
        common.save(update_fields=["place"])


# --- What officers decide --------------------------------------------------------------------


@transaction.atomic
def name(common: CommonPriority, names: Mapping[str, str], *, by: Any) -> CommonPriority:
    """Give it a name, which makes a suggestion public with the priorities it holds; a second
    name replaces the first. Raises Refused without a name."""
    common = states.lock(common)
    if not names:
        raise Refused(_("Please give it a name in at least one language."))
    if common.state == CommonPriorityState.NAMED:
        _changed(common, "rename", by=by, reason=str(common.name))
    else:
        states.move(common, "name", by=by)
        _take_in(common, common.members.filter(standing=Membership.SUGGESTED))
    common.names = dict(names)
    common.save(update_fields=["names"])
    return common


@transaction.atomic
def accept(common: CommonPriority, members: Sequence[int], *, by: Any) -> CommonPriority:
    """Take in priorities that the platform suggested for a named common priority."""
    common = _locked_and_open(common)
    chosen = common.members.filter(pk__in=members, standing=Membership.SUGGESTED)
    return _reworked(common, "accept", _take_in(common, chosen), by=by)


@transaction.atomic
def add(common: CommonPriority, priorities: Sequence[Priority], *, by: Any) -> CommonPriority:
    """Put priorities in by hand. Raises Refused for one that belongs to another already."""
    common = _locked_and_open(common)
    for one in priorities:
        if one.kind != common.kind:
            raise Refused(_("Priorities and opportunities are grouped apart."))
        if one.partner.is_example != common.is_example:
            raise Refused(_("Example records and real ones are grouped apart."))
    held = CommonPriorityMember.objects.filter(priority__in=priorities, standing=Membership.IN)
    if other := held.exclude(common=common).select_related("common", "priority__partner").first():
        raise Refused(
            _("“%(priority)s” of %(partner)s belongs to %(reference)s. Take it out there first.")
            % {
                "priority": other.priority,
                "partner": other.priority.partner,
                "reference": other.common.reference,
            }
        )
    for one in priorities:
        common.members.update_or_create(
            priority=one, defaults={"standing": Membership.IN, "words_then": one.words}
        )
    return _reworked(common, "add", len(priorities), by=by)


@transaction.atomic
def take_out(
    common: CommonPriority, members: Sequence[int], *, reason: str, by: Any
) -> CommonPriority:
    """Take priorities out; they are not suggested for this common priority again."""
    common = _locked_and_open(common)
    chosen = common.members.filter(pk__in=members).exclude(standing=Membership.OUT)
    return _reworked(
        common, "take_out", chosen.update(standing=Membership.OUT), by=by, reason=reason
    )


@transaction.atomic
def split(
    common: CommonPriority,
    members: Sequence[int],
    names: Mapping[str, str],
    *,
    reason: str,
    by: Any,
) -> CommonPriority:
    """Make a common priority of its own of some of the members; returns the new one."""
    common = _locked_and_open(common)
    chosen = list(
        common.members.filter(pk__in=members)
        .exclude(standing=Membership.OUT)
        .select_related("priority")
    )
    if not chosen:
        raise Refused(_("Please choose at least one priority."))
    part = CommonPriority.objects.create(
        reference=next_reference("CPR"),
        kind=common.kind,
        theme_id=common.theme_id,
        level_id=common.level_id,
        place_id=common.place_id,
        is_example=common.is_example,
    )
    common.members.filter(pk__in=[one.pk for one in chosen]).update(standing=Membership.OUT)
    CommonPriorityMember.objects.bulk_create(
        CommonPriorityMember(
            common=part, priority=one.priority, why=one.why, words_then=one.priority.words
        )
        for one in chosen
    )
    place_anew(part)
    part = name(part, names, by=by)
    words = f"{part.reference}. {clean_text(reason, limit=LONGEST_REASON)}".strip()
    _reworked(common, "split", len(chosen), by=by, reason=words)
    return part


@transaction.atomic
def merge(common: CommonPriority, into: CommonPriority, *, reason: str, by: Any) -> CommonPriority:
    """Put all of one into another, which stays; the first is dissolved and leads there."""
    if common.pk == into.pk:
        raise Refused(_("These two are the same."))
    # Locks in one order, so that two merges at once do not wait for each other.
    first, second = sorted((common, into), key=lambda one: one.pk)
    locked = {first.pk: states.lock(first)}
    locked[second.pk] = states.lock(second)
    common, into = locked[common.pk], locked[into.pk]
    for one in (common, into):
        _refuse_closed(one)
    if (common.kind, common.is_example) != (into.kind, into.is_example):
        raise Refused(_("Only what is of one kind can be merged: priorities, or opportunities."))
    is_named = common.state == CommonPriorityState.NAMED
    if is_named and into.state != CommonPriorityState.NAMED:
        raise Refused(
            _("%(reference)s has no name yet. Merge it into the one that has.")
            % {"reference": into.reference}
        )
    held = set(into.members.values_list("priority_id", flat=True))
    common.members.filter(priority__in=held).exclude(standing=Membership.IN).delete()
    # What belonged to the first belongs to the second, though it was once taken out of it.
    into.members.filter(priority__in=common.members.values("priority")).delete()
    moved = common.members.exclude(standing=Membership.OUT).count()
    common.members.update(common=into)
    if into.state == CommonPriorityState.NAMED:
        _take_in(into, into.members.filter(standing=Membership.SUGGESTED))
    common.merged_into = into
    common.save(update_fields=["merged_into"])
    states.move(common, "dissolve", by=by, reason=reason)
    words = f"{common.reference}. {clean_text(reason, limit=LONGEST_REASON)}".strip()
    return _reworked(into, "merge", moved, by=by, reason=words)


@transaction.atomic
def dissolve(common: CommonPriority, *, reason: str, by: Any) -> CommonPriority:
    """Say that this is no common priority; the same is not suggested again."""
    common = states.lock(common)
    states.move(common, "dissolve", by=by, reason=clean_text(reason, limit=LONGEST_REASON))
    common.members.update(standing=Membership.OUT)
    return common


@transaction.atomic
def make_theme(common: CommonPriority, *, short: Mapping[str, str], reason: str, by: Any) -> Theme:
    """Make a thematic area of a named common priority: after the last one, called as it is, by
    the coalition's own decision. Raises NotAllowed unless it is named and a reason is given."""
    common = states.lock(common)
    states.move(common, "make_theme", by=by, reason=clean_text(reason, limit=LONGEST_REASON))
    last = Theme.objects.order_by("-position").first()
    today = timezone.now().date()
    source, _is_new = Source.objects.get_or_create(
        code=OWN_DECISION,
        defaults={"title": "Decision of this coalition, on this platform", "seen_on": today},
    )
    theme = Theme.objects.create(
        code=_free_code(common),
        position=last.position + 1 if last else 1,
        number=max([0, *Theme.objects.values_list("number", flat=True)]) + 1,
        names=common.names,
        short=dict(short) or common.names,
        source=source,
    )
    keep_label(theme, since=today, source=source)
    common.became = theme
    common.save(update_fields=["became"])
    record_changed(theme)
    audit.record("partners.make_theme_of", common, by=by, refs=[theme])
    return theme


def _free_code(common: CommonPriority) -> str:
    code = slugify(in_language(common.names, "en"))[:50].strip("-") or common.reference.lower()
    return f"{code}-{common.pk}" if Theme.objects.filter(code=code).exists() else code


def _take_in(common: CommonPriority, members: Any) -> int:
    """Those of the members that no other common priority holds belong to this one from now on."""
    elsewhere = CommonPriorityMember.objects.filter(standing=Membership.IN).exclude(common=common)
    held = set(elsewhere.values_list("priority_id", flat=True))
    free = [pk for pk, priority in members.values_list("pk", "priority_id") if priority not in held]
    return int(CommonPriorityMember.objects.filter(pk__in=free).update(standing=Membership.IN))


def _locked_and_open(common: CommonPriority) -> CommonPriority:
    common = states.lock(common)
    _refuse_closed(common)
    return common


def _refuse_closed(common: CommonPriority) -> None:
    if common.state not in (CommonPriorityState.SUGGESTED, CommonPriorityState.NAMED):
        raise NotAllowed(
            _("%(reference)s is “%(state)s”, so nothing can be changed in it.")
            % {"reference": common.reference, "state": common.get_state_display()}
        )


def _reworked(
    common: CommonPriority, verb: str, count: int, *, by: Any, reason: str = ""
) -> CommonPriority:
    if not count:
        raise Refused(_("Please choose at least one priority."))
    place_anew(common)
    _changed(common, verb, by=by, reason=reason)
    return common


def _changed(common: CommonPriority, verb: str, *, by: Any, reason: str = "") -> None:
    common.moves.create(
        verb=verb,
        from_state=common.state,
        to_state=common.state,
        by=by,
        reason=clean_text(reason, limit=LONGEST_REASON),
    )
    audit.record(f"partners.{verb}_common", common, by=by)
