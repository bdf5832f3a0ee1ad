"""Screening of requests and partners against the lists, and what officers decide on matches.

A person's decision stands for one name and one entry: it is not asked for again until the entry
changes. Whatever is decided is kept.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from coalition.analysis import naming
from coalition.base import audit, states
from coalition.base.errors import NotAllowed, Refused
from coalition.base.text import clean_text
from coalition.mailroom import actions as mail
from coalition.partners.models import (
    AccessionRequest,
    ListEntry,
    Match,
    MatchMove,
    Partner,
    Screening,
)
from coalition.partners.queries import officers
from coalition.partners.screening import lists, queries, searching
from coalition.partners.screening.importing import Taken, import_list
from coalition.partners.screening.queries import Owner, Screened
from coalition.partners.states import JOINED, OPEN, MatchState, PartnerState
from coalition.partners.values import LONGEST_REASON

__all__ = ["clear_match", "confirm_match", "import_sanctions", "screen", "screen_all"]

BATCH = 200
# Partners that are gone are not screened again.
SCREENED_STATES = (*JOINED, PartnerState.SUSPENDED)


@dataclass(frozen=True)
class Done:
    """What screening brought about."""

    owners: int = 0
    names: int = 0
    found: int = 0  # matches on which an officer has to decide, for the first time or anew


# --- Lists -----------------------------------------------------------------------------------


def import_sanctions(path: Path, *, by: Any = None, is_older_wanted: bool = False) -> Taken:
    """Take in the UN Security Council's list from a file, all of it or nothing.

    Raises Refused for a file that is no such list, or older than the one held unless that is
    wanted. Afterwards everybody is to be screened anew: `screen_all`.
    """
    return import_list(lists.read(path), by=by, is_older_wanted=is_older_wanted)


# --- Screening -------------------------------------------------------------------------------


@transaction.atomic
def screen(owner: Owner, *, by: Any = None) -> list[Match]:
    """Hold all names of a request or of a partner against the lists. Returns the matches that
    nobody has decided on. Raises Refused while no list was imported."""
    _screen_batch([states.lock(owner)], _lists(), by=by)
    return list(queries.open_matches(owner))


def screen_all(say: Callable[[str], None] = lambda sentence: None) -> Done:
    """Screen all partners and open cases anew, some hundred in a transaction, and write to the
    officers once about what was found. Safe to run twice. Raises Refused while there is no list.
    """
    held = _lists()
    owners = names = found = 0
    for rows in _batches():
        with transaction.atomic():
            locked = list(rows.select_for_update(of=("self",), no_key=True).order_by("pk"))
            done = _screen_batch(locked, held, by=None)
        owners, names, found = owners + done.owners, names + done.names, found + done.found
        say(f"{owners} screened, {found} new matches …")
    if found:
        _tell_officers(held, found)
    return Done(owners, names, found)


def _lists() -> searching.Lists:
    held = searching.current_lists()
    if not held.held:
        raise Refused(
            _("No list was imported yet. Import one first: coalition import sanctions FILE.")
        )
    return held


def _batches() -> Iterator[QuerySet[Any]]:
    """All that are screened, some hundred at a time."""
    for rows in (
        AccessionRequest.objects.filter(state__in=OPEN),
        Partner.objects.filter(state__in=SCREENED_STATES),
    ):
        last = 0
        while pks := list(
            rows.filter(pk__gt=last).order_by("pk").values_list("pk", flat=True)[:BATCH]
        ):
            yield rows.filter(pk__in=pks)
            last = pks[-1]


def _screen_batch(owners: list[Owner], held: searching.Lists, *, by: Any) -> Done:
    """Find, compare with what is known, and write: a match for what is new, nothing for what a
    person decided while the entry is as it was."""
    names = queries.names_of(owners)
    told = searching.search(held, (each.name for all_ in names.values() for each in all_))
    numbers = {match.entry for matches in told.values() for match in matches}
    entries = ListEntry.objects.listed().in_bulk(numbers)
    known = _known(owners)
    new: list[Match] = []
    asked_again: list[Match] = []
    replaced: list[Match] = []
    seen: set[int] = set()
    for owner in owners:
        for screened in names[owner]:
            for found in told[screened.name]:
                entry = entries.get(found.entry)
                if entry is None:
                    continue  # retired while this ran
                before = _before(known.get((owner, screened.key, entry.pk), []), entry)
                if before is None or _is_outdated(before, entry):
                    new.append(_match(owner, screened, found, entry, held))
                    replaced += [before] if before else []
                    continue
                seen.add(before.pk)
                if before.state in (MatchState.OPEN, MatchState.LAPSED):
                    is_new = before.state == MatchState.LAPSED
                    _bring_up_to_date(before, screened, found, entry, held)
                    if is_new:
                        asked_again.append(before)
    Match.objects.bulk_create(new, batch_size=BATCH)
    _move(asked_again, "find_match")
    all_known = (match for matches in known.values() for match in matches)
    gone = [m for m in all_known if m.state == MatchState.OPEN and m.pk not in seen]
    _move([*gone, *replaced], "lapse_match")
    Screening.objects.bulk_create(_screening(owner, names[owner], held, by=by) for owner in owners)
    found_now = [*new, *asked_again]
    if found_now:
        for start in range(0, len(found_now), BATCH):
            refs = found_now[start : start + BATCH]
            audit.record("partners.match", held.held[0], by=by, refs=refs)
    count = sum(map(len, names.values()))
    return Done(owners=len(owners), names=count, found=len(found_now))


def _known(owners: list[Owner]) -> dict[tuple[Owner, str, int], list[Match]]:
    """The matches of each name and entry so far; a partner's include those of its request."""
    requests = {one.pk: one for one in owners if isinstance(one, AccessionRequest)}
    partners = {one.pk: one for one in owners if isinstance(one, Partner)}
    rows = Match.objects.filter(
        Q(request__in=requests) | Q(partner__in=partners) | Q(request__partner__in=partners)
    )
    known: dict[tuple[Owner, str, int], list[Match]] = defaultdict(list)
    for match in rows.select_related("request").order_by("pk"):
        owner: Owner | None = partners.get(match.partner_id) or requests.get(match.request_id)
        if owner is None and match.request is not None:
            owner = partners.get(match.request.partner_id)
        if owner is not None:
            known[owner, match.key, match.entry_id].append(match)
    return known


def _before(matches: list[Match], entry: ListEntry) -> Match | None:
    """The one with the entry as it is now; else the last that is not given up; else the last."""
    standing = [match for match in matches if match.state != MatchState.LAPSED]
    same = [match for match in matches if match.entry_digest == entry.digest]
    return next(iter([*same, *reversed(standing), *reversed(matches)]), None)


def _is_outdated(match: Match, entry: ListEntry) -> bool:
    """Did a person decide on the entry as it is no longer?"""
    is_decided = match.state in (MatchState.CLEARED, MatchState.CONFIRMED)
    return is_decided and match.entry_digest != entry.digest


def _match(
    owner: Owner,
    screened: Screened,
    found: naming.Match[int],
    entry: ListEntry,
    held: searching.Lists,
) -> Match:
    side = "partner" if isinstance(owner, Partner) else "request"
    match = Match(**{side: owner}, entry=entry, key=screened.key)
    _set_facts(match, screened, found, entry, held)
    return match


def _bring_up_to_date(
    match: Match,
    screened: Screened,
    found: naming.Match[int],
    entry: ListEntry,
    held: searching.Lists,
) -> None:
    _set_facts(match, screened, found, entry, held)
    match.save()


def _set_facts(
    match: Match,
    screened: Screened,
    found: naming.Match[int],
    entry: ListEntry,
    held: searching.Lists,
) -> None:
    match.kind, match.name = screened.kind, screened.name
    match.entry_digest, match.listed_name = entry.digest, found.name
    match.score, match.reasons = found.score, searching.stored(found.reasons)
    match.list_date = held.date


def _move(matches: Iterable[Match], verb: str) -> None:
    """What the platform itself does to many matches: their state, and a line of history each."""
    matches = list(matches)
    step = Match.VERBS[verb]
    MatchMove.objects.bulk_create(
        MatchMove(record=one, verb=verb, from_state=one.state, to_state=step.target)
        for one in matches
    )
    Match.objects.filter(pk__in=[one.pk for one in matches]).update(state=step.target)


def _screening(owner: Owner, names: list[Screened], held: searching.Lists, *, by: Any) -> Screening:
    side = "partner" if isinstance(owner, Partner) else "request"
    return Screening(
        **{side: owner},
        at=timezone.now(),
        by=by,
        list=held.held[0],
        names_digest=queries.digest_of(names),
        count=len(names),
    )


def _tell_officers(held: searching.Lists, found: int) -> None:
    """One letter for all that was found, once: the last match's number makes it unique."""
    last = Match.objects.order_by("-pk").values_list("pk", flat=True)[0]
    for officer in officers():
        mail.tell(
            officer,
            event=f"partners.screening:{held.held[0].pk}:{last}",
            template="partners/letters/screening.txt",
            context={"count": found, "day": held.date},
        )


# --- Deciding --------------------------------------------------------------------------------


def clear_match(match: Match, reason: str, *, by: Any) -> Match:
    """Say that the one of ours is not the one on the list. Not against a list that is too old."""
    return _decide(match, "clear_match", reason, by=by)


def confirm_match(match: Match, reason: str, *, by: Any) -> Match:
    """Say that the one of ours is the one on the list: it then blocks acceptance."""
    return _decide(match, "confirm_match", reason, by=by)


@transaction.atomic
def _decide(match: Match, verb: str, reason: str, *, by: Any) -> Match:
    match = states.lock(match)
    if not by.has_perm("partners.screen", match.owner):
        raise NotAllowed(_("This concerns you or those for whom you act: another officer decides."))
    if sentence := queries.obstacle(match, verb, searching.current_lists()):
        raise NotAllowed(sentence)
    states.move(match, verb, by=by, reason=clean_text(reason, limit=LONGEST_REASON))
    return match
