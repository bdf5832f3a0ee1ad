"""Where people and organisations propose, and see what became of what they proposed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from coalition.base.errors import NotAllowed, Refused
from coalition.base.limits import HOUR, Limit, seconds_to_wait
from coalition.consultations.access import answer, reader_of
from coalition.consultations.models import Consultation, Statement
from coalition.consultations.moments import too_often
from coalition.consultations.proposing import actions, queries
from coalition.consultations.proposing.forms import ProposeForm
from coalition.consultations.states import PUBLIC, StatementState
from coalition.consultations.voices import voice_of

# Attempts, also those that are refused. Many may share one network address.
PER_CLIENT, PER_PERSON = Limit(300, HOUR), Limit(60, HOUR)
SAID = {
    StatementState.DRAFT: gettext_lazy("Kept. It is sent once the signatory signs it."),
    StatementState.WAITING: gettext_lazy("Received. It is shown once the secretariat has read it."),
    StatementState.ACCEPTED: gettext_lazy("Received. Everybody can read it now."),
}


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def propose(request: HttpRequest, reference: str) -> HttpResponse:
    """Propose something, where that is open to the reader, and see what they proposed so far."""
    one = _one(request, reference)
    found, reader = answer(one, "propose"), reader_of(one, request.user)
    may = found.is_open and not reader.why_not
    data = request.POST if request.method == "POST" else None
    wanted = request.GET.get("for", "")
    form = ProposeForm(one, reader, data, wanted=wanted) if may else None
    status, twin = 200, None
    if request.method == "POST":
        if form is None:
            raise NotAllowed(
                reader.why_not or _("Nothing can be proposed now.") + f" {found.sentence}"
            )
        if wait := _wait(request, "propose"):
            form.add_error(None, too_often(wait))
            status = 429
        elif form.is_valid():
            made, twin = _attempt(request, one, form)
            if made is not None:
                messages.success(request, str(SAID[StatementState(made.state)]))
                return redirect("consultations:propose", reference)
    context = {
        "consultation": one,
        "found": found,
        "reader": reader,
        "form": form,
        "twin": twin and queries.address_of(twin),
        "mine": queries.own(one, reader, request.user),
    }
    return render(request, "consultations/proposing/propose.html", context, status=status)


def _attempt(
    request: HttpRequest, one: Consultation, form: ProposeForm
) -> tuple[Statement | None, Statement | None]:
    """What was made of it; else the statement that everybody can read and that says the same. What
    is refused is said in the form."""
    words = (form.cleaned_data["text"], form.cleaned_data["language"])
    try:
        voice = voice_of(one, request.user, form.partner)
        return actions.propose(voice, *words), None
    except actions.SaidAlready as refusal:
        form.add_error("text", str(refusal))
        shown = refusal.statement.state == StatementState.ACCEPTED
        return None, refusal.statement if shown else None
    except (NotAllowed, Refused) as refusal:
        form.add_error("text" if isinstance(refusal, Refused) else None, str(refusal))
    return None, None


# What one does with what one proposed, each at an address of its own.
VERBS: dict[str, tuple[Callable[..., Statement], Any]] = {
    "sign": (actions.sign, gettext_lazy("Signed and sent.")),
    "withdraw": (actions.withdraw, gettext_lazy("Taken back. It is not shown any more.")),
}


@require_POST
@login_required
def act(request: HttpRequest, reference: str, number: int, verb: str) -> HttpResponse:
    """Sign what was drafted for one's organisation, or take back what one proposed."""
    one = _one(request, reference)
    rows = Statement.objects.select_related("consultation", "author__partner")
    statement = get_object_or_404(rows, consultation=one, number=number)
    # What is not one's own, and not shown, does not exist for a reader.
    if not actions.is_own(statement, request.user):
        raise Http404
    action, done = VERBS[verb]
    try:
        if wait := _wait(request, verb):
            raise NotAllowed(too_often(wait))
        action(statement, by=request.user)
    except NotAllowed as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, str(done))
    return redirect("consultations:propose", reference)


def _one(request: HttpRequest, reference: str) -> Consultation:
    found = Consultation.objects.prefetch_related("phases").filter(state__in=PUBLIC)
    return get_object_or_404(found, reference=reference)


def _wait(request: HttpRequest, verb: str) -> int:
    door, person = f"{verb} statement", str(request.user.pk)
    return seconds_to_wait(request, door, person, by_reader=PER_CLIENT, by_thing=PER_PERSON)
