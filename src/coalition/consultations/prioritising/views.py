"""Pages on which one says what comes first: the ballot of a person, and of an organisation.

A long ballot has pages and a search, and no script. Each page is saved by its button, together with
all that was saved before: what is kept is always a whole ballot that keeps the rules.
"""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from coalition.base.errors import Refused
from coalition.base.limits import HOUR, Limit, seconds_to_wait
from coalition.consultations.access import answer
from coalition.consultations.models import Consultation, Phase
from coalition.consultations.moments import too_often
from coalition.consultations.prioritising import actions, forms, queries
from coalition.consultations.states import PrioritiseBy
from coalition.consultations.voices import Voice, participant_of, voice_of
from coalition.consultations.voting.queries import in_own_order
from coalition.partners.models import Partner

A_PAGE = 50
SEARCHED = ("words", "mine")
# A whole workshop may share one network address.
PER_CLIENT, PER_VOICE = Limit(20_000, HOUR), Limit(600, HOUR)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def ballot(request: HttpRequest, reference: str, partner: str = "") -> HttpResponse:
    """One's own ballot: what stands on it, with what one said so far; a save leads on to the next
    page, or back to this one."""
    voice = _voice(request, reference, partner)
    if request.method != "POST":
        return _page(request, voice)
    if wait := _wait(request, voice):
        return _page(request, voice, too_often(wait), status=429)
    phase = queries.phase_of(voice.consultation)
    try:
        if phase is not None:
            numbers = forms.numbers_on_page(request.POST, A_PAGE)
            on_page = list(queries.on_ballot(voice.consultation, phase).filter(number__in=numbers))
            choices = forms.read(request.POST, on_page, phase)
        else:
            on_page, choices = [], {}
        among = [one.pk for one in on_page]
        seen = forms.SeenForm(request.POST).data.get("seen", "")
        actions.put(voice, choices, among=among, seen=seen)
    except Refused as refusal:
        return _page(request, voice, str(refusal), status=409)
    messages.success(request, _saved(voice))
    return redirect(voice.url_of("prioritise") + _onward(request.POST))


@require_POST
@login_required
def sign(request: HttpRequest, reference: str, partner: str) -> HttpResponse:
    """The signatory makes the draft of an organisation its ballot."""
    voice = _voice(request, reference, partner)
    if wait := _wait(request, voice):
        return _page(request, voice, too_often(wait), status=429)
    form = forms.SeenForm(request.POST)
    try:
        actions.sign(voice, seen=form.data.get("seen", ""))
    except Refused as refusal:
        return _page(request, voice, str(refusal), status=409)
    messages.success(request, _("Signed. From now on this ballot counts."))
    return redirect(voice.url_of("prioritise"))


def _page(request: HttpRequest, voice: Voice, refused: str = "", status: int = 200) -> HttpResponse:
    consultation = voice.consultation
    phase = queries.phase_of(consultation)
    participant = participant_of(voice)
    held = queries.held_by(participant)
    is_refused = request.method == "POST" and bool(refused)
    context: dict[str, Any] = {
        "voice": voice,
        "consultation": consultation,
        "participant": participant,
        "phase": phase,
        "found": answer(consultation, actions.ABILITY),
        "refused": refused,
        "held": held,
        "is_cut": voice.partner is None and not consultation.is_tied,
        "may_sign": voice.may_sign,
        "url": voice.url_of("prioritise"),
        "seen_form": forms.SeenForm(initial={"seen": held.version}, auto_id=False),
    }
    if voice.partner is not None:
        context["sign_url"] = voice.url_of("sign_ballot")
    if phase is not None:
        context |= _of_phase(request, voice, phase, held, is_refused)
    return render(request, "consultations/prioritising/ballot.html", context, status=status)


def _of_phase(
    request: HttpRequest, voice: Voice, phase: Phase, held: queries.Held, is_refused: bool
) -> dict[str, Any]:
    """What stands there, a page of it, and what was said to each."""
    on_ballot = queries.on_ballot(voice.consultation, phase)
    costs = dict(on_ballot.values_list("pk", "cost"))
    choices = queries.said_now(voice.consultation, phase, held, costs)
    asked = request.POST if is_refused else request.GET
    search = forms.SearchForm({name: asked[name] for name in SEARCHED if name in asked})
    wanted = search.cleaned_data if search.is_valid() else {}
    found = queries.with_words(on_ballot, wanted.get("words", ""))
    if wanted.get("mine"):
        found = found.filter(pk__in=choices)
    page = Paginator(in_own_order(found, voice), A_PAGE).get_page(asked.get("page"))
    on_page = list(page)
    shown = {one.number: str(choices.get(one.pk, "")) for one in on_page}
    if is_refused:
        numbers = set(forms.numbers_on_page(request.POST, A_PAGE))
        shown |= forms.typed(request.POST, [one for one in on_page if one.number in numbers])
    named = sorted(
        (choices[key], key) for key in choices if key in costs and phase.by != PrioritiseBy.APPROVAL
    )
    if phase.by == PrioritiseBy.POINTS:
        named.sort(key=lambda each: -each[0])
    of_named = {one.pk: one for one in on_ballot.filter(pk__in=[key for _value, key in named])}
    return {
        "purpose": queries.purpose_of(phase, len(costs)),
        "standing": queries.standing(phase, costs, choices),
        "named": [(of_named[key], value) for value, key in named if key in of_named],
        "rows": [(one, forms.name_of(one.number), shown[one.number]) for one in on_page],
        "places": [str(place) for place in range(1, queries.places(len(costs)) + 1)],
        "page": page,
        "searched": _searched(asked),
        "search": search,
        "is_long": len(costs) > A_PAGE,
        "next_page": page.next_page_number() if page.has_next() else 0,
    }


def _saved(voice: Voice) -> str:
    if voice.partner is None:
        return _("Saved. It counts as it stands; you can change it until the end.")
    return _("Saved as a draft. It counts once your signatory has signed.")


def _onward(data: QueryDict) -> str:
    """To the page for which the button that was pressed stands."""
    query = QueryDict(mutable=True)
    query.update(_searched(data))
    page = data.get("go") or data.get("page") or ""
    if page.isascii() and page.isdecimal() and len(page) < 6 and page != "1":
        query["page"] = page
    return f"?{query.urlencode()}" if query else ""


def _searched(data: QueryDict) -> dict[str, str]:
    """What is searched, as an address or a form goes on asking for it."""
    found = {name: data.get(name, "")[:100] for name in SEARCHED}
    return {name: value for name, value in found.items() if value}


# --- Shared ----------------------------------------------------------------------------------


def _voice(request: HttpRequest, reference: str, partner: str = "") -> Voice:
    """Whose voice it is. Raises NotAllowed with a sentence where it may not be raised."""
    found = Consultation.objects.announced().prefetch_related("phases__unit")
    one = get_object_or_404(found, reference=reference)
    if not partner:
        return voice_of(one, request.user)
    organisation = get_object_or_404(Partner.objects.public(), reference=partner)
    return voice_of(one, request.user, organisation)


def _wait(request: HttpRequest, voice: Voice) -> int:
    return seconds_to_wait(
        request, "prioritise", voice.key, by_reader=PER_CLIENT, by_thing=PER_VOICE
    )
