"""The screens on which a key intervention is written."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from coalition.base.errors import NotAllowed, Refused
from coalition.interventions.access import own
from coalition.interventions.states import OPEN
from coalition.interventions.writing.forms import FORMS
from coalition.interventions.writing.queries import STEPS, address, after, screens, steps


@login_required
def edit(request: HttpRequest, reference: str, step: str) -> HttpResponse:
    """One screen; saving leads to the next. What is refused is said above the form, which keeps
    what was typed. `of` names the text whose paragraphs are chosen."""
    if step not in FORMS:
        raise Http404
    one = own(request, reference, "interventions.edit")
    if one.state not in OPEN:
        messages.error(
            request,
            _("This intervention is “%(state)s”, so nothing in it changes any more.")
            % {"state": one.get_state_display()},
        )
        return redirect(address(one, "overview"))
    order = screens(one, request.user)
    wanted = (request.POST.get("of") or request.GET.get("of", ""))[:60]
    data = request.POST if request.method == "POST" else None
    form = FORMS[step](one, data, wanted=wanted)
    stands: list[tuple[str, str]] = []
    if request.method == "POST" and form.is_valid():
        try:
            if not form.is_as_it_was:
                form.save(by=request.user)
        except (NotAllowed, Refused) as refusal:
            form.add_error(None, str(refusal))
            one = own(request, reference, "interventions.edit")
            stands = form.rest_on(one)
        else:
            if "stay" not in request.POST:
                return redirect(address(one, after(step, order)))
            messages.success(request, _("Saved."))
            return redirect(address(one, step) + (f"?of={wanted}" if wanted else ""))
    context = {
        "form": form,
        "intervention": one,
        "stands": stands,
        "title": STEPS[step],
        "steps": steps(one, step, order),
    }
    return render(request, "interventions/writing/step.html", context)
