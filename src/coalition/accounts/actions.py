"""What can be done with people: invite them, give and take roles, change one's profile, erase."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from coalition.accounts import editors
from coalition.accounts.models import RoleGrant, User
from coalition.accounts.roles import EDITOR, ROLES
from coalition.base import audit, privacy, states
from coalition.base.errors import NotAllowed, Refused
from coalition.base.text import clean_line


@transaction.atomic
def invite_or_get(
    email: str, *, name: str = "", language: str = "en", by: Any, is_example: bool = False
) -> User:
    """The person with this address (in whatever case), else a new one who may sign in by code.

    A person who is there already stays as they are. A language in which the platform is not
    complete becomes English. Raises Refused for what is no address.
    """
    email = email.strip().lower()
    try:
        User._meta.get_field("email").clean(email, None)
    except ValidationError:
        raise Refused(_("“%(text)s” is no e-mail address.") % {"text": email[:80]}) from None
    if found := User.objects.filter(email__iexact=email).first():
        return found
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
def grant_role(user: User, role: str, *, by: Any) -> None:
    """Give a person a role of the secretariat; nothing happens when they hold it already.

    Raises Refused for a role that does not exist, NotAllowed where the account is closed.
    """
    _check_role(role)
    if not user.is_active:
        raise NotAllowed(_("This account is closed; it cannot be given a role."))
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


def erase(user: User, *, by: Any) -> list[str]:
    """Erase all personal data of a person for good; see `base.privacy.erase`.

    Raises NotAllowed where that was done before.
    """
    if user.erased_at:
        raise NotAllowed(_("The data of this person were erased before."))
    return privacy.erase(user, by=by)
