"""The bodies of a coalition, who sits in them, how they meet and what they decide.

Nothing is assumed that no source states: a body may have no known members and no quorum.
"""

from __future__ import annotations

from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core.files.storage import storages
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from coalition.base.fields import LANGUAGE_NAMES, NamesField
from coalition.base.names import Name, in_language
from coalition.base.reference import Entry, Source
from coalition.base.states import Move
from coalition.partners.models.partner import Partner
from coalition.partners.states import MEETING_VERBS, MeetingState


class BodyKind(models.TextChoices):
    FORUM = "forum", _("Forum")
    COORDINATING_GROUP = "coordinating_group", _("Coordinating group")
    SECRETARIAT = "secretariat", _("Secretariat")
    WORKING_GROUP = "working_group", _("Working group")


class Body(Entry):
    """A forum, a coordinating group, a secretariat, a working group."""

    kind = models.CharField(_("kind"), max_length=20, choices=BodyKind.choices)
    remit = NamesField(_("what it is for"), long=True, blank=True)
    meets = NamesField(_("how often it meets"), blank=True)
    # Who belongs to it, in the words of the source, and what the source leaves open.
    composition = NamesField(_("who belongs to it"), long=True, blank=True)
    known = NamesField(_("what is known and what is not"), long=True, blank=True)
    # A quorum is checked only where one is stated: so many seats, or so many of a hundred.
    quorum_seats = models.PositiveSmallIntegerField(
        _("quorum: number of seats"), null=True, blank=True
    )
    quorum_percent = models.PositiveSmallIntegerField(
        _("quorum: share of the seats, in per cent"), null=True, blank=True
    )
    is_example = models.BooleanField(default=False)

    class Meta(Entry.Meta):
        verbose_name = _("body")
        constraints = [
            models.CheckConstraint(
                condition=Q(quorum_seats=None) | Q(quorum_percent=None),
                name="a_quorum_is_a_number_or_a_share",
            ),
            models.CheckConstraint(
                condition=Q(quorum_percent=None) | Q(quorum_percent__range=(1, 100)),
                name="a_share_is_one_to_a_hundred_per_cent",
            ),
        ]

    @property
    def remit_text(self) -> Name:
        return in_language(self.remit)

    @property
    def meets_text(self) -> Name:
        return in_language(self.meets)

    @property
    def composition_text(self) -> Name:
        return in_language(self.composition)

    @property
    def known_text(self) -> Name:
        return in_language(self.known)

    def get_absolute_url(self) -> str:
        return reverse("partners:body", args=[self.code])


class SeatRole(models.TextChoices):
    CHAIR = "chair", _("Chair")
    MEMBER = "member", _("Member")
    OBSERVER = "observer", _("Observer")


class SeatQuerySet(models.QuerySet["Seat"]):
    def on(self, day: Any) -> SeatQuerySet:
        """Those that are held on this day. A seat without a first day was held all along."""
        began = Q(since=None) | Q(since__lte=day)
        return self.filter(began, Q(until=None) | Q(until__gt=day))

    def current(self) -> SeatQuerySet:
        return self.on(timezone.now().date())

    def deciding(self) -> SeatQuerySet:
        """Those that count for a quorum: chairs and members, not observers."""
        return self.exclude(role=SeatRole.OBSERVER)

    def held_by(self, person: Any) -> SeatQuerySet:
        """Those of the person, or of an organisation for which the person may act now."""
        if not person.is_authenticated or not person.is_active:
            return self.none()
        partners = Partner.objects.spoken_for_by(person, "edit")
        return self.filter(Q(person=person) | Q(partner__in=partners.values("pk")))


class Seat(models.Model):
    """A place in a body: of an organisation, of a person, or of an office that a source names."""

    body = models.ForeignKey(Body, on_delete=models.PROTECT, related_name="seats")
    partner = models.ForeignKey(
        Partner,
        verbose_name=_("partner"),
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="seats",
    )
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("person"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="seats",
    )
    office = NamesField(_("office"), blank=True)
    role = models.CharField(
        _("role"), max_length=10, choices=SeatRole.choices, default=SeatRole.MEMBER
    )
    since = models.DateField(_("from"), null=True, blank=True)
    until = models.DateField(_("until"), null=True, blank=True)
    source = models.ForeignKey(
        Source,
        verbose_name=_("source"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    # What the coalition file last said of it, and under which code; empty where made here.
    code = models.SlugField(max_length=60, blank=True)
    loaded = models.JSONField(default=dict, editable=False)

    objects = SeatQuerySet.as_manager()

    class Meta:
        verbose_name = _("seat")
        ordering = ["body", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(partner__isnull=False) | Q(person__isnull=False) | ~Q(office={}),
                name="a_seat_is_somebodys",
            ),
            models.CheckConstraint(
                condition=Q(until=None) | Q(since=None) | Q(until__gte=models.F("since")),
                name="a_seat_ends_after_it_began",
            ),
            models.UniqueConstraint(
                fields=["body", "code"], condition=~Q(code=""), name="one_seat_a_code"
            ),
        ]

    def __str__(self) -> str:
        return self.public_name

    @property
    def public_name(self) -> Name:
        """How everybody may read it: the organisation or the office, never a hidden person."""
        if self.partner:
            return Name(self.partner.name, self.partner.name_language)
        if self.office:
            return in_language(self.office)
        if self.person and self.person.shows_name and self.person.name:
            return Name(self.person.name, self.person.language)
        return Name(str(_("a person")), "")


class Meeting(models.Model):
    """A meeting of a body. The moment is kept in UTC; its zone says whose clock it goes by."""

    reference = models.CharField(max_length=20, unique=True)
    state = models.CharField(
        max_length=10, choices=MeetingState.choices, default=MeetingState.PLANNED
    )
    body = models.ForeignKey(Body, on_delete=models.PROTECT, related_name="meetings")
    title = models.CharField(_("title"), max_length=300)
    language = models.CharField(_("language"), max_length=8, default="en")
    starts_at = models.DateTimeField(_("begins"))
    ends_at = models.DateTimeField(_("ends"), null=True, blank=True)
    time_zone = models.CharField(_("time zone"), max_length=60, default="UTC")
    place = models.CharField(_("place"), max_length=300, blank=True)
    # For those who take part; a public link would bring uninvited guests.
    online_link = models.URLField(_("link to take part online"), max_length=500, blank=True)
    # Counts the changes, so that calendars take the newest (RFC 5545, SEQUENCE).
    revision = models.PositiveIntegerField(default=0)
    changed_at = models.DateTimeField(default=timezone.now)
    is_example = models.BooleanField(default=False)

    VERBS = MEETING_VERBS

    class Meta:
        verbose_name = _("meeting")
        ordering = ["-starts_at", "-pk"]
        indexes = [models.Index(fields=["body", "-starts_at"])]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_at=None) | Q(ends_at__gt=models.F("starts_at")),
                name="a_meeting_ends_after_it_began",
            )
        ]

    def __str__(self) -> str:
        return f"{self.reference} {self.title}"

    def get_absolute_url(self) -> str:
        return reverse("partners:meeting", args=[self.reference])

    @property
    def name(self) -> Name:
        return Name(self.title, self.language)

    @property
    def local_start(self) -> Any:
        """When it begins, by the clocks of its own zone."""
        return self.starts_at.astimezone(ZoneInfo(self.time_zone))

    @property
    def local_end(self) -> Any:
        return self.ends_at.astimezone(ZoneInfo(self.time_zone)) if self.ends_at else None


class MeetingMove(Move):
    record = models.ForeignKey(Meeting, on_delete=models.CASCADE, related_name="moves")


class AgendaItem(models.Model):
    """One point of a meeting's agenda."""

    meeting = models.ForeignKey(Meeting, on_delete=models.CASCADE, related_name="agenda")
    number = models.PositiveSmallIntegerField(_("number"))
    title = models.CharField(_("title"), max_length=300)
    words = models.TextField(_("what it is about"), blank=True)

    class Meta:
        verbose_name = _("item of the agenda")
        ordering = ["meeting", "number"]
        constraints = [
            models.UniqueConstraint(fields=["meeting", "number"], name="one_item_a_number")
        ]

    def __str__(self) -> str:
        return f"{self.number}. {self.title}"


def private() -> Any:
    return storages["private"]


class Audience(models.TextChoices):
    PUBLIC = "public", _("for everyone")
    MEMBERS = "members", _("for those who sit in the body")


class PaperQuerySet(models.QuerySet["Paper"]):
    def visible_to(self, person: Any) -> PaperQuerySet:
        """Public ones; all for officers; those of their bodies for people with a seat."""
        if person.is_authenticated and person.is_officer:
            return self
        bodies = Seat.objects.current().held_by(person).values("body")
        return self.filter(Q(audience=Audience.PUBLIC) | Q(meeting__body__in=bodies))


class Paper(models.Model):
    """A document before a meeting, perhaps on one item of its agenda."""

    meeting = models.ForeignKey(Meeting, on_delete=models.CASCADE, related_name="papers")
    item = models.ForeignKey(
        AgendaItem, null=True, blank=True, on_delete=models.SET_NULL, related_name="papers"
    )
    title = models.CharField(_("title"), max_length=300)
    language = models.CharField(_("language"), max_length=8, default="en")
    audience = models.CharField(
        _("who may read it"), max_length=10, choices=Audience.choices, default=Audience.MEMBERS
    )
    file = models.FileField(_("file"), storage=private, upload_to="papers/%Y/", max_length=300)
    file_name = models.CharField(max_length=200)
    media_type = models.CharField(max_length=120)
    size = models.PositiveBigIntegerField(default=0)
    added_at = models.DateTimeField(default=timezone.now)

    objects = PaperQuerySet.as_manager()

    class Meta:
        verbose_name = _("paper")
        ordering = ["meeting", "item__number", "pk"]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("partners:paper", args=[self.meeting.reference, self.pk])


class Minutes(models.Model):
    """What a meeting's record says, in one language. Published, it never changes."""

    meeting = models.ForeignKey(Meeting, on_delete=models.CASCADE, related_name="minutes")
    language = models.CharField(_("language"), max_length=8, default="en")
    text = models.TextField(_("text"))
    published_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("minutes")
        ordering = ["meeting", "language"]
        constraints = [
            models.UniqueConstraint(fields=["meeting", "language"], name="one_record_a_language")
        ]

    def __str__(self) -> str:
        return f"{self.meeting_id} {self.language}"

    @property
    def language_name(self) -> str:
        return LANGUAGE_NAMES.get(self.language, self.language)


class Presence(models.TextChoices):
    PRESENT = "present", _("present")
    REPRESENTED = "represented", _("represented")
    ABSENT = "absent", _("absent")


class Attendance(models.Model):
    """Whether a seat was filled at a meeting."""

    meeting = models.ForeignKey(Meeting, on_delete=models.CASCADE, related_name="attendance")
    seat = models.ForeignKey(Seat, on_delete=models.CASCADE, related_name="attendance")
    presence = models.CharField(max_length=12, choices=Presence.choices)

    class Meta:
        verbose_name = _("attendance")
        ordering = ["meeting", "seat"]
        constraints = [
            models.UniqueConstraint(fields=["meeting", "seat"], name="a_seat_once_a_meeting")
        ]


class DecisionQuerySet(models.QuerySet["Decision"]):
    def published(self) -> DecisionQuerySet:
        return self.exclude(published_at=None)


class Decision(models.Model):
    """What a body decided at a meeting, with the dissent. Published, it never changes."""

    reference = models.CharField(max_length=20, unique=True)
    meeting = models.ForeignKey(Meeting, on_delete=models.PROTECT, related_name="decisions")
    item = models.ForeignKey(
        AgendaItem,
        verbose_name=_("item of the agenda"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="decisions",
    )
    text = models.TextField(_("decision"))
    language = models.CharField(_("language"), max_length=8, default="en")
    dissent = models.TextField(_("dissent"), blank=True)
    decided_at = models.DateTimeField(default=timezone.now)
    published_at = models.DateTimeField(null=True, blank=True)

    objects = DecisionQuerySet.as_manager()

    class Meta:
        verbose_name = _("decision")
        ordering = ["-pk"]

    def __str__(self) -> str:
        return self.reference

    def get_absolute_url(self) -> str:
        return f"{self.meeting.get_absolute_url()}#{self.reference}"


class Correction(models.Model):
    """A dated note on something published: what was wrong in it. The text itself stays."""

    minutes = models.ForeignKey(
        Minutes, null=True, blank=True, on_delete=models.PROTECT, related_name="corrections"
    )
    decision = models.ForeignKey(
        Decision, null=True, blank=True, on_delete=models.PROTECT, related_name="corrections"
    )
    text = models.TextField(_("correction"))
    language = models.CharField(_("language"), max_length=8, default="en")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("correction")
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(minutes=None, decision__isnull=False)
                | Q(minutes__isnull=False, decision=None),
                name="a_correction_is_of_one_text",
            )
        ]
