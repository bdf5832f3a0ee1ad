"""Lists of sanctions as they were read in, who stood on them, and who of ours was found there.

What is on a list are personal data of a public source; only officers see them here.
"""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from coalition.base.states import Move
from coalition.partners.models.partner import Partner
from coalition.partners.models.requests import AccessionRequest
from coalition.partners.states import MATCH_VERBS, MatchState


class ListCode(models.TextChoices):
    UN_SECURITY_COUNCIL = "un-sc", _("Consolidated list of the UN Security Council")


class SanctionsListQuerySet(models.QuerySet["SanctionsList"]):
    def current(self) -> SanctionsListQuerySet:
        """What was imported last, one of each list."""
        last = self.model.objects.values("code").annotate(last=models.Max("pk")).values("last")
        return self.filter(pk__in=last)


class SanctionsList(models.Model):
    """One import of a list: which, of what date, and what it changed."""

    code = models.CharField(_("list"), max_length=20, choices=ListCode.choices)
    generated_at = models.DateTimeField(_("made by its publisher at"))
    # The day as the publisher's clock had it: the date by which the list is cited.
    date_generated = models.DateField(_("date of the list"))
    imported_at = models.DateTimeField(default=timezone.now)
    imported_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    digest = models.CharField(max_length=64)
    individuals = models.PositiveIntegerField(default=0)
    entities = models.PositiveIntegerField(default=0)
    listed = models.PositiveIntegerField(_("names"), default=0)
    made = models.PositiveIntegerField(_("new entries"), default=0)
    changed = models.PositiveIntegerField(_("changed entries"), default=0)
    retired = models.PositiveIntegerField(_("entries no longer listed"), default=0)

    objects = SanctionsListQuerySet.as_manager()

    class Meta:
        verbose_name = _("imported list")
        ordering = ["-pk"]
        indexes = [models.Index(fields=["code", "-id"])]

    def __str__(self) -> str:
        return f"{self.code} {self.date_generated}"


class EntryKind(models.TextChoices):
    INDIVIDUAL = "individual", _("Person")
    ENTITY = "entity", _("Organisation")


class ListEntryQuerySet(models.QuerySet["ListEntry"]):
    def listed(self) -> ListEntryQuerySet:
        return self.filter(delisted_at=None)


class ListEntry(models.Model):
    """A person or an organisation on a list, as the list itself writes it."""

    code = models.CharField(max_length=20, choices=ListCode.choices)
    # The publisher's own number, which stays while names and references change.
    dataid = models.CharField(max_length=40)
    kind = models.CharField(max_length=10, choices=EntryKind.choices)
    reference = models.CharField(max_length=40)
    list_type = models.CharField(max_length=60, blank=True)
    listed_on = models.DateField(null=True, blank=True)
    nationalities = models.CharField(max_length=500, blank=True)
    birth_dates = models.CharField(max_length=500, blank=True)
    designations = models.TextField(blank=True)
    comments = models.TextField(blank=True)
    # Of all that is said of the entry: another digest is a changed entry.
    digest = models.CharField(max_length=64)
    delisted_at = models.DateTimeField(null=True, blank=True)

    objects = ListEntryQuerySet.as_manager()

    class Meta:
        verbose_name = _("entry of a list")
        ordering = ["reference", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["code", "dataid"], name="one_entry_a_number_of_a_list")
        ]

    def __str__(self) -> str:
        return self.reference


class ListedAs(models.TextChoices):
    PRIMARY = "primary", _("main name")
    GOOD = "good", _("good alias")
    LOW = "low", _("weak alias")
    ALIAS = "alias", _("alias")
    FORMER = "former", pgettext_lazy("name on a list", "former name")
    ORIGINAL = "original", _("in its own script")


class ListName(models.Model):
    entry = models.ForeignKey(ListEntry, on_delete=models.CASCADE, related_name="names")
    kind = models.CharField(max_length=10, choices=ListedAs.choices)
    name = models.CharField(max_length=500)

    class Meta:
        verbose_name = _("name on a list")
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.name


class ScreenedKind(models.TextChoices):
    """What a name is to the organisation that bears it or to which its bearer belongs."""

    ORGANISATION = "name", pgettext_lazy("name of an organisation", "name")
    ALIAS = "alias", _("also known as")
    FORMER = "former", _("former name")
    ACRONYM = "acronym", _("short form")
    OFFICER = "officer", _("person in charge")
    FOCAL_POINT = "focal_point", _("focal point")


OF_ONE = Q(request=None, partner__isnull=False) | Q(request__isnull=False, partner=None)


class Screening(models.Model):
    """That the names of an organisation were held against a list, when, and by whom."""

    request = models.ForeignKey(
        AccessionRequest,
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="screenings",
    )
    partner = models.ForeignKey(
        Partner, null=True, blank=True, on_delete=models.CASCADE, related_name="screenings"
    )
    at = models.DateTimeField(default=timezone.now)
    # Nobody: the platform itself, after an import.
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    list = models.ForeignKey(SanctionsList, on_delete=models.PROTECT, related_name="+")
    # Of the names as they stood: with other names it must be screened again.
    names_digest = models.CharField(max_length=64)
    count = models.PositiveIntegerField(_("names screened"))

    class Meta:
        verbose_name = _("screening")
        ordering = ["-pk"]
        indexes = [models.Index(fields=["request", "-id"]), models.Index(fields=["partner", "-id"])]
        constraints = [models.CheckConstraint(condition=OF_ONE, name="a_screening_has_one_owner")]


class MatchQuerySet(models.QuerySet["Match"]):
    def of(self, owner: Any) -> MatchQuerySet:
        """Those of a request or of a partner; a partner's include those of its request."""
        if isinstance(owner, Partner):
            return self.filter(Q(partner=owner) | Q(request__partner=owner))
        return self.filter(request=owner)

    def blocking(self) -> MatchQuerySet:
        """Undecided or confirmed, with an entry that is still listed."""
        return self.filter(
            state__in=(MatchState.OPEN, MatchState.CONFIRMED), entry__delisted_at=None
        )


class Match(models.Model):
    """A name of ours that is like a name on a list. A person decides whether it is the same, and
    is not asked again until the entry changes."""

    request = models.ForeignKey(
        AccessionRequest, null=True, blank=True, on_delete=models.CASCADE, related_name="matches"
    )
    partner = models.ForeignKey(
        Partner, null=True, blank=True, on_delete=models.CASCADE, related_name="matches"
    )
    state = models.CharField(
        max_length=10, choices=MatchState.choices, default=MatchState.OPEN, db_index=True
    )
    kind = models.CharField(max_length=12, choices=ScreenedKind.choices)
    name = models.CharField(_("name"), max_length=300)
    # The name as it is compared, so that capitals and accents do not ask again.
    key = models.CharField(max_length=300)
    entry = models.ForeignKey(ListEntry, on_delete=models.PROTECT, related_name="matches")
    entry_digest = models.CharField(max_length=64)
    listed_name = models.CharField(_("name on the list"), max_length=500)
    score = models.DecimalField(max_digits=4, decimal_places=3)
    # Marked sentences and what fills them, as `analysis.naming.Reason` has them.
    reasons = models.JSONField(default=list)
    list_date = models.DateField()
    found_at = models.DateTimeField(default=timezone.now)

    objects = MatchQuerySet.as_manager()
    VERBS = MATCH_VERBS

    class Meta:
        verbose_name = _("match on a list")
        verbose_name_plural = _("matches on lists")
        ordering = ["-score", "pk"]
        constraints = [
            models.CheckConstraint(condition=OF_ONE, name="a_match_has_one_owner"),
            models.UniqueConstraint(
                fields=["request", "key", "entry", "entry_digest"],
                condition=Q(partner=None),
                name="one_match_a_name_of_a_request",
            ),
            models.UniqueConstraint(
                fields=["partner", "key", "entry", "entry_digest"],
                condition=Q(request=None),
                name="one_match_a_name_of_a_partner",
            ),
        ]

    def __str__(self) -> str:
        return f"#{self.pk}"

    @property
    def owner(self) -> AccessionRequest | Partner:
        owner = self.partner or self.request
        assert owner is not None  # the table's own rule
        return owner


class MatchMove(Move):
    record = models.ForeignKey(Match, on_delete=models.CASCADE, related_name="moves")
