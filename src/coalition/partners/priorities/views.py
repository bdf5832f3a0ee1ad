"""What matters to a partner, and the opportunities it sees, in its own order."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from coalition.base.errors import NotAllowed, Refused
from coalition.partners.models import Partner, Priority, PriorityKind
from coalition.partners.people.views import partner_of
from coalition.partners.priorities import actions
from coalition.partners.priorities.forms import Priorities, priority_rows

ROUTES = {
    PriorityKind.PRIORITY: "partners:priorities",
    PriorityKind.OPPORTUNITY: "partners:opportunities",
}


@login_required
def priorities(
    request: HttpRequest, reference: str, kind: str = PriorityKind.PRIORITY
) -> HttpResponse:
    """The form in which a partner ranks its priorities, or the opportunities it sees."""
    partner = partner_of(request, reference, "partners.set_priorities")
    rows = priority_rows()
    refused = ""
    if request.method == "POST":
        formset = Priorities(request.POST, form_kwargs={"rows": rows})
        if formset.is_valid():
            wanted = [form.cleaned_data for form in formset.ordered_forms]
            try:
                actions.set_priorities(partner, wanted, by=request.user, kind=kind)
            except (NotAllowed, Refused) as refusal:
                refused = str(refusal)
            else:
                messages.success(request, _("Saved. Your order is public now."))
                return redirect(ROUTES[kind], partner.reference)
    else:
        formset = Priorities(initial=_initial(partner, kind), form_kwargs={"rows": rows})
    context = {
        "partner": partner,
        "formset": formset,
        "refused": refused,
        "is_priority": kind == PriorityKind.PRIORITY,
    }
    return render(request, "partners/priorities.html", context)


def _initial(partner: Partner, kind: str) -> list[dict[str, Any]]:
    held = Priority.every.filter(partner=partner, kind=kind)
    held = held.select_related("theme", "level", "place")
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
