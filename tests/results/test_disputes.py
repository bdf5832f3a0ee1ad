"""A public figure is disputed by anybody with an address, and by nobody behind their back."""

from __future__ import annotations

import csv
import re
import threading
from collections.abc import Callable
from datetime import date, timedelta
from io import StringIO
from typing import Any

import pytest
from django.db import connections
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from coalition.base import audit, privacy
from coalition.base.errors import NotAllowed, Refused
from coalition.mailroom.models import Letter
from coalition.partners.models import Term
from coalition.results.disputes import actions, queries
from coalition.results.models import Dispute, Fact
from coalition.results.proof.actions import carry_over
from tests import factories

pytestmark = pytest.mark.django_db

REASON = "The register counts ninety people, not more."
ADDRESS = "rosewater.quill@readers.test"


def figure(value: int = 120, **fields: Any) -> Fact:
    """A public actual figure of 2026."""
    framework = factories.framework(commitment=factories.commitment("published"))
    indicator = factories.indicator(framework, "Bakers trained")
    given = {"period": factories.period(framework), **fields}
    return factories.fact(indicator, value, **given)


def reported_again(old: Fact, value: int) -> Fact:
    """What publishing an amended report does to a figure."""
    Fact.objects.filter(pk=old.pk).update(state="superseded")
    new = factories.fact(old.indicator, value, period=old.period)
    carry_over([(old, new)])
    return new


def door(fact: Fact) -> str:
    return reverse("results:dispute_new", args=[fact.indicator.framework.reference, fact.pk])


def signed_in(person: Any) -> Client:
    client = Client()
    if person is not None:
        client.force_login(person)
    return client


def send(fact: Fact, client: Client | None = None, **fields: Any) -> Any:
    told = {"reason": REASON, "language": "en", "email": ADDRESS, **fields}
    return (client or Client()).post(door(fact), told)


def link_in(letter: Letter) -> str:
    return re.search(r"https?://[^/]+(/\S+)", letter.text)[1]


def letters() -> list[tuple[str, str]]:
    """Whom we wrote to, and what about, without numbers."""
    return [
        (one.to_address, re.sub(r"[^a-z_]", "", one.key.split(":")[0].partition("_")[2]))
        for one in Letter.objects.order_by("pk")
    ]


# --- Saying it


def test_nothing_happens_before_the_link_of_the_letter_is_followed() -> None:
    officer, fact = factories.officer(), figure()

    response = send(fact)

    made = Dispute.objects.get()
    assert (response.status_code, response["Location"]) == (302, fact.get_absolute_url())
    assert (made.state, made.email, made.person, made.due_on) == (
        *("unconfirmed", ADDRESS),
        *(None, None),
    )
    assert letters() == [(ADDRESS, "confirm")]
    letter = Letter.objects.get()
    # Nobody can have us carry their words to a stranger.
    assert (REASON in letter.text, made.token_digest in letter.text) == (False, False)
    link = link_in(letter)
    reader = Client()
    assert [reader.get(link).status_code for _ in range(2)] == [200, 200]  # looking is not using
    assert Dispute.objects.get().state == "unconfirmed"
    assert REASON in reader.get(link).content.decode()

    assert reader.post(link).status_code == 200
    made.refresh_from_db()
    assert (made.state, made.due_on) == (
        "received",
        timezone.localdate() + timedelta(days=queries.days_to_decide()),
    )
    assert letters()[1:] == [
        (officer.email, "received"),
        (ADDRESS, "received_sender"),
    ]
    assert not Fact.objects.get(pk=fact.pk).is_disputed
    # The link works once.
    assert [reader.post(link).status_code, reader.get(link).status_code] == [410, 410]
    assert len(letters()) == 3
    assert "private, no-store" in reader.get(link)["Cache-Control"]


def test_link_that_is_old_or_made_up_confirms_nothing() -> None:
    send(figure())
    link = link_in(Letter.objects.get())
    Dispute.objects.update(at=timezone.now() - timedelta(days=7, minutes=1))
    answers = {
        "old": Client().post(link).status_code,
        "made up": Client().post(reverse("results:dispute_confirm", args=["x" * 43])).status_code,
        "empty digest": Client().get(reverse("results:dispute_confirm", args=["-"])).status_code,
    }

    assert answers == {"old": 410, "made up": 404, "empty digest": 404}
    assert Dispute.objects.get().state == "unconfirmed"


def test_who_is_signed_in_is_known_by_the_account_and_disputes_a_figure_once() -> None:
    person, officer, fact = factories.person(), factories.officer(), figure()
    client = signed_in(person)
    assert 'name="email"' not in client.get(door(fact)).content.decode()

    assert send(fact, client).status_code == 302
    again = send(fact, client)

    made = Dispute.objects.get()
    assert (made.state, made.person, made.email) == ("received", person, person.email)
    assert "You have disputed this figure already" in again.content.decode()
    assert letters() == [
        (officer.email, "received"),
        (person.email, "received_sender"),
    ]
    # History names nobody: the sender is to be forgotten one day.
    assert [move.by for move in made.moves.all()] == [None]


def test_answer_never_tells_whether_an_address_is_known() -> None:
    known = factories.person(ADDRESS)
    fact = figure()
    factories.dispute(fact, "admitted", email=ADDRESS, person=known)
    pages = {}
    for address in (ADDRESS, "nobody@readers.test"):
        response = send(fact, email=address)
        told = [str(one) for one in response.wsgi_request._messages]
        pages[address] = (response.status_code, [one.replace(address, "…") for one in told])

    assert len({str(one) for one in pages.values()}) == 1
    # Only the owner of the address learns that there is one already.
    confirmed = Client().post(link_in(Letter.objects.get(to_address=ADDRESS)))
    assert confirmed.status_code == 410
    assert "You have disputed this figure already" in confirmed.content.decode()


def test_door_closes_after_so_many_for_an_address_and_for_a_client() -> None:
    fact = figure()
    same = [send(fact).status_code for _ in range(4)]
    others = [send(fact, email=f"reader-{n}@readers.test").status_code for n in range(17)]

    assert (same, others) == ([302, 302, 302, 429], [302] * 16 + [429])
    assert Dispute.objects.count() == 19
    response = send(fact)
    assert "Figures were disputed too often" in response.content.decode()
    assert REASON in response.content.decode()  # what was written is still there


def test_reason_says_something_in_any_script() -> None:
    fact, by = figure(), factories.person()
    for empty in ("", "wrong", "no no no", " .,;!? ", "错了"):
        with pytest.raises(Refused, match="in a sentence"):
            actions.dispute(fact, reason=empty, language="en", by=by)
    for number, said in enumerate((REASON, "登记册上只有九十人", "السجل يعد تسعين شخصا فقط")):
        actions.dispute(fact, reason=said, language="en", email=f"{number}@readers.test")

    assert Dispute.objects.count() == 3


def test_only_public_figures_that_are_said_to_be_can_be_disputed() -> None:
    private = figure()
    private.indicator.framework.is_public = False
    private.indicator.framework.save()
    cases = {
        "actual": figure(),
        "baseline": figure(role="baseline", period=None),
        "target": figure(role="target"),
        "draft": figure(state="draft"),
        "superseded": figure(state="superseded"),
        "withheld": figure(hidden="small"),
        "private": private,
    }

    assert {name: Client().get(door(fact)).status_code for name, fact in cases.items()} == {
        "actual": 200,
        "baseline": 200,
        "target": 404,
        "draft": 404,
        "superseded": 404,
        "withheld": 404,
        "private": 404,
    }


def test_what_somebody_writes_is_escaped() -> None:
    fact, officer = figure(), factories.officer()
    bad = "<script>alert(1)</script> is what I know of it"
    signed_in(factories.person()).post(door(fact), {"reason": bad, "language": "en"})

    html = signed_in(officer).get(Dispute.objects.get().get_absolute_url()).content.decode()

    assert ("<script>alert" in html, "&lt;script&gt;alert(1)" in html) == (False, True)


# --- Deciding on it


def test_who_may_do_what_in_which_state() -> None:
    """Each verb by each person in each state."""
    told = {
        "admit": {"reason": "It is clear."},
        "refuse": {"reason": "It is not clear."},
        "reply": {"words": "We counted again.", "language": "en"},
        "resolve": {"outcome": "upheld", "reason": "It stands."},
    }
    fact, sender, partial = figure(), factories.officer(), factories.officer()
    reporter = fact.indicator.framework.reporter
    factories.mandate(reporter, "viewer", person=partial)
    people = {
        "visitor": None,
        "stranger": factories.mandate(factories.partner(), "signatory").person,
        **{
            role: factories.mandate(reporter, role).person
            for role in ("viewer", "editor", "signatory")
        },
        "officer": factories.officer(),
        "own officer": partial,
        "sender": sender,
    }
    clients = {who: signed_in(person) for who, person in people.items()}
    may: dict[str, set[str]] = {}
    seen: dict[str, set[str]] = {}
    for state in ("unconfirmed", "received", "admitted", "refused", "resolved"):
        for who, client in clients.items():
            for verb, given in told.items():
                made = factories.dispute(fact, state, person=sender, email=sender.email)
                address = reverse(f"results:dispute_{verb}", args=[made.reference])
                answer = client.post(address, given)
                now = Dispute.objects.get(pk=made.pk)
                if now.state != state or now.reply:
                    assert answer.status_code == 302
                    may.setdefault(f"{state} {verb}", set()).add(who)
            if client.get(made.get_absolute_url()).status_code == 200:
                seen.setdefault(state, set()).add(who)

    assert may == {
        "received admit": {"officer"},
        "received refuse": {"officer"},
        "admitted reply": {"signatory"},
        "admitted resolve": {"officer"},
    }
    officers = {"officer", "own officer", "sender"}
    assert seen == {
        "received": officers,
        "admitted": officers | {"viewer", "editor", "signatory"},
        "refused": officers,
        "resolved": officers | {"viewer", "editor", "signatory"},
    }


def test_mark_and_both_texts_stand_from_admission_to_resolution(
    django_assert_num_queries: Any,
) -> None:
    fact, officer = figure(), factories.officer()
    signer = factories.mandate(fact.indicator.framework.reporter, "signatory").person
    made = factories.dispute(fact, email=ADDRESS)
    actions.admit(made, reason="It names a source.", by=officer)
    assert Fact.objects.get(pk=fact.pk).is_disputed
    actions.reply(made, words="We counted again.", language="en", by=signer)
    with pytest.raises(NotAllowed, match="replied already"):
        actions.reply(made, words="And again.", language="en", by=signer)

    with django_assert_num_queries(2):
        (one,) = queries.told_of(fact)
    assert (one.reason, one.reply, [step.reason for step in one.steps]) == (
        *("The register counts fewer people.", "We counted again."),
        ["It names a source."],
    )
    assert one.get_deferred_fields() == {"email", "token_digest"}

    actions.resolve(made, outcome="upheld", reason="Both are right.", by=officer)
    assert not Fact.objects.get(pk=fact.pk).is_disputed
    assert [step.reason for step in queries.told_of(fact)[0].steps] == [
        *("It names a source.", "Both are right."),
    ]
    assert letters() == [
        (signer.email, "admit"),
        (ADDRESS, "admit_sender"),
        (officer.email, "reply"),
        (ADDRESS, "reply"),
        (signer.email, "resolve"),
        (ADDRESS, "resolve"),
    ]
    # Nobody but the sender is told the sender's address.
    texts = Letter.objects.exclude(to_address=ADDRESS).values_list("subject", "text")
    assert ADDRESS not in str(list(texts))
    page = signed_in(signer).get(made.get_absolute_url()).content.decode()
    assert ADDRESS not in page


def test_figure_is_corrected_by_an_amended_report_alone() -> None:
    fact, officer = figure(120), factories.officer()
    Fact.objects.filter(pk=fact.pk).update(published_at=timezone.now() - timedelta(days=2))
    made = factories.dispute(fact, "admitted")
    other = factories.dispute(fact, "admitted")
    end = {"outcome": "corrected", "reason": "Ninety it is.", "by": officer}
    with pytest.raises(NotAllowed, match="as it was when it was disputed"):
        actions.resolve(made, **end)
    same = reported_again(fact, 120)
    made.refresh_from_db()
    assert (made.fact_id, Fact.objects.get(pk=same.pk).is_disputed) == (same.pk, True)
    with pytest.raises(NotAllowed, match="as it was when it was disputed"):
        actions.resolve(made, **end)
    new = reported_again(same, 90)
    page = signed_in(officer).get(made.get_absolute_url()).content.decode()
    assert "Actual: 90" in page
    assert "As it was when it was disputed" in page

    actions.resolve(made, **end)
    assert Fact.objects.get(pk=new.pk).is_disputed  # the other one still stands
    actions.resolve(other, **{**end, "outcome": "upheld"})

    assert not Fact.objects.filter(is_disputed=True).exists()
    assert [one.outcome for one in queries.told_of(new)] == ["corrected", "upheld"]


def test_term_of_the_coalition_says_by_when_an_officer_decides() -> None:
    Term.objects.filter(code=queries.DECIDE_WITHIN).delete()
    assert queries.days_to_decide() == 14
    Term.objects.create(code=queries.DECIDE_WITHIN, names={"en": "Deciding"}, days=5)
    made = actions.dispute(figure(), reason=REASON, language="en", by=factories.person())

    assert made.due_on == timezone.localdate() + timedelta(days=5)


def test_desk_shows_what_is_due_first_and_gives_out_no_address() -> None:
    late = factories.dispute(figure(), due_on=date(2026, 1, 1), email=ADDRESS)
    soon = factories.dispute(figure())
    factories.dispute(figure(), "unconfirmed")
    factories.dispute(figure(), "refused", due_on=date(2026, 1, 2))
    client = signed_in(factories.officer())
    at = reverse("results:dispute_desk")

    def shown(query: str) -> list[str]:
        html = client.get(f"{at}{query}").content.decode()
        return re.findall(r"DIS-2025-\d+(?=</bdi>)", html)

    assert shown("")[0] == late.reference
    assert (len(shown("")), shown("?state=received")) == (3, [late.reference, soon.reference])
    assert shown("?overdue=on") == [late.reference]
    assert shown("?state=nonsense&page=99") == shown("")
    response = client.get(reverse("results:dispute_desk_csv") + "?overdue=on")
    text = b"".join(response.streaming_content).decode("utf-8-sig")
    (row,) = csv.DictReader(StringIO(text))
    assert (row["reference"], row["figure"], row["is_overdue"]) == (late.reference, "120", "yes")
    assert ADDRESS not in text + client.get(at).content.decode()


# --- People are forgotten, and two act at once


def test_erasing_a_person_keeps_what_was_said_and_forgets_who_said_it() -> None:
    person, fact = factories.person(ADDRESS), figure()
    made = actions.dispute(fact, reason=REASON, language="en", by=person)
    actions.admit(made, reason="It names a source.", by=factories.officer())
    begun = factories.dispute(figure(), "unconfirmed", email=ADDRESS.upper())
    assert len(privacy.export(person)["records"]) > 0

    privacy.erase(person, by=factories.officer())

    made.refresh_from_db()
    assert (made.reason, made.state, made.email, made.person) == (REASON, "admitted", "", None)
    assert not Dispute.objects.filter(pk=begun.pk).exists()
    assert not Letter.objects.filter(to_address=ADDRESS).exists()
    assert list(audit.verify()) == []
    # It goes on without its sender.
    actions.resolve(made, outcome="upheld", reason="It stands.", by=factories.officer())
    page = signed_in(factories.officer()).get(made.get_absolute_url()).content.decode()
    assert "Who sent it is not known any more." in page


def test_addresses_go_a_year_after_the_last_word() -> None:
    over, open_one = factories.dispute(figure()), factories.dispute(figure(), "admitted")
    actions.refuse(over, reason="Not clear.", by=factories.officer())
    later = timezone.now() + timedelta(days=366)

    privacy.purge(dry_run=False, now=later)

    over.refresh_from_db()
    open_one.refresh_from_db()
    assert (over.email, bool(open_one.email), over.reason) == ("", True, open_one.reason)


@pytest.mark.django_db(transaction=True)
def test_two_who_act_at_once_are_not_both_right() -> None:
    fact = figure()
    made = factories.dispute(fact)
    officers = [factories.officer() for _ in range(3)]
    words = [actions.admit, actions.refuse, actions.admit]
    calls: list[Callable[[], Any]] = [
        lambda officer=officer, act=act: act(
            Dispute.objects.get(pk=made.pk), reason="Because.", by=officer
        )
        for officer, act in zip(officers, words, strict=True)
    ]
    assert at_once(*calls) == ["done", "refused", "refused"]
    assert made.moves.count() == 1
    made.refresh_from_db()
    assert Fact.objects.get(pk=fact.pk).is_disputed == (made.state == "admitted")

    # The same person confirms two letters at once: one of them stands.
    twice = [factories.dispute(figure_of(fact), "unconfirmed", email=ADDRESS) for _ in range(3)]
    assert at_once(*(lambda one=one: actions.confirm(one) for one in twice)) == [
        *("done", "refused", "refused"),
    ]


def figure_of(fact: Fact) -> Fact:
    return Fact.objects.get(pk=fact.pk)


def at_once(*acts: Callable[[], Any]) -> list[str]:
    """What becomes of these when they are done at once, in alphabetical order."""
    every = threading.Barrier(len(acts))
    outcomes: list[str] = []

    def one(act: Callable[[], Any]) -> None:
        try:
            every.wait(timeout=10)
            act()
            outcomes.append("done")
        except (NotAllowed, Refused):
            outcomes.append("refused")
        except Exception as error:
            outcomes.append(repr(error))
        finally:
            connections.close_all()

    threads = [threading.Thread(target=one, args=[act]) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    return sorted(outcomes)
