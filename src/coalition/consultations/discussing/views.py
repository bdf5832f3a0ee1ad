"""The text that a consultation is about, paragraph by paragraph, with what is said of it; and where
those who take part say it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from coalition.base.downloads import csv_file, xlsx_file
from coalition.base.errors import NotAllowed, Refused
from coalition.base.limits import HOUR, Limit, seconds_to_wait
from coalition.consultations.access import Answer, Reader, answer, reader_of
from coalition.consultations.discussing import actions, queries
from coalition.consultations.discussing.forms import FindForm, RemarkForm
from coalition.consultations.models import Consultation, Remark, RemarkQuerySet
from coalition.consultations.moments import too_often
from coalition.consultations.states import ORGANISATIONS, PEOPLE, STATEMENT_TONES, StatementState
from coalition.consultations.taking_along import taken_along
from coalition.consultations.voices import voice_of

A_PAGE = 15  # remarks, each with a few lines of other words
# Attempts, also those that are refused. Many may share one network address; and a signatory may
# sign all that an organisation drafted.
PER_CLIENT, PER_PERSON = Limit(1_500, HOUR), Limit(300, HOUR)
HEADER = (
    *("number", "paragraph", "eid", "kind", "text", "language", "other_words", "words_of_the_text"),
    *("language_of_the_text", "by", "organisation", "name", "group", "day", "url"),
)
SAID = {
    StatementState.DRAFT: gettext_lazy("Kept. It is sent once the signatory signs it."),
    StatementState.WAITING: gettext_lazy("Received. It is shown once the secretariat has read it."),
    StatementState.ACCEPTED: gettext_lazy("Received. Everybody can read it now."),
}

# --- To read ---------------------------------------------------------------------------------


@require_safe
def text(request: HttpRequest, reference: str) -> HttpResponse:
    """The text: how much is said of what, and the part that is asked for, to read."""
    one = _one(reference)
    found = queries.discussed(one)
    parts = found.parts()
    asked = request.GET.get("part", "")
    shown = found.part(int(asked)) if asked.isdecimal() and len(asked) < 6 else None
    if len(parts) == 1:
        shown = parts[0][0]
    elif asked and shown is None:
        raise Http404
    count = sum(found.counts.values())
    # A short text without remarks is read at once; a long one is found its way in by the strip.
    has_strip = shown is None if len(parts) > 1 else bool(count)
    context = {
        **_told(request, one),
        "text": found.text,
        "parts": parts,
        "part": shown,
        "units": [found.unit(node) for node in shown.nodes] if shown else [],
        "cells": found.cells() if has_strip else [],
        "count": count,
    }
    return render(request, "consultations/discussing/text.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def paragraph(request: HttpRequest, reference: str, eid: str) -> HttpResponse:
    """One paragraph or point: its words, what is said of it, and where one says something."""
    one = _one(reference)
    found = queries.discussed(one)
    node = found.text.by_eid.get(eid)
    if node is None:
        return _of_gone(one, eid)
    if node.provision.is_our_division:
        raise Http404
    told = _told(request, one)
    form, status = _form(request, told, node.wording), 200
    twin = None
    if request.method == "POST":
        made, twin, status = _attempt(request, told, node, form)
        if made is not None:
            messages.success(request, str(SAID[StatementState(made.state)]))
            return redirect(f"{request.path}#said")
    unit = found.unit(node)
    page = Paginator(queries.said_of(one, unit), A_PAGE).get_page(request.GET.get("page"))
    above, below = found.neighbours(node)
    context = {
        **told,
        "text": found.text,
        "part": found.text.part_of(node.eid),
        "unit": unit,
        "title": queries.place_name(node.provision),
        "form": form,
        "is_open_form": request.method == "POST" or not page.paginator.count,
        "twin": twin,
        "page": page,
        "rows": queries.rows_of(page),
        "previous": above and found.unit(above),
        "next": below and found.unit(below),
        "previous_title": above and queries.place_name(above.provision),
        "next_title": below and queries.place_name(below.provision),
    }
    return render(request, "consultations/discussing/paragraph.html", context, status=status)


@require_safe
def listing(request: HttpRequest, reference: str) -> HttpResponse:
    """All that was said of the text, as readers ask for it."""
    one = _one(reference)
    form, found = _asked(request, one)
    page = Paginator(queries.in_order(found, one), A_PAGE).get_page(request.GET.get("page"))
    context = {
        **_told(request, one),
        "form": form,
        "page": page,
        "rows": queries.rows_of(page),
        "query": request.GET.urlencode(),
    }
    return render(request, "consultations/discussing/list.html", context)


@require_safe
def remark(request: HttpRequest, reference: str, number: int) -> HttpResponse:
    """One remark, whole. Those that not everybody reads are read by who wrote them alone."""
    one = _one(reference)
    found: Any = queries.for_rows(one.remarks.filter(number=number))
    held = get_object_or_404(found)
    held.consultation = one
    if held.state != StatementState.ACCEPTED and not (
        request.user.is_authenticated and actions.is_own(held, request.user)
    ):
        raise Http404
    context = {
        "consultation": one,
        "remark": held,
        "place": queries.place_name(held.provision),
        "url": queries.address_in(one, held.provision),
        "spans": queries.spans_of(held),
        "tone": STATEMENT_TONES[StatementState(held.state)],
    }
    return render(request, "consultations/discussing/remark.html", context)


def _of_gone(one: Consultation, eid: str) -> HttpResponse:
    """A paragraph that the text does not have any more: what was said of it stays in the list."""
    if not one.remarks.shown().filter(provision__eid=eid).exists():
        raise Http404
    url = reverse("consultations:remarks", args=[one.reference])
    return redirect(f"{url}?{urlencode({'paragraph': eid})}")


# --- To take along ---------------------------------------------------------------------------


@taken_along
@require_safe
def list_csv(request: HttpRequest, reference: str) -> HttpResponseBase:
    """Exactly what the list shows for the same address, as CSV."""
    return _file(csv_file, request, reference)


@taken_along
@require_safe
def list_xlsx(request: HttpRequest, reference: str) -> HttpResponseBase:
    """The same rows as a workbook."""
    return _file(xlsx_file, request, reference)


def _file(
    make: Callable[..., HttpResponseBase], request: HttpRequest, reference: str
) -> HttpResponseBase:
    one = _one(reference)
    found = queries.in_order(_asked(request, one)[1], one)
    return make(f"{one.reference}-remarks", HEADER, _lines(request, one, found))


def _lines(request: HttpRequest, one: Consultation, found: Any) -> Iterator[list[Any]]:
    """What organisations say stands there by name where their answers are public; else nobody
    learns from a row whether it is an organisation's."""
    for each in found.iterator(chunk_size=500):
        partner = each.author.partner if one.answers_are_public else None
        kind = ORGANISATIONS if partner else PEOPLE
        words = each.wording if each.instead else None
        yield [
            *(each.number, each.provision.number, each.provision.eid),
            queries.OTHER_WORDS if each.instead else queries.COMMENT,
            *(each.text, each.language, each.instead, words.words if words else ""),
            words.version.language if words else "",
            kind if one.answers_are_public else "",
            *((partner.reference, partner.name) if partner else ("", "")),
            partner.group.code if partner else "",
            each.made_at.date().isoformat(),
            request.build_absolute_uri(queries.address_of(one, each)),
        ]


def _asked(request: HttpRequest, one: Consultation) -> tuple[FindForm, RemarkQuerySet]:
    form = FindForm(one, request.GET)
    shown = queries.for_rows(one.remarks.shown())
    return form, queries.found_by(shown, one, form.wishes)


# --- To say something ------------------------------------------------------------------------


def _form(request: HttpRequest, told: dict[str, Any], wording: Any) -> RemarkForm | None:
    """The form, where this reader may say something now."""
    if not told["may"]:
        return None
    data = request.POST if request.method == "POST" else None
    wanted = request.GET.get("for", "")
    return RemarkForm(told["consultation"], told["reader"], wording, data, wanted=wanted)


def _attempt(
    request: HttpRequest, told: dict[str, Any], node: Any, form: RemarkForm | None
) -> tuple[Remark | None, Remark | None, int]:
    """What was made of it; else the remark that everybody can read and that says the same; and how
    the answer is marked. What is refused is said in the form."""
    if form is None:
        raise NotAllowed(told["reader"].why_not or told["found"].sentence)
    if wait := _wait(request, "say"):
        form.add_error(None, too_often(wait))
        return None, None, 429
    if not form.is_valid():
        return None, None, 200
    one, given = told["consultation"], form.cleaned_data
    wording = node.provision.wordings.select_related("version").filter(pk=given["seen"]).first()
    if given["seen"] and wording is None:
        form.add_error(None, _("The words of this paragraph were not found. Please look again."))
        return None, None, 200
    try:
        voice = voice_of(one, request.user, form.partner)
        instead = given.get("instead", "")
        words = (given["text"], given["language"])
        made = actions.remark(voice, node.provision, *words, instead=instead, wording=wording)
    except actions.SaidAlready as refusal:
        form.add_error("text", str(refusal))
        is_shown = refusal.remark.state == StatementState.ACCEPTED
        return None, refusal.remark if is_shown else None, 200
    except (NotAllowed, Refused) as refusal:
        form.add_error(None, str(refusal))
        return None, None, 200
    return made, None, 200


@login_required
@require_safe
def own(request: HttpRequest, reference: str) -> HttpResponse:
    """What the reader, and the organisations they write for, said here."""
    one = _one(reference)
    told = _told(request, one)
    found = queries.own_remarks(one, told["reader"], request.user)
    page = Paginator(found, A_PAGE).get_page(request.GET.get("page"))
    rows = queries.own_rows(page.object_list, one, request.user)
    context = {**told, "page": page, "mine": rows}
    return render(request, "consultations/discussing/own.html", context)


# What one does with what one said, each at an address of its own.
VERBS: dict[str, tuple[Callable[..., Remark], Any]] = {
    "sign": (actions.sign, gettext_lazy("Signed and sent.")),
    "withdraw": (actions.withdraw, gettext_lazy("Taken back. It is not shown any more.")),
}


@require_POST
@login_required
def act(request: HttpRequest, reference: str, number: int, verb: str) -> HttpResponse:
    """Sign what was drafted for one's organisation, or take back what one said."""
    one = _one(reference)
    rows = Remark.objects.select_related("author__partner")
    held = get_object_or_404(rows, consultation=one, number=number)
    held.consultation = one
    # What is not one's own, and not shown, does not exist for a reader.
    if not actions.is_own(held, request.user):
        raise Http404
    action, done = VERBS[verb]
    try:
        if wait := _wait(request, verb):
            raise NotAllowed(too_often(wait))
        action(held, by=request.user)
    except NotAllowed as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, str(done))
    return redirect("consultations:own_remarks", reference)


# --- Shared ----------------------------------------------------------------------------------


def _one(reference: str) -> Consultation:
    found = Consultation.objects.announced().select_related("text").prefetch_related("phases")
    return get_object_or_404(found, reference=reference)


def _told(request: HttpRequest, one: Consultation) -> dict[str, Any]:
    """What every page says: whether something can be said now, and by whom."""
    found: Answer = answer(one, "comment")
    reader: Reader = reader_of(one, request.user)
    return {
        "consultation": one,
        "found": found,
        "reader": reader,
        "may": found.is_open and not reader.why_not,
    }


def _wait(request: HttpRequest, verb: str) -> int:
    door, person = f"{verb} remark", str(request.user.pk)
    return seconds_to_wait(request, door, person, by_reader=PER_CLIENT, by_thing=PER_PERSON)
