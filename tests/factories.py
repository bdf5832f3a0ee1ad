"""Plain functions that make real rows: the fewest fields that make each valid, no surprises."""

from __future__ import annotations

from datetime import date
from itertools import count
from typing import Any

from coalition.accounts.models import RoleGrant, User

number = count(1)


# --- accounts


def person(email: str = "", *, roles: tuple[str, ...] = (), **fields: Any) -> User:
    """A person of the name of their role, at a domain that can get mail."""
    email = email or f"person{next(number)}@partner.test"
    user = User.objects.create_user(email, name=fields.pop("name", "Focal point"), **fields)
    RoleGrant.objects.bulk_create(RoleGrant(user=user, role=role) for role in roles)
    return user


def officer(**fields: Any) -> User:
    return person(roles=("officer",), **{"name": "Officer", **fields})


# --- reference entries (the test database holds those of the coalition file)


def group(code: str = "WRK") -> Any:
    from coalition.partners.models import PartnerGroup

    return PartnerGroup.objects.get_or_create(code=code, defaults={"names": {"en": code}})[0]


def theme(code: str = "employment") -> Any:
    from coalition.themes.models import Theme

    return Theme.objects.get_or_create(code=code, defaults={"names": {"en": code}, "number": 9})[0]


def challenge(code: str = "climate-change") -> Any:
    from coalition.themes.models import Challenge

    return Challenge.objects.get_or_create(code=code, defaults={"names": {"en": code}})[0]


def level(code: str = "national") -> Any:
    from coalition.places.models import Level

    return Level.objects.get_or_create(code=code, defaults={"names": {"en": code}})[0]


def country(code: str = "FRA") -> Any:
    from coalition.places.models import Place

    defaults = {"kind": "country", "m49": str(900 + len(code)), "names": {"en": code}, "path": code}
    return Place.objects.get_or_create(code=code, defaults=defaults)[0]


# --- partners


def partner(name: str = "", **fields: Any) -> Any:
    """An active partner; `person` gives it a focal point with a current mandate."""
    from coalition.partners.models import Mandate, Partner

    focal_point = fields.pop("person", None)
    made = Partner.objects.create(
        reference=fields.pop("reference", f"PAR-2025-{next(number):04d}"),
        name=name or f"Union {next(number)}",
        group=fields.pop("group", None) or group(),
        scope=fields.pop("scope", "national"),
        joined_on=fields.pop("joined_on", date(2026, 1, 15)),
        **fields,
    )
    if focal_point:
        Mandate.objects.create(person=focal_point, partner=made, since=date(2026, 1, 15))
    return made


def accession_request(state: str = "received", **fields: Any) -> Any:
    """A request to join that lacks nothing and was looked through, put there by hand.

    `is_confirmed=False` leaves out the officer's look; `suggestions` maps fields to values.
    """
    from coalition.partners.models import AccessionRequest

    is_confirmed = fields.pop("is_confirmed", True)
    suggestions = fields.pop("suggestions", {})
    defaults: dict[str, Any] = {
        "reference": f"ACC-2026-{next(number):04d}",
        "organisation": f"Applicant {next(number)}",
        "group": group(),
        "scope": "national",
        "country": country(),
        "language": "en",
        "contact_name": "Focal point",
        "contact_email": f"applicant{next(number)}@applicant.test",
    }
    made = AccessionRequest.objects.create(state=state, **{**defaults, **fields})
    if is_confirmed:
        made.moves.create(verb="complete", from_state=state, to_state=state)
    for field, value in suggestions.items():
        made.suggestions.create(field=field, value=value, why="The signature names it.")
    return made


def message(text: str = "", **fields: Any) -> Any:
    """A message that waits in the mail room's queue, without a file behind it."""
    from coalition.mailroom.models import InboundMessage

    defaults: dict[str, Any] = {
        "digest": f"{next(number):064d}",
        "size": len(text),
        "verdict": "waiting",
        "from_name": "Sender",
        "from_address": f"sender{next(number)}@applicant.test",
        "subject": "A message",
    }
    return InboundMessage.objects.create(text=text, **{**defaults, **fields})


def priority(of: Any, **fields: Any) -> Any:
    """A priority of a partner, ranked after those it has."""
    from coalition.partners.models import Priority

    defaults = {"rank": of.priorities.count() + 1, "words": f"Wish {next(number)}"}
    chosen = {"theme": theme(), "level": level(), "place": country()}
    return Priority.objects.create(partner=of, **{**defaults, **chosen, **fields})


# --- instruments and commitments


def instrument(code: str = "test-declaration", *, paragraphs: int = 0) -> Any:
    """A declaration with so many numbered paragraphs, their gists in English."""
    from coalition.instruments.models import Instrument, Provision

    made, is_new = Instrument.objects.get_or_create(
        code=code,
        defaults={
            "names": {"en": f"Declaration {code}"},
            "kind": "summit_outcome",
            "symbol": f"T/{code}",
        },
    )
    if is_new:
        Provision.objects.bulk_create(
            Provision(
                instrument=made,
                eid=f"para_{n}",
                number=str(n),
                role="operative",
                position=n,
                gist={"en": f"What paragraph {n} is about"},
            )
            for n in range(1, paragraphs + 1)
        )
    return made


def commitment(state: str = "draft", **fields: Any) -> Any:
    """A commitment that lacks nothing, in the given state, put there by hand."""
    from django.utils import timezone

    from coalition.commitments.models import Commitment

    maker = fields.pop("partner", None) or partner()
    provisions = fields.pop("provisions", None)
    if provisions is None:
        provisions = [instrument(paragraphs=3).provisions.first()]
    places = fields.pop("places", None) or [country()]
    themes = fields.pop("themes", None) or [theme()]
    challenges = fields.pop("challenges", [])
    defaults: dict[str, Any] = {
        "reference": f"COM-2025-{next(number):04d}",
        "title": f"Wages {next(number)}",
        "promise": "Sign a wage agreement in every bakery.",
        "for_whom": "Bakers",
        "goal": "30 agreements by the end",
        "baseline": "12 agreements",
        "resources": "Two organisers",
        "level": level(),
        "ends_on": date(2027, 12, 31),
        "published_at": timezone.now() if state in ("published", "withdrawn") else None,
    }
    made = Commitment.objects.create(partner=maker, state=state, **{**defaults, **fields})
    made.places.set(places)
    made.themes.set(themes)
    made.challenges.set(challenges)
    for provision in provisions:
        made.deliveries.create(provision=provision)
    if state == "withdrawn":
        made.moves.create(
            verb="withdraw", from_state="published", to_state="withdrawn", reason="It ended early."
        )
    return made


# --- mailroom


def raw_mail(
    subject: str = "Good day",
    *,
    text: str = "We would like to know more.",
    sender: str = "Ana <ana@bakers.test>",
    to: str = "secretariat@coalition.example",
    **headers: str,
) -> bytes:
    """A message as bytes, each time another one; `headers` such as List_Id="<news.test>"."""
    lines = [f"From: {sender}", f"To: {to}", f"Subject: {subject}"]
    lines += [f"Message-ID: <{next(number)}@bakers.test>"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    return ("\r\n".join([*lines, "", text]) + "\r\n").encode()


def letter(**fields: Any) -> Any:
    """A letter that waits, to an address that could get mail."""
    from coalition.mailroom.models import Letter

    made = next(number)
    defaults = {"key": f"letter:{made}", "to_address": f"person{made}@partner.test"}
    return Letter.objects.create(**{**defaults, "subject": "News", "text": "Read on.\n", **fields})


# --- catalogue


def record(
    kind: str,
    key: str,
    *,
    path: str,
    title: str,
    language: str = "en",
    facets: Any = (),
    more: Any = (),
    changed_at: Any = None,
    **fields: Any,
) -> None:
    """The catalogue's row of a record that stands nowhere else."""
    from coalition.catalogue import actions
    from coalition.catalogue.models import Kind
    from coalition.catalogue.rows import Row

    found_by = {"facets": frozenset(facets), "more": tuple(more), "since": changed_at}
    actions.put(Row(Kind(kind), key, path, title, language, **found_by, **fields))
