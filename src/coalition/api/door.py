"""What every answer of the public API has in common: open to all, remembered, and in measure."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable
from functools import wraps
from typing import Any

from allauth.account.adapter import get_adapter
from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.cache import get_conditional_response, patch_vary_headers
from django.utils.translation import gettext as _

# Requests a minute from one address; settings.API_REQUESTS_A_MINUTE may say otherwise.
REQUESTS_A_MINUTE = 600
FRESH_FOR = 60  # seconds

View = Callable[..., HttpResponse]


def public(view: View) -> View:
    """Let anyone read: GET and HEAD, from any site, with ETag; 429 for those who ask too often."""

    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        wait = seconds_to_wait(request)
        if wait:
            text = _("That is more than this address may ask for in a minute. Try again later.")
            response: HttpResponse = JsonResponse({"detail": text}, status=429)
            response["Retry-After"] = str(wait)
        elif request.method not in ("GET", "HEAD"):
            text = _("This address can only be read, with GET.")
            response = JsonResponse({"detail": text}, status=405)
            response["Allow"] = "GET, HEAD"
        else:
            response = _read(view, request, *args, **kwargs)
        response["Access-Control-Allow-Origin"] = "*"
        patch_vary_headers(response, ["Accept-Language"])
        # A missing record is an answer here: without this, the language middleware would look
        # for a page of that name below /en/ and lead the asking program there.
        request.urlconf = "coalition.api.urls"  # type: ignore[attr-defined]
        return response

    return answer


def _read(view: View, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
    asked, request.method = request.method, "GET"
    try:
        response = view(request, *args, **kwargs)
    finally:
        request.method = asked
    if response.status_code != 200:
        return response
    etag = f'"{hashlib.sha256(response.content).hexdigest()[:32]}"'
    response["Cache-Control"] = f"public, max-age={FRESH_FOR}"
    response["ETag"] = etag
    conditional: HttpResponse = get_conditional_response(request, etag=etag, response=response)
    return conditional


def seconds_to_wait(request: HttpRequest) -> int:
    """0 while the sender's address has asked no more than it may in this minute."""
    now = int(time.time())
    key = f"api:{get_adapter().get_client_ip(request)}:{now // 60}"
    cache.add(key, 0, timeout=120)
    try:
        count = cache.incr(key)
    except ValueError:  # the cache let go of it in between
        return 0
    limit = getattr(settings, "API_REQUESTS_A_MINUTE", REQUESTS_A_MINUTE)
    return 60 - now % 60 if count > limit else 0
