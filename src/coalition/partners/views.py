"""The directory, and what a partner says of itself. The officers' pages are in `desk`."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from coalition.base.downloads import csv_file
from coalition.base.errors import NotAllowed, Refused
from coalition.partners import actions, queries
from coalition.partners.forms import DirectoryFilter, Priorities, ProfileForm, priority_rows
from coalition.partners.models import Partner
from coalition.ui.charts import Bar, bars

ROWS_A_PAGE = 50


# --- The directory ---------------------------------------------------------------------------


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


# --- What a partner says of itself -----------------------------------------------------------


@login_required
def profile_edit(request: HttpRequest, reference: str) -> HttpResponse:
    partner = _partner_of(request, reference, "partners.edit_profile")
    is_officer = request.user.is_officer
    form = ProfileForm(request.POST or None, instance=partner, for_officer=is_officer)
    if request.method == "POST" and form.is_valid():
        try:
            actions.edit_profile(partner, form.cleaned_data, by=request.user)
        except (NotAllowed, Refused) as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Saved. The public page shows it now."))
            return redirect(partner)
    return render(request, "partners/profile_edit.html", {"partner": partner, "form": form})


@login_required
def priorities(request: HttpRequest, reference: str) -> HttpResponse:
    partner = _partner_of(request, reference, "partners.set_priorities")
    rows = priority_rows()
    refused = ""
    if request.method == "POST":
        formset = Priorities(request.POST, form_kwargs={"rows": rows})
        if formset.is_valid():
            wanted = [form.cleaned_data for form in formset.ordered_forms]
            try:
                actions.set_priorities(partner, wanted, by=request.user)
            except (NotAllowed, Refused) as refusal:
                refused = str(refusal)
            else:
                messages.success(request, _("Saved. Your priorities are public now."))
                return redirect("partners:priorities", partner.reference)
    else:
        formset = Priorities(initial=_initial(partner), form_kwargs={"rows": rows})
    context = {"partner": partner, "formset": formset, "refused": refused}
    return render(request, "partners/priorities.html", context)


def _initial(partner: Partner) -> list[dict[str, Any]]:
    held = partner.priorities.select_related("theme", "level", "place")
    return [
        {
            "priority": one.pk,
            "theme": one.theme,
            "level": one.level,
            "place": one.place,
            "words": one.words,
            "language": one.language,
        }
        for one in held
    ]


def _partner_of(request: HttpRequest, reference: str, permission: str) -> Partner:
    """The partner, if the reader may do this for it. Raises NotAllowed with the reason if not."""
    partner = get_object_or_404(Partner, reference=reference)
    if not request.user.has_perm(permission, partner):
        raise NotAllowed(
            _("You hold no current mandate for %(partner)s, so you cannot speak for it.")
            % {"partner": partner.name}
        )
    return partner
