"""The page on which an organisation says how often it reports, and by when."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from coalition.base.errors import NotAllowed, Refused
from coalition.partners.people.queries import why_not
from coalition.results.models import Framework
from coalition.results.owners import with_owners
from coalition.results.schedules import actions, queries
from coalition.results.schedules.forms import ScheduleForm
from coalition.results.schedules.lights import light_of


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def schedule(request: HttpRequest, reference: str) -> HttpResponse:
    """The schedule as a form, and the periods with the deadlines that follow from it."""
    framework = _own(request, reference)
    form = ScheduleForm(request.POST or None, framework)
    if request.method == "POST" and form.is_valid():
        try:
            actions.set_schedule(framework, **form.cleaned_data, by=request.user)
        except (Refused, NotAllowed) as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("The schedule is saved."))
            return redirect("results:schedule", framework.reference)
    context = {
        "framework": framework,
        "owner": framework.owner,
        "form": None if framework.ended_at else form,
        "periods": queries.laid(framework, request.user, timezone.now()),
        "light": light_of(framework),
    }
    return render(request, "results/schedules/schedule.html", context)


def _own(request: HttpRequest, reference: str) -> Framework:
    """The framework if this person may edit it; 404 where it is hidden from them, else why not."""
    frameworks = with_owners(Framework.objects.visible_to(request.user))
    framework = frameworks.filter(reference=reference).first()
    if framework is None:
        raise Http404
    if not request.user.has_perm("results.edit", framework):
        sentence = why_not(request.user, framework.reporter, "edit")
        raise NotAllowed(sentence or _("This is for those who act for the organisation."))
    return framework
