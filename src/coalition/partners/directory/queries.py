"""The public list of partners, and where they are seated."""

from __future__ import annotations

from collections import defaultdict
from datetime import date

from django.db.models import Count, Exists, Min, OuterRef, Q, QuerySet
from django.db.models.functions import TruncQuarter
from django.utils import timezone
from django.utils.translation import gettext_lazy

from coalition.partners.models import KnownName, NameKind, Partner, Priority
from coalition.places.models import Place

SORTS = {
    "name": (gettext_lazy("Name"), ("name", "pk")),
    "joined": (gettext_lazy("Newest first"), ("-joined_on", "name", "pk")),
}


def directory(
    *,
    group: str = "",
    country: str = "",
    region: str = "",
    scope: str = "",
    theme: str = "",
    level: str = "",
    since: str = "",
    words: str = "",
    sort: str = "name",
) -> QuerySet[Partner]:
    """Partners by the codes of their group, country, region and scope, by theme and level of one
    of their priorities, by the year since which they joined, and by words of which each must
    occur in their name, another name of theirs, their text or reference."""
    partners = Partner.objects.public()
    if group:
        partners = partners.filter(group__code=group)
    if country:
        partners = partners.filter(country__code=country)
    if region:
        path = Place.objects.filter(code=region).values_list("path", flat=True).first()
        partners = partners.filter(country__path__startswith=path) if path else partners.none()
    if scope:
        partners = partners.filter(scope=scope)
    if since:
        partners = partners.filter(joined_on__gte=date(int(since), 1, 1))
    if theme or level:
        # Not EXISTS: SQLite would walk all priorities of the theme anew for each partner.
        named = Priority.objects.all()
        named = named.filter(theme__code=theme) if theme else named
        named = named.filter(level__code=level) if level else named
        partners = partners.filter(pk__in=named.values("partner"))
    # People in charge are screened under their names, and found by nobody.
    also_called = KnownName.objects.exclude(partner=None).exclude(kind=NameKind.OFFICER)
    for word in words.split():
        partners = partners.filter(
            Q(name__icontains=word)
            | Q(about__icontains=word)
            | Q(reference__iexact=word)
            | Q(pk__in=also_called.filter(name__icontains=word).values("partner"))
        )
    return partners.order_by(*SORTS[sort][1])


def whole(page: QuerySet[Partner]) -> QuerySet[Partner]:
    """The partners of one page of `directory`, with what a list shows of them. Only their keys
    are sorted among all: whole rows would make a page far down many times slower."""
    rows = Partner.objects.select_related("group", "country").filter(pk__in=page.values("pk"))
    return rows.order_by(*page.query.order_by)


def counts_by_group(partners: QuerySet[Partner]) -> dict[int, int]:
    """How many of these partners each group has, by the group's primary key."""
    rows = partners.order_by().values_list("group").annotate(Count("pk"))
    return dict(rows)


def places_of_partners() -> QuerySet[Place]:
    """The countries in which active partners are seated."""
    seated = Partner.objects.public().filter(country=OuterRef("pk"))
    return Place.objects.countries().filter(Exists(seated))


def counts_by_country(partners: QuerySet[Partner]) -> dict[int, int]:
    """How many of these partners are seated in each country, by the country's primary key."""
    seated = partners.order_by().exclude(country=None)
    return dict(seated.values_list("country").annotate(Count("pk")))


def first_year() -> int:
    """The year in which the first of today's partners joined; this year where there is none."""
    first = Partner.objects.public().aggregate(first=Min("joined_on"))["first"]
    return (first or timezone.now().date()).year


MOST_QUARTERS = 16


def growth_by_group(partners: QuerySet[Partner]) -> tuple[list[str], dict[int, list[int]]]:
    """How these partners came together: the periods from the first to the present one ("2025",
    or "2025 Q3" where they are few), and for each group how many had joined by the end of each.

    Counted are the partners given; those that left since are among none of them.
    """
    joined = (
        partners.order_by()
        .annotate(quarter=TruncQuarter("joined_on"))
        .values_list("group", "quarter")
        .annotate(Count("pk"))
    )
    by_quarter: dict[tuple[int, int], dict[int, int]] = defaultdict(dict)
    for group, first_day, count in joined:
        by_quarter[first_day.year, (first_day.month + 2) // 3][group] = count
    if not by_quarter:
        return [], {}
    today = timezone.now().date()
    last = max(*by_quarter, (today.year, (today.month + 2) // 3))
    quarters = [
        (year, quarter)
        for year in range(min(by_quarter)[0], last[0] + 1)
        for quarter in (1, 2, 3, 4)
        if min(by_quarter) <= (year, quarter) <= last
    ]
    totals: dict[int, list[int]] = {group: [] for held in by_quarter.values() for group in held}
    for quarter in quarters:
        for group, values in totals.items():
            before = values[-1] if values else 0
            values.append(before + by_quarter.get(quarter, {}).get(group, 0))
    if len(quarters) <= MOST_QUARTERS:
        return [f"{year} Q{quarter}" for year, quarter in quarters], totals
    ends = [i for i, one in enumerate(quarters) if one[1] == 4 or one == quarters[-1]]
    return (
        [str(quarters[i][0]) for i in ends],
        {group: [values[i] for i in ends] for group, values in totals.items()},
    )
