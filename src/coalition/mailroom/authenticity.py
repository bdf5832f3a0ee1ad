"""Does a message come from the domain that its sender names?

Either our own mail server says so in Authentication-Results (RFC 8601), or we check ourselves:
the signatures (DKIM, RFC 6376) and the policy of the sender's domain (DMARC, RFC 7489). Of SPF we
know nothing once the message has arrived, so our own check is the stricter one: a domain that
wants unvouched mail distrusted is taken at its word where no signature vouches.

Every sentence is marked for translation and has no placeholder.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from dataclasses import dataclass
from email import message_from_bytes
from email.message import EmailMessage
from functools import cache

import dkim
import dns.exception
import dns.name
import dns.resolver
from django.utils.translation import gettext_noop as marked
from publicsuffixlist import PublicSuffixList

from coalition.mailroom.headers import POLICY, addresses, safely
from coalition.mailroom.models import Authenticity

MAX_SIGNATURES = 5  # that are looked at, of those a message carries
SECONDS = 10  # for all questions to the name servers about one message
# Its texts under a name; raises Unanswered. The tests give their own.
Lookup = Callable[[str], list[str]]

# No such name, or a text that cannot be one.
NOTHING_THERE = (
    *(dns.resolver.NXDOMAIN, dns.resolver.NoAnswer, dns.resolver.YXDOMAIN, UnicodeError),
    *(dns.exception.SyntaxError, dns.exception.FormError, dns.name.LabelTooLong),
)


class Unanswered(Exception):
    """No name server answered in time: nothing is known."""


@dataclass(frozen=True)
class Finding:
    authenticity: Authenticity
    why: str


def check(
    raw: bytes, *, authserv_ids: frozenset[str], is_own_check: bool, lookup: Lookup | None = None
) -> Finding:
    """What is known of the sender of a message that passed `reading.unreadable`; never raises.

    `authserv_ids` are the names under which our own mail servers write Authentication-Results;
    `is_own_check` says whether we ask ourselves where they wrote nothing.
    """
    message = safely(lambda: message_from_bytes(raw, policy=POLICY), EmailMessage(POLICY))
    domains = {address.rpartition("@")[2] for _, address in addresses(message, "From")} - {""}
    if not authserv_ids and not is_own_check:
        return Finding(Authenticity.UNCHECKED, "")
    if len(domains) != 1:
        return Finding(
            Authenticity.UNKNOWN, marked("It names no single sender whose domain could be asked.")
        )
    domain = _ascii(domains.pop())
    results = _results(message, frozenset(name.lower() for name in authserv_ids))
    if results or not is_own_check:
        return _from_results(results, domain)
    try:
        return _own(raw, domain, lookup or Resolver())
    except Unanswered:
        return Finding(
            Authenticity.UNKNOWN, marked("The name servers of its sender did not answer in time.")
        )


# --- What our own mail server found ------------------------------------------------------------


@dataclass(frozen=True)
class Result:
    """One result: `method` (dmarc, dkim, spf), `value` (pass, fail …) and its properties."""

    method: str
    value: str
    properties: dict[str, str]


def _results(message: EmailMessage, authserv_ids: frozenset[str]) -> list[Result]:
    """The results our own server wrote. It writes above the line by which it notes the receipt;
    whatever stands below that came with the message, and may be anybody's."""
    found: list[Result] = []
    for name, value in message.raw_items():
        if name.lower() == "received" and found:
            break
        if name.lower() == "authentication-results":
            server, results = _parsed(str(value))
            if server in authserv_ids:
                # The marker makes a header without any result still count as ours.
                found += results or [Result("none", "none", {})]
    return found


def _parsed(value: str) -> tuple[str, list[Result]]:
    """RFC 8601: "server.example; spf=pass (why) smtp.mailfrom=a.b; dmarc=fail header.from=c.d"."""
    plain = re.sub(r"\"[^\"]*\"", " ", value.lower())
    while (stripped := re.sub(r"\([^()]*\)", " ", plain)) != plain:  # comments may hold comments
        plain = stripped
    server, *items = plain.split(";")
    results = []
    for item in items:
        words = re.sub(r"\s*=\s*", "=", item).split()
        pairs = [word.partition("=")[::2] for word in words if "=" in word]
        if pairs:
            (method, result), *more = pairs
            results.append(Result(method.partition("/")[0], result, dict(more)))
    return (server.split() or [""])[0], results


def _from_results(results: list[Result], domain: str) -> Finding:
    dmarc = [
        one
        for one in results
        if one.method == "dmarc" and one.properties.get("header.from", domain) == domain
    ]
    if any(one.value == "fail" for one in dmarc):
        return Finding(
            Authenticity.FAILED,
            marked("Our mail server found that the sender's domain did not send it (DMARC)."),
        )
    if any(one.value == "pass" for one in dmarc):
        return Finding(
            Authenticity.PASSED,
            marked("Our mail server found that the sender's domain sent it (DMARC)."),
        )
    if any(_vouches(one, domain) for one in results):
        return Finding(
            Authenticity.PASSED,
            marked("Our mail server found that the sender's domain vouches for it."),
        )
    if not results:
        why = marked("Our mail server noted nothing about its sender.")
    else:
        why = marked("Our mail server found nothing that vouches for its sender.")
    return Finding(Authenticity.UNKNOWN, why)


def _vouches(result: Result, domain: str) -> bool:
    by = {
        "dkim": result.properties.get("header.d", ""),
        "spf": result.properties.get("smtp.mailfrom", "").rpartition("@")[2],
    }.get(result.method, "")
    return bool(by) and result.value == "pass" and organisation(by) == organisation(domain)


# --- Our own check -----------------------------------------------------------------------------


@dataclass(frozen=True)
class Policy:
    """What a domain asks for: `wish` is none, quarantine or reject; "" where it says nothing."""

    wish: str = ""
    is_strict: bool = False


def _own(raw: bytes, domain: str, lookup: Lookup) -> Finding:
    policy = _policy(domain, lookup)
    signers = _signers(raw, lookup)
    for signer in signers:
        is_aligned = signer == domain or (
            not policy.is_strict and organisation(signer) == organisation(domain)
        )
        if is_aligned:
            return Finding(
                Authenticity.PASSED, marked("Its sender's domain signed it, and it is unchanged.")
            )
    if policy.wish in ("quarantine", "reject"):
        return Finding(
            Authenticity.FAILED,
            marked(
                "No valid signature of its sender's domain is on it, and that domain asks not to "
                "trust such mail (DMARC). Whether its server was allowed to send (SPF) cannot be "
                "known afterwards."
            ),
        )
    return Finding(
        Authenticity.UNKNOWN, marked("No valid signature of its sender's domain is on it.")
    )


def _policy(domain: str, lookup: Lookup) -> Policy:
    """The policy of the domain, else of its organisation (RFC 7489, section 6.6.3)."""
    for asked in dict.fromkeys([domain, organisation(domain)]):
        records = [text for text in lookup(f"_dmarc.{asked}") if text.startswith("v=DMARC1")]
        if len(records) == 1:
            tags = {
                name.strip().lower(): value.strip().lower()
                for name, _, value in (part.partition("=") for part in records[0].split(";"))
            }
            wish = tags.get("p", "")
            if asked != domain:
                wish = tags.get("sp", wish)
            return Policy(wish, tags.get("adkim") == "s")
    return Policy()


def _signers(raw: bytes, lookup: Lookup) -> list[str]:
    """The domains whose signatures on this message are valid, and cover all of it."""
    signed = safely(lambda: dkim.DKIM(raw, minkey=1024), None)
    if signed is None:
        return []
    count = sum(name.lower() == b"dkim-signature" for name, _ in signed.headers)

    def text(name: bytes, timeout: float = 0) -> bytes | None:
        found = lookup(name.decode("ascii").rstrip("."))
        return found[0].encode("ascii", "replace") if found else None

    found = []
    for number in range(min(count, MAX_SIGNATURES)):
        # A signature over the first bytes only lets anybody add to the message (l=).
        if _is_valid(signed, number, text) and b"l" not in signed.signature_fields:
            found.append(signed.domain.decode("ascii", "replace").lower())
    return found


def _is_valid(signed: dkim.DKIM, number: int, text: Callable[..., bytes | None]) -> bool:
    try:
        return bool(signed.verify(idx=number, dnsfunc=text))
    except Unanswered:
        raise
    except Exception:  # a signature that is none makes it raise many kinds of errors
        return False


def organisation(domain: str) -> str:
    """The domain that somebody registered: "mail.union.co.uk" belongs to "union.co.uk"."""
    return _suffixes().privatesuffix(domain.rstrip(".")) or domain


@cache
def _suffixes() -> PublicSuffixList:
    return PublicSuffixList()


def _ascii(domain: str) -> str:
    """The domain as name servers know it."""
    return safely(lambda: domain.encode("idna").decode("ascii"), domain).lower()


class Resolver:
    """Asks the name servers of this machine, all questions together for at most SECONDS."""

    def __init__(self) -> None:
        self.until = time.monotonic() + SECONDS

    def __call__(self, name: str) -> list[str]:
        left = self.until - time.monotonic()
        if left <= 0:
            raise Unanswered
        try:
            answer = dns.resolver.resolve(name, "TXT", lifetime=min(left, 5))
        except NOTHING_THERE:
            return []
        except (dns.exception.DNSException, OSError) as error:
            raise Unanswered from error
        return [b"".join(row.strings).decode("utf-8", "replace") for row in answer]
