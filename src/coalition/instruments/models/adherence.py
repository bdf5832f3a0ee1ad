"""Who stands behind a declaration, and who wants to hear of what becomes of it."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from coalition.base.names import Name
from coalition.base.reference import Source
from coalition.instruments.models.consent import Party
from coalition.instruments.models.library import Instrument
from coalition.instruments.models.texts import Provision
from coalition.partners.models import Partner


class AdherenceKind(models.TextChoices):
    ADOPTED = "adopted", _("Adopted it")
    CONSENSUS = "consensus", _("Joined the consensus")
    SIGNED = "signed", _("Signed it")
    ENDORSED = "endorsed", _("Endorsed it")
    JOINED = "joined", _("Joined it later")
    DECLINED = "declined", _("Did not sign it")
    DISSOCIATED = "dissociated", _("Dissociated itself")
    WITHDREW = "withdrew", _("Withdrew from it")


# Who did one of these last stands behind the text; who did another one last does not.
STANDS_BEHIND = (
    AdherenceKind.ADOPTED,
    AdherenceKind.CONSENSUS,
    AdherenceKind.SIGNED,
    AdherenceKind.ENDORSED,
    AdherenceKind.JOINED,
)


class AdherenceQuerySet(models.QuerySet["Adherence"]):
    def held(self) -> AdherenceQuerySet:
        """What counts: all but what was struck as an error of entry."""
        return self.filter(struck_at=None)

    def standing(self) -> AdherenceQuerySet:
        """Of everybody who stands behind a text today, the act by which they do."""
        return self.held().filter(is_latest=True, kind__in=STANDS_BEHIND)


class Adherence(models.Model):
    """A State, an organisation or a partner adopts, signs, endorses or joins a declaration, or
    steps back from it: one row an act, never changed; what came later is a row of its own.

    It speaks for a party, for a partner, or for an organisation that is neither, by name.
    """

    instrument = models.ForeignKey(Instrument, on_delete=models.PROTECT, related_name="adherences")
    party = models.ForeignKey(
        Party, null=True, blank=True, on_delete=models.PROTECT, related_name="adherences"
    )
    partner = models.ForeignKey(
        Partner, null=True, blank=True, on_delete=models.PROTECT, related_name="adherences"
    )
    name = models.CharField(_("name of the organisation"), max_length=300, blank=True)
    name_language = models.CharField(max_length=8, default="en")
    kind = models.CharField(_("what it did"), max_length=20, choices=AdherenceKind.choices)
    on = models.DateField(_("on"), null=True, blank=True)
    # In its own language: a reservation, or why it stepped back.
    words = models.TextField(_("reservation or reason"), blank=True, max_length=2000)
    language = models.CharField(max_length=8, default="en")
    # Where it is written; empty where a partner said so here itself.
    source = models.ForeignKey(
        Source, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    entered_at = models.DateTimeField(default=timezone.now)
    # The newest act of the same organisation on this text; kept by `adherence.actions`.
    is_latest = models.BooleanField(default=True)
    struck_at = models.DateTimeField(null=True, blank=True)
    struck_why = models.CharField(max_length=300, blank=True)
    is_example = models.BooleanField(default=False)
    loaded = models.JSONField(default=dict, editable=False)

    objects = AdherenceQuerySet.as_manager()

    class Meta:
        verbose_name = _("adherence")
        ordering = ["instrument", models.F("on").desc(nulls_last=True), "-pk"]
        indexes = [models.Index(fields=["instrument", "is_latest", "kind"])]
        constraints = [
            models.CheckConstraint(
                condition=(
                    Q(party__isnull=False, partner__isnull=True, name="")
                    | Q(party__isnull=True, partner__isnull=False, name="")
                    | (Q(party__isnull=True, partner__isnull=True) & ~Q(name=""))
                ),
                name="an_adherence_is_of_one",
            ),
            models.CheckConstraint(
                condition=Q(struck_at__isnull=True, struck_why="")
                | (Q(struck_at__isnull=False, is_latest=False) & ~Q(struck_why="")),
                name="a_struck_adherence_has_a_reason",
            ),
            *(
                models.UniqueConstraint(
                    fields=["instrument", who],
                    condition=Q(is_latest=True) & (~Q(name="") if who == "name" else Q()),
                    name=f"one_latest_act_a_{who}",
                )
                for who in ("partner", "party", "name")
            ),
        ]

    @property
    def who(self) -> Name:
        """The name of whoever it speaks for, with its language."""
        if self.party is not None:
            return self.party.name
        if self.partner is not None:
            return Name(self.partner.name, self.partner.name_language)
        return Name(self.name, self.name_language)

    @property
    def who_url(self) -> str:
        """The page of whoever it speaks for, where there is one."""
        return self.partner.get_absolute_url() if self.partner is not None else ""

    @property
    def stands(self) -> bool:
        """By this act, does it stand behind the text?"""
        return self.kind in STANDS_BEHIND


class Following(models.Model):
    """A person who asked to hear what happens to a paragraph, a whole text, or a party's duties.

    Exactly one of the three is set.
    """

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="followings"
    )
    provision = models.ForeignKey(
        Provision, null=True, blank=True, on_delete=models.CASCADE, related_name="followings"
    )
    instrument = models.ForeignKey(
        Instrument, null=True, blank=True, on_delete=models.CASCADE, related_name="followings"
    )
    party = models.ForeignKey(
        Party, null=True, blank=True, on_delete=models.CASCADE, related_name="followings"
    )
    since = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("following")
        ordering = ["person", "-since"]
        constraints = [
            models.CheckConstraint(
                condition=(
                    Q(provision__isnull=False, instrument__isnull=True, party__isnull=True)
                    | Q(provision__isnull=True, instrument__isnull=False, party__isnull=True)
                    | Q(provision__isnull=True, instrument__isnull=True, party__isnull=False)
                ),
                name="one_thing_is_followed",
            ),
            *(
                models.UniqueConstraint(
                    fields=["person", thing],
                    condition=Q(**{f"{thing}__isnull": False}),
                    name=f"{thing}_followed_once",
                )
                for thing in ("provision", "instrument", "party")
            ),
        ]

    @property
    def thing(self) -> Provision | Instrument | Party:
        """What is followed."""
        return self.provision or self.instrument or self.party

    @property
    def name(self) -> Name:
        """How it is called in a list: "Doha, paragraph 23"."""
        if self.provision is not None:
            return Name(self.provision.citation, get_language() or "en")
        return self.instrument.short_name if self.instrument else self.party.name
