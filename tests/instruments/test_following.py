"""Following a text, a paragraph or a party: letters to those who do, feeds for everybody."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.utils import translation
from lxml import etree

from coalition.base import privacy
from coalition.base.errors import Refused
from coalition.commitments.actions import approve
from coalition.instruments.following import actions
from coalition.instruments.models import Following, Instrument, Provision
from coalition.mailroom.models import Letter
from tests import factories
from tests.instruments.documents import BREAD, bread, import_text

pytestmark = pytest.mark.django_db
ATOM = {"a": "http://www.w3.org/2005/Atom"}


@pytest.fixture
def declaration() -> Instrument:
    """The bread declaration with its wording."""
    import_text(bread())
    return Instrument.objects.get(symbol="A/RES/99/1")


def provision(of: Instrument, eid: str) -> Provision:
    return of.provisions.get(eid=eid)


def published(of: Instrument, *eids: str, **fields: Any) -> Any:
    """A commitment on these, just approved by an officer."""
    waiting = factories.commitment(
        "submitted", provisions=[provision(of, eid) for eid in eids], **fields
    )
    return approve(waiting, by=factories.officer())


def told(person: Any) -> list[Letter]:
    return list(Letter.objects.filter(to_person=person, key__startswith="instruments."))


def entries(client: Client, path: str) -> list[str]:
    response = client.get(f"/en/instruments/{path}feed/")
    assert response["Content-Type"] == "application/atom+xml; charset=utf-8"
    feed = etree.fromstring(response.content)
    return [each.text for each in feed.findall("a:entry/a:title", ATOM)]


# --- Following


def test_following_twice_is_following_once_and_ends_once(declaration: Instrument) -> None:
    person = factories.person()
    for thing in (declaration, provision(declaration, "para_3"), factories.state("FRA")):
        for _again in range(2):
            actions.follow(thing, by=person)
        assert person.followings.count() == 1
        for _again in range(2):
            actions.unfollow(thing, by=person)
        assert person.followings.count() == 0


def test_nobody_follows_without_bound(
    declaration: Instrument, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(actions, "MOST_FOLLOWED", 1)
    person = factories.person()
    actions.follow(declaration, by=person)
    actions.follow(declaration, by=person)
    with pytest.raises(Refused, match="You follow 1 things already"):
        actions.follow(provision(declaration, "para_3"), by=person)


# --- Letters


def test_followers_of_what_is_delivered_on_are_told_and_no_others(
    declaration: Instrument,
) -> None:
    of_text, of_paragraph, of_point, of_other, of_nothing = (factories.person() for _ in range(5))
    factories.following(of_text, declaration)
    factories.following(of_paragraph, provision(declaration, "para_3"))
    factories.following(of_point, provision(declaration, "para_3__point_b"))
    factories.following(of_other, provision(declaration, "para_1"))
    factories.following(of_nothing, factories.state("FRA"))
    factories.following(of_nothing, factories.instrument("another"))

    one = published(declaration, "para_3__point_b__point_i", title="Sleep by day")

    people = (of_text, of_paragraph, of_point, of_other, of_nothing)
    assert [len(told(person)) for person in people] == [1, 1, 1, 0, 0]
    letter = told(of_paragraph)[0]
    assert letter.subject == "A new commitment on what you follow: Sleep by day"
    assert one.get_absolute_url() in letter.text
    assert "paragraph 3\n" in letter.text


def test_who_follows_a_paragraph_is_not_told_of_the_one_after_its_number() -> None:
    twelve = factories.instrument("twelve", paragraphs=12)
    person = factories.person()
    factories.following(person, provision(twelve, "para_1"))
    published(twelve, "para_10")
    assert told(person) == []


def test_one_letter_a_person_and_event_with_all_they_follow(declaration: Instrument) -> None:
    person = factories.person()
    for thing in (declaration, provision(declaration, "para_1"), provision(declaration, "para_3")):
        factories.following(person, thing)
    one = published(declaration, "para_1", "para_3")
    actions.tell_followers(one)

    (letter,) = told(person)
    followed = letter.text[letter.text.index("You follow:") :]
    assert followed.count("paragraph 1\n") == followed.count("paragraph 3\n") == 1
    assert followed.count("/instruments/") == 3


def test_letters_speak_the_language_of_their_reader_and_can_be_declined(
    declaration: Instrument,
) -> None:
    arab, declined, gone = (
        factories.person(language="ar"),
        factories.person(gets_digests=False),
        factories.person(is_active=False),
    )
    for person in (arab, declined, gone):
        factories.following(person, declaration)
    published(declaration, "para_1")

    (letter,) = told(arab)
    assert letter.language == "ar"
    assert "/ar/instruments/" in letter.text
    assert letter.headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert told(declined) == told(gone) == []


def test_who_publishes_and_who_promised_hear_of_it_once(declaration: Instrument) -> None:
    officer, focal_point = factories.officer(), factories.person()
    for person in (officer, focal_point):
        factories.following(person, declaration)
    waiting = factories.commitment(
        "submitted",
        partner=factories.partner(person=focal_point),
        provisions=[provision(declaration, "para_1")],
    )
    approve(waiting, by=officer)
    assert told(officer) == told(focal_point) == []
    assert Letter.objects.filter(to_person=focal_point, key__startswith="commitments.").count() == 1


def test_new_version_is_told_with_what_changed_in_ones_paragraph(declaration: Instrument) -> None:
    of_changed, of_same, of_text = (factories.person() for _ in range(3))
    factories.following(of_changed, provision(declaration, "para_3"))
    factories.following(of_same, provision(declaration, "para_4"))
    factories.following(of_text, declaration)
    revised = bread(
        symbol="A/RES/99/1/REV.1",
        text=BREAD.replace("A/RES/99/1", "A/RES/99/1/REV.1").replace("Sleep by day", "Sleep well"),
    )
    read_in_again(declaration, revised)

    (letter,) = told(of_changed)
    assert letter.subject.startswith("A new version of a text you follow: ")
    assert "paragraph 3 – its words changed\n" in letter.text
    assert "paragraph 4 – its words are the same\n" in told(of_same)[0].text
    assert "its words" not in told(of_text)[0].text


def read_in_again(of: Instrument, raw: dict[str, Any]) -> None:
    """Read a document in as a later version of the text."""
    from dataclasses import replace

    from coalition.analysis.ga_documents import read_document
    from coalition.instruments.texts.actions import import_document

    document = replace(read_document(raw), of=of.symbol)
    import_document(document, digest="b" * 64, file_digest="b" * 64)


def test_same_text_read_in_again_tells_nobody(declaration: Instrument) -> None:
    person = factories.person()
    factories.following(person, declaration)
    import_text(bread())
    assert told(person) == []


# --- Pages


def test_box_follows_for_who_is_signed_in_and_leads_others_to_sign_in(
    client: Client, declaration: Instrument
) -> None:
    path = f"/en/instruments/{declaration.code}/para_3/"
    page = client.get(path).content.decode()
    assert f"{path}feed/" in page
    assert f"next={path.replace('/', '%2F')}" in page
    assert f"{path}follow/" not in page

    person = factories.person()
    client.force_login(person)
    response = client.post(f"{path}follow/", {"back": path})
    assert response["Location"] == path
    assert f"{path}unfollow/" in client.get(path).content.decode()
    client.post(f"{path}unfollow/", {"back": path})
    assert not person.followings.exists()


def test_way_back_is_never_elsewhere(client: Client, declaration: Instrument) -> None:
    client.force_login(factories.person())
    for back in ("https://elsewhere.test/", "//elsewhere.test", "javascript:alert(1)", ""):
        response = client.post(f"/en/instruments/{declaration.code}/follow/", {"back": back})
        assert response["Location"] == "/en/profile/following/"


def test_way_back_is_an_address_and_no_name_of_a_page(
    client: Client, declaration: Instrument
) -> None:
    client.force_login(factories.person())
    response = client.post(f"/en/instruments/{declaration.code}/follow/", {"back": "²"})
    assert (response.status_code, response["Location"]) == (302, "%C2%B2")


def test_list_shows_ones_own_and_ends_each(client: Client, declaration: Instrument) -> None:
    person, other = factories.person(), factories.person()
    factories.following(other, factories.instrument("another"))
    for thing in (declaration, provision(declaration, "para_3"), factories.state("KEN")):
        factories.following(person, thing)
    client.force_login(person)
    page = client.get("/en/profile/following/").content.decode()
    assert "another" not in page
    assert "Kenya" in page
    actions_in_page = [line for line in page.split('action="') if "unfollow/" in line[:120]]
    assert len(actions_in_page) == 3
    client.post("/en/reporting/KEN/unfollow/")
    assert person.followings.filter(party__isnull=False).count() == 0


# --- Feeds


def test_feed_of_a_paragraph_tells_of_its_promises_and_wordings(
    client: Client, declaration: Instrument
) -> None:
    published(declaration, "para_3__point_a", title="A wage")
    published(declaration, "para_1", title="Another")
    factories.commitment("draft", provisions=[provision(declaration, "para_3")], title="Hidden")

    paragraph = entries(client, f"{declaration.code}/para_3/")
    assert [title.split(" – ")[0] for title in paragraph] == ["A wage", "Wording in A/RES/99/1"]
    whole = entries(client, f"{declaration.code}/")
    assert [title.split(" – ")[0] for title in whole] == [
        "Another",
        "A wage",
        "A new version of the text: A/RES/99/1",
    ]


def test_feed_tells_of_changed_words_only(client: Client, declaration: Instrument) -> None:
    revised = bread(
        symbol="A/RES/99/1/REV.1",
        text=BREAD.replace("A/RES/99/1", "A/RES/99/1/REV.1")
        .replace("People", "people")
        .replace("We will meet again in five years", "We will meet again in four years"),
    )
    read_in_again(declaration, revised)
    assert entries(client, f"{declaration.code}/para_4/") == [
        "New wording in A/RES/99/1/REV.1",
        "Wording in A/RES/99/1",
    ]
    assert entries(client, f"{declaration.code}/para_1/") == ["Wording in A/RES/99/1"]


def test_feed_is_answered_with_304_to_who_has_it(client: Client, declaration: Instrument) -> None:
    path = f"/en/instruments/{declaration.code}/feed/"
    first = client.get(path)
    assert client.get(path, headers={"If-None-Match": first["ETag"]}).status_code == 304
    published(declaration, "para_1")
    assert client.get(path, headers={"If-None-Match": first["ETag"]}).status_code == 200


@pytest.mark.parametrize("language", ["en", "ar"])
def test_feed_marks_examples_and_each_entrys_language(
    client: Client, declaration: Instrument, language: str
) -> None:
    published(
        declaration,
        "para_1",
        partner=factories.partner(is_example=True),
        language="fr",
        is_example=True,
    )
    with translation.override(language):
        response = client.get(f"/{language}/instruments/{declaration.code}/para_1/feed/")
    feed = etree.fromstring(response.content)
    entry = feed.findall("a:entry", ATOM)[0]
    assert entry.get("{http://www.w3.org/XML/1998/namespace}lang") == "fr"
    assert entry.find("a:title", ATOM).text.endswith({"en": "(Example)", "ar": "(مثال)"}[language])


# --- Personal data


def test_export_holds_followings_and_erasure_removes_them(declaration: Instrument) -> None:
    person = factories.person()
    factories.following(person, declaration)
    found = [each for each in privacy.export(person)["records"] if "Following" in each["model"]]
    assert [row["instrument"] for row in found[0]["rows"]] == [declaration.pk]
    privacy.erase(person, by=None)
    assert not Following.objects.filter(person=person).exists()
