"""A file of others fetched by its address: https, of a listed host, on the public net, within
bounds of size and time. Nothing else is asked for, whatever the address or an answer says."""

from __future__ import annotations

import http.client
import ipaddress
import os
import socket
import ssl
import threading
import time
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any
from urllib.parse import SplitResult, quote, urljoin, urlsplit

from coalition.base.errors import Refused

BLOCK = 1 << 16
MOST_REDIRECTS = 3
NAT64 = ipaddress.ip_network("64:ff9b::/96")  # the last four bytes are an address of IPv4

Resolve = Callable[..., list[Any]]


@dataclass(frozen=True)
class Bounds:
    """How much is taken, and how long it may take."""

    largest: int = 300_000_000  # bytes
    longest: float = 300.0  # seconds, for all of it
    patience: float = 20.0  # seconds without a byte


BOUNDS = Bounds()


@contextmanager
def fetched(
    url: str,
    hosts: Collection[str],
    *,
    bounds: Bounds = BOUNDS,
    resolve: Resolve = socket.getaddrinfo,
    context: ssl.SSLContext | None = None,
    may_call: Callable[[str], bool] | None = None,
) -> Iterator[Path]:
    """The file in a temporary place, as long as the block lasts.

    `resolve`, `context` and `may_call` are for tests, which have a server of their own: how names
    become addresses, whose certificates are believed, which addresses may be called (public ones).
    Raises Refused with what is wrong with the address or the answer.
    """
    until = time.monotonic() + bounds.longest
    with NamedTemporaryFile(suffix=".xml") as file:
        for _ in range(MOST_REDIRECTS + 1):
            parts = _sound(url, hosts)
            connection = _Connection(
                parts, _address(parts, resolve, may_call or is_public), until, bounds, context
            )
            try:
                further = _answered(connection, parts, file)
            except (OSError, ValueError, http.client.HTTPException) as error:
                if isinstance(error, Refused):
                    raise
                connection.refuse_late()
                raise Refused(f"{url} could not be fetched: {error}. Try again later.") from error
            finally:
                connection.end()
            if not further:
                file.flush()
                yield Path(file.name)
                return
            url = further
        raise Refused(f"{url} leads on and on; give the address at which the file itself is.")


def is_public(address: str) -> bool:
    """Is it an address of the public net? Not of this machine, a network of one's own, or none."""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return False
    if isinstance(found, ipaddress.IPv6Address):
        # Addresses of IPv4 in the dress of IPv6, behind which anything may be.
        inner = found.ipv4_mapped or found.sixtofour or (found.teredo or (None, None))[1]
        if found in NAT64:
            inner = ipaddress.IPv4Address(int(found) & 0xFFFFFFFF)
        found = inner or found
    return found.is_global and not found.is_multicast


def _sound(url: str, hosts: Collection[str]) -> SplitResult:
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise Refused(f"“{url[:200]}” is no address ({error}).") from error
    if parts.scheme != "https":
        raise Refused("An address begins with https:// – others could be changed on the way.")
    if parts.username or parts.password:
        raise Refused("An address with a name or a password in it is not fetched. Leave them out.")
    host = (parts.hostname or "").lower().rstrip(".")
    if host not in {one.lower() for one in hosts}:
        listed = ", ".join(sorted(hosts)) or "none yet"
        raise Refused(
            f"Files are fetched from listed hosts alone ({listed}), and “{host[:100]}” is not one. "
            "Add it to COALITION_IATI_HOSTS, or save the file and name that."
        )
    if port not in (None, 443):
        raise Refused("Files are fetched from port 443 alone. Leave the port out.")
    return parts


def _address(
    parts: SplitResult, resolve: Resolve, may_call: Callable[[str], bool]
) -> tuple[str, int]:
    """The address that is called, looked at: a name that is asked twice may answer otherwise."""
    host = parts.hostname or ""
    try:
        found = resolve(host, 443, type=socket.SOCK_STREAM)
    except (OSError, ValueError) as error:
        raise Refused(f"The host “{host}” was not found. Is the address right?") from error
    addresses = [one[4][:2] for one in found]
    if not addresses or not all(may_call(str(one[0])) for one in addresses):
        raise Refused(f"The host “{host}” is not on the public net, so nothing is fetched from it.")
    return addresses[0]


class _Connection(http.client.HTTPSConnection):
    """A call of one address, by the name that its certificate has to bear. When the time is over
    it is cut, however slowly and evenly the bytes come."""

    def __init__(
        self,
        parts: SplitResult,
        address: tuple[str, int],
        until: float,
        bounds: Bounds,
        context: ssl.SSLContext | None,
    ) -> None:
        patience = max(min(bounds.patience, until - time.monotonic()), 0.01)
        believed = context or ssl.create_default_context()
        super().__init__(parts.hostname or "", timeout=patience, context=believed)
        self.address, self.until, self.bounds = address, until, bounds
        self.held: socket.socket | None = None
        self.timer = threading.Timer(max(until - time.monotonic(), 0), self._cut)
        self.timer.daemon = True
        self.timer.start()

    def connect(self) -> None:
        plain = socket.create_connection(self.address, self.timeout)
        # The same line below the encryption, which another thread must not touch.
        self.held = socket.socket(fileno=os.dup(plain.fileno()))
        self.sock = self._context.wrap_socket(plain, server_hostname=self.host)

    def _cut(self) -> None:
        if self.held is not None:
            with suppress(OSError):
                self.held.shutdown(socket.SHUT_RDWR)

    def refuse_late(self) -> None:
        if time.monotonic() >= self.until:
            raise Refused(
                f"The file took longer than {self.bounds.longest:.0f} seconds. Try again later."
            )

    def end(self) -> None:
        """Let go of all; `close` is called before the answer is read where it is the last."""
        self.timer.cancel()
        self.close()
        if self.held is not None:
            self.held.close()


def _answered(connection: _Connection, parts: SplitResult, file: Any) -> str:
    """Write the answer into the file; returns where it leads on to, or "" where it is whole."""
    path = quote(parts.path or "/", safe="/%:@!$&'()*+,;=~")
    query = quote(parts.query, safe="/%:@!$&'()*+,;=~?")
    connection.request(
        "GET",
        f"{path}?{query}" if query else path,
        headers={"Accept": "application/xml, text/xml"},
    )
    with connection.getresponse() as answer:
        return _taken(answer, connection, parts, file)


def _taken(
    answer: http.client.HTTPResponse, connection: _Connection, parts: SplitResult, file: Any
) -> str:
    if answer.status in (301, 302, 303, 307, 308):
        to = answer.getheader("Location") or ""
        if not to:
            raise Refused("The host leads on, and does not say where to.")
        return urljoin(parts.geturl(), to)
    if answer.status != 200:
        raise Refused(f"The host answered {answer.status} {answer.reason[:80]}, and no file.")
    size = 0
    while block := answer.read1(BLOCK):
        size += len(block)
        if size > connection.bounds.largest:
            most = connection.bounds.largest // 1_000_000
            raise Refused(f"The file is larger than {most} MB. Split it up first.")
        file.write(block)
    connection.refuse_late()
    if answer.length:
        raise Refused("The host broke off before the file was whole. Try again later.")
    return ""
