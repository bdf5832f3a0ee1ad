"""What every topic of the room asks."""

from __future__ import annotations

from django.conf import settings
from django.db.models import QuerySet
from django.utils.translation import gettext

from coalition.accounts.models import User
from coalition.base.reference import Label
from coalition.partners.models import Mandate, Partner
from coalition.partners.rules import roles_that


def officers() -> QuerySet[User]:
    """Everybody who holds the role of an officer and may sign in."""
    return User.objects.officers()


def people_who(ability: str, partner: Partner | int) -> list[User]:
    """Those whose current mandate for the partner grants the ability (`rules.ABILITIES`), and who
    can be written to; by name."""
    mandates = Mandate.objects.current().filter(partner=partner, role__in=roles_that(ability))
    people = User.objects.filter(is_active=True, mandates__in=mandates).distinct()
    return list(people.order_by("name", "pk"))


def coalition_name() -> str:
    """The coalition's own name, as its file gives it, in the language in use."""
    label = Label.objects.filter(kind="web.coalition").order_by("since", "pk").last()
    return str(label.name) if label else gettext(settings.COALITION_NAME)
