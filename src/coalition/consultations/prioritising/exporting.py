"""Ballots as a file in the format of Pabulib, which other software reads: of organisations by name
where their answers are public, of people, and of organisations otherwise, from fifty ballots on,
under new numbers and in an order by chance.

Source: Faliszewski and others, "Participatory Budgeting: Data, Tools and Analysis", IJCAI 2023
(arXiv:2305.11035), appendix, and the description of the format on pabulib.org.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from coalition.analysis.disclosure import FEWEST_PEOPLE
from coalition.analysis.figures import decimal_of
from coalition.base.text import clean_line
from coalition.consultations.models import Ballot, Consultation, Phase
from coalition.consultations.prioritising import counting
from coalition.consultations.prioritising.queries import places
from coalition.consultations.states import ORGANISATIONS, PrioritiseBy

Value = Mapping[str, Any]
TYPES = {
    PrioritiseBy.APPROVAL: "approval",
    PrioritiseBy.POINTS: "cumulative",
    PrioritiseBy.RANKING: "ordinal",
}
NO_COSTS = "There are no costs and no budget: each project counts 1, and all of them fit."


def is_published(consultation: Consultation, value: Value, name: str) -> bool:
    """May the single ballots of this list (“organisations” or “people”) be read by everybody?"""
    voices = value[name]["voices"] or 0
    if is_by_name(consultation, name):
        return voices > 0
    return bool(voices >= FEWEST_PEOPLE)


def is_by_name(consultation: Consultation, name: str) -> bool:
    return name == ORGANISATIONS and consultation.answers_are_public


def lines(consultation: Consultation, phase: Phase, value: Value, name: str) -> Iterator[str]:
    """The file, piece by piece. What was said of a proposal that was merged is told of the one that
    stands for it. The rows come by the ballots' own numbers, which are drawn by chance."""
    by_number = {item["number"]: item for item in value[name]["items"]}
    items = counting.items_of(consultation, phase, list(by_number))
    writer = csv.writer(_Echo(), delimiter=";", lineterminator="\n")
    yield writer.writerow(["META"])
    yield writer.writerow(["key", "value"])
    for pair in _meta(consultation, phase, items, value, name).items():
        yield writer.writerow(pair)
    yield writer.writerow(["PROJECTS"])
    yield writer.writerow(["project_id", "name", "cost", "votes", "selected"])
    for id, one in zip(items.ids, items.statements, strict=True):
        item = by_number.get(one.number, {})
        selected = item.get("round") is not None if phase.budget is not None else True
        yield writer.writerow(
            [
                id,
                clean_line(one.readable),
                _cost(phase, one.cost),
                item.get("supporters", 0),
                int(selected),
            ]
        )
    yield writer.writerow(["VOTES"])
    by_name = is_by_name(consultation, name)
    has_points = phase.by == PrioritiseBy.POINTS
    yield writer.writerow(
        [
            "voter_id",
            *(["name", "group"] if by_name else []),
            "vote",
            *(["points"] if has_points else []),
        ]
    )
    for number, (reference, named, group, choices) in enumerate(
        _ballots(consultation, name), start=1
    ):
        said = counting.chosen(items, phase.by, choices)
        order = sorted(said, key=said.__getitem__, reverse=has_points)
        row: list[Any] = [reference, clean_line(named), group] if by_name else [number]
        row.append(",".join(items.ids[at] for at in order))
        if has_points:
            row.append(",".join(str(said[at]) for at in order))
        yield writer.writerow(row)


def _ballots(consultation: Consultation, name: str) -> Iterator[tuple[str, str, str, Any]]:
    found = Ballot.objects.filter(participant__consultation=consultation).counting()
    found = found.filter(participant__partner__isnull=name != ORGANISATIONS).order_by("pk")
    rows = found.values_list(
        "participant__partner__reference",
        "participant__partner__name",
        "participant__partner__group__code",
        "choices",
    )
    yield from rows.iterator(chunk_size=counting.CHUNK)


def _meta(
    consultation: Consultation, phase: Phase, items: counting.Items, value: Value, name: str
) -> dict[str, Any]:
    meta: dict[str, Any] = {
        "description": clean_line(str(consultation.title)),
        "country": "Worldwide",
        "unit": consultation.reference,
        "instance": phase.closes_at.year,
        "subunit": name,
        "num_projects": len(items.ids),
        "num_votes": value[name]["voices"],
        "budget": _cost(phase, phase.budget) if phase.budget else len(items.ids),
        "vote_type": TYPES[PrioritiseBy(phase.by)],
        "rule": "equalshares/add1" if phase.budget else "unknown",
        "date_begin": phase.opens_at.strftime("%d.%m.%Y"),
        "date_end": phase.closes_at.strftime("%d.%m.%Y"),
        "language": " ".join(consultation.languages),
        "min_length": 1,
        "max_length": places(len(items.ids))
        if phase.by == PrioritiseBy.RANKING
        else len(items.ids),
    }
    if phase.unit is not None:
        meta["currency"] = clean_line(phase.unit.code).upper()
        meta["max_sum_cost"] = meta["budget"]
    else:
        meta["comment"] = NO_COSTS
    if phase.by == PrioritiseBy.POINTS:
        meta |= {"max_sum_points": phase.points, "min_points": 0, "max_points": phase.points}
    return meta


def _cost(phase: Phase, cost: int | None) -> Decimal | int:
    """In whole units of the currency, with decimals where it has some; 1 where nothing costs."""
    if phase.unit is None or phase.budget is None:
        return 1
    figure = decimal_of(cost or 0, phase.unit.decimals)
    return int(figure) if figure == int(figure) else figure


class _Echo:
    """What is written to it is given back, for a file that is sent as it is made."""

    def write(self, text: str) -> str:
        return text
