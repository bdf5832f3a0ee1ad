"""People × states × verbs, as a table to read: y may and can, - may but not in this state, n no."""

import pytest
from django.contrib.auth.models import AnonymousUser

from coalition.base.errors import NotAllowed
from coalition.commitments import actions
from coalition.commitments.models import Commitment
from coalition.commitments.states import State
from coalition.partners.models import Mandate
from tests import factories

pytestmark = pytest.mark.django_db

STATES = ["draft", "submitted", "change_requested", "approved", "published", "withdrawn"]
PEOPLE = ["visitor", "stranger", "former", "maker", "officer", "officer_of_maker", "editor"]

VERBS = {
    "edit": lambda one, by: actions.edit(one, fields={"title": "New"}, by=by),
    "submit": lambda one, by: actions.submit(one, by=by),
    "request_change": lambda one, by: actions.request_change(one, reason="Say how many.", by=by),
    "approve": lambda one, by: actions.approve(one, by=by),
    "withdraw": lambda one, by: actions.withdraw(one, reason="It ended.", by=by),
}

#            person              draft submitted change_requested approved published withdrawn
TABLE = """
edit
    visitor            n n n n n n
    stranger           n n n n n n
    former             n n n n n n
    maker              y - y - - -
    officer            n n n n n n
    officer_of_maker   y - y - - -
    editor             n n n n n n
submit
    visitor            n n n n n n
    stranger           n n n n n n
    former             n n n n n n
    maker              y - y - - -
    officer            n n n n n n
    officer_of_maker   y - y - - -
    editor             n n n n n n
request_change
    visitor            n n n n n n
    stranger           n n n n n n
    former             n n n n n n
    maker              n n n n n n
    officer            - y - - - -
    officer_of_maker   n n n n n n
    editor             n n n n n n
approve
    visitor            n n n n n n
    stranger           n n n n n n
    former             n n n n n n
    maker              n n n n n n
    officer            - y - - - -
    officer_of_maker   n n n n n n
    editor             n n n n n n
withdraw
    visitor            n n n n n n
    stranger           n n n n n n
    former             n n n n n n
    maker              - - - - y -
    officer            n n n n n n
    officer_of_maker   - - - - y -
    editor             n n n n n n
"""

#            person              draft submitted change_requested approved published withdrawn
SEEN = """
    visitor            n n n n y y
    stranger           n n n n y y
    former             n n n n y y
    maker              y y y y y y
    officer            n y y y y y
    officer_of_maker   y y y y y y
    editor             n n n n y y
"""


def rows(table):
    verb = ""
    for line in table.strip("\n").splitlines():
        if not line.startswith(" "):
            verb = line.strip()
            continue
        person, *answers = line.split()
        for state, answer in zip(STATES, answers, strict=True):
            yield pytest.param(verb, person, state, answer, id=f"{verb}-{person}-{state}")


def someone(kind, partner):
    from datetime import date

    if kind == "visitor":
        return AnonymousUser()
    roles = {"officer": ("officer",), "officer_of_maker": ("officer",), "editor": ("editor",)}
    person = factories.person(roles=roles.get(kind, ()))
    if kind in ("maker", "officer_of_maker"):
        Mandate.objects.create(person=person, partner=partner, since=date(2026, 1, 1))
    if kind == "former":
        Mandate.objects.create(
            person=person, partner=partner, since=date(2025, 1, 1), until=date(2025, 6, 1)
        )
    if kind == "stranger":
        factories.partner(person=person)
    return person


@pytest.mark.parametrize(("verb", "kind", "state", "answer"), list(rows(TABLE)))
def test_verb_is_for_the_right_person_in_the_right_state(verb, kind, state, answer):
    one = factories.commitment(state)
    person = someone(kind, one.partner)

    assert person.has_perm(f"commitments.{verb}", one) == (answer in "y-")
    if answer == "y":
        VERBS[verb](one, person)
    elif answer == "-":
        with pytest.raises(NotAllowed):
            VERBS[verb](one, person)
        one.refresh_from_db()
        assert (one.state, one.title) == (state, one.title)


@pytest.mark.parametrize(
    ("verb", "kind", "state", "answer"), list(rows("see\n" + SEEN.strip("\n")))
)
def test_commitment_is_seen_by_the_right_person(verb, kind, state, answer, client):
    one = factories.commitment(state)
    person = someone(kind, one.partner)
    if person.is_authenticated:
        client.force_login(person)

    assert (one in Commitment.objects.visible_to(person)) == (answer == "y")
    status = client.get(f"/en/commitments/{one.reference}/").status_code
    expected = {"published": 200, "withdrawn": 410}.get(state, 302) if answer == "y" else 404
    assert status == expected


def test_every_state_and_verb_stands_in_the_table():
    assert set(State.values) == set(STATES)
    assert set(Commitment.VERBS) - {"publish"} == set(VERBS) - {"edit"}  # approving publishes
