"""The quality guide: is a promise specific, measurable, achievable, resourced and dated?

These are the criteria of the UN Ocean Conference's register (SMART, with R for resources). What is
missing is named in words, never scored; what must not be missing before a promise is sent stands
here, and nowhere else.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db.models import Prefetch
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from coalition.base.names import Name
from coalition.commitments.goals import targets
from coalition.commitments.means import means_of
from coalition.commitments.models import Commitment
from coalition.results.frameworks.queries import missing as goals_missing
from coalition.results.models import Indicator, Role
from coalition.results.totals.queries import shown


@dataclass(frozen=True)
class Ingredient:
    """One of the five: what is there, what is missing before it can be sent, and what would make
    it better still."""

    code: str
    name: str
    question: str
    step: str  # the screen on which it is written
    there: list[str] = field(default_factory=list)
    lacks: list[str] = field(default_factory=list)
    better: list[str] = field(default_factory=list)


def guide(commitment: Commitment) -> list[Ingredient]:
    """The five ingredients of a good promise, each in words. As many queries for one of each as
    for many."""
    return [
        _specific(commitment),
        _measurable(commitment),
        _achievable(commitment),
        _resourced(commitment),
        _dated(commitment),
    ]


def missing(commitment: Commitment) -> list[str]:
    """What the commitment still lacks before it can be sent, in words to follow “please add”."""
    return [words for each in guide(commitment) for words in each.lacks]


def _specific(one: Commitment) -> Ingredient:
    places, themes = list(one.places.all()), list(one.themes.all())
    paragraphs = len(one.deliveries.all())
    return Ingredient(
        code="specific",
        name=_("Specific"),
        question=_("Who will do what, for whom, where, and on which paragraphs?"),
        step=_step_of_specific(one, bool(places and themes)),
        there=_said(
            Name(one.promise, one.language),
            Name(one.for_whom, one.language),
            one.level.name if one.level else "",
            _(", ").join(str(place) for place in places),
            _(", ").join(str(theme.short_name) for theme in themes),
            ngettext("%(count)d paragraph", "%(count)d paragraphs", paragraphs)
            % {"count": paragraphs}
            if paragraphs
            else "",
        ),
        lacks=_needed(
            (one.promise, _("the promise in one sentence")),
            (one.for_whom, _("for whom it is")),
            (one.level, _("the level")),
            (places, _("at least one place")),
            (themes, _("at least one theme")),
            (paragraphs, _("at least one paragraph it delivers on")),
        ),
    )


def _step_of_specific(one: Commitment, is_placed: bool) -> str:
    if not (one.promise and one.for_whom and one.level):
        return "promise"
    return "paragraphs" if is_placed else "place"


def _measurable(one: Commitment) -> Ingredient:
    return Ingredient(
        code="measurable",
        name=_("Measurable"),
        question=_("By which figures will everybody see that it is kept, and where do they start?"),
        step="goals",
        there=_figures(one),
        lacks=[str(words) for words in goals_missing(one.framework)],
    )


def _figures(one: Commitment) -> list[str]:
    """Each indicator with its start and its target."""
    wanted = targets().select_related("unit")
    indicators = one.framework.indicators.select_related("unit").prefetch_related(
        Prefetch("facts", wanted, to_attr="aims")
    )
    return [_from_to(indicator) for indicator in indicators]


def _from_to(indicator: Indicator) -> str:
    by_role = {fact.role: fact for fact in indicator.aims}  # type: ignore[attr-defined]
    said = {"title": indicator.title}
    for role in (Role.BASELINE, Role.TARGET):
        fact = by_role.get(role)
        said[role] = shown(fact, indicator, with_unit=True, reveal=True) if fact else ""
    if said[Role.BASELINE] and said[Role.TARGET]:
        return _("%(title)s: from %(baseline)s to %(target)s") % said
    if said[Role.TARGET]:
        return _("%(title)s: %(target)s") % said
    return indicator.title


def _achievable(one: Commitment) -> Ingredient:
    records = list(one.external_records.all())
    help_wanted = Name(one.help_wanted, one.language)
    in_line = [Name(one.in_line_with, one.language), *(_title(each) for each in records)]
    return Ingredient(
        code="achievable",
        name=_("Achievable"),
        question=_("Is it within reach, on its own or with the help of others?"),
        step="help" if one.needs_help and not one.help_wanted else "place",
        there=_said(*in_line, help_wanted if one.needs_help else ""),
        lacks=_needed((not one.needs_help or help_wanted, _("which help is wanted"))),
        better=_needed(
            (any(in_line), _("the plan or priority of the country that it is in line with")),
        ),
    )


def _title(record: object) -> Name:
    return Name(record.title, record.title_language)  # type: ignore[attr-defined]


def _resourced(one: Commitment) -> Ingredient:
    means = means_of(one)
    return Ingredient(
        code="resourced",
        name=_("Resourced"),
        question=_("With what is it carried out: money by year, people, goods, knowledge?"),
        step="means",
        there=_said(*means.in_words, *(Name(each.words, one.language) for each in means.said)),
        lacks=_needed((means, _("the resources"))),
        better=_needed((not means or means.currencies, _("how much money, by year"))),
    )


def _dated(one: Commitment) -> Ingredient:
    return Ingredient(
        code="dated",
        name=_("Dated"),
        question=_("From when, and until when?"),
        step="means",
        there=_said(
            _("from %(day)s") % {"day": date_format(one.starts_on)} if one.starts_on else "",
            _("until %(day)s") % {"day": date_format(one.ends_on)} if one.ends_on else "",
        ),
        lacks=_needed((one.ends_on, _("the day it ends"))),
        better=_needed((one.starts_on, _("the day it starts"))),
    )


def _said(*texts: str) -> list[str]:
    return [text for text in texts if text]


def _needed(*pairs: tuple[object, str]) -> list[str]:
    """The words of those that are not there."""
    return [words for held, words in pairs if not held]


def lacking(guided: Iterable[Ingredient]) -> list[str]:
    """What is missing by a guide that was made already."""
    return [words for each in guided for words in each.lacks]
