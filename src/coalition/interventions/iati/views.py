"""IATI files for programs: as they were kept, with conditional requests, for any site."""

from __future__ import annotations

import hashlib
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.cache import get_conditional_response
from django.utils.http import http_date
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from coalition.base.limits import Limit, seconds_to_wait
from coalition.interventions.iati import queries
from coalition.interventions.iati.identifiers import coalition
from coalition.partners.models import Partner

FRESH_FOR = 60  # seconds
OFTEN = Limit(most=120, seconds=60)
XML = "application/xml; charset=utf-8"


@require_safe
def about(request: HttpRequest) -> HttpResponse:
    """What is published as IATI, where, and by which rules; a page for people."""
    rows = queries.records()
    context = {"stand": queries.stand(rows), "identifier": coalition()}
    return render(request, "interventions/iati/about.html", context)


@require_safe
def activities(request: HttpRequest, reference: str = "") -> HttpResponse:
    """All interventions as one file, or those in which a partner has a role."""
    if refusal := _too_often(request):
        return refusal
    rows = queries.records(_partner(reference))
    stand = queries.stand(rows)
    if stand.changed_at is None:
        raise Http404(_("No intervention is published as IATI here yet."))
    modified = int(stand.changed_at.timestamp())
    pieces = queries.activities_file(rows, stand.changed_at)
    name = f"activities-{reference}" if reference else "activities"
    answer: Any = get_conditional_response(request, stand.etag, modified)
    if answer is None:
        answer = StreamingHttpResponse(pieces, content_type=XML)
    return _open(answer, name, stand.etag, modified)


@require_safe
def organisations(request: HttpRequest, reference: str = "") -> HttpResponse:
    """The partners that take part in interventions as one file, or one of them."""
    if refusal := _too_often(request):
        return refusal
    partner = _partner(reference)
    told = queries.organisations_told(partner)
    if not told:
        raise Http404(_("No organisation is published as IATI here yet."))
    changed_at = queries.organisations_changed_at(queries.stand(queries.records(partner)))
    content = queries.organisations_file(told, changed_at)
    etag = f'"{hashlib.sha256(content).hexdigest()[:32]}"'
    name = f"organisations-{reference}" if reference else "organisations"
    answer: Any = get_conditional_response(request, etag)
    if answer is None:
        answer = HttpResponse(content, content_type=XML)
    return _open(answer, name, etag)


def _partner(reference: str) -> Partner | None:
    return get_object_or_404(Partner.objects.shown(), reference=reference) if reference else None


def _too_often(request: HttpRequest) -> HttpResponse | None:
    wait = seconds_to_wait(request, "iati", by_reader=OFTEN)
    if not wait:
        return None
    text = _("That is more than this address may ask for in a minute. Try again later.")
    return HttpResponse(text, status=429, headers={"Retry-After": str(wait)})


def _open(answer: Any, name: str, etag: str, modified: int | None = None) -> Any:
    answer["ETag"] = etag
    if modified is not None:
        answer["Last-Modified"] = http_date(modified)
    answer["Cache-Control"] = f"public, max-age={FRESH_FOR}"
    answer["Access-Control-Allow-Origin"] = "*"
    if answer.status_code == 200:
        answer["Content-Disposition"] = f'inline; filename="{name}.xml"'
    return answer
