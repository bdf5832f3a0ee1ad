"""Writing an intervention, screen by screen: what is kept, what is refused and how it is said."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from coalition.base.errors import Refused
from coalition.interventions import actions
from coalition.interventions.models import Intervention
from coalition.interventions.writing.forms import FORMS, StepForm
from coalition.interventions.writing.queries import unfinished, version_of
from coalition.results.models import Framework
from tests import factories

pytestmark = pytest.mark.django_db


def signed_in(person: Any) -> Client:
    client = Client()
    client.force_login(person)
    return client


@pytest.fixture
def one() -> Intervention:
    return factories.intervention("draft", title="Skills", for_whom="Bakers")


@pytest.fixture
def lead(one: Intervention) -> Client:
    return signed_in(factories.mandate(one.partner, "editor").person)


def at(one: Intervention, step: str) -> str:
    return reverse("interventions:edit", args=[one.reference, step])


def as_shown(one: Intervention, step: str, **typed: Any) -> dict[str, Any]:
    """What a browser sends back of a screen, with what somebody typed into it."""
    form: StepForm = FORMS[step](one)
    sent: dict[str, Any] = {}
    for bound in form:
        value = bound.value()
        if bound.name in ("titles", "abouts"):
            sent |= {f"{bound.name}_{code}": text for code, text in (value or {}).items()}
        elif isinstance(value, list):
            sent[bound.name] = [str(each) for each in value]
        else:
            sent[bound.name] = "" if value is None else str(value)
    return {**sent, **typed}


# --- Each screen


def test_words_are_kept_and_lead_on(one, lead):
    response = lead.post(
        at(one, "words"),
        as_shown(one, "words", title="Skills for bakers", titles_ar="مهارات", abouts_fr="Du pain."),
    )

    assert response.url == at(one, "answers")
    one.refresh_from_db()
    assert (one.title, one.titles, one.abouts) == (
        "Skills for bakers",
        {"ar": "مهارات"},
        {"fr": "Du pain."},
    )
    assert one.for_whom == "Bakers"
    assert not one.changes.exists()  # nobody else has read it yet


def test_what_it_answers_is_kept(one, lead):
    challenge, theme = factories.challenge(), factories.theme("care")
    common = factories.common_priority(theme=theme)
    lead.post(at(one, "answers"), as_shown(one, "answers", themes=[theme.pk]))

    response = lead.post(
        at(one, "answers"),
        as_shown(
            Intervention.objects.get(pk=one.pk),
            "answers",
            challenges=[challenge.pk],
            priorities=[common.pk],
            places=["Kenya", "FRA"],
            sdgs="8.5; 10, 8.5",
            in_line_with="Example framework 2025–2029",
            source_url="un.org/minutes",
        ),
    )

    assert response.url == at(one, "days")
    one.refresh_from_db()
    assert [list(rows.all()) for rows in (one.challenges, one.themes, one.priorities)] == [
        [challenge],
        [theme],
        [common],
    ]
    assert {place.code for place in one.places.all()} == {"KEN", "FRA"}
    assert one.sdgs == ["8.5", "10"]
    assert one.source_url == "https://un.org/minutes"


def test_its_periods_follow_its_days(one, lead):
    Framework.objects.filter(pk=one.framework_id).update(every=12)
    lead.post(at(one, "days"), as_shown(one, "days", starts_on="2026-01-01", ends_on="2027-12-31"))

    one.refresh_from_db()
    assert (one.starts_on, one.ends_on) == (date(2026, 1, 1), date(2027, 12, 31))
    assert one.framework.periods.filter(starts_on=date(2026, 1, 1)).exists()
    assert not one.framework.periods.filter(ends_on__gt=date(2027, 12, 31)).exists()


def test_paragraphs_are_ticked_with_a_sentence_how(one, lead):
    text = factories.instrument("declaration", paragraphs=3)
    other = factories.instrument("other-text", paragraphs=1)
    first, second, third = text.provisions.all()
    elsewhere = other.provisions.get()
    one.uptakes.create(provision=elsewhere, how="There too.")
    one.uptakes.create(provision=third)

    assert "There too." in lead.get(at(one, "paragraphs") + "?of=other-text").content.decode()
    response = lead.post(
        at(one, "paragraphs"),
        {
            "of": "declaration",
            "seen": version_of(one),
            "stay": "1",
            "provision": [first.eid, second.eid],
            f"how-{second.eid}": "By courses.",
        },
    )

    assert response.url == at(one, "paragraphs") + "?of=declaration"
    assert dict(one.uptakes.values_list("provision", "how")) == {
        first.pk: "",
        second.pk: "By courses.",
        elsewhere.pk: "There too.",
    }
    page = lead.get(response.url).content.decode()
    assert 'value="By courses."' in page


def test_a_text_that_is_not_held_changes_nothing(one, lead):
    text = factories.instrument("declaration", paragraphs=1)
    provision = text.provisions.get()

    page = lead.post(
        at(one, "paragraphs"),
        {"of": "no-such-text", "seen": version_of(one), "provision": [provision.eid]},
    )

    assert "There is no text “no-such-text” with paragraphs here." in page.content.decode()
    assert not one.uptakes.exists()


@pytest.mark.parametrize(
    ("step", "typed", "sentence"),
    [
        ("words", {"title": " "}, "This field is required"),
        ("words", {"about": "x" * 4_001}, "at most 4000 are taken"),
        ("words", {"titles_en": "Again"}, "English has its own field above"),
        ("words", {"language": "tlh"}, "Select a valid choice"),
        ("answers", {"sdgs": "8.5, 18.9"}, "“18.9” is no goal or target"),
        ("answers", {"places": ["Atlantis"]}, "We do not know the place “Atlantis”"),
        ("answers", {"themes": ["99999999999999999999"]}, "Select a valid choice"),
        ("answers", {"level": "galactic"}, "Select a valid choice"),
        ("answers", {"source_url": "javascript:alert(1)"}, "Enter a valid URL"),
        ("days", {"starts_on": "2027-01-02", "ends_on": "2027-01-01"}, "It ends before it starts"),
        ("days", {"starts_on": "30/30/2027"}, "Enter a valid date"),
    ],
)
def test_what_cannot_be_taken_is_said_beside_its_field(one, lead, step, typed, sentence):
    changed_at = one.changed_at

    page = lead.post(at(one, step), as_shown(one, step, **typed))

    assert page.status_code == 200
    assert sentence in page.content.decode()
    one.refresh_from_db()
    assert one.changed_at == changed_at


# --- Two people at once


def test_what_somebody_else_wrote_meanwhile_is_never_written_over_unseen(one, lead):
    sent = as_shown(one, "words", title="My title")
    actions.edit(one, fields={"for_whom": "Millers"}, by=factories.officer())

    page = lead.post(at(one, "words"), sent).content.decode()

    assert "Somebody else changed this intervention while you were writing." in page
    assert 'value="My title"' in page  # what was typed is kept
    assert "Millers" in page  # and what stands by now is shown beside it
    one.refresh_from_db()
    assert (one.title, one.for_whom) == ("Skills", "Millers")

    # Sent again with both before one's eyes, it counts.
    again = sent | {"seen": version_of(one), "for_whom": "Millers"}
    assert f'name="seen" value="{again["seen"]}"' in page
    lead.post(at(one, "words"), again)
    one.refresh_from_db()
    assert (one.title, one.for_whom) == ("My title", "Millers")


def test_paragraphs_chosen_meanwhile_are_told_too(one, lead):
    text = factories.instrument("declaration", paragraphs=2)
    first, second = text.provisions.all()
    seen = version_of(one)
    actions.take_up(one, text, how={first.pk: ""}, by=factories.officer())

    page = lead.post(
        at(one, "paragraphs"), {"of": "declaration", "seen": seen, "provision": [second.eid]}
    ).content.decode()

    assert "Somebody else changed this intervention" in page
    assert list(one.uptakes.values_list("provision", flat=True)) == [first.pk]


def test_saving_what_stands_changes_nothing(one, lead):
    """Nobody is asked to confirm a role again because somebody looked at the form."""
    before = version_of(one)

    for step in ("words", "answers", "days"):
        assert lead.post(at(one, step), as_shown(one, step)).status_code == 302

    one.refresh_from_db()
    assert version_of(one) == before


# --- Once everybody can read it


def test_in_public_every_change_has_its_reason():
    one = factories.intervention("pipeline", title="Skills")
    lead = signed_in(factories.mandate(one.partner, "editor").person)
    sent = as_shown(one, "words", title="Skills for all")

    page = lead.post(at(one, "words"), sent).content.decode()
    assert "Say in a sentence why it changes" in page
    assert not one.changes.exists()
    lead.post(at(one, "words"), sent | {"why": "It grew."})

    change = one.changes.get()
    assert (change.field, change.before, change.after, change.why) == (
        *("title", "Skills", "Skills for all", "It grew."),
    )


def test_in_public_paragraphs_change_with_a_reason_alone():
    text = factories.instrument("declaration", paragraphs=1)
    provision = text.provisions.get()
    one = factories.intervention("pipeline")

    with pytest.raises(Refused, match="why it changes"):
        actions.take_up(one, text, how={provision.pk: ""}, by=factories.officer())

    actions.take_up(one, text, how={provision.pk: ""}, why="Asked for.", by=factories.officer())
    assert one.changes.get().why == "Asked for."


def test_no_reason_is_asked_of_a_draft(one, lead):
    assert "why" not in FORMS["words"](one).fields
    assert "Why it changes" not in lead.get(at(one, "words")).content.decode()


# --- Who, and until when


def test_who_may_write():
    one = factories.intervention("draft")
    role = factories.role(one, "implementing", "confirmed")
    co_lead = factories.role(one, "co_lead", "confirmed")
    answers = {
        factories.mandate(one.partner, "editor").person: 200,
        factories.mandate(co_lead.partner, "editor").person: 200,
        factories.officer(): 200,
        factories.mandate(one.partner, "viewer").person: 403,
        factories.mandate(role.partner, "signatory").person: 403,
        factories.mandate(factories.partner(), "signatory").person: 404,
    }
    for person, status in answers.items():
        assert signed_in(person).get(at(one, "words")).status_code == status
    assert Client().get(at(one, "words")).status_code == 302
    assert signed_in(factories.officer()).get(at(one, "nonsense")).status_code == 404


@pytest.mark.parametrize("state", ["closed", "cancelled"])
def test_of_what_ended_nothing_changes(state):
    one = factories.intervention(state, title="Skills")
    client = signed_in(factories.mandate(one.partner, "editor").person)

    response = client.post(at(one, "words"), {"title": "Otherwise"}, follow=True)

    assert "nothing in it changes any more" in response.content.decode()
    one.refresh_from_db()
    assert one.title == "Skills"


def test_the_screens_say_what_is_missing():
    one = factories.intervention("draft", lead="asked", goals=False, about="", ends_on=None)

    assert unfinished(one) == {"words", "days", "paragraphs", "goals", "roles"}


def test_goals_are_offered_to_the_partner_that_reports_alone(one, lead):
    goals = reverse("results:setup", args=[one.framework.reference])

    assert goals in lead.get(at(one, "words")).content.decode()
    officer = signed_in(factories.officer())
    assert goals not in officer.get(at(one, "words")).content.decode()
