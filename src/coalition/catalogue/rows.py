"""How each kind of public record reads in the catalogue: one function a kind, sets at a time."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.db.models import Prefetch, Q, QuerySet
from django.utils.module_loading import import_string
from django.utils.translation import override

from coalition.analysis.searching import index_text
from coalition.base.names import in_language
from coalition.catalogue.models import Kind, Record
from coalition.commitments.models import Commitment, Part
from coalition.consultations.models import Consultation, Statement
from coalition.instruments.actions import rank
from coalition.instruments.models import (
    ExternalRecord,
    Instrument,
    Provision,
    ProvisionRole,
    Wording,
)
from coalition.interventions.models import Intervention, Role
from coalition.partners.models import Partner
from coalition.places.models import Place
from coalition.themes.models import Challenge, Theme

# A word of the title weighs as much as this many in the text.
TITLE_WEIGHT = 3
CHUNK = 500
# Units of a text that are cited; headings and opening words are found with the declaration.
CITED = (ProvisionRole.PREAMBULAR, ProvisionRole.OPERATIVE, ProvisionRole.POINT)
# So that "paragraph 23" is found by those who ask for it in these words.
PARAGRAPH = {
    "ar": "فقرة",
    "en": "paragraph",
    "es": "párrafo",
    "fr": "paragraphe",
    "ru": "пункт",
    "zh": "段",
}
COMMAS = {"ar": "،", "zh": "，"}
# Facets a reader can filter by; `declaration` joins the rows of one text.
THEME, CHALLENGE, PLACE, GROUP, DECLARATION = "theme", "challenge", "place", "group", "declaration"


@dataclass(frozen=True)
class Row:
    """A catalogue row as it should be, made from its source."""

    kind: Kind
    key: str
    path: str
    title: str
    language: str = "en"
    titles: Mapping[str, str] | None = None
    summary: str = ""
    summaries: Mapping[str, str] | None = None
    # More words to be found by, as (language, text); they are not shown.
    more: tuple[tuple[str, str], ...] = ()
    facets: frozenset[tuple[str, str]] = frozenset()
    is_example: bool = False
    # When it became public, where that is known; otherwise the moment its row is made.
    since: datetime | None = None

    @property
    def search_text(self) -> str:
        titles = self.titles or {self.language: self.title}
        summaries = {(self.language, self.summary), *(self.summaries or {}).items()}
        texts = [*titles.items()] * TITLE_WEIGHT + sorted(summaries) + [*self.more]
        return " ".join(filter(None, (_indexed(lang, text) for lang, text in texts)))


@lru_cache(maxsize=256)
def _indexed(language: str, text: str) -> str:
    """Titles count several times, and a text's name and kind stand in the row of each paragraph."""
    return index_text({language: text})


def path_of(record: Any) -> str:
    """The address of the record's page without its language prefix: "/partners/PAR-2026-0001/"."""
    with override("en"):
        return record.get_absolute_url().removeprefix("/en")


def first(names: Mapping[str, str]) -> tuple[str, str]:
    """The English name, else the first one, as (language, text)."""
    name = in_language(names, "en")
    return name.language, str(name)


def lines(names: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    return tuple((language, text) for language, text in names.items() if text)


# --- Each kind -----------------------------------------------------------------------------


def of_partners(partners: QuerySet[Partner]) -> Iterator[Row]:
    for partner in chunks(
        partners.public().select_related("group", "country").prefetch_related("priorities__theme")
    ):
        facets = {(GROUP, partner.group.code)}
        facets |= {(THEME, one.theme.code) for one in partner.priorities.all()}
        if partner.country:
            facets |= places(partner.country)
        yield Row(
            Kind.PARTNER,
            partner.reference,
            path_of(partner),
            title=partner.name,
            language=partner.name_language,
            titles={partner.name_language: partner.name},
            summary=partner.about,
            summaries={partner.about_language: partner.about} if partner.about else {},
            more=(
                ("en", partner.reference),
                *((one.language, one.words) for one in partner.priorities.all() if one.words),
                *(lines(partner.country.names) if partner.country else ()),
            ),
            facets=frozenset(facets),
            is_example=partner.is_example,
        )


def of_commitments(commitments: QuerySet[Commitment]) -> Iterator[Row]:
    for one in chunks(
        commitments.published()
        .select_related("partner__group", "framework")
        .prefetch_related(
            *("places", "themes", "challenges", "provisions__instrument", "deliveries"),
            *("framework__results", "framework__indicators", "resources", "external_records"),
            Prefetch("parts", Part.objects.confirmed().select_related("partner__group")),
        )
    ):
        own = (one.for_whom, one.in_line_with, *(each.words for each in one.resources.all()))
        own += (one.help_wanted, *(each.what for each in one.parts.all()))
        goals = [each.title for each in one.framework.results.all()]
        goals += [each.title for each in one.framework.indicators.all()]
        makers = [one.partner, *(each.partner for each in one.parts.all())]
        facets = {(GROUP, each.group.code) for each in makers}
        facets |= {(THEME, theme.code) for theme in one.themes.all()}
        facets |= {(CHALLENGE, challenge.code) for challenge in one.challenges.all()}
        facets |= {(DECLARATION, each.instrument.code) for each in one.provisions.all()}
        facets = facets.union(*(places(place) for place in one.places.all()))
        yield Row(
            Kind.COMMITMENT,
            one.reference,
            path_of(one),
            title=one.title,
            language=one.language,
            titles={one.language: one.title},
            summary=one.promise,
            summaries={one.language: one.promise} if one.promise else {},
            more=(
                ("en", one.reference),
                *((one.language, text) for text in own if text),
                *((one.framework.language, text) for text in dict.fromkeys(goals)),
                *((one.language, each.how) for each in one.deliveries.all() if each.how),
                *((each.title_language, each.title) for each in one.external_records.all()),
                *((each.name_language, each.name) for each in makers),
            ),
            facets=frozenset(facets),
            is_example=one.is_example,
            since=one.published_at,
        )


def of_interventions(interventions: QuerySet[Intervention]) -> Iterator[Row]:
    """All but drafts, also what ended; found by the partners that confirmed a role."""
    confirmed = Role.objects.confirmed().select_related("partner__group")
    for one in chunks(
        interventions.published()
        .select_related("framework")
        .prefetch_related(
            *("places", "themes", "challenges", "uptakes__provision__instrument"),
            *("framework__results", "framework__indicators", "activities"),
            Prefetch("roles", confirmed),
        )
    ):
        told = [one.for_whom, one.in_line_with, *(each.title for each in one.activities.all())]
        told += [each.what for each in one.roles.all()]
        goals = [each.title for each in one.framework.results.all()]
        goals += [each.title for each in one.framework.indicators.all()]
        partners = [each.partner for each in one.roles.all()]
        facets = {(GROUP, each.group.code) for each in partners}
        facets |= {(THEME, theme.code) for theme in one.themes.all()}
        facets |= {(CHALLENGE, challenge.code) for challenge in one.challenges.all()}
        facets |= {(DECLARATION, each.provision.instrument.code) for each in one.uptakes.all()}
        facets = facets.union(*(places(place) for place in one.places.all()))
        titles = {one.language: one.title, **one.titles}
        abouts = {one.language: one.about, **one.abouts} if one.about else {}
        yield Row(
            Kind.INTERVENTION,
            one.reference,
            path_of(one),
            title=one.title,
            language=one.language,
            titles=titles,
            summary=one.about,
            summaries=abouts,
            more=(
                ("en", one.reference),
                *((one.language, text) for text in told if text),
                *((one.framework.language, text) for text in dict.fromkeys(goals)),
                *((one.language, each.how) for each in one.uptakes.all() if each.how),
                *((each.name_language, each.name) for each in partners),
            ),
            facets=frozenset(facets),
            is_example=one.is_example,
            since=one.published_at,
        )


def of_consultations(consultations: QuerySet[Consultation]) -> Iterator[Row]:
    """In the languages in which they are held; also those that were called off, for they stay."""
    shown = Prefetch("statements", Statement.objects.shown())
    for one in chunks(
        consultations.announced()
        .select_related("place", "theme", "text", "conclusion")
        .prefetch_related("themes", "challenges", "provisions__instrument", shown)
    ):
        language, question = first(one.question)
        about_language, about = first(one.about)
        texts = [each.instrument.code for each in one.provisions.all()]
        themes = [*one.themes.all(), *([one.theme] if one.theme else [])]
        facets = {(THEME, theme.code) for theme in themes}
        facets |= {(CHALLENGE, challenge.code) for challenge in one.challenges.all()}
        facets |= {(DECLARATION, code) for code in texts}
        if one.text:
            facets.add((DECLARATION, one.text.code))
        if one.place:
            facets |= places(one.place)
        yield Row(
            Kind.CONSULTATION,
            one.reference,
            path_of(one),
            title=question,
            language=language,
            titles=one.question,
            summary=about if about_language == language else "",
            summaries=one.about,
            more=(
                ("en", one.reference),
                *lines(one.promise),
                *((each.language, each.text) for each in one.statements.all()),
                *lines(_decided(one)),
            ),
            facets=frozenset(facets),
            is_example=one.is_example,
            since=one.announced_at,
        )


def _decided(one: Consultation) -> dict[str, str]:
    """What was decided at its end, once that is public."""
    conclusion = getattr(one, "conclusion", None)
    return conclusion.words if conclusion and conclusion.published_at else {}


def _newest(wording: Wording) -> tuple[Any, ...]:
    version = wording.version
    return (*rank(version.stage, version.adopted_on, version.language), version.pk)


def of_instruments(instruments: QuerySet[Instrument]) -> Iterator[Row]:
    for one in chunks(instruments.prefetch_related("versions")):
        language, title = first(one.names)
        known_language, known = first(one.known)
        yield Row(
            Kind.DECLARATION,
            one.code,
            path_of(one),
            title=title,
            language=language,
            titles=one.names,
            summary=known if known_language == language else "",
            summaries=one.known,
            more=(
                *lines(one.short),
                *lines(one.adopting_body),
                *lines(one.place),
                *(("en", text) for text in (one.leaflet_name, one.symbol) if text),
                *((version.language, version.title) for version in one.versions.all()),
            ),
            facets=frozenset({(DECLARATION, one.code)}),
            is_example=one.is_example,
        )


def of_provisions(provisions: QuerySet[Provision]) -> Iterator[Row]:
    wordings = Wording.objects.select_related("version")
    for one in chunks(
        provisions.filter(role__in=CITED)
        .select_related("instrument")
        .prefetch_related("themes", "challenges", Prefetch("wordings", wordings))
        .order_by("pk")
    ):
        short = one.instrument.short or one.instrument.names
        language, name = first(short)
        wording = max(one.wordings.all(), key=_newest, default=None)
        notes = wording.footnotes if wording else []
        facets = {(DECLARATION, one.instrument.code)}
        facets |= {(THEME, theme.code) for theme in one.themes.all()}
        facets |= {(CHALLENGE, challenge.code) for challenge in one.challenges.all()}
        yield Row(
            Kind.PROVISION,
            f"{one.instrument.code}/{one.eid}",
            path_of(one),
            title=f"{name}, {one.number}" if one.number else name,
            language=wording.version.language if wording else language,
            titles={
                code: f"{text}{COMMAS.get(code, ',')} {one.number}" if one.number else text
                for code, text in short.items()
                if text
            },
            summary=wording.words if wording else "",
            summaries=one.gist,
            more=(
                *PARAGRAPH.items(),
                *((wording.version.language, note["words"]) for note in notes),
            ),
            facets=frozenset(facets),
            is_example=one.instrument.is_example,
        )


def of_external(records: QuerySet[ExternalRecord]) -> Iterator[Row]:
    """Documents in registers of others, as long as these have them. They are found by whose they
    are, and count nowhere: a commitment has a kind of its own."""
    standing = records.filter(gone_at=None).select_related("register", "party__place")
    for one in chunks(standing.order_by("pk")):
        place = one.party.place if one.party else None
        day = one.submitted_on
        yield Row(
            Kind.EXTERNAL,
            f"{one.register.code}/{one.pk}",
            path_of(one),
            title=one.title,
            language=one.title_language,
            summary=str(in_language(one.register.names, "en")),
            summaries=one.register.names,
            more=(
                (one.title_language, one.file_name),
                ("en", f"{one.party_name} {one.party_code} {one.version} {one.status}"),
                *(lines(one.party.names) if one.party else ()),
            ),
            facets=places(place) if place else frozenset(),
            is_example=one.is_example,
            since=datetime(day.year, day.month, day.day, tzinfo=UTC) if day else one.taken_in_at,
        )


def of_vocabulary(kind: Kind, facet: str, entries: QuerySet[Any]) -> Iterator[Row]:
    """Themes and challenges: names, a short name and a text about each."""
    for entry in chunks(entries.filter(retired_on=None)):
        language, title = first(entry.names)
        about_language, about = first(entry.about)
        yield Row(
            kind,
            entry.code,
            path_of(entry),
            title=title,
            language=language,
            titles=entry.names,
            summary=about if about_language == language else "",
            summaries=entry.about,
            more=lines(entry.short),
            facets=frozenset({(facet, entry.code)}),
        )


def of_themes(themes: QuerySet[Theme]) -> Iterator[Row]:
    return of_vocabulary(Kind.THEME, THEME, themes)


def of_challenges(challenges: QuerySet[Challenge]) -> Iterator[Row]:
    return of_vocabulary(Kind.CHALLENGE, CHALLENGE, challenges)


def of_places(found: QuerySet[Place]) -> Iterator[Row]:
    for place in chunks(found):
        language, title = first(place.names)
        yield Row(
            Kind.PLACE,
            place.code,
            path_of(place),
            title=title,
            language=language,
            titles=place.names,
            more=(("en", f"{place.code} {place.iso2}"),),
            facets=places(place),
        )


def places(place: Place) -> frozenset[tuple[str, str]]:
    """The place and every region it lies in, so that a region's filter finds it."""
    return frozenset((PLACE, code) for code in place.path.split(".") if code)


def chunks(queryset: QuerySet[Any]) -> Iterator[Any]:
    """Rows one by one, fetched with what belongs to them in bounded sets."""
    return queryset.iterator(chunk_size=CHUNK)


# --- All of a kind ---------------------------------------------------------------------------


def everything() -> Iterator[tuple[Kind, Iterable[Row]]]:
    """Every public record by kind. Later rooms add theirs through settings (CATALOGUE_SOURCES:
    the kind, and the path of a function that gives its rows)."""
    yield Kind.PARTNER, of_partners(Partner.objects.order_by("pk"))
    yield Kind.COMMITMENT, of_commitments(Commitment.objects.order_by("pk"))
    yield Kind.INTERVENTION, of_interventions(Intervention.objects.order_by("pk"))
    yield Kind.CONSULTATION, of_consultations(Consultation.objects.order_by("pk"))
    yield Kind.DECLARATION, of_instruments(Instrument.objects.order_by("pk"))
    yield Kind.PROVISION, of_provisions(Provision.objects.all())
    yield Kind.THEME, of_themes(Theme.objects.all())
    yield Kind.CHALLENGE, of_challenges(Challenge.objects.all())
    yield Kind.PLACE, of_places(Place.objects.all())
    yield Kind.EXTERNAL, of_external(ExternalRecord.objects.all())
    for kind, path in getattr(settings, "CATALOGUE_SOURCES", {}).items():
        yield Kind(kind), import_string(path)()


def of_record(record: Any) -> list[tuple[Kind, Q, Iterable[Row]]]:
    """What a change of this record touches: the kind, which rows of it, and how they read now."""
    if isinstance(record, Partner):
        return of_partners_changed([record])
    if isinstance(record, Commitment):
        own = of_commitments(only(Commitment, record))
        return [(Kind.COMMITMENT, Q(key=record.reference), own)]
    if isinstance(record, Intervention):
        done = of_interventions(only(Intervention, record))
        return [(Kind.INTERVENTION, Q(key=record.reference), done)]
    if isinstance(record, Consultation):
        asked = of_consultations(only(Consultation, record))
        return [(Kind.CONSULTATION, Q(key=record.reference), asked)]
    if isinstance(record, Instrument):
        return of_instruments_changed([record])
    if isinstance(record, Provision):
        key = f"{record.instrument.code}/{record.eid}"
        return [(Kind.PROVISION, Q(key=key), of_provisions(only(Provision, record)))]
    if isinstance(record, Theme):
        return [(Kind.THEME, Q(key=record.code), of_themes(only(Theme, record)))]
    if isinstance(record, Challenge):
        return [(Kind.CHALLENGE, Q(key=record.code), of_challenges(only(Challenge, record)))]
    if isinstance(record, Place):
        return [(Kind.PLACE, Q(key=record.code), of_places(only(Place, record)))]
    if isinstance(record, ExternalRecord):
        return of_external_changed([record])
    raise TypeError(f"The catalogue has no rows for a {type(record).__name__}; use put or remove.")


def of_records(records: Sequence[Any]) -> list[tuple[Kind, Q, Iterable[Row]]]:
    """What a change of many partners, instruments, interventions or documents of others touches.

    Raises TypeError for other kinds of records.
    """
    if all(isinstance(each, Partner) for each in records):
        return of_partners_changed(records)
    if all(isinstance(each, Instrument) for each in records):
        return of_instruments_changed(records)
    if all(isinstance(each, ExternalRecord) for each in records):
        return of_external_changed(records)
    if all(isinstance(each, Intervention) for each in records):
        changed = Intervention.objects.filter(pk__in=[each.pk for each in records])
        keys = [each.reference for each in records]
        return [(Kind.INTERVENTION, Q(key__in=keys), of_interventions(changed))]
    raise TypeError(
        "Only partners, instruments, interventions and documents of others change many at a "
        "time; use record_changed."
    )


def of_external_changed(
    records: Sequence[ExternalRecord],
) -> list[tuple[Kind, Q, Iterable[Row]]]:
    """What a change of these documents touches: themselves alone."""
    changed = ExternalRecord.objects.filter(pk__in=[each.pk for each in records])
    keys = [
        f"{code}/{pk}" for code, pk in changed.values_list("register__code", "pk").order_by("pk")
    ]
    return [(Kind.EXTERNAL, Q(key__in=keys), of_external(changed))]


def of_instruments_changed(
    instruments: Sequence[Instrument],
) -> list[tuple[Kind, Q, Iterable[Row]]]:
    """What a change of these instruments touches: themselves and their provisions."""
    changed = Instrument.objects.filter(pk__in=[each.pk for each in instruments])
    codes = [each.code for each in instruments]
    inside = Record.objects.filter(facets__name=DECLARATION, facets__value__in=codes)
    return [
        (Kind.DECLARATION, Q(key__in=codes), of_instruments(changed)),
        (
            Kind.PROVISION,
            Q(pk__in=inside.values("pk")),
            of_provisions(Provision.objects.filter(instrument__in=changed)),
        ),
    ]


def of_partners_changed(partners: Sequence[Partner]) -> list[tuple[Kind, Q, Iterable[Row]]]:
    """What a change of these partners touches."""
    changed = Partner.objects.filter(pk__in=[each.pk for each in partners])
    joint = Part.objects.confirmed().filter(partner__in=changed.values("pk"))
    promises = Commitment.objects.filter(
        Q(partner__in=changed.values("pk")) | Q(pk__in=joint.values("commitment"))
    )
    references = list(promises.values_list("reference", flat=True))
    return [
        (Kind.PARTNER, Q(key__in=[each.reference for each in partners]), of_partners(changed)),
        # A promise shows the names and groups of those who make it.
        (Kind.COMMITMENT, Q(key__in=references), of_commitments(promises)),
    ]


def only(model: Any, record: Any) -> Any:
    """The record as the database holds it now."""
    return model.objects.filter(pk=record.pk)
