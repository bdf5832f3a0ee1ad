"""What may be done in a consultation at a moment, by whom, and why not: in words for people.

A refusal says when it will be, or since when it is no more. Pages, the interface for programs and
whoever takes an answer ask here; the phases' moments decide, to the second.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import TextChoices
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from coalition.accounts.mailboxes import is_throw_away, mailbox_of
from coalition.consultations.models import Consultation, Phase
from coalition.consultations.moments import told
from coalition.consultations.states import AHEAD, KINDS, Kind, PhaseKind, State
from coalition.partners.models import Partner

# What a mandate has to grant to answer for an organisation, and to make its answer count.
TO_ANSWER, TO_SIGN = "edit", "sign"


class When(TextChoices):
    """Whether something may be done at a moment."""

    NOW = "now"
    AHEAD = "ahead"
    OVER = "over"
    NOT_NOW = "not_now"
    NEVER = "never"
    CALLED_OFF = "called_off"


SENTENCES: Mapping[When, str | Promise] = {
    When.NOW: gettext_lazy("Open until {at}."),
    When.AHEAD: gettext_lazy("Opens on {at}."),
    When.OVER: gettext_lazy("Closed on {at}."),
    When.NOT_NOW: gettext_lazy("Nothing is taken in it as it stands now."),
    When.NEVER: gettext_lazy("This consultation has no such phase."),
    When.CALLED_OFF: gettext_lazy("It was called off, so nothing can be done in it any more."),
}


@dataclass(frozen=True)
class Answer:
    """Whether something may be done, and the moment that its sentence names."""

    when: When
    at: datetime | None = None
    zone: str = "UTC"
    phase: Phase | None = None

    @property
    def is_open(self) -> bool:
        return self.when == When.NOW

    @property
    def sentence(self) -> str:
        """“Opens on 3 March 2026, 09:00 (Zurich).” On pages, `{% answer %}` marks the moment up."""
        at = told(self.at, self.zone) if self.at else ""
        return str(SENTENCES[self.when]).format(at=at)


# --- When ------------------------------------------------------------------------------------


def answer(consultation: Consultation, ability: str, now: datetime | None = None) -> Answer:
    """Whether this ability (see `states.KINDS`) is granted at this moment; else when it is or was.

    Reads the phases; no query where they are prefetched.
    """
    now = now or timezone.now()
    granting = [
        phase
        for phase in consultation.phases.all()
        if ability in KINDS[PhaseKind(phase.kind)].grants
    ]
    answers = [of_phase(consultation, phase, now) for phase in granting]
    # A phase of a kind comes once, but two kinds may grant the same: what is open counts first.
    answers.sort(key=lambda each: list(When).index(each.when))
    return answers[0] if answers else Answer(_without_phase(consultation))


def of_phase(consultation: Consultation, phase: Phase, now: datetime | None = None) -> Answer:
    """The same of one phase: open until, opens on, closed on."""
    now = now or timezone.now()
    zone = consultation.zone
    if phase.closes_at <= now:
        return Answer(When.OVER, phase.closes_at, zone, phase)
    if consultation.state == State.CALLED_OFF:
        return Answer(When.CALLED_OFF, None, zone, phase)
    # The work of the secretariat goes on while answers are summed up; taking part does not.
    if phase.is_taking_part and consultation.state not in AHEAD:
        return Answer(When.NOT_NOW, None, zone, phase)
    if phase.opens_at > now:
        return Answer(When.AHEAD, phase.opens_at, zone, phase)
    return Answer(When.NOW, phase.closes_at, zone, phase)


def _without_phase(consultation: Consultation) -> When:
    return When.CALLED_OFF if consultation.state == State.CALLED_OFF else When.NEVER


# --- Who -------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Reader:
    """Whether the reader may take part: for which organisations, for themselves; else why not."""

    partners: list[Partner]
    for_themselves: bool
    why_not: str = ""


def may_come(consultation: Consultation, person: Any) -> bool:
    """May this person answer for themselves? Whoever signed in has a confirmed address: codes are
    sent to it. One query where it is open to those who are invited and not to everyone, else none.
    """
    if not (person.is_authenticated and person.is_active):
        return False
    if consultation.for_everyone:
        return not is_throw_away(person.email)
    if not consultation.for_invited:
        return False
    return consultation.invitations.filter(mailbox=mailbox_of(person.email)).exists()


def reader_of(consultation: Consultation, person: Any) -> Reader:
    """What a person may be in this consultation. For those who signed in one query, and that of
    `may_come`."""
    is_known = person.is_authenticated and person.is_active
    partners: list[Partner] = []
    if is_known and consultation.for_partners:
        held = Partner.objects.public().spoken_for_by(person, TO_ANSWER)
        partners = list(held.order_by("name", "pk"))
    for_themselves = may_come(consultation, person)
    if partners or for_themselves:
        return Reader(partners, for_themselves)
    return Reader([], False, _why_not(consultation, is_known))


def _why_not(consultation: Consultation, is_known: bool) -> str:
    if consultation.for_everyone:
        if is_known:
            return _(
                "Your address belongs to a domain that gives addresses to throw away, so you "
                "cannot take part with it. Please sign in with one that you keep."
            )
        return _("Sign in with your e-mail address to take part.")
    if not is_known and consultation.for_invited:
        return _(
            "Were you invited? Then sign in with the address to which the invitation was sent. "
            "Everybody else reads here, once they signed in, whether they may take part."
        )
    if not is_known:
        return _("Sign in, and this page says whether you may take part.")
    if consultation.for_partners and consultation.for_invited:
        return _(
            "You cannot take part in it: only partners and people who are invited do, and you hold "
            "no mandate to write for a partner. If you were invited, sign in with the address to "
            "which the invitation was sent."
        )
    if consultation.for_partners:
        return _(
            "You cannot take part in it: only partners do, and you hold no mandate to write for "
            "one."
        )
    return _(
        "You cannot take part in it: only people who are invited do. If you were, sign in with the "
        "address to which the invitation was sent."
    )


# --- Where -----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Door:
    """A link to where something is done: for oneself, or for an organisation."""

    url: str
    words: str
    partner: Partner | None = None


def doors(
    consultation: Consultation, phase: Phase, reader: Reader, *, is_guest: bool
) -> list[Door]:
    """Where the reader does now what this phase lets them do; guests sign in on the way. No query.

    What has a page for each organisation is done there in its name; on the pages that have none,
    one chooses in whose name one speaks.
    """
    kind = KINDS[PhaseKind(phase.kind)]
    for_themselves = reader.for_themselves or (is_guest and consultation.for_everyone)
    return _pages(consultation, kind, kind.own, reader.partners, for_themselves)


def open_besides(
    consultation: Consultation, kind: str, reader: Reader, now: datetime | None = None
) -> list[tuple[Phase, Answer, list[Door]]]:
    """What else the reader can do now than in the phase of this kind, until when and where. No
    query where the phases are prefetched."""
    now = now or timezone.now()
    others = [phase for phase in consultation.phases.all() if phase.kind != kind]
    answers = [(phase, of_phase(consultation, phase, now)) for phase in others]
    return [
        (phase, found, pages)
        for phase, found in answers
        if found.is_open and (pages := doors(consultation, phase, reader, is_guest=False))
    ]


def said_in(consultation: Consultation, phase: Phase, reader: Reader) -> list[Door]:
    """Where the reader finds again what they said in this phase. No query."""
    kind = KINDS[PhaseKind(phase.kind)]
    if kind.said is None:
        return []
    return _pages(consultation, kind, kind.said, reader.partners, reader.for_themselves)


def _pages(
    consultation: Consultation,
    kind: Kind,
    own: tuple[str, str | Promise] | None,
    partners: list[Partner],
    for_themselves: bool,
) -> list[Door]:
    found, reference = [], consultation.reference
    if own and (for_themselves or (partners and not kind.for_partner)):
        name, words = own
        found.append(Door(reverse(name, args=[reference]), str(words)))
    if kind.for_partner:
        found += [
            Door(reverse(kind.for_partner, args=[reference, one.reference]), "", one)
            for one in partners
        ]
    return found
