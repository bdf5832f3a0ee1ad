"""Our own signature on letters (DKIM, RFC 6376), by which others know that they are ours."""

from __future__ import annotations

from email.utils import parseaddr

import dkim
import dkim.crypto
from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register

from coalition.base.errors import Refused

FEWEST_BITS = 1024  # of a key that others still accept (RFC 8301, section 3.2)
SIGNED_HEADERS = [
    *(b"from", b"to", b"subject", b"date", b"message-id", b"reply-to", b"in-reply-to"),
    *(b"references", b"content-type", b"content-transfer-encoding", b"mime-version"),
    *(b"auto-submitted", b"list-unsubscribe", b"list-unsubscribe-post"),
]


def is_wanted() -> bool:
    return bool(settings.MAIL_DKIM_KEY or settings.MAIL_DKIM_SELECTOR)


def problem() -> str:
    """Why letters cannot be signed although a key or a selector is set, or ""."""
    if not is_wanted():
        return ""
    if not settings.MAIL_DKIM_KEY:
        return (
            "COALITION_DKIM_SELECTOR is set, but no key: name its file in COALITION_DKIM_KEY_FILE."
        )
    if not settings.MAIL_DKIM_SELECTOR:
        return "A DKIM key is set, but not its name: write it in COALITION_DKIM_SELECTOR."
    try:
        key = dkim.crypto.parse_pem_private_key(settings.MAIL_DKIM_KEY.encode())
    except Exception:  # other texts make it raise many kinds of errors
        return (
            "The DKIM key cannot be read: COALITION_DKIM_KEY_FILE must name an RSA key in PEM "
            "form without a password, such as `openssl genrsa 2048` writes."
        )
    if key["modulus"].bit_length() < FEWEST_BITS:
        return f"The DKIM key has fewer than {FEWEST_BITS} bits: nobody would trust it."
    return ""


def signature(message: bytes) -> str:
    """The value of a DKIM-Signature header for a whole message, on one line.

    Raises Refused with a sentence where the key cannot be used.
    """
    if sentence := problem():
        raise Refused(sentence)
    domain = parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition("@")[2]
    made = dkim.sign(
        message,
        settings.MAIL_DKIM_SELECTOR.encode("ascii"),
        domain.encode("idna"),
        settings.MAIL_DKIM_KEY.encode(),
        # Relaxed, for servers on the way may fold lines anew.
        canonicalize=(b"relaxed", b"relaxed"),
        include_headers=[name for name in SIGNED_HEADERS if _has(message, name)],
    )
    _name, _colon, value = made.decode("ascii").partition(":")
    return " ".join(value.split())


def _has(message: bytes, name: bytes) -> bool:
    head = b"\n" + message.partition(b"\r\n\r\n")[0].lower()
    return b"\n" + name + b":" in head


@register(Tags.security)
def key_can_sign(app_configs: object, **kwargs: object) -> list[CheckMessage]:
    """A key that cannot sign is told at start, not when the first letter fails."""
    return [Error(sentence, id="coalition.E002")] if (sentence := problem()) else []
