"""Finding commitments: what they are filed under, how many there are, searches that people keep."""

from __future__ import annotations

import csv
import io
import json
import random
from datetime import date, timedelta
from typing import Any

import pytest
from django.core.management import call_command
from django.db.models import Count
from django.utils import timezone
from openpyxl import load_workbook

from coalition.base.errors import Refused
from coalition.commitments.exploring import queries, searches
from coalition.commitments.exploring.actions import (
    changed,
    file,
    file_all,
    lights_changed,
    partners_changed,
)
from coalition.commitments.exploring.wishes import Wishes
from coalition.commitments.models import Commitment, Filing, SavedSearch, Tally
from coalition.mailroom.models import Letter
from coalition.partners.actions import edit_profile
from coalition.results.models import Framework
from tests import factories

pytestmark = pytest.mark.django_db


def filed(one: Commitment) -> set[str]:
    return {f"{each.facet}={each.value}" for each in one.filings.all()}


def numbers() -> dict[tuple[str, str], int]:
    return {(one.facet, one.value): one.number for one in Tally.objects.all()}


def recounted() -> dict[tuple[str, str], int]:
    rows = Filing.objects.values_list("facet", "value").annotate(Count("pk")).order_by()
    return {(facet, value): number for facet, value, number in rows}


def shown(client: Any, query: str) -> list[str]:
    """The titles on the page at this address."""
    return [one.title for one in client.get(f"/en/commitments/?{query}").context["page"]]


# --- Filing ----------------------------------------------------------------------------------


def test_commitment_is_filed_under_all_it_is_about():
    text = factories.instrument("bread", paragraphs=2)
    lead = factories.partner(group=factories.group("WRK"))
    helper = factories.partner(group=factories.group("EMP"))
    asked = factories.partner(group=factories.group("GOV"))
    one = factories.commitment(
        "published",
        partner=lead,
        provisions=[text.provisions.get(eid="para_2")],
        challenges=[factories.challenge()],
        starts_on=date(2026, 3, 1),
        ends_on=date(2028, 1, 1),
        needs_help=True,
    )
    Framework.objects.filter(commitment=one).update(every=12)
    one.parts.create(partner=helper, role="funding", what="Pays", state="confirmed")
    one.parts.create(partner=asked, role="funding", what="Pays", state="asked")

    changed(one)

    assert filed(one) == {
        f"partner={lead.reference}",
        f"partner={helper.reference}",
        *("group=WRK", "group=EMP", "country=FRA", "region=155", "region=150", "region=001"),
        *("theme=employment", "challenge=climate-change", "level=national", "help=yes"),
        *("declaration=bread", "provision=bread/para_2", "state=published", "light=reported"),
        *("year=2026", "year=2027", "year=2028"),
    }


def test_only_what_is_public_is_filed_and_withdrawn_under_its_state_alone():
    made = {
        state: factories.commitment(state)
        for state in ("draft", "submitted", "approved", "closed", "inactive", "withdrawn")
    }

    file_all()

    assert filed(made["withdrawn"]) == {"state=withdrawn"}
    assert {state for state, one in made.items() if filed(one)} == {
        *("closed", "inactive", "withdrawn")
    }


def test_years_are_bounded():
    one = factories.commitment("published", starts_on=date(2026, 1, 1), ends_on=date(9999, 1, 1))

    file([one.pk])

    assert one.filings.filter(facet="year").count() == 50


def test_numbers_kept_are_those_counted_whatever_happens():
    dice = random.Random(6)
    partners = [factories.partner() for _ in range(3)]
    themes = [factories.theme(code) for code in ("employment", "social-protection")]
    made = [
        factories.commitment("published", partner=dice.choice(partners), goals=False)
        for _ in range(6)
    ]
    for _ in range(60):
        one = dice.choice(made)
        what = dice.randrange(5)
        if what == 0:
            one.themes.set(dice.sample(themes, dice.randrange(3)))
        elif what == 1:
            one.state = dice.choice(["published", "inactive", "withdrawn", "draft"])
        elif what == 2:
            one.ends_on = date(dice.randrange(2026, 2032), 1, 1)
            one.needs_help = not one.needs_help
        elif what == 3:
            one.partner = dice.choice(partners)
        else:
            one.places.set([factories.country(dice.choice(["FRA", "KEN", "BRA"]))])
        one.save()
        file([one.pk])

    assert numbers() == recounted()
    assert file_all() == 0


def test_filing_anew_puts_right_what_was_spoiled():
    one = factories.commitment("published")
    file_all()
    before = (filed(one), numbers())
    one.filings.filter(facet="theme").delete()
    Filing.objects.create(commitment=one, facet="theme", value="nonsense")
    Tally.objects.filter(facet="level").update(number=77)

    assert file_all() > 0
    assert (filed(one), numbers()) == before
    assert file_all() == 0


def test_lights_and_groups_are_followed():
    one = factories.commitment("published", partner=factories.partner())
    file([one.pk])
    Framework.objects.filter(commitment=one).update(light="overdue", every=12)
    lights_changed([one.framework_id])
    edit_profile(one.partner, {"group": factories.group("ACA")}, by=factories.officer())

    assert {"light=overdue", "group=ACA"} < filed(one)
    assert numbers() == recounted()


def test_filing_costs_as_many_queries_for_three_as_for_one(django_assert_num_queries):
    made = [factories.commitment("published") for _ in range(3)]
    for keys in ([made[0].pk], [one.pk for one in made]):
        Filing.objects.all().delete()
        Tally.objects.all().delete()
        with django_assert_num_queries(15):
            file(keys)


def test_partner_without_commitments_costs_next_to_nothing(django_assert_num_queries):
    partner = factories.partner()
    with django_assert_num_queries(3):
        partners_changed([partner])


# --- The list --------------------------------------------------------------------------------


@pytest.fixture
def three(db: None) -> dict[str, Commitment]:
    """Three that differ in every way, and one that was withdrawn."""
    text = factories.instrument("bread", paragraphs=2)
    first, second = text.provisions.order_by("position")
    today = timezone.now().date()
    made = {
        "Bread": factories.commitment(
            "published",
            title="Bread",
            partner=factories.partner("Union of bakers"),
            provisions=[first],
            ends_on=today + timedelta(days=30),
            published_at=timezone.now() - timedelta(days=3),
        ),
        "Salt": factories.commitment(
            "inactive",
            title="Salt",
            partner=factories.partner("Union of salters", group=factories.group("EMP")),
            provisions=[second],
            places=[factories.country("KEN")],
            themes=[factories.theme("social-protection")],
            challenges=[factories.challenge()],
            level=factories.level("regional"),
            ends_on=today + timedelta(days=10),
            needs_help=True,
            published_at=timezone.now() - timedelta(days=2),
        ),
        "Cheese": factories.commitment(
            "closed",
            title="Cheese",
            ends_on=today - timedelta(days=400),
            starts_on=date(2020, 1, 1),
            published_at=timezone.now() - timedelta(days=1),
        ),
        "Water": factories.commitment("withdrawn", title="Water"),
    }
    Framework.objects.filter(commitment=made["Bread"]).update(light="overdue", every=12)
    Framework.objects.filter(commitment=made["Salt"]).update(every=12)
    file_all()
    return made


def test_each_filter_leaves_what_meets_it(client, three):
    asked = {
        "": ["Cheese", "Salt", "Bread"],
        f"partner={three['Salt'].partner.reference}": ["Salt"],
        "group=EMP": ["Salt"],
        "country=KEN": ["Salt"],
        "region=150": ["Cheese", "Bread"],
        "theme=social-protection": ["Salt"],
        "challenge=climate-change": ["Salt"],
        "level=regional": ["Salt"],
        "declaration=bread": ["Salt", "Bread"],
        "declaration=bread&provision=bread%2Fpara_2": ["Salt"],
        "state=inactive": ["Salt"],
        "state=withdrawn": ["Water"],
        "light=overdue": ["Bread"],
        "year=2020": ["Cheese"],
        "help=yes": ["Salt"],
        "words=union+bakers": ["Bread"],
        "theme=nonsense": [],
        "group=EMP&country=FRA": [],
        "region=001&sort=ends": ["Salt", "Bread", "Cheese"],
        "sort=title": ["Bread", "Cheese", "Salt"],
        "sort=overdue": ["Bread", "Salt", "Cheese"],
    }

    assert {query: shown(client, query) for query in asked} == asked


def test_every_number_is_what_its_choice_leaves(client, three):
    """Beside each choice of each filter stands how many rows there are once it is chosen."""
    for query in ("", "theme=employment", "words=union", "region=001&light=reported"):
        wishes = Wishes.of(query)
        counted = queries.counts(wishes)
        for facet, values in counted.items():
            for value, number in values.items():
                if facet == "state" and value == "withdrawn":
                    continue
                left = queries.found(wishes.but(**{facet: value}))
                assert left.count() == number, (query, facet, value)
        assert queries.total(wishes, counted) == queries.found(wishes).count()


def test_every_set_of_filters_has_one_address(client, three):
    reference = three["Salt"].partner.reference
    asked = {
        "place=KEN": "country=KEN",
        "place=Kenya": "country=KEN",
        "place=150": "region=150",
        "level=&theme=employment&words=": "theme=employment",
        "theme=employment&group=WRK": "group=WRK&theme=employment",
        "theme=employment&sort=newest&page=1&utm=x": "theme=employment",
        "provision=bread%2Fpara_2": "declaration=bread&provision=bread%2Fpara_2",
        "declaration=doha&provision=bread%2Fpara_2": "declaration=doha",
        "partner=union+of+salters": f"partner={reference}",
    }

    def led(query: str) -> str:
        return client.get(f"/en/commitments/?{query}")["Location"].partition("?")[2]

    assert {query: led(query) for query in asked} == asked
    assert [client.get(f"/en/commitments/?{one}").status_code for one in asked.values()] == [
        200
    ] * len(asked)


def test_name_of_several_partners_asks_which(client, three):
    answer = client.get("/en/commitments/?partner=union+of").context

    assert [str(partner) for partner, _url in answer["which"]] == [
        *("Union of bakers", "Union of salters")
    ]
    unknown = client.get("/en/commitments/?partner=nobody&theme=employment")
    assert unknown.context["unknown"] == "nobody"
    assert [one.title for one in unknown.context["page"]] == ["Cheese", "Bread"]


def test_chosen_filters_are_links_that_take_them_out(client, three):
    chosen = client.get("/en/commitments/?declaration=bread&help=yes&words=salt").context["chosen"]

    assert [(words, url.partition("?")[2]) for words, url in chosen] == [
        ("Declaration: Declaration bread", "help=yes&words=salt"),
        ("Help wanted: yes", "declaration=bread&words=salt"),
        ("Words: salt", "declaration=bread&help=yes"),
    ]


def test_hostile_filters_find_nothing_or_are_left_out(client, three):
    for query in ("year=%00%00", "theme=" + "x" * 5000, "state=%27--", "page=99999999999999999999"):
        assert client.get(f"/en/commitments/?{query}", follow=True).status_code == 200


def test_map_counts_under_the_other_filters_and_leads_to_the_list(client, three):
    page = client.get("/en/commitments/map/?level=national").content.decode()

    assert "/en/commitments/?country=FRA&amp;level=national" in page
    assert "country=KEN" not in page.partition("<svg")[2].partition("</svg>")[0]


# --- Files and feed --------------------------------------------------------------------------


def test_files_hold_exactly_what_the_list_shows(client, three):
    usd = factories.unit("usd")
    salt = three["Salt"]
    for number, amount in ((7, 150_000), (8, 50)):
        salt.resources.create(number=number, kind="financial", amount=amount, unit=usd, year=2027)
    salt.parts.create(partner=three["Bread"].partner, role="funding", what="Pays", state="asked")
    salt.parts.create(
        partner=factories.partner("Bank"), role="funding", what="Pays", state="confirmed"
    )
    address = "/en/commitments/download.{}?declaration=bread&sort=title"

    def got(kind: str) -> bytes:
        return b"".join(client.get(address.format(kind)).streaming_content)

    plain = list(csv.DictReader(io.StringIO(got("csv").decode("utf-8-sig"))))
    sheet = list(load_workbook(io.BytesIO(got("xlsx"))).active.values)
    whole = json.loads(got("json"))

    assert [row["title"] for row in plain] == ["Bread", "Salt"]
    assert [row[sheet[0].index("title")] for row in sheet[1:]] == ["Bread", "Salt"]
    assert [row["title"] for row in whole["commitments"]] == ["Bread", "Salt"]
    assert whole["list"].endswith("/en/commitments/?declaration=bread&sort=title")
    assert (plain[1]["money"], plain[1]["state"], plain[1]["delivers_on"]) == (
        *("usd 2027 1500.50", "inactive", "bread/para_2"),
    )
    last = whole["commitments"][1]
    assert last["money"] == [{"currency": "usd", "year": 2027, "amount": "1500.50"}]
    assert [one["name"] for one in last["parts"]] == ["Bank"]
    assert last["url"].endswith(salt.get_absolute_url())


def test_feed_has_the_same_filters(client, three):
    answer = client.get("/en/commitments/feed.atom?theme=employment")
    text = answer.content.decode()

    assert [title in text for title in ("Bread", "Cheese", "Salt", "Water")] == [
        *(True, True, False, False)
    ]
    assert "/en/commitments/feed.atom?theme=employment" in text
    again = client.get(
        "/en/commitments/feed.atom?theme=employment", headers={"if-none-match": answer["ETag"]}
    )
    assert again.status_code == 304


# --- Searches that people keep ---------------------------------------------------------------


def test_person_keeps_changes_and_takes_out_a_search(client, three):
    person, other = factories.person(), factories.person()
    client.force_login(person)

    client.post(
        "/en/searches/keep/",
        {"query": "theme=employment&sort=title", "name": "Work", "by_mail": "1"},
    )
    client.post("/en/searches/keep/", {"query": "theme=employment", "name": "Work again"})
    one = SavedSearch.objects.get(person=person)
    assert (one.name, one.query, one.by_mail) == ("Work again", "theme=employment", False)

    client.post(
        f"/en/searches/{one.pk}/change/", {f"{one.pk}-name": "Mine", f"{one.pk}-by_mail": "1"}
    )
    one.refresh_from_db()
    assert (one.name, one.by_mail) == ("Mine", True)

    client.force_login(other)
    assert client.post(f"/en/searches/{one.pk}/remove/").status_code == 404
    client.force_login(person)
    client.post(f"/en/searches/{one.pk}/remove/")
    assert not SavedSearch.objects.exists()


def test_search_without_a_name_or_one_too_many_is_refused(monkeypatch):
    person = factories.person()
    with pytest.raises(Refused, match="Give the search a name"):
        searches.keep(Wishes.of("theme=employment"), name=" \u200b", by_mail=True, by=person)
    monkeypatch.setattr(searches, "MOST_SEARCHES", 1)
    searches.keep(Wishes.of("theme=employment"), name="One", by_mail=True, by=person)
    with pytest.raises(Refused, match="You keep 1 searches already"):
        searches.keep(Wishes.of("level=national"), name="Two", by_mail=True, by=person)


def test_letter_tells_each_new_commitment_once_however_late_it_is_written():
    person = factories.person()
    factories.saved_search(person, "theme=employment", name="Work")
    factories.saved_search(person, "country=KEN", name="Kenya")
    factories.saved_search(person, "country=BRA", name="Quiet", by_mail=False)
    factories.saved_search(factories.person(), "country=ITA", name="Nothing")
    old = factories.commitment("published", title="Old", published_at=timezone.now() - timedelta(2))
    file([old.pk])
    assert searches.tell_what_is_new() == 0

    new = [
        factories.commitment("published", title="New bread", places=[factories.country("KEN")]),
        factories.commitment("published", title="New salt", places=[factories.country("BRA")]),
        factories.commitment("withdrawn", title="Gone"),
        factories.commitment("draft", title="Hidden"),
    ]
    file(one.pk for one in new)

    assert [searches.tell_what_is_new(), searches.tell_what_is_new()] == [1, 0]
    letter = Letter.objects.get(to_person=person)
    assert [letter.text.count(title) for title in ("New bread", "New salt")] == [2, 1]
    assert not any(title in letter.text for title in ("Old", "Gone", "Hidden", "Quiet"))

    last = factories.commitment("published", title="Later")
    file([last.pk])
    assert searches.tell_what_is_new() == 1
    newest = Letter.objects.filter(to_person=person).latest("pk")
    assert ("Later" in newest.text, "New bread" in newest.text) == (True, False)


def test_who_turns_letters_on_again_hears_of_what_comes_then():
    person = factories.person()
    search = factories.saved_search(
        person, "", by_mail=False, told_until=timezone.now() - timedelta(9)
    )
    file([factories.commitment("published").pk])
    searches.change(search, name="All", by_mail=True)

    assert searches.tell_what_is_new() == 0


def test_link_in_the_letter_ends_the_letters_on_one_search(client):
    person = factories.person()
    search = factories.saved_search(
        person, "theme=employment", told_until=timezone.now() - timedelta(9)
    )
    other = factories.saved_search(person, "country=KEN")
    file([factories.commitment("published").pk])
    call_command("commitments", "tell")
    link = Letter.objects.get().text.partition("/searches/stop/")[2].split()[0]
    address = f"/en/searches/stop/{link}"

    assert client.get(address).status_code == 200
    assert SavedSearch.objects.get(pk=search.pk).by_mail
    assert client.post(address).status_code == 200
    assert not SavedSearch.objects.get(pk=search.pk).by_mail
    assert SavedSearch.objects.get(pk=other.pk).by_mail
    assert client.get("/en/searches/stop/1:forged/").status_code == 404
