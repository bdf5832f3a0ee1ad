"""The golden thread, both ways."""

from __future__ import annotations

from typing import Any

import pytest

from coalition.base.changes import record_changed
from coalition.catalogue import thread
from tests import factories

pytestmark = pytest.mark.django_db


def knots(record: Any) -> set[tuple[str, str, str]]:
    return {(knot["position"], knot["kind"], knot["key"]) for knot in thread.thread_of(record)}


def test_thread_walks_both_ways_and_shows_nothing_hidden() -> None:
    partner = factories.partner("Lighthouse", country=factories.country("FRA"))
    gone = factories.partner("Ghost ship", state="withdrawn")
    wish = factories.priority(partner)
    instrument = factories.instrument("thread-one", paragraphs=3)
    provision = instrument.provisions.get(eid="para_2")
    theme, challenge = factories.theme("employment"), factories.challenge("climate-change")
    made = factories.commitment(
        "published", partner=partner, provisions=[provision], challenges=[challenge]
    )
    made.priorities.add(wish)
    for state in ("draft", "submitted", "withdrawn"):
        hidden = factories.commitment(state, partner=partner, provisions=[provision])
        hidden.challenges.add(challenge)
    factories.priority(gone)
    key, promise = f"{partner.reference}:{wish.rank}", ("commitment", made.reference)
    maker = ("partner", partner.reference)
    paragraph = ("provision", "thread-one/para_2")

    assert knots(made) == {
        ("above", "challenge", "climate-change"),
        ("above", "theme", "employment"),
        ("above", "priority", key),
        ("above", "declaration", "thread-one"),
        ("above", *paragraph),
        ("here", *promise),
        ("below", *maker),
        ("below", "place", "FRA"),
        ("below", "results", made.framework.reference),
    }
    assert knots(provision) == {
        ("above", "declaration", "thread-one"),
        ("here", *paragraph),
        ("below", *promise),
        ("below", *maker),
        ("below", "place", "FRA"),
    }
    assert knots(instrument) == {
        ("here", "declaration", "thread-one"),
        ("below", *paragraph),
        ("below", *promise),
        ("below", *maker),
    }
    assert knots(partner) == {
        ("above", "theme", "employment"),
        ("above", "priority", key),
        ("above", *paragraph),
        ("here", *maker),
        ("below", *promise),
        ("below", "place", "FRA"),
    }
    assert {knot for knot in knots(theme) if knot[1] != "provision"} == {
        ("here", "theme", "employment"),
        ("below", "priority", key),
        ("below", *promise),
        ("below", *maker),
    }
    assert {knot for knot in knots(challenge) if knot[1] != "provision"} == {
        ("here", "challenge", "climate-change"),
        ("below", *promise),
        ("below", *maker),
    }
    assert knots(factories.country("FRA")) == {
        ("above", *paragraph),
        ("here", "place", "FRA"),
        ("below", *maker),
        ("below", "priority", key),
        ("below", *promise),
    }
    assert knots(wish) == {
        ("above", "theme", "employment"),
        ("above", "place", "FRA"),
        ("above", *maker),
        ("here", "priority", key),
        ("below", *promise),
        ("below", *paragraph),
    }


def test_thread_of_a_paragraph_includes_promises_on_its_points() -> None:
    instrument = factories.instrument("thread-two", paragraphs=1)
    paragraph = instrument.provisions.get()
    point = instrument.provisions.create(
        eid="para_1__point_a", number="1 (a)", role="point", position=2, parent=paragraph
    )
    made = factories.commitment("published", provisions=[point])

    assert ("below", "commitment", made.reference) in knots(paragraph)


def test_every_knot_can_be_found_again_by_kind_and_key() -> None:
    partner = factories.partner(country=factories.country("FRA"))
    wish = factories.priority(partner)
    made = factories.commitment("published", partner=partner)
    made.priorities.add(wish)
    record_changed(made)

    for knot in thread.thread_of(made):
        again = thread.thread_of(thread.find_public(knot["kind"], knot["key"]))
        assert [one for one in again if one["position"] == "here"] == [{**knot, "position": "here"}]


@pytest.mark.parametrize(
    ("kind", "key"),
    [
        ("commitment", "COM-1999-0001"),
        ("priority", "PAR-1999-0001:1"),
        ("priority", "PAR-1999-0001:" + "9" * 40),
        ("priority", "PAR-1999-0001"),
        ("provision", "nothing"),
        ("nothing", "nothing"),
        ("intervention", "INT-1999-0001"),
        ("proposal", "CON-1999-0001"),
        ("proposal", "CON-1999-0001/x"),
        ("decision", "CON-1999-0001"),
        ("common_priority", "CPR-1999-0001"),
        ("indicator", "RES-1999-0001/" + "9" * 9),
        ("figure", "RES-1999-0001/1"),
        ("evidence", "RES-1999-0001/1"),
        ("evidence", "/1"),
    ],
)
def test_unknown_record_is_not_found(kind: str, key: str) -> None:
    assert thread.find_public(kind, key) is None


# --- The whole chain ---------------------------------------------------------------------------


def chain() -> dict[str, Any]:
    """From a challenge and a common priority to the evidence of a figure, each once."""
    challenge, wish = factories.challenge("climate-change"), factories.common_priority()
    asked = factories.consultation("decided", challenges=[challenge], priorities=[wish])
    proposal = factories.statement(asked, "Teach bakers.", priority=wish)
    factories.response(proposal)
    decided = factories.conclusion(asked)
    decided.takes_up.add(proposal)
    provision = factories.instrument("thread-three", paragraphs=1).provisions.get()
    made = factories.intervention(
        "implementation",
        conclusion=decided,
        proposals=[proposal],
        challenges=[challenge],
        priorities=[wish],
        provisions=[provision],
        places=[factories.country("FRA")],
    )
    indicator = made.framework.indicators.get()
    year = factories.period(made.framework, 2025)
    report = factories.report(year, "published")
    fact = factories.fact(indicator, 120, period=year, report=report)
    promise = factories.commitment("published")
    made.claims.create(
        commitment=promise, indicator=indicator, share=100, how="So.", state="confirmed"
    )
    return {
        "challenge": challenge,
        "common_priority": wish,
        "consultation": asked,
        "proposal": proposal,
        "decision": decided,
        "provision": provision,
        "intervention": made,
        "commitment": promise,
        "results": made.framework,
        "indicator": indicator,
        "figure": fact,
        "evidence": factories.evidence(fact),
    }


STEPS = (
    *(("challenge", "consultation"), ("common_priority", "consultation")),
    *(("common_priority", "proposal"), ("consultation", "proposal")),
    *(("consultation", "decision"), ("proposal", "decision"), ("decision", "intervention")),
    *(("proposal", "intervention"), ("challenge", "intervention")),
    *(("common_priority", "intervention"), ("provision", "intervention")),
    *(("consultation", "intervention"), ("intervention", "commitment")),
    ("intervention", "results"),
    *(("results", "indicator"), ("indicator", "figure"), ("figure", "evidence")),
)


def test_every_step_can_be_walked_both_ways() -> None:
    held = chain()
    sides = {
        kind: {
            (knot["position"], knot["kind"])
            for knot in thread.thread_of(one)
            if thread.find_public(knot["kind"], knot["key"]) == held.get(knot["kind"])
        }
        for kind, one in held.items()
    }

    for upper, lower in STEPS:
        assert ("below", lower) in sides[upper], (upper, lower)
        assert ("above", upper) in sides[lower], (upper, lower)


def test_what_hangs_on_a_chain_can_all_be_found_again() -> None:
    for one in chain().values():
        for knot in thread.thread_of(one):
            again = thread.find_public(knot["kind"], knot["key"])
            assert again is not None, knot
            (here,) = (each for each in thread.thread_of(again) if each["position"] == "here")
            assert here == {**knot, "position": "here"}


def test_nothing_hidden_hangs_on_the_thread() -> None:
    held = chain()
    factories.intervention("draft", title="Drawer", conclusion=held["decision"])
    held["evidence"].struck_at = held["evidence"].at
    held["evidence"].save()
    type(held["figure"]).objects.filter(pk=held["figure"].pk).update(hidden="small")

    assert not [knot for knot in thread.thread_of(held["decision"]) if knot["title"] == "Drawer"]
    figure = thread.find_public("figure", f"{held['results'].reference}/{held['figure'].pk}")
    (told,) = (knot for knot in thread.thread_of(figure) if knot["position"] == "here")
    assert "120" not in told["title"]
    assert not [knot for knot in thread.thread_of(figure) if knot["kind"] == "evidence"]
    key = f"{held['results'].reference}/{held['evidence'].pk}"
    assert thread.find_public("evidence", key) is None
