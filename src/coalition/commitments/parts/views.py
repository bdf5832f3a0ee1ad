"""The workspace of a joint commitment: who is asked for what, and what they answer."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from coalition.commitments.access import own, part_of
from coalition.commitments.models import Commitment, Part
from coalition.commitments.parts import actions, forms, queries
from coalition.commitments.reading.queries import for_page
from coalition.commitments.states import PARTS_OPEN
from coalition.commitments.writing.quality import guide
from coalition.commitments.writing.queries import with_words
from coalition.commitments.writing.views import steps
from coalition.results.reading.queries import summary as summary_of
from coalition.ui.verbs import attempt, with_refused

# --- All parts, for the one that leads -------------------------------------------------------


@login_required
def parts(request: HttpRequest, reference: str) -> HttpResponse:
    """Who was asked and what they answered; whoever signs asks another partner."""
    posted = request.method == "POST"
    needed = "commitments.ask_part" if posted else "commitments.view_parts"
    commitment = own(request, reference, needed)
    form = forms.AskForm(request.POST if posted else None)
    if posted and form.is_valid():
        given = form.cleaned_data
        if attempt(request, form, lambda: actions.ask(commitment, **given, by=request.user)):
            name = given["partner"].name
            messages.success(request, _("%s is asked, and gets a letter.") % name)
            return redirect("commitments:parts", reference=reference)
    is_open = commitment.state in PARTS_OPEN
    may_ask = is_open and request.user.has_perm("commitments.ask_part", commitment)
    may_edit = commitment.is_editable and request.user.has_perm("commitments.edit", commitment)
    guided = guide(with_words(commitment)) if may_edit else []
    context = {
        "commitment": commitment,
        "parts": queries.all_of(commitment),
        "form": form if may_ask else None,
        "is_open": is_open,
        "steps": steps(commitment, "parts", guided) if may_edit else [],
        "guide": guided,
    }
    return render(request, "commitments/parts/parts.html", context)


# --- One part, for both sides ----------------------------------------------------------------

# What can be done with a part, each at an address of its own: who may, and what is said then.
VERBS = {
    "change": ("commitments.change_part", gettext_lazy("Saved.")),
    "ask_again": ("commitments.manage_part", gettext_lazy("Asked. The partner gets a letter.")),
    "remove": ("commitments.manage_part", gettext_lazy("Taken out. The partner gets a letter.")),
    "offer_lead": ("commitments.manage_part", gettext_lazy("Offered. Until then you lead.")),
    "end_offer": ("commitments.end_offer", gettext_lazy("The lead stays where it is.")),
    "confirm": ("commitments.answer_part", gettext_lazy("Confirmed: you take part from now on.")),
    "decline": ("commitments.answer_part", gettext_lazy("Declined. The partner gets a letter.")),
    "leave": ("commitments.answer_part", gettext_lazy("You have left. The partner gets a letter.")),
    "take_lead": ("commitments.answer_part", gettext_lazy("Your organisation leads from now on.")),
}
# These rest on words that somebody had before their eyes.
ON_WORDS_SEEN = ("change", "confirm", "take_lead")


@login_required
@require_safe
def part(request: HttpRequest, reference: str, pk: int) -> HttpResponse:
    """What a partner is asked to confirm, with all that this person may do about it."""
    return page(request, part_of(request, reference, pk, "commitments.view_part"))


@require_POST
@login_required
def act(request: HttpRequest, reference: str, pk: int, verb: str) -> HttpResponse:
    """Apply a verb. What is refused is said in its form, which keeps what was typed."""
    permission, done = VERBS[verb]
    one = part_of(request, reference, pk, permission)
    form = forms.form_of(verb, request.POST)
    given = {"seen": request.POST.get("seen", "")} if verb in ON_WORDS_SEEN else {}
    action = getattr(actions, verb)
    if form.is_valid() and attempt(
        request, form, lambda: action(one, **form.cleaned_data, **given, by=request.user)
    ):
        messages.success(request, str(done))
        # Who said no to a draft has no more to do with it.
        visible = Commitment.objects.visible_to(request.user).filter(pk=one.commitment_id)
        return redirect(one if visible.exists() else "workspace")
    fresh = part_of(request, reference, pk, "commitments.view_part")
    return page(request, fresh, {verb: form})


def page(request: HttpRequest, part: Part, refused: Mapping[str, Form] | None = None) -> Any:
    """A part with the forms that fit it as it is now, also those that were refused. Where one of
    these fits no more, its sentences stand on top."""
    person = request.user
    part.commitment = for_page(Commitment.objects.filter(pk=part.commitment_id)).get()
    now = {"role": part.role, "what": part.what}
    fitting = {verb: forms.form_of(verb, **now) for verb in queries.verbs_for(person, part)}
    leads = person.has_perm("commitments.view_parts", part.commitment)
    context = {
        "part": part,
        "commitment": part.commitment,
        "leads": leads,
        "acts_for": part.commitment.partner if leads else part.partner,
        "forms": with_refused(request, fitting, refused),
        "seen": queries.version_of(part),
        "summary": summary_of(part.commitment.framework, reader=person),
        "history": queries.history(part),
        "confirmed_at": queries.confirmed_at(part),
    }
    return render(request, "commitments/parts/part.html", context)
