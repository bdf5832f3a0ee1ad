"""All promises: the list with its filters, the same on a map, as files and as a feed; searches
that people keep."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from coalition.base import feeds
from coalition.base.downloads import csv_file, json_file, xlsx_file
from coalition.base.errors import Refused
from coalition.commitments.exploring import labels, queries, tables
from coalition.commitments.exploring import searches as kept
from coalition.commitments.exploring.forms import ExplorerForm, SearchForm, offered
from coalition.commitments.exploring.labels import Labels
from coalition.commitments.exploring.queries import Counts
from coalition.commitments.exploring.wishes import NEWEST, SORTS, Wishes
from coalition.commitments.models import CommitmentQuerySet, Facet, SavedSearch
from coalition.places.charts import member_map
from coalition.places.models import Place

PAGE_SIZE = 25


# --- The list ---------------------------------------------------------------------------------


@require_safe
def explorer(request: HttpRequest) -> HttpResponse:
    """All published promises, filtered as the address says. Every set of filters has one address:
    whoever comes by another is led there."""
    asked = Asked.of(request)
    if asked.led_elsewhere:
        return HttpResponseRedirect(asked.led_elsewhere)
    wishes = asked.wishes
    keys = queries.ordered(queries.found(wishes), wishes.sort).values_list("pk", flat=True)
    pages = Paginator(keys, PAGE_SIZE)
    pages.count = asked.total  # counted already, by state
    page = pages.get_page(request.GET.get("page"))
    page.object_list = queries.page_of(page.object_list)
    sorts = [
        (label, wishes.but(sort=sort).url(), sort == wishes.sort) for sort, label in SORTS.items()
    ]
    context = {"page": page, "sorts": sorts, "map_url": wishes.url("commitments:map")}
    return render(request, "commitments/explorer.html", asked.context | context | _files(wishes))


@require_safe
def on_map(request: HttpRequest) -> HttpResponse:
    """Where the promises that these filters find are carried out; a tile leads to those in its
    country."""
    asked = Asked.of(request)
    if asked.led_elsewhere:
        return HttpResponseRedirect(asked.led_elsewhere)
    wishes = asked.wishes
    numbers = asked.counted[Facet.COUNTRY]
    keys = dict(Place.objects.filter(code__in=numbers).values_list("code", "pk"))
    drawn = member_map(
        {keys[code]: number for code, number in numbers.items() if code in keys},
        title=_("Where these promises are carried out"),
        subtitle=_("Commitments by country; one tile a member state of the United Nations"),
        unit=_("commitments"),
        links={code: wishes.but(country=code).url() for code in numbers},
    )
    context = {"map": drawn, "list_url": wishes.url()}
    return render(request, "commitments/exploring/map.html", asked.context | context)


@dataclass
class Asked:
    """What a reader asks of the list or the map, with what there is to choose from."""

    wishes: Wishes
    led_elsewhere: str  # the address that stands for this one, or ""
    counted: Counts
    named: Labels
    which: list[Any]  # the partners among whom a typed name does not choose
    unknown: str  # what was typed and nobody knows
    route: str

    @classmethod
    def of(cls, request: HttpRequest) -> Asked:
        wishes, which, unknown = _understood(Wishes.of(request.GET))
        assert request.resolver_match is not None
        route = request.resolver_match.view_name
        if not (which or unknown) and (url := _led_elsewhere(request, wishes, route)):
            return cls(wishes, url, {}, {}, [], "", route)
        counted = queries.counts(wishes)
        return cls(
            wishes=wishes,
            led_elsewhere="",
            counted=counted,
            named=labels.labels(offered(wishes, counted)),
            which=which,
            unknown=unknown,
            route=route,
        )

    @property
    def total(self) -> int:
        return queries.total(self.wishes, self.counted)

    @property
    def context(self) -> dict[str, Any]:
        wishes, route = self.wishes, self.route
        told = labels.told(wishes, self.named)
        names = [*wishes.filters, *(["words"] if wishes.words else [])]
        return {
            "form": ExplorerForm(wishes, self.counted, self.named),
            "total": self.total,
            "chosen": [
                (words, wishes.without(name).url(route))
                for words, name in zip(told, names, strict=True)
            ],
            "all_url": reverse(route),
            "canonical": settings.SITE_URL + wishes.url(route),
            "which": [(one, wishes.but(partner=one.reference).url(route)) for one in self.which],
            "unknown": self.unknown,
            "keep_url": wishes.but(sort=NEWEST).url("commitments:searches", keep="yes"),
        }


def _understood(wishes: Wishes) -> tuple[Wishes, list[Any], str]:
    """The wishes with what was typed as codes; the partners it may mean; what nobody knows."""
    which: list[Any] = []
    unknown = ""
    for name, words in wishes.typed.items():
        found: dict[str, str] = {}
        if name == Facet.PARTNER:
            partners = queries.partners_named(words)
            if len(partners) == 1:
                found = {name: partners[0].reference}
            which = partners if len(partners) > 1 else []
        else:
            found = queries.place_named(words)
        if not found and not which:
            unknown = words
        wishes = wishes.but(**found)
    return wishes, which, unknown


def _led_elsewhere(request: HttpRequest, wishes: Wishes, route: str) -> str:
    """The one address of these wishes, where the request came by another."""
    page = request.GET.get("page", "")
    wanted = [*wishes.pairs, *([("page", page)] if page.isdecimal() and page != "1" else [])]
    came = [(name, value) for name, values in request.GET.lists() for value in values]
    if came == wanted:
        return ""
    return wishes.url(route, **dict(wanted[len(wishes.pairs) :]))


# --- Files and feed ---------------------------------------------------------------------------


@require_safe
def download_csv(request: HttpRequest) -> HttpResponse:
    """Exactly what the list shows for the same address, as CSV."""
    return csv_file("commitments", tables.COLUMNS, tables.rows(_asked_for(request)[1]))


@require_safe
def download_xlsx(request: HttpRequest) -> HttpResponse:
    """The same rows as a workbook."""
    return xlsx_file("commitments", tables.COLUMNS, tables.rows(_asked_for(request)[1]))


@require_safe
def download_json(request: HttpRequest) -> HttpResponse:
    """The same commitments for programs: what there may be several of is a list."""
    wishes, commitments = _asked_for(request)
    about = {"list": settings.SITE_URL + wishes.url(), "licence": feeds.LICENCE}
    return json_file("commitments", about, "commitments", tables.records(commitments))


@require_safe
def feed(request: HttpRequest) -> HttpResponse:
    """The newest promises that the same filters find, as Atom."""
    wishes, _commitments = _asked_for(request)
    wishes = wishes.but(sort=NEWEST)
    named = labels.of_wishes([wishes])
    title = " · ".join([_(settings.COALITION_NAME), _("Commitments"), *labels.told(wishes, named)])
    return feeds.answer(
        request,
        queries.entries(wishes),
        what=f"commitments?{wishes.query}",
        title=title,
        page=wishes.url(),
        url=wishes.url("commitments:feed"),
    )


def _asked_for(request: HttpRequest) -> tuple[Wishes, CommitmentQuerySet]:
    """What the list shows for the same address: a name that chooses no partner asks nothing."""
    wishes, _which, _unknown = _understood(Wishes.of(request.GET))
    return wishes, queries.ordered(queries.found(wishes), wishes.sort)


def _files(wishes: Wishes) -> dict[str, str]:
    return {
        "csv_url": wishes.url("commitments:download"),
        "xlsx_url": wishes.url("commitments:download_xlsx"),
        "json_url": wishes.url("commitments:download_json"),
        "feed_url": wishes.but(sort=NEWEST).url("commitments:feed"),
    }


# --- Searches that people keep ----------------------------------------------------------------


@never_cache
@require_safe
@login_required
def searches(request: HttpRequest) -> HttpResponse:
    """All that a person looks for, and what they are about to keep: the filters of the address."""
    held = list(SavedSearch.objects.filter(person=request.user))
    wished = {one.pk: Wishes.of(one.query) for one in held}
    new = Wishes.of(request.GET) if request.GET.get("keep") else None
    named = labels.of_wishes([*wished.values(), *([new] if new else [])])
    for one in held:
        wishes = wished[one.pk]
        one.told = labels.told(wishes, named)  # type: ignore[attr-defined]
        one.url = wishes.url()  # type: ignore[attr-defined]
        one.feed = wishes.url("commitments:feed")  # type: ignore[attr-defined]
        one.form = SearchForm(instance=one, prefix=str(one.pk))  # type: ignore[attr-defined]
    context: dict[str, Any] = {"searches": held}
    if new:
        told = labels.told(new, named)
        name = " · ".join(each.partition(": ")[2] for each in told)[:100] or _("All commitments")
        context |= {
            "told": told,
            "query": new.query,
            "form": SearchForm(initial={"name": name, "by_mail": True}),
        }
    return render(request, "commitments/exploring/searches.html", context)


@require_POST
@login_required
def search_keep(request: HttpRequest) -> HttpResponse:
    wishes = Wishes.of(request.POST.get("query", ""))
    try:
        search = kept.keep(wishes, **_said(request), by=request.user)
    except Refused as refusal:
        messages.error(request, str(refusal))
        return redirect(wishes.url("commitments:searches", keep="yes"))
    said = _("We keep it for you.")
    if search.by_mail and not search.person.gets_digests:
        said = _(
            "We keep it for you. You declined digests, so nothing is sent to you: allow them in "
            "your profile."
        )
    messages.success(request, said)
    return redirect("commitments:searches")


@require_POST
@login_required
def search_change(request: HttpRequest, pk: int) -> HttpResponse:
    search = get_object_or_404(SavedSearch, pk=pk, person=request.user)
    try:
        kept.change(search, **_said(request, prefix=f"{pk}-"))
        messages.success(request, _("Saved."))
    except Refused as refusal:
        messages.error(request, str(refusal))
    return redirect("commitments:searches")


def _said(request: HttpRequest, prefix: str = "") -> dict[str, Any]:
    return {
        "name": request.POST.get(f"{prefix}name", ""),
        "by_mail": bool(request.POST.get(f"{prefix}by_mail")),
    }


@require_POST
@login_required
def search_remove(request: HttpRequest, pk: int) -> HttpResponse:
    kept.forget(get_object_or_404(SavedSearch, pk=pk, person=request.user))
    messages.success(request, _("It is gone."))
    return redirect("commitments:searches")


@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def search_stop(request: HttpRequest, signed: str) -> HttpResponse:
    """End the letters on one search, without signing in. Only a POST does it, for programs look
    links up; the link itself is the proof."""
    search = kept.stop(signed)
    if search is None:
        raise Http404
    if request.method == "POST":
        kept.end_letters(search)
        search.by_mail = False
    return render(request, "commitments/exploring/stop.html", {"search": search})
