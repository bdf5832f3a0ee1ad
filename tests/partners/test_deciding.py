from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from django.utils import timezone

from coalition.base.errors import NotAllowed
from coalition.base.states import diagram
from coalition.mailroom.models import Letter
from coalition.partners import actions
from coalition.partners.accession.queries import JUDGEMENTS, obstacle
from coalition.partners.accession.views import DECISIONS
from coalition.partners.models import AccessionRequest, Mandate
from coalition.partners.states import ACCESSION_VERBS, OPEN, AccessionState
from tests import factories
from tests.partners.test_views import at, sentences, signed_in

pytestmark = pytest.mark.django_db

GIVEN = {"reason": "Because we looked into it.", "advice": "accept"}
CLOSED = [state for state in AccessionState if state not in (*OPEN, "draft")]


def in_state(state: str, **fields: object) -> AccessionRequest:
    """A request put into a state by hand; every officer there is has declared no conflict."""
    closed_at = timezone.now() if state in CLOSED else None
    made = factories.accession_request(state, closed_at=closed_at, **fields)
    nobody_is_in_conflict(made)
    return made


def nobody_is_in_conflict(case: AccessionRequest) -> None:
    from coalition.partners.queries import officers

    for verification in case.verifications.all():
        for officer in officers():
            verification.declarations.get_or_create(
                officer=officer, defaults={"has_conflict": False}
            )


def test_every_verb_has_a_button_and_an_address_of_its_own():
    by_applicants = {"send"}

    assert set(DECISIONS) == set(ACCESSION_VERBS) - by_applicants
    addresses = [at(verb, "ACC-2026-0001") for verb in DECISIONS]
    assert len(set(addresses)) == len(DECISIONS)


@pytest.mark.any_database
def test_people_states_and_verbs():
    """Who may do what in which state, through the door that everybody has: the address."""
    target = factories.accession_request()
    partner = factories.partner()
    people = {
        "visitor": None,
        "person": factories.person(),
        "focal point": factories.person(),
        "editor": factories.person(roles=("editor",)),
        "officer": factories.officer(),
    }
    factories.mandate(partner, "focal_point", person=people["focal point"])
    clients = {who: signed_in(person) for who, person in people.items()}
    moved, answers = set(), {}
    for state in AccessionState:
        for verb, step in ((verb, ACCESSION_VERBS[verb]) for verb in DECISIONS):
            case = in_state(state, advice="decline" if verb == "decline" else "")
            # Others are tried where the verb would be possible.
            tried = clients if state == step.sources[0] else {"officer": clients["officer"]}
            for who, client in tried.items():
                answer = client.post(at(verb, case.reference), {**GIVEN, "into": target.reference})
                answers.setdefault(who, set()).add(answer.status_code)
                case.refresh_from_db()
                if case.state != state:
                    moved.add((who, state.value, verb))

    assert answers == {
        "visitor": {404},
        "person": {404},
        "focal point": {404},
        "editor": {404},
        "officer": {302},
    }
    assert moved == {
        ("officer", source.value, verb)
        for verb in DECISIONS
        for source in ACCESSION_VERBS[verb].sources
    }


def test_a_decision_takes_two_officers_who_agree():
    first, second = factories.officer(), factories.officer()
    case = in_state("under_vetting")

    case = actions.recommend(case, "They break the rules.", by=first, advice="decline")
    assert obstacle(case, "accept", second) != ""
    with pytest.raises(NotAllowed):
        actions.accept(case, "I like them.", by=second)
    with pytest.raises(NotAllowed, match="another officer must take it"):
        actions.decline(case, "They do.", by=first)
    case = actions.decline(case, "They do.", by=second)

    assert case.state == "declined"
    assert [(move.verb, move.by) for move in case.moves.all()][-2:] == [
        ("recommend", first),
        ("decline", second),
    ]


def test_who_changed_the_facts_since_the_recommendation_does_not_decide_on_them():
    first, second, third = factories.officer(), factories.officer(), factories.officer()
    case = in_state("under_vetting")
    actions.recommend(case, "All is there.", by=first)

    actions.complete(case, {"organisation": "Quite Another"}, by=second)

    for officer, why in ((first, "You recommended"), (second, "You saved the facts after")):
        with pytest.raises(NotAllowed, match=why):
            actions.accept(case, "Sound.", by=officer)
    assert actions.accept(case, "Sound.", by=third).name == "Quite Another"


def test_a_declared_conflict_closes_every_judgement_on_a_request():
    officer = factories.officer()
    case = factories.accession_request("under_vetting")
    case.verifications.get().declarations.create(
        officer=officer, has_conflict=True, words="My sister leads it."
    )

    said = {verb: obstacle(case, verb, officer) for verb in JUDGEMENTS}

    possible = {verb for verb in JUDGEMENTS if not obstacle(case, verb)}
    assert possible == {"recommend", "merge"}
    for verb in possible:
        assert said[verb].startswith("You declared a conflict of interest on")
    with pytest.raises(NotAllowed, match="You declared a conflict"):
        actions.merge(case, factories.accession_request(), "The same.", by=officer)


def test_nobody_merges_anything_into_a_request_that_concerns_themselves():
    officer = factories.officer()
    own = in_state("received", contact_email=officer.email)
    other = in_state("received")

    with pytest.raises(NotAllowed, match=f"{own.reference} concerns you yourself"):
        actions.merge(other, own, "The same.", by=officer)

    other.refresh_from_db()
    assert other.state == "received"


def test_sent_back_the_recommendation_is_gone_and_its_officer_told():
    first, second = factories.officer(), factories.officer()
    case = in_state("under_vetting")
    actions.recommend(case, "All is there.", by=first)
    Letter.objects.all().delete()

    case = actions.send_back(case, "The statutes are of another year.", by=second)

    assert (case.state, case.advice) == ("under_vetting", "")
    letter = Letter.objects.get()
    assert letter.to_person == first
    assert "The statutes are of another year." in letter.text


def test_who_recommended_may_send_it_back():
    officer = factories.officer()
    case = in_state("under_vetting")
    case = actions.recommend(case, "All is there.", by=officer)

    assert actions.send_back(case, "I was too quick.", by=officer).state == "under_vetting"


def test_set_aside_writes_to_nobody_and_reopen_begins_anew():
    officer = factories.officer()
    case = in_state("received")

    case = actions.set_aside(case, "It sells carpets.", by=officer)
    assert (case.state, Letter.objects.count()) == ("set_aside", 0)
    assert case.closed_at is not None
    case = actions.reopen(case, "It also bakes.", by=officer)

    assert (case.state, case.closed_at, case.advice) == ("acknowledged", None, "")
    assert "It also bakes." in Letter.objects.get(to_address=case.contact_email).text


def test_nobody_judges_a_request_that_concerns_themselves():
    """By the contact's address, by name among those in charge, by a mandate for a partner that
    the request may be the same as."""
    by_address = factories.officer()
    by_name = factories.officer(name="Officer of the union")
    by_mandate = factories.officer()
    free = factories.officer()
    case = in_state("received", contact_email=by_address.email.upper())
    case.known_names.create(kind="officer", name="officer of the UNION", role="Treasurer")
    partner = factories.partner()
    Mandate.objects.create(person=by_mandate, partner=partner, since=date(2026, 1, 15))
    case.duplicates.create(other_partner=partner, score=90, why=[], compared="x")

    concerned = {
        who: {verb for verb in JUDGEMENTS if "concerns you yourself" in obstacle(case, verb, who)}
        for who in (by_address, by_name, by_mandate, free)
    }

    possible = {verb for verb in JUDGEMENTS if not obstacle(case, verb)}
    assert possible == {"set_aside", "merge"}
    assert concerned == {
        by_address: possible,
        by_name: possible,
        by_mandate: possible,
        free: set(),
    }
    answer = signed_in(by_name).post(at("set_aside", case.reference), GIVEN)
    assert sentences(answer) == [
        "This request concerns you yourself: another officer must decide on it."
    ]


def test_acceptance_takes_the_known_names_along():
    case = in_state("recommended")
    second = factories.officer()
    nobody_is_in_conflict(case)
    case.known_names.create(kind="former", name="Old Guild")
    case.known_names.create(kind="officer", name="Chair of the union", role="Chair")

    partner = actions.accept(case, "Sound.", by=second)

    assert list(partner.known_names.values_list("kind", "name", "role")) == [
        ("former", "Old Guild", ""),
        ("officer", "Chair of the union", "Chair"),
    ]
    assert case.known_names.count() == 2
    assert partner.keys.exists()


def test_the_concepts_page_draws_the_way_of_a_request_as_the_code_has_it():
    aside = {"withdraw", "merge", "set_aside", "reopen"}
    verbs = {name: verb for name, verb in ACCESSION_VERBS.items() if name not in aside}
    reached = {AccessionState.DRAFT, *(verb.target for verb in verbs.values())}
    drawn = diagram(verbs, [state for state in AccessionState if state in reached])
    page = (Path(__file__).parents[2] / "docs" / "concepts.md").read_text(encoding="utf-8")

    assert f"```mermaid\n{drawn}\n```" in page
