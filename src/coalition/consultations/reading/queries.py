"""What readers see of consultations: the list, one with all that hangs on it, its thread."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
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
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from coalition.analysis.disclosure import FEWEST_OF_GROUP
from coalition.base import zones
from coalition.consultations.access import Answer, of_phase
from coalition.consultations.models import (
    Conclusion,
    Consultation,
    ConsultationQuerySet,
    Credit,
    Participant,
    Phase,
    Statement,
    StatementQuerySet,
    Summary,
)
from coalition.consultations.queries import on_theme, state_at, with_deadlines, with_words
from coalition.consultations.signing import any_sent
from coalition.consultations.states import ANSWERED, SUMMED_UP, TONES, State
from coalition.instruments.models import Provision
from coalition.instruments.thread import paragraphs
from coalition.partners.models import CommonPriority
from coalition.places.models import Place
from coalition.ui.thread import Knot, Step, first_of

A_PAGE = 25  # consultations in the list, and statements on the page of one
KNOTS = 3  # above it on the thread: the question stands in the first screen of a phone

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
    over = [*SUMMED_UP, State.CALLED_OFF]
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
    """With what a line of a list shows; `has_results` once they are worked out."""
    found = found.annotate(has_results=_has_results())
    return found.select_related("place", "level", "theme").prefetch_related("phases")


def _has_results() -> Exists:
    return Exists(Summary.objects.filter(consultation=OuterRef("pk")))


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
    # What is counted for the list of all alone (`lines_of`); None where it is not told.
    proposals: int | None = None
    organisations: int | None = None

    @property
    def came_of_it(self) -> list[tuple[str, str]]:
        """The pages of what came of it so far: the words of each link, and its address."""
        found = []
        if getattr(self.one, "has_results", False):
            found.append((_("Results"), "results"))
        if self.state in ANSWERED:
            found.append((_("Answers"), "responses"))
        if self.state in (State.DECIDED, State.FEEDBACK):
            found.append((_("Decision"), "conclusion"))
        return [
            (words, reverse(f"consultations:{name}", args=[self.one.reference]))
            for words, name in found
        ]


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


def lines_of(page: Iterable[Consultation], now: datetime | None = None) -> list[Line]:
    """With how many proposals everybody sees in each and, once nobody takes part any more, from how
    many organisations came something that counts; fewer than five are not told where their answers
    are not public (see `turnout`). Two queries."""
    lines = [line_of(one, now) for one in page]
    shown = Statement.objects.shown().filter(consultation__in=[line.one.pk for line in lines])
    proposals = _by_consultation(shown)
    over = [line.one.pk for line in lines if line.state in SUMMED_UP and line.one.for_partners]
    sent = Participant.objects.filter(any_sent(), partner__isnull=False, consultation__in=over)
    organisations = _by_consultation(sent)
    told = []
    for line in lines:
        count = organisations.get(line.one.pk, 0) if line.one.pk in over else None
        if count is not None and count < FEWEST_OF_GROUP and not line.one.answers_are_public:
            count = None
        told.append(replace(line, proposals=proposals.get(line.one.pk, 0), organisations=count))
    return told


def _by_consultation(rows: QuerySet[Any]) -> dict[int, int]:
    counted = rows.order_by().values("consultation").annotate(of=Count("pk"))
    return dict(counted.values_list("consultation", "of"))


# --- One of them -----------------------------------------------------------------------------


def for_page(found: ConsultationQuerySet) -> ConsultationQuerySet:
    """With everything that its own page shows, in a fixed number of queries; `has_results` once
    they are worked out."""
    provisions = Provision.objects.select_related("instrument").order_by("instrument", "position")
    priorities = CommonPriority.objects.public().select_related("theme")
    found = found.annotate(has_results=_has_results())
    return found.select_related("place", "level", "theme", "text").prefetch_related(
        "phases__unit",
        "challenges",
        "themes",
        Prefetch("priorities", priorities),
        Prefetch("provisions", provisions),
    )


def proposals(one: Consultation) -> QuerySet[Statement]:
    """Its first proposals in their order, with where each comes from and who is credited."""
    return shown(one).first_ones()


def shown(one: Consultation) -> StatementQuerySet:
    """All statements that everybody sees, in their order, with whose each is."""
    credits = Credit.objects.select_related("partner").order_by("partner__name", "pk")
    found: Any = one.statements.all()
    rows: StatementQuerySet = (
        found.shown()
        .select_related("priority", "provision__instrument", "author__partner", "response")
        .prefetch_related(Prefetch("credits", credits), Prefetch("merged__credits", credits))
    )
    return rows


def place_of(statement: Statement) -> str:
    """The query that leads to its page of its consultation, and to the statement there: “?page=2”.
    One query."""
    before = statement.consultation.statements.shown().filter(number__lt=statement.number).count()
    number = before // A_PAGE + 1
    return f"?page={number}" if number > 1 else ""


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
    """Above it what it answers, the first few; below it what came of it so far: its proposals,
    `count`."""
    above = [
        Knot(_("Challenge"), each.short_name, each.get_absolute_url(), position="above")
        for each in one.challenges.all()
    ]
    above += [
        Knot(_("Theme"), each.short_name, each.get_absolute_url(), position="above")
        for each in themes_of(one)
    ]
    if one.text:
        text = one.text
        above.append(Knot(_("Text"), text.short_name, text.get_absolute_url(), position="above"))
    above += [
        Knot(_("Common priority"), each.name, each.get_absolute_url(), position="above")
        for each in one.priorities.all()
    ]
    above += paragraphs(one.provisions.all())
    found = first_of(above, KNOTS, "#scope")
    found.append(Knot(_("Consultation"), one.title, position="here"))
    if count:
        words = ngettext("%(count)d proposal", "%(count)d proposals", count) % {"count": count}
        found.append(Knot(_("Proposals"), words, "#proposals"))
    if getattr(one, "has_results", False):
        address = reverse("consultations:results", args=[one.reference])
        found.append(Knot(_("Results"), _("Where groups agree, and where they differ"), address))
    if one.state in ANSWERED:
        address = reverse("consultations:responses", args=[one.reference])
        found.append(Knot(_("Answers"), _("What becomes of the proposals"), address))
    if one.state in (State.DECIDED, State.FEEDBACK):
        address = reverse("consultations:conclusion", args=[one.reference])
        found.append(Knot(_("Decision"), _("What was decided"), address))
        found += _interventions(one)
    return found


def _interventions(one: Consultation) -> list[Knot]:
    """The key interventions that came out of its decision. Two queries at most."""
    conclusion: Any = Conclusion.objects.filter(consultation=one).first()
    return conclusion.interventions.as_knots() if conclusion else []


# --- All of them -----------------------------------------------------------------------------


def with_counts(found: ConsultationQuerySet) -> ConsultationQuerySet:
    """For the file: with what a row holds."""
    first = Statement.objects.shown().first_ones().filter(consultation=OuterRef("pk"))
    made = first.order_by().values("consultation")
    return (
        found.select_related("place", "level", "theme", "text")
        .prefetch_related("phases", "challenges", "themes")
        .annotate(proposals=Coalesce(Subquery(made.annotate(of=Count("pk")).values("of")), 0))
    )
