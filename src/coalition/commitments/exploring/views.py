"""The list of all promises: filters, files."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.db.models import Prefetch
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from coalition.base.downloads import csv_file
from coalition.commitments.exploring import forms
from coalition.commitments.models import Commitment, Delivery
from coalition.commitments.queries import by_ids, with_names

PAGE_SIZE = 25


def explorer(request: HttpRequest) -> HttpResponse:
    """All published promises, filtered as the address says."""
    form = forms.ExplorerForm(request.GET)
    found = forms.answered(Commitment.objects.published(), form)
    ids = found.values_list("pk", flat=True)
    page = Paginator(ids, PAGE_SIZE).get_page(request.GET.get("page"))
    page.object_list = by_ids(page.object_list)
    return render(request, "commitments/explorer.html", {"form": form, "page": page})


def download(request: HttpRequest) -> HttpResponse:
    """Exactly what the explorer shows for the same address, as CSV."""
    found = forms.answered(Commitment.objects.published(), forms.ExplorerForm(request.GET))
    deliveries = Delivery.objects.select_related("provision__instrument").only(
        "commitment", "provision__eid", "provision__instrument__code"
    )
    found = with_names(found).prefetch_related(Prefetch("deliveries", deliveries))
    header = (
        "reference title language promise for_whom partner partner_group country level places "
        "themes delivers_on starts_on ends_on framework reports published_at is_example url"
    )
    rows = (
        [
            one.reference,
            one.title,
            one.language,
            one.promise,
            one.for_whom,
            one.partner.name,
            one.partner.group.code,
            one.partner.country.code if one.partner.country else "",
            one.level.code if one.level else "",
            " ".join(place.code for place in one.places.all()),
            " ".join(theme.code for theme in one.themes.all()),
            " ".join(
                f"{each.provision.instrument.code}/{each.provision.eid}"
                for each in one.deliveries.all()
            ),
            one.starts_on or "",
            one.ends_on or "",
            one.framework.reference,
            one.framework.light,
            one.published_at.isoformat() if one.published_at else "",
            int(one.is_example),
            request.build_absolute_uri(one.get_absolute_url()),
        ]
        for one in found.iterator(chunk_size=1000)
    )
    return csv_file("commitments", header.split(), rows)
