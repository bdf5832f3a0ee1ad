"""What every page behind a secret link has in common, and the answer to who knocks too often."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from coalition.partners.accession import links
from coalition.partners.joining import forms

View = Callable[..., HttpResponse]


def private(view: View) -> View:
    """For addresses that hold a secret: kept by no cache, found by no search engine.

    No other site is told the address either: the site's Referrer-Policy is same-origin. (With
    no-referrer browsers would send forms with "Origin: null", and all would be refused.)
    """

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        response = view(request, *args, **kwargs)
        response["Cache-Control"] = "private, no-store"
        response["X-Robots-Tag"] = "noindex, nofollow"
        response["Referrer-Policy"] = "same-origin"
        return response

    return guarded


def by_link(view: View) -> View:
    """Hands the view the case that the link opens; a link that opens none gets a page on how to
    come by a new one: 410 where it once was ours, else 404."""

    @private
    @wraps(view)
    def opened(request: HttpRequest, token: str, *args: Any, **kwargs: Any) -> HttpResponse:
        case = links.case_of(token)
        if case is None:
            form = forms.AddressForm()
            status = 410 if links.was_ours(token) else 404
            return render(request, "partners/joining/gone.html", {"form": form}, status=status)
        return view(request, case, token, *args, **kwargs)

    return opened


def too_often(request: HttpRequest, seconds: int) -> HttpResponse:
    context = {"minutes": max(1, seconds // 60)}
    response = render(request, "partners/joining/too_often.html", context, status=429)
    response["Retry-After"] = str(seconds)
    return response
