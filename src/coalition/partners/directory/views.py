"""The directory of partners: the list, the same on a map and over time, and as files."""

from __future__ import annotations

from collections.abc import Iterator

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from coalition.base.downloads import csv_file, xlsx_file
from coalition.partners.directory import queries
from coalition.partners.directory.forms import DirectoryFilter
from coalition.partners.models import Scope
from coalition.partners.states import PartnerState
from coalition.places.charts import member_map
from coalition.places.models import Place
from coalition.ui.charts import Bar, Series, bars, growth

ROWS_A_PAGE = 50


@require_safe
def directory(request: HttpRequest) -> HttpResponse:
    form = DirectoryFilter(request.GET)
    chosen = form.chosen()
    others = {name: value for name, value in chosen.items() if name != "group"}
    counts = queries.counts_by_group(queries.directory(**others))
    pages = Paginator(queries.directory(**chosen), ROWS_A_PAGE)
    # Counted already, group by group.
    group = form.groups.by_code.get(chosen.get("group", ""))
    pages.count = counts.get(group.pk, 0) if group else sum(counts.values())
    page = pages.get_page(request.GET.get("page"))
    page.object_list = queries.whole(page.object_list)
    context = {
        "form": form,
        "page": page,
        "groups": _bars_of_groups(form, counts, others),
        # The address of this very list, whatever else stood in the one that led here.
        "link": _with_query("partners:directory", chosen),
        "csv_link": _with_query("partners:directory_csv", chosen),
        "xlsx_link": _with_query("partners:directory_xlsx", chosen),
        "overview_link": _with_query("partners:overview", chosen),
        "is_filtered": bool(chosen.keys() - {"sort"}),
    }
    return render(request, "partners/directory.html", context)


@require_safe
def overview(request: HttpRequest) -> HttpResponse:
    """The same partners as the list with these filters, on the map and over time."""
    form = DirectoryFilter(request.GET)
    chosen = form.chosen()
    partners = queries.directory(**chosen)
    context = {
        "form": form,
        "count": partners.count(),
        "map": _map(chosen),
        "growth": _growth(form, chosen),
        "list_link": _with_query("partners:directory", chosen),
    }
    return render(request, "partners/directory/overview.html", context)


@require_safe
def directory_csv(request: HttpRequest) -> HttpResponse:
    """All rows of the list that the filters choose, in its order."""
    return csv_file("partners", *_table(request))


@require_safe
def directory_xlsx(request: HttpRequest) -> HttpResponse:
    """The same rows as a workbook."""
    return xlsx_file("partners", *_table(request))


def _table(request: HttpRequest) -> tuple[list[str], Iterator[list[str]]]:
    """Head and rows of a download, with the columns that an import of partners knows too."""
    partners = queries.directory(**DirectoryFilter(request.GET).chosen())
    header = [
        *(_("Reference"), _("Name"), _("Partner group"), _("Scope"), _("Country")),
        *(_("Web site"), _("Joined on"), _("Verified until"), _("State"), _("Example"), _("Page")),
    ]
    rows = (
        [
            partner.reference,
            partner.name,
            partner.group.name,
            Scope(partner.scope).label,
            partner.country.name if partner.country else "",
            partner.website,
            partner.joined_on.isoformat(),
            partner.verified_until.isoformat() if partner.verified_until else "",
            PartnerState(partner.state).label,
            _("yes") if partner.is_example else "",
            request.build_absolute_uri(partner.get_absolute_url()),
        ]
        for partner in partners.select_related("group", "country").iterator(chunk_size=1000)
    )
    return header, rows


def _with_query(route: str, chosen: dict[str, str]) -> str:
    return reverse(route) + (f"?{urlencode(chosen)}" if chosen else "")


def _bars_of_groups(form: DirectoryFilter, counts: dict[int, int], others: dict[str, str]) -> str:
    """How many partners each group has under the other filters; each bar leads to its group."""
    present = sum(1 for count in counts.values() if count)
    return bars(
        [
            Bar(
                group.name,
                counts.get(group.pk, 0),
                code=code,
                url=_with_query("partners:directory", {**others, "group": code}),
            )
            for code, group in form.groups.by_code.items()
        ],
        title=ngettext(
            "%(count)s partner, from %(groups)s of %(all)s groups",
            "%(count)s partners, from %(groups)s of %(all)s groups",
            sum(counts.values()),
        )
        % {
            "count": sum(counts.values()),
            "groups": present,
            "all": len(form.groups.by_code),
        },
        subtitle=_("Partners by group, under the other filters in use"),
        unit=_("partners"),
        source=_("the register of partners of this platform, today"),
    )


def _map(chosen: dict[str, str]) -> str:
    """Where these partners are seated; a tile leads to the list of those in its country."""
    others = {name: value for name, value in chosen.items() if name != "country"}
    seated = queries.counts_by_country(queries.directory(**chosen))
    codes = Place.objects.filter(pk__in=seated).values_list("code", flat=True)
    return member_map(
        seated,
        title=_("Where these partners are seated"),
        subtitle=_("Partners by country; one tile a member state of the United Nations"),
        unit=_("partners"),
        links={
            code: _with_query("partners:directory", {**others, "country": code}) for code in codes
        },
    )


def _growth(form: DirectoryFilter, chosen: dict[str, str]) -> str:
    periods, totals = queries.growth_by_group(queries.directory(**chosen))
    total = sum(values[-1] for values in totals.values())
    return growth(
        [
            Series(group.name, totals[group.pk], code=code)
            for code, group in form.groups.by_code.items()
            if group.pk in totals
        ],
        periods,
        title=ngettext(
            "How %(count)s partner came together", "How %(count)s partners came together", total
        )
        % {"count": total},
        subtitle=_("Today’s partners by group, by the day on which they joined"),
        unit=_("partners"),
        source=_("the register of partners of this platform, today"),
    )
