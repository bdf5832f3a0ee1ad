"""Whether a message comes from the domain that its sender names."""

from __future__ import annotations

import dkim
import dns.message
import dns.name
import dns.resolver
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from coalition.mailroom import actions, authenticity
from coalition.mailroom.authenticity import Resolver, Unanswered, check, organisation
from coalition.mailroom.models import Authenticity, Verdict
from tests.factories import raw_mail

OURS = frozenset({"mx.coalition.example"})
PASSED, UNKNOWN, FAILED = Authenticity.PASSED, Authenticity.UNKNOWN, Authenticity.FAILED
KEY = rsa.generate_private_key(public_exponent=65537, key_size=1024)  # small is quick
PEM = KEY.private_bytes(
    serialization.Encoding.PEM,
    serialization.PrivateFormat.TraditionalOpenSSL,
    serialization.NoEncryption(),
)
PUBLIC = "".join(
    KEY.public_key()
    .public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    .decode()
    .splitlines()[1:-1]
)


def mail(*headers: str, sender: str = "ana@bakers.co.uk", body: str = "Good morning.") -> bytes:
    lines = [*headers, f"From: Ana <{sender}>", "To: join@coalition.example", "Subject: Bread"]
    return "\r\n".join([*lines, "", body, ""]).encode()


# --- What our own server found ---------------------------------------------------------------

FOUND = {
    "dmarc pass": (["mx.coalition.example; dmarc=pass header.from=bakers.co.uk"], PASSED),
    "dmarc fail": (["mx.coalition.example 1; spf=pass; dmarc = FAIL (p=none)"], FAILED),
    "folded": (["mx.coalition.example;\r\n\tspf=none;\r\n\tdmarc=fail"], FAILED),
    "fail beats pass": (
        ["mx.coalition.example; dmarc=fail", "mx.coalition.example; dmarc=pass"],
        FAILED,
    ),
    "temporary": (["mx.coalition.example; dmarc=temperror; dkim=none"], UNKNOWN),
    "nothing": (["mx.coalition.example; none"], UNKNOWN),
    "dmarc of another": (["mx.coalition.example; dmarc=pass header.from=evil.test"], UNKNOWN),
    "dkim of its house": (["mx.coalition.example; dkim=pass header.d=mail.bakers.co.uk"], PASSED),
    "dkim of another": (["mx.coalition.example; dkim=pass header.d=evil.co.uk"], UNKNOWN),
    "dkim of nobody": (["mx.coalition.example; dkim=pass header.i=@bakers.co.uk"], UNKNOWN),
    "spf of its house": (["mx.coalition.example; spf=pass smtp.mailfrom=a@bakers.co.uk"], PASSED),
    "spf failed": (["mx.coalition.example; spf=fail smtp.mailfrom=a@bakers.co.uk"], UNKNOWN),
    "in a comment": (["mx.coalition.example; spf=none (x; (y) dmarc=pass; dmarc=pass)"], UNKNOWN),
    "in quotes": (['mx.coalition.example; spf=none reason="; dmarc=pass"'], UNKNOWN),
    "of another server": (["mx.other.test; dmarc=pass"], UNKNOWN),
    "no server": (["; dmarc=pass", ""], UNKNOWN),
}


@pytest.mark.parametrize("name", FOUND)
def test_check_believes_our_own_server_alone(name: str) -> None:
    results, wanted = FOUND[name]
    raw = mail(*(f"Authentication-Results: {one}" for one in results))
    found = check(raw, authserv_ids=OURS, is_own_check=False)
    assert (found.authenticity, bool(found.why)) == (wanted, True)


def test_check_reads_only_what_stands_above_the_receipt() -> None:
    """What our server writes stands above its Received line; the rest came with the message."""
    ours = "Authentication-Results: mx.coalition.example; dkim=none"
    more = "Authentication-Results: mx.coalition.example; dmarc=fail"
    received = "Received: from evil.test by mx.coalition.example"
    forged = "Authentication-Results: mx.coalition.example; dmarc=pass"
    lmtp = "Received: from mx by lmtp"

    def found(*headers: str) -> Authenticity:
        return check(mail(*headers), authserv_ids=OURS, is_own_check=False).authenticity

    assert found(ours, received, forged) == UNKNOWN
    assert found(lmtp, ours, received, forged) == UNKNOWN
    assert found(ours, more, received, forged) == FAILED
    assert found(lmtp, forged, received) == PASSED


def test_check_says_nothing_where_nothing_is_set() -> None:
    found = check(mail(), authserv_ids=frozenset(), is_own_check=False)
    assert found == authenticity.Finding(Authenticity.UNCHECKED, "")


@pytest.mark.parametrize("senders", ["a@x.test, b@y.test", "", "nobody"])
def test_check_asks_nobody_for_a_sender_that_is_none(senders: str) -> None:
    raw = mail().replace(b"From: Ana <ana@bakers.co.uk>", f"From: {senders}".encode())
    assert check(raw, authserv_ids=frozenset(), is_own_check=True).authenticity == UNKNOWN


# --- Our own check -----------------------------------------------------------------------------


class Names:
    """Name servers that know these texts."""

    def __init__(self, **texts: list[str]) -> None:
        self.texts = {
            "k._domainkey.bakers.co.uk": [f"v=DKIM1; k=rsa; p={PUBLIC}"],
            "k._domainkey.mail.bakers.co.uk": [f"v=DKIM1; k=rsa; p={PUBLIC}"],
            "k._domainkey.evil.co.uk": [f"v=DKIM1; k=rsa; p={PUBLIC}"],
            "_dmarc.bakers.co.uk": ["v=spf1 -all", "v=DMARC1; p=reject"],
            **{name.replace("__", "."): value for name, value in texts.items()},
        }
        self.asked: list[str] = []

    def __call__(self, name: str) -> list[str]:
        self.asked.append(name)
        return self.texts.get(name, [])


def signed(raw: bytes, domain: str = "bakers.co.uk", **options: object) -> bytes:
    return dkim.sign(raw, b"k", domain.encode(), PEM, **options) + raw


def own(raw: bytes, names: Names | None = None) -> authenticity.Finding:
    return check(raw, authserv_ids=frozenset(), is_own_check=True, lookup=names or Names())


STRICT = Names(_dmarc__bakers__co__uk=["v=DMARC1; p=reject; adkim=s"])
NO_WISH = Names(_dmarc__bakers__co__uk=["v=DMARC1; p=none"])
SILENT = Names(_dmarc__bakers__co__uk=[])
SUBDOMAINS = Names(_dmarc__bakers__co__uk=["v=DMARC1; p=none; sp=quarantine"])
TWO = Names(_dmarc__bakers__co__uk=["v=DMARC1; p=reject", "v=DMARC1; p=none"])

CHECKED = {
    "signed": (signed(mail()), None, PASSED),
    "signed by its server": (signed(mail(), "mail.bakers.co.uk"), None, PASSED),
    "strict": (signed(mail()), STRICT, PASSED),
    "signed by its server, strict": (signed(mail(), "mail.bakers.co.uk"), STRICT, FAILED),
    "signed by another": (signed(mail(), "evil.co.uk"), None, FAILED),
    "signed by both": (signed(signed(mail(), "evil.co.uk")), None, PASSED),
    "changed": (signed(mail()).replace(b"Good", b"Bad"), None, FAILED),
    "another subject": (signed(mail()).replace(b"Bread", b"Money"), None, FAILED),
    "only its beginning": (signed(mail(), length=True) + b"Send money.\r\n", None, FAILED),
    "unsigned": (mail(), None, FAILED),
    "unsigned, no wish": (mail(), NO_WISH, UNKNOWN),
    "unsigned, no policy": (mail(), SILENT, UNKNOWN),
    "unsigned, two policies": (mail(), TWO, UNKNOWN),
    "unsigned below": (mail(sender="ana@mail.bakers.co.uk"), None, FAILED),
    "unsigned below, another wish": (mail(sender="ana@mail.bakers.co.uk"), SUBDOMAINS, FAILED),
    "unsigned above, another wish": (mail(), SUBDOMAINS, UNKNOWN),
    "nonsense for a signature": (mail("DKIM-Signature: \xff; v=1; a=b"), None, FAILED),
    "no key": (signed(mail(), "unknown.bakers.co.uk"), None, FAILED),
}


@pytest.mark.parametrize("name", CHECKED)
def test_own_check_follows_signatures_and_policies(name: str) -> None:
    raw, names, wanted = CHECKED[name]
    found = own(raw, names)
    assert (found.authenticity, bool(found.why)) == (wanted, True)


def test_own_check_says_that_spf_cannot_be_known() -> None:
    assert "Whether its server was allowed to send (SPF) cannot be known" in own(mail()).why


def test_own_check_looks_at_few_signatures_of_many() -> None:
    names = Names()
    raw = mail()
    many = b"".join(signed(raw, "evil.co.uk")[: -len(raw)] for _ in range(50)) + raw
    assert own(many, names).authenticity == FAILED
    assert len(names.asked) == authenticity.MAX_SIGNATURES + 1


def test_own_check_knows_nothing_where_no_server_answers() -> None:
    def silent(name: str) -> list[str]:
        raise Unanswered

    found = check(signed(mail()), authserv_ids=frozenset(), is_own_check=True, lookup=silent)
    assert found.authenticity == UNKNOWN
    assert found.why == "The name servers of its sender did not answer in time."


def test_own_check_goes_on_where_our_server_wrote_nothing() -> None:
    forged = "Authentication-Results: mx.other.test; dmarc=fail"
    raw = signed(mail(forged))
    found = check(raw, authserv_ids=OURS, is_own_check=True, lookup=Names())
    assert found.authenticity == PASSED
    noted = b"Authentication-Results: mx.coalition.example; dmarc=fail\r\n" + raw
    found = check(noted, authserv_ids=OURS, is_own_check=True, lookup=Names())
    assert found.authenticity == FAILED


@pytest.mark.parametrize(
    ("domain", "of"),
    [
        ("mail.bakers.co.uk", "bakers.co.uk"),
        ("bakers.co.uk", "bakers.co.uk"),
        ("co.uk", "co.uk"),
        ("a.b.union.org", "union.org"),
        ("localhost", "localhost"),
    ],
)
def test_organisation_is_the_domain_somebody_registered(domain: str, of: str) -> None:
    assert organisation(domain) == of


# --- Asking the name servers ---------------------------------------------------------------

ANSWERS = [
    (dns.resolver.NXDOMAIN(), []),
    (dns.resolver.NoAnswer(response=dns.message.make_query("x.test", "TXT")), []),
    (dns.name.LabelTooLong(), []),
    (dns.resolver.NoNameservers(), Unanswered),
    (dns.resolver.LifetimeTimeout(timeout=5, errors=[]), Unanswered),
    (dns.resolver.NoResolverConfiguration(), Unanswered),
    (OSError("network is down"), Unanswered),
]


@pytest.mark.parametrize(("error", "wanted"), ANSWERS, ids=lambda one: type(one).__name__)
def test_resolver_tells_no_answer_from_a_late_one(monkeypatch, error, wanted) -> None:
    def resolve(name: str, kind: str, lifetime: float) -> None:
        assert (kind, 0 < lifetime <= 5) == ("TXT", True)
        raise error

    monkeypatch.setattr(dns.resolver, "resolve", resolve)
    if wanted == []:
        assert Resolver()("x.test") == []
    else:
        with pytest.raises(Unanswered):
            Resolver()("x.test")


def test_resolver_asks_nobody_once_its_time_is_over(monkeypatch) -> None:
    monkeypatch.setattr(authenticity, "SECONDS", 0)
    with pytest.raises(Unanswered):
        Resolver()("x.test")


# --- In the mail room ----------------------------------------------------------------------


@pytest.mark.usefixtures("own_handlers")
def test_take_distrusts_what_its_domain_disowns(db, settings, monkeypatch) -> None:
    settings.MAIL_CHECK = "own"
    monkeypatch.setattr(authenticity, "Resolver", Names)

    disowned = actions.take(mail())
    vouched = actions.take(signed(mail()))
    example = actions.take(mail(body="An example."), is_example=True)

    assert (disowned.verdict, disowned.authenticity) == (Verdict.FORGED, FAILED)
    assert disowned.why == disowned.no_answer == disowned.authenticity_why
    assert (vouched.verdict, vouched.authenticity) == (Verdict.WAITING, PASSED)
    assert vouched.no_answer == ""
    assert example.authenticity == Authenticity.UNCHECKED


@pytest.mark.usefixtures("own_handlers")
def test_take_goes_by_the_results_of_our_own_server(db, settings) -> None:
    settings.MAIL_AUTHSERV_IDS = ["MX.coalition.example"]
    one = actions.take(raw_mail(Authentication_Results="mx.coalition.example; dmarc=fail"))
    assert one.verdict == Verdict.FORGED
    assert one.why == "Our mail server found that the sender's domain did not send it (DMARC)."
