"""What an activity or an organisation plans, has and spends."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Annotated

from coalition.analysis.iati.parts import Code, Country, Money, Part, Words


@dataclass(frozen=True)
class Provider(Part):
    """Who gives, and in which activity of its own."""

    ref: str = ""
    activity_id: Annotated[str, "provider-activity-id"] = ""
    type: str = ""
    narratives: Annotated[Words, "narrative"] = ()


@dataclass(frozen=True)
class Receiver(Part):
    """Who gets, and in which activity of its own."""

    ref: str = ""
    activity_id: Annotated[str, "receiver-activity-id"] = ""
    type: str = ""
    narratives: Annotated[Words, "narrative"] = ()


@dataclass(frozen=True)
class AidType(Part):
    code: str = ""
    vocabulary: str = ""


@dataclass(frozen=True)
class Budget(Part):
    """Type: 1 original, 2 revised. Status: 1 indicative, 2 committed."""

    type: str = ""
    status: str = ""
    period_start: date | None = None
    period_end: date | None = None
    value: Money | None = None


@dataclass(frozen=True)
class PlannedDisbursement(Part):
    type: str = ""
    period_start: date | None = None
    period_end: date | None = None
    value: Money | None = None
    provider: Annotated[Provider | None, "provider-org"] = None
    receiver: Annotated[Receiver | None, "receiver-org"] = None


@dataclass(frozen=True)
class Transaction(Part):
    ref: str = ""
    is_humanitarian: Annotated[bool | None, "humanitarian"] = None
    type: Annotated[str, "transaction-type"] = ""
    day: Annotated[date | None, "transaction-date"] = None
    value: Money | None = None
    description: Words = ()
    provider: Annotated[Provider | None, "provider-org"] = None
    receiver: Annotated[Receiver | None, "receiver-org"] = None
    disbursement_channel: str = ""
    sectors: Annotated[tuple[Code, ...], "sector"] = ()
    recipient_country: Country | None = None
    recipient_region: Code | None = None
    flow_type: str = ""
    finance_type: str = ""
    aid_types: Annotated[tuple[AidType, ...], "aid-type"] = ()
    tied_status: str = ""


@dataclass(frozen=True)
class BudgetItem(Part):
    code: str = ""
    percentage: Decimal | None = None
    description: Words = ()


@dataclass(frozen=True)
class CountryBudgetItems(Part):
    """Where the money stands in the budget of the country that gets it."""

    vocabulary: str = ""
    items: Annotated[tuple[BudgetItem, ...], "budget-item"] = ()
