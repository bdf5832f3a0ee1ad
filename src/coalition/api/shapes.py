"""How each record reads in the API: querysets with what it needs, and its plain values."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import date
from itertools import groupby
from operator import itemgetter
from typing import Any

from django.conf import settings
from django.db.models import Count, OuterRef, Prefetch, QuerySet, Subquery
from django.urls import reverse

from coalition.analysis.figures import decimal_of
from coalition.catalogue.models import Record
from coalition.catalogue.thread import Knot
from coalition.commitments import goals
from coalition.commitments.models import Claim, Commitment, Delivery, Edition, Part
from coalition.consultations.access import of_phase
from coalition.consultations.models import Consultation, ConsultationMove, Phase, Statement
from coalition.consultations.queries import with_deadlines
from coalition.consultations.reading.queries import shown
from coalition.consultations.states import KINDS, PhaseKind
from coalition.instruments.models import ExternalRecord, Instrument, Provision, Register, Wording
from coalition.partners.models import CommonPriority, Mandate, MandateRole, Partner, Priority
from coalition.places.models import Place
from coalition.results.models import Framework
from coalition.results.owners import with_owners
from coalition.results.totals.queries import plain

MOST_DELIVERERS = 200
MOST_PROPOSALS = 400


def absolute(path: str) -> str:
    return settings.SITE_URL + path


def source(found: Any) -> dict[str, Any] | None:
    if found is None:
        return None
    return {name: getattr(found, name) for name in ("code", "title", "url", "seen_on")}


def named(entry: Any, **more: Any) -> dict[str, Any]:
    return {
        "code": entry.code,
        "names": entry.names,
        "our_translations": entry.ours,
        "source": source(entry.source),
        "url": absolute(entry.get_absolute_url()) if hasattr(entry, "get_absolute_url") else None,
        "retired_on": entry.retired_on,
        **more,
    }


def group(one: Any) -> dict[str, Any]:
    return named(
        one, short_names=one.short, is_constituent=one.is_constituent, iati_type=one.iati_type
    )


def theme(one: Any) -> dict[str, Any]:
    return named(one, number=one.number, short_names=one.short, about=one.about)


def challenge(one: Any) -> dict[str, Any]:
    return named(one, short_names=one.short, about=one.about)


def places() -> QuerySet[Place]:
    return Place.objects.select_related("parent")


def place(one: Place) -> dict[str, Any]:
    values = {name: getattr(one, name) for name in ("code", "kind", "m49", "iso2", "names")}
    return values | {
        "parent": one.parent.code if one.parent else None,
        "is_un_member": one.is_un_member,
        "url": absolute(one.get_absolute_url()),
    }


# --- Consent to be bound ---------------------------------------------------------------------


def consent(one: Any, act: Any, day: date) -> dict[str, Any]:
    """A standing with its passport: the act it follows from, else the table that has none."""
    origin = act or one.instrument.consent_table
    path = reverse("instruments:passport", args=[one.instrument.code, one.party.code])
    return {
        "instrument": one.instrument.symbol or one.instrument.code,
        "country": one.party.code,
        "names": one.party.names,
        "on": day,
        "status": one.status.value,
        "since": one.on.since,
        "why": one.on.why,
        "source_says": act.source_status if act else "",
        "source": source(origin.source),
        "as_of": origin.as_of,
        "url": absolute(path),
        "is_example": one.party.is_example,
    }


# --- Registers of others ---------------------------------------------------------------------


def register(one: Register) -> dict[str, Any]:
    same = ("code", "names", "about", "as_of", "documents", "is_example")
    return {name: getattr(one, name) for name in same} | {
        "kept_at": one.url,
        "source": source(one.source),
        "url": absolute(one.get_absolute_url()),
    }


def externals() -> QuerySet[ExternalRecord]:
    return ExternalRecord.objects.select_related("register__source", "party")


def external(one: ExternalRecord) -> dict[str, Any]:
    same = (
        *("id", "key", "kind", "party_name", "title", "title_language", "language", "version"),
        *("status", "submitted_on", "file_name", "belongs_because", "gone_at", "is_example"),
    )
    return {name: getattr(one, name) for name in same} | {
        "register_code": one.register.code,
        "party": one.party.code if one.party else None,
        "kept_at": one.url,
        "belongs_to": one.belongs_to_id,
        "source": source(one.register.source),
        "as_of": one.register.as_of,
        "url": absolute(one.get_absolute_url()),
    }


# --- Declarations ----------------------------------------------------------------------------


def declarations() -> QuerySet[Instrument]:
    return Instrument.objects.select_related("source", "level").prefetch_related("versions")


def declaration(one: Instrument) -> dict[str, Any]:
    same = (
        *("leaflet_name", "kind", "adopting_body", "adoption_mode", "place", "agreed_on"),
        *("adopted_on", "begins_on", "ends_on", "symbol", "known"),
    )
    return named(
        one,
        short_names=one.short,
        level=one.level.code if one.level else None,
        official_document=one.url,
        versions=[
            {
                **{name: getattr(each, name) for name in ("symbol", "language", "title")},
                "adopted_on": each.adopted_on,
                "source_url": each.source_url,
                "sha256": each.digest,
                "imported_at": each.imported_at,
            }
            for each in one.versions.all()
        ],
        **{name: getattr(one, name) for name in same},
    )


def provisions(instrument: Instrument) -> QuerySet[Provision]:
    """In reading order, with what a provision's values need."""
    wordings = Wording.objects.select_related("version").order_by("version")
    return (
        Provision.objects.filter(instrument=instrument)
        .select_related("instrument", "parent")
        .prefetch_related("themes", "challenges", Prefetch("wordings", wordings))
        .order_by("position")
    )


def delivering(instrument: Instrument, page: Iterable[Provision]) -> Counter[str]:
    """How many public commitments deliver on each of these provisions or inside it, by eid.

    Folded here, a row at a time: asked for "this eid or one that begins with it", a database goes
    through all deliveries anew for each provision.
    """
    wanted = {one.eid for one in page}
    held = instrument.provisions.order_by().values_list("pk", "eid")
    lines = {pk: wanted.intersection(_line(eid)) for pk, eid in held}
    lines = {pk: line for pk, line in lines.items() if line}
    deliveries = Delivery.objects.filter(provision__in=lines, commitment__is_public=True)
    pairs = deliveries.order_by("commitment").values_list("commitment", "provision")
    counts: Counter[str] = Counter()
    for _commitment, its in groupby(pairs.iterator(), key=itemgetter(0)):
        counts.update(set().union(*(lines[provision] for _pk, provision in its)))
    return counts


def _line(eid: str) -> list[str]:
    """The eid and those it stands inside: para_30__point_h lies in para_30."""
    steps = eid.split("__")
    return ["__".join(steps[:depth]) for depth in range(1, len(steps) + 1)]


def provision(one: Any, delivering: int) -> dict[str, Any]:
    return {
        "declaration": one.instrument.code,
        **{name: getattr(one, name) for name in ("eid", "number", "role", "position", "gist")},
        "parent": one.parent.eid if one.parent else None,
        "themes": [each.code for each in one.themes.all()],
        "challenges": [each.code for each in one.challenges.all()],
        "wording": wording(max(one.wordings.all(), key=lambda each: each.version_id, default=None)),
        "commitments": delivering,
        "official_document": one.instrument.url,
        "url": absolute(one.get_absolute_url()),
    }


def wording(one: Wording | None) -> dict[str, Any] | None:
    if one is None:
        return None
    return {
        "symbol": one.version.symbol,
        "language": one.version.language,
        "source_url": one.version.source_url,
        "heading": one.heading,
        "words": one.words,
        "footnotes": one.footnotes,
    }


def deliverer(one: Commitment) -> dict[str, Any]:
    return {
        **{name: getattr(one, name) for name in ("reference", "title", "language", "is_example")},
        "partner": one.partner.reference,
        "partner_name": one.partner.name,
        "url": absolute(one.get_absolute_url()),
    }


# --- Partners and commitments ----------------------------------------------------------------


def partners(found: QuerySet[Partner] | None = None) -> QuerySet[Partner]:
    """Listed ones (or these), with the name only of a lead focal point who chose to be named."""
    chosen = Mandate.objects.current().filter(
        role=MandateRole.FOCAL_POINT,
        person__shows_name=True,
        person__is_active=True,
        person__erased_at=None,
    )
    return (
        (Partner.objects.public() if found is None else found)
        .select_related("group", "country")
        .prefetch_related(
            *("priorities__theme", "priorities__level", "priorities__place"),
            Prefetch("mandates", chosen.select_related("person"), to_attr="named_mandates"),
        )
    )


def partner(one: Any) -> dict[str, Any]:
    same = ("reference", "state", "scope", "website", "joined_on", "is_example")
    return {
        **{name: getattr(one, name) for name in same},
        "names": {one.name_language: one.name},
        "group": one.group.code,
        "country": one.country.code if one.country else None,
        "about": {one.about_language: one.about} if one.about else {},
        "priorities": [
            {
                "rank": each.rank,
                "theme": each.theme.code,
                "level": each.level.code,
                "place": each.place.code,
                "words": each.words,
                "language": each.language,
            }
            for each in one.priorities.all()
        ],
        "focal_points": [each.person.name for each in one.named_mandates if each.person.name],
        "url": absolute(one.get_absolute_url()),
    }


def commitments() -> QuerySet[Commitment]:
    deliveries = Delivery.objects.select_related("provision__instrument")
    editions = Edition.objects.order_by().filter(commitment=OuterRef("pk")).values("commitment")
    return (
        Commitment.objects.published()
        .annotate(edition_count=Subquery(editions.annotate(count=Count("pk")).values("count")))
        .select_related("partner__group", "promised_by", "level", "framework")
        .prefetch_related(
            *("places", "themes", "challenges", "resources__unit"),
            *goals.to_read(goals.targets()),
            # A promise that another carries on may name priorities of who made it.
            Prefetch("priorities", Priority.objects.select_related("partner")),
            Prefetch("deliveries", deliveries),
            Prefetch("parts", Part.objects.confirmed().select_related("partner__group")),
            Prefetch("external_records", ExternalRecord.objects.select_related("register")),
            Prefetch("claims", Claim.objects.for_page()),
        )
    )


def commitment(one: Any) -> dict[str, Any]:
    same = (
        *("reference", "state", "language", "title", "promise", "for_whom", "in_line_with"),
        *("needs_help", "help_wanted", "starts_on", "ends_on"),
        *("published_at", "closed_at", "is_example"),
    )
    return {
        **{name: getattr(one, name) for name in same},
        "framework": one.framework.reference,
        "reports": one.framework.light,
        "resources": [
            {
                "kind": each.kind,
                "words": each.words,
                "amount": each.amount_in_full,
                "currency": each.unit.code if each.unit else None,
                "year": each.year,
            }
            for each in one.resources.all()
        ],
        "goals": goals.of(one.framework),
        "partner": one.partner.reference,
        "partner_name": one.partner.name,
        "parts": [part(each) for each in one.parts.all()],
        "promised_by": one.promised_by.reference if one.promised_by else None,
        "group": one.partner.group.code,
        "level": one.level.code if one.level else None,
        **{
            name: [each.code for each in getattr(one, name).all()]
            for name in ("places", "themes", "challenges")
        },
        "priorities": [f"{each.partner.reference}:{each.rank}" for each in one.priorities.all()],
        "delivers_on": [
            {
                "declaration": each.provision.instrument.code,
                "eid": each.provision.eid,
                "number": each.provision.number,
                "how": each.how,
            }
            for each in one.deliveries.all()
        ],
        "external_records": [
            {
                "register_code": each.register.code,
                "key": each.key,
                "kind": each.kind,
                "title": each.title,
                "language": each.title_language,
                "url": absolute(each.get_absolute_url()),
            }
            for each in one.external_records.all()
        ],
        "contributes_to": [
            {
                "intervention": each.intervention.reference,
                "indicator": each.indicator.number,
                "share": str(decimal_of(each.share, 2)),
                "how": each.how,
            }
            for each in one.claims.all()
        ],
        "editions": one.edition_count or 0,
        "url": absolute(one.get_absolute_url()),
    }


def part(one: Part) -> dict[str, Any]:
    return {
        "partner": one.partner.reference,
        "partner_name": one.partner.name,
        "group": one.partner.group.code,
        "role": one.role,
        "what": one.what,
    }


def parts_of(one: Partner) -> QuerySet[Part]:
    """What it does in public commitments that others lead, the newest of these first."""
    return (
        Part.objects.confirmed()
        .filter(partner=one, commitment__is_public=True)
        .select_related("partner__group", "commitment__partner")
        .order_by("-commitment__published_at", "-pk")
    )


def part_of_partner(one: Part) -> dict[str, Any]:
    promise = one.commitment
    return part(one) | {
        **{name: getattr(promise, name) for name in ("title", "language", "state", "is_example")},
        "commitment": promise.reference,
        "led_by": promise.partner.reference,
        "led_by_name": promise.partner.name,
        "url": absolute(promise.get_absolute_url()),
    }


# --- Results ---------------------------------------------------------------------------------


def frameworks() -> QuerySet[Framework]:
    return with_owners(Framework.objects.public())


def framework(one: Framework) -> dict[str, Any]:
    same = ("reference", "owner_kind", "language", "every", "days_to_report", "next_due_at")
    return {
        **{name: getattr(one, name) for name in (*same, "completed_at", "ended_at", "is_example")},
        "owner": one.owner.reference,
        "title": one.owner.title,
        "reporter": one.reporter.reference,
        "reporter_name": one.reporter.name,
        "group": one.reporter.group.code,
        "light": one.light if one.every and not one.ended_at else None,
        "url": absolute(one.get_absolute_url()),
    }


def standing(one: Any) -> dict[str, Any]:
    indicator = one.indicator
    same = ("number", "title", "measure", "rule", "direction", "no_baseline")
    return {
        **{name: getattr(indicator, name) for name in same},
        **{name: getattr(one, name) for name in ("figures", "evidence", "checked", "disputed")},
        "result": indicator.result.title,
        "level": indicator.result.level,
        "unit": indicator.unit.code if indicator.unit else "",
        "baseline": [amount(row, indicator) for row in one.start],
        "target": [amount(row, indicator) for row in one.aim],
        "reached": [amount(row, indicator) for row in one.now],
        "url": absolute(one.get_absolute_url()),
    }


def amount(row: Any, indicator: Any) -> dict[str, Any]:
    return {
        "value": plain(row, indicator),
        "unit": row.unit.code if row.unit else "",
        "figures": getattr(row, "facts", 1),
        "as_of": row.as_of,
        "withheld": row.hidden,
    }


def total(one: Any) -> dict[str, Any]:
    return {
        "indicator": one.indicator.number,
        "role": one.role,
        "rule": one.indicator.rule,
        "period_from": one.period.starts_on if one.period else None,
        "period_until": one.period.ends_on if one.period else None,
        "place": one.place.code if one.place else "",
        "partner": one.partner.reference if one.partner else "",
        "cell": one.cell.key if one.cell else "",
        **amount(one, one.indicator),
    }


# --- Consultations ---------------------------------------------------------------------------


def consultations() -> QuerySet[Consultation]:
    shown = Statement.objects.shown().filter(consultation=OuterRef("pk")).order_by()
    of_all, of_first = (
        each.values("consultation").annotate(count=Count("pk")).values("count")
        for each in (shown, shown.first_ones())
    )
    off = ConsultationMove.objects.filter(record=OuterRef("pk"), verb="call_off")
    return (
        with_deadlines(Consultation.objects.announced())
        .annotate(
            first_count=Subquery(of_first),
            proposal_count=Subquery(of_all),
            off_because=Subquery(off.order_by("-pk").values("reason")[:1]),
        )
        .select_related("place", "level", "theme", "text")
        .prefetch_related(
            *("phases", "challenges", "themes"),
            Prefetch("priorities", CommonPriority.objects.public()),
            Prefetch("provisions", Provision.objects.select_related("instrument")),
        )
    )


def consultation(one: Any) -> dict[str, Any]:
    same = (
        *("reference", "languages", "question", "about", "promise", "for_partners", "for_invited"),
        *("for_everyone", "answers_are_public", "zone", "announced_at", "is_example"),
    )
    return {name: getattr(one, name) for name in same} | {
        "state": one.state_now,
        **{name: code_of(getattr(one, name)) for name in ("place", "level", "theme", "text")},
        "challenges": [each.code for each in one.challenges.all()],
        "themes": [each.code for each in one.themes.all()],
        "common_priorities": [each.reference for each in one.priorities.all()],
        "provisions": [cited(each) for each in one.provisions.all()],
        "phases": [phase(one, each) for each in one.phases.all()],
        "first_proposals": one.first_count or 0,
        "proposal_count": one.proposal_count or 0,
        "called_off_because": one.off_because or "",
        "url": absolute(one.get_absolute_url()),
    }


def phase(one: Consultation, its: Phase) -> dict[str, Any]:
    found = of_phase(one, its)
    return {
        **{name: getattr(its, name) for name in ("kind", "opens_at", "closes_at")},
        "grants": sorted(KINDS[PhaseKind(its.kind)].grants),
        "is_open": found.is_open,
        "sentence": found.sentence,
    }


def with_proposals(one: Any) -> dict[str, Any]:
    return consultation(one) | {
        "proposals": [proposal(each) for each in proposals(one)[:MOST_PROPOSALS]]
    }


def proposals(one: Consultation) -> QuerySet[Statement]:
    return shown(one).select_related("consultation")


def proposal(one: Statement) -> dict[str, Any]:
    who = one.author.partner if one.author and one.consultation.answers_are_public else None
    return {
        **{name: getattr(one, name) for name in ("number", "text", "language", "origin")},
        "common_priority": one.priority.reference if one.priority else None,
        "provision": cited(one.provision) if one.provision else None,
        "proposed_by": who.reference if who else None,
        "credited": [each.reference for each in one.credited],
    }


def code_of(entry: Any) -> str | None:
    return entry.code if entry else None


def cited(one: Provision) -> str:
    return f"{one.instrument.code}/{one.eid}"


# --- Catalogue ---------------------------------------------------------------------------------


def found(one: Record) -> dict[str, Any]:
    return {
        **{name: getattr(one, name) for name in ("kind", "key", "changed_at", "is_example")},
        "titles": one.titles,
        "summaries": one.summaries or ({one.language: one.summary} if one.summary else {}),
        "url": absolute(one.get_absolute_url()),
    }


def knot(one: Knot) -> dict[str, Any]:
    own = reverse("api:thread", args=[one["kind"], one["key"]])
    return {**one, "url": absolute(one["path"]), "thread": absolute(own)}
