"""What changed between two wordings, word by word."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from rapidfuzz.distance import LCSseq

from coalition.analysis.words import tokens

# Above this many pairs of tokens the memory for comparing them would pass 60 MB.
MOST_PAIRS = 500_000_000


class Change(StrEnum):
    """What happened to a stretch of words."""

    KEPT = "kept"
    TAKEN_OUT = "taken_out"
    PUT_IN = "put_in"


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of words that share one fate."""

    change: Change
    words: str


def word_diff(old: str, new: str) -> list[Span]:
    """The spans that make `new` of `old`: what was taken out stands before what was put in.

    The kept and taken-out spans joined are `old`, the kept and put-in ones `new`. Comparing the
    other way round gives the same spans with taking out and putting in exchanged. Wordings that
    are too long to compare (hundreds of thousands of words) come as one taken out, one put in.
    """
    # Where several alignments are as good, the order of the two must not decide which is taken.
    if old > new:
        return _in_order([_turned(span) for span in word_diff(new, old)])
    before, after = tokens(old), tokens(new)
    if len(before) * len(after) > MOST_PAIRS:
        return _in_order([Span(Change.TAKEN_OUT, old), Span(Change.PUT_IN, new)])
    spans: list[Span] = []
    for step in LCSseq.opcodes(before, after):
        if step.tag == "equal":
            spans.append(Span(Change.KEPT, _joined(before, step.src_start, step.src_end)))
        else:
            spans.append(Span(Change.TAKEN_OUT, _joined(before, step.src_start, step.src_end)))
            spans.append(Span(Change.PUT_IN, _joined(after, step.dest_start, step.dest_end)))
    return _in_order(_without_crumbs(spans))


def _joined(parts: Sequence[str], start: int, end: int) -> str:
    return "".join(parts[start:end])


def _turned(span: Span) -> Span:
    turned = {Change.TAKEN_OUT: Change.PUT_IN, Change.PUT_IN: Change.TAKEN_OUT}
    return Span(turned.get(span.change, span.change), span.words)


def _without_crumbs(spans: Sequence[Span]) -> list[Span]:
    """A space or sign that is kept between two changes reads better as a part of both."""
    spans = [span for span in spans if span.words]
    whole: list[Span] = []
    for place, span in enumerate(spans):
        is_between = 0 < place < len(spans) - 1
        if span.change is Change.KEPT and is_between and not any(map(str.isalnum, span.words)):
            whole += [Span(Change.TAKEN_OUT, span.words), Span(Change.PUT_IN, span.words)]
        else:
            whole.append(span)
    return whole


def _in_order(spans: Sequence[Span]) -> list[Span]:
    """Neighbours of one kind as one span, and in every change what was taken out first."""
    ordered: list[Span] = []
    held = {Change.TAKEN_OUT: "", Change.PUT_IN: ""}

    def let_go() -> None:
        for change, words in held.items():
            if words:
                ordered.append(Span(change, words))
                held[change] = ""

    kept = ""
    for span in spans:
        if span.change is Change.KEPT:
            let_go()
            kept += span.words
            continue
        if kept:
            ordered.append(Span(Change.KEPT, kept))
            kept = ""
        held[span.change] += span.words
    let_go()
    if kept:
        ordered.append(Span(Change.KEPT, kept))
    return ordered
