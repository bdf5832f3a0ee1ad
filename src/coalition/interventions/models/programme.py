"""Key interventions: what a coalition decided to do together, and what it answers."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from coalition.base.fields import NamesField
from coalition.base.names import Name, in_language
from coalition.base.states import Move
from coalition.consultations.models import Conclusion, Statement
from coalition.instruments.models import ExternalRecord, Instrument, Provision
from coalition.interventions import thread
from coalition.interventions.states import LEADING, PLANNED, VERBS, State
from coalition.partners.asking import PART_HELD, PartState
from coalition.partners.models import CommonPriority, Partner
from coalition.places.models import Level, Place
from coalition.results.models import Framework
from coalition.themes.models import Challenge, Theme
from coalition.ui.thread import Knot

MOST_KNOTS = 5  # below another record; the rest is one link away


class InterventionQuerySet(models.QuerySet["Intervention"]):
    def published(self) -> InterventionQuerySet:
        """Those that everybody sees: all but drafts, also what ended."""
        # Said as a bare column, SQLite would not look into the indexes that begin with it.
        return self.filter(is_public__in=[True])

    def of(self, partner: Partner | int) -> InterventionQuerySet:
        """All in which a partner has a role that it confirmed."""
        return self.filter(
            pk__in=_roles()
            .filter(partner=partner, state=PartState.CONFIRMED)
            .values("intervention")
        )

    def led_by(self, partners: Any) -> InterventionQuerySet:
        """Those that one of these partners confirmed to lead, alone or together with another."""
        held = _roles().filter(partner__in=partners, state=PartState.CONFIRMED)
        return self.filter(pk__in=held.filter(kind__in=LEADING).values("intervention"))

    def refused(self) -> InterventionQuerySet:
        """Drafts that the partner asked last said no to leading: others were not asked yet."""
        asked = _roles().filter(partner=OuterRef("partner"), intervention=OuterRef("pk"))
        held = asked.filter(kind=LEADING[0], state__in=PART_HELD)
        return self.filter(~Exists(held), is_public__in=[False])

    def shared_with(self, person: Any) -> InterventionQuerySet:
        """Those in which a partner for which the person holds a mandate was asked for a role or
        confirmed one."""
        own = Partner.objects.spoken_for_by(person)
        held = _roles().filter(partner__in=own, state__in=PART_HELD)
        return self.filter(pk__in=held.values("intervention"))

    def taking_up(self, provision: Provision) -> InterventionQuerySet:
        """Those that deliver on a provision or on anything inside it, each once."""
        inside = Q(provision__instrument=provision.instrument_id) & Q(
            provision__eid__startswith=f"{provision.eid}__"
        )
        uptakes = Uptake.objects.order_by().filter(Q(provision=provision) | inside)
        return self.filter(pk__in=uptakes.values("intervention"))

    def on_text(self, text: Instrument) -> InterventionQuerySet:
        """Those that take up anything in a text, each once."""
        uptakes = Uptake.objects.order_by().filter(provision__instrument=text)
        return self.filter(pk__in=uptakes.values("intervention"))

    def as_knots(self, query: str = "") -> list[Knot]:
        """The newest public ones as knots below what they answer, a few; then one that leads to
        all of them, the list under these filters. One query."""
        found = list(self.published().order_by("-published_at", "-pk")[: MOST_KNOTS + 1])
        knots = [thread.knot(one, "below") for one in found[:MOST_KNOTS]]
        if len(found) > MOST_KNOTS:
            url = f"{reverse('interventions:list')}?{query}"
            knots.append(Knot("", str(_("All key interventions")), url))
        return knots

    def visible_to(self, person: Any) -> InterventionQuerySet:
        """Public ones for all; drafts for officers, and for those who speak for a partner that was
        asked for a role."""
        if person.is_authenticated:
            if person.is_officer:
                return self
            shared = self.model.objects.shared_with(person)
            return self.filter(Q(is_public__in=[True]) | Q(pk__in=shared))
        return self.published()


def _roles() -> Any:
    return Intervention._meta.get_field("roles").related_model._default_manager


class Intervention(models.Model):
    """A programme line of several partners, out of a decision, with results that can be proved.

    `partner` leads and reports, so that there is always exactly one who does, once its own people
    confirmed it; all have their roles (`models.roles`), the one that leads too.
    """

    reference = models.CharField(max_length=20, unique=True)  # INT-2026-0001
    state = models.CharField(max_length=20, choices=State.choices, default=State.DRAFT)
    # Kept by the database; after a move it is known once the row is read again.
    is_public = models.GeneratedField(
        expression=~Q(state=State.DRAFT.value),
        output_field=models.BooleanField(),
        db_persist=True,
    )
    partner = models.ForeignKey(Partner, on_delete=models.PROTECT, related_name="interventions_led")
    framework = models.OneToOneField(
        Framework, on_delete=models.PROTECT, related_name="intervention"
    )
    language = models.CharField(_("language you write in"), max_length=8, default="en")
    title = models.CharField(_("title"), max_length=200)
    about = models.TextField(_("what it is about"), max_length=4_000, blank=True)
    # The same in other languages than `language`.
    titles = NamesField(_("title in other languages"), blank=True)
    abouts = NamesField(_("what it is about, in other languages"), long=True, blank=True)
    for_whom = models.CharField(_("for whom"), max_length=400, blank=True)
    level = models.ForeignKey(
        Level,
        verbose_name=_("level"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="interventions",
    )
    # Planned; the days on which it began and ended are in its history.
    starts_on = models.DateField(_("starts on"), null=True, blank=True)
    ends_on = models.DateField(_("ends on"), null=True, blank=True)
    began_on = models.DateField(_("began on"), null=True, blank=True)
    ended_on = models.DateField(_("ended on"), null=True, blank=True)
    # The wider one of which it is a part, and the one of which it asks to be.
    whole = models.ForeignKey(
        "self",
        verbose_name=_("part of"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="national_parts",
    )
    asks_whole = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.SET_NULL, related_name="asked_by"
    )

    # What it comes from.
    conclusion = models.ForeignKey(
        Conclusion,
        verbose_name=_("decision it comes from"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="interventions",
    )
    proposals = models.ManyToManyField(
        Statement,
        verbose_name=_("proposals it takes up"),
        blank=True,
        related_name="interventions",
    )
    # Where it was decided, if not in a consultation here.
    source = models.CharField(_("source"), max_length=300, blank=True)
    source_url = models.URLField(_("address of the source"), max_length=500, blank=True)

    # What it answers.
    places = models.ManyToManyField(
        Place, verbose_name=_("places"), blank=True, related_name="interventions"
    )
    themes = models.ManyToManyField(
        Theme, verbose_name=_("themes"), blank=True, related_name="interventions"
    )
    challenges = models.ManyToManyField(
        Challenge, verbose_name=_("challenges"), blank=True, related_name="interventions"
    )
    priorities = models.ManyToManyField(
        CommonPriority,
        verbose_name=_("common priorities"),
        blank=True,
        related_name="interventions",
    )
    # Goals and targets of the 2030 Agenda by their numbers: "8", "8.5" (`analysis.sdg`).
    sdgs = models.JSONField(_("SDG goals and targets"), default=list, blank=True)
    provisions = models.ManyToManyField(
        Provision, through="Uptake", blank=True, related_name="interventions"
    )
    # The cooperation framework of the United Nations in its country, or another plan.
    in_line_with = models.CharField(
        _("UN country framework or national plan it is in line with"), max_length=300, blank=True
    )
    in_line_with_url = models.URLField(_("address of that plan"), max_length=500, blank=True)
    external_records = models.ManyToManyField(
        ExternalRecord,
        verbose_name=_("submissions and plans it is in line with"),
        blank=True,
        related_name="interventions",
    )

    changed_at = models.DateTimeField(default=timezone.now)  # its words, not its state
    published_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    is_example = models.BooleanField(default=False)

    objects = InterventionQuerySet.as_manager()
    VERBS = VERBS

    class Meta:
        verbose_name = _("key intervention")
        verbose_name_plural = _("key interventions")
        ordering = ["-published_at", "-pk"]
        indexes = [
            models.Index(fields=["is_public", "-published_at", "-id"]),
            models.Index(fields=["is_public", "state", "title", "id"]),
            models.Index(
                fields=["conclusion"],
                condition=Q(conclusion__isnull=False),
                name="opened_by_decision",
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(starts_on=None) | Q(ends_on=None) | Q(ends_on__gte=F("starts_on")),
                name="an_intervention_ends_after_it_begins",
            ),
            models.CheckConstraint(
                condition=Q(began_on=None) | Q(ended_on=None) | Q(ended_on__gte=F("began_on")),
                name="an_intervention_ended_after_it_began",
            ),
            models.CheckConstraint(
                condition=Q(state=State.DRAFT) | Q(published_at__isnull=False),
                name="a_public_intervention_has_its_day",
            ),
            models.CheckConstraint(
                condition=Q(state__in=[State.CLOSED, State.CANCELLED], closed_at__isnull=False)
                | (~Q(state__in=[State.CLOSED, State.CANCELLED]) & Q(closed_at=None)),
                name="an_ended_intervention_has_its_day",
            ),
            models.CheckConstraint(
                condition=Q(whole=None) | ~Q(whole=F("pk")), name="no_intervention_is_its_own_part"
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("interventions:intervention", args=[self.reference])

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        """A draft that is removed takes its results framework with it."""
        gone = super().delete(*args, **kwargs)
        self.framework.delete()
        return gone

    @property
    def name(self) -> Name:
        """Its title in the reader's language where it is given, else as it was written."""
        return in_language({self.language: self.title, **self.titles})

    @property
    def about_text(self) -> Name:
        return in_language({self.language: self.about, **self.abouts})

    @property
    def is_refused(self) -> bool:
        """Asked by its results framework, of which the partner that shall lead reports."""
        return Intervention.objects.refused().filter(pk=self.pk).exists()

    @property
    def is_editable(self) -> bool:
        """May what it shall change be said otherwise? Asked by its results framework."""
        return self.state in PLANNED

    def above_results(self) -> Iterable[Knot]:
        """The thread above its figures; see `results.owners.Owner`."""
        return [*thread.above(self), thread.knot(self, "above")]


class InterventionMove(Move):
    record = models.ForeignKey(Intervention, on_delete=models.CASCADE, related_name="moves")


class Uptake(models.Model):
    """An intervention delivers on a provision of an instrument or declaration."""

    intervention = models.ForeignKey(Intervention, on_delete=models.CASCADE, related_name="uptakes")
    provision = models.ForeignKey(Provision, on_delete=models.PROTECT, related_name="uptakes")
    how = models.CharField(_("how"), max_length=300, blank=True)

    class Meta:
        ordering = ["provision__instrument", "provision__position"]
        constraints = [
            models.UniqueConstraint(
                fields=["intervention", "provision"], name="a_provision_once_an_intervention"
            )
        ]

    def __str__(self) -> str:
        return f"{self.intervention_id} on {self.provision_id}"


class Change(models.Model):
    """What was said otherwise of an intervention after it was announced: field by field, as it was
    and as it became, for everybody to read."""

    intervention = models.ForeignKey(Intervention, on_delete=models.CASCADE, related_name="changes")
    at = models.DateTimeField(default=timezone.now)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    field = models.CharField(max_length=40)
    before = models.TextField(blank=True)
    after = models.TextField(blank=True)
    why = models.CharField(_("why"), max_length=400, blank=True)

    class Meta:
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"{self.field} {self.at:%Y-%m-%d}"

    @property
    def label(self) -> str:
        return str(Intervention._meta.get_field(self.field).verbose_name)
