"""The mail room's pages, for officers: what waits, one message, the letters."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import wraps
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from coalition.base.downloads import csv_file
from coalition.mailroom import actions
from coalition.mailroom.forms import OutboxFilter, QueueFilter
from coalition.mailroom.handling import FILEABLE
from coalition.mailroom.models import (
    SETTLED,
    Authenticity,
    FailingAddress,
    Guess,
    InboundMessage,
    Letter,
    LetterState,
    Verdict,
)
from coalition.mailroom.queries import (
    failing_addresses,
    held_back,
    letters_out,
    messages_in,
    with_guesses,
)
from coalition.mailroom.reading import attachment_bytes
from coalition.mailroom.unsubscribing import person_of

ROWS = 25  # on a page
TEXT_SHOWN = 10_000  # characters of a message on its page; the whole is in the file
ATTACHMENTS_SHOWN = 50
TONES = {
    Verdict.RECEIVED: "alert",
    Verdict.CASE: "good",
    Verdict.WAITING: "due",
    Verdict.AUTOMATIC: "calm",
    Verdict.FORGED: "alert",
    Verdict.QUARANTINED: "alert",
    Verdict.FILED: "good",
    Verdict.BOUNCE: "calm",
    Verdict.LIMITED: "due",
    Verdict.DONE: "ended",
    LetterState.WAITING: "due",
    LetterState.SENT: "good",
    LetterState.HELD: "calm",
    LetterState.FAILED: "alert",
    LetterState.RETURNED: "alert",
}
TONES_OF_AUTHENTICITY = {
    Authenticity.UNCHECKED: "calm",
    Authenticity.PASSED: "good",
    Authenticity.UNKNOWN: "calm",
    Authenticity.FAILED: "alert",
}
UNREAD = (Verdict.RECEIVED, Verdict.LIMITED)
READ_AT_ONCE = 50  # held messages that one click reads


def officers_only(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """To everybody else the mail room is not there."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not request.user.has_perm("mailroom.read"):
            raise Http404
        return view(request, *args, **kwargs)

    return guarded


@require_safe
@officers_only
def queue(request: HttpRequest) -> HttpResponse:
    form, found = _queue(request)
    page = Paginator(with_guesses(found), ROWS).get_page(request.GET.get("page"))
    for one in page:
        one.tone = TONES[one.verdict]
        one.waits = one.verdict not in SETTLED
        one.can_be_filed = one.verdict in FILEABLE
        _guesses(one.guesses.all())
    kept = request.GET.copy()
    kept.pop("page", None)
    csv_url = f"{reverse('mailroom:queue_csv')}?{kept.urlencode()}"
    return render(
        request,
        "mailroom/queue.html",
        {
            "form": form,
            "page": page,
            "csv_url": csv_url,
            "held": held_back(InboundMessage.objects.visible_to(request.user)),
        },
    )


@require_safe
@officers_only
def queue_csv(request: HttpRequest) -> StreamingHttpResponse:
    """All rows that the filters of the queue find, as the page shows them."""
    _form, found = _queue(request)
    header = [_("Number"), _("Received"), _("From"), _("Address"), _("Subject")]
    rows = (
        [
            one.pk,
            one.received_at.isoformat(timespec="seconds"),
            one.from_name,
            one.from_address,
            one.subject,
            one.get_verdict_display(),
        ]
        for one in found.iterator(chunk_size=500)
    )
    return csv_file("messages", [*header, _("What became of it")], rows)


@require_safe
@officers_only
def message(request: HttpRequest, pk: int) -> HttpResponse:
    one = _visible(request, pk)
    return render(
        request,
        "mailroom/message.html",
        {
            "message": one,
            "tone": TONES[one.verdict],
            "reasons": [_(line) for line in one.why.splitlines() if line],
            "no_answer": _(one.no_answer) if one.no_answer else "",
            "cases": list(one.requests.all()),
            "guesses": _guesses(one.guesses.select_related("thread__request")),
            "can_be_filed": one.verdict in FILEABLE,
            "filed_with": getattr(one.thread, "request", None),
            "authenticity_tone": TONES_OF_AUTHENTICITY[one.authenticity],
            "authenticity_why": _(one.authenticity_why) if one.authenticity_why else "",
            "text": one.text[:TEXT_SHOWN],
            "is_cut": len(one.text) > TEXT_SHOWN,
            "attachments": [_attachment(file) for file in one.attachments[:ATTACHMENTS_SHOWN]],
            "more_attachments": max(0, len(one.attachments) - ATTACHMENTS_SHOWN),
            "waits": one.verdict not in SETTLED,
            "offers": _offers(one),
            "can_be_read": one.verdict in UNREAD and one.raw,
        },
    )


@require_safe
@officers_only
def raw(request: HttpRequest, pk: int) -> HttpResponse:
    """The message as it came, to keep, never to show in the browser."""
    one = _visible(request, pk)
    return _download(_bytes(one), f"message-{one.pk}.eml")


@require_safe
@officers_only
def attachment(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """The attachment with this number, from 1 on. Nothing is taken out of what is quarantined."""
    one = _visible(request, pk)
    if not 1 <= number <= len(one.attachments):
        raise Http404
    described = one.attachments[number - 1]
    content = attachment_bytes(_bytes(one), described["sha256"])
    if content is None:
        raise Http404
    return _download(content, described["name"])


@require_POST
@officers_only
def done(request: HttpRequest, pk: int) -> HttpResponse:
    actions.mark_done(_visible(request, pk), by=request.user)
    messages.success(request, _("The message is dealt with."))
    return redirect("mailroom:queue")


@require_POST
@officers_only
def done_together(request: HttpRequest) -> HttpResponse:
    """Mark the ticked messages of the queue as dealt with."""
    keys = request.POST.getlist("message")[:ROWS]
    ticked = [int(key) for key in keys if key.isdecimal() and len(key) < 19]
    known = InboundMessage.objects.visible_to(request.user)
    found = list(known.filter(pk__in=[key for key in ticked if key < 2**63]))
    count = actions.mark_all_done(found, by=request.user)
    sentence = ngettext(
        "%(count)s message is dealt with.", "%(count)s messages are dealt with.", count
    )
    messages.success(request, sentence % {"count": count})
    return redirect("mailroom:queue")


@require_POST
@officers_only
def file(request: HttpRequest, pk: int, thread: int) -> HttpResponse:
    """Put a message that waits into one of the correspondences where it may belong."""
    one = _visible(request, pk)
    guess = get_object_or_404(one.guesses.select_related("thread"), thread=min(thread, 2**63 - 1))
    actions.file_message(one, guess.thread, by=request.user)
    messages.success(request, _("The message is filed with its correspondence."))
    return redirect("mailroom:queue")


@require_POST
@officers_only
def read_held(request: HttpRequest) -> HttpResponse:
    """Read some of the messages that were held back, the oldest first."""
    count = actions.read_held(limit=READ_AT_ONCE)
    sentence = ngettext("%(count)s message was read.", "%(count)s messages were read.", count)
    messages.success(request, sentence % {"count": count})
    return redirect("mailroom:queue")


@require_POST
@officers_only
def read(request: HttpRequest, pk: int) -> HttpResponse:
    """Read a message again that is kept, but that could not be read when it came."""
    one = _visible(request, pk)
    if not one.raw:
        raise Http404
    one = actions.read_again(one)
    if one.verdict in UNREAD:
        messages.error(request, _("The message could still not be read."))
    return redirect(one)


@require_safe
@officers_only
def outbox(request: HttpRequest) -> HttpResponse:
    form = OutboxFilter(request.GET or None)
    filters = form.cleaned_data if form.is_valid() else {}
    found = letters_out(Letter.objects.visible_to(request.user), **filters)
    page = Paginator(found, ROWS).get_page(request.GET.get("page"))
    for letter in page:
        letter.tone = TONES[letter.state]
    return render(request, "mailroom/outbox.html", {"form": form, "page": page})


@require_safe
@officers_only
def failing(request: HttpRequest) -> HttpResponse:
    """The addresses that letters came back from."""
    found = failing_addresses(FailingAddress.objects.visible_to(request.user))
    page = Paginator(found, ROWS).get_page(request.GET.get("page"))
    return render(request, "mailroom/failing.html", {"page": page})


@require_POST
@officers_only
def clear(request: HttpRequest, pk: int) -> HttpResponse:
    known = FailingAddress.objects.visible_to(request.user)
    address = get_object_or_404(known, pk=min(pk, 2**63 - 1))
    count = actions.clear_address(address, by=request.user)
    sentence = ngettext(
        "Letters may go there again. %(count)s letter that was held back goes out now.",
        "Letters may go there again. %(count)s letters that were held back go out now.",
        count,
    )
    messages.success(request, sentence % {"count": count})
    return redirect("mailroom:failing")


@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def unsubscribe(request: HttpRequest, signed: str) -> HttpResponse:
    """Decline digests, without signing in. Only a POST does it, for programs look links up; mail
    programs send it without our form (RFC 8058), and the link itself is the proof."""
    person = person_of(signed)
    if person is None:
        raise Http404
    if request.method == "POST":
        actions.unsubscribe(person)
        person.gets_digests = False
    return render(request, "mailroom/unsubscribe.html", {"gets_digests": person.gets_digests})


def _guesses(guesses: Iterable[Guess]) -> list[Guess]:
    """The guesses with their reasons in the reader's language."""
    found = list(guesses)
    for one in found:
        one.reason = _(one.why)
    return found


def _attachment(described: dict[str, Any]) -> dict[str, Any]:
    danger = described.get("danger", "")
    return {**described, "danger": _(danger) if danger else ""}


def _offers(one: InboundMessage) -> list[tuple[Any, str]]:
    """What later rooms can do with the message: label and address, from settings."""
    offers = getattr(settings, "MAIL_OFFERS", ())
    return [(label, reverse(route, args=[one.pk])) for label, route in offers]


def _visible(request: HttpRequest, pk: int) -> InboundMessage:
    if pk >= 2**63:  # no key of the database is that large
        raise Http404
    known = InboundMessage.objects.visible_to(request.user).select_related("thread__request")
    return get_object_or_404(known, pk=pk)


def _queue(request: HttpRequest) -> tuple[Form, Any]:
    """The filter form and what it finds; a filter that makes no sense filters nothing."""
    form = QueueFilter(request.GET or None)
    filters = form.cleaned_data if form.is_valid() else {}
    return form, messages_in(InboundMessage.objects.visible_to(request.user), **filters)


def _bytes(one: InboundMessage) -> bytes:
    if not one.raw or not one.raw.storage.exists(one.raw.name):
        raise Http404
    with one.raw.open("rb") as file:
        return file.read()


def _download(content: bytes, name: str) -> HttpResponse:
    """Hostile bytes on their way to a disk: no browser may sniff, show or run them."""
    response = HttpResponse(
        content,
        content_type="application/octet-stream",
        headers={
            "X-Content-Type-Options": "nosniff",
            "Content-Security-Policy": "sandbox; default-src 'none'",
            "Cache-Control": "private, no-store",
        },
    )
    response["Content-Disposition"] = content_disposition_header(True, name)
    return response
