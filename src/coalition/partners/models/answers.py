"""What applicants are asked, by data from the coalition file, and what they answered."""

from __future__ import annotations

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from coalition.base.fields import NamesField
from coalition.base.names import Name, in_language
from coalition.base.reference import Entry
from coalition.mailroom.models import InboundMessage, private_storage
from coalition.partners.models.partner import NameKind
from coalition.partners.models.requests import AccessionRequest


class Section(models.TextChoices):
    """The screens on which questions stand, in this order."""

    IDENTITY = "identity", _("Who you are")
    GOVERNANCE = "governance", _("Who governs it")
    MEANS = "means", _("Means and ties")
    PURPOSE = "purpose", _("Why you wish to join")


class QuestionKind(models.TextChoices):
    LINE = "line", _("one line")
    TEXT = "text", _("a few sentences")
    CHOICE = "choice", _("one of several")
    YES_NO = "yes_no", _("yes or no")
    LINK = "link", _("a web address")
    NUMBER = "number", _("a whole number")
    NAMES = "names", _("names, one a line")


class Asked(Entry):
    """What some partner groups are asked for: a question, a document, a statement to confirm."""

    help = NamesField(_("help"), long=True)
    # Codes of the partner groups that are asked; none means all.
    groups = models.JSONField(_("partner groups"), default=list, blank=True)
    needed = models.BooleanField(_("needed for a decision"), default=True)

    class Meta(Entry.Meta):
        abstract = True

    def is_for(self, group: str) -> bool:
        """Is an applicant of the group with this code asked? Before it named one, for what all
        are asked."""
        return not self.groups or group in self.groups

    def called(self, language: str | None = None) -> Name:
        """The wording in a language, else in the reader's."""
        return in_language(self.names, language)

    def explained(self, language: str | None = None) -> Name:
        return in_language(self.help, language)


class Question(Asked):
    """A question to applicants. No coalition's official form: the secretariat may change it."""

    section = models.CharField(_("section"), max_length=20, choices=Section.choices)
    kind = models.CharField(_("kind"), max_length=10, choices=QuestionKind.choices)
    # Of a choice: what may be chosen, as a list of {"code": …, "names": {…}}.
    choices = models.JSONField(_("choices"), default=list, blank=True)
    # Of names: what they are; they are kept as known names and screened.
    name_kind = models.CharField(
        _("kind of name"), max_length=10, choices=NameKind.choices, blank=True
    )

    class Meta(Asked.Meta):
        verbose_name = _("question to applicants")

    def clean(self) -> None:
        """A question whose kind lacks what it needs could not be answered."""
        if self.kind == QuestionKind.CHOICE and not self.choices:
            raise ValidationError(
                {
                    "kind": _(
                        "What may be chosen stands in the coalition file: add the question there."
                    )
                }
            )
        if (self.kind == QuestionKind.NAMES) != bool(self.name_kind):
            raise ValidationError(
                {"name_kind": _("Names, and no other kind of question, need a kind of name.")}
            )

    def choice_names(self, language: str | None = None) -> dict[str, Name]:
        """What may be chosen, by code, in the order of the file."""
        return {one["code"]: in_language(one["names"], language) for one in self.choices}


class WantedDocument(Asked):
    """A document that applicants are asked for, or a reason why it is missing."""

    class Meta(Asked.Meta):
        verbose_name = _("wanted document")


class Eligibility(Asked):
    """A statement that an applicant confirms."""

    class Meta(Asked.Meta):
        verbose_name = _("statement of eligibility")


class CaseAnswer(models.Model):
    """What an applicant said to a question, or that it confirmed a statement.

    `text` is what was typed, chosen (a code) or, of a statement, the wording that was confirmed.
    Whole numbers stand in `number` too; a text without one was typed and is not understood yet.
    """

    request = models.ForeignKey(AccessionRequest, on_delete=models.CASCADE, related_name="answers")
    question = models.ForeignKey(
        Question, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    statement = models.ForeignKey(
        Eligibility, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    text = models.TextField(_("answer"), blank=True)
    number = models.BigIntegerField(null=True, blank=True)
    answered_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("answer of an applicant")
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(question=None, statement__isnull=False)
                | Q(question__isnull=False, statement=None),
                name="an_answer_is_to_one_thing",
            ),
            models.UniqueConstraint(
                fields=["request", "question"],
                condition=Q(statement=None),
                name="one_answer_a_question",
            ),
            models.UniqueConstraint(
                fields=["request", "statement"],
                condition=Q(question=None),
                name="one_answer_a_statement",
            ),
        ]

    def __str__(self) -> str:
        return f"#{self.pk}"


class CaseDocument(models.Model):
    """A file that belongs to a request, or the reason why a wanted document is missing."""

    request = models.ForeignKey(
        AccessionRequest, on_delete=models.CASCADE, related_name="documents"
    )
    # Nothing wanted: something else that the applicant thought useful.
    wanted = models.ForeignKey(
        WantedDocument, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    file = models.FileField(_("file"), storage=private_storage, upload_to="cases", blank=True)
    name = models.CharField(_("name of the file"), max_length=200, blank=True)
    media_type = models.CharField(max_length=100, blank=True)
    size = models.PositiveBigIntegerField(default=0)
    sha256 = models.CharField(max_length=64, blank=True)
    reason = models.TextField(_("why it is missing"), blank=True)
    added_at = models.DateTimeField(default=timezone.now)
    # The officer who took it over from a message; nobody, where the applicant added it.
    added_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    message = models.ForeignKey(
        InboundMessage, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )

    class Meta:
        verbose_name = _("document of a request")
        verbose_name_plural = _("documents of requests")
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=(~Q(file="") & Q(reason="")) | (Q(file="") & ~Q(reason="")),
                name="a_document_or_why_it_is_missing",
            ),
            # The same file twice is one document; of one wanted document, one reason.
            models.UniqueConstraint(
                fields=["request", "wanted", "sha256"], name="one_document_a_file"
            ),
        ]

    def __str__(self) -> str:
        return self.name or f"#{self.pk}"


class ConfirmKind(models.TextChoices):
    WITHDRAW = "withdraw", _("to withdraw the request")
    CONTACT = "contact", _("to name another focal point")


class ToConfirm(models.Model):
    """A step that somebody with the applicant's link asked for, and that counts only once the
    letter about it, sent to the focal point's address, was answered by its link."""

    request = models.ForeignKey(
        AccessionRequest, on_delete=models.CASCADE, related_name="to_confirm"
    )
    kind = models.CharField(max_length=10, choices=ConfirmKind.choices)
    reason = models.TextField(blank=True)
    contact_name = models.CharField(max_length=200, blank=True)
    contact_email = models.EmailField(max_length=254, blank=True)
    # Whom the letter went to: who is focal point by then may differ.
    sent_to = models.EmailField(max_length=254)
    asked_at = models.DateTimeField(default=timezone.now)
    used_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("step to be confirmed by letter")
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"#{self.pk}"
