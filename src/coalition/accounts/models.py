"""People: an address they prove by a code, a name, a language. What they may do is elsewhere."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.contrib.sessions import models as sessions
from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from coalition.accounts.roles import ROLES


class UserManager(BaseUserManager["User"]):
    def create_user(self, email: str, password: str | None = None, **fields: Any) -> User:
        """A person who signs in by e-mailed code; a password only where one is given."""
        user = self.model(email=email.strip().lower(), **fields)
        if password:
            user.set_password(password)
        else:
            user.set_unusable_password()
        user.save()
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> User:
        return self.create_user(email, password, is_superuser=True, **fields)

    def officers(self) -> models.QuerySet[User]:
        """Everyone who does the secretariat's work now."""
        return self.filter(is_active=True, roles__role="officer").distinct()

    def get_by_natural_key(self, email: str | None) -> User:
        return self.get(email__iexact=email)


class User(AbstractBaseUser, PermissionsMixin):
    """A person. Their organisation speaks through a mandate (room `partners`), never by itself."""

    email = models.EmailField(_("e-mail address"), max_length=254, unique=True)
    name = models.CharField(_("name"), max_length=200, blank=True)
    language = models.CharField(_("language"), max_length=8, default="en")
    # In which deadlines are shown to them, by its IANA name.
    zone = models.CharField(_("time zone"), max_length=64, default="UTC")
    # Not public unless the person says so.
    shows_name = models.BooleanField(_("show my name on my organisation's page"), default=False)
    shows_email = models.BooleanField(_("show my address on my organisation's page"), default=False)
    # Digests can be declined; letters about one's own doing cannot.
    gets_digests = models.BooleanField(_("send me digests"), default=True)
    is_active = models.BooleanField(default=True)
    is_example = models.BooleanField(default=False)
    # Of somebody who came by themselves, to where guests are let in, and holds nothing else.
    guest_since = models.DateTimeField(null=True, blank=True)
    joined_at = models.DateTimeField(default=timezone.now)
    erased_at = models.DateTimeField(null=True, blank=True)

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"

    objects = UserManager()

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("people")
        constraints = [models.UniqueConstraint(Lower("email"), name="one_person_an_address")]

    def __str__(self) -> str:
        if self.erased_at:
            return str(_("former focal point"))
        return self.name or self.email

    @property
    def is_staff(self) -> bool:
        """May open the editing pages at all (Wagtail asks its own permissions beyond that)."""
        return self.is_superuser or self.has_role("editor")

    @cached_property
    def role_slugs(self) -> frozenset[str]:
        return frozenset(self.roles.values_list("role", flat=True))

    def has_role(self, slug: str) -> bool:
        return self.is_active and slug in self.role_slugs

    @property
    def is_officer(self) -> bool:
        return self.has_role("officer")

    @property
    def needs_second_factor(self) -> bool:
        """Who holds a role of the secretariat proves more than an address when signing in."""
        return self.is_superuser or bool(self.role_slugs)

    def get_full_name(self) -> str:
        return str(self)

    def get_short_name(self) -> str:
        return str(self)


class RoleGrant(models.Model):
    """A role of the secretariat that a person holds."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="roles")
    role = models.CharField(
        max_length=20, choices=[(slug, role.name) for slug, role in ROLES.items()]
    )
    granted_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "role"], name="a_role_once")]

    def __str__(self) -> str:
        return f"{self.user_id} {self.role}"


class Session(sessions.Session):
    """A session that knows whose it is and from where, so that its person can end it."""

    person = models.ForeignKey(
        User, null=True, blank=True, on_delete=models.CASCADE, related_name="sessions"
    )
    device = models.CharField(max_length=60, blank=True)  # such as "Firefox · Windows"
    began_at = models.DateTimeField(default=timezone.now)
    seen_at = models.DateTimeField(default=timezone.now)

    @classmethod
    def get_session_store_class(cls) -> Any:
        return import_module(settings.SESSION_ENGINE).SessionStore

    def __str__(self) -> str:
        return f"{self.person_id} {self.device}"


class KnownDevice(models.Model):
    """A browser from which a person has signed in before; a new one is told to them."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="devices")
    digest = models.CharField(max_length=64)  # of the random value in the browser's cookie
    first_at = models.DateTimeField(default=timezone.now)
    last_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "digest"], name="a_device_once_a_person")
        ]

    def __str__(self) -> str:
        return f"{self.user_id} {self.first_at:%Y-%m-%d}"
