"""With what Example commitments are carried out, and which help some of them want."""

from __future__ import annotations

from typing import Any

from coalition.commitments.models import Commitment
from coalition.results.models import Unit

# In the language that the commitment is written in.
HELP = {
    "en": "Example: somebody who has done this elsewhere and tells us what went wrong.",
    "ar": "مثال: من سبق له أن فعل ذلك في مكان آخر ويخبرنا بما تعثر.",
    "es": "Ejemplo: alguien que ya lo hizo en otro lugar y nos cuente qué salió mal.",
}


def help_of(one: Commitment) -> dict[str, Any]:
    """The help that every sixth one wants."""
    wanted = HELP.get(one.language, "") if int(one.reference[-4:]) % 6 == 0 else ""
    return {"needs_help": bool(wanted), "help_wanted": wanted}


def means_of(one: Commitment, words: str, number: int) -> list[dict[str, Any]]:
    """What its text says in words; of every second one also money, of some in two currencies."""
    means: list[dict[str, Any]] = [{"kind": "people", "words": words}]
    if number % 2:
        return means
    year = one.starts_on.year if one.starts_on else 2026
    codes = ["usd", "usd", "eur"] if number % 4 == 0 else ["usd", "usd"]
    units = {unit.code: unit for unit in Unit.objects.filter(code__in=codes)}
    means += [
        {
            "kind": "financial",
            "amount": 1000 * (number + place) * 10 ** units[code].decimals,
            "unit": units[code],
            "year": year + place % 2,
        }
        for place, code in enumerate(codes)
        if code in units
    ]
    return means
