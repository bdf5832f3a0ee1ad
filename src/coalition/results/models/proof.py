"""What proves a figure, what a reviewer finds, and what somebody disputes."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from coalition.base.states import Move
from coalition.mailroom.models import private_storage
from coalition.partners.models import Partner
from coalition.results.models.facts import Fact
from coalition.results.models.frameworks import Framework
from coalition.results.states import (
    ASSESSMENT_VERBS,
    DISPUTE_OPEN,
    DISPUTE_VERBS,
    AssessmentState,
    DisputeState,
)

# What makes two figures one and the same, so that what proved the one proves the other.
SAME = ("value", "denominator", "text", "unit_id", "basis", "not_known")


class EvidenceKind(models.TextChoices):
    FILE = "file", _("A file")
    LINK = "link", _("A link")
    QUOTE = "quote", _("A quotation")


class CheckedAs(models.TextChoices):
    """In whose name a second person looked at a proof."""

    ORGANISATION = "organisation", _("by a second person of the organisation")
    SECRETARIAT = "secretariat", _("by the secretariat")


class EvidenceQuerySet(models.QuerySet["Evidence"]):
    def held(self) -> EvidenceQuerySet:
        """All but what was taken back."""
        return self.filter(struck_at=None)

    def checked(self) -> EvidenceQuerySet:
        """What a second person looked at and found to prove the figure."""
        return self.held().filter(holds=True)

    def follow(self, pairs: Iterable[tuple[Fact, Fact]]) -> None:
        """Proofs go on to the figure that replaces theirs where it says the same; of each pair
        the second figure replaces the first. In a transaction that holds the first."""
        replaced_by = {
            old.pk: new.pk
            for old, new in pairs
            if all(getattr(old, name) == getattr(new, name) for name in SAME)
        }
        moved = list(self.held().filter(fact__in=replaced_by)) if replaced_by else []
        if not moved:
            return
        new = self.held().filter(fact__in=replaced_by.values()).exclude(sha256="")
        files = set(new.values_list("fact", "sha256"))
        for one in moved:
            fact = replaced_by[one.fact_id]
            if (fact, one.sha256) not in files:
                self.filter(pk=one.pk).update(fact=fact)

    def visible_to(self, person: Any) -> EvidenceQuerySet:
        """That of figures the person may see. What proves a hidden figure would say what was
        withheld, and what was taken back had its reason: only who works with it sees either."""
        own = Q(pk__in=[])
        if person.is_authenticated:
            partners = Partner.objects.spoken_for_by(person)
            own = Q(fact__partner__in=partners)
            own |= Q(fact__indicator__framework__reporter__in=partners)
            if person.is_officer:
                sent_in = ["submitted", "change_requested", "published", "superseded"]
                own |= Q(fact__report__state__in=sent_in)
                own |= Q(fact__report=None, fact__indicator__framework__is_handed_in=True)
                own |= Q(fact__report=None, fact__indicator__framework__is_public=True)
        public = Q(
            fact__state__in=["published", "superseded"],
            fact__hidden="",
            fact__indicator__framework__is_public=True,
            struck_at=None,
        )
        return self.filter(public | own)


class Evidence(models.Model):
    """What proves a figure: a file, a link, or a quotation with its place in the source."""

    fact = models.ForeignKey(Fact, on_delete=models.CASCADE, related_name="evidence")
    kind = models.CharField(_("kind"), max_length=10, choices=EvidenceKind.choices)
    title = models.CharField(_("title"), max_length=200)
    language = models.CharField(max_length=8, default="en")
    url = models.URLField(_("address"), max_length=500, blank=True)
    quote = models.TextField(_("quotation"), max_length=2000, blank=True)
    where = models.CharField(_("place in the source"), max_length=200, blank=True)
    file = models.FileField(storage=private_storage, upload_to="evidence", blank=True)
    file_name = models.CharField(max_length=200, blank=True)
    media_type = models.CharField(max_length=100, blank=True)
    size = models.PositiveBigIntegerField(default=0)
    sha256 = models.CharField(max_length=64, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    # A second person looked at it: does it prove the figure?
    checked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    checked_at = models.DateTimeField(null=True, blank=True)
    checked_as = models.CharField(max_length=12, choices=CheckedAs.choices, blank=True)
    holds = models.BooleanField(null=True, blank=True)
    check_note = models.CharField(_("what was found"), max_length=500, blank=True)
    struck_at = models.DateTimeField(null=True, blank=True)
    struck_why = models.CharField(max_length=300, blank=True)

    objects = EvidenceQuerySet.as_manager()

    class Meta:
        verbose_name = _("evidence")
        ordering = ["pk"]
        indexes = [
            models.Index(
                fields=["fact"], condition=Q(holds=True, struck_at=None), name="proofs_that_hold"
            )
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(checked_by=None, checked_at=None, holds=None)
                | Q(checked_by__isnull=False, checked_at__isnull=False, holds__isnull=False),
                name="a_check_has_who_when_and_what",
            ),
            models.UniqueConstraint(
                fields=["fact", "sha256"],
                condition=~Q(sha256="") & Q(struck_at=None),
                name="a_file_proves_a_figure_once",
            ),
            models.CheckConstraint(
                condition=Q(checked_by=None) | ~Q(checked_by=F("by")),
                name="nobody_checks_their_own_evidence",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def host(self) -> str:
        """Where its link leads, in the letters of addresses: none passes for another."""
        name = urlsplit(self.url).hostname or ""
        try:
            return name.encode("idna").decode("ascii")
        except UnicodeError:
            return name


class Potential(models.TextChoices):
    """What it could change, by the codes of the Open Government Partnership's reviewers."""

    UNCLEAR = "unclear", _("Unclear")
    MODEST = "modest", _("Modest")
    SUBSTANTIAL = "substantial", _("Substantial")


class Completion(models.TextChoices):
    """How much of it was done, by the codes of the Open Government Partnership's reviewers."""

    NO_EVIDENCE = "no_evidence", _("No evidence available")
    NOT_STARTED = "not_started", _("Not started")
    LIMITED = "limited", _("Limited")
    SUBSTANTIAL = "substantial", _("Substantial")
    COMPLETE = "complete", _("Complete")


class AssessmentQuerySet(models.QuerySet["Assessment"]):
    def visible_to(self, person: Any) -> AssessmentQuerySet:
        """Published ones for all; before that for its reviewer, and once it was sent for the
        organisation and for officers."""
        seen = Q(state=AssessmentState.PUBLISHED, framework__is_public=True)
        if person.is_authenticated:
            sent = ~Q(state__in=[AssessmentState.DRAFT, AssessmentState.DISCARDED])
            seen |= Q(reviewer=person)
            seen |= sent & Q(framework__reporter__in=Partner.objects.spoken_for_by(person))
            if person.is_officer:
                seen |= sent
        return self.filter(seen)


class Assessment(models.Model):
    """What an independent reviewer finds of a framework's owner. What is not verifiable is not
    assessed further. Of early results no scale is known, so they are described in words."""

    reference = models.CharField(max_length=20, unique=True)  # ASM-2026-0042
    framework = models.ForeignKey(Framework, on_delete=models.CASCADE, related_name="assessments")
    reviewer = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="assessments"
    )
    state = models.CharField(
        max_length=20, choices=AssessmentState.choices, default=AssessmentState.DRAFT
    )
    language = models.CharField(max_length=8, default="en")
    verifiable = models.BooleanField(_("can it be verified?"), null=True, blank=True)
    potential = models.CharField(
        _("potential for results"), max_length=12, choices=Potential.choices, blank=True
    )
    completion = models.CharField(
        _("completion"), max_length=12, choices=Completion.choices, blank=True
    )
    early_results = models.TextField(_("early results"), max_length=3000, blank=True)
    words = models.TextField(_("what the reviewer found"), max_length=5000, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)
    reply_due_on = models.DateField(null=True, blank=True)
    reply = models.TextField(_("reply"), max_length=5000, blank=True)
    reply_language = models.CharField(max_length=8, default="en")
    replied_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    replied_at = models.DateTimeField(null=True, blank=True)
    changed_at = models.DateTimeField(default=timezone.now)
    published_at = models.DateTimeField(null=True, blank=True)
    is_example = models.BooleanField(default=False)

    objects = AssessmentQuerySet.as_manager()
    VERBS = ASSESSMENT_VERBS

    class Meta:
        verbose_name = _("assessment")
        ordering = ["-published_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(state=AssessmentState.PUBLISHED) | Q(published_at__isnull=False),
                name="a_published_assessment_has_its_time",
            ),
            models.CheckConstraint(
                condition=Q(replied_by=None, replied_at=None)
                | Q(replied_by__isnull=False, replied_at__isnull=False),
                name="a_reply_to_a_review_has_who_and_when",
            ),
        ]

    def __str__(self) -> str:
        return self.reference

    def get_absolute_url(self) -> str:
        return reverse("results:assessment", args=[self.reference])


class AssessmentMove(Move):
    record = models.ForeignKey(Assessment, on_delete=models.CASCADE, related_name="moves")


class DisputeQuerySet(models.QuerySet["Dispute"]):
    def standing(self) -> DisputeQuerySet:
        """Those that mark their figure: admitted, and not resolved yet."""
        return self.filter(state=DisputeState.ADMITTED)

    def open(self) -> DisputeQuerySet:
        """Those of which the last word is not spoken."""
        return self.filter(state__in=DISPUTE_OPEN)

    def follow(self, pairs: Iterable[tuple[Fact, Fact]]) -> None:
        """Open disputes go on to the figure that replaces theirs, and its mark with them; of
        each pair the second figure replaces the first. In a transaction that holds the first."""
        replaced_by = {old.pk: new for old, new in pairs}
        moved = list(self.open().filter(fact__in=replaced_by).select_for_update(no_key=True))
        for one in moved:
            self.filter(pk=one.pk).update(fact=replaced_by[one.fact_id])
        marked = [replaced_by[one.fact_id] for one in moved if one.state == DisputeState.ADMITTED]
        for fact in marked:
            fact.is_disputed = True
        Fact.objects.filter(pk__in=[one.pk for one in marked]).update(is_disputed=True)
        if moved:
            old = [one.fact_id for one in moved]
            Fact.objects.filter(pk__in=old, is_disputed=True).update(is_disputed=False)

    def visible_to(self, person: Any) -> DisputeQuerySet:
        """Who works with them: officers from confirmation on, the organisation from admission on.
        What everybody reads of them stands beside the figure."""
        seen = Q(pk__in=[])
        if person.is_authenticated:
            of_own = Q(
                fact__indicator__framework__reporter__in=Partner.objects.spoken_for_by(person)
            )
            seen = of_own & Q(state__in=[DisputeState.ADMITTED, DisputeState.RESOLVED])
            if person.is_officer:
                seen |= ~Q(state=DisputeState.UNCONFIRMED)
        return self.filter(seen)

    def public(self) -> DisputeQuerySet:
        """Admitted ones and those resolved after it; who sent them is not told."""
        return self.filter(
            state__in=[DisputeState.ADMITTED, DisputeState.RESOLVED],
            fact__indicator__framework__is_public=True,
        )


class Outcome(models.TextChoices):
    CORRECTED = "corrected", _("The figure was corrected")
    UPHELD = "upheld", _("The figure stands")


class Dispute(models.Model):
    """Somebody with a confirmed address says that a public figure is wrong, and why."""

    reference = models.CharField(max_length=20, unique=True)  # DIS-2026-0042
    fact = models.ForeignKey(Fact, on_delete=models.CASCADE, related_name="disputes")
    state = models.CharField(
        max_length=20, choices=DisputeState.choices, default=DisputeState.UNCONFIRMED
    )
    reason = models.TextField(_("what is wrong with it, and how you know"), max_length=2000)
    language = models.CharField(max_length=8, default="en")
    email = models.EmailField(_("your e-mail address"), max_length=254, blank=True)
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    # Of the secret in the letter that confirms the address.
    token_digest = models.CharField(max_length=64, blank=True, db_index=True)
    at = models.DateTimeField(default=timezone.now)
    received_at = models.DateTimeField(null=True, blank=True)
    # By when an officer decides (a term of the coalition).
    due_on = models.DateField(null=True, blank=True)
    # The officer's words on admitting, refusing or resolving stand in the moves.
    outcome = models.CharField(max_length=10, choices=Outcome.choices, blank=True)
    reply = models.TextField(_("reply"), max_length=2000, blank=True)
    reply_language = models.CharField(max_length=8, default="en")
    replied_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    replied_at = models.DateTimeField(null=True, blank=True)
    is_example = models.BooleanField(default=False)

    objects = DisputeQuerySet.as_manager()
    VERBS = DISPUTE_VERBS

    class Meta:
        verbose_name = _("dispute")
        ordering = ["pk"]
        indexes = [models.Index(fields=["state", "due_on"])]
        constraints = [
            models.CheckConstraint(
                condition=Q(replied_by=None, replied_at=None)
                | Q(replied_by__isnull=False, replied_at__isnull=False),
                name="a_reply_to_a_dispute_has_who_and_when",
            )
        ]

    def __str__(self) -> str:
        return self.reference

    def get_absolute_url(self) -> str:
        return reverse("results:dispute", args=[self.reference])


class DisputeMove(Move):
    record = models.ForeignKey(Dispute, on_delete=models.CASCADE, related_name="moves")
