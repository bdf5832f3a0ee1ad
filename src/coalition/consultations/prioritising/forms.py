"""What a page of the ballot sends: of each proposal on it a tick, its points or its place; and what
the secretariat says stands there, and what it costs."""

from __future__ import annotations

from collections.abc import Iterable

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from coalition.analysis.figures import NotAFigure, parse
from coalition.base.errors import Refused
from coalition.base.forms import CleanText
from coalition.consultations.models import Phase, Statement
from coalition.consultations.states import PrioritiseBy

MOST_DIGITS = 6


class SearchForm(CleanText, forms.Form):
    """Which of a long ballot are shown."""

    words = forms.CharField(label=gettext_lazy("Words"), max_length=100, required=False)
    mine = forms.BooleanField(label=gettext_lazy("Only what is on your ballot"), required=False)


class SeenForm(forms.Form):
    """On which version of the ballot a save or a signature rests."""

    seen = forms.CharField(max_length=64, widget=forms.HiddenInput)


def numbers_on_page(data: QueryDict, most: int) -> list[int]:
    """Which proposals the page had, by their numbers."""
    sent = [text for text in data.getlist("on")[:most] if text.isascii() and text.isdecimal()]
    return [int(text) for text in sent if len(text) <= MOST_DIGITS]


def name_of(number: int) -> str:
    """The field of a proposal on its page."""
    return f"choice-{number}"


def typed(data: QueryDict, on_page: Iterable[Statement]) -> dict[int, str]:
    """By number what was typed, as it was typed."""
    return {one.number: data.get(name_of(one.number), "")[:20] for one in on_page}


def read(data: QueryDict, on_page: Iterable[Statement], phase: Phase) -> dict[int, int]:
    """By key what was chosen. Raises Refused for what is no whole number."""
    choices = {}
    for one in on_page:
        text = data.get(name_of(one.number), "").strip()
        if not text:
            continue
        try:
            value = parse(text, 0)
        except NotAFigure:
            value = -1
        if value < 0 or value >= 10**MOST_DIGITS:
            what = (
                _("Proposal %d: points are whole numbers from 0.")
                if phase.by == PrioritiseBy.POINTS
                else _("Proposal %d: choose from what the page offers.")
            )
            raise Refused(what % one.number)
        if value:
            choices[one.pk] = value
    return choices


def read_costs(
    data: QueryDict, on_page: Iterable[Statement], phase: Phase
) -> dict[int, int | None]:
    """By key what is ticked for the ballot, with its cost in the smallest part of the currency,
    None where there is no budget. Raises Refused for a cost that is no whole number."""
    ticked = set(data.getlist("row"))
    chosen: dict[int, int | None] = {}
    for one in on_page:
        if str(one.number) not in ticked:
            continue
        chosen[one.pk] = None
        text = data.get(f"cost-{one.number}", "").strip()
        if phase.unit is None or not text:
            continue
        try:
            chosen[one.pk] = parse(text, 0) * 10**phase.unit.decimals
        except NotAFigure as problem:
            raise Refused(
                _("Proposal %d: write its cost in whole units of the currency, as 25000.")
                % one.number
            ) from problem
    return chosen
