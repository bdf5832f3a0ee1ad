"""An organisation as IATI 2.03 has it, as plain values: its budgets, spending and documents."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated

from coalition.analysis.iati.checking import Element
from coalition.analysis.iati.parts import (
    Code,
    Country,
    DocumentLink,
    Money,
    Part,
    Reporter,
    Words,
)
from coalition.analysis.iati.shapes import shape_of


@dataclass(frozen=True)
class BudgetLine(Part):
    ref: str = ""
    value: Money | None = None
    narratives: Annotated[Words, "narrative"] = ()


@dataclass(frozen=True)
class Recipient(Part):
    ref: str = ""
    narratives: Annotated[Words, "narrative"] = ()


@dataclass(frozen=True)
class TotalBudget(Part):
    """Status: 1 indicative, 2 committed."""

    status: str = ""
    period_start: date | None = None
    period_end: date | None = None
    value: Money | None = None
    lines: Annotated[tuple[BudgetLine, ...], "budget-line"] = ()


@dataclass(frozen=True)
class RecipientBudget(TotalBudget):
    """For another organisation."""

    recipient: Annotated[Recipient | None, "recipient-org"] = None


@dataclass(frozen=True)
class RegionBudget(TotalBudget):
    region: Annotated[Code | None, "recipient-region"] = None


@dataclass(frozen=True)
class CountryBudget(TotalBudget):
    country: Annotated[Country | None, "recipient-country"] = None


@dataclass(frozen=True)
class Expenditure(Part):
    period_start: date | None = None
    period_end: date | None = None
    value: Money | None = None
    lines: Annotated[tuple[BudgetLine, ...], "expense-line"] = ()


@dataclass(frozen=True)
class OrganisationDocument(DocumentLink):
    countries: Annotated[tuple[Country, ...], "recipient-country"] = ()


@dataclass(frozen=True)
class Organisation(Part):
    identifier: Annotated[str, "organisation-identifier"] = ""
    language: Annotated[str, "xml:lang"] = ""
    currency: Annotated[str, "default-currency"] = ""
    updated_at: Annotated[datetime | None, "last-updated-datetime"] = None
    name: Words = ()
    reporter: Annotated[Reporter | None, "reporting-org"] = None
    total_budgets: Annotated[tuple[TotalBudget, ...], "total-budget"] = ()
    recipient_budgets: Annotated[tuple[RecipientBudget, ...], "recipient-org-budget"] = ()
    region_budgets: Annotated[tuple[RegionBudget, ...], "recipient-region-budget"] = ()
    country_budgets: Annotated[tuple[CountryBudget, ...], "recipient-country-budget"] = ()
    expenditures: Annotated[tuple[Expenditure, ...], "total-expenditure"] = ()
    documents: Annotated[tuple[OrganisationDocument, ...], "document-link"] = ()


def organisation_of(element: Element) -> Organisation:
    """The organisation that an element of a file is, valid or not. Raises nothing."""
    return shape_of(Organisation, "iati-organisation").part(element)
