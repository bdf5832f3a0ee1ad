from datetime import date

import pytest

from coalition.base import audit
from coalition.base.errors import NotAllowed
from coalition.base.models import Event
from coalition.commitments import actions
from coalition.mailroom.models import Letter
from tests import factories

pytestmark = pytest.mark.django_db


def letters():
    return sorted(Letter.objects.values_list("to_address", "subject"))


def test_draft_gets_the_next_reference_of_the_year():
    person = factories.person()
    partner = factories.partner(person=person)

    first = actions.draft(partner, title="Wages", language="en", by=person)
    second = actions.draft(partner, title="Care", language="ar", by=person)

    year, number = first.reference.split("-")[1:]
    assert second.reference == f"COM-{year}-{int(number) + 1:04d}"
    assert (first.state, first.partner) == ("draft", partner)


def test_draft_is_refused_to_an_organisation_that_left():
    partner = factories.partner(state="withdrawn")

    with pytest.raises(NotAllowed, match="“Withdrawn”, so nothing can be changed"):
        actions.draft(partner, title="Wages", language="en", by=factories.person())


def test_submit_names_everything_that_is_missing():
    person = factories.person()
    one = actions.draft(factories.partner(person=person), title="Wages", language="en", by=person)

    with pytest.raises(NotAllowed) as refusal:
        actions.submit(one, by=person)

    assert str(refusal.value) == (
        "Before it can be sent, please add: the promise in one sentence, for whom it is, "
        "the level, at least one place, at least one theme, "
        "at least one paragraph it delivers on, what will be measured: at least one indicator, "
        "the resources, the day it ends."
    )


def test_submit_tells_the_officers_once_and_nobody_else():
    officer = factories.officer(email="officer@secretariat.test")
    factories.person("editor@secretariat.test", roles=("editor",))
    focal_point = factories.person()
    one = factories.commitment(partner=factories.partner(person=focal_point), title="Wages")

    actions.submit(one, by=focal_point)

    assert letters() == [(officer.email, "A commitment waits for you: Wages")]


def test_submit_twice_is_refused_and_tells_nobody_again():
    factories.officer()
    one = factories.commitment()
    actions.submit(one, by=factories.person())

    with pytest.raises(NotAllowed, match="“Submitted”"):
        actions.submit(one, by=factories.person())
    assert Letter.objects.count() == 1


def test_request_change_needs_a_reason_and_changes_nothing_without():
    one = factories.commitment("submitted")

    with pytest.raises(NotAllowed, match="give a reason"):
        actions.request_change(one, reason="  ", by=factories.officer())
    one.refresh_from_db()
    assert (one.state, one.moves.count()) == ("submitted", 0)


def test_approve_publishes_at_once_and_tells_those_who_speak_for_the_maker():
    focal_point = factories.person("focal@union.test")
    one = factories.commitment(
        "submitted", partner=factories.partner(person=focal_point), title="Wages"
    )

    one = actions.approve(one, by=factories.officer())

    assert one.state == "published"
    assert one.published_at is not None
    assert [move.verb for move in one.moves.all()] == ["approve", "publish"]
    assert letters() == [("focal@union.test", "Your commitment is public: Wages")]


def test_sent_back_changed_and_sent_again_tells_the_officer_twice():
    officer = factories.officer()
    focal_point = factories.person()
    one = factories.commitment(partner=factories.partner(person=focal_point))

    actions.submit(one, by=focal_point)
    actions.request_change(one, reason="How many bakeries?", by=officer)
    actions.edit(one, fields={"promise": "Agree in 30 bakeries."}, by=focal_point)
    actions.submit(one, by=focal_point)

    assert Letter.objects.filter(to_person=officer).count() == 2
    assert "How many bakeries?" in Letter.objects.get(to_person=focal_point).text


def test_edit_sets_texts_and_lists():
    one = factories.commitment()

    actions.edit(
        one,
        fields={"title": "Care", "places": [factories.country("KEN")], "ends_on": date(2028, 1, 1)},
        by=factories.person(),
    )

    one.refresh_from_db()
    assert (one.title, one.ends_on) == ("Care", date(2028, 1, 1))
    assert [place.code for place in one.places.all()] == ["KEN"]


def test_deliver_on_keeps_other_texts_and_takes_only_its_own_provisions():
    one = factories.commitment()
    kept = one.deliveries.get().provision
    other = factories.instrument("other", paragraphs=2)
    stranger = factories.instrument("third", paragraphs=1).provisions.get()
    chosen = other.provisions.get(number="2")

    actions.deliver_on(
        one, other, how={chosen.pk: "By training", stranger.pk: ""}, by=factories.person()
    )

    assert sorted(one.deliveries.values_list("provision", "how")) == sorted(
        [(kept.pk, ""), (chosen.pk, "By training")]
    )


def test_letters_follow_the_readers_language():
    factories.officer(language="ar")
    one = factories.commitment()

    actions.submit(one, by=factories.person())

    assert Letter.objects.get().language == "ar"
    assert "/ar/desk/commitments/" in Letter.objects.get().text


def test_every_step_leaves_a_trace_without_names_or_texts():
    focal_point = factories.person()
    one = factories.commitment(partner=factories.partner(person=focal_point))
    officer = factories.officer()

    actions.submit(one, by=focal_point)
    actions.approve(one, by=officer)

    trail = Event.objects.filter(subject=audit.ref(one)).values_list("verb", "actor")
    assert list(trail) == [
        ("commitments.submit", audit.ref(focal_point)),
        ("commitments.approve", audit.ref(officer)),
        ("commitments.publish", audit.ref(officer)),
    ]
    assert list(audit.verify()) == []
