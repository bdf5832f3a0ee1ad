"""The rule by which each known treaty enters into force, with the articles that say so.

Read in the treaties' own final articles (`data/rules.toml`); for conventions of the International
Labour Organization whose text is not held, its general rule, marked as such.
"""

from __future__ import annotations

import re
import tomllib
from functools import cache
from importlib import resources
from typing import Any

from coalition.base.reference import Source
from coalition.instruments.models import BindingRule, Instrument

DELAY = re.compile(r"(\d+) (month|day)s?\Z")


def apply_rule(instrument: Instrument) -> BindingRule | None:
    """Give the instrument the rule that is known for it; None where none is.

    Safe to repeat. A rule read in the treaty's own text takes the place of the general one; a
    rule that a person entered is left alone.
    """
    held = BindingRule.objects.filter(instrument=instrument).select_related("source").first()
    if held and not (held.source_id and is_ours(held.source_id)):
        return held
    facts = facts_for(instrument.symbol) or facts_for(instrument.code)
    if not facts:
        return held
    rule, _made = BindingRule.objects.update_or_create(
        instrument=instrument, defaults={**fields_of(facts), "source": _source(facts)}
    )
    return rule


def facts_for(symbol: str) -> dict[str, Any]:
    """What `rules.toml` says of the treaty with this symbol, or whose text has this id."""
    known, general = _known()
    facts = known.get(symbol.lower())
    if facts:
        return facts
    return general if re.fullmatch(general["symbols"], symbol.upper()) else {}


@cache
def _known() -> tuple[dict[str, dict[str, Any]], dict[str, Any]]:
    text = resources.files("coalition.instruments").joinpath("data/rules.toml").read_text("utf-8")
    data = tomllib.loads(text)
    known: dict[str, dict[str, Any]] = {}
    for facts in [*data["texts"]["ilo"], *data["texts"]["other"]]:
        entry = {**facts, "is_general": False, "read_on": data["read_on"]}
        known[facts["symbol"].lower()] = known[facts["id"].lower()] = entry
    return known, {**data["general"], "is_general": True, "read_on": data["read_on"]}


def fields_of(facts: dict[str, Any]) -> dict[str, Any]:
    """The facts as fields of `BindingRule`, without the source."""
    parties, first = facts.get("first", (None, None))
    fields = {
        "first_parties": parties,
        "in_force_on": facts.get("in_force_on"),
        "first_condition": facts.get("condition", ""),
        "from_next_month": facts.get("from_next_month", False),
        "articles": facts.get("articles", ""),
        "is_general": facts["is_general"],
    }
    for name, words in (
        ("first", first),
        ("later", facts["later"]),
        ("denounced", facts.get("denounced")),
    ):
        months, days = _delay(words) if words else (None, None)
        fields |= {f"{name}_months": months, f"{name}_days": days}
    return fields


def _delay(words: str) -> tuple[int | None, int | None]:
    match = DELAY.match(words)
    assert match, words
    number = int(match[1])
    return (number, None) if match[2] == "month" else (None, number)


def is_ours(source: str) -> bool:
    return source.startswith("rule-") or source == _known()[1]["source"]


def _source(facts: dict[str, Any]) -> Source:
    if facts["is_general"]:
        code, title, url = facts["source"], facts["title"], facts["url"]
    else:
        code = f"rule-{facts['symbol'].lower()}"[:50]
        title = f"Text of the treaty, Dutch official publication {facts['id']} (snapshot of 2017)"
        url = f"https://wetten.overheid.nl/{facts['id']}"
        if "day_source" in facts:
            title += f"; first entry into force: {facts['day_source']}, {facts['day_url']}"
    source, _made = Source.objects.get_or_create(
        code=code, defaults={"title": title[:300], "url": url, "seen_on": facts["read_on"]}
    )
    return source
