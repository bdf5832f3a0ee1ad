"""What several partners share, as the platform suggests it, with its reasons.

A suggestion is never public and changes with the priorities.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from coalition.analysis import likeness
from coalition.base import audit, states
from coalition.base.errors import Refused
from coalition.base.numbers import next_reference
from coalition.partners.models import (
    CommonPriority,
    CommonPriorityMember,
    CommonPriorityMove,
    Membership,
    PartnerGroup,
    Priority,
)
from coalition.partners.priorities.common import place_anew
from coalition.partners.states import CommonPriorityState
from coalition.places.models import Place
from coalition.themes.models import Challenge, Theme

Progress = Callable[[str], None]


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

    Running it twice changes nothing. Example partners are compared among themselves alone. Words
    of different languages are compared by what the platform's own names say in several of them.
    """
    model = _model()
    wishes = _wishes()
    progress(_("%(count)s priorities and opportunities are compared.") % {"count": len(wishes)})
    found = likeness.groups(wishes.values(), lexicon=_lexicon(), embedding=model)
    progress(_("%(count)s groups of similar ones were found.") % {"count": len(found)})
    # Nobody waits while it compares; only what was found is written under the lock.
    return _bring_in_step(found, wishes, progress)


def _lexicon() -> likeness.Lexicon:
    named = (Theme, Challenge, PartnerGroup, Place)
    return likeness.Lexicon.learnt(
        names for model in named for names in model.objects.values_list("names", flat=True)
    )


def _model() -> likeness.Embedding | None:
    if not settings.EMBEDDINGS:
        return None
    try:
        return likeness.installed()
    except likeness.NoModel as error:
        raise Refused(str(error)) from None


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
    place_anew(common)
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
    if one.by_meaning:
        why["meaning"] = True
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
    place_anew(common)
    audit.record("partners.suggest_common", common)
