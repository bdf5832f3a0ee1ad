"""What several partners share: suggested by the platform with its reasons, decided by officers.

A suggestion is never public and changes with the priorities. What an officer named, added or took
out stays as the officer left it, whatever a later run finds.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from coalition.analysis import likeness
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
    CommonPriorityMove,
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
Progress = Callable[[str], None]


# --- What the platform suggests --------------------------------------------------------------


@dataclass
class Suggested:
    """What a run did: groups made, changed and given up, and priorities suggested for groups
    that officers have named."""

    compared: int = 0
    made: int = 0
    changed: int = 0
    unchanged: int = 0
    given_up: int = 0
    for_named: int = 0


def suggest(progress: Progress = lambda sentence: None) -> Suggested:
    """Compare all priorities and opportunities of partners, and bring the suggestions in step.

    Running it twice changes nothing. Example partners are compared among themselves alone.
    """
    wishes = _wishes()
    progress(_("%(count)s priorities and opportunities are compared.") % {"count": len(wishes)})
    found = likeness.groups(wishes.values())
    progress(_("%(count)s groups of similar ones were found.") % {"count": len(found)})
    # Nobody waits while it compares; only what was found is written under the lock.
    return _bring_in_step(found, wishes, progress)


@transaction.atomic
def _bring_in_step(
    found: Iterable[likeness.Group], wishes: Mapping[int, likeness.Wish], progress: Progress
) -> Suggested:
    audit.hold()  # two runs at once would suggest everything twice
    done = Suggested(compared=len(wishes))
    held = _Held.read()
    there = set(Priority.every.values_list("pk", flat=True))  # some may have gone meanwhile
    candidates = _beside_the_named(found, held, wishes, there, done)
    for number, members in enumerate(candidates, 1):
        _suggest_one(members, wishes, held, done)
        if number % 500 == 0:
            progress(
                _("%(count)s of %(all)s groups are written.")
                % {"count": number, "all": len(candidates)}
            )
    for common in held.suggested.values():
        _give_up(common, held, done)
    return done


def _wishes() -> dict[int, likeness.Wish]:
    rows = Priority.every.of_partners().values_list(
        *("pk", "partner_id", "kind", "theme__code", "level__code", "place__path"),
        *("language", "words", "partner__is_example"),
    )
    return {
        row[0]: likeness.Wish(
            id=row[0],
            owner=row[1],
            # Only what is of one kind is compared; made-up records are a kind of their own.
            kind=f"{row[2]}, Example" if row[8] else row[2],
            theme=row[3],
            level=row[4],
            path=row[5],
            language=row[6],
            words=row[7],
        )
        for row in rows.iterator(chunk_size=2000)
    }


@dataclass
class _Held:
    """What stands already, read once."""

    suggested: dict[int, CommonPriority]  # not met again in this run
    homes: dict[int, list[int]]  # the suggestions that hold a priority
    members: dict[int, dict[int, CommonPriorityMember]]  # by common priority, then priority
    settled: dict[int, int]  # the closed or named common priority that holds a priority
    named: set[int]
    dissolved: list[frozenset[int]]  # what officers said is no group

    @classmethod
    def read(cls) -> _Held:
        commons = CommonPriority.objects.in_bulk()
        members: dict[int, dict[int, CommonPriorityMember]] = {pk: {} for pk in commons}
        for one in CommonPriorityMember.objects.all():
            members[one.common_id][one.priority_id] = one
        public = (CommonPriorityState.NAMED, CommonPriorityState.THEME)
        suggested = {
            pk: one
            for pk, one in sorted(commons.items())
            if one.state == CommonPriorityState.SUGGESTED
        }
        homes: dict[int, list[int]] = {}
        for pk in suggested:
            for priority, member in members[pk].items():
                if member.standing != Membership.OUT:
                    homes.setdefault(priority, []).append(pk)
        return cls(
            suggested=suggested,
            homes=homes,
            members=members,
            settled={
                priority: pk
                for pk, one in commons.items()
                if one.state in public
                for priority, member in members[pk].items()
                if member.standing == Membership.IN
            },
            named={pk for pk, one in commons.items() if one.state == CommonPriorityState.NAMED},
            dissolved=[
                frozenset(members[pk])
                for pk in commons.keys() & _dissolved_by_people()
                if members[pk]
            ],
        )

    def is_out(self, common: int, priority: int) -> bool:
        member = self.members[common].get(priority)
        return member is not None and member.standing == Membership.OUT


def _dissolved_by_people() -> set[int]:
    dissolving = CommonPriorityMove.objects.filter(verb="dissolve")
    return set(dissolving.exclude(by=None).values_list("record_id", flat=True))


Members = list[likeness.Member]


def _beside_the_named(
    found: Iterable[likeness.Group],
    held: _Held,
    wishes: Mapping[int, likeness.Wish],
    there: set[int],
    done: Suggested,
) -> list[Members]:
    """Suggest for each named common priority what is like its own; return what is left over."""
    left: list[Members] = []
    wanted: dict[tuple[int, int], likeness.Member] = {}
    for group in found:
        named = Counter(
            held.settled[one.id] for one in group.members if held.settled.get(one.id) in held.named
        )
        rest = [one for one in group.members if one.id in there and one.id not in held.settled]
        if named:
            target = min(named, key=lambda pk: (-named[pk], pk))
            fits = [one for one in rest if not held.is_out(target, one.id)]
            wanted |= {(target, one.id): one for one in fits}
            rest = [one for one in rest if held.is_out(target, one.id)]
        ids = {one.id for one in rest}
        is_refused = any(2 * len(ids & no_group) > len(ids) for no_group in held.dissolved)
        if not is_refused and _is_shared(rest, wishes):
            left.append(rest)
    for pk in held.named:
        old = {
            priority
            for priority, member in held.members[pk].items()
            if member.standing == Membership.SUGGESTED
        }
        new = {one: member for (common, one), member in wanted.items() if common == pk}
        CommonPriorityMember.objects.filter(common=pk, priority__in=old - new.keys()).delete()
        CommonPriorityMember.objects.bulk_create(
            _member(pk, new[one], wishes) for one in sorted(new.keys() - old)
        )
        done.for_named += len(new)
    return left


def _suggest_one(
    members: Members, wishes: Mapping[int, likeness.Wish], held: _Held, done: Suggested
) -> None:
    """Make a suggestion of these, or bring the one in step that holds most of them."""
    overlaps = Counter(
        pk for one in members for pk in held.homes.get(one.id, ()) if pk in held.suggested
    )
    best = min(overlaps, key=lambda pk: (-overlaps[pk], pk), default=None)
    if best is None:
        _make(members, wishes)
        done.made += 1
        return
    common = held.suggested.pop(best)
    rest = [one for one in members if not held.is_out(best, one.id)]
    if not _is_shared(rest, wishes):
        done.unchanged += 1  # as the officer left it who took the others out
        return
    old = held.members[best]
    stale = [
        one.pk
        for priority, one in old.items()
        if one.standing == Membership.SUGGESTED and priority not in {each.id for each in rest}
    ]
    new = [one for one in rest if one.id not in old]
    other = []
    for one in rest:
        there, fresh = old.get(one.id), _member(best, one, wishes)
        is_suggested = there is not None and there.standing == Membership.SUGGESTED
        if is_suggested and (there.why, there.words_then) != (fresh.why, fresh.words_then):
            there.why, there.words_then = fresh.why, fresh.words_then
            other.append(there)
    if not (stale or new or other):
        done.unchanged += 1
        return
    CommonPriorityMember.objects.filter(pk__in=stale).delete()
    CommonPriorityMember.objects.bulk_create(_member(best, one, wishes) for one in new)
    CommonPriorityMember.objects.bulk_update(other, ["why", "words_then"])
    _place_anew(common)
    audit.record("partners.suggest_common", common)
    done.changed += 1


def _give_up(common: CommonPriority, held: _Held, done: Suggested) -> None:
    """A suggestion whose priorities are no longer alike goes, unless an officer put one in."""
    members = held.members[common.pk].values()
    if any(one.standing == Membership.IN for one in members):
        return
    common = states.lock(common)
    states.move(common, "dissolve", by=None, reason=_("The priorities in it are no longer alike."))
    done.given_up += 1


def _is_shared(members: Members, wishes: Mapping[int, likeness.Wish]) -> bool:
    return len({wishes[one.id].owner for one in members}) > 1


def _member(
    common: int, one: likeness.Member, wishes: Mapping[int, likeness.Wish]
) -> CommonPriorityMember:
    why: dict[str, Any] = {"near": one.near}
    if one.likeness is not None:
        why |= {"likeness": round(100 * one.likeness), "words": list(one.shared)}
    return CommonPriorityMember(
        common_id=common, priority_id=one.id, why=why, words_then=wishes[one.id].words
    )


def _make(members: Members, wishes: Mapping[int, likeness.Wish]) -> None:
    middle = Priority.every.select_related("partner").get(pk=members[0].id)
    common = CommonPriority.objects.create(
        reference=next_reference("CPR"),
        kind=middle.kind,
        theme_id=middle.theme_id,
        level_id=middle.level_id,
        place_id=middle.place_id,
        made_by_platform=True,
        is_example=middle.partner.is_example,
    )
    CommonPriorityMember.objects.bulk_create(_member(common.pk, one, wishes) for one in members)
    _place_anew(common)
    audit.record("partners.suggest_common", common)


def _place_anew(common: CommonPriority) -> None:
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
    _place_anew(part)
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
    _place_anew(common)
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
