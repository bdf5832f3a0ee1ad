"""How like texts are, from 0 to 1, and why: a cosine in which words that stand for one another
count too.

With x and y the weights of the words of two texts and S what links the words, the likeness is
xSy / √(xSx · ySy): the soft cosine measure (Sidorov, Gelbukh, Gómez-Adorno and Pinto, 2014: Soft
similarity and soft cosine measure). Without links it is the common cosine.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array, dia_array

from coalition.analysis.arrays import FloatArray, IntArray
from coalition.analysis.likeness.lexicon import Lexicon
from coalition.analysis.likeness.links import How, Links, linked
from coalition.analysis.likeness.meaning import Embedding, stretched
from coalition.analysis.likeness.reading import Reading, Text, read

MOST_REASONS = 5  # shared words told for each pair


@dataclass(frozen=True)
class Shared:
    """A word of one text and the word of the other that it goes with, and by which way."""

    one: str
    other: str
    how: How

    def __str__(self) -> str:
        return self.other if self.one == self.other else f"{self.other} – {self.one}"


@dataclass(frozen=True)
class Likeness:
    """How like two texts are, and the words that tell most of it, most telling first. `by_meaning`
    is true where a model of language found more than the words show."""

    score: float
    shared: tuple[Shared, ...] = ()
    by_meaning: bool = False


@dataclass(frozen=True)
class Compared:
    """n texts ready to be compared with each other, as often as wanted.

    Attributes:
        vectors: n × m, the weights of the words; the soft length of each row is 1, or 0.
        soft: `vectors` times the links.
        meanings: n × d from a model of language, rows of length 1; None without one.
    """

    reading: Reading
    links: Links
    vectors: csr_array
    soft: csr_array
    meanings: NDArray[np.float32] | None

    @classmethod
    def of(
        cls,
        texts: Sequence[Text],
        *,
        lexicon: Lexicon | None = None,
        embedding: Embedding | None = None,
        is_whole: bool = True,
    ) -> Compared:
        """Read, weigh and link. `is_whole` false: too few texts to tell which words are rare."""
        reading = read(texts, is_whole=is_whole)
        links = linked(reading, lexicon)
        vectors = reading.vectors(links.weights(reading))
        soft = vectors @ links.strength
        squares = np.asarray((soft * vectors).sum(axis=1)).ravel()
        lengths = np.sqrt(squares, out=np.ones(len(texts)), where=squares > 0)
        scale = dia_array((1 / lengths[np.newaxis, :], [0]), shape=(len(texts), len(texts)))
        meanings = embedding([text.words for text in texts]) if embedding and texts else None
        return cls(reading, links, csr_array(scale @ vectors), csr_array(scale @ soft), meanings)

    def likenesses(self, ones: IntArray, others: IntArray) -> FloatArray:
        """Ones × others, for rows given by their positions; to the sixth decimal."""
        products = (self.soft[ones] @ self.vectors[others].T).toarray()
        found: FloatArray = np.round(np.minimum(products, 1.0), 6)
        return found if self.meanings is None else np.maximum(found, self._meant(ones, others))

    def above(
        self, ones: IntArray, others: IntArray, lowest: float
    ) -> tuple[IntArray, IntArray, FloatArray]:
        """The pairs at least so like, by their places in `ones` and `others`, without filling a
        table of all of them as `likenesses` does."""
        if self.meanings is not None:
            full = self.likenesses(ones, others)
            rows, columns = np.nonzero(full >= lowest)
            return rows, columns, full[rows, columns]
        products = (self.soft[ones] @ self.vectors[others].T).tocoo()
        values = np.round(np.minimum(products.data, 1.0), 6)
        kept = values >= lowest
        rows, columns, values = products.row[kept], products.col[kept], values[kept]
        order = np.lexsort((columns, rows))
        return rows[order].astype(np.int64), columns[order].astype(np.int64), values[order]

    def between(self, one: int, other: int) -> Likeness:
        """How like two of the texts are, and why."""
        score = float(self.likenesses(np.array([one]), np.array([other]))[0, 0])
        shared, by_words = self._shared(one, other)
        return Likeness(score, shared, score > by_words + 1e-6)

    def _meant(self, ones: IntArray, others: IntArray) -> FloatArray:
        assert self.meanings is not None
        # In numbers of 64 bits, and added up in one order: the same on every machine.
        left = self.meanings[ones].astype(np.float64)
        return stretched(np.einsum("id,jd->ij", left, self.meanings[others].astype(np.float64)))

    def _shared(self, one: int, other: int) -> tuple[tuple[Shared, ...], float]:
        """The words that go together, and the likeness that all of them come to."""
        left, right = _row(self.vectors, one), _row(self.vectors, other)
        found = []
        for a, weight in left.items():
            for b, strength in _row(self.links.strength, a).items():
                if b in right:
                    found.append((weight * strength * right[b], a, b))
        total = sum(part for part, _, _ in found)
        found.sort(key=lambda each: (-round(each[0], 9), each[1], each[2]))
        said_one, said_other = self.reading.said[one], self.reading.said[other]
        shared = [
            Shared(
                said_one[a],
                said_other[b],
                How.WORD if a == b else self.links.how[min(a, b), max(a, b)],
            )
            for _, a, b in found[:MOST_REASONS]
        ]
        return tuple(shared), min(total, 1.0)


def _row(matrix: csr_array, row: int) -> dict[int, float]:
    place = slice(matrix.indptr[row], matrix.indptr[row + 1])
    return dict(zip(matrix.indices[place].tolist(), matrix.data[place].tolist(), strict=True))


def likeness(
    one: Text, other: Text, *, lexicon: Lexicon | None = None, embedding: Embedding | None = None
) -> Likeness:
    """How like two texts are by themselves, all telling words weighing alike; symmetric, 1 for the
    same words, 0 where nothing is shared or a text has no word."""
    first, second = sorted((one, other))
    compared = Compared.of(
        [first, second], lexicon=lexicon, embedding=embedding, is_whole=False
    ).between(0, 1)
    if (first, second) == (one, other):
        return compared
    turned = tuple(Shared(each.other, each.one, each.how) for each in compared.shared)
    return Likeness(compared.score, turned, compared.by_meaning)


def likenesses(
    ones: Sequence[Text],
    others: Sequence[Text],
    *,
    lexicon: Lexicon | None = None,
    embedding: Embedding | None = None,
) -> FloatArray:
    """How like each of the first is to each of the second, as an array ones × others. Which words
    are rare is learnt from all of them."""
    compared = Compared.of([*ones, *others], lexicon=lexicon, embedding=embedding)
    return compared.likenesses(np.arange(len(ones)), np.arange(len(ones), len(ones) + len(others)))
