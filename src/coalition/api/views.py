"""The public API: every public record as JSON, to be read by anyone.

Hidden records answer 404; what was public and was withdrawn answers 410 with date and reason.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

from django.conf import settings
from django.core.paginator import Paginator
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe
from ninja import NinjaAPI, Path, Query, Status
from ninja.errors import HttpError, ValidationError

from coalition.analysis.searching import query_text
from coalition.api import interventions as of_interventions
from coalition.api import schemas, shapes
from coalition.api.schemas import Code, Gone, Key, Paging, Problem, RecordId
from coalition.catalogue import queries as catalogue
from coalition.catalogue import thread as golden
from coalition.catalogue.models import Record
from coalition.commitments.models import Commitment, Delivery, Part
from coalition.commitments.states import State
from coalition.consultations.models import Consultation, Summary
from coalition.consultations.queries import on_theme
from coalition.consultations.summing.queries import as_json
from coalition.instruments.actions import (
    acts_behind,
    consent_grid,
    delivering_on,
    registers_held,
)
from coalition.instruments.models import Instrument
from coalition.partners.models import Partner, PartnerGroup, Priority
from coalition.partners.states import PartnerState
from coalition.places.models import Place, PlaceKind
from coalition.results import actions as results
from coalition.results.models import Fact
from coalition.themes.models import Challenge, Theme

ROOT = "/api/v1/"
DESCRIPTION = (
    "Read-only. No key and no cookie is needed; any site may ask. Lists come in pages of at most "
    f"{schemas.LARGEST_PAGE} records. Every answer has an ETag: send it back as If-None-Match, and "
    "an unchanged answer costs you nothing (304). Sentences come in the language of "
    "Accept-Language; records carry their names in all languages they have."
)
api = NinjaAPI(
    title="Coalition public API",
    version="1",
    description=DESCRIPTION,
    docs_url=None,
    openapi_url=None,
    urls_namespace="api",
)
# How a partner came to be gone: the verb whose day and reason the answer gives.
GONE_BY = {
    PartnerState.WITHDRAWN: "leave",
    PartnerState.DELISTED: "delist",
    PartnerState.MERGED: "merge",
}
ALWAYS = {422: Problem, 429: Problem}
LISTED = {**ALWAYS}
ONE = {404: Problem, **ALWAYS}


# --- Errors, as sentences --------------------------------------------------------------------

PARAMETERS = {
    "page": gettext_lazy("“page” is a whole number from 1 to 10,000."),
    "page_size": gettext_lazy("“page_size” is a whole number from 1 to 200."),
    "on": gettext_lazy("“on” is a day, written as 2024-12-31."),
    "q": gettext_lazy("“q” holds the words to look for: at least 1 and at most 200 characters."),
}


@api.exception_handler(ValidationError)
def wrong_question(request: HttpRequest, error: ValidationError) -> HttpResponse:
    names = dict.fromkeys(str(each["loc"][-1]) for each in error.errors)
    other = _("“%(name)s” is not a value that can be read here: see %(address)sopenapi.json.")
    sentences = [
        str(PARAMETERS.get(name) or other % {"name": name[:40], "address": ROOT}) for name in names
    ]
    return JsonResponse({"detail": " ".join(sentences)}, status=422)


def missing() -> HttpError:
    return HttpError(404, _("There is no public record here."))


def unknown(request: HttpRequest) -> HttpResponse:
    """Any address below the API's that is none of its own."""
    text = _("There is nothing at this address. %(address)sopenapi.json lists all there are.")
    return JsonResponse({"detail": text % {"address": ROOT}}, status=404)


def gone(record: Any, verb: str) -> Status:
    """What was public says since when it is not, and why: that is public too."""
    move = record.moves.filter(verb=verb).last()
    if move is None:
        raise missing()
    told = {
        "detail": _("This record was withdrawn on %(day)s.") % {"day": move.at.date().isoformat()},
        "reference": record.reference,
        "withdrawn_on": move.at.date(),
        "reason": move.reason,
    }
    return Status(410, told)


# --- Envelopes ---------------------------------------------------------------------------------


def listed(
    request: HttpRequest, records: Any, paging: Paging, shape: Callable[[Any], dict[str, Any]]
) -> dict[str, Any]:
    """One bounded page; one beyond the last is empty, so that programs can simply go on."""
    pages = Paginator(records, paging.page_size)
    start = (paging.page - 1) * paging.page_size
    results = [shape(one) for one in records[start : start + paging.page_size]]

    def address(page: int) -> str:
        kept = request.GET.copy()
        kept["page"] = str(page)
        return f"{settings.SITE_URL}{request.path}?{kept.urlencode()}"

    return {
        "count": pages.count,
        "page": paging.page,
        "page_size": paging.page_size,
        "pages": pages.num_pages if pages.count else 0,
        "next": address(paging.page + 1) if paging.page < pages.num_pages else None,
        "previous": address(paging.page - 1) if 1 < paging.page <= pages.num_pages + 1 else None,
        "results": results,
    }


def first(records: QuerySet[Any], **wanted: str) -> Any:
    record = records.filter(**wanted).first()
    if record is None:
        raise missing()
    return record


# --- Vocabularies ------------------------------------------------------------------------------


@api.get("partner-groups", response={200: schemas.many(schemas.PartnerGroup), **LISTED})
def partner_groups(request: HttpRequest, paging: Query[Paging]) -> Any:
    """The groups in which partners are counted."""
    return listed(request, PartnerGroup.objects.select_related("source"), paging, shapes.group)


@api.get("themes", response={200: schemas.many(schemas.Theme), **LISTED})
def themes(request: HttpRequest, paging: Query[Paging]) -> Any:
    """The thematic areas."""
    return listed(request, Theme.objects.select_related("source"), paging, shapes.theme)


@api.get("challenges", response={200: schemas.many(schemas.Challenge), **LISTED})
def challenges(request: HttpRequest, paging: Query[Paging]) -> Any:
    """What stands in the way of social justice."""
    return listed(request, Challenge.objects.select_related("source"), paging, shapes.challenge)


@api.get("places", response={200: schemas.many(schemas.Place), **LISTED})
def places(request: HttpRequest, paging: Query[Paging], kind: PlaceKind | None = None) -> Any:
    """The world, its UN M49 regions, and countries and areas of ISO 3166."""
    found = shapes.places()
    return listed(request, found.filter(kind=kind) if kind else found, paging, shapes.place)


# --- Partners ----------------------------------------------------------------------------------


@api.get("partners", response={200: schemas.many(schemas.Partner), **LISTED})
def partners(
    request: HttpRequest, paging: Query[Paging], wanted: Query[schemas.PartnerFilters]
) -> Any:
    """Organisations that have joined, by name."""
    found = shapes.partners()
    if wanted.group:
        found = found.filter(group__code=wanted.group)
    if wanted.scope:
        found = found.filter(scope=wanted.scope)
    if wanted.country:
        found = found.filter(country__code=wanted.country)
    if wanted.theme:
        # Not EXISTS: SQLite would walk all priorities of the theme anew for each partner.
        wish = Priority.objects.order_by().filter(theme__code=wanted.theme)
        found = found.filter(pk__in=wish.values("partner"))
    return listed(request, found, paging, shapes.partner)


@api.get("partners/{reference}", response={200: schemas.one(schemas.Partner), 410: Gone, **ONE})
def partner(request: HttpRequest, reference: Path[Code]) -> Any:
    """One partner with its priorities. One that left, was delisted or merged answers 410."""
    if left := Partner.objects.filter(reference=reference, state__in=GONE_BY).first():
        return gone(left, GONE_BY[PartnerState(left.state)])
    return {
        "record": shapes.partner(
            first(shapes.partners(Partner.objects.shown()), reference=reference)
        )
    }


@api.get("partners/{reference}/parts", response={200: schemas.many(schemas.PartOfPartner), **ONE})
def parts(request: HttpRequest, reference: Path[Code], paging: Query[Paging]) -> Any:
    """What a partner does in public commitments that others lead."""
    one = first(Partner.objects.shown(), reference=reference)
    return listed(request, shapes.parts_of(one), paging, shapes.part_of_partner)


# --- Commitments -------------------------------------------------------------------------------


@api.get("commitments", response={200: schemas.many(schemas.Commitment), **LISTED})
def commitments(
    request: HttpRequest, paging: Query[Paging], wanted: Query[schemas.CommitmentFilters]
) -> Any:
    """Public commitments, the newest first."""
    found = shapes.commitments()
    if wanted.partner:
        leads = Q(partner__reference=wanted.partner)
        found = found.filter(leads | _takes_part(partner__reference=wanted.partner))
    if wanted.group:
        leads = Q(partner__group__code=wanted.group)
        found = found.filter(leads | _takes_part(partner__group__code=wanted.group))
    if wanted.state:
        found = found.filter(state=wanted.state.value)
    if wanted.needs_help is not None:
        found = found.filter(needs_help=wanted.needs_help)
    if wanted.level:
        found = found.filter(level__code=wanted.level)
    if wanted.theme:
        found = found.filter(_linked(Commitment.themes, theme__code=wanted.theme))
    if wanted.challenge:
        found = found.filter(_linked(Commitment.challenges, challenge__code=wanted.challenge))
    if wanted.place:
        place = Place.objects.filter(code=wanted.place).first()
        inside = _linked(Commitment.places, place__path__startswith=place.path) if place else None
        found = found.filter(inside) if inside else found.none()
    if wanted.declaration or wanted.provision:
        found = found.filter(Exists(_on(wanted.declaration, wanted.provision)))
    return listed(request, found, paging, shapes.commitment)


def _takes_part(**wanted: str) -> Q:
    """Those in which such a partner confirmed a part. By keys: asked row by row, a database would
    look for parts in all that nobody joined."""
    return Q(pk__in=Part.objects.confirmed().filter(**wanted).order_by().values("commitment"))


def _on(declaration: str, eid: str) -> QuerySet[Delivery]:
    """What the outer commitment delivers on, in this declaration and inside this provision."""
    deliveries = Delivery.objects.filter(commitment=OuterRef("pk"))
    if declaration:
        deliveries = deliveries.filter(provision__instrument__code=declaration)
    if eid:
        inside = Q(provision__eid__startswith=f"{eid}__")
        deliveries = deliveries.filter(Q(provision__eid=eid) | inside)
    return deliveries


def _linked(relation: Any, **wanted: str) -> Exists:
    return Exists(relation.through.objects.filter(commitment=OuterRef("pk"), **wanted))


@api.get(
    "commitments/{reference}", response={200: schemas.one(schemas.Commitment), 410: Gone, **ONE}
)
def commitment(request: HttpRequest, reference: Path[Code]) -> Any:
    """One public commitment. A withdrawn one answers 410 with the day and the reason."""
    if taken_back := Commitment.objects.filter(reference=reference, state=State.WITHDRAWN).first():
        return gone(taken_back, "withdraw")
    return {"record": shapes.commitment(first(shapes.commitments(), reference=reference))}


# --- Key interventions -------------------------------------------------------------------------


@api.get("interventions", response={200: schemas.many(schemas.Intervention), **LISTED})
def interventions(
    request: HttpRequest, paging: Query[Paging], wanted: Query[schemas.InterventionFilters]
) -> Any:
    """What partners do together, out of a decision; the newest first, also what ended."""
    page = listed(request, of_interventions.asked_for(wanted), paging, lambda one: one)
    return page | {"results": of_interventions.with_money(page["results"])}


@api.get("interventions/{reference}", response={200: schemas.one(schemas.Intervention), **ONE})
def intervention(request: HttpRequest, reference: Path[Code]) -> Any:
    """One key intervention. One that was cancelled stays."""
    one = first(of_interventions.with_all(), reference=reference)
    return {"record": of_interventions.with_money([one])[0]}


# --- Consultations ---------------------------------------------------------------------------


@api.get("consultations", response={200: schemas.many(schemas.Consultation), **LISTED})
def consultations(
    request: HttpRequest, paging: Query[Paging], wanted: Query[schemas.ConsultationFilters]
) -> Any:
    """What is asked of partners and others, the newest first; each with its phases."""
    found = shapes.consultations()
    if wanted.state:
        found = found.filter(state_now=wanted.state.value)
    if wanted.open_to:
        granting = Consultation.objects.granting(wanted.open_to)
        found = found.filter(pk__in=granting.order_by().values("pk"))
    if wanted.theme:
        theme = Theme.objects.filter(code=wanted.theme).first()
        found = on_theme(found, theme) if theme else found.none()
    if wanted.challenge:
        through = Consultation.challenges.through.objects
        asked = through.filter(consultation=OuterRef("pk"), challenge__code=wanted.challenge)
        found = found.filter(Exists(asked))
    if wanted.place:
        place = Place.objects.filter(code=wanted.place).first()
        found = found.filter(place__path__startswith=place.path) if place else found.none()
    if wanted.level:
        found = found.filter(level__code=wanted.level)
    return listed(request, found, paging, shapes.consultation)


@api.get(
    "consultations/{reference}",
    response={200: schemas.one(schemas.ConsultationWithProposals), **ONE},
)
def consultation(request: HttpRequest, reference: Path[Code]) -> Any:
    """One consultation with what is proposed. One that was called off stays, with the reason."""
    one = first(shapes.consultations(), reference=reference)
    return {"record": shapes.with_proposals(one)}


@api.get(
    "consultations/{reference}/proposals",
    response={200: schemas.many(schemas.Proposal), **LISTED, **ONE},
)
def proposals(request: HttpRequest, reference: Path[Code], paging: Query[Paging]) -> Any:
    """What is proposed in a consultation, as everybody sees it, by number."""
    one = first(Consultation.objects.announced(), reference=reference)
    return listed(request, shapes.proposals(one), paging, shapes.proposal)


@api.get(
    "consultations/{reference}/results",
    response={200: schemas.one(schemas.ConsultationResults), **ONE},
)
def consultation_results(request: HttpRequest, reference: Path[Code]) -> Any:
    """What came out of one, once it is worked out: of organisations, and of people, by group."""
    found = Summary.objects.filter(consultation__in=Consultation.objects.announced())
    summary = first(
        found.defer("rows").select_related("consultation"), consultation__reference=reference
    )
    return {"record": as_json(summary.consultation, summary)}


# --- Declarations ------------------------------------------------------------------------------


@api.get("declarations", response={200: schemas.many(schemas.Declaration), **LISTED})
def declarations(request: HttpRequest, paging: Query[Paging]) -> Any:
    """Political declarations, statements and resolutions."""
    return listed(request, shapes.declarations(), paging, shapes.declaration)


@api.get("declarations/{code}", response={200: schemas.one(schemas.Declaration), **ONE})
def declaration(request: HttpRequest, code: Path[Code]) -> Any:
    """One declaration with the versions of its text that are held."""
    return {"record": shapes.declaration(first(shapes.declarations(), code=code))}


@api.get("declarations/{code}/provisions", response={200: schemas.many(schemas.Provision), **ONE})
def provisions(request: HttpRequest, code: Path[Code], paging: Query[Paging]) -> Any:
    """Every unit of the text in reading order, with its wording where that is held."""
    instrument = first(Instrument.objects.all(), code=code)
    page = listed(request, shapes.provisions(instrument), paging, lambda one: one)
    counts = shapes.delivering(instrument, page["results"])
    page["results"] = [shapes.provision(one, counts[one.eid]) for one in page["results"]]
    return page


@api.get(
    "declarations/{code}/provisions/{eid}",
    response={200: schemas.one(schemas.ProvisionWithCommitments), **ONE},
)
def provision(request: HttpRequest, code: Path[Code], eid: Path[Code]) -> Any:
    """One provision, and who delivers on it or on anything inside it."""
    instrument = first(Instrument.objects.all(), code=code)
    record = first(shapes.provisions(instrument), eid=eid)
    count = shapes.delivering(instrument, [record])[record.eid]
    delivering = delivering_on(record)[: shapes.MOST_DELIVERERS]
    more = {"delivered_by": [shapes.deliverer(one) for one in delivering]}
    return {"record": shapes.provision(record, count) | more}


# --- Consent to be bound ---------------------------------------------------------------------


@api.get("consent", response={200: schemas.many(schemas.Consent), **LISTED})
def consent(
    request: HttpRequest, paging: Query[Paging], wanted: Query[schemas.ConsentFilters]
) -> Any:
    """Who is bound by what on any day: each party under each instrument whose table is held."""
    day = wanted.on or timezone.localdate()
    grid = consent_grid(wanted.instrument, wanted.country, day)
    page = listed(request, grid, paging, lambda one: one)
    acts = acts_behind(page["results"], day)
    page["results"] = [
        shapes.consent(one, acts.get((one.party.pk, one.instrument.pk)), day)
        for one in page["results"]
    ]
    return page


# --- Registers of others ---------------------------------------------------------------------


@api.get("registers", response={200: schemas.many(schemas.Register), **LISTED})
def registers(request: HttpRequest, paging: Query[Paging]) -> Any:
    """Registers that others keep, with how many documents stand in each. They are not ours."""
    return listed(request, registers_held(), paging, shapes.register)


@api.get("external-records", response={200: schemas.many(schemas.External), **LISTED})
def external_records(
    request: HttpRequest, paging: Query[Paging], wanted: Query[schemas.ExternalFilters]
) -> Any:
    """Documents in registers of others, such as national climate submissions: never commitments."""
    records = shapes.externals().filter(gone_at__isnull=not wanted.gone)
    for name, value in (
        ("register__code", wanted.register_code),
        ("party__code", wanted.party),
        ("kind", wanted.kind),
        ("language", wanted.language),
    ):
        if value:
            records = records.filter(**{name: value})
    return listed(request, records, paging, shapes.external)


@api.get("external-records/{number}", response={200: schemas.one(schemas.External), **ONE})
def external_record(request: HttpRequest, number: Path[RecordId]) -> Any:
    """One document; also one that its register does not have any more."""
    record = shapes.externals().filter(pk=number).first()
    if record is None:
        raise missing()
    return {"record": shapes.external(record)}


# --- Results -----------------------------------------------------------------------------------


@api.get("frameworks", response={200: schemas.many(schemas.Framework), **LISTED})
def frameworks(
    request: HttpRequest, paging: Query[Paging], wanted: Query[schemas.FrameworkFilters]
) -> Any:
    """Public results frameworks, by reference."""
    found = shapes.frameworks()
    if wanted.partner:
        found = found.filter(reporter__reference=wanted.partner)
    if wanted.group:
        found = found.filter(reporter__group__code=wanted.group)
    if wanted.light:
        found = found.filter(light=wanted.light, every__isnull=False, ended_at=None)
    return listed(request, found, paging, shapes.framework)


@api.get(
    "frameworks/{reference}",
    response={200: schemas.one(schemas.FrameworkWithIndicators), **ONE},
)
def framework(request: HttpRequest, reference: Path[Code]) -> Any:
    """One framework: where each indicator stands over all periods, places and partners."""
    one = first(shapes.frameworks(), reference=reference)
    standings = results.standings(list(results.indicators_of(one)))
    indicators = [shapes.standing(each) for each in standings]
    return {"record": shapes.framework(one) | {"indicators": indicators}}


@api.get("frameworks/{reference}/figures", response={200: schemas.many(schemas.Passport), **ONE})
def figures(
    request: HttpRequest,
    reference: Path[Code],
    paging: Query[Paging],
    wanted: Query[schemas.FigureFilters],
) -> Any:
    """Every public figure with its passport: baselines, targets and what was reported."""
    one = first(shapes.frameworks(), reference=reference)
    found = Fact.objects.public().filter(indicator__framework=one)
    if wanted.indicator:
        found = found.filter(indicator__number=wanted.indicator)
    if wanted.role:
        found = found.filter(role=wanted.role)
    return listed(request, results.with_passport(found.order_by("pk")), paging, results.passport)


@api.get("frameworks/{reference}/totals", response={200: schemas.many(schemas.Total), **ONE})
def totals(request: HttpRequest, reference: Path[Code], paging: Query[Paging]) -> Any:
    """What the figures come to: by period and group, and over all periods by place and partner."""
    one = first(shapes.frameworks(), reference=reference)
    found = results.totals_of(one).select_related("indicator__unit")
    return listed(request, found, paging, shapes.total)


# --- Catalogue ---------------------------------------------------------------------------------


@api.get("search", response={200: schemas.ManyFound, **LISTED})
def search(request: HttpRequest, paging: Query[Paging], wanted: Query[schemas.Wanted]) -> Any:
    """All public records that hold the words, in any of six languages; the best first."""
    query = query_text(wanted.q)
    ids = catalogue.matching(query, wanted.wishes) if query.words else []
    page = listed(request, ids[: catalogue.MOST_FOUND], paging, lambda pk: {"pk": pk})
    records = Record.objects.defer("search_text").in_bulk([each["pk"] for each in page["results"]])
    # One that was taken out in this very moment is left out.
    page["results"] = [
        shapes.found(records[each["pk"]]) for each in page["results"] if each["pk"] in records
    ]
    return page | {"is_cut": len(ids) > catalogue.MOST_FOUND}


@api.get("thread/{kind}/{path:key}", response={200: schemas.Thread, **ONE})
def thread(request: HttpRequest, kind: Path[Code], key: Path[Key]) -> Any:
    """The public records that one hangs with, both ways along the golden thread.

    Kinds and keys: intervention, commitment, consultation, partner, common_priority (reference);
    decision (its consultation); proposal (consultation/number); declaration, theme, challenge,
    place (code); provision (declaration/eid); priority (partner:rank); external (register/number);
    results (framework); indicator, figure, evidence (framework/number). Each knot's `thread` is the
    address of its own thread: from a challenge one walks to a figure's evidence, and back.
    """
    record = golden.find_public(kind, key)
    if record is None:
        raise missing()
    return {"knots": [shapes.knot(one) for one in golden.thread_of(record)]}


# --- The description and its page ----------------------------------------------------------------


@cache
def description() -> dict[str, Any]:
    """The API's own description (OpenAPI 3.1): the same as long as the process lives."""
    return dict(api.get_openapi_schema(path_prefix=ROOT))


def openapi(request: HttpRequest) -> HttpResponse:
    """The API's own description (OpenAPI 3.1)."""
    return JsonResponse(description())


EXAMPLES = (
    "curl 'ROOTcommitments?place=150&theme=employment'",
    "curl ROOTdeclarations/doha/provisions/para_23",
    "curl 'ROOTinterventions?stage=implementation'",
    "curl 'ROOTframeworks?light=overdue'",
    "curl -H 'Accept-Language: ar' ROOTthread/theme/employment",
    "curl --get --data-urlencode 'q=protection sociale' ROOTsearch",
)


@require_safe
def data(request: HttpRequest) -> HttpResponse:
    """For people: what can be had, how, and under which licence."""
    described = [
        (path, operations["get"]["description"])
        for path, operations in description()["paths"].items()
    ]
    context = {
        "examples": [line.replace("ROOT", f"{settings.SITE_URL}{ROOT}") for line in EXAMPLES],
        "addresses": described,
        "openapi": reverse("api:openapi"),
        "largest_page": schemas.LARGEST_PAGE,
    }
    return render(request, "api/data.html", context)
