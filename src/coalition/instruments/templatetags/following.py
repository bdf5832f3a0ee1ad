"""The box by which a reader follows what the page is about."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django import template
from django.conf import settings
from django.shortcuts import resolve_url
from django.template.context import Context
from django.urls import reverse

from coalition.instruments.following.queries import Followed, is_following
from coalition.instruments.models import Instrument, Provision

register = template.Library()


@register.inclusion_tag("instruments/following/_box.html", takes_context=True)
def follow_box(context: Context, thing: Followed) -> dict[str, Any]:
    """A button for who is signed in, the feed for everybody, and how to get it by mail."""
    request = context["request"]
    arguments = _arguments(thing)
    route = f"instruments:{{}}_{thing._meta.model_name}"
    is_followed = is_following(request.user, thing)
    sign_in = f"{resolve_url(settings.LOGIN_URL)}?{urlencode({'next': request.path})}"
    return {
        "is_signed_in": request.user.is_authenticated,
        "is_followed": is_followed,
        "url": reverse(route.format("unfollow" if is_followed else "follow"), args=arguments),
        "feed": feed_of(thing),
        "sign_in": sign_in,
        "back": request.path,
    }


@register.simple_tag
def feed_of(thing: Followed) -> str:
    """The address of its feed; a party has none."""
    if isinstance(thing, Provision):
        return reverse("instruments:provision_feed", args=_arguments(thing))
    return (
        reverse("instruments:feed", args=_arguments(thing)) if isinstance(thing, Instrument) else ""
    )


@register.simple_tag
def unfollow_url(thing: Followed) -> str:
    return reverse(f"instruments:unfollow_{thing._meta.model_name}", args=_arguments(thing))


def _arguments(thing: Followed) -> list[str]:
    return [thing.instrument.code, thing.eid] if isinstance(thing, Provision) else [thing.code]
