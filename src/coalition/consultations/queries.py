"""Reads of consultations that several topics and other rooms share: which are about something,
which are open now, and how each stands by the moments of its phases."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.conf import settings
from django.db.models import Case, CharField, Exists, F, OuterRef, Q, Subquery, Value, When
from django.utils import timezone

from coalition.consultations.models import Consultation, ConsultationQuerySet, Phase
from coalition.consultations.states import AHEAD, State
from coalition.instruments.models import Instrument, Provision
from coalition.partners.models import CommonPriority
from coalition.places.models import Place
from coalition.themes.models import Challenge, Theme

MOST_WORDS = 8  # of those that are looked for

Thing = Challenge | Theme | Place | Instrument | Provision | CommonPriority


# --- How it stands now -----------------------------------------------------------------------


def state_at(consultation: Consultation, phases: Iterable[Phase], now: datetime) -> State:
    """Its state at this moment by its phases, to the second, whether or not the clock ran since.

    Says the same as `state_now` of `with_deadlines`.
    """
    state = State(consultation.state)
    part = [phase for phase in phases if phase.is_taking_part]
    if state == State.PLANNED and any(phase.opens_at <= now for phase in part):
        state = State.OPEN
    if state == State.OPEN and not any(phase.closes_at > now for phase in part):
        state = State.SYNTHESIS
    return state


def with_deadlines(
    found: ConsultationQuerySet, now: datetime | None = None
) -> ConsultationQuerySet:
    """Each with `state_now` and, of the phases in which people take part, `closes_next` (of those
    under way, the first to close) and `opens_next` (of those to come); None where there is none."""
    now = now or timezone.now()
    part = Phase.objects.taking_part().filter(consultation=OuterRef("pk"))
    running = part.under_way(now).order_by("closes_at").values("closes_at")
    coming = part.filter(opens_at__gt=now).order_by("opens_at").values("opens_at")
    has_begun = Exists(part.filter(opens_at__lte=now))
    has_more = Exists(part.filter(closes_at__gt=now))
    return found.annotate(
        closes_next=Subquery(running[:1]),
        opens_next=Subquery(coming[:1]),
        state_now=Case(
            When(Q(state=State.PLANNED) & ~has_begun, then=Value(State.PLANNED.value)),
            When(Q(state__in=AHEAD) & has_more, then=Value(State.OPEN.value)),
            When(state__in=AHEAD, then=Value(State.SYNTHESIS.value)),
            default=F("state"),
            output_field=CharField(),
        ),
    )


def open_now(now: datetime | None = None) -> ConsultationQuerySet:
    """Those in which people take part at this moment, the first to close first."""
    found = with_deadlines(Consultation.objects.filter(state__in=AHEAD), now)
    return found.exclude(closes_next=None).order_by("closes_next", "-pk")


# --- Which are about something ---------------------------------------------------------------


def about(thing: Thing) -> ConsultationQuerySet:
    """The public ones on it, or that answer it, the newest first; in a place, with everything
    inside it."""
    found = Consultation.objects.announced()
    if isinstance(thing, Theme):
        return on_theme(found, thing)
    if isinstance(thing, Challenge):
        return found.filter(challenges=thing)
    if isinstance(thing, Place):
        return found.filter(place__path__startswith=thing.path)
    if isinstance(thing, Instrument):
        return found.filter(text=thing)
    if isinstance(thing, Provision):
        return found.filter(provisions=thing)
    return found.filter(priorities=thing)


def on_theme(found: ConsultationQuerySet, theme: Theme) -> ConsultationQuerySet:
    """Those whose scope is the theme, or that answer it."""
    answered = Consultation.themes.through.objects.filter(consultation=OuterRef("pk"), theme=theme)
    return found.filter(Q(theme=theme) | Exists(answered))


def with_words(found: ConsultationQuerySet, words: str) -> ConsultationQuerySet:
    """Those whose question or text holds every word, in any language, or that have it as their
    reference."""
    for word in words.split()[:MOST_WORDS]:
        asked = Q(reference__iexact=word)
        # Language by language: one of the databases keeps the whole value in escaped letters.
        for code in settings.UN_LANGUAGES:
            asked |= Q(**{f"question__{code}__icontains": word})
            asked |= Q(**{f"about__{code}__icontains": word})
        found = found.filter(asked)
    return found
