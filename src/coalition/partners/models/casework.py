"""What officers keep beside a request: notes, likely duplicates, views of the board."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from coalition.base.reference import Source
from coalition.partners.models.partner import Partner
from coalition.partners.models.requests import AccessionRequest


class CaseNote(models.Model):
    """A private note of an officer on a request; the applicant never sees it."""

    request = models.ForeignKey(AccessionRequest, on_delete=models.CASCADE, related_name="notes")
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    at = models.DateTimeField(default=timezone.now)
    text = models.TextField(_("note"))

    class Meta:
        verbose_name = _("note on a request")
        ordering = ["at", "pk"]

    def __str__(self) -> str:
        return f"#{self.pk}"


class LookupKey(models.Model):
    """A key under which an organisation is found again: the domain of its web site or of its
    contact, or a key of one of its names. Who shares a key is compared as a likely duplicate."""

    request = models.ForeignKey(
        AccessionRequest, null=True, blank=True, on_delete=models.CASCADE, related_name="keys"
    )
    partner = models.ForeignKey(
        Partner, null=True, blank=True, on_delete=models.CASCADE, related_name="keys"
    )
    key = models.CharField(max_length=120, db_index=True)

    class Meta:
        verbose_name = _("lookup key")
        constraints = [
            models.CheckConstraint(
                condition=Q(request=None, partner__isnull=False)
                | Q(request__isnull=False, partner=None),
                name="a_lookup_key_has_one_owner",
            ),
            models.UniqueConstraint(
                fields=["request", "key"], condition=Q(partner=None), name="one_key_a_request"
            ),
            models.UniqueConstraint(
                fields=["partner", "key"], condition=Q(request=None), name="one_key_a_partner"
            ),
        ]

    def __str__(self) -> str:
        return self.key


class DuplicateQuerySet(models.QuerySet["Duplicate"]):
    def undecided(self) -> DuplicateQuerySet:
        return self.filter(dismissed_at=None)

    def of(self, case: AccessionRequest) -> DuplicateQuerySet:
        """Those that name the request, on either side."""
        return self.filter(Q(request=case) | Q(other_request=case))


class Duplicate(models.Model):
    """A likeness that the platform found between a request and another request, or a partner.
    An officer merges the two or says that they are not the same."""

    request = models.ForeignKey(
        AccessionRequest, on_delete=models.CASCADE, related_name="duplicates"
    )
    # The older of two requests stands here.
    other_request = models.ForeignKey(
        AccessionRequest, null=True, blank=True, on_delete=models.CASCADE, related_name="likenesses"
    )
    other_partner = models.ForeignKey(
        Partner, null=True, blank=True, on_delete=models.CASCADE, related_name="likenesses"
    )
    score = models.PositiveSmallIntegerField(_("likeness in percent"))
    # Sentences marked for translation, each with the words it rests on.
    why = models.JSONField(default=list)
    # A digest of the names and addresses compared: an answer holds while it stays the same.
    compared = models.CharField(max_length=64)
    found_at = models.DateTimeField(default=timezone.now)
    dismissed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    dismissed_at = models.DateTimeField(null=True, blank=True)

    objects = DuplicateQuerySet.as_manager()

    class Meta:
        verbose_name = _("likely duplicate")
        ordering = ["-score", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(other_request=None, other_partner__isnull=False)
                | Q(other_request__isnull=False, other_partner=None),
                name="a_duplicate_has_one_other_side",
            ),
            models.CheckConstraint(
                condition=Q(dismissed_by=None) | Q(dismissed_at__isnull=False),
                name="a_dismissal_has_a_time",
            ),
            models.UniqueConstraint(
                fields=["request", "other_request"], name="one_likeness_of_two_requests"
            ),
            models.UniqueConstraint(
                fields=["request", "other_partner"], name="one_likeness_to_a_partner"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.score} %"


class ServiceTarget(models.Model):
    """In how many days what waits at a stage shall move on; from the coalition file."""

    stage = models.CharField(max_length=30, unique=True)
    days = models.PositiveSmallIntegerField(_("days"))
    source = models.ForeignKey(Source, null=True, on_delete=models.PROTECT, related_name="+")
    loaded = models.JSONField(default=dict, editable=False)

    class Meta:
        verbose_name = _("service target")
        ordering = ["stage"]

    def __str__(self) -> str:
        return f"{self.stage}: {self.days}"


class BoardMark(models.Model):
    """Who looks after something on the board that is no request, and until when it is put off.
    A request holds both itself."""

    kind = models.CharField(max_length=20)
    number = models.PositiveBigIntegerField()
    assigned_to = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    snoozed_until = models.DateField(null=True, blank=True)

    class Meta:
        verbose_name = _("mark on the board")
        constraints = [
            models.UniqueConstraint(fields=["kind", "number"], name="one_mark_on_the_board")
        ]

    def __str__(self) -> str:
        return f"{self.kind}:{self.number}"


class SavedView(models.Model):
    """Filters of the board under a name: an officer's own, or shared with all officers."""

    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="saved_views"
    )
    name = models.CharField(_("name"), max_length=80)
    query = models.CharField(max_length=500, blank=True)
    is_shared = models.BooleanField(_("shown to all officers"), default=False)

    class Meta:
        verbose_name = _("saved view")
        ordering = ["name", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["owner", "name"], name="one_view_a_name_and_officer")
        ]

    def __str__(self) -> str:
        return self.name
