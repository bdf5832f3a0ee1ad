"""Files that anybody takes along, and how many of them."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.translation import ngettext

from coalition.base.limits import HOUR, Limit, seconds_to_wait

# Of the whole room. A school or a ministry may share one network address.
PER_CLIENT = Limit(600, HOUR)

View = Callable[..., HttpResponseBase]


def taken_along(view: View) -> View:
    """For a file that is put together whenever somebody asks for it: whoever asks too often reads
    when they may go on (429), whether the file is there or not."""

    @wraps(view)
    def measured(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        wait = seconds_to_wait(request, "consultations:files", by_reader=PER_CLIENT)
        if not wait:
            return view(request, *args, **kwargs)
        context = {"sentence": _too_often(wait)}
        answer = render(request, "consultations/too_often.html", context, status=429)
        answer["Retry-After"] = str(wait)
        return answer

    return measured


def _too_often(seconds: int) -> str:
    minutes = max(1, -(-seconds // 60))
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
