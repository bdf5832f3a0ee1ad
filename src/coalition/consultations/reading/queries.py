"""What readers see of consultations: the list, one with all that hangs on it, its thread."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any

from django.db.models import (
    Case,
    Count,
    DateTimeField,
    Exists,
    IntegerField,
    OuterRef,
    Prefetch,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from coalition.base import zones
from coalition.base.names import Name
from coalition.consultations.access import Answer, of_phase
from coalition.consultations.models import (
    Consultation,
    ConsultationQuerySet,
    Credit,
    Phase,
    Statement,
)
from coalition.consultations.queries import on_theme, state_at, with_deadlines, with_words
from coalition.consultations.states import TONES, State
from coalition.instruments.models import Provision
from coalition.partners.models import CommonPriority
from coalition.places.models import Place
from coalition.ui.thread import Knot, Step

KNOTS = 5  # common priorities, and as many paragraphs, on the thread; its page lists all

# --- The list --------------------------------------------------------------------------------


def listed(wishes: Mapping[str, Any], now: datetime | None = None) -> ConsultationQuerySet:
    """The public ones that meet every wish (see `forms.ListForm`): those in which people take part
    now first, by their deadline; then those to come, by their opening; the others newest first."""
    found = with_deadlines(Consultation.objects.announced(), now)
    if state := wishes.get("state"):
        found = found.filter(state_now=state)
    if theme := wishes.get("theme"):
        found = on_theme(found, theme)
    if challenge := wishes.get("challenge"):
        through = Consultation.challenges.through.objects.filter(consultation=OuterRef("pk"))
        found = found.filter(Exists(through.filter(challenge=challenge)))
    if place := wishes.get("place"):
        found = found.filter(place__path__startswith=place.path)
    if level := wishes.get("level"):
        found = found.filter(level=level)
    found = with_words(found, wishes.get("words") or "")
    over = [State.SYNTHESIS, State.CALLED_OFF]
    rank = Case(
        When(state_now__in=over, then=Value(2)),
        When(closes_next=None, then=Value(1)),
        default=Value(0),
        output_field=IntegerField(),
    )
    deadline = Case(
        When(rank=0, then="closes_next"),
        When(rank=1, then="opens_next"),
        output_field=DateTimeField(),
    )
    return found.annotate(rank=rank).order_by("rank", deadline, "-announced_at", "-pk")


def for_lines(found: ConsultationQuerySet) -> ConsultationQuerySet:
    """With what a line of a list shows."""
    return found.select_related("place", "level", "theme").prefetch_related("phases")


def named_places() -> QuerySet[Place]:
    """The places that public consultations name, and what these lie in, in their order."""
    named = Place.objects.filter(consultations__in=Consultation.objects.announced().order_by())
    paths = named.order_by().values_list("path", flat=True).distinct()
    codes = {code for path in paths for code in path.split(".") if code}
    return Place.objects.filter(code__in=codes).order_by("path")


@dataclass(frozen=True)
class Line:
    """A consultation as lists show it: how it stands now, and what may be done in it."""

    one: Consultation
    state: State
    tone: str
    doing: list[tuple[Phase, Answer]]  # what people may do now; else what they may do next


def line_of(one: Consultation, now: datetime | None = None) -> Line:
    """No query where its phases are prefetched."""
    now = now or timezone.now()
    phases = list(one.phases.all())
    state = state_at(one, phases, now)
    part = [
        (phase, of_phase(one, phase, now))
        for phase in phases
        if phase.is_taking_part and phase.closes_at > now
    ]
    running = [each for each in part if each[1].is_open]
    doing = running or part[:1]
    return Line(one, state, TONES[state], [] if state == State.CALLED_OFF else doing)


# --- One of them -----------------------------------------------------------------------------


def for_page(found: ConsultationQuerySet) -> ConsultationQuerySet:
    """With everything that its own page shows, in a fixed number of queries."""
    provisions = Provision.objects.select_related("instrument").order_by("instrument", "position")
    priorities = CommonPriority.objects.public().select_related("theme")
    return found.select_related("place", "level", "theme", "text").prefetch_related(
        "phases__unit",
        "challenges",
        "themes",
        Prefetch("priorities", priorities),
        Prefetch("provisions", provisions),
    )


def proposals(one: Consultation) -> QuerySet[Statement]:
    """Its first proposals in their order, with where each comes from and who is credited."""
    credits = Credit.objects.select_related("partner").order_by("partner__name", "pk")
    return one.statements.select_related("priority", "provision__instrument").prefetch_related(
        Prefetch("credits", credits)
    )


def texts_of(one: Consultation) -> list[tuple[Any, list[Provision]]]:
    """The paragraphs that it answers, by the text in which they stand."""
    found = groupby(one.provisions.all(), key=lambda each: each.instrument)
    return [(text, list(paragraphs)) for text, paragraphs in found]


def themes_of(one: Consultation) -> list[Any]:
    """The theme of its scope and those that it answers, each once."""
    themes = [*([one.theme] if one.theme else []), *one.themes.all()]
    return list({theme.pk: theme for theme in themes}.values())


def steps(one: Consultation, now: datetime | None = None) -> list[Step]:
    """Its phases as a line in time: what is over, what runs, what is to come."""
    now = now or timezone.now()
    found = []
    for phase in one.phases.all():
        state = "done" if phase.closes_at <= now else "ahead"
        if of_phase(one, phase, now).is_open:
            state = "now"
        days = [_day(at, one.zone) for at in (phase.opens_at, phase.closes_at)]
        found.append(Step(phase.get_kind_display(), state, note=" – ".join(dict.fromkeys(days))))
    return found


def _day(at: datetime, zone: str) -> str:
    return date_format(at.astimezone(zones.zone(zone)), "DATE_FORMAT")


# --- Its thread ------------------------------------------------------------------------------


def knots(one: Consultation, count: int) -> list[Knot]:
    """Above it what it answers; below it what came of it so far: its first proposals, `count`."""
    found = [
        Knot(_("Challenge"), each.short_name, each.get_absolute_url(), position="above")
        for each in one.challenges.all()
    ]
    found += [
        Knot(_("Theme"), each.short_name, each.get_absolute_url(), position="above")
        for each in themes_of(one)
    ]
    if one.text:
        text = one.text
        found.append(Knot(_("Text"), text.short_name, text.get_absolute_url(), position="above"))
    found += [
        Knot(_("Common priority"), each.name, each.get_absolute_url(), position="above")
        for each in list(one.priorities.all())[:KNOTS]
    ]
    found += [
        Knot(
            _("Paragraph"),
            paragraph(each),
            each.get_absolute_url(),
            figure=each.gist_text,
            position="above",
        )
        for each in list(one.provisions.all())[:KNOTS]
    ]
    found.append(Knot(_("Consultation"), one.title, position="here"))
    if count:
        words = ngettext("%(count)d proposal", "%(count)d proposals", count) % {"count": count}
        found.append(Knot(_("First proposals"), words, "#proposals"))
    return found


def paragraph(provision: Provision) -> Name:
    """“Doha, paragraph 23”, in the language of the text's name."""
    text = provision.instrument.short_name
    words = _("%(text)s, paragraph %(number)s") % {"text": text, "number": provision.number}
    return Name(words, text.language)


# --- All of them -----------------------------------------------------------------------------


def with_counts(found: ConsultationQuerySet) -> ConsultationQuerySet:
    """For the file: with what a row holds."""
    made = Statement.objects.filter(consultation=OuterRef("pk")).order_by().values("consultation")
    return (
        found.select_related("place", "level", "theme", "text")
        .prefetch_related("phases", "challenges", "themes")
        .annotate(proposals=Coalesce(Subquery(made.annotate(of=Count("pk")).values("of")), 0))
    )
