from __future__ import annotations

import csv
import gzip
import io
import threading
from datetime import date, timedelta

import pytest
from django.db import connections
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation

from coalition.base.errors import NotAllowed
from coalition.mailroom.models import Letter
from coalition.partners import actions
from coalition.partners.models import AccessionRequest, Mandate, Partner
from tests import factories

pytestmark = pytest.mark.django_db

SCRIPT = "<script>alert(1)</script>"
HUGE = "1" + "0" * 30
VERBS = (
    *("acknowledge", "ask", "answer", "vet", "recommend", "send_back", "accept", "decline"),
    *("withdraw", "merge", "set_aside", "reopen"),
)


def signed_in(person: object) -> Client:
    client = Client()
    if person is not None:
        client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    return client


def at(route: str, *args: object) -> str:
    with translation.override("en"):
        return reverse(f"partners:{route}", args=args)


def page(client: Client, url: str, **query: object) -> str:
    response = client.get(url, query)
    assert response.status_code == 200
    return response.content.decode()


def sentences(response: object) -> list[str]:
    """The messages that the next page shows."""
    return [str(message) for message in response.wsgi_request._messages]


# --- The directory


def names(client: Client, **query: object) -> list[str]:
    response = client.get(at("directory"), query)
    assert response.status_code == 200
    return [partner.name for partner in response.context["page"]]


@pytest.fixture
def some_partners() -> None:
    france, kenya = factories.country("FRA"), factories.country("KEN")
    bakers = factories.partner("Bakers Union", country=france, joined_on=date(2026, 3, 1))
    factories.partner(
        "Ministry of Labour",
        group=factories.group("GOV"),
        country=kenya,
        joined_on=date(2026, 2, 1),
    )
    factories.partner(
        "World Union", scope="international", about="Bread for all", joined_on=date(2026, 4, 1)
    )
    factories.partner("Gone Union", state="withdrawn")
    factories.priority(bakers, theme=factories.theme("employment"))


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({}, ["Bakers Union", "Ministry of Labour", "World Union"]),
        ({"sort": "joined"}, ["World Union", "Bakers Union", "Ministry of Labour"]),
        ({"group": "GOV"}, ["Ministry of Labour"]),
        ({"country": "FRA"}, ["Bakers Union"]),
        ({"region": "002"}, ["Ministry of Labour"]),
        ({"region": "150"}, ["Bakers Union"]),
        ({"scope": "international"}, ["World Union"]),
        ({"theme": "employment"}, ["Bakers Union"]),
        ({"words": "union"}, ["Bakers Union", "World Union"]),
        ({"words": "union bread"}, ["World Union"]),
        ({"group": "WRK", "scope": "national"}, ["Bakers Union"]),
        ({"words": "nobody at all"}, []),
        ({"page": HUGE}, ["Bakers Union", "Ministry of Labour", "World Union"]),
        ({"page": "-1"}, ["Bakers Union", "Ministry of Labour", "World Union"]),
        ({"page": "9" * 5000}, ["Bakers Union", "Ministry of Labour", "World Union"]),
        ({"group": "XXX"}, ["Bakers Union", "Ministry of Labour", "World Union"]),
        ({"sort": SCRIPT}, ["Bakers Union", "Ministry of Labour", "World Union"]),
    ],
)
def test_directory_shows_what_the_filters_choose(client, some_partners, query, expected):
    assert names(client, **query) == expected


def test_directory_says_what_is_wrong_with_a_filter(client, some_partners):
    html = page(client, at("directory"), group=SCRIPT)

    assert "Something needs mending" in html
    assert SCRIPT not in html


def test_directory_counts_groups_under_the_other_filters(client, some_partners):
    html = page(client, at("directory"), group="GOV", words="union")

    assert "2 partners, from 1 of 8 groups" in html


def test_directory_has_a_link_of_its_own_without_what_is_no_filter(client, some_partners):
    response = client.get(at("directory"), {"words": "union", "utm": "x", "page": "7", "group": ""})

    assert response.context["link"] == f"{at('directory')}?words=union"


def test_directory_shows_fifty_a_page(client):
    for number in range(51):
        factories.partner(f"Union {number:02d}")

    assert len(names(client)) == 50
    assert names(client, page=2) == ["Union 50"]
    assert names(client, page=HUGE) == ["Union 50"]


def test_directory_as_csv_has_exactly_what_the_page_shows(client, some_partners):
    factories.partner('=HYPERLINK("http://x")', is_example=True, name_language="fr")

    response = client.get(at("directory_csv"), {"words": "union hyper", "sort": "joined"})
    all_rows = client.get(at("directory_csv"), {"sort": "joined"})

    rows = list(csv.reader(io.StringIO(response.getvalue().decode("utf-8-sig"))))
    assert len(rows) == 1
    rows = list(csv.reader(io.StringIO(all_rows.getvalue().decode("utf-8-sig"))))
    assert [row[1].removeprefix("'") for row in rows[1:]] == names(client, sort="joined")
    formula = dict(zip(rows[0], rows[-1], strict=True))
    assert (formula["Name"], formula["Example"]) == ('\'=HYPERLINK("http://x")', "yes")


def test_directory_marks_examples_and_foreign_names(client):
    factories.partner("نقابة", name_language="ar", is_example=True)

    html = page(client, at("directory"))

    assert 'lang="ar" dir="auto">نقابة</a> <span class="example"' in html


def test_directory_of_nobody_says_what_to_do(client):
    assert "No organisation has joined yet." in page(client, at("directory"))
    assert "No partner fits all of these filters." in page(
        client, at("directory"), scope="national"
    )


@pytest.mark.parametrize("rows", [1, 3])
def test_directory_asks_the_database_as_often_for_one_row_as_for_three(
    client, rows, django_assert_num_queries
):
    for _ in range(rows):
        factories.partner(country=factories.country())

    with django_assert_num_queries(8):
        page(client, at("directory"))


def test_directory_is_a_light_page(client):
    for number in range(50):
        factories.partner(
            f"Union of the workers of trade number {number}", country=factories.country()
        )

    html = page(client, at("directory"))

    assert len(gzip.compress(html.encode())) < 15_000


# --- The board and the case: for officers alone


@pytest.fixture
def others() -> dict[str, object]:
    """Everybody to whom the officers' pages do not exist."""
    partner = factories.partner()
    people = {
        "visitor": None,
        "person": factories.person(),
        "focal point": factories.person(),
        "focal point of an ended mandate": factories.person(),
        "editor": factories.person(roles=("editor",)),
    }
    since = date(2026, 1, 15)
    Mandate.objects.create(person=people["focal point"], partner=partner, since=since)
    Mandate.objects.create(
        person=people["focal point of an ended mandate"],
        partner=partner,
        since=since,
        until=since,
        role="signatory",
    )
    return people


def test_the_officers_pages_are_hidden_from_everybody_else(others):
    case = factories.accession_request()
    message = factories.message()
    answers = {
        (name, route): signed_in(person).get(at(route, *args)).status_code
        for name, person in others.items()
        for route, args in (("board", ()), ("request", (case.reference,)))
    }
    answers |= {
        (name, verb): signed_in(person).post(at(verb, *args), {"reason": "x"}).status_code
        for name, person in others.items()
        for verb, args in (
            *((verb, (case.reference,)) for verb in (*VERBS, "request")),
            ("open", (message.pk,)),
        )
    }

    assert set(answers.values()) == {404}
    case.refresh_from_db()
    assert (case.state, AccessionRequest.objects.count()) == ("received", 1)


@pytest.mark.parametrize("verb", VERBS)
def test_a_verb_is_never_a_get(verb):
    case = factories.accession_request()

    assert signed_in(factories.officer()).get(at(verb, case.reference)).status_code == 405


@pytest.mark.parametrize(
    "reference",
    ["ACC-2026-9999", f"ACC-2026-{HUGE}", "%00", "A%00B", "%F0%9F%8D%9E", "%3Cscript%3E", "../.."],
)
def test_a_request_that_does_not_exist_is_not_found(reference):
    client = signed_in(factories.officer())

    assert client.get(f"{at('board')}{reference}/").status_code == 404
    assert client.post(f"{at('board')}{reference}/accept/").status_code == 404
    assert client.get(f"/en/workspace/{reference}/profile/").status_code == 404
    assert client.get(f"/en/workspace/{reference}/priorities/").status_code == 404


@pytest.mark.parametrize("number", ["0", HUGE, "9" * 5000])
def test_a_message_that_does_not_exist_is_not_found(number):
    url = f"{at('board')}open/{number}/"

    assert signed_in(factories.officer()).post(url).status_code == 404


def test_board_shows_open_requests_those_first_who_wait_longest():
    now = timezone.now()
    new = factories.accession_request(opened_at=now - timedelta(days=1))
    old = factories.accession_request(opened_at=now - timedelta(days=9))
    moved = factories.accession_request(opened_at=now - timedelta(days=30))
    done = factories.accession_request("declined", closed_at=now)
    actions.vet(moved, by=None)
    client = signed_in(factories.officer())

    def shown(**query: object) -> list[AccessionRequest]:
        rows = client.get(at("board"), query).context["rows"]
        return [each["row"].record for each in rows]

    assert shown() == [old, new, moved]
    assert shown(stage="declined") == [done]
    assert shown(stage="under_vetting", page=HUGE) == [moved]
    assert shown(stage=SCRIPT) == [old, new, moved]
    rows = client.get(at("board")).context["rows"]
    assert [each["row"].days for each in rows] == [9, 1, 0]


def test_board_shows_decided_requests_by_the_day_they_were_decided():
    now = timezone.now()
    late = factories.accession_request("declined", closed_at=now - timedelta(days=2))
    early = factories.accession_request("declined", closed_at=now - timedelta(days=8))
    client = signed_in(factories.officer())

    rows = client.get(at("board"), {"stage": "declined"}).context["rows"]

    assert [(each["row"].record, each["row"].days) for each in rows] == [(early, 8), (late, 2)]


def test_board_says_what_is_next():
    factories.accession_request(is_confirmed=False, opened_at=timezone.now() - timedelta(days=5))
    factories.accession_request(scope="", opened_at=timezone.now() - timedelta(days=4))
    factories.accession_request("recommended", opened_at=timezone.now() - timedelta(days=3))
    client = signed_in(factories.officer())

    assert [each["row"].next for each in client.get(at("board")).context["rows"]] == [
        "Look through what was suggested and save it.",
        "Fill in what is missing, or ask for it.",
        "A second officer decides.",
    ]


@pytest.mark.parametrize("rows", [1, 3])
def test_board_asks_the_database_as_often_for_one_row_as_for_three(rows, django_assert_num_queries):
    for _ in range(rows):
        factories.accession_request(suggestions={"group": "WRK"})
    client = signed_in(factories.officer())

    with django_assert_num_queries(15):
        page(client, at("board"))


@pytest.mark.parametrize("rows", [1, 3])
def test_request_asks_the_database_as_often_for_one_row_as_for_three(
    rows, django_assert_num_queries
):
    officer = factories.officer()
    case = factories.accession_request(
        message=factories.message("We wish to join."),
        suggestions=dict.fromkeys(("organisation", "about", "website")[:rows], "x"),
    )
    for _ in range(rows):
        case.moves.create(verb="ask", from_state="received", to_state="incomplete", by=officer)
    client = signed_in(officer)

    with django_assert_num_queries(28):
        page(client, at("request", case.reference))


def test_request_shows_suggestions_with_why_beside_the_field():
    case = factories.accession_request(is_confirmed=False, suggestions={"organisation": SCRIPT})
    case.suggestions.create(
        field="group",
        value="WRK",
        why="A word of the organisation's name is usual in this group.",
        quote="Union <b>",
        doubt="A federation or association may be of workers or of employers.",
    )
    html = page(signed_in(factories.officer()), at("request", case.reference))

    assert "Suggested, not confirmed yet: Workers’ organizations. A word of the" in html
    assert "“Union &lt;b&gt;” A federation or association" in html
    assert SCRIPT not in html


def test_request_is_a_light_page_with_plain_text_of_the_message():
    case = factories.accession_request(
        message=factories.message(f"{SCRIPT}\nWe wish.\n" + "We would like to join. " * 1000)
    )
    html = page(signed_in(factories.officer()), at("request", case.reference))

    assert "&lt;script&gt;alert(1)&lt;/script&gt;<br>We wish." in html
    assert SCRIPT not in html
    assert len(gzip.compress(html.encode())) < 15_000


@pytest.mark.parametrize(
    ("state", "allowed"),
    [
        ("received", ["acknowledge", "ask", "vet", "withdraw", "merge", "set-aside"]),
        ("incomplete", ["answer", "vet", "withdraw", "merge", "set-aside"]),
        ("recommended", ["send-back", "accept", "decline", "withdraw", "merge"]),
        ("declined", ["reopen"]),
    ],
)
def test_request_offers_the_verbs_of_its_state_and_says_why_not_the_others(state, allowed):
    case = factories.accession_request(
        state, closed_at=timezone.now() if state == "declined" else None
    )
    officer = factories.officer()
    factories.declare(case, officer)
    response = signed_in(officer).get(at("request", case.reference))

    offered = [verb["url"].rstrip("/").rpartition("/")[2] for verb in response.context["allowed"]]
    assert offered == allowed
    greyed = response.context["greyed"]
    assert len(greyed) == len(VERBS) - len(allowed)
    html = response.content.decode()
    assert all(verb["why"] in html for verb in greyed)


def facts(**changes: object) -> dict[str, object]:
    return {
        "organisation": "Bakers Union",
        "group": "WRK",
        "scope": "national",
        "country": "KEN",
        "language": "en",
        "website": "union.test",
        "about": "Bread",
        "contact_name": "Focal point",
        "contact_email": "office@union.test",
        **changes,
    }


def test_request_form_saves_and_confirms():
    officer = factories.officer()
    case = factories.accession_request(is_confirmed=False, organisation="")

    response = signed_in(officer).post(at("request", case.reference), facts())

    assert sentences(response) == ["Saved: the facts are confirmed."]
    case.refresh_from_db()
    assert (case.organisation, case.group.code, case.country.code, case.website) == (
        "Bakers Union",
        "WRK",
        "KEN",
        "https://union.test",
    )
    assert case.moves.get().by == officer


def test_request_form_with_script_in_every_field_is_cleaned_and_shown_escaped():
    officer = factories.officer()
    case = factories.accession_request(is_confirmed=False)
    client = signed_in(officer)
    words = dict.fromkeys(("organisation", "about", "contact_name"), f"{SCRIPT}\u202e\x01")

    wrong = client.post(at("request", case.reference), dict.fromkeys(facts(), SCRIPT))
    client.post(at("request", case.reference), facts(**words))

    assert wrong.status_code == 200
    assert SCRIPT not in wrong.content.decode()
    assert sorted(wrong.context["form"].errors) == [
        "contact_email",
        "country",
        "group",
        "language",
        "scope",
        "website",
    ]
    case.refresh_from_db()
    assert [case.organisation, case.about, case.contact_name] == [SCRIPT] * 3
    assert SCRIPT not in page(client, at("request", case.reference))
    assert SCRIPT not in page(client, at("board"))


def test_request_that_is_decided_shows_its_facts_and_no_form():
    case = factories.accession_request("declined", closed_at=timezone.now(), organisation=SCRIPT)
    client = signed_in(factories.officer())

    html = page(client, at("request", case.reference))
    response = client.post(at("request", case.reference), facts())

    assert "Save the facts" not in html
    assert SCRIPT not in html
    assert "A decision stands already" in response.content.decode()
    case.refresh_from_db()
    assert case.organisation == SCRIPT


def test_verbs_lead_from_the_message_to_the_partner():
    officer = factories.officer()
    client = signed_in(officer)
    message = factories.message("We wish to join.", from_address="office@union.test")

    opened = client.post(at("open", message.pk))
    case = AccessionRequest.objects.get()
    assert opened.url == at("request", case.reference)
    assert client.post(at("open", message.pk)).url == at("board")
    client.post(at("request", case.reference), facts(group="GOV"))
    second_officer = factories.officer(name="Second officer")
    second = signed_in(second_officer)
    given = {"reason": "Please send it.", "advice": "accept"}
    said = [
        sentences(client.post(at(verb, case.reference), given))
        for verb in ("acknowledge", "ask", "vet")
    ]
    factories.look_into(case, officer, second_officer)
    said += [
        sentences(who.post(at(verb, case.reference), given))
        for who, verb in (
            *((client, verb) for verb in ("recommend", "accept")),
            *((second, verb) for verb in ("accept", "decline")),
        )
    ]

    assert [one[-1].partition(" ")[0] for one in said] == [
        *("Acknowledged.", "Asked,", "Vetting", "Recommended;", "You", "The", "A")
    ]
    assert said[-1][-1].startswith("A decision stands already: this case is “Accepted” since")
    partner = Partner.objects.get()
    assert (partner.name, partner.request) == ("Bakers Union", case)
    history = client.get(at("request", case.reference)).context["history"]
    assert [move.sentence for move in history] == [
        "The case was opened.",
        "Facts looked through and saved (Officer)",
        "Acknowledged (Officer)",
        "Asked for what is missing (Officer)",
        "Vetting began (Officer)",
        "A decision was recommended (Officer)",
        "Accepted (Second officer)",
    ]
    to_applicant = Letter.objects.filter(to_address="office@union.test")
    assert to_applicant.count() == 4


def test_verb_without_its_reason_changes_nothing_and_says_so():
    case = factories.accession_request("recommended")

    officer = factories.impartial(case)

    response = signed_in(officer).post(at("decline", case.reference), {"reason": " "})

    assert sentences(response) == ["Please give a reason: those concerned will read it."]
    case.refresh_from_db()
    assert case.state == "recommended"


def test_officer_does_not_decide_on_a_request_of_their_own():
    officer = factories.officer()
    case = factories.accession_request("recommended", contact_email=officer.email)

    response = signed_in(officer).post(at("accept", case.reference), {"reason": "Sound."})

    assert sentences(response) == [
        "This request concerns you yourself: another officer must decide on it."
    ]
    case.refresh_from_db()
    assert case.state == "recommended"


def test_verb_says_so_where_nobody_could_be_told():
    case = factories.accession_request("recommended", contact_email="")

    response = signed_in(factories.impartial(case)).post(
        at("decline", case.reference), {"reason": "Nobody answered."}
    )

    assert sentences(response) == [
        "Declined, with your reason.",
        "The applicant was not told: there is no address.",
    ]
    assert Letter.objects.count() == 0


@pytest.mark.django_db(transaction=True)
def test_of_two_officers_who_decide_at_the_same_moment_one_wins():
    case = factories.accession_request("recommended")
    officers = [factories.officer(), factories.officer()]
    factories.declare(case, *officers)
    both = threading.Barrier(2)
    outcomes: list[str] = []

    def decide(verb: str, officer: object) -> None:
        try:
            found = AccessionRequest.objects.get(pk=case.pk)
            both.wait(timeout=10)
            getattr(actions, verb)(found, "Because.", by=officer)
            outcomes.append("won")
        except NotAllowed as refusal:
            outcomes.append(str(refusal).partition(":")[0])
        finally:
            connections.close_all()

    threads = [
        threading.Thread(target=decide, args=pair)
        for pair in zip(("accept", "decline"), officers, strict=True)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)

    assert sorted(outcomes) == ["A decision stands already", "won"]
    assert case.moves.exclude(verb="complete").count() == 1


# --- What a partner says of itself


def wishes(*rows: dict[str, object], total: int | None = None) -> dict[str, object]:
    data: dict[str, object] = {
        "form-TOTAL_FORMS": len(rows) if total is None else total,
        "form-INITIAL_FORMS": 0,
    }
    for number, row in enumerate(rows):
        filled = {
            "theme": "employment",
            "level": "national",
            "place": "KEN",
            "words": f"Wish {number}",
            "language": "en",
            "ORDER": number + 1,
            **row,
        }
        data |= {f"form-{number}-{name}": value for name, value in filled.items()}
    return data


@pytest.mark.parametrize("route", ["priorities", "profile_edit"])
def test_pages_of_a_partner_are_for_those_who_speak_for_it(route, others):
    speaker = factories.person()
    partner = factories.partner(person=speaker)
    url = at(route, partner.reference)

    answers = {name: signed_in(person).get(url).status_code for name, person in others.items()}
    answers["its focal point"] = signed_in(speaker).get(url).status_code
    answers["officer"] = signed_in(factories.officer()).get(url).status_code

    assert answers == {
        "visitor": 302,
        "person": 403,
        "focal point": 403,
        "focal point of an ended mandate": 403,
        "editor": 403,
        "its focal point": 200,
        "officer": 200 if route == "profile_edit" else 403,
    }
    assert signed_in(speaker).get(at(route, "PAR-2026-9999")).status_code == 404


def test_priorities_are_ranked_by_their_numbers():
    speaker = factories.person()
    partner = factories.partner(person=speaker)
    client = signed_in(speaker)
    url = at("priorities", partner.reference)

    client.post(url, wishes({"ORDER": 3}, {"ORDER": 1}, {"ORDER": ""}, {"ORDER": 2}))
    assert list(partner.priorities.values_list("rank", "words")) == [
        (1, "Wish 1"),
        (2, "Wish 3"),
        (3, "Wish 0"),
        (4, "Wish 2"),
    ]
    first = partner.priorities.get(rank=1)
    client.post(url, wishes({"priority": first.pk, "words": "Kept", "ORDER": 2}, {"DELETE": "on"}))

    assert list(partner.priorities.values_list("pk", "rank", "words")) == [(first.pk, 1, "Kept")]


@pytest.mark.parametrize("rows", [1, 3])
def test_priorities_ask_the_database_as_often_for_one_row_as_for_three(
    rows, django_assert_num_queries
):
    speaker = factories.person()
    partner = factories.partner(person=speaker)
    for _ in range(rows):
        factories.priority(partner)
    client = signed_in(speaker)

    with django_assert_num_queries(9):
        html = page(client, at("priorities", partner.reference))
    assert len(gzip.compress(html.encode())) < 15_000


def test_priorities_refuse_what_cannot_be_and_keep_what_was_typed():
    speaker = factories.person()
    partner = factories.partner(person=speaker)
    client = signed_in(speaker)
    url = at("priorities", partner.reference)

    same = client.post(url, wishes({"words": "a"}, {"words": "a"})).content.decode()
    many = client.post(url, wishes(*[{}] * 11))
    huge = client.post(url, wishes({}, total=int(HUGE)))
    wrong = client.post(url, wishes({"theme": SCRIPT, "words": SCRIPT})).content.decode()
    nothing = client.post(url, {})

    assert "Priorities 1 and 2 say the same. Take one of them out." in same
    assert [answer.status_code for answer in (many, huge, nothing)] == [200, 200, 200]
    assert "&lt;script&gt;" in wrong
    assert SCRIPT not in wrong
    assert partner.priorities.count() == 0


def test_priorities_with_script_in_their_words_are_shown_escaped():
    speaker = factories.person()
    partner = factories.partner(person=speaker)
    client = signed_in(speaker)

    client.post(at("priorities", partner.reference), wishes({"words": f"{SCRIPT}\u202e"}))

    assert partner.priorities.get().words == SCRIPT
    assert SCRIPT not in page(client, at("priorities", partner.reference))


def test_priorities_that_a_commitment_names_are_not_dropped():
    speaker = factories.person()
    partner = factories.partner(person=speaker)
    named = factories.priority(partner, words="Named")
    commitment = factories.commitment(partner=partner)
    commitment.priorities.add(named)

    response = signed_in(speaker).post(
        at("priorities", partner.reference), wishes({"level": "regional"})
    )

    assert f"the commitment {commitment.reference} names it." in response.content.decode()
    assert list(partner.priorities.all()) == [named]


def test_profile_of_a_focal_point_changes_words_only():
    speaker = factories.person()
    partner = factories.partner("Bakers", person=speaker, scope="national")

    response = signed_in(speaker).post(
        at("profile_edit", partner.reference),
        {
            "website": "union.test",
            "about": f"{SCRIPT}\u202e",
            "about_language": "fr",
            "name": "Others",
            "scope": "international",
        },
    )

    assert sentences(response) == ["Saved. The public page shows it now."]
    partner.refresh_from_db()
    assert (partner.website, partner.about, partner.about_language) == (
        "https://union.test",
        SCRIPT,
        "fr",
    )
    assert (partner.name, partner.scope) == ("Bakers", "national")
    assert SCRIPT not in page(signed_in(speaker), at("profile_edit", partner.reference))


def test_profile_by_an_officer_changes_what_was_decided():
    partner = factories.partner("Bakers")

    signed_in(factories.officer()).post(
        at("profile_edit", partner.reference),
        {
            "name": "Bakers and Millers",
            "name_language": "en",
            "group": "CSO",
            "scope": "regional",
            "country": "",
            "about_language": "en",
        },
    )

    partner.refresh_from_db()
    assert (partner.name, partner.group.code, partner.scope, partner.country) == (
        "Bakers and Millers",
        "CSO",
        "regional",
        None,
    )


def test_profile_of_a_partner_that_left_is_refused_with_a_sentence():
    partner = factories.partner("Bakers", state="withdrawn")

    response = signed_in(factories.officer()).post(
        at("profile_edit", partner.reference),
        {
            "name": "x",
            "name_language": "en",
            "group": "CSO",
            "scope": "regional",
            "about_language": "en",
        },
    )

    assert "Bakers is “Withdrawn”, so nothing can be changed." in response.content.decode()


@pytest.mark.parametrize("language", ["en", "ar"])
def test_places_are_grouped_by_region_in_the_readers_language(language):
    case = factories.accession_request(country=factories.country("KEN"))
    with translation.override(language):
        url = reverse("partners:request", args=[case.reference])
        html = page(signed_in(factories.officer()), url)

    region, country = {"en": ("Africa", "Kenya"), "ar": ("أفريقيا", "كينيا")}[language]
    assert f'<optgroup label="{region}">' in html
    assert f'<option value="KEN" selected>{country}</option>' in html
    assert html.count("<optgroup") == 6


@pytest.mark.parametrize(
    ("who", "status", "state"),
    [
        ("visitor", 404, "active"),
        ("focal point", 404, "active"),
        ("officer", 302, "withdrawn"),
    ],
)
def test_leaving_is_noted_by_officers_alone(client, who, status, state):
    partner = factories.partner(person=factories.person("focal@union.test"))
    people = {
        "focal point": lambda: partner.mandates.get().person,
        "officer": factories.officer,
    }
    if who in people:
        client.force_login(people[who]())

    answer = client.post(at("partner_leave", partner.reference), {"reason": "It closed."})

    partner.refresh_from_db()
    assert (answer.status_code, partner.state) == (status, state)


def test_leaving_without_a_reason_changes_nothing_and_says_so(client):
    partner = factories.partner()
    client.force_login(factories.officer())

    answer = client.post(at("partner_leave", partner.reference), {"reason": " "}, follow=True)

    assert answer.status_code == 200
    assert "Reason: This field is required." in answer.content.decode()
