"""How an organisation is found again: by the domain it owns, and by keys of its names.

The keys stand in one indexed table, so that who may be the same is one bounded query and never a
walk through all partners.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from functools import lru_cache
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.db.models import prefetch_related_objects
from publicsuffixlist import PublicSuffixList

from coalition.analysis import naming
from coalition.base.text import fold
from coalition.partners.models import AccessionRequest, LookupKey, Partner

# Where anybody may have an address: sharing such a domain says nothing.
FREE_MAIL = frozenset(
    {
        *("126.com", "163.com", "aol.com", "bk.ru", "fastmail.com", "free.fr", "gmail.com"),
        *("gmx.at", "gmx.ch", "gmx.com", "gmx.de", "gmx.net", "googlemail.com", "hotmail.co.uk"),
        *("hotmail.com", "hotmail.es", "hotmail.fr", "icloud.com", "inbox.ru", "laposte.net"),
        *("libero.it", "list.ru", "live.com", "live.fr", "mac.com", "mail.com", "mail.ru"),
        *("me.com", "msn.com", "naver.com", "orange.fr", "outlook.com", "outlook.es"),
        *("outlook.fr", "pm.me", "proton.me", "protonmail.com", "qq.com", "rediffmail.com"),
        *("rocketmail.com", "sina.com", "sohu.com", "tuta.com", "tutanota.com", "uol.com.br"),
        *("wanadoo.fr", "web.de", "yahoo.co.in", "yahoo.co.uk", "yahoo.com", "yahoo.com.br"),
        *("yahoo.es", "yahoo.fr", "yandex.com", "yandex.ru", "ymail.com", "zohomail.com"),
    }
)
# Domains under which others have their own pages: their owner is not the organisation.
SHARED_HOSTS = frozenset({"facebook.com", "linkedin.com", "google.com", "x.com", "instagram.com"})
MOST_NAMES = 50
BATCH = 500


@lru_cache(maxsize=1)
def _suffixes() -> PublicSuffixList:
    return PublicSuffixList()


def domain_of(place: str) -> str:
    """The registrable domain of a web or e-mail address ("union.org.za"), or "" where there is
    none, or where anybody may be found under it."""
    if "@" in place and "://" not in place:
        host = place.rpartition("@")[2]
    else:
        try:
            host = urlsplit(place if "://" in place else f"https://{place}").hostname or ""
        except ValueError:
            return ""
    host = host.lower().strip().rstrip(".")
    if not host or len(host) > 253:
        return ""
    if _is_example(host):
        # Everybody's for examples: there an organisation is told by the whole host.
        return "" if host in settings.EXAMPLE_DOMAINS else host.removeprefix("www.")
    domain = _suffixes().privatesuffix(host) or ""
    return "" if domain in FREE_MAIL or domain in SHARED_HOSTS else domain


def _is_example(host: str) -> bool:
    return any(host == one or host.endswith("." + one) for one in settings.EXAMPLE_DOMAINS)


def domain_key(domain: str) -> str:
    return f"domain:{domain}"[:120]


def names_of(owner: AccessionRequest | Partner) -> list[str]:
    """The name and the known names of an organisation; people in charge of it are no names."""
    own = owner.organisation if isinstance(owner, AccessionRequest) else owner.name
    known = [one.name for one in owner.known_names.all() if one.kind != "officer"]
    return [name for name in dict.fromkeys([own, *known]) if name][:MOST_NAMES]


def domains_of(owner: AccessionRequest | Partner) -> list[str]:
    """The domains an organisation uses: of its web site, and of a request's contact."""
    places = [owner.website, getattr(owner, "contact_email", "")]
    return [one for one in dict.fromkeys(domain_of(place) for place in places if place) if one]


def keys_of(owner: AccessionRequest | Partner) -> set[str]:
    """Under which keys an organisation is found again."""
    keys = {domain_key(domain) for domain in domains_of(owner)}
    for name in names_of(owner):
        keys |= {f"name:{key}"[:120] for key in naming.keys(name)}
    return keys


def remember(owners: Iterable[AccessionRequest | Partner]) -> None:
    """Write the keys of some requests or some partners (not both) anew, in few queries."""
    owners = list(owners)
    for start in range(0, len(owners), BATCH):
        batch = owners[start : start + BATCH]
        prefetch_related_objects(batch, "known_names")
        side = "request" if isinstance(batch[0], AccessionRequest) else "partner"
        wanted = {(owner.pk, key) for owner in batch for key in keys_of(owner)}
        rows = LookupKey.objects.filter(**{f"{side}__in": [owner.pk for owner in batch]})
        held = {(owner, key): pk for pk, owner, key in rows.values_list("pk", side, "key")}
        if gone := [pk for row, pk in held.items() if row not in wanted]:
            LookupKey.objects.filter(pk__in=gone).delete()
        LookupKey.objects.bulk_create(
            (LookupKey(**{f"{side}_id": owner, "key": key}) for owner, key in wanted - held.keys()),
            batch_size=BATCH,
        )


def digest(parts: Iterable[Any]) -> str:
    """A short mark of some texts: the same where all of them are."""
    return hashlib.sha256("\x1f".join(map(str, parts)).encode()).hexdigest()[:32]


def known_as(names: Iterable[str]) -> dict[str, list[Partner]]:
    """The partners that bear these very names, or are known by them, whatever their state; by the
    name as it was given. Case and accents do not matter. Three queries for some hundred names."""
    keys = {
        name: {f"name:{key}"[:120] for key in naming.keys(name)} for name in dict.fromkeys(names)
    }
    wanted = sorted(set().union(*keys.values())) if keys else []
    holders: dict[str, set[int]] = {}
    for start in range(0, len(wanted), BATCH):
        rows = LookupKey.objects.filter(key__in=wanted[start : start + BATCH], request=None)
        for key, partner in rows.values_list("key", "partner"):
            holders.setdefault(key, set()).add(partner)
    # The same name has the same keys.
    likely = {
        name: set.intersection(*(holders.get(key, set()) for key in of)) if of else set()
        for name, of in keys.items()
    }
    held: dict[int, tuple[Partner, set[str]]] = {}
    every = sorted(set().union(*likely.values())) if likely else []
    for start in range(0, len(every), BATCH):
        batch = Partner.objects.filter(pk__in=every[start : start + BATCH])
        for one in batch.prefetch_related("known_names"):
            held[one.pk] = one, {fold(each) for each in names_of(one)}
    return {
        name: [held[pk][0] for pk in sorted(of) if pk in held and fold(name) in held[pk][1]]
        for name, of in likely.items()
    }
