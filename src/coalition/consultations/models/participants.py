"""Who answers a consultation: organisations by name, people behind a pseudonym."""

from __future__ import annotations

import secrets
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from coalition.consultations.models.process import Consultation
from coalition.consultations.states import Channel
from coalition.partners.models import Partner, PartnerGroup
from coalition.places.models import Place


def by_chance() -> int:
    """A number for a row. Numbers that count up would tell the order in which people answered, and
    with it, beside the times at which they signed in, who they are."""
    return secrets.randbits(63)


# Of a person nothing of this is kept.
OF_ORGANISATIONS: dict[str, Any] = dict.fromkeys(
    ("signed_at", "signed_by", "waits_since", "told_at")
)


class Batch(models.Model):
    """Answers that came on paper or from a workshop, in one file that an officer took in."""

    consultation = models.ForeignKey(Consultation, on_delete=models.CASCADE, related_name="batches")
    channel = models.CharField(max_length=10, choices=Channel.choices)
    # Where and when they were given, in the officer's words: “Workshop in Lima, 3 March”.
    occasion = models.CharField(_("where and when"), max_length=200)
    language = models.CharField(max_length=8, default="en")
    file_name = models.CharField(max_length=200)
    # SHA-256 of what the forms say, however the file was saved: the same is taken in once.
    digest = models.CharField(max_length=64)
    # The numbers of its forms, each once an occasion; which form says what is not kept.
    forms = models.JSONField(default=list)
    people = models.PositiveIntegerField(default=0)
    votes = models.PositiveIntegerField(default=0)
    at = models.DateTimeField(default=timezone.now)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        verbose_name = _("answers on paper")
        ordering = ["consultation", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["consultation", "digest"], name="a_file_of_answers_once"
            )
        ]

    def __str__(self) -> str:
        return self.occasion


class PaperFile(models.Model):
    """A file of such answers that an officer looks at before it is taken in. It is deleted then."""

    consultation = models.ForeignKey(
        Consultation, on_delete=models.CASCADE, related_name="paper_files"
    )
    channel = models.CharField(max_length=10, choices=Channel.choices)
    occasion = models.CharField(max_length=200)
    language = models.CharField(max_length=8)
    file_name = models.CharField(max_length=200)
    packed = models.BinaryField()  # its answers, see `papers.answers`
    at = models.DateTimeField(default=timezone.now)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")

    class Meta:
        verbose_name = _("file of answers on paper")
        ordering = ["consultation", "-pk"]

    def __str__(self) -> str:
        return self.file_name


class Participant(models.Model):
    """One voice in one consultation: an organisation, or a person.

    A person's row names nobody. It is found again by a pseudonym that is worked out from the person
    and the consultation's own key (`Seal`), as long as that key is kept: once it is thrown away, no
    vote can be tied to a person any more, not even by whoever holds the whole database.
    """

    id = models.BigIntegerField(primary_key=True, default=by_chance, editable=False)
    consultation = models.ForeignKey(
        Consultation, on_delete=models.CASCADE, related_name="participants"
    )
    partner = models.ForeignKey(
        Partner, null=True, blank=True, on_delete=models.PROTECT, related_name="answers"
    )
    pseudonym = models.CharField(max_length=64, blank=True)
    channel = models.CharField(max_length=10, choices=Channel.choices, default=Channel.WEB)
    # Of answers on paper: the file in which they came. Its people have pseudonyms by chance.
    batch = models.ForeignKey(
        Batch, null=True, blank=True, on_delete=models.CASCADE, related_name="participants"
    )
    # What a person says of themselves, if they wish; of an organisation it is known.
    group = models.ForeignKey(
        PartnerGroup, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    place = models.ForeignKey(
        Place, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    language = models.CharField(max_length=8, default="en")
    # Of an organisation: when its signatory last signed its answer, and who; what is changed
    # afterwards is a draft until it is signed again.
    signed_at = models.DateTimeField(null=True, blank=True)
    signed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    # Of an organisation: since when drafts wait of which its signatories were not told, and when
    # they last were told of any (`signing`).
    waits_since = models.DateTimeField(null=True, blank=True)
    told_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("participant")
        ordering = ["pk"]
        indexes = [
            models.Index(
                fields=["waits_since"],
                condition=Q(waits_since__isnull=False),
                name="drafts_that_wait",
            )
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["consultation", "partner"], name="an_organisation_answers_once"
            ),
            models.UniqueConstraint(
                fields=["consultation", "pseudonym"],
                condition=~Q(pseudonym=""),
                name="a_person_answers_once",
            ),
            models.CheckConstraint(
                condition=Q(partner__isnull=False, pseudonym="")
                | (Q(partner=None, **OF_ORGANISATIONS) & ~Q(pseudonym="")),
                name="an_organisation_or_a_person_answers",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.pk} in {self.consultation_id}"


class Seal(models.Model):
    """The key of a consultation's pseudonyms. It is made with the first answer and deleted when the
    consultation is closed for good."""

    consultation = models.OneToOneField(Consultation, on_delete=models.CASCADE, related_name="seal")
    key = models.BinaryField(max_length=32)

    def __str__(self) -> str:
        return f"seal of {self.consultation_id}"
