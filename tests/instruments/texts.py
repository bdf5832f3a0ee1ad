"""Documents of our own writing, in the layout of the General Assembly's."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

BREAD = """United Nations
A/RES/99/1

The General Assembly

Adopts the Bread Declaration, as contained in the annex to the present resolution.

5th plenary meeting
1 June 2026



Annex


Bread Declaration

1.
We, the bakers of all towns, have met to share what we know about bread,1 and to
say what we owe to those who bake it at night.
2.
We recall that bread is made by people.



What we will do

3.
We will:
(a)
Pay a wage on which a family can live;
(b)
Let those who bake at night:
(i)
Sleep by day;
(ii)
See a doctor once a year.2
4.
We will meet again in five years.
__________________

1 On flour, see the Book of Flour, chap. II.

2 Book of Sleep, p. 7.
"""


def bread(**fields: Any) -> dict[str, Any]:
    """A declaration of four numbered paragraphs, one with points, in the annex of a resolution."""
    return {
        "symbol": "A/RES/99/1",
        "title": "99/1. Bread Declaration",
        "adopted": "1 June 2026",
        "text": BREAD,
    } | fields


def skeleton(**fields: Any) -> dict[str, Any]:
    """What a coalition file says of the bread declaration: two parts, four paragraphs."""
    return {
        "declaration": "bread",
        "part": [
            {"code": "chp_1", "number": "", "names": {"en": "Why"}, "first": 1, "last": 2},
            {"code": "chp_2", "number": "", "names": {"en": "What"}, "first": 3, "last": 4},
        ],
        "paragraph": [
            paragraph("1"),
            paragraph("2", themes=["employment"], challenges=["climate-change"]),
            paragraph("3", points=[{"number": letter, "gist": {"en": letter}} for letter in "ab"]),
            paragraph("4"),
        ],
    } | fields


def paragraph(number: str, **fields: Any) -> dict[str, Any]:
    return {
        "number": number,
        "eid": f"para_{number}",
        "gist": {"en": f"Gist of {number}"},
        "points": [],
        "themes": [],
        "challenges": [],
    } | fields


def jsonl(path: Path, *documents: Any) -> Path:
    """A file of these documents, packed where its name ends in .gz."""
    data = "".join(json.dumps(one) + "\n" for one in documents).encode()
    path.write_bytes(gzip.compress(data) if path.suffix == ".gz" else data)
    return path
