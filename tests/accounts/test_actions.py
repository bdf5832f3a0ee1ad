"""People come in by invitation, hold roles, and can be erased."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from wagtail.models import GroupPagePermission, Page

from coalition.accounts import actions, editors
from coalition.accounts.models import RoleGrant, User
from coalition.base import audit
from coalition.base.errors import NotAllowed, Refused
from coalition.base.models import Event
from tests import factories

pytestmark = pytest.mark.django_db


def events_after(number: int) -> list[tuple[str, str, str, list[str]]]:
    events = Event.objects.filter(sequence__gt=number)
    return [(one.verb, one.subject, one.actor, one.refs) for one in events]


def test_invite_makes_a_person_who_signs_in_by_code() -> None:
    officer, before = factories.officer(), audit.head()[0]

    user = actions.invite_or_get(
        " Weaver@Union.TEST ", name=" Wea\x00ver \n", language="ar", by=officer, is_example=True
    )

    user.refresh_from_db()
    assert (user.email, user.name, user.language) == ("weaver@union.test", "Weaver", "ar")
    assert (user.is_example, user.is_active, user.has_usable_password()) == (True, True, False)
    assert events_after(before) == [
        ("accounts.invite", f"accounts.user:{user.pk}", f"accounts.user:{officer.pk}", [])
    ]


def test_invite_finds_the_person_who_is_there() -> None:
    user = factories.person("weaver@union.test", name="Weaver")
    before = audit.head()

    found = actions.invite_or_get("WEAVER@union.test", name="Somebody", language="ar", by=None)

    assert (found, found.name, found.language) == (user, "Weaver", "en")
    assert audit.head() == before


def test_invite_takes_english_where_we_do_not_speak_the_language() -> None:
    assert actions.invite_or_get("a@union.test", name="", language="zh", by=None).language == "en"


@pytest.mark.parametrize(
    "address",
    ["", "weaver", "a@b", "a@union.test\nb@union.test", "x" * 300 + "@union.test", "\x00"],
)
def test_invite_refuses_what_is_no_address(address: str) -> None:
    before = User.objects.count()

    with pytest.raises(Refused, match="is no e-mail address"):
        actions.invite_or_get(address, name="", language="en", by=None)

    assert User.objects.count() == before


@pytest.mark.django_db(transaction=True)
def test_invite_of_one_address_at_once_makes_one_person() -> None:
    def invite(_number: int) -> int:
        try:
            return actions.invite_or_get("w@union.test", name="", language="en", by=None).pk
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as threads:
        numbers = set(threads.map(invite, range(4)))

    assert len(numbers) == 1
    assert Event.objects.filter(verb="accounts.invite").count() == 1


def test_grant_and_revoke_a_role_once_each() -> None:
    officer, user, before = factories.officer(), factories.person(), audit.head()[0]
    assert not user.is_officer

    for _twice in range(2):
        actions.grant_role(user, "officer", by=officer)
    assert user.is_officer
    for _twice in range(2):
        actions.revoke_role(user, "officer", by=officer)

    assert not user.is_officer
    subject, actor = f"accounts.user:{user.pk}", f"accounts.user:{officer.pk}"
    assert events_after(before) == [
        ("accounts.grant_role", subject, actor, ["accounts.role:officer"]),
        ("accounts.revoke_role", subject, actor, ["accounts.role:officer"]),
    ]


@pytest.mark.parametrize("act", [actions.grant_role, actions.revoke_role])
def test_a_role_that_does_not_exist_is_refused(act: Any) -> None:
    with pytest.raises(Refused, match="The roles are: officer, editor"):
        act(factories.person(), "king", by=None)


def test_a_closed_account_gets_no_role() -> None:
    with pytest.raises(NotAllowed, match="closed"):
        actions.grant_role(factories.person(is_active=False), "officer", by=None)

    assert RoleGrant.objects.count() == 0


def test_editors_may_edit_pages_and_nobody_else() -> None:
    editor, officer = factories.person(), factories.officer()

    actions.grant_role(editor, "editor", by=None)

    editor = User.objects.get(pk=editor.pk)
    home = Page.get_first_root_node().get_children().first().specific
    assert editor.is_staff
    assert editor.has_perm("wagtailadmin.access_admin")
    rights = home.permissions_for_user(editor)
    assert (rights.can_add_subpage(), rights.can_edit(), rights.can_publish()) == (True,) * 3
    assert not home.permissions_for_user(officer).can_edit()
    assert not officer.has_perm("wagtailadmin.access_admin")
    actions.revoke_role(editor, "editor", by=None)
    editor = User.objects.get(pk=editor.pk)
    assert (editor.is_staff, editor.has_perm("wagtailadmin.access_admin")) == (False, False)


def test_editors_may_not_touch_people_or_records() -> None:
    editor = factories.person()
    actions.grant_role(editor, "editor", by=None)

    held = set(User.objects.get(pk=editor.pk).get_all_permissions())

    assert not [name for name in held if name.startswith(("accounts.", "partners.partner."))]
    assert not [name for name in held if ".delete_" in name]


def test_the_editors_group_is_set_up_once() -> None:
    first = editors.set_up_group()
    rights = GroupPagePermission.objects.filter(group=first).count()

    assert editors.set_up_group() == first
    assert GroupPagePermission.objects.filter(group=first).count() == rights == 3


def test_erase_takes_roles_groups_and_name() -> None:
    officer, user = factories.officer(), factories.person("weaver@union.test", name="Weaver")
    actions.grant_role(user, "editor", by=officer)

    actions.erase(user, by=officer)

    user = User.objects.get(pk=user.pk)
    assert (str(user), user.email) == ("former focal point", f"erased-{user.pk}@erased.invalid")
    assert (user.roles.count(), user.groups.count(), user.is_active) == (0, 0, False)
    assert list(audit.verify()) == []


def test_erase_is_refused_the_second_time() -> None:
    user = factories.person()
    actions.erase(user, by=None)

    with pytest.raises(NotAllowed, match="erased before"):
        actions.erase(User.objects.get(pk=user.pk), by=None)


# --- coalition person ------------------------------------------------------------------------


def test_person_add_makes_the_first_officer(capsys: pytest.CaptureFixture) -> None:
    call_command(
        "person",
        "add",
        "o@union.test",
        "--role",
        "officer",
        "--name",
        "Officer",
        "--language",
        "ar",
    )

    user = User.objects.get(email="o@union.test")
    assert (user.name, user.language, user.is_officer) == ("Officer", "ar", True)
    assert "o@union.test can sign in" in capsys.readouterr().out


def test_person_grant_revoke_and_list(capsys: pytest.CaptureFixture) -> None:
    RoleGrant.objects.all().delete()
    user = factories.person("e@union.test", name="Editor")

    call_command("person", "grant", "E@union.test", "editor")
    call_command("person", "list")
    call_command("person", "revoke", "e@union.test", "editor")
    call_command("person", "list", "--role", "editor")

    assert capsys.readouterr().out.splitlines() == [
        "E@union.test is Editor now.",
        f"{user.pk}  e@union.test  Editor  editor",
        "e@union.test is not Editor any more.",
    ]


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["grant", "nobody@union.test", "officer"], "Nobody signs in as nobody@union.test"),
        (["add", "nobody"], "is no e-mail address"),
        (["add", "a@union.test", "--role", "king"], "invalid choice"),
        ([], "required"),
    ],
)
def test_person_refuses_with_a_sentence(arguments: list[str], sentence: str) -> None:
    with pytest.raises(CommandError, match=sentence):
        call_command("person", *arguments)


def test_person_add_is_all_or_nothing() -> None:
    factories.person("closed@union.test", is_active=False)
    before = audit.head()

    with pytest.raises(CommandError, match="closed"):
        call_command("person", "add", "closed@union.test", "--role", "officer")

    assert audit.head() == before
