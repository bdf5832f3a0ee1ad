"""Who stands behind a text: the acts, what is said of them, and what a partner endorsed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, F, Q, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from coalition.accounts.models import User
from coalition.base.names import Name
from coalition.instruments.models import (
    BINDING,
    Adherence,
    AdherenceKind,
    AdoptionMode,
    Instrument,
    InstrumentKind,
    Party,
)
from coalition.partners.models import Partner, PartnerGroup
from coalition.partners.queries import people_who
from coalition.places.forms import folded

# States consent to the first, parliaments make the second; nobody endorses them here.
NOT_ENDORSED = (*BINDING, InstrumentKind.ACT, InstrumentKind.BILL)

# What follows, and what does not, from the way in which a text was adopted.
MODES: Mapping[str, str | Promise] = {
    AdoptionMode.CONSENSUS: gettext_lazy(
        "It was adopted by consensus: nobody present objected. No list of names follows from that; "
        "below stands only what somebody said or did of their own."
    ),
    AdoptionMode.SIGNATURE: gettext_lazy(
        "It was open to signature. Below stand those of whom a source says what they did; who is "
        "not listed may still have signed."
    ),
    AdoptionMode.ENDORSEMENT: gettext_lazy(
        "It was made by those who endorsed it. Below stand those of whom a source says so; who is "
        "not listed may still have endorsed it."
    ),
    "": gettext_lazy(
        "How it was adopted was not found. Below stands only what a source says of somebody, or "
        "what a partner said here itself."
    ),
}


def open_to_adherence() -> QuerySet[Instrument]:
    """Texts that can be endorsed: promises and guidance, not what States ratify."""
    return Instrument.objects.exclude(kind__in=NOT_ENDORSED)


def acts(instrument: Instrument, wishes: Mapping[str, Any]) -> QuerySet[Adherence]:
    """The acts on this text that meet every wish of the filter, the newest first; those that a
    later act took the place of only where `acts` is "all"."""
    found = instrument.adherences.held().select_related("party", "partner__group", "source")
    if wishes.get("acts") != "all":
        found = found.filter(is_latest=True)
    if kind := wishes.get("kind"):
        found = found.filter(kind=kind)
    if who := wishes.get("who"):
        found = found.filter(**WHO[who][1])
    if group := wishes.get("group"):
        found = found.filter(partner__group=group)
    if wishes.get("reservation"):
        found = found.exclude(words="")
    if words := wishes.get("words"):
        found = found.filter(
            Q(partner__name__icontains=words)
            | Q(name__icontains=words)
            | Q(party__in=_parties_named(instrument, words))
        )
    if wishes.get("sort") == "oldest":
        found = found.order_by(F("on").asc(nulls_first=True), "pk")
    return found


WHO: Mapping[str, tuple[str | Promise, Mapping[str, Any]]] = {
    "party": (gettext_lazy("States and regional organisations"), {"party__isnull": False}),
    "partner": (gettext_lazy("Partners of the coalition"), {"partner__isnull": False}),
    "other": (gettext_lazy("Other organisations"), {"party": None, "partner": None}),
}


def _parties_named(instrument: Instrument, words: str) -> list[int]:
    """Those on this text whose name in any language, or whose code, holds the words."""
    wanted = folded(words)
    held = Party.objects.filter(adherences__instrument=instrument).distinct()
    return [
        one.pk
        for one in held
        if wanted == one.code.casefold()
        or any(wanted in folded(name) for name in one.names.values())
    ]


@dataclass(frozen=True)
class Tally:
    """How many of a kind stand behind a text; Example ones are told apart, never added."""

    label: str
    code: str  # of a partner group, else empty
    count: int
    examples: int


def standing(instrument: Instrument, groups: list[PartnerGroup]) -> list[Tally]:
    """How many stand behind the text today: States, each partner group, others. One query."""
    rows = (
        instrument.adherences.standing()
        .order_by()
        .values_list(
            "partner__group__code",
            Q(party__isnull=False),
            "is_example",
        )
        .annotate(Count("pk"))
    )
    counts: dict[tuple[str, bool], int] = {}
    for group, is_party, is_example, count in rows:
        key = group or ("party" if is_party else "other")
        counts[key, is_example] = counts.get((key, is_example), 0) + count
    lines = [
        (str(WHO["party"][0]), "party", ""),
        *((group.name, group.code, group.code) for group in groups),
        (str(WHO["other"][0]), "other", ""),
    ]
    return [
        Tally(label, code, counts.get((key, False), 0), counts.get((key, True), 0))
        for label, key, code in lines
    ]


def of_partner(partner: Partner) -> QuerySet[Adherence]:
    """All its acts on any text, the newest first."""
    return (
        Adherence.objects.held()
        .filter(partner=partner)
        .select_related("instrument", "source")
        .order_by(F("on").desc(nulls_last=True), "-pk")
    )


def latest_of(instrument: Instrument, **who: Any) -> Adherence | None:
    """The newest act of a party, a partner or a named organisation on this text."""
    return instrument.adherences.held().filter(is_latest=True, **who).first()


def signers_of(partner: Partner) -> list[User]:
    """Those who sign for the organisation now."""
    return people_who("sign", partner)


def sentence(act: Adherence) -> str:
    """What somebody did, as a history tells it: "Endorsed it"."""
    return str(AdherenceKind(act.kind).label)


def archive_of(partner: Partner) -> list[dict[str, Any]]:
    """What a partner endorsed, signed or left, as plain values for its archive
    (settings.PARTNER_ARCHIVE)."""
    return [
        {
            "text": one.instrument.code,
            "symbol": one.instrument.symbol,
            "did": one.kind,
            "on": one.on,
            "words": one.words,
            "language": one.language,
            "source": one.source.url or one.source.title if one.source else "",
        }
        for one in of_partner(partner)
    ]


def words_of(act: Adherence) -> Name:
    """The reservation, or why it stepped back, with its language."""
    return Name(act.words, act.language)
