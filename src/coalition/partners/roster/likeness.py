"""Which partner a new organisation of a list may be already, under another spelling."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from coalition.analysis import naming
from coalition.partners import lookup
from coalition.partners.models import LookupKey

NAME, DOMAIN = "name:", "domain:"
# Of so many that share the rarest words the names are compared in full.
COMPARED = 3
# The share of a name's weight that both must have in common before that is worth it.
SHARED = 0.5
# With one web site for both, names may differ more.
SAME_SITE = 0.5
# A word that so many organisations of one country have says little.
TOO_COMMON = 300


class Index:
    """The keys of all partners (see `partners.lookup`), by country: names that are alike in two
    countries are two organisations, such as two ministries of labour."""

    def __init__(self, countries: Mapping[int, int | None]) -> None:
        """`countries` maps each partner to the country of its seat."""
        self.owners: dict[tuple[int | None, str], list[int]] = {}
        self.everywhere: dict[str, list[int]] = {}
        rows = LookupKey.objects.exclude(partner=None).values_list("partner", "key")
        for partner, key in rows.iterator(chunk_size=5000):
            self.owners.setdefault((countries.get(partner), key), []).append(partner)
            self.everywhere.setdefault(key, []).append(partner)
        self.size = max(len(countries), 2)

    def nearest(
        self,
        name: str,
        *,
        country: int | None,
        website: str,
        known: Mapping[int, Any],
    ) -> tuple[Any, str] | None:
        """The partner most like it and why, as a sentence; None where no other is near."""
        domain = lookup.domain_of(website) if website else ""
        same_site = set(self._owners(lookup.domain_key(domain), country)) if domain else set()
        best: tuple[float, Any, str] | None = None
        for partner in {*self._candidates(name, country), *list(same_site)[:COMPARED]}:
            alike = naming.likeness(name, known[partner].name)
            if alike.score >= naming.THRESHOLD:
                why = " ".join(translated(reason) for reason in alike.reasons)
            elif partner in same_site and alike.score >= SAME_SITE:
                why = _("Both have the web site %(domain)s.") % {"domain": domain}
            else:
                continue
            if best is None or alike.score > best[0]:
                best = alike.score, known[partner], why
        return (best[1], best[2]) if best else None

    def _candidates(self, name: str, country: int | None) -> list[int]:
        weights: dict[int, float] = {}
        total = 0.0
        for key in naming.keys(name):
            full = f"{NAME}{key}"[:120]
            weight = math.log(self.size / (1 + len(self.everywhere.get(full, ()))) + 1)
            total += weight
            owners = self._owners(full, country)
            if len(owners) <= TOO_COMMON:
                for partner in owners:
                    weights[partner] = weights.get(partner, 0.0) + weight
        near = [(weight, pk) for pk, weight in weights.items() if weight >= SHARED * total]
        return [pk for _weight, pk in sorted(near, reverse=True)[:COMPARED]]

    def _owners(self, key: str, country: int | None) -> list[int]:
        if country is None:
            return self.everywhere.get(key, [])
        return self.owners.get((country, key), []) + self.owners.get((None, key), [])


def translated(reason: Any) -> str:
    return str(_(reason.template) % dict(reason.values))
