"""Commitments contribute to key interventions: claimed by one side, confirmed by the other, and
counted once."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import transaction
from django.test import Client
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from coalition.base.errors import NotAllowed, Refused
from coalition.commitments.contributing import actions, queries
from coalition.commitments.deciding import actions as deciding
from coalition.commitments.exploring.tables import records
from coalition.commitments.models import Claim, Commitment
from coalition.commitments.parts import actions as parts
from coalition.commitments.parts.queries import version_of as version_of_part
from coalition.commitments.queries import archive_of
from coalition.commitments.states import ClaimState, State
from coalition.interventions.models import Intervention
from coalition.interventions.states import State as InterventionState
from coalition.mailroom.models import Letter
from coalition.partners.people import lifecycle
from coalition.results.models import Contribution, Fact, Indicator, Total
from coalition.results.totals.actions import derive
from tests import factories

pytestmark = pytest.mark.django_db

WORDS = {"share": 2_500, "how": "Trains bakers."}


@pytest.fixture
def commitment() -> Commitment:
    """One that is public, with somebody who signs for its partner."""
    one = factories.commitment("published", title="Night work")
    factories.mandate(one.partner, "signatory", person=factories.person("maker@union.test"))
    return one


@pytest.fixture
def intervention() -> Intervention:
    """One that runs, with somebody who signs for the partner that leads."""
    one = factories.intervention("implementation", title="Skills")
    factories.mandate(one.partner, "signatory", person=factories.person("lead@bank.test"))
    return one


def signs(one: Any) -> Any:
    return one.partner.mandates.get(role="signatory").person


def first(one: Any) -> Indicator:
    return one.framework.indicators.first()


def reached(indicator: Indicator) -> int:
    """The total over all periods, places and partners; 0 where there is none."""
    of_all = {"period": None, "place": None, "partner": None, "cell": None, "role": "actual"}
    return sum(Total.objects.filter(indicator=indicator, **of_all).values_list("value", flat=True))


def shares(indicator: Indicator) -> dict[int, int]:
    return dict(Contribution.objects.filter(indicator=indicator).values_list("partner", "share"))


def figure(indicator: Indicator, value: int, year: int = 2026) -> None:
    period = factories.period(indicator.framework, year)
    factories.fact(indicator, value, period=period, role="actual")
    derive([indicator.pk])


def again(claim: Claim) -> Claim:
    """The claim as somebody else has it in hand."""
    return Claim.objects.get(pk=claim.pk)


def confirmed(commitment: Any, intervention: Any, **words: Any) -> Claim:
    made = actions.claim(
        commitment, first(intervention), **{**WORDS, **words}, by=signs(commitment)
    )
    return actions.confirm(made, seen=queries.version_of(made), by=signs(intervention))


# --- Who may, and when -------------------------------------------------------------------------

# y: it happens; -: it is refused. Who is not named may not do it in any state.
# claimed confirmed declined withdrawn
TABLE = """
reword    y y y y   maker
confirm   y - - -   lead
decline   y y - -   lead
withdraw  y y - -   maker
"""
ROWS = [(row[0], row[1:5], row[5:]) for row in map(str.split, TABLE.strip().splitlines())]
PEOPLE = ("visitor", "stranger", "editor", "maker", "co_lead", "lead", "both", "officer")


def people(claim: Claim) -> dict[str, Any]:
    """One of each; `both` signs for the one that leads and reads for the claimant."""
    co_lead = factories.role(claim.intervention, "co_lead", "confirmed").partner
    both = factories.mandate(claim.intervention.partner, "signatory").person
    factories.mandate(claim.commitment.partner, "viewer", person=both)
    return {
        "visitor": AnonymousUser(),
        "stranger": factories.mandate(factories.partner(), "signatory").person,
        "editor": factories.mandate(claim.commitment.partner, "editor").person,
        "maker": factories.mandate(claim.commitment.partner, "signatory").person,
        "co_lead": factories.mandate(co_lead, "signatory").person,
        "lead": factories.mandate(claim.intervention.partner, "signatory").person,
        "both": both,
        "officer": factories.officer(),
    }


@pytest.mark.parametrize(("verb", "answers", "allowed"), ROWS, ids=[row[0] for row in ROWS])
def test_who_may_do_what_and_when(verb, answers, allowed):
    one = factories.claim()
    persons = people(one)
    permission = (
        "commitments.answer_claim"
        if verb in ("confirm", "decline")
        else ("commitments.change_claim")
    )
    for name in PEOPLE:
        assert persons[name].has_perm(permission, one) == (name in allowed), name
    for state, answer in zip(ClaimState.values, answers, strict=True):
        with transaction.atomic():
            claim = factories.claim(state=state)
            given = {
                "reword": {**WORDS, "share": 100, "seen": queries.version_of(claim)},
                "confirm": {"seen": queries.version_of(claim)},
            }.get(verb, {"reason": "Because."})
            if answer == "y":
                done = getattr(actions, verb)(claim, **given, by=persons["maker"])
                assert again(done).state == Claim.VERBS.get(verb, Claim.VERBS["claim"]).target
            else:
                with pytest.raises(NotAllowed):
                    getattr(actions, verb)(claim, **given, by=persons["maker"])
            transaction.set_rollback(True)


def test_where_one_organisation_leads_both_an_officer_who_speaks_for_neither_answers():
    partner = factories.partner()
    claim = factories.claim(
        factories.commitment("published", partner=partner),
        factories.intervention("implementation", partner=partner),
    )
    factories.mandate(partner, "signatory")
    own_officer = factories.officer()
    factories.mandate(partner, "viewer", person=own_officer)
    officer = factories.officer()

    may = {
        person: person.has_perm("commitments.answer_claim", claim)
        for person in (signs(claim.commitment), own_officer, officer)
    }

    assert list(may.values()) == [False, False, True]
    assert queries.deciders(claim) == [officer]


@pytest.mark.parametrize("state", State.values)
def test_a_commitment_contributes_while_it_is_public_and_under_way(state, intervention):
    one = factories.commitment(state)
    by = factories.mandate(one.partner, "signatory").person

    if state in ("published", "completed_claimed", "inactive"):
        assert actions.claim(one, first(intervention), **WORDS, by=by).state == "claimed"
    else:
        with pytest.raises(NotAllowed, match="public and under way"):
            actions.claim(one, first(intervention), **WORDS, by=by)


@pytest.mark.parametrize("state", InterventionState.values)
def test_an_intervention_takes_contributions_while_it_runs(state, commitment):
    one = factories.intervention(state)

    if state in ("kick_off", "implementation", "finalisation"):
        assert actions.claim(commitment, first(one), **WORDS, by=signs(commitment))
    else:
        with pytest.raises(NotAllowed):
            actions.claim(commitment, first(one), **WORDS, by=signs(commitment))


# --- What is refused ---------------------------------------------------------------------------


def test_words_that_cannot_be_taken_are_refused(commitment, intervention):
    other = factories.commitment("published")
    in_words = factories.indicator(intervention.framework, measure="text", unit=None, rule="none")
    wrong = [
        ({"share": 0}, "more than 0"),
        ({"share": 10_001}, "100 per cent are left"),
        ({"how": " "}, "in a sentence"),
        ({"own": first(other)}, "own figures"),
    ]

    for words, sentence in wrong:
        with pytest.raises(Refused, match=sentence):
            actions.claim(
                commitment, first(intervention), **{**WORDS, **words}, by=signs(commitment)
            )
    with pytest.raises(Refused, match="have no parts"):
        actions.claim(commitment, in_words, **WORDS, by=signs(commitment))
    with pytest.raises(Refused, match="result of a key intervention"):
        actions.claim(commitment, first(other), **WORDS, by=signs(commitment))
    assert not Claim.objects.exists()


def test_a_result_is_claimed_once_and_a_figure_counts_once(commitment, intervention):
    second = factories.indicator(intervention.framework)
    own = first(commitment)
    actions.claim(commitment, first(intervention), own=own, **WORDS, by=signs(commitment))

    with pytest.raises(Refused, match="already"):
        actions.claim(commitment, first(intervention), **WORDS, by=signs(commitment))
    with pytest.raises(Refused, match="counts once"):
        actions.claim(commitment, second, own=own, **WORDS, by=signs(commitment))
    assert actions.claim(commitment, second, **WORDS, by=signs(commitment)).own is None


def test_a_share_over_the_whole_is_refused_with_what_is_left(commitment, intervention):
    first(intervention).contributions.create(
        partner=factories.partner(),
        share=8_000,
        how="It.",
        by=factories.person(),
        at="2026-01-01T00:00Z",
    )
    waits = factories.claim(commitment, intervention, share=2_001)

    with pytest.raises(Refused, match="20 per cent are left"):
        actions.confirm(waits, seen=queries.version_of(waits), by=signs(intervention))
    with pytest.raises(Refused, match="20 per cent are left"):
        actions.reword(
            waits, share=2_001, how="It.", seen=queries.version_of(waits), by=signs(commitment)
        )

    assert again(waits).state == "claimed"
    assert sum(shares(first(intervention)).values()) == 8_000


def test_nobody_says_yes_to_words_they_did_not_read(commitment, intervention):
    claim = actions.claim(commitment, first(intervention), **WORDS, by=signs(commitment))
    read = queries.version_of(claim)
    actions.reword(claim, share=10_000, how="All of it.", seen=read, by=signs(commitment))

    with pytest.raises(NotAllowed, match="read them again"):
        actions.confirm(claim, seen=read, by=signs(intervention))


# --- What follows ------------------------------------------------------------------------------


def test_confirmed_it_counts_and_everybody_reads_it(commitment, intervention):
    figure(first(commitment), 12)
    figure(first(intervention), 100)
    claim = actions.claim(
        commitment, first(intervention), own=first(commitment), **WORDS, by=signs(commitment)
    )
    assert (reached(first(intervention)), shares(first(intervention))) == (100, {})

    actions.confirm(claim, seen=queries.version_of(claim), by=signs(intervention))

    assert reached(first(intervention)) == 112
    assert shares(first(intervention)) == {commitment.partner_id: 2_500}
    told = Letter.objects.values_list("to_address", "key")
    assert {(to, key.split(":")[0]) for to, key in told} == {
        ("lead@bank.test", "commitments.claim_claimed"),
        ("maker@union.test", "commitments.claim_confirmed"),
    }
    figure(first(commitment), 8, 2027)
    assert reached(first(intervention)) == 120


def test_two_commitments_of_a_partner_make_one_share(commitment, intervention):
    other = factories.commitment("published", partner=commitment.partner)
    one = confirmed(commitment, intervention)
    confirmed(other, intervention, share=1_000)
    assert shares(first(intervention)) == {commitment.partner_id: 3_500}

    actions.withdraw(again(one), reason="It ended.", by=signs(commitment))

    assert shares(first(intervention)) == {commitment.partner_id: 1_000}


@pytest.mark.parametrize("verb", ["withdraw", "decline", "reword"])
def test_what_is_taken_back_counts_no_more(verb, commitment, intervention):
    figure(first(commitment), 12)
    figure(first(intervention), 100)
    claim = confirmed(commitment, intervention, own=first(commitment))

    if verb == "reword":
        given = {"share": 100, "how": "Less.", "seen": queries.version_of(claim)}
    else:
        given = {"reason": "Because."}
    getattr(actions, verb)(again(claim), **given, by=signs(commitment))

    assert (reached(first(intervention)), shares(first(intervention))) == (100, {})
    assert Indicator.objects.get(pk=first(commitment).pk).parent is None


def test_a_withdrawn_commitment_counts_no_more_also_where_the_intervention_rests(
    commitment, intervention
):
    figure(first(commitment), 12)
    claim = confirmed(commitment, intervention, own=first(commitment))
    from coalition.interventions import actions as interventions

    interventions.suspend(intervention, reason="No money.", by=signs(intervention))

    deciding.withdraw(commitment, reason="We cannot.", by=signs(commitment))

    claim = again(claim)
    assert (claim.state, claim.moves.last().reason) == (
        "withdrawn",
        "The commitment was withdrawn.",
    )
    assert (reached(first(intervention)), shares(first(intervention))) == (0, {})


def test_what_a_closed_commitment_contributed_stays(commitment, intervention):
    figure(first(commitment), 12)
    claim = confirmed(commitment, intervention, own=first(commitment))
    Commitment.objects.filter(pk=commitment.pk).update(
        state="closed", closed_at="2026-11-01T00:00Z"
    )

    with pytest.raises(NotAllowed, match="stays as it is"):
        actions.withdraw(again(claim), reason="No.", by=signs(commitment))
    assert (again(claim).state, reached(first(intervention))) == ("confirmed", 12)


def test_when_its_partner_leaves_it_ends_and_with_a_successor_it_goes_on(intervention):
    maker, heir = factories.partner(), factories.partner()
    one = factories.commitment("published", partner=maker)
    other = factories.commitment("published")
    for each in (one, other):
        factories.mandate(each.partner, "signatory")
        figure(first(each), 10)
        confirmed(each, intervention, own=first(each))
    officer = factories.officer()

    lifecycle.merge(maker, heir, "They are one.", by=officer, people_move=False)

    assert shares(first(intervention)) == {heir.pk: 2_500, other.partner_id: 2_500}
    assert reached(first(intervention)) == 20

    lifecycle.leave(other.partner, "It left.", by=officer)

    assert shares(first(intervention)) == {heir.pk: 2_500}
    assert reached(first(intervention)) == 10
    assert [each.state for each in Claim.objects.order_by("pk")] == ["confirmed", "withdrawn"]


def test_whoever_takes_over_the_lead_has_the_share(commitment, intervention):
    confirmed(commitment, intervention)
    part = factories.part(commitment, "confirmed")
    by = factories.mandate(part.partner, "signatory").person
    part = parts.offer_lead(part, role="supporting", what="Advises.", by=signs(commitment))

    parts.take_lead(part, seen=version_of_part(part), by=by)

    assert shares(first(intervention)) == {part.partner_id: 2_500}


# --- What is offered ---------------------------------------------------------------------------


def test_only_figures_that_fit_are_offered_the_others_with_the_reason(commitment, intervention):
    factories.indicator(commitment.framework, "Hectares", unit=factories.unit("hectares"))

    offered = queries.own_for(commitment, first(intervention))

    assert [(one.indicator.title, bool(one.why_not)) for one in offered] == [
        ("Bakers with an agreement", False),
        ("Hectares", True),
    ]


def test_interventions_of_the_same_theme_come_first(commitment):
    far = factories.intervention("implementation", title="A first", themes=[factories.theme("pay")])
    near = factories.intervention(
        "implementation", title="Z last", themes=list(commitment.themes.all())
    )
    factories.intervention("pipeline")
    factories.intervention("implementation", is_example=True)

    assert list(queries.taking(commitment)) == [near, far]
    assert list(queries.taking(commitment, "first")) == [far]


# --- Pages -------------------------------------------------------------------------------------


def test_a_claim_is_made_and_answered_on_pages(client: Client, commitment, intervention):
    client.force_login(signs(commitment))
    address = reverse("commitments:claim_new", args=[commitment.reference])
    chosen = f"{address}?intervention={intervention.reference}"
    assert intervention.title in client.get(address).content.decode()
    assert first(intervention).title in client.get(chosen).content.decode()
    form = {"own": str(first(commitment).pk), "share": "12.5 %", "how": "Trains bakers."}

    answer = client.post(f"{chosen}&indicator=1", form | {"share": "200"})
    assert "at most 100 per cent" in answer.content.decode()
    answer = client.post(f"{chosen}&indicator=1", form)

    claim = Claim.objects.get()
    assert (answer.url, claim.share) == (claim.get_absolute_url(), 1_250)

    client.force_login(signs(intervention))
    desk = reverse("commitments:claims_desk", args=[intervention.reference])
    place = reverse("interventions:workspace", args=[intervention.reference])
    assert f'href="{desk}"' in client.get(place).content.decode()
    assert "Trains bakers." in client.get(desk).content.decode()
    assert commitment.title in client.get(reverse("workspace")).content.decode()
    page = client.get(answer.url)
    assert list(page.context["forms"]) == ["confirm", "decline"]
    verb = reverse("commitments:claim_confirm", args=[commitment.reference, claim.pk])
    client.post(verb, {"seen": page.context["seen"]})

    assert again(claim).state == "confirmed"
    for one in (commitment, intervention):
        client.logout()
        body = client.get(one.get_absolute_url()).content.decode()
        assert "12.50%" in body, one


def test_what_is_not_confirmed_is_hidden_from_others(client: Client, commitment, intervention):
    claim = actions.claim(commitment, first(intervention), **WORDS, by=signs(commitment))
    client.force_login(factories.mandate(factories.partner(), "signatory").person)

    assert client.get(claim.get_absolute_url()).status_code == 404
    body = client.get(commitment.get_absolute_url()).content.decode()
    assert "Trains bakers." not in body
    verb = reverse("commitments:claim_confirm", args=[commitment.reference, claim.pk])
    assert client.post(verb, {"seen": queries.version_of(claim)}).status_code == 404


def test_the_thread_of_the_commitment_leads_up_to_the_intervention(commitment, intervention):
    confirmed(commitment, intervention)

    above = [knot.url for knot in Commitment.objects.get(pk=commitment.pk).above_results()]

    assert above[-2:] == [intervention.get_absolute_url(), commitment.get_absolute_url()]


def test_files_and_the_archive_name_the_intervention(commitment, intervention):
    confirmed(commitment, intervention)

    row = next(records(Commitment.objects.filter(pk=commitment.pk)))
    held = archive_of(commitment.partner)[0]

    assert row["contributes_to"] == [intervention.reference]
    assert held["contributes_to"] == [
        f"{intervention.reference}, {first(intervention).title}: 25.0 %, confirmed: Trains bakers."
    ]


# --- Counted once, whatever happens ------------------------------------------------------------

STEPS = st.tuples(
    st.sampled_from(
        [
            "claim",
            "claim",
            "confirm",
            "confirm",
            "reword",
            "decline",
            "withdraw",
            "give_up",
            "figure",
        ]
    ),
    st.integers(0, 3),  # which commitment
    st.integers(0, 1),  # which indicator of the intervention
    st.sampled_from([None, 0, 1]),  # which of the commitment's own
    st.integers(1, 6_000),  # the share, or the value of a figure
)


def slow_total(indicator: Indicator) -> int:
    """What an indicator of the intervention comes to by hand: each figure is looked at once, and
    counts where it was reported or where a confirmed claim names its indicator."""
    total = 0
    for fact in Fact.objects.published().filter(role="actual"):
        of_it = fact.indicator_id == indicator.pk
        named = Claim.objects.filter(
            own=fact.indicator_id, indicator=indicator, state="confirmed"
        ).exclude(commitment__state="withdrawn")
        total += fact.value if of_it or named.exists() else 0
    return total


def slow_shares(indicator: Indicator) -> dict[int, int]:
    found: dict[int, int] = {}
    for one in Claim.objects.filter(indicator=indicator, state="confirmed"):
        pk = one.commitment.partner_id
        found[pk] = found.get(pk, 0) + one.share
    return found


@given(st.lists(STEPS, min_size=6, max_size=30))
@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_whatever_happens_a_figure_counts_once_and_shares_make_up_no_more_than_the_whole(db, steps):
    with transaction.atomic():
        by = factories.person()
        taking = factories.intervention("implementation", goals=False)
        above = [factories.indicator(taking.framework) for _ in range(2)]
        same = factories.partner()
        makers = [same, same, None, None]
        commitments = [
            factories.commitment("published", partner=one, goals=False) for one in makers
        ]
        own = [[factories.indicator(one.framework) for _ in range(2)] for one in commitments]
        periods = [factories.period(one.framework) for one in (taking, *commitments)]
        factories.fact(above[0], 7, period=periods[0])
        derive([above[0].pk])
        for verb, which, to, mine, number in steps:
            commitment = Commitment.objects.get(pk=commitments[which].pk)
            held = Claim.objects.filter(commitment=commitment, indicator=above[to]).first()
            named = own[which][mine] if mine is not None else None
            words = {"own": named, "share": number, "how": "So."}
            try:
                with transaction.atomic():
                    if verb == "figure":
                        report_again(own[which][mine or 0], periods[which + 1], number)
                    elif verb == "give_up":
                        deciding.withdraw(commitment, reason="No.", by=by)
                    elif verb == "claim":
                        actions.claim(commitment, above[to], **words, by=by)
                    elif held is None:
                        continue
                    elif verb == "reword":
                        actions.reword(held, **words, seen=queries.version_of(held), by=by)
                    elif verb == "confirm":
                        actions.confirm(held, seen=queries.version_of(held), by=by)
                    else:
                        getattr(actions, verb)(held, reason="Because.", by=by)
            except (NotAllowed, Refused):
                pass
            for one in above:
                assert sum(shares(one).values()) <= 10_000
        one_by_one = [(reached(one), shares(one)) for one in above]
        assert one_by_one == [(slow_total(one), slow_shares(one)) for one in above]
        derive()
        assert [(reached(one), shares(one)) for one in above] == one_by_one
        transaction.set_rollback(True)


def report_again(indicator: Indicator, period: Any, value: int) -> None:
    """An amended figure takes the place of the one before, which stays, superseded."""
    indicator.facts.published().filter(period=period).update(state="superseded")
    factories.fact(indicator, value, period=period)
    derive([indicator.pk])
