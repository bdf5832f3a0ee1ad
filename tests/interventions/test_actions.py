"""What happens to key interventions and to partners' roles in them: who may, when, what else."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import transaction

from coalition.base.errors import NotAllowed, Refused
from coalition.interventions import actions
from coalition.interventions.models import Intervention, Kind, Role
from coalition.interventions.roles.queries import version_of
from coalition.interventions.states import State
from coalition.mailroom.models import Letter
from coalition.results.models import Framework
from tests import factories

pytestmark = pytest.mark.django_db

# y: it happens; -: it is refused. Who is not named may not do it in any state.
# draft pipeline kick_off implementation finalisation closed suspended cancelled
TABLE = """
announce   y - - - - - - -   officer
kick_off   - y - - - - - -   lead
carry_out  - - y - - - - -   lead
finalise   - - - y - - - -   lead
close      - - - - y - - -   officer
suspend    - - y y y - - -   lead officer
resume     - - - - - - y -   lead officer
cancel     - y y y y - y -   lead officer
"""
ROWS = [(row[0], row[1:9], row[9:]) for row in map(str.split, TABLE.strip().splitlines())]
PEOPLE = (
    "visitor",
    "stranger",
    "editor",
    "implementing",
    "co_lead",
    "lead",
    "officer",
    "own_officer",
)


def people(of: Intervention) -> dict[str, object]:
    """One of each; `own_officer` works for the secretariat and for a partner in it."""
    implementing = factories.role(of, "implementing", "confirmed").partner
    co_lead = factories.role(of, "co_lead", "confirmed").partner
    own = factories.officer()
    factories.mandate(implementing, "viewer", person=own)
    return {
        "visitor": AnonymousUser(),
        "stranger": factories.mandate(factories.partner(), "signatory").person,
        "editor": factories.mandate(of.partner, "editor").person,
        "implementing": factories.mandate(implementing, "signatory").person,
        "co_lead": factories.mandate(co_lead, "signatory").person,
        "lead": factories.mandate(of.partner, "signatory").person,
        "officer": factories.officer(),
        "own_officer": own,
    }


def prove(one: Intervention) -> None:
    """The last report says that all is done, and its figure has a proof that was checked."""
    from django.utils import timezone

    measured = one.framework.indicators.first()
    if measured is None:
        return
    year = factories.period(one.framework, 2025)
    report = factories.report(year, "published")
    fact = factories.fact(measured, 500, period=year, report=report)
    proof = factories.evidence(
        fact, holds=True, checked_at=timezone.now(), checked_by=factories.officer()
    )
    assert proof.holds
    Framework.objects.filter(pk=one.framework_id).update(completed_at=timezone.now())


@pytest.mark.parametrize(("verb", "answers", "allowed"), ROWS, ids=[row[0] for row in ROWS])
def test_who_may_do_what_and_when(verb, answers, allowed):
    one = factories.intervention()
    persons = people(one)
    for name in PEOPLE:
        may = persons[name].has_perm(f"interventions.{verb}", one)
        assert may == (name in allowed), name
    for state, answer in zip(State.values, answers, strict=True):
        with transaction.atomic():
            record = factories.intervention(state)
            if verb == "close":
                prove(record)
            given = {"reason": "Because."} if Intervention.VERBS[verb].needs_reason else {}
            if answer == "y":
                done = getattr(actions, verb)(record, **given, by=persons["officer"])
                assert done.state == Intervention.VERBS[verb].target
                assert done.moves.get().verb == verb
            else:
                with pytest.raises(NotAllowed):
                    getattr(actions, verb)(record, **given, by=persons["officer"])
            transaction.set_rollback(True)


def test_a_decision_opens_one_in_a_step():
    asked = factories.consultation("decided")
    asked.challenges.add(factories.challenge())
    asked.themes.add(factories.theme())
    proposal = factories.contribution(asked, "Train bakers.")
    decided = factories.conclusion(asked)
    decided.takes_up.add(proposal)
    lead = factories.partner()
    signatory = factories.mandate(lead, "signatory").person

    one = actions.open_intervention(
        lead,
        title="Skills for bakers",
        language="en",
        conclusion=decided,
        proposals=[proposal],
        by=factories.officer(),
    )

    assert (one.state, one.partner, one.is_public) == ("draft", lead, False)
    assert list(one.challenges.all()) == list(asked.challenges.all())
    assert list(one.proposals.all()) == [proposal]
    role = one.roles.get()
    assert (role.kind, role.state, role.partner) == ("lead", "asked", lead)
    letter = Letter.objects.get(to_person=signatory)
    assert letter.subject == f"Will {lead.name} take part? Skills for bakers"


def test_a_proposal_the_decision_does_not_take_up_is_refused():
    asked = factories.consultation("decided")
    proposal = factories.contribution(asked, "Train bakers.")
    decided = factories.conclusion(asked)

    with pytest.raises(Refused, match=r"does not take up “Train bakers\.”"):
        actions.open_intervention(
            factories.partner(),
            title="Skills",
            language="en",
            conclusion=decided,
            proposals=[proposal],
            by=factories.officer(),
        )


def test_who_confirms_to_lead_takes_over_and_reports():
    one = factories.intervention("implementation")
    before = one.partner
    heir = factories.partner()
    role = actions.ask(one, heir, kind=Kind.LEAD, what="", by=factories.officer())
    one.refresh_from_db()
    assert one.partner == before

    actions.confirm(role, seen=version_of(role), by=factories.mandate(heir, "signatory").person)

    one.refresh_from_db()
    assert one.partner == heir
    assert one.framework.reporter == heir
    assert list(one.roles.order_by("pk").values_list("partner", "state")) == [
        (before.pk, "left"),
        (heir.pk, "confirmed"),
    ]


def test_who_leads_cannot_just_leave():
    one = factories.intervention("implementation")
    role = one.roles.get()

    for verb in ("leave", "remove"):
        with pytest.raises(NotAllowed, match="Ask another one to lead"):
            getattr(actions, verb)(role, reason="Enough.", by=factories.officer())


def test_a_second_confirmed_lead_is_refused_by_the_database():
    from django.db import IntegrityError

    one = factories.intervention("pipeline")

    with pytest.raises(IntegrityError), transaction.atomic():
        factories.role(one, "lead", "confirmed")


def test_a_role_is_seen_by_all_once_it_is_confirmed():
    one = factories.intervention("pipeline")
    role = factories.role(one, "funding")
    visitor = AnonymousUser()
    assert role not in Role.objects.visible_to(visitor)
    signatory = factories.mandate(role.partner, "signatory").person
    assert role in Role.objects.visible_to(signatory)

    actions.confirm(role, seen=version_of(role), by=signatory)

    assert role in Role.objects.visible_to(visitor)


def test_nobody_is_held_to_words_they_did_not_read():
    one = factories.intervention("pipeline")
    role = factories.role(one, "funding")
    seen = version_of(role)
    actions.edit(one, fields={"about": "Something else."}, why="Clearer.", by=factories.officer())
    role.refresh_from_db()

    with pytest.raises(NotAllowed, match="read them again"):
        actions.confirm(role, seen=seen, by=factories.officer())


def test_what_changes_in_public_is_kept_as_it_was():
    one = factories.intervention("pipeline", title="Skills")

    actions.edit(one, fields={"title": "Skills for all"}, why="It grew.", by=factories.officer())

    change = one.changes.get()
    assert (change.field, change.before, change.after, change.why) == (
        *("title", "Skills", "Skills for all", "It grew."),
    )
    with pytest.raises(Refused, match="why it changes"):
        actions.edit(one, fields={"title": "Skills"}, by=factories.officer())


def test_what_a_partner_led_rests_when_it_leaves():
    one = factories.intervention("implementation")

    with transaction.atomic():
        actions.hold_all_of(one.partner)
        actions.partner_leaves(one.partner, None, by=None)

    one.refresh_from_db()
    assert (one.state, one.roles.get().state) == ("suspended", "left")
    assert one.framework.ended_at is not None
    with pytest.raises(NotAllowed, match="No partner leads it"):
        actions.resume(one, reason="Again.", by=factories.officer())


def test_its_successor_leads_on():
    one = factories.intervention("implementation")
    heir = factories.partner()

    with transaction.atomic():
        actions.hold_all_of(one.partner)
        actions.partner_leaves(one.partner, heir, by=None)

    one.refresh_from_db()
    assert (one.state, one.partner, one.framework.reporter) == ("implementation", heir, heir)
