"""What becomes of a partnership after admission.

A partner falls silent and comes back, is suspended, is taken from the list, leaves, or is merged
into another. Nothing of what it promised is lost: it stays on its page, or another carries it on.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.conf import settings
from django.core import signing
from django.db import transaction
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _

from coalition.accounts.models import User
from coalition.base import audit, states
from coalition.base.changes import record_changed
from coalition.base.errors import NotAllowed, Refused
from coalition.base.text import clean_text
from coalition.mailroom import actions as mail
from coalition.partners.models import (
    Answer,
    Mandate,
    MandateRole,
    NameKind,
    Partner,
    PartnerMove,
    Priority,
    PriorityKind,
)
from coalition.partners.people.actions import begin_mandate, close_ended, end_quietly, members
from coalition.partners.people.queries import (
    CARRY_ON,
    WARN,
    asks_to_carry_on,
    contacts,
    days_of,
    lead_of,
    warning_of,
)
from coalition.partners.queries import officers
from coalition.partners.states import JOINED, PartnerState
from coalition.partners.values import LONGEST_REASON, locked_and_active

# So long after it left a partner's last people can fetch what it had entered.
ARCHIVE_DAYS = 30
ARCHIVE_SALT = "coalition.partners.archive"


# --- Silence ---------------------------------------------------------------------------------


@transaction.atomic
def note_contacts(day: date | None = None) -> int:
    """Note for each partner the day on which it was last heard of; sign-ins themselves are
    forgotten sooner than a silence counts. Runs once a day; returns how many days moved on."""
    heard = contacts(day or timezone.now().date())
    moved = []
    rows = Partner.objects.public().only("pk", "heard_on", "joined_on")
    for partner in rows.iterator(chunk_size=1000):
        latest = max(heard.get(partner.pk, partner.joined_on), partner.joined_on)
        if partner.heard_on is None or partner.heard_on < latest:
            partner.heard_on = latest
            moved.append(partner)
    Partner.objects.bulk_update(moved, ["heard_on"], batch_size=500)
    return len(moved)


@transaction.atomic
def warn(partner: Partner, *, by: Any) -> PartnerMove:
    """Tell the people of a silent partner that it will be marked as non-communicating unless it
    is heard of. The mark itself waits for the days of the term “warning”.

    Raises NotAllowed where it is not active, was warned this week, or nobody can be told.
    """
    partner = states.lock(partner)
    if partner.state != PartnerState.ACTIVE:
        raise NotAllowed(states.refusal(partner, "lapse"))
    if (last := warning_of(partner)) and last.at.date() > timezone.now().date() - timedelta(7):
        raise NotAllowed(
            _("It was warned on %(day)s. Please give it time to answer.")
            % {"day": date_format(last.at)}
        )
    people = members(partner)
    if not people:
        raise NotAllowed(
            _("Nobody acts for this partner, so nobody can be told. Name a lead focal point first.")
        )
    move = _note(partner, WARN, by=by)
    _tell(people, partner, move, "warned", day=_last_day(move))
    return move


@transaction.atomic
def lapse(partner: Partner, reason: str, *, by: Any) -> Partner:
    """Mark a silent partner as non-communicating. It stays listed, and its people may act.

    Raises NotAllowed where it was not warned before, or not long enough ago.
    """
    partner = states.lock(partner)
    if sentence := states.refusal(partner, "lapse"):
        raise NotAllowed(sentence)
    warning = warning_of(partner)
    if warning is None:
        raise NotAllowed(_("Warn the partner first: it must be told before it is marked."))
    if _last_day(warning) > timezone.now().date():
        raise NotAllowed(
            _("It was warned on %(day)s and has time to answer until %(until)s.")
            % {"day": date_format(warning.at), "until": date_format(_last_day(warning))}
        )
    return _step(partner, "lapse", reason, by=by)


def _last_day(warning: PartnerMove) -> date:
    return warning.at.date() + timedelta(days=days_of("warning"))


@transaction.atomic
def come_back(partner: Partner, *, by: Any) -> Partner:
    """A non-communicating partner is in touch again: it says so itself, or an officer does."""
    partner = states.lock(partner)
    partner.heard_on = timezone.now().date()
    partner.save(update_fields=["heard_on"])
    return _step(partner, "return", "", by=by)


# --- Decisions of the secretariat ------------------------------------------------------------


@transaction.atomic
def suspend(partner: Partner, reason: str, *, by: Any) -> Partner:
    """From now on its people may look and not act; its page stays and says so."""
    return _step(states.lock(partner), "suspend", reason, by=by)


@transaction.atomic
def reinstate(partner: Partner, reason: str, *, by: Any) -> Partner:
    """A suspended or delisted partner is active again."""
    return _step(states.lock(partner), "reinstate", reason, by=by)


@transaction.atomic
def delist(partner: Partner, reason: str, *, by: Any) -> Partner:
    """Take it from the list of partners. Its mandates stay, since it may be reinstated."""
    return _step(states.lock(partner), "delist", reason, by=by)


def _step(partner: Partner, verb: str, reason: str, *, by: Any) -> Partner:
    """Apply a verb to a locked partner; its people and the officers are told, once."""
    move = states.move(partner, verb, by=by, reason=clean_text(reason, limit=LONGEST_REASON))
    _tell([*members(partner), *officers()], partner, move, "state_changed")
    record_changed(partner)
    return partner


@transaction.atomic
def set_parent(partner: Partner, parent: Partner | None, *, by: Any) -> Partner:
    """Note of which organisation the partner is a chapter, or that it is none any more.

    There is one level: a parent is no chapter itself and a chapter has none, so nothing can turn
    in a circle. Raises Refused where that would not hold.
    """
    held = _locked(partner, parent)
    partner = held[partner.pk]
    if parent is not None:
        parent = held[parent.pk]
        if parent == partner:
            raise Refused(_("An organisation cannot be part of itself."))
        if parent.parent_id:
            raise Refused(
                _("%(parent)s is itself part of another organisation. Choose that one.")
                % {"parent": parent.name}
            )
        if partner.chapters.exists():
            raise Refused(
                _("%(partner)s has chapters of its own, so it cannot become one.")
                % {"partner": partner.name}
            )
        if parent.state not in JOINED:
            raise Refused(
                _("%(parent)s is “%(state)s”. Choose an organisation that is a partner now.")
                % {"parent": parent.name, "state": parent.get_state_display()}
            )
    partner.parent = parent
    partner.save(update_fields=["parent"])
    audit.record("partners.set_parent", partner, by=by, refs=[parent] if parent else [])
    record_changed(partner)
    return partner


def _locked(*partners: Partner | None) -> dict[int, Partner]:
    """Several partners under their locks, always taken in the same order."""
    keys = sorted({one.pk for one in partners if one is not None})
    return {pk: states.lock(Partner(pk=pk)) for pk in keys}


# --- Leaving ---------------------------------------------------------------------------------


@transaction.atomic
def leave(partner: Partner, reason: str, *, by: Any, successor: Partner | None = None) -> Partner:
    """End the partnership: mandates end, the page stays with date, reason and thanks.

    Its people are told, with a link to all it had entered. What it promised stays on its page; a
    successor that is named is asked to carry it on. Raises Refused for a successor that cannot be.
    """
    held = _locked(partner, successor)
    partner = held[partner.pk]
    _hold_all_of(partner)
    successor = _fit(partner, held.get(successor.pk) if successor else None)
    partner.successor = successor
    partner.save(update_fields=["successor"])
    move = states.move(partner, "leave", by=by, reason=clean_text(reason, limit=LONGEST_REASON))
    lead = lead_of(partner)
    people = _part(partner, by=by)
    _room_by_room(partner, None, by=by)
    keepers = [lead.person] if lead else people
    _tell([*people, *officers()], partner, move, "left", archive_of=keepers)
    if successor is not None:
        lead = lead_of(successor)
        asked = [lead.person] if lead else members(successor)
        _tell(asked, partner, move, "asked_to_carry_on", successor=successor)
    record_changed(partner)
    return partner


@transaction.atomic
def merge(
    partner: Partner, successor: Partner, reason: str, *, by: Any, people_move: bool
) -> Partner:
    """Merge a partner into another, which carries on all of it: names, chapters, priorities and
    promises. Its people go on in the other (`people_move`), or their mandates end."""
    held = _locked(partner, successor)
    partner, into = held[partner.pk], held[successor.pk]
    _hold_all_of(partner)
    into = _fit(partner, into)
    assert into is not None
    partner.successor = into
    partner.save(update_fields=["successor"])
    move = states.move(partner, "merge", by=by, reason=clean_text(reason, limit=LONGEST_REASON))
    _pass_on_names(partner, into)
    _pass_on_priorities(partner, into)
    mandates = list(partner.mandates.current().select_related("person"))
    lead = lead_of(partner)
    people = _part(partner, by=by)
    if people_move:
        _pass_on_mandates(mandates, into, by=by)
    partner.chapters.exclude(pk=into.pk).update(parent=None if into.parent_id else into)
    if into.parent_id == partner.pk:
        into.parent = None
        into.save(update_fields=["parent"])
    _room_by_room(partner, into, by=by)
    concerned = [*people, *members(into), *officers()]
    keepers = [lead.person] if lead else people
    _tell(concerned, partner, move, "merged", successor=into, archive_of=keepers)
    record_changed(partner)
    record_changed(into)
    return partner


@transaction.atomic
def carry_on(partner: Partner, *, by: Any, agrees: bool = True) -> Partner:
    """The successor answers: it carries on what the partner that left had promised, or not."""
    successor = Partner.objects.filter(predecessors=partner).first()  # as it stands now
    if successor is None:
        raise NotAllowed(_("Nobody was asked to carry on what this organisation promised."))
    held = _locked(partner, successor)
    partner, successor = held[partner.pk], locked_and_active(held[successor.pk])
    if not asks_to_carry_on(successor).filter(pk=partner.pk).exists():
        raise NotAllowed(_("This was answered already."))
    _hold_all_of(partner)
    move = _note(partner, CARRY_ON if agrees else "decline_to_carry_on", by=by)
    if agrees:
        _room_by_room(partner, successor, by=by)
    else:
        partner.successor = None
        partner.save(update_fields=["successor"])
    template = "carried_on" if agrees else "not_carried_on"
    _tell(officers(), partner, move, template, successor=successor)
    record_changed(partner)
    return partner


def _fit(partner: Partner, successor: Partner | None) -> Partner | None:
    """The successor if it can be one. Raises Refused with the reason where it cannot."""
    if successor == partner:
        raise Refused(_("An organisation cannot succeed itself."))
    if successor is not None and successor.state not in JOINED:
        raise Refused(
            _("%(successor)s is “%(state)s”. Choose an organisation that is a partner now.")
            % {"successor": successor.name, "state": successor.get_state_display()}
        )
    return successor


def _part(partner: Partner, *, by: Any) -> list[User]:
    """End all mandates and take back all invitations; returns who could act until now."""
    close_ended(partner)
    people = members(partner)
    for mandate in partner.mandates.open():
        end_quietly(mandate, by=by)
    partner.invitations.pending().update(
        answer=Answer.CANCELLED, answered_at=timezone.now(), answered_by=by
    )
    return people


def _hold_all_of(partner: Partner) -> None:
    """Hold what later rooms will change (settings.PARTNER_HELD), before the first event: whoever
    holds the end of the trail waits for nobody."""
    for path in settings.PARTNER_HELD:
        import_string(path)(partner)


def _room_by_room(partner: Partner, successor: Partner | None, *, by: Any) -> None:
    """Each later room (settings.PARTNER_LEAVES) does its part: with a successor what it holds of
    the partner passes on, without one it stays and nothing of it waits any longer."""
    for path in settings.PARTNER_LEAVES.values():
        import_string(path)(partner, successor, by)


def _pass_on_names(partner: Partner, into: Partner) -> None:
    """The names under which the partner was known are former names of its successor."""
    theirs = partner.known_names.exclude(kind=NameKind.OFFICER).values_list("name", flat=True)
    held = {into.name, *into.known_names.values_list("name", flat=True)}
    for name in dict.fromkeys([partner.name, *theirs]):
        if name not in held:
            into.known_names.create(kind=NameKind.FORMER, name=name)


def _pass_on_priorities(partner: Partner, into: Partner) -> None:
    """They follow those of the successor in rank; what it says already is not said twice."""
    held = list(Priority.every.filter(partner=into))
    said = {(one.kind, one.theme_id, one.level_id, one.place_id) for one in held}
    ranks = dict.fromkeys(PriorityKind.values, 0)
    for one in held:
        ranks[one.kind] = max(ranks[one.kind], one.rank)
    for one in Priority.every.filter(partner=partner).order_by("kind", "rank"):
        if (one.kind, one.theme_id, one.level_id, one.place_id) not in said:
            ranks[one.kind] += 1
            one.partner, one.rank = into, ranks[one.kind]
            one.save(update_fields=["partner", "rank"])


def _pass_on_mandates(mandates: list[Mandate], into: Partner, *, by: Any) -> None:
    """Each in their role; the lead as an editor where the successor has a lead."""
    close_ended(into)
    taken = set(into.mandates.open().values_list("person", flat=True))
    has_lead = into.mandates.open().filter(role=MandateRole.FOCAL_POINT).exists()
    for one in mandates:
        if one.person_id in taken or not one.person.is_active:
            continue
        role = MandateRole.EDITOR if one.is_lead and has_lead else one.role
        begin_mandate(one.person, into, role=role, until=one.until, by=by)


# --- What the steps have in common -----------------------------------------------------------


def _note(partner: Partner, verb: str, *, by: Any) -> PartnerMove:
    """A step in the history that leaves the state as it is."""
    move = partner.moves.create(verb=verb, from_state=partner.state, to_state=partner.state, by=by)
    audit.record(f"partners.{verb}", partner, by=by)
    return move


def _tell(
    people: Any,
    partner: Partner,
    move: PartnerMove,
    letter: str,
    *,
    archive_of: list[User] | None = None,
    **more: Any,
) -> None:
    """One letter about a step to each person but the one who took it; who spoke for the partner
    also gets the link to its archive, even where they took the step."""
    with_archive = set(archive_of or [])
    everybody = {*people} if move.by is None else {*people} - {move.by}
    for person in sorted(everybody | with_archive, key=lambda one: one.pk):
        archive = archive_link(partner, person.language) if person in with_archive else ""
        mail.tell(
            person,
            event=f"partners.{letter}:{move.pk}",
            template=f"partners/letters/{letter}.txt",
            context={
                "partner": partner,
                "move": move,
                "reason": move.reason,
                "archive": archive,
                **more,
            },
        )


def archive_link(partner: Partner, language: str) -> str:
    """The path under which a partner's archive can be fetched for 30 days, without signing in."""
    token = signing.dumps(partner.pk, salt=ARCHIVE_SALT)
    spoken = language if language in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE
    with translation.override(spoken):
        return reverse("partners:signed_archive", args=[token])


def partner_of_archive(token: str) -> Partner | None:
    """Whose archive a link opens, or None where it is wrong or too old, or the partner is back."""
    try:
        pk = signing.loads(token, salt=ARCHIVE_SALT, max_age=timedelta(days=ARCHIVE_DAYS))
    except signing.BadSignature:
        return None
    gone = (PartnerState.WITHDRAWN, PartnerState.MERGED)
    return Partner.objects.filter(pk=pk, state__in=gone).first()
