"""Pages that gather several rooms: partner, place, theme, challenge, workspace, desk."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail.views import serve

from coalition.commitments.contributing.queries import waiting_for as claims_waiting_for
from coalition.commitments.parts.queries import waiting_for
from coalition.consultations.summing.organisations import answered_by
from coalition.instruments.models import Provision
from coalition.interventions.roles.queries import waiting_for as roles_waiting_for
from coalition.interventions.rules import reads_portfolio
from coalition.partners.models import Partner
from coalition.partners.people.partnership_views import decisions_on
from coalition.partners.priorities.queries import commons_of
from coalition.places.charts import member_map
from coalition.places.models import Place, PlaceKind
from coalition.results.assessments.queries import waiting_for_reply
from coalition.results.disputes.queries import to_do
from coalition.results.schedules.queries import due_for
from coalition.themes.models import Challenge, Theme
from coalition.ui.thread import Move
from coalition.web import queries


def page(request: HttpRequest, slug: str = "") -> HttpResponse:
    """An editorial page by its fixed address."""
    return serve(request, f"{slug}/" if slug else "")


def partner(request: HttpRequest, reference: str) -> HttpResponse:
    """Who a partner is, what matters to it, what it promised. One that is gone answers with 410:
    when, why, and who carries on what it promised."""
    found = Partner.objects.select_related("group", "country", "parent", "successor")
    one = get_object_or_404(found, reference=reference)
    may_decide = request.user.has_perm("partners.decide")
    decisions = decisions_on(one) if may_decide else None
    if one.is_gone:
        context = {
            "partner": one,
            **queries.farewell_of(one),
            "answered": answered_by(one),
            "decisions": decisions,
        }
        return render(request, "web/partner_left.html", context, status=410)
    context = {
        "partner": one,
        **queries.promised(one),
        **queries.done_for(one),
        "knots": queries.partner_knots(one),
        "adherences": queries.adherences_of(one),
        "answered": answered_by(one),
        "focal_points": queries.public_focal_points(one),
        **queries.profile_of(one),
        "decisions": decisions,
        "chapters": list(one.chapters.public()[: queries.SHOWN]),
        "former_names": queries.former_names(one),
        "commons": commons_of(one),
        "history": [
            Move(one.joined_on, _("Joined the coalition")),
            *queries.public_moves(one),
        ],
    }
    return render(request, "web/partner.html", context)


def partner_sheet(request: HttpRequest, reference: str) -> HttpResponse:
    """A partner on one printed page: who it is, what matters to it, how its promises stand."""
    found = Partner.objects.public().select_related("group", "country")
    one = get_object_or_404(found, reference=reference)
    context = {
        "partner": one,
        "priorities": one.priorities.select_related("theme", "level", "place")[:10],
        **queries.promised(one, queries.ON_A_SHEET),
        "focal_points": queries.public_focal_points(one),
        **as_it_stands(request, one),
        **queries.profile_of(one),
    }
    return render(request, "web/partner_sheet.html", context)


def as_it_stands(request: HttpRequest, one: Partner | Place | Theme | Challenge) -> dict[str, Any]:
    """What a printed page says of itself: where it comes from, and of which day it is."""
    url = request.build_absolute_uri(one.get_absolute_url())
    return {"url": url, "today": timezone.now()}


def places(request: HttpRequest) -> HttpResponse:
    """The map of members by what is promised there, and every region with its countries."""
    counts = queries.commitments_by_place()
    regions: list[Place] = []
    for place in Place.objects.all():
        if place.kind == PlaceKind.REGION:
            place.countries = []  # type: ignore[attr-defined]
            regions.append(place)
        elif (
            place.kind == PlaceKind.COUNTRY and regions and place.path.startswith(regions[-1].path)
        ):
            regions[-1].countries.append(place)  # type: ignore[attr-defined]
    for region in regions:
        region.countries.sort(key=lambda one: one.name)  # type: ignore[attr-defined]
    context = {
        "regions": regions,
        "map": member_map(
            counts,
            title=_("Where promises are carried out"),
            subtitle=_("Commitments by country; one tile a member state of the United Nations"),
            unit=_("commitments"),
        ),
    }
    return render(request, "web/places.html", context)


def place(request: HttpRequest, code: str) -> HttpResponse:
    """What is promised in a place, and which partners are seated there."""
    one = get_object_or_404(Place.objects.select_related("parent", "party"), code=code)
    seated = Partner.objects.public().filter(country__path__startswith=one.path)
    context = {
        "place": one,
        **queries.promised(one),
        **queries.done_for(one),
        "partners": seated.select_related("group")[: queries.SHOWN],
        "partner_count": seated.count(),
        "consultations": queries.asked_about(one),
        "children": sorted(one.children.all(), key=lambda child: child.name),
    }
    return render(request, "web/place.html", context)


def place_sheet(request: HttpRequest, code: str) -> HttpResponse:
    """What is promised in a place, on one printed page."""
    one = get_object_or_404(Place.objects.select_related("parent"), code=code)
    return sheet(request, one, one.get_kind_display())


def sheet(request: HttpRequest, one: Place | Theme | Challenge, kind: str) -> HttpResponse:
    """A place, a theme or a challenge on one printed page: what is promised and how it stands."""
    context = {
        "one": one,
        "kind": kind,
        **queries.promised(one, queries.ON_A_SHEET),
        **as_it_stands(request, one),
    }
    return render(request, "web/sheet.html", context)


def themes(request: HttpRequest) -> HttpResponse:
    """The thematic areas and the challenges."""
    context = {
        "themes": Theme.objects.filter(retired_on=None),
        "challenges": Challenge.objects.filter(retired_on=None),
    }
    return render(request, "web/themes.html", context)


def theme(request: HttpRequest, code: str) -> HttpResponse:
    one = get_object_or_404(Theme.objects.select_related("source"), code=code)
    return subject_page(request, one, "themes", _("Theme"))


def challenge(request: HttpRequest, code: str) -> HttpResponse:
    one = get_object_or_404(Challenge.objects.select_related("source"), code=code)
    return subject_page(request, one, "challenges", _("Challenge"))


def theme_sheet(request: HttpRequest, code: str) -> HttpResponse:
    """What is promised on a theme, on one printed page."""
    return sheet(request, get_object_or_404(Theme, code=code), _("Theme"))


def challenge_sheet(request: HttpRequest, code: str) -> HttpResponse:
    """What is promised against a challenge, on one printed page."""
    return sheet(request, get_object_or_404(Challenge, code=code), _("Challenge"))


def subject_page(
    request: HttpRequest, one: Theme | Challenge, field: str, kind: str
) -> HttpResponse:
    """A theme or a challenge: the paragraphs that speak of it and the promises that serve it."""
    provisions = Provision.objects.filter(**{field: one}).select_related("instrument")
    context = {
        "one": one,
        "kind": kind,
        **queries.promised(one),
        **queries.done_for(one),
        "sheet": f"{'theme' if field == 'themes' else 'challenge'}_sheet",
        "provisions": provisions[:60],
        "consultations": queries.asked_about(one),
        "labels": list(one.labels.select_related("source")),
        "came_from": list(one.came_from.select_related("theme")) if field == "themes" else [],
    }
    return render(request, "web/subject.html", context)


@login_required
def workspace(request: HttpRequest) -> HttpResponse:
    """Where a person begins: the organisations they act for, and the desk if they are officers."""
    context = {
        "partners": queries.organisations_of(request.user),
        "desk": queries.desk() if request.user.is_officer else None,
        "reports": due_for(request.user),
        "assessments": list(waiting_for_reply(request.user)),
        "is_reviewer": request.user.has_role("reviewer"),
        "to_do": to_do(request.user),
        "parts_to_answer": waiting_for(request.user),
        "reads_portfolio": reads_portfolio(request.user),
        "roles_to_answer": roles_waiting_for(request.user),
        "claims_to_answer": claims_waiting_for(request.user),
    }
    return render(request, "web/workspace.html", context)


@login_required
def desk(request: HttpRequest) -> HttpResponse:
    """What waits for the secretariat."""
    if not request.user.is_officer:
        raise Http404
    return render(request, "web/desk.html", {"desk": queries.desk()})
