"""What the base template needs on every page. Costs no database query for visitors."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse, translate_url
from django.utils.http import escape_leading_slashes
from django.utils.translation import get_language, get_language_info, gettext


def page(request: HttpRequest) -> dict[str, Any]:
    """Name, navigation, languages and the links of head and foot.

    A route that is named in the settings and does not exist raises NoReverseMatch: better a loud
    error at the first page than a link that is silently gone.
    """
    return {
        "site_name": gettext(settings.COALITION_NAME),
        "navigation": [
            _link(label, reverse(route), request.path)
            for label, route in settings.COALITION_NAVIGATION
        ],
        "footer_links": [
            _link(label, reverse(route), request.path) for label, route in settings.COALITION_FOOTER
        ],
        "language_links": [_language_link(code, request) for code, _ in settings.LANGUAGES],
        "home_url": reverse("home"),
        # Not `search_url`: Wagtail takes that word for a route of its own editing pages.
        "search_page_url": reverse(settings.COALITION_SEARCH),
        "sign_in_url": reverse(settings.LOGIN_URL),
        "workspace_url": reverse(settings.LOGIN_REDIRECT_URL),
        "sign_out_url": reverse(settings.COALITION_SIGN_OUT),
    }


def _link(label: object, url: str, path: str) -> dict[str, object]:
    """`current` is the word for aria-current: this very page, or a page below it, or empty."""
    if path == url:
        current = "page"
    elif url.strip("/") and path.startswith(url.rstrip("/") + "/"):
        current = "true"
    else:
        current = ""
    return {"label": label, "url": url, "current": current}


def _language_link(code: str, request: HttpRequest) -> dict[str, object]:
    """This page in another language, named in that language."""
    info = get_language_info(code)
    is_current = code == get_language()
    # The address may come from anyone: one with two leading slashes would lead to another site.
    here = escape_leading_slashes(request.get_full_path())
    return {
        "code": code,
        "name": info["name_local"],
        "dir": "rtl" if info["bidi"] else "ltr",
        # To look an address up among all routes takes longer than most of what a page does.
        "url": here if is_current else translate_url(here, code),
        "current": is_current,
    }
