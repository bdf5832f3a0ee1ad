"""The officers' desk of key interventions: decisions that wait for one, all there are, opening."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from coalition.base.downloads import csv_file
from coalition.base.errors import NotAllowed, Refused
from coalition.consultations.models import Conclusion
from coalition.interventions.access import own
from coalition.interventions.models import Intervention, InterventionQuerySet
from coalition.interventions.opening import actions, forms, queries
from coalition.interventions.queries import for_lists

PAGE_SIZE = 25

# --- The list ----------------------------------------------------------------------------------


@login_required
@require_safe
def desk(request: HttpRequest) -> HttpResponse:
    """Decisions without an intervention, and all interventions with what each lacks."""
    form, found = _asked(request)
    page = Paginator(for_lists(found), PAGE_SIZE).get_page(request.GET.get("page"))
    waiting = queries.waiting_decisions()
    shown = list(waiting[: queries.MOST_DECISIONS])
    context = {
        "decisions": shown,
        "more": waiting.count() - len(shown),
        "form": form,
        "page": page,
        "rows": queries.rows(list(page)),
        "query": request.GET.urlencode(),
    }
    return render(request, "interventions/opening/desk.html", context)


@login_required
@require_safe
def desk_csv(request: HttpRequest) -> HttpResponseBase:
    """Exactly what the desk shows for the same question, as CSV."""
    header = (
        "reference title language state lead lead_reference lead_group lead_confirmed decision "
        "starts_on ends_on reports lacks url"
    )
    found = queries.all_rows(_asked(request)[1].select_related("conclusion__consultation"))
    return csv_file("interventions-desk", header.split(), (_line(request, row) for row in found))


def _asked(request: HttpRequest) -> tuple[forms.DeskForm, InterventionQuerySet]:
    _officers_alone(request)
    form = forms.DeskForm(request.GET)
    form.is_valid()
    return form, queries.filtered(Intervention.objects.all(), form.cleaned_data)


def _officers_alone(request: HttpRequest, permission: str = "interventions.view_desk") -> None:
    """To others the desk does not exist."""
    if not request.user.has_perm(permission):
        raise Http404


def _line(request: HttpRequest, row: queries.Row) -> list[Any]:
    one = row.one
    owes = one.framework.is_public and one.framework.ended_at is None
    return [
        one.reference,
        one.title,
        one.language,
        one.state,
        one.partner.name,
        one.partner.reference,
        one.partner.group.code,
        int(row.is_led),
        one.conclusion.consultation.reference if one.conclusion else "",
        one.starts_on or "",
        one.ends_on or "",
        one.framework.light if owes else "",
        " ".join(row.lacks),
        request.build_absolute_uri(reverse("interventions:workspace", args=[one.reference])),
    ]


# --- Opening one -------------------------------------------------------------------------------


@login_required
def open_new(request: HttpRequest) -> HttpResponse:
    """One that was not decided in a consultation here: its source is said before it is public."""
    _officers_alone(request, "interventions.open")
    return _open(request, None)


@login_required
def open_decided(request: HttpRequest, reference: str) -> HttpResponse:
    """One out of a consultation's published decision, prefilled from it."""
    _officers_alone(request, "interventions.open")
    found = queries.decided().filter(consultation__reference=reference)
    return _open(request, get_object_or_404(found))


def _open(request: HttpRequest, conclusion: Conclusion | None) -> HttpResponse:
    data = request.POST if request.method == "POST" else None
    form = forms.OpenForm(conclusion, data, language=request.user.language)
    if request.method == "POST" and form.is_valid():
        try:
            one = actions.open_intervention(
                **form.cleaned_data, conclusion=conclusion, by=request.user
            )
        except (NotAllowed, Refused) as refusal:
            form.add_error(None, str(refusal))
        else:
            name = one.partner.name
            messages.success(
                request, _("Opened. %s is asked to lead it, and gets a letter.") % name
            )
            return redirect("interventions:workspace", one.reference)
    context = {"form": form, "conclusion": conclusion}
    return render(request, "interventions/opening/open.html", context)


@require_POST
@login_required
def discard(request: HttpRequest, reference: str) -> HttpResponse:
    """Throw a draft away."""
    one = own(request, reference, "interventions.open")
    try:
        actions.discard(one, by=request.user)
    except Refused as refusal:
        messages.error(request, str(refusal))
        return redirect("interventions:workspace", reference)
    messages.success(request, _("The draft is gone."))
    return redirect("interventions:desk")
