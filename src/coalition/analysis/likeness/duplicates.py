"""Which of many statements say nearly the same, so that people vote on one of them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from coalition.analysis.arrays import FloatArray, IntArray
from coalition.analysis.likeness.comparing import Compared, Shared
from coalition.analysis.likeness.contraries import contrary
from coalition.analysis.likeness.lexicon import Lexicon
from coalition.analysis.likeness.meaning import Embedding
from coalition.analysis.likeness.reading import Text
from coalition.analysis.likeness.stars import pairs_above, stars
from coalition.analysis.words import plain_words

# From here on a person is asked whether two statements are one. In a statement of four telling
# words that weigh alike, one left out gives 0.87 and one replaced by another 0.75.
THRESHOLD = 0.8


@dataclass(frozen=True)
class Duplicate:
    """A statement of a group by its place in what was given; how like the one in the middle it is,
    and the words that tell most of it."""

    place: int
    likeness: float
    shared: tuple[Shared, ...] = ()


def near_duplicates(
    texts: Sequence[Text],
    *,
    threshold: float = THRESHOLD,
    lexicon: Lexicon | None = None,
    embedding: Embedding | None = None,
) -> list[tuple[Duplicate, ...]]:
    """Groups of statements that say nearly the same, largest first; in each the one in the middle
    comes first, then those most like it.

    Statements that deny each other, say the contrary or name other numbers are not grouped,
    whatever words they share. A statement without a letter or digit is like nothing. The outcome
    does not depend on the order of the texts.

    ValueError: a threshold that is not above 0 and at most 1; more pairs than can be held.
    """
    if not 0 < threshold <= 1:
        raise ValueError("The threshold of likeness is above 0 and at most 1.")
    copies = _copies(texts)
    firsts = [texts[places[0]] for places in copies]
    compared = Compared.of(firsts, lexicon=lexicon, embedding=embedding)
    pairs = pairs_above(compared, np.arange(len(firsts)), threshold)
    agreeing = [
        contrary(firsts[one], firsts[other]) is None
        for one, other in zip(pairs.ones.tolist(), pairs.others.tolist(), strict=True)
    ]
    pairs = pairs.kept(np.array(agreeing, dtype=bool))
    groups = []
    alone = np.ones(len(firsts), dtype=bool)
    for middle, near, likeness in stars(pairs, np.arange(len(firsts))):
        alone[near] = alone[middle] = False
        groups.append(_group(compared, copies, middle, near, likeness))
    groups += [
        _group(compared, copies, row, np.zeros(0, np.int64), np.zeros(0))
        for row in np.flatnonzero(alone).tolist()
        if len(copies[row]) > 1
    ]
    return sorted(groups, key=lambda group: -len(group))


def _copies(texts: Sequence[Text]) -> list[list[int]]:
    """The places of each statement that has a word, all its copies together, by its words: a
    copy has the same words in the same order, whatever the case and the signs between them."""
    found: dict[tuple[tuple[str, ...], str], list[int]] = defaultdict(list)
    for place, text in enumerate(texts):
        if words := tuple(plain_words(text.words)):
            found[words, text.language].append(place)
    # Of copies the one that stands first in any order of the whole list is the first.
    return [
        sorted(found[key], key=lambda place: (texts[place].words, place)) for key in sorted(found)
    ]


def _group(
    compared: Compared,
    copies: Sequence[Sequence[int]],
    middle: int,
    near: IntArray,
    likeness: FloatArray,
) -> tuple[Duplicate, ...]:
    first, *others = copies[middle]
    same = compared.between(middle, middle).shared
    members = [Duplicate(place, 1.0, same) for place in others]
    by_likeness = sorted(
        zip(near.tolist(), likeness.tolist(), strict=True), key=lambda each: (-each[1], each[0])
    )
    for row, alike in by_likeness:
        why = compared.between(middle, row).shared
        members += [Duplicate(place, round(alike, 2), why) for place in copies[row]]
    return (Duplicate(first, 1.0), *members)
