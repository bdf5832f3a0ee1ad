"""Lists of sanctions: taken in whole or not at all, and who of ours is held against them how."""

from __future__ import annotations

import json
from datetime import date, timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from coalition.base.errors import NotAllowed, Refused
from coalition.base.models import Event
from coalition.mailroom.models import Letter
from coalition.partners import actions
from coalition.partners.models import (
    ListEntry,
    ListName,
    Match,
    SanctionsList,
)
from coalition.partners.screening import lists, queries, searching
from tests import factories

pytestmark = pytest.mark.django_db

WEAVER = {"id": 1, "name": "ZORAN ARKADIN", "aliases": [("Good", "Soran Arkadine")]}
GUILD = {"id": 2, "name": "VELMORA SHIPPING GUILD", "kind": "entity"}
OTHER = {"id": 3, "name": "Quentin Farroway", "original": "Квентин Фарровей"}
TODAY = timezone.now().date()


def run(*words: str) -> str:
    out = StringIO()
    call_command(*words, stdout=out)
    return out.getvalue()


def screened_case(**fields: Any) -> Any:
    chosen = {"organisation": "Guild of Velmora Shipping", "contact_name": "A focal point"}
    return factories.accession_request(**{**chosen, **fields})


def states_of(owner: Any) -> list[tuple[str, str, str]]:
    found = Match.objects.of(owner).order_by("pk")
    return [(match.name, match.entry.reference, match.state) for match in found]


# --- Reading ---------------------------------------------------------------------------------


def test_a_list_is_read_with_all_its_names(tmp_path: Path) -> None:
    path = tmp_path / "list.xml"
    path.write_text(factories.sanctions_xml(WEAVER, GUILD, OTHER, made="2026-10-01T23:30:00-05:00"))

    file = lists.read(path)

    assert file.date_generated == date(2026, 10, 1)  # as the publisher's clock had it
    assert [entry.names for entry in file.entries] == [
        (("primary", "ZORAN ARKADIN"), ("good", "Soran Arkadine")),
        (("primary", "Quentin Farroway"), ("original", "Квентин Фарровей")),
        (("primary", "VELMORA SHIPPING GUILD"),),
    ]
    first = file.entries[0]
    assert (first.reference, first.kind, first.nationalities) == ("EXi.1", "individual", "Atlantis")
    assert (first.listed_on, first.birth_dates) == (date(2020, 1, 2), "1970-01-02")


BOMB = (
    '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]>'
    '<CONSOLIDATED_LIST dateGenerated="2026-10-01T00:00:00Z"><INDIVIDUALS/></CONSOLIDATED_LIST>'
)
OUTSIDE = '<!DOCTYPE x SYSTEM "file:///etc/passwd"><CONSOLIDATED_LIST dateGenerated="2026-10-01"/>'
WHOLE = factories.sanctions_xml(WEAVER)
BROKEN = {
    "list.xml is no whole XML file": WHOLE[:-60],
    "declares a document type": BOMB,
    "declares a document type, which": OUTSIDE,
    "is not the consolidated list": "<html><body>Not found</body></html>",
    "does not say in dateGenerated": WHOLE.replace("dateGenerated", "made"),
    "which is still to come": factories.sanctions_xml(WEAVER, made="2126-01-01T00:00:00Z"),
    "holds no entry": factories.sanctions_xml(),
    "an entry without number or without name": WHOLE.replace("ZORAN ARKADIN", "\u200b "),
    "holds the number 1 twice": factories.sanctions_xml(WEAVER, WEAVER),
    "no whole XML file:": "\x00\x01",
}


def test_what_is_no_list_is_refused_and_nothing_is_written(tmp_path: Path) -> None:
    path = tmp_path / "list.xml"
    for sentence, text in BROKEN.items():
        path.write_text(text, encoding="utf-8")
        with pytest.raises(Refused, match=sentence):
            actions.import_sanctions(path)
    with pytest.raises(Refused, match="There is no file"):
        actions.import_sanctions(tmp_path / "nowhere.xml")
    with pytest.raises(Refused, match="cannot be read"):
        actions.import_sanctions(tmp_path)

    assert not SanctionsList.objects.exists()
    assert not ListEntry.objects.exists()


def test_a_file_too_large_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "list.xml"
    path.write_text(WHOLE)
    monkeypatch.setattr(lists, "LARGEST_FILE", 100)

    with pytest.raises(Refused, match="larger than"):
        lists.read(path)


# --- Taking in -------------------------------------------------------------------------------


def test_a_second_run_changes_nothing(tmp_path: Path) -> None:
    path = tmp_path / "list.xml"
    path.write_text(factories.sanctions_xml(WEAVER, GUILD, made="2026-11-01T00:00:00Z"))

    first, second = run("import", "sanctions", str(path)), run("import", "sanctions", str(path))

    assert "1 persons and 1 organisations under 3 names; 2 new, 0 changed" in first
    assert second == "The list of 2026-11-01 is held already; nothing changed.\n"
    assert SanctionsList.objects.count() == 1
    assert (ListEntry.objects.count(), ListName.objects.count()) == (2, 3)


def test_entries_change_are_retired_and_come_back(tmp_path: Path) -> None:
    def days_ago(number: int) -> str:
        return (timezone.now() - timedelta(days=number)).isoformat()

    factories.sanctions_list(tmp_path, WEAVER, GUILD, made=days_ago(9))
    digest = ListEntry.objects.get(dataid=1).digest

    held = factories.sanctions_list(
        tmp_path, {**WEAVER, "note": "Also in Thule."}, OTHER, made=days_ago(8)
    )

    assert (held.made, held.changed, held.retired) == (1, 1, 1)
    assert ListEntry.objects.get(dataid=1).digest != digest
    assert ListEntry.objects.get(dataid=2).delisted_at is not None
    assert sorted(ListEntry.objects.listed().values_list("dataid", flat=True)) == ["1", "3"]

    held = factories.sanctions_list(tmp_path, WEAVER, GUILD, OTHER, made=days_ago(7))

    assert (held.made, held.changed, held.retired) == (0, 2, 0)
    assert ListEntry.objects.get(dataid=1).digest == digest
    assert ListEntry.objects.get(dataid=2).delisted_at is None


def test_an_older_list_is_refused_unless_it_is_wanted(tmp_path: Path) -> None:
    factories.sanctions_list(tmp_path, WEAVER, made="2026-11-01T00:00:00Z")
    path = tmp_path / "older.xml"
    path.write_text(factories.sanctions_xml(GUILD, made="2026-10-01T00:00:00Z"))

    with pytest.raises(CommandError, match="the one held is newer, of 2026-11-01"):
        run("import", "sanctions", str(path))
    assert ListEntry.objects.listed().get().dataid == "1"

    run("import", "sanctions", str(path), "--older")
    assert ListEntry.objects.listed().get().dataid == "2"


@pytest.mark.realdata
def test_the_real_list_is_taken_in_whole(data_dir: Path) -> None:
    path = data_dir / "sanctions_un" / "un_consolidated_2020.xml"

    held = actions.import_sanctions(path).held

    assert (held.individuals, held.entities, held.made) == (713, 305, 1018)
    assert held.date_generated == date(2020, 11, 30)
    assert ListName.objects.count() == held.listed == 4091
    told = json.loads(run("screen", "Won-Ho Ri", "--json"))
    assert told["list_date"] == "2020-11-30"
    assert [(each["entry"], each["score"]) for each in told["matches"]] == [("KPi.033", 1.0)]
    assert told["stale"] is True


# --- The command -----------------------------------------------------------------------------


def test_screen_answers_programs(tmp_path: Path) -> None:
    factories.sanctions_list(tmp_path, WEAVER)
    day = TODAY.isoformat()

    told = json.loads(run("screen", "Arkadin, Zoran", "--json"))

    assert told == {
        "name": "Arkadin, Zoran",
        "list_date": ListDate(day),
        "stale": False,
        "sentence": "",
        "matches": [
            {
                "entry": "EXi.1",
                "name": "ZORAN ARKADIN",
                "score": 1.0,
                "reasons": ["The same words in another order."],
            }
        ],
    }


class ListDate(str):
    """Today, or yesterday where an hour ago was yesterday."""

    def __eq__(self, other: object) -> bool:
        day = date.fromisoformat(str(self))
        return other in (day.isoformat(), (day - timedelta(days=1)).isoformat())

    __hash__ = str.__hash__


def test_screen_says_no_match_on_the_list_of_a_date_and_never_more(tmp_path: Path) -> None:
    made = timezone.now() - timedelta(days=3)
    factories.sanctions_list(tmp_path, WEAVER, made=made.isoformat())

    told = json.loads(run("screen", "Union of Bakers", "--json"))
    text = run("screen", "Union of Bakers")

    assert told["matches"] == []
    assert told["sentence"].startswith("No match on the list of ")
    assert text.startswith("Union of Bakers:\n  No match on the list of ")
    assert "clean" not in text


def test_screen_takes_several_names_and_a_file_of_names(tmp_path: Path) -> None:
    factories.sanctions_list(tmp_path, WEAVER, GUILD)
    file = tmp_path / "names.txt"
    file.write_text("\ufeffZoran Arkadin\n\n  Velmora Shipping Guild Ltd  \n", encoding="utf-8")

    told = json.loads(run("screen", "Nobody Known", "--file", str(file), "--json"))

    assert [(each["name"], len(each["matches"])) for each in told] == [
        ("Nobody Known", 0),
        ("Zoran Arkadin", 1),
        ("Velmora Shipping Guild Ltd", 1),
    ]


def test_screen_against_a_file_keeps_nothing(tmp_path: Path) -> None:
    path = tmp_path / "list.xml"
    path.write_text(factories.sanctions_xml(WEAVER, made="2020-01-01T00:00:00Z"))

    told = json.loads(run("screen", "Zoran Arkadin", "--list", str(path), "--json"))

    assert [match["entry"] for match in told["matches"]] == ["EXi.1"]
    assert (told["list_date"], told["stale"]) == ("2020-01-01", True)
    assert "clears nobody" in told["sentence"]
    assert not ListEntry.objects.exists()


def test_screen_without_a_list_or_with_a_bad_file_ends_with_a_sentence(tmp_path: Path) -> None:
    binary = tmp_path / "names.txt"
    binary.write_bytes(b"\xff\xfe\x00")
    refused = {
        ("screen", "A Name"): "No list was imported yet",
        ("screen", "all"): "No list was imported yet",
        ("screen", "--file", str(binary)): "is no text in UTF-8",
        ("screen", "--file", str(tmp_path / "nowhere")): "There is no file",
        ("screen", "--list", str(tmp_path / "nowhere"), "x"): "There is no file",
        ("screen",): "Give a name",
    }

    for words, sentence in refused.items():
        with pytest.raises(CommandError, match=sentence) as refusal:
            run(*words)
        assert refusal.value.returncode == (2 if words == ("screen",) else 1)


def test_screen_bears_hostile_names(tmp_path: Path) -> None:
    factories.sanctions_list(tmp_path, WEAVER)
    hostile = ["a" * 10_000, "\u0301" * 50, "Zoran\u202e\x00 Arkadin", "%s %(name)s", "\ud800"]

    told = json.loads(run("screen", *hostile, "--json"))

    assert [len(each["matches"]) for each in told] == [0, 0, 1, 0, 0]
    assert max(len(each["name"]) for each in told) <= 300


# --- Owners ----------------------------------------------------------------------------------


def test_all_names_of_a_request_and_of_a_partner_are_screened() -> None:
    case = screened_case()
    case.known_names.create(kind="former", name="Velmora League")
    case.known_names.create(kind="officer", name="Zoran Arkadin", role="chair")
    case.known_names.create(kind="alias", name="GUILD OF VELMORA SHIPPING")  # the same again
    partner = factories.partner("Weavers", person=factories.person(name="Speaker"))
    partner.known_names.create(kind="acronym", name="WVS")

    names = queries.names_of([case, partner])

    assert [(each.kind, each.name) for each in names[case]] == [
        ("name", "Guild of Velmora Shipping"),
        ("focal_point", "A focal point"),
        ("former", "Velmora League"),
        ("officer", "Zoran Arkadin"),
    ]
    assert [each.name for each in names[partner]] == ["Weavers", "WVS", "Speaker"]


def test_a_decision_is_kept_until_the_entry_changes(tmp_path: Path) -> None:
    officer, case = factories.officer(), screened_case()
    factories.sanctions_list(tmp_path, GUILD)

    (match,) = actions.screen(case, by=officer)
    actions.clear_match(match, "Another country, another trade.", by=officer)
    assert actions.screen(case, by=officer) == []
    case.organisation = "GUILD OF VELMORA SHIPPING"  # capitals are no other name
    case.save()
    assert actions.screen(case, by=officer) == []

    factories.sanctions_list(tmp_path, {**GUILD, "note": "Also known in Thule."})
    (again,) = actions.screen(case, by=officer)

    assert again.pk != match.pk
    assert states_of(case) == [
        ("Guild of Velmora Shipping", "EXi.2", "lapsed"),
        ("GUILD OF VELMORA SHIPPING", "EXi.2", "open"),
    ]
    assert [move.verb for move in Match.objects.get(pk=match.pk).moves.all()] == [
        "clear_match",
        "lapse_match",
    ]


def test_what_is_no_longer_listed_or_named_no_longer_blocks(tmp_path: Path) -> None:
    officer, case = factories.officer(), screened_case()
    case.known_names.create(kind="officer", name="Zoran Arkadin")
    factories.sanctions_list(tmp_path, GUILD, WEAVER)
    assert len(actions.screen(case, by=officer)) == 2
    guild = Match.objects.get(entry__dataid="2")
    actions.confirm_match(guild, "The same seat and the same chair.", by=officer)
    assert queries.standing(case).has_matches

    factories.sanctions_list(tmp_path, OTHER)
    assert not queries.standing(case).has_matches  # retired with the import
    actions.screen(case, by=officer)

    assert sorted((entry, state) for _name, entry, state in states_of(case)) == [
        ("EXi.1", "lapsed"),
        ("EXi.2", "confirmed"),
    ]
    assert not queries.standing(case).blocks


def test_no_match_is_passed_by_another_name_or_by_a_merger(tmp_path: Path) -> None:
    """Not even where the group is looked into so lightly that no screening is asked for."""
    first, second = factories.officer(), factories.officer()
    factories.sanctions_list(tmp_path, GUILD)
    renamed = screened_case(state="recommended", advice="accept")
    factories.declare(renamed, first, second)
    actions.screen(renamed, by=first)
    actions.complete(renamed, {"organisation": "Quite Another"}, by=first)
    renamed.refresh_from_db()
    actions.screen(renamed, by=first)  # nothing is found under this name
    assert not queries.standing(renamed).blocks
    actions.complete(renamed, {"organisation": "Guild of Velmora Shipping"}, by=first)

    with pytest.raises(NotAllowed, match="Its names have changed since it was screened"):
        actions.accept(renamed, "Sound.", by=second)

    survivor = screened_case(state="recommended", advice="accept", organisation="Quite Another")
    factories.declare(survivor, first, second)
    actions.screen(survivor, by=first)
    actions.merge(screened_case(), survivor, "They say they are one.", by=first)

    with pytest.raises(NotAllowed, match="Its names have changed since it was screened"):
        actions.accept(survivor, "Sound.", by=second)
    assert len(actions.screen(survivor, by=first)) == 1
    with pytest.raises(NotAllowed, match="waits for a decision"):
        actions.accept(survivor, "Sound.", by=second)


def test_a_partner_keeps_what_was_decided_on_its_request(tmp_path: Path) -> None:
    officer, case = factories.officer(), screened_case()
    factories.sanctions_list(tmp_path, GUILD)
    (match,) = actions.screen(case, by=officer)
    actions.clear_match(match, "Another one.", by=officer)
    partner = factories.partner(case.organisation)
    case.partner = partner
    case.save()

    assert actions.screen(partner, by=officer) == []
    assert states_of(partner) == [("Guild of Velmora Shipping", "EXi.2", "cleared")]


def test_standing_says_how_things_are(tmp_path: Path) -> None:
    officer, case = factories.officer(), screened_case()

    def said() -> tuple[str, bool, bool]:
        standing = queries.standing(case)
        return standing.sentence.split(" 20")[0], standing.blocks, standing.has_matches

    day = f"{TODAY:%-d %B}"
    none = ("No list was imported yet: nothing can be said.", True, False)
    assert said() == none
    factories.sanctions_list(tmp_path, GUILD, made=timezone.now().isoformat())
    assert said() == (f"Not screened yet against the list of {day}", True, False)
    (match,) = actions.screen(case, by=officer)
    assert said() == (f"1 match on the list of {day}", True, True)
    actions.confirm_match(match, "The same.", by=officer)
    assert said() == ("It is on a list: 1 match is confirmed.", True, True)
    actions.clear_match(match, "No: another one.", by=officer)
    assert said() == (f"No undecided match on the list of {day}", False, False)
    case.known_names.create(kind="former", name="Velmora League")
    assert said() == (
        "Its names have changed since it was screened: screen it again.",
        True,
        False,
    )
    actions.screen(case, by=officer)
    assert not queries.standing(case).blocks
    factories.sanctions_list(tmp_path, OTHER, made=timezone.now().isoformat())
    assert said()[0] == f"Screened against an older list; not yet against that of {day}"
    actions.screen(case, by=officer)
    assert said()[1:] == (False, False)


def test_a_list_older_than_thirty_days_clears_nobody(tmp_path: Path) -> None:
    assert [searching.is_stale(TODAY - timedelta(days=days)) for days in (0, 30, 31)] == [
        False,
        False,
        True,
    ]
    officer, case = factories.officer(), screened_case()
    factories.sanctions_list(tmp_path, GUILD, made="2026-01-01T00:00:00Z")
    (match,) = actions.screen(case, by=officer)
    with pytest.raises(NotAllowed, match="clears nobody"):
        actions.clear_match(match, "Another one.", by=officer)
    actions.confirm_match(match, "The same.", by=officer)
    standing = queries.standing(case)
    assert (standing.blocks, standing.is_stale) == (True, True)
    assert "clears nobody" in standing.sentence


def test_a_decision_wants_a_reason_and_somebody_else_than_those_concerned(tmp_path: Path) -> None:
    officer = factories.officer()
    case = screened_case(contact_email=officer.email)
    factories.sanctions_list(tmp_path, GUILD)
    other = factories.officer()
    (match,) = actions.screen(case, by=other)

    with pytest.raises(NotAllowed, match="another officer decides"):
        actions.clear_match(match, "It is me.", by=officer)
    with pytest.raises(NotAllowed, match="give a reason"):
        actions.clear_match(match, " \u200b ", by=other)
    actions.clear_match(match, "Another one.", by=other)
    with pytest.raises(NotAllowed, match="already"):
        actions.clear_match(match, "Another one.", by=factories.officer())


def test_screen_all_finds_and_tells_once(tmp_path: Path) -> None:
    officer = factories.officer()
    case, partner = screened_case(), factories.partner("Zoran Arkadin Foundation")
    factories.partner("Velmora Shipping Guild", state="withdrawn")  # gone: not screened
    partner.known_names.create(kind="officer", name="Zoran Arkadin")
    factories.sanctions_list(tmp_path, GUILD, WEAVER)

    first, second = actions.screen_all(), actions.screen_all()

    assert (first.owners, first.names, first.found) == (2, 4, 2)
    assert (second.owners, second.found) == (2, 0)
    assert states_of(case) == [("Guild of Velmora Shipping", "EXi.2", "open")]
    assert states_of(partner) == [("Zoran Arkadin", "EXi.1", "open")]
    (letter,) = Letter.objects.filter(to_person=officer)
    assert letter.subject == "2 new matches on a list of sanctions"
    assert "Zoran" not in letter.text
    refs = [ref for event in Event.objects.filter(verb="partners.match") for ref in event.refs]
    assert sorted(refs) == sorted(f"partners.match:{m.pk}" for m in Match.objects.all())


def test_screening_many_costs_the_same_queries(
    tmp_path: Path, django_assert_num_queries: Any
) -> None:
    factories.sanctions_list(tmp_path, GUILD, WEAVER)
    factories.partner("One")
    actions.screen_all()  # the index is built
    with django_assert_num_queries(11):
        actions.screen_all()
    factories.partner("Two")
    factories.partner("Three")
    with django_assert_num_queries(11):
        actions.screen_all()


# --- Pages -----------------------------------------------------------------------------------


def test_pages_and_verbs_are_for_officers_alone(tmp_path: Path) -> None:
    factories.sanctions_list(tmp_path, GUILD)
    speaker, officer = factories.person(), factories.officer()
    partner = factories.partner("Velmora Shipping Guild", person=speaker)
    case = screened_case()
    for owner in (partner, case):
        actions.screen(owner)
    match = partner.matches.get()
    pages = {
        reverse("partners:screening"): (404, 404, 200),
        reverse("partners:request_screening", args=[case.reference]): (404, 404, 200),
        reverse("partners:partner_screening", args=[partner.reference]): (404, 404, 200),
    }
    verbs = {
        reverse("partners:screen_request", args=[case.reference]): (404, 404, 302),
        reverse("partners:screen_partner", args=[partner.reference]): (404, 404, 302),
        reverse("partners:clear_match", args=[match.pk]): (404, 404, 302),
        reverse("partners:confirm_match", args=[2**70]): (404, 404, 404),
    }

    for number, person in enumerate((AnonymousUser(), speaker, officer)):
        client = Client()
        if person.is_authenticated:
            client.force_login(person)
        for address, answers in pages.items():
            assert client.get(address).status_code == answers[number], address
        for address, answers in verbs.items():
            assert client.post(address).status_code == answers[number], address

    match.refresh_from_db()
    assert match.state == "open"  # no reason was given


def test_an_officer_who_speaks_for_the_partner_finds_the_page_closed(tmp_path: Path) -> None:
    officer = factories.officer()
    partner = factories.partner("Velmora Shipping Guild", person=officer)
    client = Client()
    client.force_login(officer)

    response = client.get(reverse("partners:partner_screening", args=[partner.reference]))

    assert response.status_code == 403
    assert "another officer decides" in response.content.decode()


def test_an_officer_decides_on_the_page(tmp_path: Path) -> None:
    factories.sanctions_list(tmp_path, {**GUILD, "note": "<b>Seat</b> in Thule"})
    officer, case = factories.officer(), screened_case()
    client = Client()
    client.force_login(officer)
    page = reverse("partners:request_screening", args=[case.reference])

    client.post(reverse("partners:screen_request", args=[case.reference]))
    shown = client.get(page).content.decode()
    match = case.matches.get()

    assert "VELMORA SHIPPING GUILD" in shown
    assert "The same words in another order." in shown
    assert "&lt;b&gt;Seat&lt;/b&gt; in Thule" in shown
    client.post(reverse("partners:clear_match", args=[match.pk]), {"reason": "Another country."})
    match.refresh_from_db()
    assert match.state == "cleared"
    assert "Another country." in client.get(page).content.decode()
