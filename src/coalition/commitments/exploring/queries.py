"""Finding commitments by what they are about, and counting them by every filter."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from typing import Any

from django.db.models import Case, Count, F, Q, QuerySet, Value, When
from django.utils import timezone
from django.utils.translation import gettext as _

from coalition.base.feeds import MOST_ENTRIES, Entry
from coalition.commitments.exploring.wishes import NEWEST, Wishes
from coalition.commitments.models import Commitment, CommitmentQuerySet, Facet, Filing, Tally
from coalition.commitments.queries import for_lists
from coalition.commitments.states import State
from coalition.partners.models import Partner
from coalition.places.forms import find_all
from coalition.places.models import PlaceKind
from coalition.results.models import Light

MOST_WORDS = 8
# Partners are typed, since there may be ten thousand; a text has paragraphs once it is chosen.
LISTED = tuple(one for one in Facet.values if one not in (Facet.PARTNER, Facet.PROVISION))
Counts = dict[str, dict[str, int]]


# --- Which ------------------------------------------------------------------------------------


def found(wishes: Wishes) -> CommitmentQuerySet:
    """The commitments that meet every wish, unordered: all public ones, or those withdrawn."""
    if wishes.filters.get(Facet.STATE) == State.WITHDRAWN:
        commitments = Commitment.objects.filter(state=State.WITHDRAWN)
    else:
        commitments = Commitment.objects.published()
    for filed in _filed(wishes):
        commitments = commitments.filter(pk__in=filed)
    return with_words(commitments, wishes.words).order_by()


def _filed(wishes: Wishes, besides: Collection[str] = ()) -> list[QuerySet[Any]]:
    """For each filter, but those named `besides`, the keys of the commitments it leaves."""
    return [
        Filing.objects.filter(facet=facet, value=value).values("commitment")
        for facet, value in wishes.filters.items()
        if facet not in besides
    ]


def with_words(commitments: CommitmentQuerySet, words: str) -> CommitmentQuerySet:
    """Those in whose title, promise, partner's name or reference each of the words occurs."""
    for word in words.split()[:MOST_WORDS]:
        named = Partner.objects.filter(name__icontains=word)
        commitments = commitments.filter(
            Q(title__icontains=word)
            | Q(promise__icontains=word)
            | Q(partner__in=named.values("pk"))
            | Q(reference__iexact=word)
        )
    return commitments


def ordered(commitments: CommitmentQuerySet, sort: str) -> CommitmentQuerySet:
    """In the order of one of `wishes.SORTS`; none is left out by it."""
    if sort == "ends":
        # What has ended comes last, the latest first, and after it what says no end.
        has_ended = Case(
            When(ends_on__gte=timezone.now().date(), then=0), When(ends_on=None, then=2), default=1
        )
        return commitments.order_by(has_ended, F("ends_on").asc(nulls_last=True), "pk")
    if sort == "title":
        return commitments.order_by("title", "pk")
    if sort == "overdue":
        # The longest waiting first.
        rank = {Light.OVERDUE: 0, Light.SILENT: 1, Light.DUE: 2}
        cases = [When(framework__light=light, then=Value(at)) for light, at in rank.items()]
        return commitments.order_by(Case(*cases, default=3), "framework__light_since", "pk")
    return commitments.order_by("-published_at", "-pk")


def page_of(keys: Iterable[int]) -> list[Commitment]:
    """The commitments of these keys, in this order, with what a line in a list shows. Sorting is
    done on keys alone: whole rows with all they are joined to make a far page slow."""
    keys = list(keys)
    held = for_lists(Commitment.objects.all()).in_bulk(keys)
    return [held[pk] for pk in keys if pk in held]


# --- How many ---------------------------------------------------------------------------------

# So few commitments are looked up one by one; of more, the whole file is read in its own order.
FEW = 1_000


def counts(wishes: Wishes) -> Counts:
    """How many commitments each choice of each filter would leave, the other filters as they are.

    Without a wish the numbers are kept (`Tally`) and none is counted. With wishes one query counts
    all filters that are not in use, and one more each that is; of the only one they are kept.
    """
    if not wishes.is_narrow:
        return _kept(LISTED)
    rare = _rare(wishes)
    in_use = [one for one in wishes.filters if one in LISTED]
    counted = _count(wishes, [one for one in LISTED if one not in in_use], (), rare)
    for facet in in_use:
        # A paragraph goes with its declaration.
        besides = {facet, Facet.PROVISION.value} if facet == Facet.DECLARATION else {facet}
        is_alone = not wishes.words and wishes.filters.keys() <= besides
        counted |= _kept([facet]) if is_alone else _count(wishes, [facet], besides, rare)
    if declaration := wishes.filters.get(Facet.DECLARATION):
        provision = Facet.PROVISION.value
        counted |= _count(wishes, [provision], {provision}, rare, within=f"{declaration}/")
    return counted


def _kept(facets: Collection[str]) -> Counts:
    kept = Tally.objects.filter(facet__in=facets)
    return _by_facet(kept.values_list("facet", "value", "number"))


def _rare(wishes: Wishes) -> set[str]:
    """The filters each of which alone leaves few."""
    if not wishes.filters:
        return set()
    chosen = Q()
    for facet, value in wishes.filters.items():
        chosen |= Q(facet=facet, value=value)
    many = set(Tally.objects.filter(chosen, number__gt=FEW).values_list("facet", flat=True))
    return wishes.filters.keys() - many


def _count(
    wishes: Wishes,
    facets: Collection[str],
    besides: Collection[str],
    rare: Collection[str],
    *,
    within: str = "",
) -> Counts:
    """Count the values of these facets, `within` those that begin so, under all wishes but those
    named `besides`."""
    rows = Filing.objects.filter(facet__in=facets)
    if within:
        rows = rows.filter(value__startswith=within)
    commitment = "commitment"
    if rare <= set(besides):
        # A sum is no column of an index: the database reads the file in the order in which it
        # counts, which takes a third of the time of looking up each commitment's rows.
        rows, commitment = rows.annotate(one=F("commitment_id") + 0), "one"
    for filed in _filed(wishes, besides):
        rows = rows.filter(**{f"{commitment}__in": filed})
    if wishes.words:
        named = with_words(Commitment.objects.all(), wishes.words).order_by().values("pk")
        rows = rows.filter(**{f"{commitment}__in": named})
    return _by_facet(rows.values_list("facet", "value").annotate(number=Count("*")).order_by())


def _by_facet(rows: Iterable[tuple[str, str, int]]) -> Counts:
    counted: Counts = defaultdict(dict)
    for facet, value, number in rows:
        counted[facet][value] = number
    return counted


def total(wishes: Wishes, counted: Counts) -> int:
    """How many commitments meet the wishes: every one has exactly one state."""
    states = counted[Facet.STATE]
    if state := wishes.filters.get(Facet.STATE):
        return states.get(state, 0)
    return sum(number for state, number in states.items() if state != State.WITHDRAWN)


# --- What was typed ---------------------------------------------------------------------------

MOST_NAMED = 10


def partners_named(words: str) -> list[Partner]:
    """Partners with commitments in whose name all these words occur; the one that is called
    exactly so comes alone, else at most MOST_NAMED by name."""
    promising = Tally.objects.filter(facet=Facet.PARTNER).values("value")
    partners = Partner.objects.filter(reference__in=promising).order_by("name", "pk")
    exact = list(partners.filter(name__iexact=words)[:2])
    if len(exact) == 1:
        return exact
    for word in words.split()[:MOST_WORDS]:
        partners = partners.filter(name__icontains=word)
    return list(partners[:MOST_NAMED])


def place_named(words: str) -> dict[str, str]:
    """The filter that a place's name or code means; none where nobody knows it."""
    places, _strangers = find_all([words])
    if not places:
        return {}
    facet = Facet.COUNTRY if places[0].kind == PlaceKind.COUNTRY else Facet.REGION
    return {facet.value: places[0].code}


# --- The feed ---------------------------------------------------------------------------------


def entries(wishes: Wishes) -> list[Entry]:
    """The newest public commitments that meet the wishes, as a feed tells of them."""
    newest = ordered(found(wishes).published(), NEWEST).select_related("partner")
    return [
        Entry(
            id=f"commitment/{one.reference}",
            title=f"{one.title} – {one.partner}",
            url=one.get_absolute_url(),
            summary=one.promise,
            changed_at=one.published_at,
            category=_("Commitment"),
            language=one.language,
            is_example=one.is_example,
        )
        for one in newest[:MOST_ENTRIES]
    ]
