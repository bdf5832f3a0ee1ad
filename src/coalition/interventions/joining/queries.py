"""Which interventions may be part of which, and which figures count towards which."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Q, prefetch_related_objects
from django.utils.translation import gettext as _

from coalition.interventions.models import Intervention
from coalition.interventions.states import ENDED
from coalition.places.models import Place
from coalition.results.frameworks.counting import why_not as why_not_counted
from coalition.results.models import Indicator

# The levels at which work is done, the narrowest first; a coalition names them, and has these.
LEVELS = ("national", "regional", "international")
MOST_OFFERED = 25  # wider interventions to choose from; words find the others


# --- Which may be part of which ----------------------------------------------------------------


def why_not_part(narrower: Intervention, wider: Intervention) -> str:
    """Why one intervention cannot be part of the other now, or an empty text. Walks up from the
    wider one, a query for each step."""
    for one in (narrower, wider):
        if not one.is_public:
            return _("“%(title)s” is not announced yet. Both have to be public.") % {
                "title": one.name
            }
        if one.state in ENDED:
            return _("“%(title)s” is “%(state)s”, so nothing in it changes any more.") % {
                "title": one.name,
                "state": one.get_state_display(),
            }
    if narrower.is_example != wider.is_example:
        return _("Example records and real ones are counted apart.")
    if narrower.pk in chain_of(wider):
        return _("“%(title)s” is part of this one already, directly or over others.") % {
            "title": wider.name
        }
    if not holds(wider, narrower):
        return _(
            "“%(title)s” is not wider: it needs a wider level, or the same level and places that "
            "hold all places of this one."
        ) % {"title": wider.name}
    return ""


def holds(wider: Intervention, narrower: Intervention) -> bool:
    """Is it of a wider level, or of the same one with places that hold the other's?"""
    if wider.level is None or narrower.level is None:
        return False
    width, own = (LEVELS.index(one.level.code) for one in (wider, narrower))
    if width != own:
        return width > own
    return _within(narrower.places.all(), wider.places.all())


def _within(places: Iterable[Place], wider: Iterable[Place]) -> bool:
    paths = tuple(one.path for one in wider)
    found = [one.path.startswith(paths) for one in places]
    return bool(found) and all(found)


def chain_of(intervention: Intervention) -> list[int]:
    """The intervention and all of which it is a part, upwards. A query for each step."""
    found = [intervention.pk]
    above = intervention.whole_id
    while above is not None and above not in found:
        found.append(above)
        rows = Intervention.objects.filter(pk=above)
        above = rows.values_list("whole", flat=True).first()
    return found


def below(intervention: Intervention) -> set[int]:
    """The intervention and all that are part of it, downwards. A query for each level."""
    found: set[int] = set()
    ahead = {intervention.pk}
    while ahead:
        found |= ahead
        rows = Intervention.objects.filter(whole__in=ahead)
        ahead = set(rows.values_list("pk", flat=True)) - found
    return found


def offered(narrower: Intervention, words: str = "") -> list[Intervention]:
    """The interventions of which it may be a part, by title; `words` of their titles, or a
    reference, find few of many. A fixed number of queries, and one for each level below it."""
    if narrower.level is None:
        return []
    prefetch_related_objects([narrower], "places")
    wide = LEVELS[LEVELS.index(narrower.level.code) :]
    found = Intervention.objects.published().exclude(state__in=ENDED)
    found = found.filter(level__code__in=wide, is_example=narrower.is_example)
    for word in words.split()[:6]:
        found = found.filter(Q(title__icontains=word) | Q(reference__iexact=word))
    rows = found.exclude(pk__in=below(narrower)).select_related("partner", "level")
    chosen = []
    for one in rows.prefetch_related("places").order_by("title", "pk")[: MOST_OFFERED * 8]:
        if holds(one, narrower):
            chosen.append(one)
    return chosen[:MOST_OFFERED]


# --- Which figures count -----------------------------------------------------------------------


@dataclass(frozen=True)
class Line:
    """An indicator of the narrower one: towards which of the wider one it counts, towards which it
    could, and why it cannot count towards the others."""

    indicator: Indicator
    counts_in: Indicator | None
    fitting: list[Indicator]
    why_not: str


def lines(narrower: Intervention, wider: Intervention) -> list[Line]:
    """Each of its indicators in order. Two queries, and those of the way up from the wider one's
    indicators."""
    above = list(_measured(wider))
    return [_line(one, above) for one in _measured(narrower)]


def _measured(intervention: Intervention) -> Iterable[Indicator]:
    found = intervention.framework.indicators.select_related("unit", "framework", "parent")
    return found.order_by("number")


def _line(one: Indicator, above: list[Indicator]) -> Line:
    if one.parent is not None and any(one.parent_id == each.pk for each in above):
        return Line(one, one.parent, [], "")
    reasons = {each.pk: why_not_counted(one, each) for each in above}
    fitting = [each for each in above if not reasons[each.pk]]
    if fitting or not above:
        return Line(one, None, fitting, "")
    sentences = set(reasons.values())
    why_not = (
        sentences.pop()
        if len(sentences) == 1
        else _("None of them is measured in the same way: kind of figure, unit and rule.")
    )
    return Line(one, None, [], why_not)


def counted_in(wider: Intervention) -> dict[int, list[Indicator]]:
    """The indicators of its parts that count towards its own, by part. One query."""
    found: dict[int, list[Indicator]] = {}
    rows = Indicator.objects.filter(
        parent__framework=wider.framework_id, framework__intervention__whole=wider
    )
    for one in rows.select_related("parent", "framework__intervention").order_by("pk"):
        found.setdefault(one.framework.intervention.pk, []).append(one)
    return found
