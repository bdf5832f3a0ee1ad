"""Statements: what is proposed, in a sentence or two, on which others can say yes or no."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import chain

from django.conf import settings
from django.db import models
from django.db.models import BooleanField, Case, Q, Value, When, Window
from django.db.models.functions import Coalesce, RowNumber
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from coalition.base.names import Name
from coalition.base.states import Move
from coalition.consultations.models.participants import Participant, by_chance
from coalition.consultations.models.process import Consultation
from coalition.consultations.states import (
    ANSWERED,
    READABLE,
    STATEMENT_VERBS,
    Origin,
    Refusal,
    StatementState,
)
from coalition.instruments.models import Provision
from coalition.partners.models import CommonPriority, Partner

LONGEST = 280  # characters: to be read at a glance, and answered with yes or no


class StatementQuerySet(models.QuerySet["Statement"]):
    def shown(self) -> StatementQuerySet:
        """Those that everybody sees and can answer."""
        return self.filter(state=StatementState.ACCEPTED)

    def eligible(self) -> StatementQuerySet:
        """Those that get an answer of their own: all that are shown when answers are summed up.
        What was merged is answered with the one that stands for it."""
        return self.shown()

    def answered(self) -> StatementQuerySet:
        """Those whose answer everybody reads, with it."""
        told = self.shown().filter(consultation__state__in=ANSWERED)
        return told.select_related("consultation", "response")

    def with_wholeness(self, languages: Iterable[str]) -> StatementQuerySet:
        """Each with `is_whole`: is its answer finished, with what becomes of it and why in all of
        these languages?"""
        whole = Q(response__isnull=False) & ~Q(response__outcome="")
        for code in languages:
            whole &= Q(response__reason__has_key=code)
        return self.annotate(
            is_whole=Case(When(whole, then=Value(True)), default=False, output_field=BooleanField())
        )

    def first_ones(self) -> StatementQuerySet:
        """Those with which a consultation begins."""
        return self.filter(origin__in=[Origin.PRIORITY, Origin.PROVISION])


class Statement(models.Model):
    """A proposal that others can agree to, disagree with or pass on. The first ones come from what
    partners share already, or from a paragraph nobody has taken up."""

    consultation = models.ForeignKey(
        Consultation, on_delete=models.CASCADE, related_name="statements"
    )
    number = models.PositiveIntegerField()  # within its consultation, from 1
    text = models.CharField(_("statement"), max_length=LONGEST)
    language = models.CharField(max_length=8, default="en")
    origin = models.CharField(max_length=12, choices=Origin.choices)
    priority = models.ForeignKey(
        CommonPriority, null=True, blank=True, on_delete=models.PROTECT, related_name="statements"
    )
    provision = models.ForeignKey(
        Provision, null=True, blank=True, on_delete=models.PROTECT, related_name="statements"
    )
    # Who wrote it, where somebody did: an organisation by name, a person behind a pseudonym.
    author = models.ForeignKey(
        Participant, null=True, blank=True, on_delete=models.RESTRICT, related_name="statements"
    )
    state = models.CharField(
        max_length=10, choices=StatementState.choices, default=StatementState.ACCEPTED
    )
    refused_for = models.CharField(max_length=12, choices=Refusal.choices, blank=True)
    # The one that says the same, and to which its votes count.
    merged_into = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.RESTRICT, related_name="merged"
    )
    made_at = models.DateTimeField(default=timezone.now)
    # Where priorities are set: whether it stands on the ballot, and what it costs (in the smallest
    # part of the phase's currency), where there is a budget.
    is_on_ballot = models.BooleanField(default=False)
    cost = models.PositiveBigIntegerField(null=True, blank=True)

    objects = StatementQuerySet.as_manager()
    VERBS = STATEMENT_VERBS

    class Meta:
        verbose_name = _("statement")
        ordering = ["consultation", "number"]
        constraints = [
            models.UniqueConstraint(
                fields=["consultation", "number"], name="a_number_once_a_consultation"
            ),
            models.UniqueConstraint(
                fields=["consultation", "priority"], name="a_common_priority_proposed_once"
            ),
            models.UniqueConstraint(
                fields=["consultation", "provision"], name="a_paragraph_proposed_once"
            ),
            models.CheckConstraint(
                condition=Q(origin=Origin.PRIORITY, priority__isnull=False, provision=None)
                | Q(origin=Origin.PROVISION, priority=None, provision__isnull=False)
                | (
                    ~Q(origin__in=[Origin.PRIORITY, Origin.PROVISION])
                    & Q(priority=None, provision=None, author__isnull=False)
                ),
                name="a_statement_says_where_it_comes_from",
            ),
            models.CheckConstraint(
                condition=Q(state=StatementState.REFUSED) ^ Q(refused_for=""),
                name="what_is_refused_has_its_reason",
            ),
            models.CheckConstraint(
                condition=Q(state=StatementState.MERGED) ^ Q(merged_into=None),
                name="what_is_merged_has_its_other",
            ),
        ]

    def __str__(self) -> str:
        return self.text

    @property
    def words(self) -> Name:
        return Name(self.text, self.language)

    @property
    def readable(self) -> str:
        """Its text while it may be read, for results in which its number stays; else nothing."""
        return self.text if self.state in READABLE else ""

    @property
    def is_first(self) -> bool:
        """Did the consultation begin with it? Then the secretariat wrote it, nobody who answers."""
        return self.author_id is None

    def may_go_into(self, other: Statement) -> bool:
        """May it be merged into the other, where both say the same? See `moderating.merge`."""
        return other.is_first or not self.is_first

    @property
    def credited(self) -> list[Partner]:
        """The partners that are named with it: for itself, and for what was merged into it. No
        query where `credits__partner` and `merged__credits__partner` are prefetched."""
        rows = chain(self.credits.all(), *(one.credits.all() for one in self.merged.all()))
        return list({credit.partner_id: credit.partner for credit in rows}.values())


class Credit(models.Model):
    """A partner whose priority, or whose wish, stands behind a statement: told and named."""

    statement = models.ForeignKey(Statement, on_delete=models.CASCADE, related_name="credits")
    partner = models.ForeignKey(Partner, on_delete=models.PROTECT, related_name="credits")
    # Partners hear of it once the consultation is public.
    told_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("credit for a statement")
        ordering = ["statement", "partner"]
        constraints = [
            models.UniqueConstraint(fields=["statement", "partner"], name="a_partner_credited_once")
        ]

    def __str__(self) -> str:
        return f"{self.partner_id} for {self.statement_id}"


class StatementMove(Move):
    record = models.ForeignKey(Statement, on_delete=models.CASCADE, related_name="moves")


class Translation(models.Model):
    """A statement in another language of its consultation, and who put it there."""

    statement = models.ForeignKey(Statement, on_delete=models.CASCADE, related_name="translations")
    language = models.CharField(max_length=8)
    text = models.CharField(_("translation"), max_length=2 * LONGEST)
    # A machine's name; empty where a person wrote it.
    machine = models.CharField(max_length=60, blank=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    at = models.DateTimeField(default=timezone.now)
    # The words that were translated: it is fresh as long as they stand.
    of_text = models.CharField(max_length=LONGEST)

    class Meta:
        verbose_name = _("translation of a statement")
        ordering = ["statement", "language"]
        constraints = [
            models.UniqueConstraint(
                fields=["statement", "language"], name="a_statement_once_a_language"
            )
        ]

    def __str__(self) -> str:
        return self.text

    @property
    def is_fresh(self) -> bool:
        return self.of_text == self.statement.text


class VoteQuerySet(models.QuerySet["Vote"]):
    def counting(self) -> VoteQuerySet:
        """Those that count: all but an organisation's drafts."""
        return self.filter(is_draft=False)

    def on_shown(self) -> VoteQuerySet:
        """Those on what is shown, or was merged into what is shown, with the key and the number of
        the statement on which they count: `target` and `number`."""
        shown = StatementState.ACCEPTED
        itself = Q(statement__state=shown)
        merged = Q(statement__state=StatementState.MERGED, statement__merged_into__state=shown)
        return self.filter(itself | merged).annotate(
            target=Coalesce("statement__merged_into", "statement"),
            number=Coalesce("statement__merged_into__number", "statement__number"),
        )

    def each_once(self) -> VoteQuerySet:
        """One vote of a participant on each statement that is shown, as `target` (its key).

        What was voted on a statement that was merged counts for the one into which it was merged,
        unless the participant voted there too; of votes on several merged ones, the one on the
        first of them counts. Votes on what is not shown are left out. Of drafts or of counting
        votes, never of both.
        """
        itself_first = Case(When(statement__merged_into=None, then=0), default=1)
        nth = Window(
            RowNumber(),
            partition_by=["participant", "target"],
            order_by=[itself_first, "statement__number"],
        )
        return self.on_shown().annotate(nth=nth).filter(nth=1)


class Vote(models.Model):
    """What a participant says to a statement: agrees, disagrees or passes. One that counts at a
    time; those of an organisation count once its signatory signed them (`is_draft`).

    Neither moment nor order is kept: when somebody voted could tell who they are.
    """

    id = models.BigIntegerField(primary_key=True, default=by_chance, editable=False)
    participant = models.ForeignKey(Participant, on_delete=models.CASCADE, related_name="votes")
    statement = models.ForeignKey(Statement, on_delete=models.CASCADE, related_name="votes")
    value = models.SmallIntegerField()
    is_draft = models.BooleanField(default=False)

    objects = VoteQuerySet.as_manager()

    class Meta:
        verbose_name = _("vote")
        ordering = ["pk"]
        indexes = [models.Index(fields=["statement", "is_draft", "value"])]
        constraints = [
            models.UniqueConstraint(
                fields=["participant", "statement", "is_draft"], name="one_vote_a_statement"
            ),
            models.CheckConstraint(
                condition=Q(value__in=[-1, 0, 1]), name="a_vote_is_yes_no_or_pass"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.value} to {self.statement_id}"
