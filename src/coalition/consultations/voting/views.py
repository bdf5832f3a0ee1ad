"""Pages on which one answers: one statement at a time, all of them with one's own answers, and the
signature of an organisation. They bring no script, and every answer leads to the next statement."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db.models import prefetch_related_objects
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from coalition.base.errors import Refused
from coalition.base.limits import HOUR, Limit, seconds_to_wait
from coalition.consultations.access import Answer, Door, Reader, answer, open_besides
from coalition.consultations.models import Consultation, Participant, Phase, Statement
from coalition.consultations.moments import too_often
from coalition.consultations.states import PhaseKind, Reaction, StatementState
from coalition.consultations.voices import Voice, participant_of, voice_of
from coalition.consultations.voting import actions, forms, queries
from coalition.partners.models import Partner

A_PAGE = 25
# A whole workshop may share one network address.
PER_CLIENT, PER_VOICE = Limit(60_000, HOUR), Limit(2_000, HOUR)

# --- All of them, with one's own answers -----------------------------------------------------


@login_required
@require_safe
def answers(request: HttpRequest, reference: str, partner: str = "") -> HttpResponse:
    """Every statement with what one said to it; how far one is; what is still to be signed."""
    return _answers(request, _voice(request, reference, partner))


@require_POST
@login_required
def sign(request: HttpRequest, reference: str, partner: str) -> HttpResponse:
    """The signatory makes the drafts of an organisation its answer."""
    voice = _voice(request, reference, partner)
    if wait := _wait(request, voice):
        return _answers(request, voice, too_often(wait), status=429)
    form = forms.SignForm(request.POST)
    try:
        actions.sign(voice, seen=form.data.get("seen", ""))
    except Refused as refusal:
        return _answers(request, voice, str(refusal), status=409)
    messages.success(request, _("Signed. From now on this answer counts."))
    return redirect(voice.url_of("react"))


def _answers(
    request: HttpRequest, voice: Voice, refused: str = "", status: int = 200
) -> HttpResponse:
    prefetch_related_objects([voice.consultation], "phases")
    participant = participant_of(voice)
    shown = voice.consultation.statements.shown().order_by("number")
    page = Paginator(queries.with_answers(shown, participant), A_PAGE).get_page(
        request.GET.get("page")
    )
    context = {
        **_told(voice, participant),
        "page": page,
        "rows": [
            (one, _reaction(one.said), voice.url_of("react_to", number=one.number)) for one in page
        ],
        "merged": [
            (one, voice.url_of("react_to", number=one.merged_into.number))
            for one in queries.merged_of(participant)
        ],
        "next_url": voice.url_of("react_next"),
        "refused": refused,
        "about_url": reverse("consultations:about_you", args=[voice.consultation.reference]),
    }
    progress = context["progress"]
    if context["found"].is_open and progress.is_done:
        context |= {"thanks": progress.total > 0, "doing": _what_else(voice)}
    if voice.partner is not None:
        drafts = list(queries.unsigned(participant)) if participant else []
        context |= {
            "drafts": len(drafts),
            "sign_form": forms.SignForm(initial={"seen": queries.version_of(drafts)}),
            "sign_url": voice.url_of("sign_answer"),
            "may_sign": voice.may_sign,
        }
    return render(request, "consultations/voting/answers.html", context, status=status)


def _what_else(voice: Voice) -> list[tuple[Phase, Answer, list[Door]]]:
    """What this voice can do besides, once it has answered everything."""
    partners = [voice.partner] if voice.partner else []
    reader = Reader(partners, for_themselves=voice.partner is None)
    found = open_besides(voice.consultation, PhaseKind.REACT, reader)
    if voice.partner is None:
        return found
    # Where one page serves all, the organisation is chosen already.
    whose = f"?for={voice.partner.reference}"
    return [
        (
            phase,
            until,
            [each if each.partner else replace(each, url=each.url + whose) for each in ways],
        )
        for phase, until, ways in found
    ]


# --- One at a time ---------------------------------------------------------------------------


@login_required
@require_safe
def next_statement(request: HttpRequest, reference: str, partner: str = "") -> HttpResponse:
    """On to the statement whose turn it is; to all of them once each is answered."""
    return _on(_voice(request, reference, partner))


@login_required
@require_safe
def statement(request: HttpRequest, reference: str, number: int, partner: str = "") -> HttpResponse:
    """One statement, and three buttons. What was merged leads to the one that says the same."""
    voice = _voice(request, reference, partner)
    one = _statement(voice, number)
    if one.state == StatementState.MERGED and one.merged_into is not None:
        return redirect(voice.url_of("react_to", number=one.merged_into.number))
    return _page(request, voice, one)


@require_POST
@login_required
def vote(request: HttpRequest, reference: str, number: int, partner: str = "") -> HttpResponse:
    """Take one answer, and lead to the next statement. What is not taken says why."""
    voice = _voice(request, reference, partner)
    one = _statement(voice, number)
    if wait := _wait(request, voice):
        return _page(request, voice, one, too_often(wait), status=429)
    form = forms.VoteForm(request.POST)
    if not form.is_valid():
        words = _("Choose one of the three: agree, disagree or pass.")
        return _page(request, voice, one, words, status=400)
    participant = actions.vote(voice, one, form.cleaned_data["value"])
    return _on(voice, participant)


def _page(
    request: HttpRequest, voice: Voice, one: Statement, refused: str = "", status: int = 200
) -> HttpResponse:
    participant = participant_of(voice)
    said = queries.answer_of(participant, one)
    context = {
        **_told(voice, participant),
        "statement": one,
        "translation": queries.translation_of(one),
        "said": _reaction(said.value) if said else None,
        "is_unsigned": said is not None and said.is_draft,
        "reactions": list(Reaction),
        "vote_url": voice.url_of("vote", number=one.number),
        "next_url": voice.url_of("react_next"),
        "refused": refused,
    }
    return render(request, "consultations/voting/statement.html", context, status=status)


def _on(voice: Voice, participant: Participant | None = None) -> HttpResponse:
    number = queries.next_number(voice, participant or participant_of(voice))
    if number is None:
        return redirect(voice.url_of("react"))
    return redirect(voice.url_of("react_to", number=number))


# --- About oneself ---------------------------------------------------------------------------


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def about_you(request: HttpRequest, reference: str) -> HttpResponse:
    """What a person says of themselves, if they wish: their group, and where they are."""
    voice = _voice(request, reference)
    participant = participant_of(voice)
    held = {name: getattr(participant, name, None) for name in ("group", "place")}
    form = forms.AboutForm(request.POST if request.method == "POST" else None, initial=held)
    status = 200
    if request.method == "POST" and (wait := _wait(request, voice)):
        form.add_error(None, too_often(wait))
        status = 429
    elif request.method == "POST" and form.is_valid():
        actions.describe(voice, **form.cleaned_data)
        messages.success(request, _("Thank you. This is kept with your answers, not with you."))
        return redirect(voice.url_of("react"))
    context = {**_told(voice, participant), "form": form}
    return render(request, "consultations/voting/about.html", context, status=status)


# --- Shared ----------------------------------------------------------------------------------


def _voice(request: HttpRequest, reference: str, partner: str = "") -> Voice:
    """Whose voice it is. Raises NotAllowed with a sentence where it may not be raised."""
    one = get_object_or_404(Consultation.objects.announced(), reference=reference)
    if not partner:
        return voice_of(one, request.user)
    organisation = get_object_or_404(Partner.objects.public(), reference=partner)
    return voice_of(one, request.user, organisation)


def _statement(voice: Voice, number: int) -> Statement:
    """One that everybody sees, or that was merged into such a one."""
    seen = (StatementState.ACCEPTED, StatementState.MERGED)
    found = voice.consultation.statements.filter(state__in=seen).select_related("merged_into")
    return get_object_or_404(found, number=number)


def _told(voice: Voice, participant: Participant | None) -> dict[str, Any]:
    return {
        "voice": voice,
        "consultation": voice.consultation,
        "participant": participant,
        "found": answer(voice.consultation, actions.ABILITY),
        "progress": queries.progress(voice, participant),
        "url": voice.url_of("react"),
    }


def _reaction(value: int | None) -> Reaction | None:
    return None if value is None else Reaction(value)


def _wait(request: HttpRequest, voice: Voice) -> int:
    return seconds_to_wait(request, "react", voice.key, by_reader=PER_CLIENT, by_thing=PER_VOICE)
