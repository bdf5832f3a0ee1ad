"""What an activity changes, and how that is measured."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Annotated

from coalition.analysis.iati.parts import DocumentLink, Part, Words


@dataclass(frozen=True)
class ResultReference(Part):
    code: str = ""
    vocabulary: str = ""
    vocabulary_uri: str = ""


@dataclass(frozen=True)
class IndicatorReference(Part):
    code: str = ""
    vocabulary: str = ""
    indicator_uri: str = ""


@dataclass(frozen=True)
class Dimension(Part):
    """By what a figure is taken apart: sex, female."""

    name: str = ""
    value: str = ""


@dataclass(frozen=True)
class Baseline(Part):
    """Values are texts: a figure where the indicator is one, words where it is not."""

    year: int | None = None
    day: Annotated[date | None, "iso-date"] = None
    value: str = ""
    locations: Annotated[tuple[str, ...], "location"] = ()
    dimensions: Annotated[tuple[Dimension, ...], "dimension"] = ()
    comment: Words = ()
    documents: Annotated[tuple[DocumentLink, ...], "document-link"] = ()


@dataclass(frozen=True)
class Measure(Part):
    """A target, or what was reached. Locations are those of the activity, by their reference."""

    value: str = ""
    locations: Annotated[tuple[str, ...], "location"] = ()
    dimensions: Annotated[tuple[Dimension, ...], "dimension"] = ()
    comment: Words = ()
    documents: Annotated[tuple[DocumentLink, ...], "document-link"] = ()


@dataclass(frozen=True)
class Period(Part):
    start: Annotated[date | None, "period-start"] = None
    end: Annotated[date | None, "period-end"] = None
    targets: Annotated[tuple[Measure, ...], "target"] = ()
    actuals: Annotated[tuple[Measure, ...], "actual"] = ()


@dataclass(frozen=True)
class Indicator(Part):
    """Measure: 1 unit, 2 percentage, 3 nominal, 4 ordinal, 5 qualitative."""

    measure: str = ""
    is_ascending: Annotated[bool | None, "ascending"] = None
    may_be_summed: Annotated[bool | None, "aggregation-status"] = None
    title: Words = ()
    description: Words = ()
    documents: Annotated[tuple[DocumentLink, ...], "document-link"] = ()
    references: Annotated[tuple[IndicatorReference, ...], "reference"] = ()
    baselines: Annotated[tuple[Baseline, ...], "baseline"] = ()
    periods: Annotated[tuple[Period, ...], "period"] = ()


@dataclass(frozen=True)
class Result(Part):
    """Type: 1 output, 2 outcome, 3 impact, 9 other."""

    type: str = ""
    may_be_summed: Annotated[bool | None, "aggregation-status"] = None
    title: Words = ()
    description: Words = ()
    documents: Annotated[tuple[DocumentLink, ...], "document-link"] = ()
    references: Annotated[tuple[ResultReference, ...], "reference"] = ()
    indicators: Annotated[tuple[Indicator, ...], "indicator"] = ()
