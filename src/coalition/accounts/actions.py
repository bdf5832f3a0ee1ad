"""What can be done with people: invite them, give and take roles, change one's profile, erase."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from coalition.accounts import editors, letters, sessions
from coalition.accounts.models import RoleGrant, Session, User
from coalition.accounts.roles import EDITOR, ROLES
from coalition.base import audit, privacy, states
from coalition.base.errors import NotAllowed, Refused
from coalition.base.text import clean_line


@transaction.atomic
def invite_or_get(
    email: str, *, name: str = "", language: str = "en", by: Any, is_example: bool = False
) -> User:
    """The person with this address (in whatever case), else a new one who may sign in by code.

    A person who is there already stays as they are, only no guest any more. A language in which the
    platform is not complete becomes English. Raises Refused for what is no address.
    """
    email = email.strip().lower()
    try:
        User._meta.get_field("email").clean(email, None)
    except ValidationError:
        raise Refused(_("“%(text)s” is no e-mail address.") % {"text": email[:80]}) from None
    if found := User.objects.filter(email__iexact=email).first():
        return _no_guest(found)
    try:
        with transaction.atomic():
            user = User.objects.create_user(
                email,
                name=clean_line(name, limit=200),
                language=language if language in dict(settings.LANGUAGES) else "en",
                is_example=is_example,
            )
    except IntegrityError:  # somebody invited them at the same moment
        return User.objects.get(email__iexact=email)
    audit.record("accounts.invite", user, by=by)
    return user


@transaction.atomic
def invite_many(people: Mapping[str, tuple[str, str]], *, by: Any) -> dict[str, User]:
    """The people with these addresses, by address in lower case; new ones may sign in by code.

    `people` maps addresses that were checked to a name and a language. As `invite_or_get` for
    thousands: in few queries, with one event for each five hundred new people.
    """
    wanted = list(people)
    held: dict[str, User] = {}
    for start in range(0, len(wanted), privacy.BATCH):
        batch = User.objects.filter(email__in=wanted[start : start + privacy.BATCH])
        held |= {user.email.lower(): _no_guest(user) for user in batch}
    known = dict(settings.LANGUAGES)
    made = User.objects.bulk_create(
        (
            User(
                email=email,
                name=clean_line(name, limit=200),
                language=language if language in known else "en",
                password=make_password(None),
            )
            for email, (name, language) in people.items()
            if email not in held
        ),
        batch_size=privacy.BATCH,
    )
    for start in range(0, len(made), privacy.BATCH):
        refs = made[start : start + privacy.BATCH]
        audit.record("accounts.invite_many", refs[0], by=by, refs=refs[1:])
    return held | {user.email: user for user in made}


@transaction.atomic
def join_as_guest(email: str, *, language: str) -> User:
    """The person with this address, which has just been proved by a code; a new one gets an
    account without any role, which is erased once it is not used any more."""
    email = email.strip().lower()
    if found := User.objects.filter(email__iexact=email).first():
        return found
    known = dict(settings.LANGUAGES)
    user, made = User.objects.get_or_create(
        email=email,
        defaults={
            "language": language if language in known else "en",
            "password": make_password(None),
            "guest_since": timezone.now(),
        },
    )
    if made:
        audit.record("accounts.join_as_guest", user, by=user)
    return user


def _no_guest(user: User) -> User:
    """Somebody asks for this person: their account is kept like any other from now on."""
    if user.guest_since:
        user.guest_since = None
        user.save(update_fields=["guest_since"])
    return user


@transaction.atomic
def grant_role(user: User, role: str, *, by: Any) -> None:
    """Give a person a role of the secretariat; nothing happens when they hold it already.

    Raises Refused for a role that does not exist, NotAllowed where the account is closed.
    """
    _check_role(role)
    if not user.is_active:
        raise NotAllowed(_("This account is closed; it cannot be given a role."))
    _no_guest(user)
    _grant, made = RoleGrant.objects.get_or_create(user=user, role=role)
    if role == EDITOR.slug:
        user.groups.add(editors.set_up_group())
    if made:
        audit.record("accounts.grant_role", user, by=by, refs=[f"accounts.role:{role}"])
    user.__dict__.pop("role_slugs", None)


@transaction.atomic
def revoke_role(user: User, role: str, *, by: Any) -> None:
    """Take a role from a person; nothing happens when they do not hold it."""
    _check_role(role)
    gone, _kinds = RoleGrant.objects.filter(user=user, role=role).delete()
    if role == EDITOR.slug:
        user.groups.remove(editors.set_up_group())
    if gone:
        audit.record("accounts.revoke_role", user, by=by, refs=[f"accounts.role:{role}"])
    user.__dict__.pop("role_slugs", None)


def _check_role(role: str) -> None:
    if role not in ROLES:
        raise Refused(
            _("There is no role “%(role)s”. The roles are: %(roles)s.")
            % {"role": role, "roles": ", ".join(ROLES)}
        )


@transaction.atomic
def change_profile(user: User, changes: dict[str, Any]) -> list[str]:
    """Keep what a person changed in their own profile; returns the names of the changed fields."""
    user = states.lock(user)
    changed = [name for name, value in changes.items() if getattr(user, name) != value]
    for name in changed:
        setattr(user, name, changes[name])
    if changed:
        user.save(update_fields=changed)
        audit.record("accounts.profile", user, by=user)
    return changed


# What changed in how a person signs in: the audit trail's verb.
FACTOR_CHANGES = ("add_app", "remove_app", "add_passkey", "remove_passkey", "renew_codes")


@transaction.atomic
def note_factor_change(user: User, change: str) -> None:
    """Record what a person changed in their second factors, and write to them about it."""
    if change not in FACTOR_CHANGES:
        raise ValueError(f"{change!r} is none of {FACTOR_CHANGES}.")
    audit.record(f"accounts.{change}", user, by=user)
    letters.write(user, "factor_changed", {"change": change})


@transaction.atomic
def reset_second_factor(user: User, *, by: Any) -> None:
    """Remove all second factors of a person who lost them, and sign them out everywhere.

    They are told, and set up new ones at their next sign-in where they need one. Raises
    NotAllowed for oneself (a colleague must agree), for who is no officer, and where there is
    nothing to remove. `by` is None for the server's own command.
    """
    if by is not None and not by.is_officer:
        raise NotAllowed(_("Only an officer of the secretariat can do this."))
    if by is not None and by.pk == user.pk:
        raise NotAllowed(
            _("Nobody resets their own second factor this way. Please ask another officer.")
        )
    gone, _kinds = Authenticator.objects.filter(user=user).delete()
    if not gone:
        raise NotAllowed(
            _("%(person)s has no second factor that could be reset.") % {"person": user.email}
        )
    sessions.end(list(Session.objects.filter(person=user)))
    audit.record("accounts.reset_second_factor", user, by=by)
    letters.write(user, "factor_reset", {})


@transaction.atomic
def end_sessions(user: User, ended: list[Session]) -> None:
    """Sign the person out of these browsers of theirs."""
    if ended:
        sessions.end(ended)
        audit.record("accounts.end_sessions", user, by=user)


def erase(user: User, *, by: Any) -> list[str]:
    """Erase all personal data of a person for good; see `base.privacy.erase`.

    Raises NotAllowed where that was done before.
    """
    if user.erased_at:
        raise NotAllowed(_("The data of this person were erased before."))
    return privacy.erase(user, by=by)
