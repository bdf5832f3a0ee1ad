"""What is worked out for anybody who asks, files to take along and pages to read, and how often."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.translation import ngettext

from coalition.base.limits import HOUR, Limit, seconds_to_wait

# Of a whole room, also of later ones. A school or a ministry may share one network address.
PER_CLIENT, PAGES_PER_CLIENT = Limit(600, HOUR), Limit(6_000, HOUR)

View = Callable[..., HttpResponseBase]


def taken_along(view: View) -> View:
    """For a file that is put together whenever somebody asks for it: whoever asks too often reads
    when they may go on (429), whether the file is there or not."""

    @wraps(view)
    def measured(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        wait = seconds_to_wait(request, _door(request, "files"), by_reader=PER_CLIENT)
        return _later(request, wait, _files(wait)) if wait else view(request, *args, **kwargs)

    return measured


def read_along(view: View) -> View:
    """The same for a page that says what all answers come to: more of them than of files, as people
    read page after page."""

    @wraps(view)
    def measured(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        wait = seconds_to_wait(request, _door(request, "pages"), by_reader=PAGES_PER_CLIENT)
        return _later(request, wait, _pages(wait)) if wait else view(request, *args, **kwargs)

    return measured


def _door(request: HttpRequest, what: str) -> str:
    match = request.resolver_match
    return f"{match.app_name if match else ''}:{what}"


def _later(request: HttpRequest, seconds: int, sentence: str) -> HttpResponseBase:
    context = {"sentence": sentence, "list": _door(request, "list")}
    answer = render(request, "consultations/too_often.html", context, status=429)
    answer["Retry-After"] = str(seconds)
    return answer


def _files(seconds: int) -> str:
    minutes = _minutes(seconds)
    return (
        ngettext(
            "Many files were asked for from your network within an hour. Please go on in %d "
            "minute.",
            "Many files were asked for from your network within an hour. Please go on in %d "
            "minutes.",
            minutes,
        )
        % minutes
    )


def _pages(seconds: int) -> str:
    minutes = _minutes(seconds)
    return (
        ngettext(
            "Many pages were asked for from your network within an hour. Please go on in %d "
            "minute.",
            "Many pages were asked for from your network within an hour. Please go on in %d "
            "minutes.",
            minutes,
        )
        % minutes
    )


def _minutes(seconds: int) -> int:
    return max(1, -(-seconds // 60))
