"""The public list of partners, and where they are seated."""

from __future__ import annotations

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext_lazy

from coalition.partners.models import Partner, Priority
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
    words: str = "",
    sort: str = "name",
) -> QuerySet[Partner]:
    """Active partners by the codes of their group, country, region and scope, by the theme of
    their priorities, and by words of which each must occur in their name, text or reference."""
    partners = Partner.objects.public().select_related("group", "country")
    if group:
        partners = partners.filter(group__code=group)
    if country:
        partners = partners.filter(country__code=country)
    if region:
        path = Place.objects.filter(code=region).values_list("path", flat=True).first()
        partners = partners.filter(country__path__startswith=path) if path else partners.none()
    if scope:
        partners = partners.filter(scope=scope)
    if theme:
        # Not EXISTS: SQLite would walk all priorities of the theme anew for each partner.
        named = Priority.objects.filter(theme__code=theme)
        partners = partners.filter(pk__in=named.values("partner"))
    for word in words.split():
        partners = partners.filter(
            Q(name__icontains=word) | Q(about__icontains=word) | Q(reference__iexact=word)
        )
    return partners.order_by(*SORTS[sort][1])


def counts_by_group(partners: QuerySet[Partner]) -> dict[int, int]:
    """How many of these partners each group has, by the group's primary key."""
    rows = partners.order_by().values_list("group").annotate(Count("pk"))
    return dict(rows)


def places_of_partners() -> QuerySet[Place]:
    """The countries in which active partners are seated."""
    seated = Partner.objects.public().filter(country=OuterRef("pk"))
    return Place.objects.countries().filter(Exists(seated))
