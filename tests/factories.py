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
        reference=fields.pop("reference", f"PAR-2026-{next(number):04d}"),
        name=name or f"Union {next(number)}",
        group=fields.pop("group", None) or group(),
        scope=fields.pop("scope", "national"),
        joined_on=fields.pop("joined_on", date(2026, 1, 15)),
        **fields,
    )
    if focal_point:
        Mandate.objects.create(person=focal_point, partner=made, since=date(2026, 1, 15))
    return made
