"""The results as pages show them: where each statement stands, what each group said, the map."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from django.conf import settings
from django.db.models import Q
from django.utils.formats import number_format
from django.utils.functional import Promise
from django.utils.translation import get_language, get_language_bidi, gettext_lazy, ngettext
from django.utils.translation import gettext as _

from coalition.analysis.disclosure import NOT_TOLD
from coalition.analysis.opinions.groups import MOST_VOTES, TURNS, wilson
from coalition.base.names import Name
from coalition.consultations.models import Consultation, Summary, Translation
from coalition.consultations.states import READABLE
from coalition.consultations.summing.collecting import ORGANISATIONS, PEOPLE
from coalition.consultations.summing.figures import (
    AGREED,
    DIFFER,
    MIXED,
    NO_ANSWER,
    REJECTED,
    REST,
    UNTOLD,
)
from coalition.partners.models import Partner, PartnerGroup

A_PAGE = 25
FIRST = 3  # statements of a kind on the page of results; its list has all
LONGEST_WORDS = 100

NAMES: dict[str, str | Promise] = {
    ORGANISATIONS: gettext_lazy("Organisations"),
    PEOPLE: gettext_lazy("People"),
}
KIND_NAMES: dict[str, str | Promise] = {
    AGREED: gettext_lazy("Agreed"),
    REJECTED: gettext_lazy("Rejected"),
    DIFFER: gettext_lazy("Groups differ"),
    MIXED: gettext_lazy("No clear answer"),
    UNTOLD: gettext_lazy("Too few answers to tell"),
}
TONES = {AGREED: "good", REJECTED: "ended", DIFFER: "due", MIXED: "calm", UNTOLD: "calm"}
# What the majority says, and what it would say without one group.
TURNED: dict[tuple[str, str], str | Promise] = {
    ("agree", "tie"): gettext_lazy("Most agree, but without %(group)s it is a tie."),
    ("agree", "disagree"): gettext_lazy("Most agree, but without %(group)s most disagree."),
    ("disagree", "tie"): gettext_lazy("Most disagree, but without %(group)s it is a tie."),
    ("disagree", "agree"): gettext_lazy("Most disagree, but without %(group)s most agree."),
}


def summary_of(consultation: Consultation) -> Summary | None:
    """Its results without the answers one by one; None where there are none yet. One query."""
    return Summary.objects.filter(consultation=consultation).defer("rows").first()


# --- One statement ---------------------------------------------------------------------------


@dataclass(frozen=True)
class Share:
    """How a group answered a statement; with too few answers `figure` says so alone."""

    code: str
    name: str
    figure: str  # “62% agree, 30% disagree”
    note: str  # of how many, and where the share would lie
    agree: str = ""  # lengths of the bars, and where they begin, in per cent
    agree_x: str = ""
    disagree: str = ""
    disagree_x: str = ""
    agrees: str = ""  # “62%”


@dataclass(frozen=True)
class Line:
    """A statement with what was answered to it."""

    number: int
    words: Name | None  # None: it is not shown any more
    is_translated: bool
    kind: str
    all: Share
    groups: list[Share]
    warning: str  # the strongest one; that there are others changes nothing for a reader
    score: float

    @property
    def kind_name(self) -> str:
        return str(KIND_NAMES[self.kind])

    @property
    def tone(self) -> str:
        return TONES[self.kind]


class Results:
    """The results of a consultation, to be asked for what a page shows.

    The names of groups and the words of the statements that are asked for cost two queries
    together, and one more where some are translated.
    """

    def __init__(self, consultation: Consultation, summary: Summary) -> None:
        self.consultation, self.summary = consultation, summary
        self.value: dict[str, Any] = summary.value
        self.numbers: list[int] = self.value["statements"]
        self._names = {one.code: str(one.short_name) for one in PartnerGroup.objects.all()}

    def group_name(self, code: str) -> str:
        if code == REST:
            return _("Other groups")
        return _("No group named") if code == NO_ANSWER else self._names.get(code, code)

    def groups(self, section: str) -> list[tuple[str, str, int]]:
        """Code, name and number of voices of each group as it is shown."""
        return [
            (one["code"], self.group_name(one["code"]), one["size"])
            for one in self.value[section]["groups"]
        ]

    def ordered(self, section: str, kind: str = "") -> list[int]:
        """Positions of statements: of this kind, the clearest first; of all kinds in the order in
        which they are named (`KIND_NAMES`)."""
        part = self.value[section]
        kinds, scores, spreads = part["kinds"], part["scores"], part["spreads"]
        rank = {name: at for at, name in enumerate(KIND_NAMES)}
        found = [at for at in range(len(self.numbers)) if not kind or kinds[at] == kind]

        def clearest(at: int) -> tuple[int, float, int]:
            by = spreads[at] if kinds[at] == DIFFER else scores[at]
            return rank[kinds[at]], -by, at

        return sorted(found, key=clearest)

    def count(self, section: str, kind: str) -> int:
        return int(self.value[section]["kinds"].count(kind))

    def having(self, words: str) -> set[int]:
        """The numbers of the statements that hold every word, in the original or translated."""
        found = self.consultation.statements.shown()
        for word in words.split()[:8]:
            held = Q(text__icontains=word) | Q(translations__text__icontains=word)
            found = found.filter(held)
        return set(found.values_list("number", flat=True))

    def texts(self, numbers: Iterable[int]) -> dict[int, tuple[Name, bool]]:
        return texts_of(self.consultation, numbers)

    def lines(self, section: str, positions: Sequence[int]) -> list[Line]:
        """One statement after the other, with how all and each group answered."""
        part = self.value[section]
        texts = self.texts(self.numbers[at] for at in positions)
        groups, tables = self.groups(section), part["by_group"]
        carried: dict[int, dict[str, Any]] = {}
        for one in part["carried"]:
            held = carried.get(one["at"])
            if TURNS in one["reasons"] and (held is None or _weight(one) > _weight(held)):
                carried[one["at"]] = one
        found = []
        for at in positions:
            words, is_translated = texts.get(self.numbers[at], (None, False))
            answered = [tables[side] for side in ("agree", "disagree", "pass")]
            found.append(
                Line(
                    number=self.numbers[at],
                    words=words,
                    is_translated=is_translated,
                    kind=part["kinds"][at],
                    all=share("", "", *(part[side][at] for side in ("agree", "disagree", "pass"))),
                    groups=[
                        share(code, name, *(side[row][at] for side in answered))
                        for row, (code, name, _size) in enumerate(groups)
                    ],
                    warning=self._turned(section, carried[at]) if at in carried else "",
                    score=part["scores"][at],
                )
            )
        return found

    def warnings(self, section: str) -> list[str]:
        """Which groups cast more than their part of the votes, and on how many statements."""
        part, told = self.value[section], []
        for at, (_code, name, _size) in enumerate(self.groups(section)):
            most = sum(
                one["group"] == at and MOST_VOTES in one["reasons"] for one in part["carried"]
            )
            if most:
                words = ngettext(
                    "%(group)s: more than %(share)s of the answers to %(count)d statement.",
                    "%(group)s: more than %(share)s of the answers to %(count)d statements.",
                    most,
                )
                shared = {"group": name, "share": percent(part["limit"]), "count": most}
                told.append(words % shared)
        return told

    def _turned(self, section: str, one: dict[str, Any]) -> str:
        code = self.value[section]["groups"][one["group"]]["code"]
        sentence = str(TURNED[one["result"], one["without"]])
        return sentence % {"group": self.group_name(code)}


def _weight(carried: dict[str, Any]) -> tuple[bool, float]:
    """How much hangs on one group: the contrary weighs more than a tie, then its part of votes."""
    return carried["without"] != "tie", carried["of_votes"]


def texts_of(consultation: Consultation, numbers: Iterable[int]) -> dict[int, tuple[Name, bool]]:
    """By number the words of those that may be read, in the language of the page where somebody
    translated them, and whether somebody did; what was merged since stays to be read. One query,
    and one more where some are in another language."""
    language = (get_language() or settings.LANGUAGE_CODE).split("-")[0]
    rows = consultation.statements.filter(number__in=set(numbers), state__in=READABLE)
    found = {one.pk: one for one in rows}
    other = [pk for pk, one in found.items() if one.language != language]
    fresh = {}
    if other:
        rows_of = Translation.objects.filter(statement__in=other, language=language)
        fresh = {
            each.statement_id: each.text
            for each in rows_of
            if each.of_text == found[each.statement_id].text
        }
    return {
        one.number: (Name(fresh[pk], language), True) if pk in fresh else (one.words, False)
        for pk, one in found.items()
    }


def share(code: str, name: str, agree: int, disagree: int, passed: int) -> Share:
    if agree == NOT_TOLD:
        return Share(code, name, _("fewer than five answered, or could be told"), "")
    seen = agree + disagree + passed
    if not seen:
        return Share(code, name, _("nobody answered"), "")
    figures = {"agree": percent(agree / seen), "disagree": percent(disagree / seen)}
    low, high = wilson([agree], [seen])
    counted = ngettext("%(count)s answer", "%(count)s answers", seen) % {"count": whole(seen)}
    between = {"low": percent(float(low[0])), "high": percent(float(high[0]))}
    mirrored = get_language_bidi()
    length, other = 100 * agree / seen, 100 * disagree / seen
    return Share(
        code,
        name,
        _("%(agree)s agree, %(disagree)s disagree") % figures,
        _("%(answers)s; agree: %(low)s to %(high)s") % {"answers": counted, **between},
        agree=f"{length:.1f}%",
        agree_x=f"{100 - length if mirrored else 0:.1f}%",
        disagree=f"{other:.1f}%",
        disagree_x=f"{0 if mirrored else 100 - other:.1f}%",
        agrees=figures["agree"],
    )


def percent(part: float) -> str:
    """“62%”, in the reader's figures."""
    return _("%(figure)s%%") % {"figure": number_format(round(100 * part), use_l10n=True)}


def whole(number: int) -> str:
    return number_format(number, use_l10n=True, force_grouping=True)


# --- The map ---------------------------------------------------------------------------------

LETTERS = "ABCDE"
WIDTH, HEIGHT, EDGE = 400, 300, 24
# A dot of one person, and how fast it grows: its area is as the number of people.
SMALLEST, LARGEST = 3.5, 17.0


@dataclass(frozen=True)
class Told:
    """A statement that speaks for a group of opinion, as a sentence around its words."""

    words: Name | None
    number: int
    agrees: bool
    figure: str  # “87% of them, about 20% elsewhere”


@dataclass(frozen=True)
class Opinion:
    """A group of opinion: its letter, how many they are, what speaks for them."""

    at: int
    letter: str
    size: int
    is_rest: bool
    told: list[Told]
    x: str
    y: str


@dataclass(frozen=True)
class Drawing:
    """The map as it is drawn: shapes as SVG paths, one for each dot, by the place of their group;
    not mirrored in any language, for its sides mean nothing."""

    width: int
    height: int
    people: int
    told: str
    least: int
    opinions: list[Opinion]
    shapes: list[tuple[int, str]]


def drawing(results: Results, section: str) -> Drawing | None:
    """None where too few answered enough statements. Two queries at most."""
    found = results.value[section]["map"]
    if not found or not found["dots"]:
        return None
    wanted = {results.numbers[one["at"]] for each in found["groups"] for one in each["said"]}
    texts = results.texts(wanted)
    dots = found["dots"]
    places = _placed(np.array([[x, y] for x, y, _people, _group in dots]))
    most = max(people for *_place, people, _group in dots)
    shapes = []
    for (x, y), (*_place, people, group) in zip(places, dots, strict=True):
        size = SMALLEST + (LARGEST - SMALLEST) * (people / most) ** 0.5
        shapes.append((int(group), _shape(int(group), x, y, size)))
    opinions = []
    for at, each in enumerate(found["groups"]):
        here = [(place, dot[2]) for place, dot in zip(places, dots, strict=True) if dot[3] == at]
        total = sum(people for _place, people in here) or 1
        x = sum(place[0] * people for place, people in here) / total
        y = sum(place[1] * people for place, people in here) / total
        opinions.append(
            Opinion(
                *(at, LETTERS[at], each["size"], each["is_rest"]),
                [_told(one, results.numbers[one["at"]], texts) for one in each["said"]],
                *(f"{x:.0f}", f"{y + 6:.0f}"),
            )
        )
    return Drawing(
        *(WIDTH, HEIGHT, found["people"]),
        told=percent(sum(found["variance"])),
        least=min(people for *_place, people, _group in dots),
        opinions=opinions,
        shapes=shapes,
    )


def _told(one: dict[str, Any], number: int, texts: dict[int, tuple[Name, bool]]) -> Told:
    here = percent(one["votes"] / one["seen"])
    if "elsewhere" in one:
        figures = {"here": here, "elsewhere": percent(one["elsewhere"])}
        figure = _("%(here)s of them, about %(elsewhere)s elsewhere") % figures
    else:
        figure = _("%(here)s of them") % {"here": here}
    words = texts[number][0] if number in texts else None
    return Told(words, number, one["side"] == "agree", figure)


def _placed(places: Any) -> list[tuple[float, float]]:
    """Into the picture, both ways by one scale, so that distances stay what they are."""
    low, high = places.min(axis=0), places.max(axis=0)
    room = np.array([WIDTH - 2 * EDGE, HEIGHT - 2 * EDGE])
    spread = np.maximum(high - low, 1e-9)
    scale = float((room / spread).min())
    middle = (low + high) / 2
    moved = (places - middle) * scale * np.array([1, -1]) + np.array([WIDTH, HEIGHT]) / 2
    return [(float(x), float(y)) for x, y in moved]


def _shape(group: int, x: float, y: float, size: float) -> str:
    """A round, a square, a diamond, a triangle and one upside down: told apart without colour, of
    one area."""
    if group == 0:
        arc = f"a{size:.1f} {size:.1f} 0 1 0"
        return f"M{x - size:.1f} {y:.1f}{arc} {2 * size:.1f} 0{arc} {-2 * size:.1f} 0"
    corners = {
        1: [(-0.89, -0.89), (0.89, -0.89), (0.89, 0.89), (-0.89, 0.89)],
        2: [(0, -1.25), (1.25, 0), (0, 1.25), (-1.25, 0)],
        3: [(0, -1.55), (1.35, 0.78), (-1.35, 0.78)],
        4: [(0, 1.55), (1.35, -0.78), (-1.35, -0.78)],
    }[group]
    return "M" + "L".join(f"{x + size * a:.1f} {y + size * b:.1f}" for a, b in corners) + "Z"


# --- For programs ----------------------------------------------------------------------------


def as_json(consultation: Consultation, summary: Summary) -> dict[str, Any]:
    """All that is published, but for the answers one by one; `figures.KEYS` says what stands in the
    two sections. Statements that are not shown any more have no words. One query."""
    texts = {one.number: one for one in consultation.statements.filter(state__in=READABLE)}
    return {
        "reference": consultation.reference,
        "question": consultation.question,
        "digest": summary.digest,
        "made_on": summary.made_at.date(),
        "statements": [
            {
                "number": number,
                "text": texts[number].text if number in texts else "",
                "language": texts[number].language if number in texts else "",
            }
            for number in summary.value["statements"]
        ],
        **{name: summary.value[name] for name in (*NAMES, "priorities")},
        "is_example": consultation.is_example,
    }


def voters(ids: Sequence[int]) -> list[tuple[int, str, str, str]]:
    """Whose the rows of organisations are: number, reference, name and group. One query."""
    found = Partner.objects.select_related("group").in_bulk(list(ids))
    return [
        (number, found[pk].reference, found[pk].name, found[pk].group.code)
        for number, pk in enumerate(ids, start=1)
        if pk in found
    ]
