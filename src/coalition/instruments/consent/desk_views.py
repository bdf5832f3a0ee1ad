"""The desk: officers and editors record acts of consent by hand, and strike what was an error."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from coalition.base.errors import Refused
from coalition.instruments.consent import actions, forms, pages, words
from coalition.instruments.models import ConsentAction

ROWS_A_PAGE = 40


def keepers_only(request: HttpRequest) -> None:
    """Nobody else learns that there is a desk."""
    if not request.user.has_perm("instruments.consent"):
        raise Http404


@login_required
@require_safe
def desk(request: HttpRequest) -> HttpResponse:
    """What was recorded last, with the way to record more."""
    keepers_only(request)
    page = Paginator(pages.latest_acts(), ROWS_A_PAGE).get_page(request.GET.get("page"))
    context = {"page": page, "rows": [(act, words.days_of(act)) for act in page]}
    return render(request, "instruments/consent/desk.html", context)


@login_required
def record_act(request: HttpRequest) -> HttpResponse:
    """Record an act; what cannot be is refused with a sentence on the form."""
    keepers_only(request)
    asked = {name: request.GET.get(name, "") for name in ("instrument", "party")}
    form = forms.ActForm(request.POST or None, initial=asked)
    if request.method == "POST" and form.is_valid():
        try:
            act = actions.record_stated(form.cleaned_data, by=request.user)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Recorded. The status below follows from it."))
            return redirect(act)
    return render(request, "instruments/consent/act.html", {"form": form})


@login_required
def strike(request: HttpRequest, pk: int) -> HttpResponse:
    """Strike an act as an error of entry: it stays to be read, with the reason, and counts no
    longer."""
    keepers_only(request)
    found = ConsentAction.objects.select_related("instrument", "party", "source")
    act = get_object_or_404(found, pk=pk)
    form = forms.StrikeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.strike_action(act, why=form.cleaned_data["why"], by=request.user)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Struck. The status below follows without it."))
            return redirect(act)
    context = {"form": form, "act": act, "days": words.days_of(act)}
    return render(request, "instruments/consent/strike.html", context)
