"""Search over all public records, and the feeds of the newest."""

from __future__ import annotations

from django.conf import settings
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from coalition.analysis.searching import query_text
from coalition.base.feeds import MOST_ENTRIES, answer
from coalition.catalogue import queries
from coalition.catalogue.feeds import entry_of
from coalition.catalogue.forms import SearchForm, wishes_of, words_of
from coalition.catalogue.models import Kind

RESULTS_A_PAGE = 20
# The word in a feed's address, its kind, and the page that lists the same records.
FEEDS = {
    "commitments": (Kind.COMMITMENT, "commitments:explorer"),
    "consultations": (Kind.CONSULTATION, "consultations:list"),
    "interventions": (Kind.INTERVENTION, "interventions:list"),
    "partners": (Kind.PARTNER, "partners:directory"),
    "declarations": (Kind.DECLARATION, "instruments:list"),
    "news": (Kind.NEWS, "news"),
    "external": (Kind.EXTERNAL, "instruments:registers"),
}


@require_safe
def search(request: HttpRequest) -> HttpResponse:
    """One box over all public records."""
    words, wishes = words_of(request.GET), wishes_of(request.GET)
    query = query_text(words)
    is_asked = bool(query.words or wishes)
    found = queries.search(query, wishes) if is_asked else queries.nothing()
    page = Paginator(found.ids, RESULTS_A_PAGE).get_page(request.GET.get("page"))
    context = {
        "words": words,
        "is_asked": is_asked,
        # Only signs were given, such as "***": there is no word to look for.
        "is_wordless": bool(words) and not query.words,
        "found": found,
        "most": queries.MOST_FOUND,
        "page": page,
        "results": queries.results(page.object_list, query),
        "form": SearchForm(words, wishes, found.counts),
    }
    return render(request, "catalogue/search.html", context)


@require_safe
def feed(request: HttpRequest, kind: str = "") -> HttpResponse:
    """The newest public records, of all kinds or of one, as Atom."""
    if kind and kind not in FEEDS:
        raise Http404(_("There is no feed of this kind."))
    kinds = [FEEDS[kind][0]] if kind else queries.EVENTFUL
    what = FEEDS[kind][0].label if kind else _("Newest records")
    return answer(
        request,
        [entry_of(record) for record in queries.newest(kinds, MOST_ENTRIES)],
        what=kind or "all",
        title=f"{_(settings.COALITION_NAME)}: {what}",
        page=reverse(FEEDS[kind][1] if kind else "home"),
    )
