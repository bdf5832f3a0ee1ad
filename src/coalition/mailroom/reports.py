"""What mail servers say of messages they could not deliver (RFC 3464)."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from email.message import EmailMessage

from coalition.mailroom.headers import header, ids, safely

MAX_RECIPIENTS = 100
MAX_IDS = 20
PERMANENT = re.compile(r"5\.\d{1,3}\.\d{1,3}\b")
MESSAGE_ID = re.compile(r"<[!-;=?-~]{3,400}@[!-;=?-~]{1,100}>")


@dataclass(frozen=True)
class Report:
    """What became of one recipient. Addresses are lower case; `status` is like 5.1.1."""

    recipients: tuple[str, ...]  # the final one, and the one it was first sent to
    action: str
    status: str
    says: str  # in the server's own words

    @property
    def is_final(self) -> bool:
        """It failed, and trying again would not help (RFC 3463, section 2)."""
        return self.action == "failed" and bool(PERMANENT.match(self.status))


def reports_of(leaves: Iterable[EmailMessage]) -> tuple[Report, ...]:
    """One report for each recipient that the parts of a delivery report tell of."""
    found: list[Report] = []
    for part in leaves:
        if part.get_content_type() != "message/delivery-status" or not part.is_multipart():
            continue
        blocks = [block for block in part.get_payload() if "Action" in block]
        found += [safely(lambda block=block: _report(block), None) for block in blocks]
    return tuple(report for report in found if report)[:MAX_RECIPIENTS]


def _report(block: EmailMessage) -> Report:
    typed = [header(block, name) for name in ("Final-Recipient", "Original-Recipient")]
    addresses = [value.rpartition(";")[2].strip(" <>").lower() for value in typed]
    status = header(block, "Status")
    says = header(block, "Diagnostic-Code").partition(";")[2].strip()
    return Report(
        recipients=tuple(dict.fromkeys(address for address in addresses if address)),
        action=header(block, "Action").partition(" ")[0].lower(),
        status=status.partition(" ")[0],
        says=f"{status.partition(' ')[0]} {says}".strip(),
    )


def returned_ids(leaves: Iterable[EmailMessage], text: str) -> tuple[str, ...]:
    """The ids of the messages that these parts give back, whole or only their headers, or that
    the text quotes."""
    found: list[str] = []
    for part in leaves:
        kind = part.get_content_type()
        if part.is_multipart() and kind in ("message/rfc822", "message/global"):
            found += ids(next(iter(part.get_payload())), "Message-ID")
        elif kind in ("text/rfc822-headers", "message/rfc822-headers"):
            content = safely(lambda part=part: part.get_payload(decode=True), None) or b""
            found += MESSAGE_ID.findall(content[:100_000].decode("ascii", "replace"))
    found += MESSAGE_ID.findall(text)
    return tuple(dict.fromkeys(found))[:MAX_IDS]
