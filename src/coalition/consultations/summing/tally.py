"""The tally: the result as a plain text that anybody can write down again from what is published.

A line a statement and section, in the order of their numbers; its SHA-256 stands in the audit trail
from the moment at which the results were worked out. Of people it holds no more than the results
do: a digest of what is not told could be tried out.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from typing import Any

from coalition.analysis.disclosure import NOT_TOLD
from coalition.consultations.summing.collecting import SECTIONS

FIRST_LINE = "coalition tally 1"


def text_of(reference: str, value: Mapping[str, Any]) -> str:
    """
    coalition tally 1
    consultation CON-2026-0007
    section organisations
    voices 12
    statement 1 agree 7 disagree 3 pass 2
    …
    section people
    voices 31
    statement 1 not told
    …
    priorities none
    """
    return "".join(f"{line}\n" for line in _lines(reference, value))


def _lines(reference: str, value: Mapping[str, Any]) -> Iterator[str]:
    yield FIRST_LINE
    yield f"consultation {reference}"
    for name in SECTIONS:
        part = value[name]
        yield f"section {name}"
        yield f"voices {part['voices']}"
        for number, agree, disagree, passed in zip(
            value["statements"], part["agree"], part["disagree"], part["pass"], strict=True
        ):
            told = f"agree {agree} disagree {disagree} pass {passed}"
            yield f"statement {number} {'not told' if agree == NOT_TOLD else told}"
    yield f"priorities {digest_of(plain(value['priorities'])) if value['priorities'] else 'none'}"


def plain(value: Any) -> str:
    """A JSON value in one spelling: keys in order, no spaces, letters outside ASCII escaped."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), allow_nan=False)


def digest_of(text: str) -> str:
    """SHA-256, as 64 hexadecimal digits."""
    return hashlib.sha256(text.encode("utf-8")).hexdigest()
