"""Records of registers that are not ours, such as national climate submissions.

They can be cited, linked and searched. They are never counted as our commitments, and belong to
no partner.
"""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from coalition.base.fields import NamesField
from coalition.base.names import Name, in_language
from coalition.base.reference import Source
from coalition.instruments.models.consent import Party


class Register(models.Model):
    """A register that somebody else keeps."""

    code = models.SlugField(max_length=40, unique=True)
    names = NamesField(_("name"))
    about = NamesField(_("what stands in it"), long=True, blank=True)
    url = models.URLField(max_length=500, blank=True)  # where it is kept
    source = models.ForeignKey(Source, on_delete=models.PROTECT, related_name="+")
    as_of = models.DateField(_("as it stood on"), null=True, blank=True)
    taken_in_at = models.DateTimeField(null=True, blank=True)  # the last time that it was
    is_example = models.BooleanField(default=False)

    class Meta:
        verbose_name = _("register of others")
        verbose_name_plural = _("registers of others")
        ordering = ["code"]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("instruments:register", args=[self.code])

    @property
    def name(self) -> Name:
        return in_language(self.names)

    @property
    def about_text(self) -> Name:
        return in_language(self.about)


class ExternalKind(models.TextChoices):
    SUBMISSION = "submission", _("Submission")
    ADDENDUM = "addendum", _("Addendum")
    TRANSLATION = "translation", _("Translation")


class Because(models.TextChoices):
    """Why a document is held to belong to a submission, or to none so far: the rules of
    `external.attaching`, which says what each rests on."""

    VERSION_AND_DAY = "version_and_day", _("It has the same version and the same day.")
    VERSION = "version", _("It has the version of this submission alone.")
    LANGUAGE = "language", _("Of several of its version, it is in the language of this one.")
    TITLE = "title", _("Its title names this submission.")
    MONTH = "month", _("Its file was put into the register in the month of this submission.")
    BY_HAND = "by_hand", _("The secretariat looked it up.")
    # And of those that belong to none so far:
    SEVERAL = "several", _("Several submissions have its version.")
    NONE = "none", _("No submission has its version and its time.")
    SAME_FILE = "same_file", _("Its file is also the file of a submission.")
    TITLE_ELSEWHERE = "title_elsewhere", _("Its title names another submission than its version.")


class ExternalRecord(models.Model):
    """One document in a register of others, as the register tells of it; its text is not held."""

    register = models.ForeignKey(Register, on_delete=models.PROTECT, related_name="records")
    # What names it in its register from one import to the next.
    key = models.CharField(max_length=100)
    kind = models.CharField(_("kind"), max_length=12, choices=ExternalKind.choices)
    party = models.ForeignKey(
        Party, null=True, blank=True, on_delete=models.PROTECT, related_name="external_records"
    )
    party_code = models.CharField(
        _("code of the party"), max_length=12, blank=True
    )  # both as the register writes them
    party_name = models.CharField(_("party"), max_length=200)
    title = models.CharField(_("title"), max_length=400)
    title_language = models.CharField(max_length=8, default="en")
    language = models.CharField(max_length=35, blank=True)  # of the document, a BCP 47 tag
    language_name = models.CharField(
        _("language"), max_length=60, blank=True
    )  # as the register writes it
    version = models.CharField(_("version"), max_length=40, blank=True)
    status = models.CharField(_("status"), max_length=40, blank=True)  # the register's own word
    submitted_on = models.DateField(_("submitted on"), null=True, blank=True)
    url = models.URLField(_("address"), max_length=1000, blank=True)
    file_name = models.CharField(_("file"), max_length=300, blank=True)
    # The submission that an addendum or a translation belongs to, and how that is known.
    belongs_to = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="attached"
    )
    belongs_because = models.CharField(max_length=20, choices=Because.choices, blank=True)
    # A person said so, or that it belongs to none; the importer then leaves it as it is.
    attached_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    attached_at = models.DateTimeField(null=True, blank=True)
    taken_in_at = models.DateTimeField(default=timezone.now)
    changed_at = models.DateTimeField(default=timezone.now)
    # Since when the register does not have it any more; what points to it still finds it.
    gone_at = models.DateTimeField(null=True, blank=True)
    is_example = models.BooleanField(default=False)

    class Meta:
        verbose_name = _("external record")
        verbose_name_plural = _("external records")
        ordering = ["register", "party_name", "-submitted_on", "pk"]
        indexes = [models.Index(fields=["register", "party_name"])]
        constraints = [
            models.UniqueConstraint(fields=["register", "key"], name="an_external_record_once"),
            models.CheckConstraint(
                condition=Q(belongs_to=None) | ~Q(kind="submission"),
                name="a_submission_belongs_to_none",
            ),
            models.CheckConstraint(
                condition=Q(attached_by=None, attached_at=None)
                | Q(attached_by__isnull=False, attached_at__isnull=False),
                name="attached_by_somebody_at_some_time",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("instruments:external_record", args=[self.register.code, self.pk])

    @property
    def name(self) -> Name:
        """The title with its language."""
        return Name(self.title, self.title_language)

    @property
    def party_shown(self) -> Name:
        """Whose it is: the party in the reader's language, else the name in the register."""
        return self.party.name if self.party else Name(self.party_name, "")
