"""A file by its address: https, of a listed host, on the public net, within bounds; and the
address that was looked at is the one that is called."""

from __future__ import annotations

import http.server
import socket
import ssl
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from coalition.base.errors import Refused
from coalition.interventions.iati.fetching import Bounds, fetched, is_public

pytestmark = pytest.mark.any_database

HOST, OTHER = "files.example.org", "other.example.org"
CONTENT = b"<iati-activities version='2.03'/>"


class Handler(http.server.BaseHTTPRequestHandler):
    """What a host may answer, by the path."""

    leads = {
        "/moved": f"https://{HOST}/file",
        "/relative": "file",
        "/plain": f"http://{HOST}/file",
        "/elsewhere": "https://evil.example.org/file",
        "/inside": f"https://{OTHER}/file",
        "/round": "/round",
        "/nowhere": "",
        "/broken": "https://[::1/file",
    }

    def do_GET(self) -> None:
        if self.path in self.leads:
            self.send_response(302)
            self.send_header("Location", self.leads[self.path])
            self.end_headers()
        elif self.path in ("/file", "/%C3%A4?a=%20b"):
            self.answer(len(CONTENT), CONTENT)
        elif self.path == "/large":
            self.answer(3_000_000, b"x" * 3_000_000)
        elif self.path == "/short":
            self.answer(100, CONTENT)
        elif self.path == "/slow":
            self.answer(1_000, b"")
            self.drip(b"x")
        elif self.path == "/hangs":
            time.sleep(3)
        elif self.path == "/slow-head":
            self.drip(b"HTTP/1.1 200 OK\r\nX: y")
        else:
            self.send_error(404)

    def answer(self, length: int, content: bytes) -> None:
        self.send_response(200)
        self.send_header("Content-Length", str(length))
        self.end_headers()
        self.wfile.write(content)

    def drip(self, content: bytes) -> None:
        for _ in range(30):
            for byte in content:
                self.wfile.write(bytes([byte]))
                self.wfile.flush()
                time.sleep(0.1)

    def log_message(self, *_words: Any) -> None:
        pass


class Server(http.server.ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, *_request: Any) -> None:
        """Callers hang up here."""


@pytest.fixture(scope="module")
def server(tmp_path_factory: Any) -> Iterator[tuple[int, ssl.SSLContext]]:
    """A server of its own on loopback, and who believes its certificate."""
    path = tmp_path_factory.mktemp("https") / "server.pem"
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Example")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(
            x509.SubjectAlternativeName([x509.DNSName(HOST), x509.DNSName(OTHER)]), critical=False
        )
        .sign(key, hashes.SHA256())
    )
    public = certificate.public_bytes(serialization.Encoding.PEM)
    private = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    path.write_bytes(private + public)
    its = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    its.load_cert_chain(path)
    httpd = Server(("127.0.0.1", 0), Handler)
    httpd.socket = its.wrap_socket(httpd.socket, server_side=True)
    threading.Thread(target=httpd.serve_forever, daemon=True).start()
    yield httpd.server_port, ssl.create_default_context(cadata=public.decode())
    httpd.shutdown()
    httpd.server_close()


@contextmanager
def got(server: tuple[int, ssl.SSLContext], url: str, **given: Any) -> Iterator[bytes]:
    """The file at an address, where the listed hosts stand for the server on loopback."""
    port, context = server
    asked: list[str] = []

    def resolve(host: str, *_rest: Any, **_more: Any) -> list[Any]:
        asked.append(host)
        address = "10.0.0.7" if host == OTHER else "127.0.0.1"
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port))]

    options = {
        "bounds": Bounds(largest=2_000_000, longest=1.5, patience=1),
        "resolve": resolve,
        "context": context,
        "may_call": lambda address: address == "127.0.0.1",
        **given,
    }
    with fetched(url, [HOST, OTHER], **options) as path:
        yield path.read_bytes()
    # A name is asked once for each call: what was looked at is what is called.
    assert len(asked) == len(set(asked)) or "moved" in url or "relative" in url


@pytest.mark.parametrize("path", ["file", "moved", "relative", "ä?a= b"])
def test_a_file_of_a_listed_host_is_fetched(server, path):
    with got(server, f"https://{HOST}/{path}") as content:
        assert content == CONTENT


@pytest.mark.parametrize(
    ("url", "sentence"),
    [
        (f"http://{HOST}/file", "begins with https://"),
        ("ftp://files.example.org/file", "begins with https://"),
        ("https://evil.example.org/file", "“evil.example.org” is not one"),
        (f"https://{HOST}.evil.example.org/file", "is not one"),
        (f"https://{HOST}@evil.example.org/file", "name or a password"),
        (f"https://me:secret@{HOST}/file", "name or a password"),
        (f"https://{HOST}:8443/file", "port 443 alone"),
        (f"https://{HOST}:many/file", "is no address"),
        ("https://[::1/file", "is no address"),
        (f"https://{HOST}/nothing", "answered 404"),
        (f"https://{HOST}/plain", "begins with https://"),
        (f"https://{HOST}/elsewhere", "“evil.example.org” is not one"),
        (f"https://{HOST}/inside", "not on the public net"),
        (f"https://{HOST}/round", "leads on and on"),
        (f"https://{HOST}/nowhere", "does not say where"),
        (f"https://{HOST}/broken", "could not be fetched"),
        (f"https://{HOST}/large", "larger than 2 MB"),
        (f"https://{HOST}/short", "broke off"),
        (f"https://{HOST}/slow", "longer than"),
        (f"https://{HOST}/slow-head", "longer than"),
        (f"https://{HOST}/hangs", "could not be fetched"),
    ],
)
def test_what_is_not_fetched_is_told(server, url, sentence):
    start = time.monotonic()
    with pytest.raises(Refused) as refused, got(server, url):
        pass
    assert sentence in str(refused.value)
    assert time.monotonic() - start < 3


def test_a_certificate_that_nobody_believes_is_refused(server):
    with (
        pytest.raises(Refused, match="could not be fetched"),
        got(server, f"https://{HOST}/file", context=ssl.create_default_context()),
    ):
        pass


def test_the_port_is_not_asked_of_the_name_again(server):
    """A name that is public when it is looked at and private later is called by the first."""
    port, _context = server
    answers = iter(["127.0.0.1", "10.0.0.7"])

    def resolve(*_given: Any, **_more: Any) -> list[Any]:
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (next(answers), port))]

    with got(server, f"https://{HOST}/file", resolve=resolve) as content:
        assert content == CONTENT
    assert next(answers) == "10.0.0.7"


@pytest.mark.parametrize(
    "addresses",
    [["10.0.0.7"], ["93.184.215.14", "10.0.0.7"], ["127.0.0.1"], ["::ffff:127.0.0.1"], []],
)
def test_a_host_within_is_never_called(server, addresses):
    def resolve(*_given: Any, **_more: Any) -> list[Any]:
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (one, 443)) for one in addresses]

    with (
        pytest.raises(Refused, match="not on the public net"),
        got(server, f"https://{HOST}/file", resolve=resolve, may_call=None),
    ):
        pass


def test_a_host_without_address_is_told(server):
    def resolve(*_given: Any, **_more: Any) -> list[Any]:
        raise socket.gaierror(-2, "Name or service not known")

    with (
        pytest.raises(Refused, match="was not found"),
        got(server, f"https://{HOST}/file", resolve=resolve),
    ):
        pass


@pytest.mark.parametrize(
    ("address", "public"),
    [
        ("93.184.215.14", True),
        ("2606:2800:21f:cb07:6820:80da:af6b:8b2c", True),
        ("::ffff:93.184.215.14", True),
        *[
            (address, False)
            for address in (
                *("127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254"),
                *("0.0.0.0", "100.64.0.1", "224.0.0.1", "255.255.255.255", "::", "::1"),
                *("fe80::1", "fe80::1%eth0", "fc00::1", "ff02::1", "::ffff:10.0.0.1"),
                *("::ffff:169.254.169.254", "2002:7f00:1::", "64:ff9b::7f00:1", "nowhere", ""),
            )
        ],
    ],
)
def test_what_is_public(address, public):
    assert is_public(address) is public
