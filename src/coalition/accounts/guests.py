"""Guests: who comes by themselves, to where a room lets them in (settings.GUEST_DOORS).

They ask for a code as everybody does. An account is made only once the code is right, and grants
nothing by itself.
"""

from __future__ import annotations

from allauth.account.adapter import get_adapter
from allauth.account.internal.flows.login_by_code import LoginCodeVerificationProcess
from django.conf import settings
from django.http import HttpRequest
from django.utils.module_loading import import_string
from django.utils.translation import get_language

from coalition.accounts import actions
from coalition.accounts.models import User


def lets_in(path: str, address: str = "") -> bool:
    """May whoever has this address come as a guest to this page; without one, may anyone?"""
    return any(import_string(door)(path, address) for door in settings.GUEST_DOORS)


def send_code(request: HttpRequest, process: LoginCodeVerificationProcess) -> None:
    """Send the code to an address that has no account, and remember what it is."""
    code = process.generate_code()
    context = {"request": request, "code": code}
    get_adapter(request).send_mail("account/email/login_code", process.state["email"], context)
    process.persist()


def welcome(process: LoginCodeVerificationProcess) -> None:
    """The code was right: whoever typed it is a person now. No code ever went to a closed account,
    nor to an address that was not let in; of those the library knows no code that could be right.
    """
    address = process.state["email"]
    process._user = actions.join_as_guest(address, language=get_language() or "")


def has_account(address: str) -> bool:
    """Is there an account, open or closed? A closed one is not opened again in this way."""
    return User.objects.filter(email__iexact=address.strip()).exists()
