"""What a panel must be like, as an officer writes it down:

    Gender
    - Woman: 10–15
    - Man: 10–15
    Region
    - North: 5–10
    - South: 12–18

In every language of the consultation, in the same order; the numbers of its first language hold.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import UTC
from typing import Any

from django.utils.translation import gettext as _

from coalition.analysis.lot.coarsening import NOT_SHOWN
from coalition.base.errors import Refused
from coalition.base.fields import LANGUAGE_NAMES
from coalition.base.text import clean_line, fold
from coalition.consultations.models import Panel

MOST_FEATURES, MOST_VALUES, LONGEST = 10, 20, 80
VALUE = re.compile(
    r"[-–—•]\s*(?P<name>.+?)(\s*[:：]\s*(?P<least>\d{1,4})\s*[-–—]\s*(?P<most>\d{1,4}))?$"
)

Feature = tuple[str, list[tuple[str, int | None, int | None]]]  # name; values with their quotas


def read(texts: Mapping[str, str], languages: Sequence[str]) -> list[dict[str, Any]]:
    """The features as a Panel keeps them, from one text a language. Raises Refused with the
    language and the line in which something is wrong."""
    found = {code: _read(texts.get(code, ""), code) for code in languages}
    first = found[languages[0]]
    _refuse_without_quotas(first)
    for code in languages[1:]:
        if [len(values) for _name, values in found[code]] != [
            len(values) for _name, values in first
        ]:
            raise Refused(
                _("In %(language)s there have to be as many features and values as in %(first)s.")
                % {"language": LANGUAGE_NAMES[code], "first": LANGUAGE_NAMES[languages[0]]}
            )
    return [
        {
            "name": {code: found[code][at][0] for code in languages},
            "values": [
                {
                    "name": {code: found[code][at][1][place][0] for code in languages},
                    "least": least,
                    "most": most,
                }
                for place, (_value, least, most) in enumerate(values)
            ],
        }
        for at, (_name, values) in enumerate(first)
    ]


def written(features: Sequence[Mapping[str, Any]], code: str) -> str:
    """The same as the text in which it is entered, in one language."""
    lines = []
    for feature in features:
        lines.append(feature["name"].get(code, ""))
        for value in feature["values"]:
            name = value["name"].get(code, "")
            lines.append(f"- {name}: {value['least']}–{value['most']}")
    return "\n".join(lines)


def plain(panel: Panel) -> dict[str, Any]:
    """What is asked of a panel that was prepared, as history keeps it."""
    assert panel.seed_at is not None  # nobody prepares one without
    return {
        "seats": panel.seats,
        "features": panel.features,
        "seed_from": panel.seed_from,
        "seed_at": panel.seed_at.astimezone(UTC).isoformat(),
    }


def _read(text: str, code: str) -> list[Feature]:
    found: list[Feature] = []
    for number, raw in enumerate(text.splitlines(), start=1):
        line = clean_line(raw, limit=400)
        if not line:
            continue
        where = {"language": LANGUAGE_NAMES[code], "number": number}
        if not (match := VALUE.fullmatch(line)):
            if len(line) > LONGEST or line[0] in "-–—•":
                raise Refused(_("%(language)s, line %(number)d: this is too long.") % where)
            found.append((line, []))
            continue
        if not found:
            raise Refused(
                _("%(language)s, line %(number)d: begin with the name of a feature.") % where
            )
        name = match["name"]
        if len(name) > LONGEST or fold(name) == fold(NOT_SHOWN):
            raise Refused(
                _("%(language)s, line %(number)d: choose another name for this value.") % where
            )
        bounds = [int(match[end]) if match[end] else None for end in ("least", "most")]
        found[-1][1].append((name, bounds[0], bounds[1]))
    _refuse_shape(found, code)
    return found


def _refuse_shape(found: Sequence[Feature], code: str) -> None:
    language = {"language": LANGUAGE_NAMES[code]}
    if not 1 <= len(found) <= MOST_FEATURES:
        raise Refused(
            _("%(language)s: name one feature at least, and %(most)d at most.")
            % {**language, "most": MOST_FEATURES}
        )
    for name, values in found:
        if not 2 <= len(values) <= MOST_VALUES:
            raise Refused(
                _("%(language)s: “%(feature)s” needs from 2 to %(most)d values.")
                % {**language, "feature": name, "most": MOST_VALUES}
            )
        if len({fold(value) for value, *_bounds in values}) < len(values):
            raise Refused(
                _("%(language)s: “%(feature)s” has the same value twice.")
                % {**language, "feature": name}
            )
    if len({fold(name) for name, _values in found}) < len(found):
        raise Refused(_("%(language)s: one feature is named twice.") % language)


def _refuse_without_quotas(found: Sequence[Feature]) -> None:
    for name, values in found:
        for value, least, most in values:
            if least is None or most is None or least > most:
                raise Refused(
                    _(
                        "“%(feature)s: %(value)s” needs the least and the greatest number of "
                        "seats, such as 10–15."
                    )
                    % {"feature": name, "value": value}
                )
