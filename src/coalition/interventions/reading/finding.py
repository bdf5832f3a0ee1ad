"""Finding interventions: which meet a reader's wishes, in which order, and a line of each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db.models import Case, Count, Exists, F, OuterRef, Q, QuerySet, Value, When
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from coalition.interventions.models import Intervention, InterventionQuerySet, Role
from coalition.interventions.queries import for_lists
from coalition.interventions.states import TONES, State
from coalition.partners.models import Partner
from coalition.places.models import Place, PlaceKind
from coalition.results.models import Light
from coalition.results.reading.first import first_standing, with_first_figures
from coalition.results.reading.queries import Standing, light_of

MOST_WORDS = 8  # of those that are looked for
NEWEST = "newest"
SORTS = {
    NEWEST: _("Newest"),
    "stage": _("By stage"),
    "ends": _("Ends next"),
    "title": _("Title"),
    "overdue": _("Longest overdue"),
}


# --- Which ------------------------------------------------------------------------------------


def listed(wishes: Mapping[str, Any]) -> InterventionQuerySet:
    """The public ones that meet every wish (see `forms.ListForm`), in the order wished."""
    found = Intervention.objects.published()
    if stage := wishes.get("stage"):
        found = found.filter(state=stage)
    if level := wishes.get("level"):
        found = found.filter(level=level)
    if light := wishes.get("light"):
        found = found.filter(
            framework__is_public=True,
            framework__light=light,
            framework__every__isnull=False,
            framework__ended_at=None,
        )
    for name in ("theme", "challenge"):
        if one := wishes.get(name):
            found = found.filter(linked(f"{name}s", **{name: one}))
    if priority := wishes.get("priority"):
        found = found.filter(linked("priorities", commonpriority=priority))
    if place := wishes.get("place"):
        found = within(found, place)
    if partner := wishes.get("partner"):
        found = found.of(partner)
    found = _with_roles(found, wishes)
    if text := wishes.get("declaration"):
        found = found.on_text(text)
    if provision := wishes.get("provision"):
        found = found.taking_up(provision)
    return ordered(with_words(found, wishes.get("words") or ""), wishes.get("sort") or NEWEST)


def linked(relation: str, **wanted: Any) -> Exists:
    """Those that have such a row in one of their lists, each once."""
    through = getattr(Intervention, relation).through.objects
    return Exists(through.filter(intervention=OuterRef("pk"), **wanted))


def within(found: InterventionQuerySet, place: Place) -> InterventionQuerySet:
    """Those in the place or anywhere inside it."""
    return found.filter(linked("places", place__path__startswith=place.path))


def _with_roles(found: InterventionQuerySet, wishes: Mapping[str, Any]) -> InterventionQuerySet:
    """Those in which a partner of that group, in that role, confirmed: the same one for both."""
    wanted = {
        path: wishes[name]
        for name, path in (("group", "partner__group"), ("role", "kind"))
        if wishes.get(name)
    }
    if not wanted:
        return found
    roles = Role.objects.confirmed().filter(intervention=OuterRef("pk"), **wanted)
    return found.filter(Exists(roles))


def with_words(found: InterventionQuerySet, words: str) -> InterventionQuerySet:
    """Those that hold every word in their title or text, in any language, or in the name of a
    partner that confirmed a role; or that have it as their reference."""
    for word in words.split()[:MOST_WORDS]:
        asked = Q(reference__iexact=word) | Q(title__icontains=word) | Q(about__icontains=word)
        # Language by language: one of the databases keeps the whole value in escaped letters.
        for code in settings.UN_LANGUAGES:
            asked |= Q(**{f"titles__{code}__icontains": word})
            asked |= Q(**{f"abouts__{code}__icontains": word})
        named = Partner.objects.order_by().filter(name__icontains=word)
        roles = Role.objects.confirmed().order_by().filter(partner__in=named.values("pk"))
        found = found.filter(asked | Q(pk__in=roles.values("intervention")))
    return found


def ordered(found: InterventionQuerySet, sort: str) -> InterventionQuerySet:
    """In the order of one of SORTS; none is left out by it."""
    if sort == "stage":
        rank = Case(*(When(state=one, then=Value(at)) for at, one in enumerate(State)))
        return found.order_by(rank, "-published_at", "-pk")
    if sort == "ends":
        # What has ended comes last, the latest first, and after it what says no end.
        has_ended = Case(
            When(ends_on__gte=timezone.localdate(), then=0), When(ends_on=None, then=2), default=1
        )
        return found.order_by(has_ended, F("ends_on").asc(nulls_last=True), "pk")
    if sort == "title":
        return found.order_by("title", "pk")
    if sort == "overdue":
        late = {Light.OVERDUE: 0, Light.SILENT: 1, Light.DUE: 2}
        cases = [
            When(framework__light=light, framework__ended_at=None, then=Value(at))
            for light, at in late.items()
        ]
        return found.order_by(Case(*cases, default=3), "framework__light_since", "pk")
    return found.order_by("-published_at", "-pk")


def named_places() -> QuerySet[Place]:
    """The places that public interventions name, and what these lie in, in their order."""
    named = Place.objects.filter(interventions__in=Intervention.objects.published().order_by())
    paths = named.order_by().values_list("path", flat=True).distinct()
    codes = {code for path in paths for code in path.split(".") if code}
    return Place.objects.filter(code__in=codes).order_by("path")


def by_country(found: InterventionQuerySet) -> dict[str, tuple[int, int]]:
    """How many of them name each country, by its code: the place's key, and the number."""
    through = Intervention.places.through.objects
    named = through.filter(intervention__in=found.order_by().values("pk"))
    counted = (
        named.filter(place__kind=PlaceKind.COUNTRY)
        .values_list("place__code", "place")
        .annotate(number=Count("intervention"))
    )
    return {code: (pk, number) for code, pk, number in counted.order_by()}


# --- A line of each ----------------------------------------------------------------------------


@dataclass(frozen=True)
class Line:
    """An intervention as lists show it."""

    one: Intervention
    stage: str
    tone: str
    light: tuple[str, str] | None  # of its reports; None before it was kicked off
    standing: Standing | None  # its first figure; None likewise

    @property
    def language(self) -> str:
        """Of its figures."""
        return self.one.framework.language


def lines(found: InterventionQuerySet) -> list[Line]:
    """A line of each, in this order; six queries at most. Sorting is done on keys alone: whole rows
    with all they are joined to make a far page slow."""
    keys = list(found.values_list("pk", flat=True))
    rows = for_lists(Intervention.objects.all()).prefetch_related(*with_first_figures())
    held = rows.in_bulk(keys)
    return [line_of(held[pk]) for pk in keys if pk in held]


def line_of(one: Intervention) -> Line:
    """No query where it was read with `with_first_figures`."""
    is_promised = one.framework.is_public
    return Line(
        one,
        stage=one.get_state_display(),
        tone=TONES[State(one.state)],
        light=light_of(one.framework) if is_promised else None,
        standing=first_standing(one.framework) if is_promised else None,
    )
