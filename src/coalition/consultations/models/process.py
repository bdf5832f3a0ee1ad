"""Consultations: what is asked, about what, of whom, and in which phases."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from coalition.base.fields import NamesField
from coalition.base.names import Name, in_language
from coalition.base.states import Move
from coalition.consultations.states import (
    AHEAD,
    KINDS,
    TAKING_PART,
    VERBS,
    PhaseKind,
    PrioritiseBy,
    State,
    StatementState,
)
from coalition.instruments.models import Instrument, Provision
from coalition.partners.models import CommonPriority
from coalition.places.models import Level, Place
from coalition.results.models import Unit
from coalition.themes.models import Challenge, Theme

SHORT, LONG = 300, 4000  # characters of a question, and of what is said about it


class ConsultationQuerySet(models.QuerySet["Consultation"]):
    def announced(self) -> ConsultationQuerySet:
        """Those that everybody sees."""
        # Said as a bare column, SQLite would not look into the indexes that begin with it.
        return self.filter(is_public__in=[True])

    def visible_to(self, person: Any) -> ConsultationQuerySet:
        """From the announcement on for all; drafts for officers."""
        if person.is_authenticated and person.is_officer:
            return self
        return self.announced()

    def granting(self, ability: str, at: datetime | None = None) -> ConsultationQuerySet:
        """Those in which a phase grants this ability at this moment (now, if none is given).

        A consultation that is planned counts from the first moment of a phase: nobody waits for
        the clock that turns its state. The secretariat works on while answers are summed up.
        """
        here = Phase.objects.under_way(at).granting(ability).filter(consultation=OuterRef("pk"))
        return self.filter(
            Q(Exists(here), state__in=AHEAD) | Q(Exists(here.working()), state=State.SYNTHESIS)
        )

    def discussing(self, provision: Provision) -> ConsultationQuerySet:
        """Those in which something can be said of this paragraph now (`is_open`), and those in
        which something was said of it, or of a point inside it, that everybody reads; the former
        first. One query."""
        now = self.granting("comment").filter(pk=OuterRef("pk")).order_by()
        here = Q(remarks__provision=provision) | Q(remarks__provision__paragraph=provision)
        said = Consultation.objects.filter(here, remarks__state=StatementState.ACCEPTED).order_by()
        found = self.announced().annotate(is_open=Exists(now))
        found = found.filter(Q(is_open=True) | Q(pk__in=said.values("pk")))
        return found.order_by("-is_open", "pk")


class Consultation(models.Model):
    """A question that a coalition asks, and all that becomes of it."""

    reference = models.CharField(max_length=20, unique=True)
    state = models.CharField(max_length=20, choices=State.choices, default=State.DRAFT)
    # Kept by the database; after a move it is known once the row is read again.
    is_public = models.GeneratedField(
        expression=~Q(state=State.DRAFT.value),
        output_field=models.BooleanField(),
        db_persist=True,
    )
    # In every language in which it is held, and in no other: these are its languages.
    question = NamesField(_("question"))
    about = NamesField(_("what it is about"), long=True, blank=True)
    # What happens with the answers: who decides, when, and what they may still change.
    promise = NamesField(_("what becomes of the answers"), long=True, blank=True)

    # Its scope: where, at which level, on which theme or on which text.
    place = models.ForeignKey(
        Place,
        verbose_name=_("place"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="consultations",
    )
    level = models.ForeignKey(
        Level,
        verbose_name=_("level"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    theme = models.ForeignKey(
        Theme,
        verbose_name=_("theme"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="consultations_on",
    )
    text = models.ForeignKey(
        Instrument,
        verbose_name=_("text"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="consultations",
    )

    # What it answers.
    challenges = models.ManyToManyField(
        Challenge, verbose_name=_("challenges"), blank=True, related_name="consultations"
    )
    themes = models.ManyToManyField(
        Theme, verbose_name=_("themes"), blank=True, related_name="consultations"
    )
    priorities = models.ManyToManyField(
        CommonPriority,
        verbose_name=_("common priorities"),
        blank=True,
        related_name="consultations",
    )
    provisions = models.ManyToManyField(
        Provision, verbose_name=_("paragraphs"), blank=True, related_name="consultations"
    )

    # Who may take part. Organisations answer through their mandates, people for themselves.
    for_partners = models.BooleanField(_("partners, by their mandates"), default=True)
    for_invited = models.BooleanField(_("people who are invited"), default=False)
    for_everyone = models.BooleanField(_("anyone with a confirmed e-mail address"), default=False)
    # Said when it is announced, and not changed afterwards.
    answers_are_public = models.BooleanField(
        _("the answers of organisations are public"), default=True
    )
    # Statements are shown once an officer read them; else at once, and looked at afterwards.
    reads_first = models.BooleanField(_("statements are read before they are shown"), default=True)
    zone = models.CharField(_("time zone of its deadlines"), max_length=40, default="UTC")
    announced_at = models.DateTimeField(null=True, blank=True)
    changed_at = models.DateTimeField(default=timezone.now)  # its words and phases
    is_example = models.BooleanField(default=False)

    objects = ConsultationQuerySet.as_manager()
    VERBS = VERBS

    class Meta:
        verbose_name = _("consultation")
        ordering = ["-announced_at", "-pk"]
        indexes = [models.Index(fields=["is_public", "-announced_at", "-id"])]
        constraints = [
            models.CheckConstraint(
                condition=Q(for_partners=True) | Q(for_invited=True) | Q(for_everyone=True),
                name="somebody_may_take_part",
            ),
            models.CheckConstraint(
                condition=Q(state=State.DRAFT) | Q(announced_at__isnull=False),
                name="an_announced_consultation_has_its_day",
            ),
        ]

    def __str__(self) -> str:
        return str(self.title)

    def get_absolute_url(self) -> str:
        return reverse("consultations:consultation", args=[self.reference])

    @property
    def title(self) -> Name:
        return in_language(self.question)

    @property
    def about_text(self) -> Name:
        return in_language(self.about)

    @property
    def promise_text(self) -> Name:
        return in_language(self.promise)

    @property
    def languages(self) -> list[str]:
        # Databases keep the keys of a JSON value in orders of their own.
        return [code for code in settings.UN_LANGUAGES if self.question.get(code)]

    @property
    def is_tied(self) -> bool:
        """Do people still find what they said for themselves? The tie is cut with these states."""
        return self.state not in (State.FEEDBACK, State.CALLED_OFF)

    @property
    def zone_info(self) -> ZoneInfo:
        return ZoneInfo(self.zone)


class ConsultationMove(Move):
    record = models.ForeignKey(Consultation, on_delete=models.CASCADE, related_name="moves")


class PhaseQuerySet(models.QuerySet["Phase"]):
    def under_way(self, at: datetime | None = None) -> PhaseQuerySet:
        """Those in which something may be done at this moment: from their first moment to the
        last one before they close, by the server's clock."""
        at = at or timezone.now()
        return self.filter(opens_at__lte=at, closes_at__gt=at)

    def granting(self, ability: str) -> PhaseQuerySet:
        return self.filter(kind__in=[kind for kind in KINDS if ability in KINDS[kind].grants])

    def taking_part(self) -> PhaseQuerySet:
        """Those in which people take part, not only the secretariat."""
        return self.filter(kind__in=TAKING_PART)

    def working(self) -> PhaseQuerySet:
        """Those in which the secretariat does its part."""
        return self.exclude(kind__in=TAKING_PART)


class Phase(models.Model):
    """A stretch of time in which certain things may be done (`states.KINDS`). Phases may overlap:
    proposing and reacting often do."""

    consultation = models.ForeignKey(Consultation, on_delete=models.CASCADE, related_name="phases")
    kind = models.CharField(_("kind"), max_length=12, choices=PhaseKind.choices)
    opens_at = models.DateTimeField(_("opens"))
    closes_at = models.DateTimeField(_("closes"))
    # Of setting priorities alone: how, and within which budget (in the unit's smallest part).
    by = models.CharField(
        _("priorities are set by"), max_length=10, choices=PrioritiseBy.choices, blank=True
    )
    points = models.PositiveSmallIntegerField(_("points to give"), null=True, blank=True)
    budget = models.PositiveBigIntegerField(_("budget"), null=True, blank=True)
    unit = models.ForeignKey(
        Unit,
        verbose_name=_("currency"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )

    objects = PhaseQuerySet.as_manager()

    class Meta:
        verbose_name = _("phase")
        ordering = ["opens_at", "closes_at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(closes_at__gt=F("opens_at")), name="a_phase_closes_after_it_opens"
            ),
            models.UniqueConstraint(fields=["consultation", "kind"], name="a_phase_of_a_kind_once"),
            models.CheckConstraint(
                condition=(Q(kind=PhaseKind.PRIORITISE) & ~Q(by=""))
                | (~Q(kind=PhaseKind.PRIORITISE) & Q(by="", points=None, budget=None)),
                name="only_setting_priorities_has_a_method",
            ),
            models.CheckConstraint(
                condition=Q(by=PrioritiseBy.POINTS, points__gt=0)
                | (~Q(by=PrioritiseBy.POINTS) & Q(points=None)),
                name="points_are_given_where_they_are_asked",
            ),
            models.CheckConstraint(
                condition=Q(budget=None, unit=None) | Q(budget__gt=0, unit__isnull=False),
                name="a_budget_has_its_currency",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} of {self.consultation_id}"

    @property
    def purpose(self) -> str:
        return str(KINDS[PhaseKind(self.kind)].purpose)

    @property
    def is_taking_part(self) -> bool:
        """Do people take part in it, not only the secretariat?"""
        return KINDS[PhaseKind(self.kind)].is_taking_part

    def is_under_way(self, at: datetime | None = None) -> bool:
        return self.opens_at <= (at or timezone.now()) < self.closes_at


def granted(phases: Iterable[Phase], at: datetime | None = None) -> frozenset[str]:
    """All that these phases let people do at this moment."""
    at = at or timezone.now()
    running = [KINDS[PhaseKind(phase.kind)].grants for phase in phases if phase.is_under_way(at)]
    return frozenset().union(*running)
