"""What a person follows, who follows what, and what a feed tells of a text or a paragraph."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from coalition.base.feeds import MOST_ENTRIES, Entry
from coalition.instruments.models import (
    Following,
    Instrument,
    Party,
    Provision,
    Version,
    Wording,
)
from coalition.instruments.queries import commitments_on, commitments_within

Followed = Provision | Instrument | Party


def field_of(thing: Followed) -> str:
    """Which of the three a following names: "provision", "instrument" or "party"."""
    return thing._meta.model_name or ""


def is_following(person: Any, thing: Followed) -> bool:
    if not person.is_authenticated:
        return False
    return Following.objects.filter(person=person, **{field_of(thing): thing}).exists()


def followings_of(person: Any) -> QuerySet[Following]:
    """All that a person follows, the newest first."""
    return Following.objects.filter(person=person).select_related(
        "provision__instrument", "instrument", "party"
    )


def followers_of(provisions: Iterable[Provision]) -> QuerySet[Following]:
    """Who follows one of these provisions, what it stands inside, what was merged into it, or
    its whole text."""
    meant = Q()
    for instrument, eids in _lines(provisions).items():
        meant |= Q(instrument=instrument)
        meant |= Q(provision__instrument=instrument, provision__eid__in=eids)
        meant |= Q(provision__became__instrument=instrument, provision__became__eid__in=eids)
    return _with_people(Following.objects.filter(meant) if meant else Following.objects.none())


def _lines(provisions: Iterable[Provision]) -> dict[int, set[str]]:
    """The eids of these and of all they stand inside, by instrument: "a", "a__b", "a__b__c"."""
    lines: dict[int, set[str]] = {}
    for provision in provisions:
        steps = provision.eid.split("__")
        lines.setdefault(provision.instrument_id, set()).update(
            "__".join(steps[:end]) for end in range(1, len(steps) + 1)
        )
    return lines


def followers_of_text(version: Version) -> QuerySet[Following]:
    """Who follows the version's text, or a paragraph of it that the version has."""
    in_it = Wording.objects.filter(version=version).values("provision")
    return _with_people(
        Following.objects.filter(Q(instrument=version.instrument_id) | Q(provision__in=in_it))
    )


def _with_people(followings: QuerySet[Following]) -> QuerySet[Following]:
    return followings.select_related("person", "provision__instrument", "instrument").order_by(
        "person", "instrument", "provision__position"
    )


def changed_words(version: Version) -> dict[str, bool] | None:
    """Whether each provision of the version, by eid, reads otherwise than in the version before
    it in the same language, all inside it included. None where there was none. Two queries."""
    earlier = Version.objects.filter(
        instrument=version.instrument_id, language=version.language, pk__lt=version.pk
    ).order_by("-pk")
    lasting = "provision__eid"
    now = dict(version.wordings.order_by().values_list(lasting, "words"))
    before = dict(
        Wording.objects.filter(version=earlier.values("pk")[:1])
        .order_by()
        .values_list(lasting, "words")
    )
    if not before:
        return None
    changed = dict.fromkeys(now, False)
    for eid in now.keys() | before.keys():
        if now.get(eid) == before.get(eid):
            continue
        steps = eid.split("__")
        for end in range(1, len(steps) + 1):
            if (above := "__".join(steps[:end])) in changed:
                changed[above] = True
    return changed


# --- Feeds -----------------------------------------------------------------------------------


def entries_of(thing: Provision | Instrument) -> list[Entry]:
    """What happened to a text or a paragraph, the newest first: promises, and words that came."""
    if isinstance(thing, Instrument):
        commitments, words = commitments_on(thing), _versions(thing)
    else:
        commitments, words = commitments_within(thing), _wordings(thing)
    entries = [*_promises(commitments), *words]
    return sorted(entries, key=lambda entry: entry.changed_at, reverse=True)[:MOST_ENTRIES]


def _promises(commitments: QuerySet[Any]) -> Iterator[Entry]:
    for one in commitments.select_related("partner")[:MOST_ENTRIES]:
        yield Entry(
            id=f"commitment/{one.reference}",
            title=f"{one.title} – {one.partner}",
            url=one.get_absolute_url(),
            summary=one.promise,
            changed_at=one.published_at,
            category=_("Commitment"),
            language=one.language,
            is_example=one.is_example,
        )


def _versions(instrument: Instrument) -> Iterator[Entry]:
    for version in instrument.versions.order_by("-imported_at")[:MOST_ENTRIES]:
        yield Entry(
            id=f"version/{version.pk}",
            title=_("A new version of the text: %(symbol)s") % {"symbol": version.symbol},
            url=instrument.get_absolute_url(),
            summary=version.title,
            changed_at=version.imported_at,
            category=str(version.get_stage_display()),
            language=get_language() or "en",
            is_example=instrument.is_example,
        )


def _wordings(provision: Provision) -> Iterator[Entry]:
    """Each version in which its own words are new or other than before in that language."""
    before: dict[str, str] = {}
    held = provision.wordings.select_related("version").order_by("version__imported_at", "pk")
    for wording in held:
        version = wording.version
        if before.get(version.language) == wording.words:
            continue
        said = (
            _("New wording in %(symbol)s")
            if version.language in before
            else _("Wording in %(symbol)s")
        )
        before[version.language] = wording.words
        yield Entry(
            id=f"wording/{wording.pk}",
            title=said % {"symbol": version.symbol},
            url=provision.get_absolute_url(),
            summary=wording.words,
            changed_at=version.imported_at,
            category=str(version.get_stage_display()),
            language=version.language,
            is_example=provision.instrument.is_example,
        )
