"""Pages for everybody: all indicators, a framework, an indicator, a figure; and their files."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from coalition.base.errors import Refused
from coalition.base.names import Name
from coalition.results.assessments.queries import published_of
from coalition.results.disputes.queries import disputable, told_beside, told_of
from coalition.results.frameworks.queries import RULE_WORDS, shares_of
from coalition.results.models import (
    Dispute,
    Fact,
    Framework,
    Indicator,
    Report,
)
from coalition.results.proof.queries import of_figures
from coalition.results.reading import counting, exports, forms, pictures, queries
from coalition.results.schedules.lights import light_of
from coalition.results.states import ReportState
from coalition.results.totals.queries import shown
from coalition.ui.thread import Knot

ROWS_A_PAGE = 25
INDICATORS_A_PAGE = 8
FIGURES_A_PAGE = 40
KINDS = ("csv", "xlsx", "json")
MOST_REPORTS = 12


# --- All indicators --------------------------------------------------------------------------


@require_safe
def explorer(request: HttpRequest) -> HttpResponse:
    """All indicators of public frameworks, each with its total against its target."""
    form = forms.ExplorerForm(request.GET)
    ids = forms.answered(form).values_list("pk", flat=True)
    page = Paginator(ids, ROWS_A_PAGE).get_page(request.GET.get("page"))
    order = list(page.object_list)
    held = queries.for_lists().in_bulk(order)
    page.object_list = queries.standings([held[pk] for pk in order if pk in held])
    context = {"form": form, "page": page, "kinds": KINDS, "query": request.GET.urlencode()}
    return render(request, "results/reading/explorer.html", context)


@require_safe
def download(request: HttpRequest, kind: str) -> HttpResponseBase:
    """The figures of exactly the indicators that the explorer shows for the same question."""
    found = forms.answered(forms.ExplorerForm(request.GET)).order_by()
    facts = Fact.objects.published().filter(indicator__in=found.values("pk"))
    return _file(request, kind, "results", facts)


def _file(request: HttpRequest, kind: str, name: str, facts: Any) -> HttpResponseBase:
    if kind not in KINDS:
        raise Http404
    try:
        return exports.file(kind, name, facts.order_by("indicator_id", "pk"))
    except Refused as refusal:
        return render(request, "results/reading/refused.html", {"refusal": refusal}, status=400)


# --- One framework ---------------------------------------------------------------------------


def _framework(request: HttpRequest, reference: str) -> Framework:
    found: Framework = get_object_or_404(queries.frameworks_for(request.user), reference=reference)
    if found.owner is None:
        raise Http404
    return found


@require_safe
def framework(request: HttpRequest, reference: str) -> HttpResponse:
    """What changed, where, for whom, against which target, by whom, proved how."""
    one = _framework(request, reference)
    indicators = queries.indicators_of(one)
    page = Paginator(indicators, INDICATORS_A_PAGE).get_page(request.GET.get("page"))
    standings = queries.standings(_of(one, page.object_list))
    courses = queries.courses(one, [each.indicator for each in standings])
    page.object_list = [
        (each, pictures.course_of(each, courses[each.indicator.pk])) for each in standings
    ]
    reports = list(
        Report.objects.visible_to(request.user)
        .filter(framework=one, state=ReportState.PUBLISHED)
        .select_related("period", "partner")[:MOST_REPORTS]
    )
    for each in reports:
        each.framework, each.when = one, queries.period_name(each.period)
    owner = one.owner
    assessments = list(published_of(one))
    context = {
        "framework": one,
        "owner": owner,
        "places": list(owner.places.all()),
        "light": light_of(one),
        "page": page,
        "reports": reports,
        "assessments": assessments,
        "disputes": _disputes(fact__indicator__framework=one),
        "kinds": KINDS,
        "may_report": request.user.has_perm("results.view_workspace", one),
        "knots": queries.thread(
            one,
            Knot(str(_("Results")), Name(owner.title, owner.language), position="here"),
            [Knot(str(_("Report")), each.when, each.get_absolute_url()) for each in reports]
            + [
                Knot(str(_("Assessment")), each.reference, each.get_absolute_url())
                for each in assessments
            ],
        ),
    }
    return render(request, "results/reading/framework.html", context)


def _of(framework: Framework, indicators: Any) -> list[Indicator]:
    """The indicators with the framework that is held already, its owner and reporter with it."""
    found = list(indicators)
    for one in found:
        one.framework = framework
    return found


def _disputes(**wanted: Any) -> list[Dispute]:
    """Those that are told beside these figures, each with when its figure is of."""
    disputes = told_beside(**wanted)
    for one in disputes:
        one.when = queries.when(one.fact)
    return disputes


@require_safe
def framework_file(request: HttpRequest, reference: str, kind: str) -> HttpResponseBase:
    """All published figures of a framework, as a file."""
    one = _framework(request, reference)
    facts = Fact.objects.published().filter(indicator__framework=one)
    return _file(request, kind, f"results-{one.reference}", facts)


# --- One indicator ---------------------------------------------------------------------------


@require_safe
def indicator(request: HttpRequest, reference: str, number: int) -> HttpResponse:
    """One indicator: its course, its parts, how its total is made, every figure."""
    framework = _framework(request, reference)
    one = get_object_or_404(queries.indicators_of(framework), number=number)
    one.framework = framework
    (standing,) = queries.standings([one])
    steps = queries.courses(framework, [one])[one.pk]
    facts = Paginator(queries.figures_of(one), FIGURES_A_PAGE).get_page(request.GET.get("page"))
    facts.object_list = [_line(fact, one) for fact in facts.object_list]
    context = {
        "framework": framework,
        "indicator": one,
        "standing": standing,
        "language": framework.language,
        "course": pictures.course_of(standing, steps),
        "parts": pictures.parts_drawn(one, queries.parts_of(one)),
        "page": facts,
        "below": counting.below(one),
        "above": counting.above(one),
        "overlaps": [
            (each, queries.amount(each.count, one)) for each in queries.overlaps_of(one)[:20]
        ],
        "rule_words": RULE_WORDS[one.rule],
        "shares": [
            each
            for shared in shares_of(framework)
            if shared.indicator.pk == one.pk
            for each in shared.shares
        ],
        "converted": queries.in_other_currencies(standing.now),
        "disputes": _disputes(fact__indicator=one),
        "knots": queries.thread(
            framework,
            Knot(str(_("Indicator")), Name(one.title, framework.language), position="here"),
        ),
    }
    return render(request, "results/reading/indicator.html", context)


def _line(fact: Fact, indicator: Indicator) -> dict[str, Any]:
    fact.indicator = indicator
    return {
        "fact": fact,
        "figure": shown(fact, indicator, with_unit=True),
        "period": queries.when(fact),
    }


# --- One figure ------------------------------------------------------------------------------


def _figure(request: HttpRequest, reference: str, pk: int) -> Any:
    """A figure that is or was public, of a framework the person may see; what is withheld now is
    withheld in its earlier rows too."""
    framework = _framework(request, reference)
    facts = Fact.objects.filter(state__in=queries.READABLE, indicator__framework=framework)
    fact = get_object_or_404(exports.with_passport(facts), pk=pk)
    history = queries.history_of(fact)
    return framework, fact, history


@require_safe
def passport(request: HttpRequest, reference: str, pk: int) -> HttpResponse:
    """One figure, large, and everything it rests on."""
    framework, fact, history = _figure(request, reference, pk)
    one = fact.indicator
    one.framework = framework
    hidden = bool(fact.hidden)
    evidence = [] if hidden else of_figures([fact], request.user).get(fact.pk, [])
    totals = [
        (total, shown(total, total.indicator, with_unit=True), queries.period_name(total.period))
        for total in counting.totals_with(fact)
    ]
    context = {
        "framework": framework,
        "fact": fact,
        "indicator": one,
        "language": framework.language,
        "figure": shown(fact, one, with_unit=True),
        "parts": queries.parts_told(fact),
        "period": queries.period_name(fact.period) if fact.period else "",
        "history": [(each, shown(each, one, with_unit=True)) for each in history],
        "evidence": evidence,
        "disputes": [] if hidden else told_of(fact),
        "totals": totals,
        "may_report": request.user.has_perm("results.view_workspace", framework),
        "may_dispute": disputable().filter(pk=fact.pk).exists(),
        "overlaps": queries.overlaps_with(fact),
        "rule_words": RULE_WORDS[one.rule],
        "converted": queries.in_other_currencies([fact]),
        "address": settings.SITE_URL + fact.get_absolute_url(),
        "knots": queries.thread(
            framework,
            Knot(str(_("Figure")), shown(fact, one, with_unit=True), position="here"),
            [
                Knot(each.get_kind_display(), Name(each.title, each.language))
                for each in evidence
                if not each.struck_at
            ],
        ),
    }
    return render(request, "results/reading/passport.html", context)


@require_safe
def passport_file(request: HttpRequest, reference: str, pk: int) -> HttpResponse:
    """The same for programs."""
    _framework_found, fact, _history = _figure(request, reference, pk)
    return HttpResponse(exports.as_json(exports.passport(fact)), content_type="application/json")
