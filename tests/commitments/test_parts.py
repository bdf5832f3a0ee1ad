"""Joint commitments: one leads and asks, each answers for itself, all see what is confirmed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from coalition.base import audit
from coalition.base.errors import NotAllowed, Refused
from coalition.commitments.models import Commitment, Filing, Part
from coalition.commitments.parts import actions, queries
from coalition.commitments.queries import archive_of, archive_of_parts, shown_parts
from coalition.commitments.states import PartState, State
from coalition.mailroom.models import Letter
from coalition.partners.people import lifecycle
from coalition.results.models import Framework
from tests import factories
from tests.results.test_disputes import at_once

pytestmark = pytest.mark.django_db

WORDS = {"role": "funding", "what": "Pays for the ovens."}
OFFER = {
    "role_of_lead": "supporting",
    "what_of_lead": "Advises.",
    "lead_offered_at": "2026-05-01T09:00Z",
}


@pytest.fixture
def commitment() -> Commitment:
    """One that is public, with people who act for the partner that leads."""
    one = factories.commitment("published", title="Night work", goals=False)
    factories.mandate(one.partner, "focal_point", person=factories.person("lead@union.test"))
    return one


@pytest.fixture
def bank() -> Any:
    """A partner that may be asked, with a focal point."""
    made = factories.partner("Example Bank")
    factories.mandate(made, "focal_point", person=factories.person("focal@bank.test"))
    return made


def of(one: Any) -> Any:
    """The focal point of a partner."""
    return one.mandates.get(role="focal_point").person


def again(part: Part) -> Part:
    """The part as somebody else has it in hand."""
    return Part.objects.get(pk=part.pk)


def take_lead(part: Part, by: Any) -> Any:
    """Take it as it is offered now."""
    return actions.take_lead(again(part), seen=queries.version_of(again(part)), by=by)


def signed_in(person: Any) -> Client:
    client = Client()
    client.force_login(person)
    return client


def at(part: Part, verb: str = "") -> str:
    return reverse(
        f"commitments:part{verb and '_'}{verb}", args=[part.commitment.reference, part.pk]
    )


def letters() -> list[tuple[str, str]]:
    return sorted(Letter.objects.values_list("to_address", "subject"))


# --- People × states × verbs


PEOPLE = (
    *("visitor", "stranger", "former", "officer", "lead_viewer", "lead_editor", "lead_signatory"),
    *("viewer", "editor", "signatory", "officer_of_partner"),
)

VERBS: dict[str, Callable[[Part, Any], Any]] = {
    "change": lambda part, by: actions.change(part, **WORDS, seen=queries.version_of(part), by=by),
    "ask_again": lambda part, by: actions.ask_again(part, **WORDS, by=by),
    "remove": lambda part, by: actions.remove(part, reason="It closed.", by=by),
    "offer_lead": lambda part, by: actions.offer_lead(part, **WORDS, by=by),
    "end_offer": lambda part, by: actions.end_offer(part, by=by),
    "confirm": lambda part, by: actions.confirm(part, seen=queries.version_of(part), by=by),
    "decline": lambda part, by: actions.decline(part, reason="No money.", by=by),
    "leave": lambda part, by: actions.leave(part, reason="No money.", by=by),
    "take_lead": lambda part, by: actions.take_lead(part, seen=queries.version_of(part), by=by),
}

# y: it happens; -: it is refused with a sentence. Who is not named may not do it in any state.
# In the second line of each verb the commitment is in the state; where the lead has to be offered
# for it, it is.
#           asked confirmed declined left removed
TABLE = """
change      y     y         -        -    -        lead_editor lead_signatory
ask_again   -     -         y        y    y        lead_signatory
remove      y     y         -        -    -        lead_signatory
offer_lead  -     y         -        -    -        lead_signatory
end_offer   -     y         -        -    -        lead_signatory signatory
confirm     y     -         -        -    -        signatory
decline     y     -         -        -    -        signatory
leave       -     y         -        -    -        signatory
take_lead   -     y         -        -    -        signatory
"""
# In the order of `State`: draft submitted change_requested approved published completed_claimed
# closed inactive withdrawn
WHILE = """
change       y     -         y                -        y         y                 -      y        -
ask_again    y     -         y                -        y         y                 -      y        -
remove       y     -         y                -        y         y                 -      y        -
offer_lead   y     -         y                -        y         y                 -      y        -
end_offer    y     y         y                y        y         y                 y      y        y
confirm      y     y         y                y        y         y                 -      y        -
decline      y     y         y                y        y         y                 -      y        -
leave        y     y         y                y        y         y                 -      y        -
take_lead    y     -         y                -        y         y                 -      y        -
"""
PERMISSIONS = {
    "change": "change_part",
    "end_offer": "end_offer",
    **dict.fromkeys(("ask_again", "remove", "offer_lead"), "manage_part"),
    **dict.fromkeys(("confirm", "decline", "leave", "take_lead"), "answer_part"),
}


def rows(table: str) -> Iterator[tuple[str, list[str]]]:
    for line in table.strip().splitlines():
        verb, *cells = line.split()
        yield verb, cells


def someone(kind: str, part: Part) -> Any:
    if kind == "visitor":
        return AnonymousUser()
    officer = kind.startswith("officer")
    person = factories.person(roles=("officer",) if officer else ())
    side, _, role = kind.rpartition("_")
    if kind == "officer_of_partner":
        factories.mandate(part.partner, "viewer", person=person)
    elif kind == "former":
        factories.mandate(part.partner, "signatory", person=person, until="2026-02-01")
    elif kind == "stranger":
        factories.mandate(factories.partner(), "signatory", person=person)
    elif kind != "officer":
        factories.mandate(
            part.commitment.partner if side else part.partner, role or kind, person=person
        )
    return person


def outcome(part: Part, verb: str, by: Any) -> str:
    """What becomes of it. What is refused leaves all as it was."""
    stood = (part.state, part.what, part.moves.count(), Letter.objects.count())
    try:
        VERBS[verb](again(part), by)
    except (NotAllowed, Refused):
        now = again(part)
        same = stood == (now.state, now.what, now.moves.count(), Letter.objects.count())
        return "-" if same else "refused, and yet it changed"
    return "y"


def tries(part: Part, verb: str, by: Any, *, part_state: str, state: str = "published") -> str:
    """What becomes of the part in these states; all is taken back, so that one world serves every
    cell of the tables."""
    closed_at = timezone.now() if state == "closed" else None
    is_offered = part_state == "confirmed" and verb in ("end_offer", "take_lead")
    with transaction.atomic():
        Commitment.objects.filter(pk=part.commitment_id).update(state=state, closed_at=closed_at)
        offer = OFFER if is_offered else {}
        Part.objects.filter(pk=part.pk).update(state=part_state, **offer)
        found = outcome(again(part), verb, by)
        transaction.set_rollback(True)
    return found


def test_each_verb_is_for_the_right_people_in_the_right_states():
    by = factories.person()
    part = factories.part(factories.commitment("published", goals=False))
    people = {kind: someone(kind, part) for kind in PEOPLE}
    found: dict[str, list[str]] = {}
    while_: dict[str, list[str]] = {}
    for verb, cells in rows(TABLE):
        held = PartState.values[cells.index("y")]
        perm = f"commitments.{PERMISSIONS[verb]}"
        found[verb] = [tries(part, verb, by, part_state=each) for each in PartState.values]
        found[verb] += [kind for kind, each in people.items() if each.has_perm(perm, part)]
        while_[verb] = [
            tries(part, verb, by, part_state=held, state=state) for state in State.values
        ]

    assert set(VERBS) == set(found)
    assert found == dict(rows(TABLE))
    assert while_ == dict(rows(WHILE))


# --- Asking and answering


def test_ask_tells_those_who_sign_once_and_the_public_sees_nothing_yet(commitment, bank):
    factories.mandate(bank, "editor", person=factories.person("editor@bank.test"))

    part = actions.ask(commitment, bank, role="funding", what=" Pays\u202e for ovens ", by=None)

    assert (part.state, part.what) == ("asked", "Pays for ovens")
    assert letters() == [("focal@bank.test", "Will Example Bank take part? Night work")]
    assert (shown_parts(commitment), Filing.objects.filter(value=bank.reference).count()) == ([], 0)
    with pytest.raises(Refused, match="Example Bank has a part in this commitment already"):
        actions.ask(commitment, bank, **WORDS, by=None)
    with pytest.raises(Refused, match="Your organisation leads this commitment"):
        actions.ask(commitment, commitment.partner, **WORDS, by=None)
    with pytest.raises(NotAllowed, match="“Withdrawn”, so nothing can be changed"):
        actions.ask(commitment, factories.partner(state="withdrawn"), **WORDS, by=None)
    with pytest.raises(Refused, match="from the list"):
        actions.ask(commitment, factories.partner(), role="owner", what="x", by=None)
    with pytest.raises(Refused, match="in a sentence"):
        actions.ask(commitment, factories.partner(), role="funding", what=" ", by=None)
    assert len(letters()) == 1


def test_what_is_confirmed_is_public_from_that_moment_and_what_is_left_no_more(
    commitment, bank, client
):
    part = actions.ask(commitment, bank, **WORDS, by=None)
    page = commitment.get_absolute_url()
    filed = Filing.objects.filter(commitment=commitment, facet="partner", value=bank.reference)
    assert "Pays for the ovens." not in client.get(page).content.decode()

    actions.confirm(again(part), seen=queries.version_of(part), by=of(bank))
    assert "Pays for the ovens." in client.get(page).content.decode()
    assert (filed.count(), list(Commitment.objects.of(bank))) == (1, [commitment])

    actions.leave(again(part), reason="The money is gone.", by=of(bank))
    assert "Pays for the ovens." not in client.get(page).content.decode()
    assert (filed.count(), list(Commitment.objects.of(bank))) == (0, [])
    assert letters() == [
        ("focal@bank.test", "Will Example Bank take part? Night work"),
        ("lead@union.test", "Example Bank has left: Night work"),
        ("lead@union.test", "Example Bank takes part: Night work"),
    ]
    assert "The money is gone." in Letter.objects.get(subject__contains="has left").text
    assert list(audit.verify()) == []


def test_nobody_is_held_to_words_that_were_changed_after_they_said_yes(commitment, bank):
    part = factories.part(commitment, "confirmed", partner=bank)
    Part.objects.filter(pk=part.pk).update(**OFFER)
    part = again(part)
    seen = queries.version_of(part)

    same = actions.change(part, role=part.role, what=part.what, seen=seen, by=None)
    assert (same.state, letters()) == ("confirmed", [])
    changed = actions.change(part, **WORDS, seen=seen, by=None)

    assert (changed.state, changed.lead_offered_at, shown_parts(commitment)) == ("asked", None, [])
    assert letters() == [("focal@bank.test", "Please confirm again: Night work")]
    with pytest.raises(NotAllowed, match="changed while you had them before you"):
        actions.confirm(again(part), seen=seen, by=of(bank))
    # Words of an unanswered part change without another letter.
    actions.change(
        changed, **{**WORDS, "what": "Lends."}, seen=queries.version_of(changed), by=None
    )
    assert (again(part).what, len(letters())) == ("Lends.", 1)


def test_who_reads_old_words_is_shown_the_new_ones_before_they_count(bank):
    one = factories.commitment("draft", goals=False)
    part = factories.part(one, partner=bank)
    client = signed_in(of(bank))
    before = {"seen": queries.version_of(part)}
    Commitment.objects.filter(pk=one.pk).update(
        promise="Sign twenty.", changed_at="2026-06-01T09:00Z"
    )

    page = client.post(at(part, "confirm"), before)

    text = page.content.decode()
    assert (page.status_code, again(part).state) == (200, "asked")
    assert ("Please read them again." in text, "Sign twenty." in text) == (True, True)
    fresh = page.context["seen"]
    assert client.post(at(part, "confirm"), {"seen": fresh}).status_code == 302
    assert again(part).state == "confirmed"


def test_what_is_refused_keeps_what_was_typed(commitment, bank):
    part = factories.part(commitment, partner=bank)
    client = signed_in(of(bank))

    assert "This field is required." in client.post(at(part, "decline")).content.decode()
    stale = signed_in(of(commitment.partner)).post(
        at(part, "change"), {"role": "funding", "what": "Lends for years.", "seen": "x"}
    )
    assert "Lends for years." in stale.content.decode()
    assert "Please read them again." in stale.content.decode()
    # Between the page and the answer it was taken out.
    actions.remove(part, reason="It closed.", by=None)
    late = client.post(at(part, "decline"), {"reason": "No money."}).content.decode()
    assert "This is not possible now: the record is “Taken out”." in late


def test_a_partner_is_chosen_by_reference_or_full_name_also_among_many(commitment):
    lead = signed_in(of(commitment.partner))
    address = reverse("commitments:parts", args=[commitment.reference])
    few = [factories.partner(f"Example Mill {each}") for each in "ABCDEFGHIJ"]
    factories.partner("Example Mill of old", state="withdrawn")

    def told(name: str) -> str:
        return lead.post(address, {"partner": name, **WORDS}).content.decode()

    assert "There is no partner called “Zzz”." in told("Zzz")
    assert f"Example Mill A ({few[0].reference})" in told("mill example")
    assert ("; …" in told("mill"), "Example Mill of old" in told("mill old")) == (True, False)
    assert commitment.parts.count() == 0
    assert told("example mill b") == told(few[2].reference) == ""
    asked = set(commitment.parts.values_list("partner", flat=True))
    assert asked == {few[1].pk, few[2].pk}


# --- What each side reads


def test_people_of_an_asked_partner_read_a_draft_with_its_goals_and_no_more_once_they_said_no(bank):
    one = factories.commitment("draft", title="Night work")
    viewer = factories.person()
    factories.mandate(bank, "viewer", person=viewer)
    part = factories.part(one, partner=bank)
    client = signed_in(viewer)
    pages = {
        "summary": reverse("commitments:summary", args=[one.reference]),
        "results": one.framework.get_absolute_url(),
        "part": at(part),
        "parts of all": reverse("commitments:parts", args=[one.reference]),
        "a step": reverse("commitments:edit", args=[one.reference, "promise"]),
    }

    def answers() -> dict[str, int]:
        return {name: client.get(page).status_code for name, page in pages.items()}

    assert answers() == {
        "summary": 200,
        "results": 200,
        "part": 200,
        "parts of all": 403,
        "a step": 404,
    }
    text = client.get(pages["summary"]).content.decode()
    assert ("Sign a wage agreement" in text, "Bakers with an agreement" in text) == (True, True)
    submit = reverse("commitments:submit", args=[one.reference])
    assert (submit in text, client.post(submit).status_code) == (False, 403)
    assert list(Framework.objects.visible_to(viewer)) == [one.framework]

    gone = signed_in(of(bank)).post(at(part, "decline"), {"reason": "No money."})

    assert gone["Location"] == reverse("workspace")
    assert set(answers().values()) == {404}


def test_the_workspace_tells_what_waits_and_what_the_organisation_takes_part_in(bank):
    waits = factories.part(factories.commitment("draft", title="Waits"), partner=bank)
    held = factories.part(
        factories.commitment("published", title="Held"), "confirmed", partner=bank
    )
    offered = factories.commitment("published", title="Offered")
    Part.objects.filter(pk=factories.part(offered, "confirmed", partner=bank).pk).update(**OFFER)
    for state in ("declined", "left", "removed"):
        factories.part(factories.commitment("published", title="Over"), state, partner=bank)
    factories.part(factories.commitment("withdrawn", title="Taken back"), partner=bank)
    viewer = factories.person()
    factories.mandate(bank, "viewer", person=viewer)

    assert [one.commitment.title for one in queries.waiting_for(of(bank))] == ["Waits", "Offered"]
    assert queries.waiting_for(viewer) == []
    text = signed_in(of(bank)).get(reverse("workspace")).content.decode()
    assert (text.count(at(waits)), text.count(at(held)), "Over" in text) == (2, 1, False)


def test_the_lead_and_the_officer_read_who_has_not_answered_and_it_can_be_sent(bank):
    officer = factories.officer()
    one = factories.commitment("draft")
    lead = factories.mandate(one.partner, "focal_point").person
    factories.part(one, partner=bank)
    client = signed_in(lead)

    summary = client.get(reverse("commitments:summary", args=[one.reference])).content.decode()
    assert "Example Bank" in summary
    sent = client.post(reverse("commitments:submit", args=[one.reference]))
    assert (sent.status_code, Commitment.objects.get(pk=one.pk).state) == (302, "submitted")
    review = signed_in(officer).get(reverse("commitments:review", args=[one.reference]))
    assert "Example Bank" in review.content.decode()


def test_the_archive_names_parts_on_both_sides(commitment, bank):
    part = actions.ask(commitment, bank, **WORDS, by=None)
    actions.decline(part, reason="No money.", by=of(bank))

    assert archive_of(commitment.partner)[0]["together_with"] == [
        f"{bank.reference} funding, declined: Pays for the ovens."
    ]
    [row] = archive_of_parts(bank)
    assert (row["commitment"], row["led_by"], row["state"]) == (
        *(commitment.reference, commitment.partner.reference),
        "declined",
    )
    assert row["history"][1].endswith("decline: No money.")


# --- Who leads


def test_the_lead_is_handed_over_with_reports_and_history(commitment, bank, client):
    former, part = commitment.partner, factories.part(commitment, "confirmed", partner=bank)
    other = factories.part(commitment, "confirmed")
    period = factories.period(commitment.framework)
    report = factories.report(period)
    for each in (part, other):
        actions.offer_lead(each, role="supporting", what="Advises.", by=of(former))

    take_lead(part, of(bank))

    one = Commitment.objects.get(pk=commitment.pk)
    report.refresh_from_db()
    assert (one.partner, one.promised_by, one.framework.reporter, report.partner) == (
        *(bank, former),
        *(bank, bank),
    )
    own = one.parts.get(partner=former)
    assert (own.state, own.role, own.what) == ("confirmed", "supporting", "Advises.")
    assert (again(part).state, again(other).lead_offered_at) == ("left", None)
    assert [each.partner for each in queries.all_of(one)] == [other.partner, former]
    assert letters() == [
        ("focal@bank.test", "Will Example Bank lead from now on? Night work"),
        ("lead@union.test", "Example Bank leads from now on: Night work"),
    ]
    told = client.get(one.get_absolute_url()).content.decode()
    assert "Example Bank leads it from then on" in told
    assert list(Filing.objects.filter(commitment=one, facet="partner").order_by("value")) != []
    # And back again: the one that promised it carries it on itself.
    actions.offer_lead(own, role="funding", what="Pays.", by=of(bank))
    take_lead(own, of(former))
    one.refresh_from_db()
    assert (one.partner, one.promised_by) == (former, None)
    assert {each.partner: each.state for each in queries.all_of(one)} == {
        bank: "confirmed",
        other.partner: "confirmed",
    }
    assert list(audit.verify()) == []


def test_an_offer_is_taken_back_or_refused_and_the_other_side_hears(commitment, bank):
    lead = of(commitment.partner)
    part = factories.part(commitment, "confirmed", partner=bank)
    for by in (lead, of(bank)):
        actions.offer_lead(again(part), role="supporting", what="Advises.", by=lead)
        Letter.objects.all().delete()
        actions.end_offer(again(part), by=by)
        with pytest.raises(NotAllowed, match="not offered to this partner"):
            take_lead(part, of(bank))
        other = "focal@bank.test" if by == lead else "lead@union.test"
        assert letters() == [(other, "The lead stays where it is: Night work")]


# --- Partners that go


def test_parts_end_or_pass_on_when_a_partner_goes(commitment, bank):
    officer, heir = factories.officer(), factories.partner("Example Heir")
    factories.mandate(heir, "focal_point", person=factories.person("focal@heir.test"))

    def parts_of(*partners: Any) -> dict[str, str]:
        held = Part.objects.filter(partner__in=partners).select_related("commitment", "partner")
        return {f"{one.commitment.title}, {one.partner}": one.state for one in held}

    def promise(title: str, state: str = "published", **fields: Any) -> Commitment:
        return factories.commitment(state, title=title, goals=False, **fields)

    factories.part(commitment, "confirmed", partner=bank)
    factories.part(promise("Draft", "draft"), "asked", partner=bank)
    factories.part(promise("Closed", "closed"), "confirmed", partner=bank)
    led = promise("Led by heir", partner=heir)
    factories.part(led, "confirmed", partner=bank)
    both = promise("Both")
    factories.part(both, "confirmed", partner=bank)
    factories.part(both, "confirmed", partner=heir)
    once = promise("Heir said no")
    factories.part(once, "confirmed", partner=bank)
    factories.part(once, "declined", partner=heir)
    own = promise("Led by bank", partner=bank)
    factories.part(own, "confirmed", partner=heir)

    with transaction.atomic():
        lifecycle.leave(bank, "It closes.", by=officer, successor=heir)
        assert parts_of(bank) == {
            "Night work, Example Bank": "left",
            "Draft, Example Bank": "left",
            "Closed, Example Bank": "confirmed",
            "Led by heir, Example Bank": "left",
            "Both, Example Bank": "left",
            "Heir said no, Example Bank": "left",
        }
        assert ("lead@union.test", "Example Bank is no longer part of it: Night work") in letters()
        lifecycle.carry_on(bank, by=of(heir))
        assert parts_of(heir) == {
            "Night work, Example Heir": "asked",
            "Draft, Example Heir": "asked",
            "Closed, Example Heir": "confirmed",
            "Both, Example Heir": "confirmed",
            "Heir said no, Example Heir": "asked",
            "Led by bank, Example Heir": "left",
        }
        assert Commitment.objects.get(pk=own.pk).partner == heir
        transaction.set_rollback(True)

    bank.refresh_from_db()
    lifecycle.merge(bank, heir, "One is stronger.", by=officer, people_move=False)
    assert parts_of(bank, heir) == {
        "Night work, Example Heir": "confirmed",
        "Draft, Example Heir": "asked",
        "Closed, Example Heir": "confirmed",
        "Led by heir, Example Bank": "left",
        "Both, Example Bank": "left",
        "Both, Example Heir": "confirmed",
        "Heir said no, Example Bank": "left",
        "Heir said no, Example Heir": "asked",
        "Led by bank, Example Heir": "left",
    }
    assert ("lead@union.test", "Example Heir carries on a part: Night work") in letters()
    filed = Filing.objects.filter(commitment=commitment, value__in=[bank.reference, heir.reference])
    assert list(filed.values_list("value", flat=True)) == [heir.reference]
    assert list(audit.verify()) == []


# --- At once


@pytest.mark.django_db(transaction=True)
def test_two_of_a_partner_answer_and_the_lead_rewords_at_once():
    first, second, lead = (factories.person() for _ in range(3))
    part = factories.part()
    seen = queries.version_of(again(part))

    outcomes = at_once(
        lambda: actions.confirm(again(part), seen=seen, by=first),
        lambda: actions.decline(again(part), reason="No money.", by=second),
        lambda: actions.change(again(part), **WORDS, seen=seen, by=lead),
    )

    # Whoever came first was heard, and a yes was never taken for words that came after it.
    now = again(part)
    steps = [step.verb for step in now.moves.order_by("pk")]
    assert (steps, now.state, now.what, outcomes.count("done")) in [
        (["confirm", "ask"], "asked", WORDS["what"], 2),
        (["confirm", "ask", "decline"], "declined", WORDS["what"], 3),
        (["decline"], "declined", part.what, 1),
        (["decline"], "declined", WORDS["what"], 2),
    ]
    assert set(outcomes) <= {"done", "refused"}
    assert list(audit.verify()) == []


@pytest.mark.django_db(transaction=True)
def test_the_lead_is_taken_once_while_others_join_and_leave():
    bank, mill, late = (factories.partner(name) for name in ("Bank", "Mill", "Late"))
    person = factories.person()
    one = factories.commitment("published", goals=False)
    part = factories.part(one, "confirmed", partner=bank)
    Part.objects.filter(pk=part.pk).update(**OFFER)
    joins = factories.part(one, partner=mill)

    outcomes = at_once(
        *(lambda: take_lead(part, person) for _ in range(2)),
        lambda: actions.confirm(again(joins), seen=queries.version_of(again(joins)), by=person),
        lambda: actions.ask(Commitment.objects.get(pk=one.pk), late, **WORDS, by=person),
        lambda: lifecycle.leave(mill, "It closes.", by=person),
    )

    assert set(outcomes) <= {"done", "refused"}
    held = Commitment.objects.get(pk=one.pk)
    assert (held.partner, held.framework.reporter) == (bank, bank)
    assert [each.state for each in held.parts.filter(partner=one.partner)] == ["confirmed"]
    assert Part.objects.get(pk=joins.pk).state == "left"
    assert list(audit.verify()) == []
