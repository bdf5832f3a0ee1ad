"""Sets up a coalition from its file: vocabularies, declarations, places and first pages."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from django.db import transaction

from coalition.accounts.editors import set_up_group
from coalition.base import audit
from coalition.base.errors import Refused
from coalition.base.models import Retention
from coalition.base.reference import Entry, Label, Report, Source, keep_label, load, plain
from coalition.catalogue.actions import rebuild
from coalition.instruments.actions import (
    keep_keys,
    lay_skeleton,
    load_reporting_groups,
    party_of,
    record_adherence,
)
from coalition.instruments.models import Adherence, Anchor, Instrument, Party
from coalition.partners.models import (
    Body,
    Eligibility,
    FlagCategory,
    PartnerGroup,
    Question,
    Seat,
    Sector,
    ServiceTarget,
    Term,
    VettingPlan,
    VettingQuestion,
    WantedDocument,
)
from coalition.places.actions import load_places
from coalition.places.models import Level, Place
from coalition.results.models import Category, Dimension, Unit
from coalition.themes.models import Challenge, Theme
from coalition.web import coalition_file, first_pages
from coalition.web.models import Coalition


@transaction.atomic
def set_up(path: Path, *, by: Any = None) -> Report:
    """Load the coalition file: all of it or nothing.

    A second run changes nothing; what people edited or made in the browser stays and is listed in
    the report. Raises Refused, naming the entry and the mend, when the file is wrong.
    """
    file, skeletons = coalition_file.read(path)
    report = Report()
    sources = load_sources(file.source, report)
    load_places(report)
    load_reporting_groups(report)
    common = {"ours", "names"}

    def entries(kind: Iterable[Any], *fields: str) -> list[dict[str, Any]]:
        return [
            {
                "code": one.code,
                "position": position,
                "source": sources[one.source or one.sources[0]],
                **{name: getattr(one, name) for name in sorted(common | set(fields))},
            }
            for position, one in enumerate(kind, 1)
        ]

    load_named(Coalition, [file.coalition], entries([file.coalition], "purpose"), report, sources)
    levels = load_named(Level, file.level, entries(file.level), report, sources)
    load_named(
        PartnerGroup,
        file.partner_group,
        entries(file.partner_group, "short", "is_constituent", "iati_type"),
        report,
        sources,
    )
    load_named(Sector, file.sector, entries(file.sector), report, sources)
    load_named(Term, file.term, entries(file.term, "days"), report, sources)
    load_measures(file, entries, report, sources)
    load_named(Theme, file.theme, entries(file.theme, "number", "short", "about"), report, sources)
    load_named(
        Challenge, file.challenge, entries(file.challenge, "short", "about"), report, sources
    )
    targets = [
        {"stage": one.stage, "days": one.days, "source": sources[one.source]}
        for one in file.service_target
    ]
    load(ServiceTarget, targets, report, key="stage")
    load_asked(file, entries, report, sources)
    load_vetting(file, entries, report)
    load_bodies(file, entries, report, sources)
    declarations = entries(
        file.declaration,
        *("short", "leaflet_name", "kind", "adopting_body", "adoption_mode", "place", "agreed_on"),
        *("adopted_on", "begins_on", "ends_on", "symbol", "url", "known"),
    )
    for values, one in zip(declarations, file.declaration, strict=True):
        values["level"] = levels[one.level]
        values["other_sources"] = one.sources[1:] if not one.source else one.sources
    instruments = load_named(Instrument, file.declaration, declarations, report, sources)
    for code, skeleton in skeletons.items():
        lay_skeleton(instruments[code], skeleton.model_dump(), report)
    for instrument in instruments.values():
        keep_keys(instrument)
    load_anchors(file.anchor, instruments, sources, report)
    load_adherence(file, instruments, sources, report)
    for one in file.retention:
        Retention.objects.get_or_create(kind=one.kind, defaults={"days": one.days, "why": one.why})
    first_pages.make(report)
    set_up_group()
    if report.made or report.changed:
        digest = hashlib.sha256(path.read_bytes()).hexdigest()
        audit.record("web.set_up", f"file:{digest}", by=by)
        rebuild()
    return report


def load_asked(
    file: coalition_file.CoalitionFile,
    entries: Callable[..., list[dict[str, Any]]],
    report: Report,
    sources: dict[str, Source],
) -> None:
    """What applicants are asked: questions, documents, statements to confirm."""
    questions = entries(
        file.question, "help", "groups", "needed", "section", "kind", "choices", "name_kind"
    )
    for values in questions:
        values["choices"] = [choice.model_dump() for choice in values["choices"]]
    load_named(Question, file.question, questions, report, sources)
    for model, listed in (
        (WantedDocument, file.wanted_document),
        (Eligibility, file.eligibility),
    ):
        load_named(model, listed, entries(listed, "help", "groups", "needed"), report, sources)


def load_vetting(
    file: coalition_file.CoalitionFile,
    entries: Callable[..., list[dict[str, Any]]],
    report: Report,
) -> None:
    """What is asked of whom in due diligence, how deep, and what a flag may be about."""
    load(VettingPlan, entries(file.vetting_plan, "depth", "months"), report)
    asked = ("kind", "subject", "help", "expected", "depth", "groups", "retired_on")
    load(VettingQuestion, entries(file.vetting, *asked), report)
    load(FlagCategory, entries(file.flag_category), report)


def load_bodies(
    file: coalition_file.CoalitionFile,
    entries: Callable[..., list[dict[str, Any]]],
    report: Report,
    sources: dict[str, Source],
) -> None:
    """The bodies, and the seats of which a source speaks; seats given here stay as they are."""
    fields = ("kind", "remit", "meets", "composition", "known", "quorum_seats", "quorum_percent")
    bodies = load_named(Body, file.body, entries(file.body, *fields), report, sources)
    held = {
        (seat.body_id, seat.code): seat for seat in Seat.objects.exclude(code="").order_by("pk")
    }
    for entry in file.body:
        for one in entry.seat:
            body = bodies[entry.code]
            values = one.model_dump(exclude={"code", "source"}) | {"source": sources[one.source]}
            said = {name: plain(value) for name, value in values.items()}
            seat = held.get((body.pk, one.code))
            name = f"seat {one.code} of {entry.code}"
            if seat is None:
                Seat.objects.create(body=body, code=one.code, loaded=said, **values)
                report.made.append(name)
                continue
            here = {field: plain(getattr(seat, field)) for field in said}
            if here == said:
                report.unchanged += 1
            elif here == seat.loaded:
                for field, value in values.items():
                    setattr(seat, field, value)
                seat.loaded = said
                seat.save()
                report.changed.append(name)
            else:
                report.kept.append(f"{name}: edited here; left as it is")


def load_sources(entries: Iterable[Any], report: Report) -> dict[str, Source]:
    held = Source.objects.in_bulk()
    for one in entries:
        values = one.model_dump(exclude={"code"})
        source = held.get(one.code)
        if source is None:
            held[one.code] = Source.objects.create(code=one.code, **values)
            report.made.append(f"source {one.code}")
        elif any(getattr(source, name) != value for name, value in values.items()):
            for name, value in values.items():
                setattr(source, name, value)
            source.save()
            report.changed.append(f"source {one.code}")
        else:
            report.unchanged += 1
    return held


def load_named(
    model: type[Entry],
    entries: Iterable[Any],
    values: list[dict[str, Any]],
    report: Report,
    sources: dict[str, Source],
) -> dict[str, Any]:
    """Load a vocabulary, and keep its labels with the day from which each holds."""
    rows = load(model, values, report)
    kind = model._meta.label_lower
    held = set(Label.objects.filter(kind=kind).values_list("code", "since"))
    for one in entries:
        for former in one.former:
            if (one.code, former.since) not in held:
                Label.objects.create(
                    kind=kind,
                    code=one.code,
                    since=former.since,
                    names=former.names,
                    source=sources[former.source],
                )
        row = rows[one.code]
        if row.names == one.names:
            keep_label(row, since=one.since, source=row.source)
    return rows


def load_measures(
    file: Any, entries: Callable[..., Any], report: Report, sources: dict[str, Source]
) -> None:
    """What figures are counted in, and by what they are broken down."""
    units = entries(file.unit, "short", "kind", "decimals", "threshold")
    load_named(Unit, file.unit, units, report, sources)
    dimensions = load_named(Dimension, file.dimension, entries(file.dimension), report, sources)
    categories = [(one, each) for one in file.dimension for each in one.category]
    values = entries([each for _one, each in categories])
    for row, (one, _each) in zip(values, categories, strict=True):
        row["dimension"] = dimensions[one.code]
    load_named(Category, [each for _one, each in categories], values, report, sources)


def load_anchors(
    entries: Iterable[Any],
    instruments: dict[str, Instrument],
    sources: dict[str, Source],
    report: Report,
) -> None:
    """Anchors have no code: kind and day name them."""
    held = {anchor.key: anchor for anchor in Anchor.objects.select_related("instrument")}
    for one in entries:
        key = f"{one.kind}-{one.since}"
        said = {"instrument": one.declaration, "why": one.why, "source": one.source}
        anchor = held.get(key)
        if anchor is None:
            Anchor.objects.create(
                kind=one.kind,
                since=one.since,
                instrument=instruments[one.declaration],
                why=one.why,
                source=sources[one.source],
                loaded=said,
            )
            report.made.append(f"anchor {key}")
            continue
        here = {
            "instrument": anchor.instrument.code,
            "why": anchor.why,
            "source": anchor.source_id,
        }
        if here == said:
            report.unchanged += 1
        elif here == anchor.loaded:
            anchor.instrument = instruments[one.declaration]
            anchor.why, anchor.source, anchor.loaded = one.why, sources[one.source], said
            anchor.save()
            report.changed.append(f"anchor {key}")
        else:
            report.kept.append(f"anchor {key}: edited here; left as it is")


def load_adherence(
    file: coalition_file.CoalitionFile,
    instruments: dict[str, Instrument],
    sources: dict[str, Source],
    report: Report,
) -> None:
    """What sources say that States and others did on the declarations. An act is never changed:
    what was struck here stays struck, and other facts in the file make no second act."""
    for one in file.party:
        Party.objects.get_or_create(code=one.code, defaults={"kind": one.kind, "names": one.names})
    held = {row.loaded.get("key"): row for row in Adherence.objects.exclude(loaded={})}
    for act in file.adherence:
        said = {"key": act.key, "on": plain(act.on), "source": act.source}
        name = f"adherence {act.key}"
        row = held.get(act.key)
        if row is None:
            row = record_adherence(
                instruments[act.declaration],
                _party(act) if act.party else act.name,
                kind=act.kind,
                on=act.on,
                source=sources[act.source],
                name_language=act.name_language,
                by=None,
            )
            row.loaded = said
            row.save(update_fields=["loaded"])
            report.made.append(name)
        elif row.struck_at:
            report.kept.append(f"{name}: struck here; left as it is")
        elif row.loaded == said:
            report.unchanged += 1
        else:
            report.kept.append(f"{name}: an act is never changed; strike it and record it anew")


def _party(act: coalition_file.AdherenceEntry) -> Party:
    """The party of this code: one that is held, or the country. Raises Refused for neither."""
    if party := Party.objects.filter(code=act.party).first():
        return party
    if place := Place.objects.countries().filter(code=act.party).first():
        return party_of(place)
    raise Refused(
        f"adherence {act.key}: there is no country and no [[party]] with the code “{act.party}”. "
        "Add the party to the file, or mend the code."
    )
