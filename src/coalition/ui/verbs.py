"""Verbs on pages: how one is offered, tried, and refused where it was asked for."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import chain
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from coalition.base.errors import NotAllowed, Refused
from coalition.base.forms import CleanText


@dataclass(frozen=True)
class Offer:
    """A verb as a page offers it: the words on its button, what it does, what it still takes."""

    verb: str
    words: str | Promise
    help: str | Promise
    is_grave: bool
    url: str
    lacks: list[str]


class ReasonForm(CleanText, forms.Form):
    """Why one side of something says no, leaves or takes it back."""

    use_required_attribute = False

    reason = forms.CharField(
        label=_("Reason"),
        max_length=1000,
        help_text=_("The other side reads it."),
        widget=forms.Textarea(attrs={"rows": 3, "dir": "auto"}),
    )


def attempt(request: HttpRequest, form: forms.Form | None, do: Callable[[], Any]) -> bool:
    """Do it; a refusal stands on top of the form, or of the next page where there is no form."""
    try:
        do()
    except (NotAllowed, Refused) as refusal:
        if form is None:
            messages.error(request, str(refusal))
        else:
            form.add_error(None, str(refusal))
        return False
    return True


def with_refused(
    request: HttpRequest,
    fitting: Mapping[str, forms.Form],
    refused: Mapping[str, forms.Form] | None,
) -> dict[str, forms.Form]:
    """The forms by verb that fit something as it is now, with those that were refused in their
    places. Where one of these fits no more, its sentences stand on top of the page."""
    found = dict(fitting)
    for verb, form in (refused or {}).items():
        if verb in found:
            found[verb] = form
        else:
            messages.error(request, " ".join(chain.from_iterable(form.errors.values())))
    return found
