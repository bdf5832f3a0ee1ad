"""A published lottery from the bytes of its file, which may come from anybody."""

from __future__ import annotations

import json
from typing import Any
from unicodedata import category

from coalition.analysis.lot.pools import Quota
from coalition.analysis.lot.publishing import FORMAT, MOST_TICKETS, PublishedLottery

MOST_BYTES = 20 * 1024 * 1024


def read(content: bytes) -> PublishedLottery:
    """A published lottery from the bytes of its file. ValueError: a sentence that says what is
    wrong with it, be it broken, or a lottery that contradicts itself."""
    if len(content) > MOST_BYTES:
        raise ValueError(f"A lottery has at most {MOST_BYTES // 2**20} MB.")
    try:
        whole = json.loads(content.decode("utf-8"))
    except (ValueError, RecursionError):
        raise ValueError("This is no published lottery: it is not JSON in UTF-8.") from None
    if not isinstance(whole, dict) or whole.get("format") != FORMAT:
        raise ValueError(f"This is no published lottery: its format is not “{FORMAT}”.")
    try:
        made = PublishedLottery(
            size=_whole(whole["size"]),
            features=tuple(_text(one) for one in _list(whole["features"])),
            quotas=tuple(_quota(one) for one in _list(whole["quotas"])),
            types=tuple(tuple(_text(v) for v in _list(one)) for one in _list(whole["types"])),
            people=tuple((_text(c), _whole(t)) for c, t in map(_pair, _list(whole["people"]))),
            panels=tuple(
                (_whole(tickets), tuple(_whole(seat) for seat in _list(panel)))
                for tickets, panel in map(_pair, _list(whole["panels"]))
            ),
            bound=_share(whole["bound"]),
            unreachable=tuple(_whole(one) for one in _list(whole["unreachable"])),
            seal=_text(whole["seal"]),
        )
    except KeyError as missing:
        raise ValueError(f"The lottery lacks {missing}.") from None
    if made.content != content:
        raise ValueError(
            "The file is not written as it was published: its digest would be another. Please "
            "take it as it was, without opening and saving it in between."
        )
    return made


def _quota(value: Any) -> Quota:
    entry = _list(value)
    if len(entry) != 4:
        raise ValueError("A quota of the lottery is no feature, value, least and most.")
    return Quota(_text(entry[0]), _text(entry[1]), _whole(entry[2]), _whole(entry[3]))


def _list(value: Any) -> list[Any]:
    if not isinstance(value, list):
        raise ValueError("Something in the lottery that should be a list is none.")
    return value


def _pair(value: Any) -> list[Any]:
    if len(pair := _list(value)) != 2:
        raise ValueError("An entry of the people or panels of the lottery is no pair.")
    return pair


def _text(value: Any) -> str:
    # Control characters could make a terminal show something else; halves of characters are none.
    if not isinstance(value, str) or any(category(sign) in ("Cc", "Cs") for sign in value):
        raise ValueError("Something in the lottery that should be a text is none.")
    return value


def _whole(value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or value < 0:
        raise ValueError("Something in the lottery that should be a whole number is none.")
    if value >= MOST_TICKETS:
        raise ValueError("A number in the lottery is too large.")
    return value


def _share(value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= 1:
        raise ValueError("The bound of the lottery is no share between 0 and 1.")
    return float(value)
