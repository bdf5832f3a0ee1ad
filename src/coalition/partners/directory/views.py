"""The directory of partners."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from coalition.base.downloads import csv_file
from coalition.partners.directory import queries
from coalition.partners.directory.forms import DirectoryFilter
from coalition.ui.charts import Bar, bars

ROWS_A_PAGE = 50


@require_safe
def directory(request: HttpRequest) -> HttpResponse:
    form = DirectoryFilter(request.GET)
    chosen = form.chosen()
    page = Paginator(queries.directory(**chosen), ROWS_A_PAGE).get_page(request.GET.get("page"))
    context = {
        "form": form,
        "page": page,
        "groups": _bars_of_groups(form, chosen),
        # The address of this very list, whatever else stood in the one that led here.
        "link": _with_query("partners:directory", chosen),
        "csv_link": _with_query("partners:directory_csv", chosen),
        "is_filtered": bool(chosen.keys() - {"sort"}),
    }
    return render(request, "partners/directory.html", context)


@require_safe
def directory_csv(request: HttpRequest) -> HttpResponse:
    """All rows of the list that the filters choose, in its order, with the page's columns."""
    partners = queries.directory(**DirectoryFilter(request.GET).chosen())
    header = [
        *(_("Reference"), _("Name"), _("Partner group"), _("Scope"), _("Country")),
        *(_("Joined on"), _("Example"), _("Page")),
    ]
    rows = (
        [
            partner.reference,
            partner.name,
            partner.group.name,
            partner.get_scope_display(),
            partner.country.name if partner.country else "",
            partner.joined_on.isoformat(),
            _("yes") if partner.is_example else "",
            request.build_absolute_uri(partner.get_absolute_url()),
        ]
        for partner in partners.iterator(chunk_size=1000)
    )
    return csv_file("partners", header, rows)


def _with_query(route: str, chosen: dict[str, str]) -> str:
    return reverse(route) + (f"?{urlencode(chosen)}" if chosen else "")


def _bars_of_groups(form: DirectoryFilter, chosen: dict[str, str]) -> str:
    """How many partners each group has under the other filters; each bar leads to its group."""
    others = {name: value for name, value in chosen.items() if name != "group"}
    counts = queries.counts_by_group(queries.directory(**others))
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
