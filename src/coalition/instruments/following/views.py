"""Following a text, a paragraph or a party; what one follows; feeds for everybody."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from coalition.base import feeds
from coalition.base.errors import Refused
from coalition.instruments.following import actions, queries
from coalition.instruments.models import Instrument, Party, Provision

ROWS_A_PAGE = 50


@never_cache
@require_safe
@login_required
def following(request: HttpRequest) -> HttpResponse:
    """All that the person follows, each with a button that ends it."""
    found = queries.followings_of(request.user)
    page = Paginator(found, ROWS_A_PAGE).get_page(request.GET.get("page"))
    return render(request, "instruments/following/following.html", {"page": page})


@require_POST
@login_required
def follow_text(request: HttpRequest, code: str) -> HttpResponse:
    return _follow(request, get_object_or_404(Instrument, code=code))


@require_POST
@login_required
def unfollow_text(request: HttpRequest, code: str) -> HttpResponse:
    return _unfollow(request, get_object_or_404(Instrument, code=code))


@require_POST
@login_required
def follow_provision(request: HttpRequest, code: str, eid: str) -> HttpResponse:
    return _follow(request, _provision(code, eid))


@require_POST
@login_required
def unfollow_provision(request: HttpRequest, code: str, eid: str) -> HttpResponse:
    return _unfollow(request, _provision(code, eid))


@require_POST
@login_required
def follow_party(request: HttpRequest, party: str) -> HttpResponse:
    return _follow(request, get_object_or_404(Party, code=party))


@require_POST
@login_required
def unfollow_party(request: HttpRequest, party: str) -> HttpResponse:
    return _unfollow(request, get_object_or_404(Party, code=party))


@require_safe
def feed(request: HttpRequest, code: str) -> HttpResponse:
    """What happens to a text, as Atom: promises on it, and its versions."""
    instrument = get_object_or_404(Instrument, code=code)
    return feeds.answer(
        request,
        queries.entries_of(instrument),
        what=f"text/{instrument.code}",
        title=f"{_(settings.COALITION_NAME)}: {instrument.short_name}",
        page=instrument.get_absolute_url(),
    )


@require_safe
def provision_feed(request: HttpRequest, code: str, eid: str) -> HttpResponse:
    """What happens to a paragraph, as Atom: promises on it, and new wordings."""
    provision = _provision(code, eid)
    return feeds.answer(
        request,
        queries.entries_of(provision),
        what=f"text/{code}/{eid}",
        title=f"{_(settings.COALITION_NAME)}: {provision.citation}",
        page=provision.get_absolute_url(),
    )


def _provision(code: str, eid: str) -> Provision:
    found = Provision.objects.select_related("instrument")
    return get_object_or_404(found, instrument__code=code, eid=eid)


def _follow(request: HttpRequest, thing: Any) -> HttpResponse:
    try:
        actions.follow(thing, by=request.user)
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        if request.user.gets_digests:
            said = _("You follow it now: you get a letter when something happens.")
        else:
            said = _(
                "You follow it now. You declined digests, so nothing is sent to you: allow them "
                "in your profile."
            )
        messages.success(request, said)
    return HttpResponseRedirect(_back(request))


def _unfollow(request: HttpRequest, thing: Any) -> HttpResponse:
    actions.unfollow(thing, by=request.user)
    messages.success(request, _("You no longer follow it."))
    return HttpResponseRedirect(_back(request))


def _back(request: HttpRequest) -> str:
    """The page on which the button stood, if it is one of ours; else the list."""
    back = request.POST.get("back", "")
    if url_has_allowed_host_and_scheme(back, allowed_hosts=None):
        return back
    return reverse("instruments:following")
