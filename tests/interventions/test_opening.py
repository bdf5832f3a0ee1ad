"""The officers' desk: decisions that wait, what each intervention lacks, how one is opened."""

from __future__ import annotations

import csv
from io import StringIO
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from coalition.base.models import Event
from coalition.interventions import actions
from coalition.interventions.models import Intervention
from coalition.mailroom.models import Letter
from coalition.results.models import Framework
from tests import factories

pytestmark = pytest.mark.django_db

DESK = "/en/desk/interventions/"


@pytest.fixture
def officer() -> Client:
    client = Client()
    client.force_login(factories.officer())
    return client


def decision(question: str = "What shall we do for bakers?", *proposals: str) -> Any:
    asked = factories.consultation("decided", question={"en": question})
    decided = factories.conclusion(asked)
    decided.takes_up.set([factories.contribution(asked, words) for words in proposals])
    return decided


def at(decided: Any) -> str:
    return reverse("interventions:open_decided", args=[decided.consultation.reference])


# --- Decisions


def test_a_decision_waits_until_an_intervention_comes_out_of_it(officer):
    decided = decision("What shall we do for bakers?")
    factories.conclusion(factories.consultation("synthesis", question={"en": "Not decided yet"}))
    page = officer.get(DESK).content.decode()
    assert "What shall we do for bakers?" in page
    assert at(decided) in page
    assert "Not decided yet" not in page

    factories.intervention("draft", conclusion=decided)

    assert at(decided) not in officer.get(DESK).content.decode()


def test_the_form_is_prefilled_from_the_decision(officer):
    alone = decision("What for bakers?", "Train bakers at night.")
    several = decision("What for millers?", "Train millers.", "Pay millers.")

    page = officer.get(at(alone)).content.decode()
    assert 'value="Train bakers at night."' in page
    page = officer.get(at(several)).content.decode()
    assert 'value="What for millers?"' in page
    assert page.count(" checked") == 2


def test_an_officer_opens_one_in_a_step(officer):
    decided = decision("What for millers?", "Train millers.", "Pay millers.")
    first = decided.takes_up.order_by("number").first()
    bank = factories.partner("Example Bank")
    signatory = factories.mandate(bank, "signatory").person

    response = officer.post(
        at(decided),
        {
            "title": "Skills for millers",
            "language": "en",
            "lead": "Example Bank",
            "proposals": [first.pk],
        },
    )

    one = Intervention.objects.get()
    assert response.url == reverse("interventions:workspace", args=[one.reference])
    assert (one.title, one.partner, one.conclusion) == ("Skills for millers", bank, decided)
    assert list(one.proposals.all()) == [first]
    assert one.roles.get().state == "asked"
    assert Letter.objects.get(to_person=signatory).subject == (
        "Will Example Bank take part? Skills for millers"
    )


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"title": ""}, "This field is required"),
        ({"lead": "Nobody"}, "There is no partner called “Nobody”"),
        ({"language": "tlh"}, "Select a valid choice"),
        ({"proposals": ["7777777"]}, "Select a valid choice"),
    ],
)
def test_what_cannot_be_opened_is_said(officer, typed, sentence):
    decided = decision("What for millers?", "Train millers.")
    factories.partner("Example Bank")
    given = {"title": "Skills", "language": "en", "lead": "Example Bank", **typed}

    page = officer.post(at(decided), given)

    assert page.status_code == 200
    assert sentence in page.content.decode()
    assert not Intervention.objects.exists()


def test_proposals_of_another_decision_are_no_choice(officer):
    other = decision("Something else", "Elsewhere.").takes_up.get()
    decided = decision("What for millers?", "Train millers.")
    factories.partner("Example Bank")

    page = officer.post(
        at(decided),
        {"title": "S", "language": "en", "lead": "Example Bank", "proposals": [other.pk]},
    )

    assert "Select a valid choice" in page.content.decode()


def test_one_without_a_consultation_needs_its_source_before_it_is_announced(officer):
    factories.partner("Example Bank")

    officer.post(
        reverse("interventions:open"),
        {"title": "Skills", "language": "en", "lead": "Example Bank"},
    )

    one = Intervention.objects.get()
    assert one.conclusion is None
    assert "the decision it comes from, or another source" in officer.get(DESK).content.decode()


def test_a_decision_that_is_not_published_opens_nothing(officer):
    hidden = factories.conclusion(factories.consultation("synthesis"))

    assert officer.get(at(hidden)).status_code == 404


# --- The list


def test_the_desk_says_what_each_lacks(officer):
    factories.intervention("draft", title="Draft one", lead="asked", about="")
    factories.intervention("pipeline", title="Without goals", goals=False)
    factories.intervention("pipeline", title="Ready one")
    factories.intervention("finalisation", title="Nearly done")

    page = officer.get(DESK).content.decode()

    for words in (
        "a partner that confirmed to lead it, what it is about",
        "what will be measured: at least one indicator",
        "The last published report does not say that it is completed.",
        "not confirmed",
    ):
        assert words in page, words
    assert page.count("Before the kick-off") == 1


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", {"Alpha", "Beta", "Gamma"}),
        ("?words=alph", {"Alpha"}),
        ("?state=pipeline", {"Beta"}),
        ("?lead=asked", {"Alpha"}),
        ("?lead=confirmed", {"Beta", "Gamma"}),
        ("?light=overdue", {"Gamma"}),
        ("?state=nonsense&sort=nonsense", {"Alpha", "Beta", "Gamma"}),
    ],
)
def test_the_desk_is_filtered_and_the_file_holds_the_same(officer, query, found):
    factories.intervention("draft", title="Alpha", lead="asked")
    factories.intervention("pipeline", title="Beta")
    late = factories.intervention("implementation", title="Gamma")
    Framework.objects.filter(pk=late.framework_id).update(light="overdue")

    page = officer.get(DESK + query).content.decode()
    file = officer.get(reverse("interventions:desk_csv") + query)
    lines = list(csv.DictReader(StringIO(b"".join(file.streaming_content).decode("utf-8-sig"))))

    assert {title for title in ("Alpha", "Beta", "Gamma") if title in page} == found
    assert {line["title"] for line in lines} == found
    for line in lines:
        assert line["lead_confirmed"] == ("0" if line["title"] == "Alpha" else "1")


@pytest.mark.parametrize(
    ("sort", "first"), [("title", "Alpha"), ("", "Beta"), ("partner", "Beta"), ("ends", "Alpha")]
)
def test_the_desk_is_sorted(officer, sort, first):
    factories.intervention(title="Alpha", partner=factories.partner("Z"), ends_on="2026-01-01")
    factories.intervention(title="Beta", partner=factories.partner("A"), ends_on="2027-01-01")

    page = officer.get(f"{DESK}?sort={sort}").content.decode()

    assert min(("Alpha", "Beta"), key=page.index) == first


def test_the_desk_is_for_officers_alone():
    decided = decision()
    one = factories.intervention()
    client = Client()
    client.force_login(factories.mandate(one.partner, "signatory").person)

    for url in (
        DESK,
        reverse("interventions:desk_csv"),
        reverse("interventions:open"),
        at(decided),
    ):
        assert client.get(url).status_code == 404
        assert client.post(url).status_code in (404, 405)


# --- A draft that becomes nothing


def test_a_draft_is_thrown_away_with_its_results(officer):
    one = factories.intervention("draft")
    framework = one.framework_id
    url = reverse("interventions:discard", args=[one.reference])
    lead = Client()
    lead.force_login(factories.mandate(one.partner, "signatory").person)
    assert lead.post(url).status_code == 403

    assert officer.post(url).url == DESK

    assert not Intervention.objects.exists()
    assert not Framework.objects.filter(pk=framework).exists()
    assert Event.objects.filter(verb="interventions.discard").exists()


def test_what_was_announced_stays(officer):
    one = factories.intervention("pipeline")

    page = officer.post(reverse("interventions:discard", args=[one.reference]), follow=True)

    assert "Cancel it with a reason instead" in page.content.decode()
    assert Intervention.objects.filter(pk=one.pk).exists()


def test_opened_means_that_nobody_else_sees_it():
    one = actions.open_intervention(
        factories.partner(), title="Skills", language="en", by=factories.officer()
    )

    assert one not in Intervention.objects.published()
