"""Reads of priorities that several partners share."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from coalition.base.names import Name
from coalition.partners.models import (
    CommonPriority,
    CommonPriorityMember,
    Membership,
    Partner,
    PartnerGroup,
    PriorityKind,
)
from coalition.partners.states import JOINED
from coalition.places.models import Place, PlaceKind
from coalition.ui.thread import Knot

SORTS = {
    "shared": (gettext_lazy("Most shared first"), ("-partners", "-pk")),
    "newest": (gettext_lazy("Newest first"), ("-pk",)),
    "theme": (gettext_lazy("Theme"), ("theme__position", "-partners", "-pk")),
}
KNOTS = 8  # members named on the thread; all stand in the list
# Both are ranked by the partners; the words for them differ.
RANKED = {
    PriorityKind.PRIORITY: gettext_lazy("Priority %d"),
    PriorityKind.OPPORTUNITY: gettext_lazy("Opportunity %d"),
}
COUNTED = Q(members__standing=Membership.IN, members__priority__partner__state__in=JOINED)
LIKELY = Q(members__priority__partner__state__in=JOINED) & ~Q(members__standing=Membership.OUT)


def commons(
    found: QuerySet[CommonPriority],
    *,
    theme: str = "",
    level: str = "",
    kind: str = "",
    region: str = "",
    state: str = "",
    words: str = "",
    sort: str = "shared",
    counted: Q = COUNTED,
) -> QuerySet[CommonPriority]:
    """Common priorities by the codes of theme, level, kind, region and state, and by words of
    their names or of their members; each with the number of `partners` that share it."""
    if theme:
        found = found.filter(theme__code=theme)
    if level:
        found = found.filter(level__code=level)
    if kind:
        found = found.filter(kind=kind)
    if state:
        found = found.filter(state=state)
    if region:
        path = Place.objects.filter(code=region).values_list("path", flat=True).first()
        found = found.filter(place__path__startswith=path) if path else found.none()
    for word in words.split():
        spoken = CommonPriorityMember.objects.filter(priority__words__icontains=word)
        wanted = Q(reference__iexact=word) | Q(
            pk__in=spoken.exclude(standing=Membership.OUT).values("common")
        )
        # Language by language: one of the databases keeps the whole value in escaped letters.
        for code in settings.UN_LANGUAGES:
            wanted |= Q(**{f"names__{code}__icontains": word})
        found = found.filter(wanted)
    counts = Count("members__priority__partner", filter=counted, distinct=True)
    return (
        found.select_related("theme", "level", "place")
        .annotate(partners=counts)
        .order_by(*SORTS[sort][1])
    )


def members(common: CommonPriority, *, standing: str = "") -> QuerySet[CommonPriorityMember]:
    """Its priorities with their partners: of partners that are partners now."""
    found = common.members.filter(priority__partner__state__in=JOINED)
    if standing:
        found = found.filter(standing=standing)
    return found.select_related("priority__partner__group", "priority__place").order_by(
        "priority__partner__name", "priority__rank", "pk"
    )


@dataclass(frozen=True)
class Shares:
    """How many partners share a common priority, in all, by group and by the region they are in.

    Lists of (code, name, count), in the order of the vocabularies; zeros are kept for groups.
    """

    partners: int
    groups: list[tuple[str, str, int]]
    regions: list[tuple[str, str, int]]


def shares(common: CommonPriority) -> Shares:
    sharing = Partner.objects.public().filter(
        pk__in=common.members.filter(standing=Membership.IN).values("priority__partner")
    )
    rows = sharing.order_by().values_list("group__code", "country__path").annotate(Count("pk"))
    by_group: dict[str, int] = {}
    by_region: dict[str, int] = {}
    for group, path, count in rows:
        by_group[group] = by_group.get(group, 0) + count
        region = path.split(".")[1] if path else ""
        by_region[region] = by_region.get(region, 0) + count
    names = {place.code: str(place.name) for place in Place.objects.filter(kind=PlaceKind.REGION)}
    regions = [(code, names[code], by_region[code]) for code in names if code in by_region]
    elsewhere = sum(count for code, count in by_region.items() if code not in names)
    if elsewhere:
        regions.append(("", _("In no one region"), elsewhere))
    return Shares(
        partners=sum(by_group.values()),
        groups=[
            (one.code, str(one.short_name), by_group.get(one.code, 0))
            for one in PartnerGroup.objects.all()
        ],
        regions=regions,
    )


def knots(common: CommonPriority, shown: Any) -> list[Knot]:
    """Above: the theme, and priorities that it answers; below: the theme it became, and the key
    interventions that answer it."""
    found = [
        Knot(
            _("Thematic area"),
            common.theme.short_name,
            common.theme.get_absolute_url(),
            position="above",
        )
    ]
    found += [
        Knot(
            str(RANKED[PriorityKind(one.priority.kind)]) % one.priority.rank,
            Name(one.priority.words, one.priority.language)
            if one.priority.words
            else common.theme.short_name,
            one.priority.partner.get_absolute_url(),
            figure=Name(one.priority.partner.name, one.priority.partner.name_language),
            position="above",
        )
        for one in shown[:KNOTS]
    ]
    if common.became:
        found.append(
            Knot(
                _("Became a thematic area"),
                common.became.short_name,
                common.became.get_absolute_url(),
            )
        )
    found += common.interventions.as_knots(f"priority={common.reference}")  # type: ignore[attr-defined]
    return found


def reason(member: CommonPriorityMember) -> str:
    """Why a priority was put there, as a sentence in the reader's language."""
    why: Mapping[str, Any] = member.why or {}
    if not why:
        return _("An officer put it here.")
    near = {
        "place": _("the same place"),
        "subregion": _("the same sub-region"),
        "region": _("the same region"),
        "world": _("another region"),
    }[why["near"]]
    if "likeness" not in why:
        return _("Same theme and level, %(near)s, and no words to compare.") % {"near": near}
    if why.get("meaning"):
        return _(
            "Same theme and level, %(near)s, and a model of language finds them alike "
            "(%(likeness)s %%)."
        ) % {"near": near, "likeness": why["likeness"]}
    if not why["words"]:
        return _("Same theme and level; it has most others like it, and stands in the middle.")
    return _(
        "Same theme and level, %(near)s, and words in common: %(words)s (%(likeness)s %%)."
    ) % {
        "near": near,
        "words": _(", ").join(why["words"]),
        "likeness": why["likeness"],
    }


def common_place(common: CommonPriority) -> Place | None:
    """The smallest place that holds the places of all its priorities."""
    paths = list(
        common.members.exclude(standing=Membership.OUT)
        .order_by()
        .values_list("priority__place__path", flat=True)
        .distinct()
    )
    if not paths:
        return None
    codes = paths[0].split(".")[:-1]
    for path in paths[1:]:
        others = path.split(".")[:-1]
        same = [one == other for one, other in zip(codes, others, strict=False)]
        codes = codes[: same.index(False) if False in same else len(same)]
    # A step of the way that is no place of its own is passed over.
    ways = [".".join(codes[:length]) + "." for length in range(len(codes), 0, -1)]
    return Place.objects.filter(path__in=ways).order_by("-path").first()


def commons_of(partner: Partner) -> list[CommonPriority]:
    """The public common priorities to which this partner's priorities belong."""
    held = CommonPriorityMember.objects.filter(
        standing=Membership.IN, priority__partner=partner
    ).values("common")
    return list(
        CommonPriority.objects.public()
        .filter(pk__in=held)
        .select_related("theme")
        .order_by("kind", "pk")
    )
