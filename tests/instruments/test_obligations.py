"""Reports due on conventions in force, comments of supervisors, and who answers them."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from coalition.base.errors import NotAllowed, Refused
from coalition.base.models import Event
from coalition.commitments import actions as commitments
from coalition.instruments.models import (
    Following,
    Instrument,
    Party,
    ReportingGroup,
    SupervisoryComment,
)
from coalition.instruments.obligations import actions, importing, queries
from coalition.mailroom.models import Letter
from tests.factories import commitment, consent, country, officer, party, person, treaty

pytestmark = pytest.mark.django_db

THIS_YEAR = timezone.localdate().year


@pytest.fixture
def bound() -> Instrument:
    """A fundamental convention in force for France and Kenya."""
    made = treaty("c900", category="fundamental")
    for code in ("FRA", "KEN"):
        consent(party(code), made)
    return made


def comment(to: Any, *about: Instrument, **fields: Any) -> SupervisoryComment:
    given = {
        "kind": "observation",
        "body": "Committee",
        "adopted_year": 2024,
        "url": f"https://supervisors.example.org/{SupervisoryComment.objects.count()}",
    }
    return actions.enter_comment(
        party=to, instruments=about, by=fields.pop("by", None), **{**given, **fields}
    )


# --- Years -----------------------------------------------------------------------------------


@given(
    st.integers(1950, 2060),
    st.sampled_from([3, 6]),
    st.integers(1919, 2060),
    st.integers(2000, 2060),
    st.integers(0, 12),
)
def test_due_years_are_those_a_walk_in_whole_cycles_reaches(
    starts: int, cycle: int, since: int, first: int, span: int
) -> None:
    walked = {starts + step * cycle for step in range(-60, 61)}
    wanted = [year for year in range(first, first + span + 1) if year in walked and year > since]
    assert wanted == queries.due_years(starts, cycle, since=since, first=first, last=first + span)


def test_due_years_are_none_where_the_beginning_is_not_known() -> None:
    assert queries.due_years(None, 3, since=1950, first=2020, last=2030) == []


def test_nine_groups_are_loaded_without_an_invented_year() -> None:
    rows = [(each.cycle_years, str(each), each.starts) for each in ReportingGroup.objects.all()]
    assert rows == [
        (3, "A–F", None),
        (3, "G–N", None),
        (3, "O–Z", None),
        (6, "A–B", None),
        (6, "C–F", None),
        (6, "G–K", None),
        (6, "L–N", None),
        (6, "O–S", None),
        (6, "T–Z", None),
    ]
    assert {each.source.code for each in ReportingGroup.objects.all()} == {"ilo-reporting-cycles"}


@pytest.mark.parametrize(
    ("code", "three", "six"),
    [
        ("FRA", "A–F", "C–F"),
        ("KEN", "G–N", "G–K"),
        ("CIV", "A–F", "C–F"),  # Côte d'Ivoire
        ("TUR", "O–Z", "T–Z"),  # Türkiye
        ("ALA", "A–F", "A–B"),  # Åland
    ],
)
def test_every_party_is_in_one_group_of_each_cycle(code: str, three: str, six: str) -> None:
    groups = queries.Groups()
    assert [str(groups.of(party(code), cycle)) for cycle in (3, 6)] == [three, six]


def test_every_country_has_its_groups() -> None:
    from coalition.places.models import Place

    groups = queries.Groups()
    for place in Place.objects.countries():
        stranger = Party(code=place.code, names=place.names)
        assert groups.of(stranger, 3), place.names["en"]
        assert groups.of(stranger, 6), place.names["en"]


def test_reports_are_asked_on_what_is_in_force_and_promoted(bound: Instrument) -> None:
    shelved = treaty("c901", category="technical", standing="shelved")
    treaty_of_others = treaty("cedaw-like")
    pending = treaty("c902", category="technical")
    for made in (shelved, treaty_of_others):
        consent(party("FRA"), made)
    consent(party("FRA"), pending, on=timezone.localdate() - timedelta(days=30))
    periods = queries.in_force(timezone.localdate()).filter(party__code="FRA")
    assert [each.instrument.code for each in periods] == ["c900"]


def test_year_of_a_report_follows_from_the_group(bound: Instrument) -> None:
    by = officer()
    actions.set_start(
        ReportingGroup.objects.get(cycle_years=3, first_letter="A"),
        starts=THIS_YEAR - 2,
        title="Calendar of reports",
        url="https://calendar.example.org",
        by=by,
    )
    groups = queries.Groups()
    periods = queries.in_force(timezone.localdate()).order_by("party__code")
    found = {
        each.period.party.code: each for each in queries.duties(periods, groups, year=THIS_YEAR)
    }
    assert found["FRA"].due == [THIS_YEAR + 1, THIS_YEAR + 4]
    assert found["FRA"].is_known
    assert not found["KEN"].is_known  # its group has no year yet
    asked = queries.filtered(periods, {"year": THIS_YEAR + 1}, groups)
    assert [each.party.code for each in asked] == ["FRA"]
    assert list(queries.filtered(periods, {"year": THIS_YEAR}, groups)) == []
    with pytest.raises(Refused):
        actions.set_start(ReportingGroup.objects.first(), starts=2025, title="", url="", by=by)


# --- Comments --------------------------------------------------------------------------------


def test_comment_is_kept_once_with_its_trace(bound: Instrument) -> None:
    by = officer()
    made = comment(party("FRA"), bound, by=by)
    assert made.reference == f"CMT-{THIS_YEAR}-0001"
    event = Event.objects.get(verb="instruments.enter_comment")
    assert event.actor.endswith(str(by.pk))
    with pytest.raises(Refused) as refusal:
        comment(party("FRA"), bound, url=made.url)
    assert str(refusal.value) == (
        f"This comment is held already, as {made.reference}. Each address is entered once."
    )


@pytest.mark.parametrize(
    ("years", "sentence"),
    [
        ((1800, None), f"The year of adoption, 1800, is not between 1919 and {THIS_YEAR}."),
        ((2020, 2019), "It cannot be published in 2019 when it was adopted in 2020."),
    ],
    ids=["too-early", "out-of-order"],
)
def test_comment_of_impossible_years_is_refused(
    bound: Instrument, years: tuple[int, int | None], sentence: str
) -> None:
    with pytest.raises(Refused) as refusal:
        comment(party("FRA"), bound, adopted_year=years[0], published_year=years[1])
    assert str(refusal.value) == sentence


def test_comment_taken_back_is_shown_no_more_and_stays(bound: Instrument) -> None:
    by = officer()
    made = comment(party("FRA"), bound)
    actions.strike_comment(made, reason="Entered twice", by=by)
    assert not queries.comments().exists()
    assert SupervisoryComment.objects.get().struck_why == "Entered twice"
    with pytest.raises(NotAllowed):
        actions.strike_comment(made, reason="Again", by=by)


def test_commitment_answers_a_comment_on_its_country(bound: Instrument, client: Client) -> None:
    made = comment(party("FRA"), bound)
    one = commitment("published")
    one.places.add(country("FRA"))
    one.comments.add(made)
    draft = commitment("draft", partner=one.partner)
    draft.comments.add(made)
    assert [each.pk for each in queries.answering(made)] == [one.pk]
    assert queries.comments().get().answers == 1
    page = client.get(f"/en/comments/{made.reference}/").content.decode()
    assert one.title in page
    assert made.reference in page
    thread = client.get(f"/en/commitments/{one.reference}/").content.decode()
    assert f"/en/comments/{made.reference}/" in thread


def test_commitments_form_offers_comments_on_its_places(bound: Instrument) -> None:
    from coalition.commitments.writing.forms import step_form
    from coalition.commitments.writing.plain import values_of

    def offered() -> list[str]:
        fields = step_form("place", one, values_of(one)).fields
        offer = fields.get("comments")
        return [key for key, _label in offer.widget.choices] if offer else []

    made = comment(party("FRA"), bound)
    comment(party("KEN"), bound)
    one = commitment("draft")
    one.places.clear()
    assert offered() == []
    one.places.add(country("FRA"))
    assert offered() == [str(made.pk)]
    commitments.edit(one, fields={"comments": [made]}, by=person())
    assert list(one.comments.all()) == [made]


def test_followers_of_a_party_hear_of_a_comment_once(bound: Instrument) -> None:
    reader, by = person(), officer()
    for each in (reader, by):
        Following.objects.create(person=each, party=party("FRA"))
    made = comment(party("FRA"), bound, by=by)
    assert [letter.to_address for letter in Letter.objects.all()] == [reader.email]
    actions.tell_followers(made, but=by)
    assert Letter.objects.count() == 1


def test_reminder_is_written_once_a_year_and_only_where_the_year_is_known(
    bound: Instrument,
) -> None:
    reader = person()
    Following.objects.create(person=reader, party=party("FRA"))
    assert actions.remind(THIS_YEAR) == 0
    ReportingGroup.objects.filter(cycle_years=3, first_letter="A").update(starts=THIS_YEAR)
    assert [actions.remind(THIS_YEAR), actions.remind(THIS_YEAR)] == [1, 0]
    letter = Letter.objects.get()
    assert letter.subject == f"Reports due in {THIS_YEAR}: France"
    assert "- Convention c900" in letter.text
    call_command("reporting", "remind", "--year", str(THIS_YEAR + 1), verbosity=0)
    assert Letter.objects.count() == 1


# --- Lists of comments -------------------------------------------------------------------------

LIST = (
    "country,instruments,kind,adopted_year,published_year,url,gist\n"
    "FRA,c900,observation,2023,2024,https://s.example.org/1,Asks about wages\n"
    "KEN,c900,Direct request,2022,,https://s.example.org/2,\n"
)


def test_list_of_comments_is_taken_in_whole_and_twice_changes_nothing(bound: Instrument) -> None:
    by = officer()
    dry = importing.import_comments(LIST.encode(), name="c.csv", by=by, is_dry=True)
    assert (len(dry.made), SupervisoryComment.objects.count()) == (2, 0)
    importing.import_comments(LIST.encode(), name="c.csv", by=by)
    again = importing.import_comments(LIST.encode(), name="c.csv", by=by)
    assert (len(again.made), again.unchanged, again.wrong) == (0, 2, [])
    held = SupervisoryComment.objects.order_by("pk").values_list(
        "party__code", "kind", "adopted_year", "published_year", "gist"
    )
    assert list(held) == [
        ("FRA", "observation", 2023, 2024, "Asks about wages"),
        ("KEN", "direct_request", 2022, None, ""),
    ]


def test_list_with_a_wrong_row_keeps_nothing_and_names_every_one(bound: Instrument) -> None:
    wrong = (
        LIST
        + "XXX,c900,observation,2020,,https://s.example.org/3,\n"
        + "FRA,c999,observation,2020,,https://s.example.org/4,\n"
        + "FRA,c900,wish,2020,,https://s.example.org/5,\n"
        + "FRA,c900,observation,20,,https://s.example.org/6,\n"
        + "FRA,c900,observation,2020,,javascript:alert(1),\n"
    )
    taken = importing.import_comments(wrong.encode(), name="c.csv", by=officer())
    assert taken.wrong == [
        "Row 4: “XXX” is the code of no party that is held. Use the ISO code of three letters.",
        "Row 5: There is no instrument “c999” here.",
        "Row 6: “wish” is no kind of comment: write observation or direct_request.",
        "Row 7: “20” is no year of four digits.",
        "Row 8: “javascript:alert(1)” is no address of a page.",
    ]
    assert not SupervisoryComment.objects.exists()


# --- Pages -------------------------------------------------------------------------------------


def test_calendar_says_that_a_year_is_not_known(bound: Instrument, client: Client) -> None:
    page = client.get("/en/reporting/?place=France").content.decode()
    assert page.count("due year not known") == 10  # nine groups, one convention of France
    assert "Kenya" not in page.split('id="calendar"')[1].split("</form>")[1]
    lines = client.get("/en/reporting/reports-due.csv").getvalue().decode().splitlines()
    assert [line.split(",")[0] for line in lines[1:]] == ["FRA", "KEN"]
    assert "BEGIN:VEVENT" not in client.get("/en/reporting/reports-due.ics").content.decode()
    ReportingGroup.objects.update(starts=THIS_YEAR + 1)
    calendar = client.get("/en/reporting/FRA/reports-due.ics").content.decode()
    assert f"DTSTART;VALUE=DATE:{THIS_YEAR + 1}0101\r\n" in calendar
    assert calendar.count("BEGIN:VEVENT") == 2


@pytest.mark.parametrize("address", ["reporting/?place=Nowhere&instrument=c1&year=abc&page=x"])
def test_nonsense_in_the_filter_is_answered_with_a_page(
    client: Client, bound: Instrument, address: str
) -> None:
    assert client.get(f"/en/{address}").status_code == 200


def test_officer_enters_a_comment_and_sets_a_year(bound: Instrument, client: Client) -> None:
    client.force_login(officer())
    given = {
        "party": "FRA",
        "instrument": "C900",
        "kind": "observation",
        "body": "Committee",
        "adopted_year": "2024",
        "url": "https://s.example.org/9",
        "language": "en",
    }
    party("FRA")
    answer = client.post("/en/desk/comments/", given)
    made = SupervisoryComment.objects.get()
    assert answer.headers["Location"] == f"/en/comments/{made.reference}/"
    again = client.post("/en/desk/comments/", given).content.decode()
    assert "This comment is held already" in again
    answer = client.post(
        "/en/desk/reporting/3-A/",
        {"starts": "2025", "title": "Calendar", "url": "https://calendar.example.org"},
    )
    assert answer.headers["Location"] == "/en/reporting/"
    assert ReportingGroup.objects.get(cycle_years=3, first_letter="A").starts == 2025


def test_desk_is_for_officers_alone(bound: Instrument, client: Client) -> None:
    made = comment(party("FRA"), bound)
    client.force_login(person())
    for address in (
        "desk/comments/",
        "desk/reporting/3-A/",
    ):
        assert client.get(f"/en/{address}").status_code == 404
    for address in ("desk/comments/file/", f"desk/comments/{made.reference}/strike/"):
        assert client.post(f"/en/{address}").status_code == 404
    assert made.reference in client.get("/en/comments/").content.decode()
