from __future__ import annotations

import csv
import gzip
import json
import re
from datetime import date
from io import BytesIO, StringIO
from typing import Any

import pytest
from django.test import Client
from openpyxl import load_workbook

from coalition.instruments.consent import pages, words
from coalition.instruments.consent.queries import StatusOn
from coalition.instruments.models import BindingRule, ConsentAction, Party, Provision
from coalition.web.examples import consent as example
from tests.factories import consent, country, officer, person, state, treaty

pytestmark = pytest.mark.django_db


def get(client: Client, path: str, language: str = "en") -> str:
    response = client.get(f"/{language}{path}", HTTP_ACCEPT_LANGUAGE=language)
    assert response.status_code == 200, path
    return response.content.decode()


def read(response: Any) -> bytes:
    return b"".join(response.streaming_content)


def rows_of(client: Client, path: str) -> list[dict[str, str]]:
    text = read(client.get(f"/en{path}")).decode("utf-8-sig")
    return list(csv.DictReader(StringIO(text)))


def plain(html: str) -> str:
    return " ".join(re.sub(r"<[^>]*>", " ", html).split())


def cells(html: str) -> dict[tuple[str, str], tuple[str, str]]:
    """The class and the word of each cell of the matrix, by the party's and instrument's code."""
    found = re.findall(
        r'<td class="(\w+)"[^>]*><a href="/\w+/instruments/([^/]+)/parties/(\w+)/[^"]*">([^<]+)<',
        html,
    )
    # The coalition file brings a State of its own, which these tests leave aside.
    return {(who, what): (state, word) for state, what, who, word in found if who != "USA"}


@pytest.fixture
def world() -> dict[str, Any]:
    """Two conventions, three States, every status but one."""
    first, second = treaty("t1", category="fundamental"), treaty("t2", rule=False)
    france, britain, india = state("FRA"), state("GBR"), state("IND")
    consent(france, first, on=date(1951, 6, 28))
    consent(britain, first, "signature", on=date(1950, 1, 1))
    consent(india, first, on=date(1960, 3, 1))
    consent(india, first, "denunciation", on=date(1970, 3, 1))
    consent(india, second, on=date(1980, 1, 1))
    return {"first": first, "second": second, "france": france}


# --- The matrix ------------------------------------------------------------------------------


def test_matrix_shows_every_status_on_the_day_asked_for(client: Client, world: Any) -> None:
    days = {
        "1949-12-31": ("not_bound", "not_bound", "not_bound"),
        "1951-12-31": ("pending", "signed", "not_bound"),
        "1961-03-01": ("in_force", "signed", "in_force"),
        "1971-03-01": ("in_force", "signed", "denounced"),
    }
    for day, expected in days.items():
        shown = cells(get(client, f"/consent/?on={day}"))
        states = tuple(shown[code, "t1"][0] for code in ("FRA", "GBR", "IND"))
        assert (day, states) == (day, expected)


def test_matrix_tells_unknown_from_not_bound(client: Client, world: Any) -> None:
    shown = cells(get(client, "/consent/?on=1990-01-01"))

    assert shown["IND", "t2"] == ("unknown", "Unknown")
    assert shown["FRA", "t2"] == ("not_bound", "Not bound")


def test_matrix_says_as_of_when_and_how_many_instruments(client: Client, world: Any) -> None:
    treaty("t3", as_of=date(2020, 2, 1))
    treaty("t4", as_of=None)

    html = get(client, "/consent/")

    assert "As of 1 February 2020 to 11 May 2023, 3 instruments held" in plain(html)
    assert "/instruments/t4/" not in html


def test_matrix_year_of_the_slider_is_its_last_day(client: Client, world: Any) -> None:
    html = get(client, "/consent/?year=1951&region=")

    assert 'value="1951-12-31"' in html
    assert 'name="year" min="1919"' in html
    assert 'value="1951" list="decades"' in html
    assert "on=1950-12-31" in html
    assert "on=1952-12-31" in html
    assert cells(html)["FRA", "t1"][0] == "pending"


def test_matrix_filters_rows_and_columns(client: Client, world: Any) -> None:
    asked = {
        "?category=fundamental": {"FRA", "GBR", "IND", "t1"},
        "?region=150": {"FRA", "GBR", "t1", "t2"},
        "?region=155": {"FRA", "t1", "t2"},
        "?status=denounced&on=2000-01-01": {"IND", "t1", "t2"},
        "?status=unknown&on=2000-01-01": {"IND", "t1", "t2"},
        "?status=unknown&category=fundamental": set(),
        "?status=not_bound&on=2000-01-01": {"FRA", "GBR", "t1", "t2"},
        "?words=T2": {"FRA", "GBR", "IND", "t2"},
        "?words=frAn": {"FRA", "t1", "t2"},
        "?words=nobody": set(),
        "?group=territory": set(),
        "?group=members": {"FRA", "GBR", "IND", "t1", "t2"},
    }
    for query, expected in asked.items():
        shown = cells(get(client, f"/consent/{query}"))
        found = {who for who, _what in shown} | {what for _who, what in shown}
        assert (query, found) == (query, expected)


def test_matrix_takes_nonsense_for_no_question_and_says_so(client: Client, world: Any) -> None:
    for query in (
        "on=yesterday",
        "on=0001-01-01",
        "on=9999-12-31",
        "region=zz",
        "status=in-force",
        "subject=none&category=x",
        "group=" + "9" * 5000,
    ):
        html = get(client, f"/consent/?{query}")
        assert ("error-summary" in html, len(cells(html))) == (True, 6), query
    assert len(cells(get(client, "/consent/?year=99999&page=-1&columns=x%00"))) == 6


def test_matrix_has_forty_rows_and_twenty_columns_a_page(client: Client) -> None:
    for number in range(21):
        treaty(f"t{number:02}")
    for _number in range(41):
        state()

    first, last = get(client, "/consent/"), get(client, "/consent/?page=2&columns=2")

    everyone = pages.parties(examples=False).count()  # the coalition file brings some
    assert (first.count("<td class="), last.count("<td class=")) == (800, everyone - 40)
    assert "?columns=2" in first
    assert "Instruments 1 to 20 of 21" in plain(first)
    assert "?columns=1" in last
    assert len(gzip.compress(first.encode())) <= 15_000
    assert len(rows_of(client, "/consent/consent.csv")) == everyone * 21


def test_matrix_shows_examples_only_where_nothing_else_is_held(client: Client) -> None:
    example.build(officer())
    shown = cells(get(client, "/consent/"))
    states = {state for state, _word in shown.values()}
    assert states == {"in_force", "pending", "signed", "denounced", "unknown", "not_bound"}

    consent(state("FRA"), treaty("t1"))

    assert {what for _who, what in cells(get(client, "/consent/"))} == {"t1"}


def test_downloads_hold_all_that_is_filtered_with_its_passport(client: Client, world: Any) -> None:
    lines = rows_of(client, "/consent/consent.csv?on=1961-03-01&words=france")
    told = json.loads(read(client.get("/en/consent/consent.json?on=1961-03-01&words=france")))
    book = load_workbook(BytesIO(read(client.get("/en/consent/consent.xlsx?on=1961-03-01"))))

    assert [(line["instrument"], line["status"], line["since"]) for line in lines] == [
        ("t1", "in_force", "1952-06-28"),
        ("t2", "not_bound", ""),
    ]
    assert lines[0]["source"] == "A register of treaties"
    assert lines[0]["as_of"] == "2023-05-11"
    assert lines[0]["url"].endswith("/instruments/t1/parties/FRA/")
    assert (told["on"], told["instruments_held"]) == ("1961-03-01", 2)
    assert told["cells"] == [dict(line) for line in lines]
    assert book.active.max_row == 9


# --- One instrument --------------------------------------------------------------------------


def test_parties_page_tells_who_is_bound_and_by_which_rule(client: Client, world: Any) -> None:
    text = plain(get(client, "/instruments/t1/parties/?on=1961-03-01"))

    assert "2 parties bound on 1 March 1961" in text
    assert "It first entered into force on 4 July 1950." in text
    assert "It binds each later party 12 months after its consent was registered." in text
    assert "A denunciation takes effect 12 months after its registration." in text
    assert "So say its own words: art. 15 and 16." in text
    assert "members of the United Nations are bound" in text
    assert "Consented 1" in text  # of the curve, whose last value is of the table's day


def test_parties_page_says_where_a_rule_is_not_held_or_general(client: Client, world: Any) -> None:
    assert "The rule of entry into force is not held" in get(client, "/instruments/t2/parties/")
    BindingRule.objects.filter(instrument=world["first"]).update(is_general=True)
    assert "This is the general rule; the text of this instrument is not held." in get(
        client, "/instruments/t1/parties/"
    )


def test_parties_are_filtered_sorted_and_downloaded_alike(client: Client, world: Any) -> None:
    articles = [
        Provision.objects.create(
            instrument=world["first"],
            eid=f"art_{number}",
            number=str(number),
            role="operative",
            position=number,
        )
        for number in (1, 2)
    ]
    world["france"].consents.get(instrument=world["first"]).provisions.set(articles[:1])
    asked = {
        "": ["FRA", "IND", "GBR"],
        "?status=denounced": ["IND"],
        "?region=150": ["FRA", "GBR"],
        "?since=1952-01-01": ["FRA", "IND"],
        "?since=1952-01-01&sort=newest": ["IND", "FRA"],
        "?sort=oldest": ["GBR", "FRA", "IND"],
        "?provision=art_1": ["FRA"],
        "?provision=art_2": [],
        "?on=1950-06-01": ["GBR"],
    }
    for query, expected in asked.items():
        html = get(client, f"/instruments/t1/parties/{query}")
        body = html[html.index('id="list"') :]
        shown = re.findall(r'<th scope="row"><a href="/en/instruments/t1/parties/(\w+)/', body)
        saved = [
            line["party"] for line in rows_of(client, f"/instruments/t1/parties/parties.csv{query}")
        ]
        assert (query, shown, saved) == (query, expected, expected)
    assert "By provision" in html


def test_not_yet_lists_members_by_region_and_those_unknown_apart(
    client: Client, world: Any
) -> None:
    text = plain(get(client, "/instruments/t1/parties/not-yet/?on=2000-01-01"))
    second = plain(get(client, "/instruments/t2/parties/not-yet/?on=2000-01-01"))

    assert "3 members not bound on 1 January 2000" in text
    assert "Counted are the members of the United Nations" in text
    assert "Northern Europe 1" in text
    assert "(Signed)" in text
    assert "Southern Asia 1 India (Denounced)" in text
    assert second.index("Not known") < second.index("India")
    told = rows_of(client, "/instruments/t2/parties/not-yet.csv?on=2000-01-01")
    assert [(one["party"], one["status"]) for one in told] == [
        ("FRA", "not_bound"),
        ("IND", "unknown"),
        ("GBR", "not_bound"),
        ("USA", "not_bound"),
    ]


def test_instrument_without_a_table_has_no_page_of_parties(client: Client) -> None:
    made = treaty("t9", as_of=None)
    consent(state("FRA"), made)

    for path in ("", "parties.csv", "not-yet/", "not-yet.csv", "GBR/"):
        state("GBR")
        assert client.get(f"/en/instruments/t9/parties/{path}").status_code == 404, path
    text = plain(get(client, "/instruments/t9/parties/FRA/"))
    assert "No table of its parties is held; only what stands below is known." in text


# --- Passport and record -----------------------------------------------------------------------


def test_passport_tells_how_the_status_follows_step_by_step(client: Client, world: Any) -> None:
    text = plain(get(client, "/instruments/t1/parties/IND/?on=1965-01-01"))

    assert "1 January 1965: ● In force . In force for it since 1 March 1961." in text
    assert "1 March 1960 Pending, because of the ratification registered on 1 March 1960" in text
    assert "1 March 1961 In force, because of the ratification registered on 1 March 1960" in text
    assert "1 March 1971 Denounced, because of the denunciation registered on 1 March 1970" in text
    assert "A register of treaties" in text


def test_passport_shows_words_in_their_language_and_what_was_struck(
    client: Client, world: Any
) -> None:
    first, france = world["first"], world["france"]
    consent(
        france,
        first,
        "reservation",
        words="المادة 4 <b>لا</b> تنطبق.",
        language="ar",
        struck_at=None,
    )
    wrong = consent(france, first, on=date(1950, 1, 1))
    wrong.struck_at, wrong.struck_why = "2026-01-01T00:00Z", "The wrong day."
    wrong.save()

    html = get(client, "/instruments/t1/parties/FRA/")

    assert '<blockquote lang="ar" dir="auto">المادة 4 &lt;b&gt;لا&lt;/b&gt; تنطبق.' in html
    assert "<s>Ratification</s>" in html
    assert "The wrong day." in html
    assert html.index("<h3>Ratification</h3>") < html.index("<s>Ratification</s>")


def test_passport_tells_that_a_reason_is_not_held(client: Client, world: Any) -> None:
    consent(state("AUT"), world["first"], on=date(1960, 1, 1), source_status="Not in force")

    text = plain(get(client, "/instruments/t1/parties/AUT/"))

    assert "▲ Unknown" in text
    assert "Reason not held: the source says that it is not in force, and does not say why." in text
    assert "The source adds: Not in force" in text


def test_record_lists_every_held_instrument_by_status(client: Client, world: Any) -> None:
    territory = state("XT", kind="territory", state=world["france"])
    consent(territory, world["first"], on=date(1960, 1, 1))

    text = plain(get(client, "/consent/FRA/?on=2000-01-01"))

    assert "As of 11 May 2023, 2 instruments held" in text
    assert "Fundamental: 1 of 1 in force" in text
    assert re.search(r"● In force .* t1 Convention t1 since 28 June 1952", text)
    assert re.search(r"Not bound .* t2 Convention t2", text)
    assert "State XT 1 in force" in text
    assert [
        (line["instrument"], line["status"])
        for line in rows_of(client, "/consent/fra/record.csv?status=in_force")
    ] == [("t1", "in_force")]
    assert client.get("/en/consent/ZZZ/").status_code == 404


def test_place_and_contents_lead_to_parties(client: Client, world: Any) -> None:
    assert "/en/consent/FRA/" in get(client, "/places/FRA/")
    country("ITA")
    assert "/en/consent/ITA/" not in get(client, "/places/ITA/")
    html = get(client, "/instruments/t1/")
    assert '<a href="/en/instruments/t1/parties/">1</a>' in html
    treaty("t8", as_of=None)
    assert "No table of its parties is held." in get(client, "/instruments/t8/")


def test_example_party_and_real_instrument_never_meet(client: Client, world: Any) -> None:
    example.build(officer())

    assert client.get("/en/instruments/t1/parties/XAA/").status_code == 404
    assert client.get("/en/instruments/example-convention-1/parties/FRA/").status_code == 404
    html = get(client, "/instruments/example-convention-1/parties/not-yet/")
    assert set(re.findall(r"/parties/(\w{3})/", html)) <= {*example.STATES, "XBA", "XEU"}
    assert 'class="chart tiles"' not in get(client, "/instruments/example-convention-1/parties/")


def test_example_goes_without_a_rest() -> None:
    before = Party.objects.count()
    example.build(officer())

    assert example.remove() > 0
    assert Party.objects.count() == before
    assert not ConsentAction.objects.exists()


# --- Words -------------------------------------------------------------------------------------


def test_every_status_and_every_why_has_its_words() -> None:
    for status in pages.ORDER:
        assert words.SHORT[status]
        assert words.LONG[status]
        assert words.TONES[status]
        assert str(words.standing(StatusOn(status, date(2000, 1, 1)))).endswith(".")
        assert str(words.standing(StatusOn(status))).endswith(".")
    assert all(words.why(code) for code in words.Why if code)


# --- The desk ----------------------------------------------------------------------------------


ACT = {
    "instrument": "t1",
    "party": "FRA",
    "kind": "ratification",
    "on": "2001-02-03",
    "language": "en",
    "source": "Letter of the depositary",
    "url": "https://register.test/1",
}


def test_desk_is_for_officers_and_editors_alone(client: Client, world: Any) -> None:
    act = ConsentAction.objects.first()
    people = {None: 302, person(): 404, officer(): 200, person(roles=("editor",)): 200}
    for somebody, expected in people.items():
        client.logout()
        if somebody:
            client.force_login(somebody)
        for path in ("", "record/", f"{act.pk}/strike/"):
            assert client.get(f"/en/desk/consent/{path}").status_code == expected, path


def test_officer_records_an_act_and_strikes_it(client: Client) -> None:
    treaty("t1")
    country("FRA")
    client.force_login(officer())

    response = client.post("/en/desk/consent/record/", ACT)

    act = ConsentAction.objects.get()
    assert response["Location"] == "/en/instruments/t1/parties/FRA/"
    assert (act.party.code, act.kind, act.on) == ("FRA", "ratification", date(2001, 2, 3))
    assert (act.source.title, act.source.url) == (ACT["source"], ACT["url"])
    assert cells(get(client, "/consent/"))["FRA", "t1"][0] == "in_force"

    client.post(f"/en/desk/consent/{act.pk}/strike/", {"why": "The wrong State."})

    act.refresh_from_db()
    assert act.struck_why == "The wrong State."
    assert cells(get(client, "/consent/"))["FRA", "t1"][0] == "not_bound"


def test_desk_refuses_nonsense_with_a_sentence_and_keeps_nothing(
    client: Client, world: Any
) -> None:
    client.force_login(officer())
    before = ConsentAction.objects.count()
    wrong = {
        "instrument": (
            {"instrument": "nothing"},
            "There is no instrument “nothing” here. Write its code or symbol, such as C087.",
        ),
        "no treaty": ({"instrument": "doha"}, "There is no instrument “doha” here."),
        "party": ({"party": "ZZZ"}, "Select a valid choice"),
        "no day": ({"on": ""}, "Give the day of registration"),
        "a day to come": ({"on": "2100-01-01"}, "has not come yet"),
        "no such day": ({"on": "2001-02-30"}, "Enter a valid date"),
        "twice": ({"on": "1951-06-28"}, "held already"),
        "nothing to denounce": ({"party": "GBR", "kind": "denunciation"}, "nothing to denounce"),
        "provision": ({"provisions": "art_99"}, "is no provision of this text"),
        "no source": ({"source": " "}, "This field is required"),
    }
    for name, (change, sentence) in wrong.items():
        response = client.post("/en/desk/consent/record/", {**ACT, **change})
        assert (name, response.status_code) == (name, 200)
        assert sentence in plain(response.content.decode()), name
    act = ConsentAction.objects.first()
    assert "required" in client.post(f"/en/desk/consent/{act.pk}/strike/", {}).content.decode()
    assert ConsentAction.objects.filter(struck_at=None).count() == before
