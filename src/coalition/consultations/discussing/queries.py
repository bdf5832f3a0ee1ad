"""The text that is discussed, with what is said of each of its paragraphs."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from django.db.models import Count, Max, Prefetch, Q
from django.http import Http404
from django.urls import reverse
from django.utils.translation import get_language, ngettext

from coalition.analysis.likeness import THRESHOLD, Contrary, Text, contrary, likeness, likenesses
from coalition.analysis.word_diff import Change, Span, word_diff
from coalition.base import states
from coalition.base.text import fold
from coalition.consultations.access import TO_SIGN, Reader
from coalition.consultations.models import (
    Consultation,
    Participant,
    Remark,
    RemarkMove,
    RemarkQuerySet,
)
from coalition.consultations.proposing.queries import MOST_WORDS, waiting_first
from coalition.consultations.sealing import pseudonym_of
from coalition.consultations.states import AHEAD, PEOPLE, STATEMENT_TONES, StatementState
from coalition.instruments.citations.words import place_name
from coalition.instruments.models import Instrument, Provision, Wording
from coalition.instruments.texts.queries import current_version, is_same_edition, text_of
from coalition.instruments.texts.tree import Node, Part, short
from coalition.instruments.texts.tree import Text as WholeText
from coalition.partners.models import Partner
from coalition.ui.thread import Cell

# In one consultation; and of either on one paragraph. What was taken back counts.
MOST_OF_PERSON, MOST_OF_PARTNER, MOST_ON_ONE = 50, 300, 5
MOST_COMPARED = 500  # the newest on the same paragraph
MOST_NEAR = 5
ALIKE = 0.5  # worth a look on the desk
# Of other words, so much is shown in a list: the changes, with a little of what stands around them.
AROUND, A_GLIMPSE = 80, 700  # characters

STANDING = (StatementState.DRAFT, StatementState.WAITING, StatementState.ACCEPTED)
WORD = re.compile(r"\w+")


# --- The text --------------------------------------------------------------------------------


@dataclass
class Unit:
    """A paragraph, a point or a heading of the text, with how much is said of it."""

    node: Node
    url: str
    count: int  # said of it alone
    inside: list[Unit]

    @cached_property
    def total(self) -> int:
        """Said of it and of all that stands inside it."""
        return self.count + sum(each.total for each in self.inside)

    @property
    def is_ours(self) -> bool:
        """A heading that we made for reading: the text does not have it, so nobody speaks of it."""
        return self.node.provision.is_our_division

    def walk(self) -> Iterator[Unit]:
        yield self
        for each in self.inside:
            yield from each.walk()


@dataclass
class Discussed:
    """The text of a consultation as its readers are shown it, with what is said of it."""

    consultation: Consultation
    text: WholeText
    counts: Mapping[int, int]  # remarks that everybody sees, by the key of the provision

    def unit(self, node: Node) -> Unit:
        url = address_in(self.consultation, node.provision)
        inside = [self.unit(each) for each in node.inside]
        return Unit(node, url, self.counts.get(node.provision.pk, 0), inside)

    def part(self, number: int) -> Part | None:
        return next((one for one in self.text.parts if one.number == number), None)

    def parts(self) -> list[tuple[Part, int]]:
        """Each part, with how much is said in it."""
        return [(one, self.total(one.nodes)) for one in self.text.parts]

    def total(self, nodes: Iterable[Node]) -> int:
        return sum(self.counts.get(one.provision.pk, 0) for node in nodes for one in node.walk())

    def cells(self) -> list[Cell]:
        """The whole text as a strip: how much is said of each paragraph."""
        return [
            Cell(
                short(node.number) or "·",
                address_in(self.consultation, node.provision),
                (count := self.total([node])),
                f"{place_name(node.provision)}: {said_in_words(count)}",
            )
            for node in self.text.paragraphs
        ]

    def neighbours(self, node: Node) -> tuple[Node | None, Node | None]:
        """What stands before and after it, of all of which one can speak."""
        order = [one for one in self.text.by_eid.values() if not one.provision.is_our_division]
        at = next(place for place, one in enumerate(order) if one is node)
        return (order[at - 1] if at else None, order[at + 1] if at + 1 < len(order) else None)


def discussed(consultation: Consultation) -> Discussed:
    """The text of its scope in the reader's language, where it is held in it. Four queries.

    Raises Http404 where the consultation is not about a text.
    """
    if consultation.text is None:
        raise Http404
    shown = consultation.remarks.shown().order_by().values_list("provision")
    counts = dict(shown.annotate(of=Count("pk")))
    language = (get_language() or "en").split("-")[0]
    return Discussed(consultation, text_of(consultation.text, language=language), counts)


def address_in(consultation: Consultation, provision: Provision) -> str:
    """Where this paragraph is discussed. No query."""
    return reverse("consultations:discuss_paragraph", args=[consultation.reference, provision.eid])


def address_of(consultation: Consultation, remark: Remark) -> str:
    """Where this remark is read. No query."""
    return reverse("consultations:remark", args=[consultation.reference, remark.number])


def said_in_words(count: int) -> str:
    return ngettext("%(count)d remark", "%(count)d remarks", count) % {"count": count}


def is_current(wording: Wording, text: Instrument) -> bool:
    """Is this what the text says now, in whatever language? One query."""
    current = current_version(text.versions.all())
    return current is not None and (
        wording.version == current or is_same_edition(wording.version, current)
    )


# --- Remarks ---------------------------------------------------------------------------------


def for_rows(found: Any) -> RemarkQuerySet:
    """With what a row shows: no query more for each."""
    rows: RemarkQuerySet = found.select_related(
        "provision", "wording__version", "author__partner__group"
    )
    return rows


def in_order(found: RemarkQuerySet, consultation: Consultation) -> RemarkQuerySet:
    """Organisations first and then people, where everybody learns which is which; in the order in
    which they came."""
    if not consultation.answers_are_public:
        return found.order_by("number")
    return found.annotate(is_person=Q(author__partner=None)).order_by("is_person", "number")


def said_of(consultation: Consultation, unit: Unit) -> RemarkQuerySet:
    """What everybody reads of this paragraph and of all that stands inside it."""
    provisions = [each.node.provision.pk for each in unit.walk()]
    shown = consultation.remarks.shown().filter(provision__in=provisions)
    return in_order(for_rows(shown), consultation)


def found_by(
    remarks: RemarkQuerySet, consultation: Consultation, wishes: Mapping[str, Any]
) -> RemarkQuerySet:
    """Those that meet every wish of a form; an empty wish asks nothing. Whether an organisation
    speaks, and of which group, asks only where the answers of organisations are public."""
    for word in (wishes.get("words") or "").split()[:MOST_WORDS]:
        remarks = remarks.filter(Q(text__icontains=word) | Q(instead__icontains=word))
    if kind := wishes.get("kind"):
        remarks = remarks.filter(instead="") if kind == COMMENT else remarks.exclude(instead="")
    if paragraph := wishes.get("paragraph"):
        remarks = remarks.filter(_within(paragraph))
    if consultation.answers_are_public:
        if who := wishes.get("who"):
            remarks = remarks.filter(author__partner__isnull=who == PEOPLE)
        if group := wishes.get("group"):
            remarks = remarks.filter(author__partner__group=group)
    return remarks


COMMENT, OTHER_WORDS = "comment", "other_words"


def _within(paragraph: str) -> Q:
    """Said of the paragraph of this number, or this address, or of a point inside it."""
    itself = Q(provision__number__iexact=paragraph) | Q(provision__eid=paragraph)
    above = Q(provision__paragraph__number__iexact=paragraph)
    return itself | above | Q(provision__eid__startswith=f"{paragraph}__")


def next_number(consultation: Consultation) -> int:
    """The number after the last; the caller holds the consultation. One query."""
    last = consultation.remarks.order_by().aggregate(last=Max("number"))["last"]
    return (last or 0) + 1


def most_of(author: Participant) -> int:
    """How many remarks are taken from this participant in one consultation."""
    return MOST_OF_PARTNER if author.partner_id else MOST_OF_PERSON


# --- Other words -----------------------------------------------------------------------------


def spans_of(remark: Remark) -> list[Span]:
    """What other words keep, take out and put in; none for a comment alone."""
    if not remark.instead or remark.wording is None:
        return []
    return word_diff(remark.wording.words, remark.instead)


def glimpse(spans: Iterable[Span]) -> tuple[list[Span], bool]:
    """The same for a list: of what is kept only what stands beside a change, and not more than fits
    a few lines. Tells whether anything was left out."""
    spans, found, room = list(spans), [], A_GLIMPSE
    for place, span in enumerate(spans):
        words = span.words
        if span.change is Change.KEPT:
            words = _beside(words, is_first=place == 0, is_last=place == len(spans) - 1)
        if room <= 0:
            break
        if len(words) > room:
            words = f"{words[:room].rstrip()}…"
        room -= len(words)
        found.append(Span(span.change, words))
    kept = sum(len(each.words) for each in found)
    return found, len(found) < len(spans) or kept < sum(len(each.words) for each in spans)


def _beside(words: str, *, is_first: bool, is_last: bool) -> str:
    """What is kept, without its middle; at the edges of the text, without what stands far off."""
    head = "" if is_first else words[:AROUND]
    tail = "" if is_last else words[-AROUND:]
    return words if len(words) <= len(head) + len(tail) + 1 else f"{head}…{tail}"


@dataclass(frozen=True)
class Row:
    """A remark in a list: where it stands, and a glimpse of the other words."""

    remark: Remark
    place: str
    spans: list[Span]
    is_cut: bool


def rows_of(remarks: Iterable[Remark]) -> list[Row]:
    """No query where they were read by `for_rows`."""
    return [Row(one, place_name(one.provision), *glimpse(spans_of(one))) for one in remarks]


# --- One's own -------------------------------------------------------------------------------


def own_remarks(consultation: Consultation, reader: Reader, person: Any) -> RemarkQuerySet:
    """What the reader, and the organisations they write for, said here, the newest first. One
    query beside its own."""
    theirs = Q(author__partner__in=reader.partners)
    if pseudonym := pseudonym_of(consultation, person):
        theirs |= Q(author__pseudonym=pseudonym)
    refusals = RemarkMove.objects.filter(verb="refuse").order_by("pk")
    found = for_rows(consultation.remarks.filter(theirs)).order_by("-number")
    return found.prefetch_related(Prefetch("moves", refusals))


@dataclass(frozen=True)
class Own:
    """A remark of the reader, or of an organisation for which they write: why it is not shown,
    where it is not, and what can be done with it."""

    row: Row
    tone: str
    reason: str
    may_sign: bool
    may_withdraw: bool


def own_rows(remarks: Iterable[Remark], consultation: Consultation, person: Any) -> list[Own]:
    """One query, whatever their number; the remarks are those of `own_remarks`."""
    partners = {one.author.partner_id for one in remarks if one.author.partner_id}
    held: Any = Partner.objects.public().spoken_for_by(person, TO_SIGN)
    signed_for = set(held.filter(pk__in=partners).values_list("pk", flat=True)) if partners else ()
    return [_own(row, consultation, signed_for) for row in rows_of(remarks)]


def _own(row: Row, consultation: Consultation, signed_for: Collection[int]) -> Own:
    one = row.remark
    is_draft = one.state == StatementState.DRAFT
    partner = one.author.partner_id
    signs = partner is not None and partner in signed_for
    may = consultation.state in AHEAD and not states.refusal(one, "withdraw")
    reasons = [step.reason for step in one.moves.all()]
    return Own(
        *(row, STATEMENT_TONES[StatementState(one.state)], reasons[-1] if reasons else ""),
        may_sign=signs and is_draft,
        may_withdraw=may and (signs or partner is None or is_draft),
    )


# --- What says nearly the same ---------------------------------------------------------------


def said_already(said: Remark) -> Remark | None:
    """The remark on the same paragraph that says nearly the same as this one, which is not kept
    yet: one's own that stands; and for a person, one of another person that everybody reads, since
    the same words without a name add nothing. What an organisation says under its name adds its
    name. Two queries at most."""
    there = said.consultation.remarks.filter(provision=said.provision).order_by("-number")
    for one in there.filter(author=said.author, state__in=STANDING):
        if _is_near(said, one, but=(Contrary.NUMBER,)):
            return one
    if said.author.partner_id:
        return None
    others = there.shown().exclude(author=said.author).filter(author__partner=None)
    return next(iter(_near(said, others, THRESHOLD)), None)


def near_to(remark: Remark) -> list[Remark]:
    """Others on the same paragraph that say nearly the same, shown or waiting, the most like it
    first. One query."""
    there = remark.consultation.remarks.filter(provision=remark.provision).exclude(pk=remark.pk)
    open_ = there.filter(state__in=(StatementState.WAITING, StatementState.ACCEPTED))
    rows = open_.select_related("author__partner").order_by("-number")
    return _near(remark, rows, ALIKE)[:MOST_NEAR]


def _near(remark: Remark, others: RemarkQuerySet, least: float) -> list[Remark]:
    """Of a comment the comments that are alike; of other words those that are the same."""
    rows = [one for one in others[:MOST_COMPARED] if bool(one.instead) == bool(remark.instead)]
    if remark.instead:
        return [one for one in rows if _is_near(remark, one)]
    if not rows:
        return []
    scores = likenesses([_text(remark)], [_text(one) for one in rows])[0]
    ranked = [rows[at] for at in np.argsort(-scores, kind="stable") if scores[at] >= least]
    return [one for one in ranked if contrary(_text(remark), _text(one)) is None]


def _is_near(one: Remark, other: Remark, but: Collection[Contrary] = ()) -> bool:
    if bool(one.instead) != bool(other.instead):
        return False
    if one.instead:
        return one.wording_id == other.wording_id and _bare(one.instead) == _bare(other.instead)
    found = contrary(_text(one), _text(other))
    is_other = found is not None and found not in but
    return not is_other and likeness(_text(one), _text(other)).score >= THRESHOLD


def _bare(words: str) -> list[str]:
    return WORD.findall(fold(words))


def _text(remark: Remark) -> Text:
    return Text(remark.text, remark.language)


# --- The desk --------------------------------------------------------------------------------


def on_desk(consultation: Consultation, wishes: Mapping[str, Any]) -> RemarkQuerySet:
    """Its remarks, those of organisations that nobody signed left out, as the form asks for them.
    Those that wait to be read come first, longest waiting first."""
    found = consultation.remarks.exclude(state=StatementState.DRAFT)
    if state := wishes.get("state"):
        found = found.filter(state=state)
    rows = for_rows(found_by(found, consultation, wishes))
    return rows.order_by(waiting_first(), "number")


def waiting(consultation: Consultation) -> int:
    """How many wait to be read. One query."""
    return consultation.remarks.filter(state=StatementState.WAITING).count()
