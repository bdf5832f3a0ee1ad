"""Which mailbox an e-mail address leads to. Who writes one address in several ways is one person.

Only spellings of which a provider says that they are the same are taken together, and tags behind
a plus sign (RFC 5233), which no provider at which anybody can register gives to somebody else.
Letters always go to the address as its owner wrote it.
"""

from __future__ import annotations

import unicodedata
from contextlib import suppress
from dataclasses import dataclass
from ipaddress import ip_address

from disposable_email_domains import blocklist
from django.conf import settings


@dataclass(frozen=True)
class Provider:
    """Domains that share their mailboxes, characters that do not count before the @, and whether
    `tag@name.domain` leads to `name@domain`."""

    domains: tuple[str, ...]
    ignored: str = ""
    takes_subdomains: bool = False


# As the providers' own help pages have it: Gmail “Dots don’t matter”, iCloud “me.com and mac.com”,
# Proton “dots, hyphens and underscores”, Yandex “each mailbox has aliases in” its domains, Fastmail
# “subdomain addressing”.
PROVIDERS = (
    Provider(("gmail.com", "googlemail.com"), ignored="."),
    Provider(("icloud.com", "me.com", "mac.com")),
    Provider(("proton.me", "protonmail.com", "pm.me"), ignored=".-_"),
    Provider(("yandex.ru", "ya.ru", "yandex.com", "yandex.by", "yandex.kz", "yandex.ua")),
    Provider(("fastmail.com",), takes_subdomains=True),
    Provider(("fastmail.fm",), takes_subdomains=True),
)
OF_DOMAIN = {domain: provider for provider in PROVIDERS for domain in provider.domains}


def mailbox_of(address: str) -> str:
    """The mailbox to which an address leads, as an address: the same for all its spellings. A
    mailbox is its own mailbox."""
    local, domain = _parts(address)
    provider = OF_DOMAIN.get(domain)
    if provider is None:
        name, _dot, parent = domain.partition(".")
        found = OF_DOMAIN.get(parent)
        if found and found.takes_subdomains:
            local, domain, provider = name, parent, found
    bare = local.partition("+")[0]
    if provider:
        bare = "".join(each for each in bare if each not in provider.ignored)
        domain = provider.domains[0]
    return f"{bare or local}@{domain}"


def is_throw_away(address: str) -> bool:
    """Does the address belong to a domain that gives addresses to throw away, or to none at all?"""
    _local, domain = _parts(address)
    if _is_number(domain):
        return True
    labels = domain.split(".")
    above = {".".join(labels[start:]) for start in range(len(labels) - 1)}
    return bool(above & blocklist) or bool(above & set(settings.THROW_AWAY_DOMAINS))


def _parts(address: str) -> tuple[str, str]:
    """What stands before and behind the @, in one way of writing: no capitals, no wide letters, no
    quotes that could be left out, the domain as it travels (RFC 5891)."""
    plain = unicodedata.normalize("NFKC", address).strip().casefold()
    local, _at, domain = plain.rpartition("@")
    local = local.replace('"', "").replace("\\", "") or local
    domain = domain.rstrip(".")
    with suppress(UnicodeError):  # no name that a server could have stays as it is
        domain = domain.encode("idna").decode("ascii")
    return local, domain


def _is_number(domain: str) -> bool:
    try:
        ip_address(domain.strip("[]").removeprefix("ipv6:"))
    except ValueError:
        return False
    return True
