"""`coalition person …`: the people of the secretariat, from the first officer on."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import transaction

from coalition.accounts import actions
from coalition.accounts.models import User
from coalition.accounts.roles import ROLES
from coalition.base.commands import NounCommand
from coalition.base.errors import Refused


class Command(NounCommand):
    help = "People and their roles in the secretariat."

    def add_verbs(self, verbs: Any) -> None:
        roles = sorted(ROLES)
        add = verbs.add_parser("add", help="Let a person sign in, perhaps with a role.")
        add.add_argument("email", metavar="EMAIL", help="Where their codes go.")
        add.add_argument("--role", choices=roles, help="A role of the secretariat.")
        add.add_argument("--name", default="", help="Their name.")
        add.add_argument(
            "--language",
            choices=list(dict(settings.LANGUAGES)),
            default="en",
            help="The language in which we write to them.",
        )
        add.set_defaults(run=self.add)
        for verb, run, sentence in (
            ("grant", self.grant, "Give a person a role."),
            ("revoke", self.revoke, "Take a role from a person."),
        ):
            parser = verbs.add_parser(verb, help=sentence)
            parser.add_argument("email", metavar="EMAIL", help="The person's address.")
            parser.add_argument("role", choices=roles, help="The role.")
            parser.set_defaults(run=run)
        reset = verbs.add_parser(
            "reset", help="Remove the second factors of a person who lost them; they are told."
        )
        reset.add_argument("email", metavar="EMAIL", help="The person's address.")
        reset.set_defaults(run=self.reset)
        listing = verbs.add_parser("list", help="Print those who hold a role.")
        listing.add_argument("--role", choices=roles, help="Only this role.")
        listing.set_defaults(run=self.list)

    @transaction.atomic
    def add(self, options: dict[str, Any]) -> None:
        user = actions.invite_or_get(
            options["email"], name=options["name"], language=options["language"], by=None
        )
        if options["role"]:
            actions.grant_role(user, options["role"], by=None)
        self.say(f"{user.email} can sign in at {settings.SITE_URL} by e-mailed code.")

    def grant(self, options: dict[str, Any]) -> None:
        actions.grant_role(person(options["email"]), options["role"], by=None)
        self.say(f"{options['email']} is {ROLES[options['role']].name} now.")

    def revoke(self, options: dict[str, Any]) -> None:
        actions.revoke_role(person(options["email"]), options["role"], by=None)
        self.say(f"{options['email']} is not {ROLES[options['role']].name} any more.")

    def reset(self, options: dict[str, Any]) -> None:
        actions.reset_second_factor(person(options["email"]), by=None)
        self.say(f"{options['email']} signs in anew and sets up a second factor where one is due.")

    def list(self, options: dict[str, Any]) -> None:
        wanted = [options["role"]] if options["role"] else list(ROLES)
        people = User.objects.filter(roles__role__in=wanted).distinct().order_by("email")
        for user in people.prefetch_related("roles"):
            held = ", ".join(sorted(grant.role for grant in user.roles.all()))
            self.say(f"{user.pk}  {user.email}  {user.name}  {held}")


def person(email: str) -> User:
    user = User.objects.filter(email__iexact=email.strip()).first()
    if user is None:
        raise Refused(f"Nobody signs in as {email}. Use “coalition person add {email}” first.")
    return user
