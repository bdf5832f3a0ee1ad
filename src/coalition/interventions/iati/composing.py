"""Interventions and partners as plain values of IATI, set-based: what is read for one is read for
all at once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from io import BytesIO
from typing import Any

from django.conf import settings
from django.db.models import Exists, Prefetch
from django.utils.translation import override

from coalition.analysis.figures import decimal_of
from coalition.analysis.iati import activities as iati
from coalition.analysis.iati import money
from coalition.analysis.iati import organisations as of_iati
from coalition.analysis.iati.checking import checked
from coalition.analysis.iati.merging import merged
from coalition.analysis.iati.parts import Code, DocumentLink, Money, Narrative, Reporter, Words
from coalition.analysis.iati.writing import ORGANISATIONS, head, tail
from coalition.interventions.iati import figures
from coalition.interventions.iati.identifiers import coalition, of_intervention, of_partner
from coalition.interventions.models import (
    IATI_ROLE,
    PAID,
    Budget,
    Intervention,
    Kind,
    Payment,
    Role,
)
from coalition.interventions.states import IATI_STATUS, State
from coalition.partners.models import Partner
from coalition.partners.queries import coalition_name
from coalition.places.models import PlaceKind

STILL = datetime(2000, 1, 1, tzinfo=UTC)  # any moment: it stands in no record
# Codelist ActivityScope of IATI 2.03, by the level.
SCOPES = {"international": "1", "regional": "2", "national": "4"}
ABOUT, FOR_WHOM = "1", "3"  # codelist DescriptionType
PAGE = "A12"  # codelist DocumentCategory: the page of an activity
GOALS, TARGETS, OWN = "2", "3", "99"  # codelist TagVocabulary
M49 = "2"  # codelist RegionVocabulary
PARENT, CHILD = "1", "2"  # codelist RelatedActivityType


def publishable(interventions: Any) -> Any:
    """Those of which IATI can tell: public, with the day on which they start, which the standard
    asks for."""
    return interventions.filter(is_public__in=[True], starts_on__isnull=False)


def is_publishable(one: Intervention) -> bool:
    """As `publishable`, of one that was read."""
    return bool(one.is_public) and one.starts_on is not None


def activities(
    interventions: Iterable[Intervention],
) -> Iterator[tuple[Intervention, iati.Activity]]:
    """Each with what IATI tells of it, in a fixed number of queries for all."""
    rows = list(_whole(Intervention.objects.filter(pk__in=[one.pk for one in interventions])))
    held = figures.shelf([one.framework_id for one in rows])
    with override("en"):  # whoever reads it: addresses and sentences stay the same
        own = _reporter()
    for one in rows:
        with override("en"):
            made = _activity(one, held, own)
        yield one, made


def _whole(interventions: Any) -> Any:
    roles = Role.objects.confirmed().select_related("partner__group").order_by("pk")
    budgets = Budget.objects.standing().select_related("unit", "partner__group")
    payments = Payment.objects.standing().select_related(
        *("unit", "partner__group", "receiver__group")
    )
    return interventions.select_related(
        "level", "framework", "iati_origin", "whole__iati_origin"
    ).prefetch_related(
        *("places", "themes", "challenges", "outsiders"),
        *("framework__periods", "framework__results", "framework__results__indicators__unit"),
        Prefetch("roles", roles),
        "roles__partner__iati_codes",
        Prefetch("budgets", budgets.prefetch_related("partner__iati_codes")),
        Prefetch(
            "payments",
            payments.prefetch_related("partner__iati_codes", "receiver__iati_codes"),
        ),
        Prefetch(
            "national_parts",
            publishable(Intervention.objects.select_related("iati_origin")).order_by("pk"),
        ),
    )


# --- An activity -----------------------------------------------------------------------------


def _activity(one: Intervention, held: figures.Shelf, own: Reporter) -> iati.Activity:
    countries, regions = _places(one)
    located = {place.code: place for place in one.places.all()}
    located |= figures.places_told(one, held)
    return iati.Activity(
        identifier=of_intervention(one),
        language=one.language,
        reporter=own,
        title=_words({one.language: one.title, **one.titles}),
        descriptions=tuple(_descriptions(one)),
        participants=tuple(_participants(one, own)),
        status=IATI_STATUS[State(one.state)],
        dates=tuple(_dates(one)),
        scope=SCOPES.get(one.level.code, "") if one.level else "",
        countries=countries,
        regions=regions,
        locations=tuple(
            iati.Location(ref=code, name=_words(place.names))
            for code, place in sorted(located.items())
        ),
        tags=tuple(_tags(one)),
        budgets=tuple(_budget(each) for each in one.budgets.all()),
        transactions=tuple(_transaction(each) for each in one.payments.all()),
        documents=(_page(one),),
        related=tuple(_related(one)),
        results=figures.told(one, held),
    )


def _reporter() -> Reporter:
    names = (Narrative(text=coalition_name(), language="en"),)
    return Reporter(ref=coalition(), type=settings.IATI_TYPE, narratives=names)


def _descriptions(one: Intervention) -> Iterator[iati.Description]:
    """The standard asks for one; where nobody wrote it yet, the title stands for it."""
    about = {one.language: one.about or one.title, **one.abouts}
    yield iati.Description(type=ABOUT, narratives=_words(about))
    if one.for_whom:
        yield iati.Description(type=FOR_WHOM, narratives=_words({one.language: one.for_whom}))


def _participants(one: Intervention, own: Reporter) -> Iterator[iati.Participant]:
    """The standard asks for one: without any of its roles the coalition itself is accountable."""
    found = [
        iati.Participant(
            ref=of_partner(role.partner),
            type=role.partner.group.iati_type,
            role=IATI_ROLE[Kind(role.kind)],
            narratives=_name(role.partner),
        )
        for role in one.roles.all()
        if role.kind in IATI_ROLE
    ]
    found += [
        iati.Participant(
            ref=each.identifier,
            type=each.iati_type,
            role=IATI_ROLE[Kind(each.kind)],
            narratives=(Narrative(text=each.name, language=each.language),),
        )
        for each in one.outsiders.all()
        if each.kind in IATI_ROLE
    ]
    if not found:
        accountable = IATI_ROLE[Kind.LEAD]
        found = [iati.Participant(own.ref, own.type, accountable, narratives=own.narratives)]
    yield from found


def _dates(one: Intervention) -> Iterator[iati.ActivityDate]:
    days = (one.starts_on, one.began_on, one.ends_on, one.ended_on)
    for number, day in enumerate(days, start=1):
        if day is not None:
            yield iati.ActivityDate(type=str(number), day=day)


def _places(
    one: Intervention,
) -> tuple[tuple[iati.CountryShare, ...], tuple[iati.Share, ...]]:
    """Where it works. How much of it is where nobody said, so no percentage is told."""
    countries, regions = [], []
    for place in one.places.all():
        if place.kind == PlaceKind.COUNTRY and place.iso2:
            countries.append(iati.CountryShare(code=place.iso2, narratives=_words(place.names)))
        elif place.kind in (PlaceKind.REGION, PlaceKind.SUBREGION):
            regions.append(
                iati.Share(code=place.m49, vocabulary=M49, narratives=_words(place.names))
            )
    return tuple(countries), tuple(regions)


def _tags(one: Intervention) -> Iterator[Code]:
    for code in one.sdgs:
        yield Code(code=code, vocabulary=TARGETS if "." in code else GOALS)
    for each in (*one.themes.all(), *one.challenges.all()):
        yield Code(
            code=each.code,
            vocabulary=OWN,
            vocabulary_uri=f"{settings.SITE_URL}{each.get_absolute_url()}",
            narratives=_words(each.names),
        )


def _page(one: Intervention) -> DocumentLink:
    return DocumentLink(
        url=f"{settings.SITE_URL}{one.get_absolute_url()}",
        format="text/html",
        title=_words({one.language: one.title, **one.titles}),
        categories=(PAGE,),
        languages=tuple(settings.UN_LANGUAGES),
    )


def _related(one: Intervention) -> Iterator[iati.RelatedActivity]:
    if one.whole is not None and one.whole.is_public:
        yield iati.RelatedActivity(ref=of_intervention(one.whole), type=PARENT)
    for part in one.national_parts.all():
        yield iati.RelatedActivity(ref=of_intervention(part), type=CHILD)


# --- Money -----------------------------------------------------------------------------------


def _value(row: Any) -> Money:
    amount = Decimal(decimal_of(row.amount, row.unit.decimals))
    return Money(amount=amount, currency=row.unit.code.upper(), value_date=row.value_on)


def _budget(row: Budget) -> money.Budget:
    return money.Budget(
        type="2" if row.is_revised else "1",
        status=row.status,
        period_start=row.starts_on,
        period_end=row.ends_on,
        value=_value(row),
    )


def _transaction(row: Payment) -> money.Transaction:
    giver = receiver = None
    if row.partner or row.giver_name:
        giver = money.Provider(**_who(row.partner, row.giver_name))
    if row.receiver or row.receiver_name:
        receiver = money.Receiver(**_who(row.receiver, row.receiver_name))
    return money.Transaction(
        ref=str(row.number),
        type=row.kind,
        day=row.paid_on,
        value=_value(row),
        description=_words({"": row.words}) if row.words else (),
        provider=giver,
        receiver=receiver,
    )


def _who(partner: Partner | None, name: str) -> dict[str, Any]:
    if partner is None:
        return {"narratives": _words({"": name})}
    return {
        "ref": of_partner(partner),
        "type": partner.group.iati_type,
        "narratives": _name(partner),
    }


# --- An organisation -------------------------------------------------------------------------


def organisations(partners: Any) -> list[of_iati.Organisation]:
    """What is published of each partner. Of one whose file was read in, everything that nobody
    changed here is as it came. Four queries."""
    return [_as_it_came(partner, told) for partner, told in told_of(partners)]


def _as_it_came(partner: Partner, told: of_iati.Organisation) -> of_iati.Organisation:
    for code in partner.iati_codes.all():
        if code.is_main and code.came:
            return merged(organisation(code.came), organisation(code.held), told)
    return told


def organisation(xml: str) -> of_iati.Organisation:
    """The organisation that one element is."""
    found: list[of_iati.Organisation] = []
    parts = (head(ORGANISATIONS, generated_at=STILL), xml.encode(), tail(ORGANISATIONS))
    checked(BytesIO(b"".join(parts)), lambda one: found.append(of_iati.organisation_of(one)))
    return found[0]


def told_of(partners: Any) -> list[tuple[Partner, of_iati.Organisation]]:
    """What is held of each partner: what it brings to interventions and what it paid out, by year
    and currency. Four queries."""
    with override("en"):
        return list(_told_of(partners))


def _told_of(partners: Any) -> Iterator[tuple[Partner, of_iati.Organisation]]:
    rows = list(partners.select_related("group").prefetch_related("iati_codes").order_by("pk"))
    wanted = [one.pk for one in rows]
    public = Intervention.objects.published()
    budgets: dict[int, dict[tuple[int, Any], int]] = defaultdict(lambda: defaultdict(int))
    for row in _of_partners(Budget, wanted, public).filter(~Exists(Budget.replacing())):
        budgets[row.partner_id][row.starts_on.year, row.unit] += row.amount
    spent: dict[int, dict[tuple[int, Any], int]] = defaultdict(lambda: defaultdict(int))
    for row in _of_partners(Payment, wanted, public).filter(kind__in=PAID):
        spent[row.partner_id][row.paid_on.year, row.unit] += row.amount
    own = _reporter()
    for one in rows:
        told = of_iati.Organisation(
            identifier=of_partner(one),
            language=one.name_language,
            name=_name(one),
            reporter=Reporter(own.ref, own.type, True, own.narratives),
            total_budgets=tuple(_yearly(of_iati.TotalBudget, budgets[one.pk])),
            expenditures=tuple(_yearly(of_iati.Expenditure, spent[one.pk])),
            documents=(
                of_iati.OrganisationDocument(
                    url=f"{settings.SITE_URL}{one.get_absolute_url()}",
                    format="text/html",
                    title=_name(one),
                    categories=("B16",),  # codelist DocumentCategory: the organisation's page
                    languages=tuple(settings.UN_LANGUAGES),
                ),
            ),
        )
        yield one, told


def _of_partners(model: Any, partners: list[int], public: Any) -> Any:
    rows = model.objects.standing().filter(partner__in=partners, intervention__in=public)
    return rows.select_related("unit").order_by("pk")


def _yearly(of: Any, amounts: dict[tuple[int, Any], int]) -> Iterator[Any]:
    ordered = sorted(amounts.items(), key=lambda each: (each[0][0], each[0][1].code))
    for (year, unit), amount in ordered:
        yield of(
            period_start=date(year, 1, 1),
            period_end=date(year, 12, 31),
            value=Money(
                amount=Decimal(decimal_of(amount, unit.decimals)),
                currency=unit.code.upper(),
                value_date=date(year, 1, 1),
            ),
        )


# --- Words -----------------------------------------------------------------------------------


def _words(names: dict[str, str]) -> Words:
    return tuple(
        Narrative(text=text, language=language) for language, text in names.items() if text
    )


def _name(partner: Partner) -> Words:
    return (Narrative(text=partner.name, language=partner.name_language),)
