"""An activity as IATI 2.03 has it, as plain values."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Annotated

from coalition.analysis.iati.checking import Element
from coalition.analysis.iati.money import (
    AidType,
    Budget,
    CountryBudgetItems,
    PlannedDisbursement,
    Transaction,
)
from coalition.analysis.iati.parts import Code, Country, DocumentLink, Part, Reporter, Words
from coalition.analysis.iati.results import Result
from coalition.analysis.iati.shapes import shape_of


@dataclass(frozen=True)
class Description(Part):
    """Type: 1 general, 2 objectives, 3 target groups, 4 other."""

    type: str = ""
    narratives: Annotated[Words, "narrative"] = ()


@dataclass(frozen=True)
class Participant(Part):
    """Role: 1 funding, 2 accountable, 3 extending, 4 implementing."""

    ref: str = ""
    type: str = ""
    role: str = ""
    activity_id: str = ""
    crs_channel_code: str = ""
    narratives: Annotated[Words, "narrative"] = ()


@dataclass(frozen=True)
class Owner(Part):
    ref: str = ""
    narratives: Annotated[Words, "narrative"] = ()


@dataclass(frozen=True)
class OtherIdentifier(Part):
    """By what else the activity, or who reports it, is or was known."""

    ref: str = ""
    type: str = ""
    owner: Annotated[Owner | None, "owner-org"] = None


@dataclass(frozen=True)
class ActivityDate(Part):
    """Type: 1 planned start, 2 actual start, 3 planned end, 4 actual end."""

    type: str = ""
    day: Annotated[date | None, "iso-date"] = None
    narratives: Annotated[Words, "narrative"] = ()


@dataclass(frozen=True)
class Contact(Part):
    """Whom to ask, as the file has it; it may name a person."""

    type: str = ""
    organisation: Words = ()
    department: Words = ()
    person_name: Words = ()
    job_title: Words = ()
    telephones: Annotated[tuple[str, ...], "telephone"] = ()
    emails: Annotated[tuple[str, ...], "email"] = ()
    websites: Annotated[tuple[str, ...], "website"] = ()
    mailing_addresses: Annotated[tuple[MailingAddress, ...], "mailing-address"] = ()


@dataclass(frozen=True)
class MailingAddress(Part):
    narratives: Annotated[Words, "narrative"] = ()


@dataclass(frozen=True)
class CountryShare(Country):
    percentage: Decimal | None = None


@dataclass(frozen=True)
class Share(Code):
    """A sector or a region, and how much of the activity is in it."""

    percentage: Decimal | None = None


@dataclass(frozen=True)
class LocationId(Part):
    code: str = ""
    vocabulary: str = ""


@dataclass(frozen=True)
class Administrative(Part):
    code: str = ""
    vocabulary: str = ""
    level: int | None = None


@dataclass(frozen=True)
class Point(Part):
    """A point as the file has it: latitude, blank, longitude."""

    srs_name: Annotated[str, "srsName"] = ""
    position: Annotated[str, "pos"] = ""

    @property
    def latitude_longitude(self) -> tuple[Decimal, Decimal] | None:
        """None where the text is no point on the globe."""
        try:
            latitude, longitude = map(Decimal, self.position[:100].split())
            is_there = -90 <= latitude <= 90 and -180 <= longitude <= 180
        except (ValueError, InvalidOperation):
            return None
        return (latitude, longitude) if is_there else None


@dataclass(frozen=True)
class Location(Part):
    ref: str = ""
    reach: Annotated[str, "location-reach"] = ""
    ids: Annotated[tuple[LocationId, ...], "location-id"] = ()
    name: Words = ()
    description: Words = ()
    activity_description: Words = ()
    administrative: tuple[Administrative, ...] = ()
    point: Point | None = None
    exactness: str = ""
    location_class: str = ""
    feature_designation: str = ""


@dataclass(frozen=True)
class HumanitarianScope(Code):
    """Type: 1 emergency, 2 appeal."""

    type: str = ""


@dataclass(frozen=True)
class PolicyMarker(Code):
    significance: str = ""


@dataclass(frozen=True)
class RelatedActivity(Part):
    """Type: 1 parent, 2 child, 3 sibling, 4 co-funded, 5 third party."""

    ref: str = ""
    type: str = ""


@dataclass(frozen=True)
class LegacyData(Part):
    name: str = ""
    value: str = ""
    iati_equivalent: str = ""


@dataclass(frozen=True)
class Condition(Part):
    type: str = ""
    narratives: Annotated[Words, "narrative"] = ()


@dataclass(frozen=True)
class Conditions(Part):
    are_attached: Annotated[bool | None, "attached"] = None
    conditions: Annotated[tuple[Condition, ...], "condition"] = ()


@dataclass(frozen=True)
class Activity(Part):
    """All that the standard has of an activity. What only creditors report to each other (crs-add,
    fss) stays in `rest`, as it came. A missing text is empty, anything else that is missing None;
    a text that the file has and that is empty is told by `rest`."""

    identifier: Annotated[str, "iati-identifier"] = ""
    language: Annotated[str, "xml:lang"] = ""
    currency: Annotated[str, "default-currency"] = ""
    updated_at: Annotated[datetime | None, "last-updated-datetime"] = None
    hierarchy: int | None = None
    is_humanitarian: Annotated[bool | None, "humanitarian"] = None
    linked_data_uri: str = ""
    budget_not_provided: str = ""
    reporter: Annotated[Reporter | None, "reporting-org"] = None
    title: Words = ()
    descriptions: Annotated[tuple[Description, ...], "description"] = ()
    participants: Annotated[tuple[Participant, ...], "participating-org"] = ()
    other_identifiers: Annotated[tuple[OtherIdentifier, ...], "other-identifier"] = ()
    status: Annotated[str, "activity-status"] = ""
    dates: Annotated[tuple[ActivityDate, ...], "activity-date"] = ()
    contacts: Annotated[tuple[Contact, ...], "contact-info"] = ()
    scope: Annotated[str, "activity-scope"] = ""
    countries: Annotated[tuple[CountryShare, ...], "recipient-country"] = ()
    regions: Annotated[tuple[Share, ...], "recipient-region"] = ()
    locations: Annotated[tuple[Location, ...], "location"] = ()
    sectors: Annotated[tuple[Share, ...], "sector"] = ()
    tags: Annotated[tuple[Code, ...], "tag"] = ()
    country_budget_items: CountryBudgetItems | None = None
    humanitarian_scopes: Annotated[tuple[HumanitarianScope, ...], "humanitarian-scope"] = ()
    policy_markers: Annotated[tuple[PolicyMarker, ...], "policy-marker"] = ()
    collaboration_type: str = ""
    flow_type: Annotated[str, "default-flow-type"] = ""
    finance_type: Annotated[str, "default-finance-type"] = ""
    aid_types: Annotated[tuple[AidType, ...], "default-aid-type"] = ()
    tied_status: Annotated[str, "default-tied-status"] = ""
    budgets: Annotated[tuple[Budget, ...], "budget"] = ()
    planned_disbursements: Annotated[tuple[PlannedDisbursement, ...], "planned-disbursement"] = ()
    capital_spend: Decimal | None = None
    transactions: Annotated[tuple[Transaction, ...], "transaction"] = ()
    documents: Annotated[tuple[DocumentLink, ...], "document-link"] = ()
    related: Annotated[tuple[RelatedActivity, ...], "related-activity"] = ()
    legacy_data: tuple[LegacyData, ...] = ()
    conditions: Conditions | None = None
    results: Annotated[tuple[Result, ...], "result"] = ()


def activity_of(element: Element) -> Activity:
    """The activity that an element of a file is, valid or not. Raises nothing."""
    return shape_of(Activity, "iati-activity").part(element)
