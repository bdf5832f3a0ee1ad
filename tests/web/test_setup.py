"""The coalition file: loaded once, twice, changed, edited in the browser, and written wrong."""

import re
import shutil
import subprocess
import sys
from datetime import date

import pytest
from django.core.management import CommandError, call_command

from coalition.base.errors import Refused
from coalition.base.models import Event, Source
from coalition.base.reference import Label
from coalition.instruments.models import Adherence, Anchor, Instrument, Provision
from coalition.partners.models import PartnerGroup, Seat
from coalition.places.models import Level, Place
from coalition.themes.models import Challenge, Theme
from coalition.web import coalition_file
from coalition.web.models import Coalition, HomePage, TextPage
from coalition.web.setup import set_up
from tools.steps import clean_environment

pytestmark = pytest.mark.django_db

FILE = coalition_file.find("social-justice")


@pytest.fixture
def copy(tmp_path):
    """The coalition file and its skeleton, to be changed by a test."""
    for file in FILE.parent.glob("*.toml"):
        shutil.copy(file, tmp_path)
    path = tmp_path / FILE.name

    def change(old, new, name=FILE.name, count=1):
        target = tmp_path / name
        text = target.read_text("utf-8")
        assert old in text
        target.write_text(text.replace(old, new, count), "utf-8")
        return path

    return change


def counts():
    return {
        model.__name__: model.objects.count()
        for model in (
            *(Coalition, PartnerGroup, Theme, Challenge, Level, Instrument, Anchor, Provision),
            *(Place, Source, Label, HomePage, TextPage),
        )
    }


def test_setup_holds_what_the_leaflet_says():
    assert counts() == {
        "Coalition": 1,
        "PartnerGroup": 8,
        "Theme": 6,
        "Challenge": 6,
        "Level": 3,
        "Instrument": 6,
        "Anchor": 2,
        "Provision": counts()["Provision"],
        "Place": 278,
        "Source": 38,
        "Label": 160,
        "HomePage": 2,
        "TextPage": 6,
    }
    assert Provision.objects.filter(role="operative").count() == 44
    assert Place.objects.un_members().count() == 193


def test_setup_twice_changes_nothing_and_leaves_no_trace():
    before, events = counts(), Event.objects.count()

    report = set_up(FILE)

    assert (report.made, report.changed, report.kept) == ([], [], [])
    assert (counts(), Event.objects.count()) == (before, events)


def test_setup_follows_the_file_where_nobody_edited(copy):
    path = copy('short = { en = "Employment"', 'short = { en = "Work"')

    report = set_up(path)

    assert report.changed == ["thematic area employment: short"]
    assert Theme.objects.get(code="employment").short["en"] == "Work"


def test_setup_keeps_an_edit_and_lists_the_difference(copy):
    theme = Theme.objects.get(code="employment")
    theme.short = {**theme.short, "en": "Good work"}
    theme.save()

    report = set_up(copy('short = { en = "Employment"', 'short = { en = "Work"'))

    theme.refresh_from_db()
    assert theme.short["en"] == "Good work"
    assert report.changed == []
    assert [line for line in report.kept if "employment, short" in line] == report.kept
    assert "Good work" in report.kept[0]


def test_setup_keeps_an_entry_made_in_the_browser():
    Theme.objects.create(code="care", number=7, names={"en": "Care"}, source=Source.objects.first())

    report = set_up(FILE)

    assert report.kept == ["thematic area care: made here; left as it is"]
    assert Theme.objects.filter(code="care").exists()


def test_setup_keeps_old_labels_with_their_dates(copy):
    old = Theme.objects.get(code="employment").names["en"]

    set_up(copy(f'names.en = "{old}"', 'names.en = "Freely chosen work"'))

    labels = list(Theme.objects.get(code="employment").labels.values_list("names__en", flat=True))
    assert "Freely chosen work" in labels
    assert Theme.objects.get(code="employment").name == "Freely chosen work"


WRONG = {
    "unknown language": (
        'short = { en = "Employment"',
        'short = { xx = "Employment", en = "Employment"',
        r"theme 3 \(employment\), short",
    ),
    "missing language": (
        'short = { en = "Employment", ar = "العمالة", ',
        'short = { en = "Employment", ',
        "there is no text in ar",
    ),
    "unknown source": ('source = "leaflet"', 'source = "nowhere"', "nowhere"),
    "unknown kind": (
        'kind = "summit_outcome"',
        'kind = "summit"',
        r"declaration 1 \(doha\), kind: “summit” is not known",
    ),
    "code twice": ('code = "EMP"', 'code = "WRK"', "partner_group WRK stands twice"),
    "not a date": (
        "adopted_on = 2025-11-04",
        'adopted_on = "yesterday"',
        r"declaration 1 \(doha\), adopted_on",
    ),
    "unknown key": (
        'symbol = "A/RES/80/5"',
        'symbole = "A/RES/80/5"',
        r"declaration 1 \(doha\), symbole: this is not known",
    ),
    "not TOML": ("[coalition]", "[coalition", "is not valid TOML"),
    "meeting ends first": (
        "begins_on = 2025-10-01",
        "begins_on = 2026-10-01",
        "ends before it begins",
    ),
    "control characters": (
        'short = { en = "Employment"',
        'short = { en = "Employ\\u0007ment"',
        "control characters",
    ),
    "not a link": (
        'url = "https://docs.un.org/en/A/RES/80/5"',
        'url = "javascript:alert(1)"',
        "url",
    ),
}


@pytest.mark.parametrize("name", WRONG)
def test_wrong_file_is_refused_whole_naming_the_entry(name, copy):
    old, new, sentence = WRONG[name]
    before, events = counts(), Event.objects.count()
    path = copy(old, new)

    with pytest.raises(CommandError) as refusal:
        call_command("setup", str(path), quiet=True)

    assert re.search(sentence, str(refusal.value)), str(refusal.value)
    assert "social-justice.toml" in str(refusal.value)
    assert (counts(), Event.objects.count()) == (before, events)


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        (
            'number = "2"\neid = "para_2"',
            'number = "1"\neid = "para_2"',
            "paragraph 1 stands twice",
        ),
        ('eid = "para_2"', 'eid = "para_1"', "eid para_1 stands twice"),
        ('eid = "para_2"', 'eid = "../para"', "paragraph 2"),
        ('declaration = "doha"', 'declaration = "sevilla"', "it is of “sevilla”"),
    ],
)
def test_wrong_skeleton_is_refused_whole(old, new, sentence, copy):
    path = copy(old, new, name="doha-skeleton.toml")

    with pytest.raises(CommandError, match=sentence):
        call_command("setup", str(path), quiet=True)


def test_binary_file_is_refused(tmp_path):
    path = tmp_path / "picture.toml"
    path.write_bytes(b"\x89PNG\r\n\x1a\n\xff")

    with pytest.raises(CommandError, match="is not UTF-8 text"):
        call_command("setup", str(path), quiet=True)


def test_unknown_coalition_is_refused_naming_those_known():
    with pytest.raises(CommandError, match=r"There is no coalition “moon”\. Known: social-justice"):
        call_command("setup", "moon")


def test_setup_keeps_a_seat_that_was_edited_and_gives_no_seat_twice(copy):
    seat = Seat.objects.get(code="india")
    seat.until = date(2026, 1, 1)
    seat.save()
    path = copy('office.en = "Brazil"', 'office.en = "Federative Republic of Brazil"')

    report = set_up(path)

    assert "seat india of coordinating-group: edited here; left as it is" in report.kept
    assert "seat brazil of coordinating-group" in report.changed
    assert Seat.objects.count() == 3
    assert Seat.objects.get(code="brazil").office["en"] == "Federative Republic of Brazil"


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ('role = "chair"', 'role = "king"', "body 2 (coordinating-group), seat 1 (ilo"),
        ('code = "brazil"', 'code = "india"', "body coordinating-group: seat india stands twice"),
        (
            'source = "group-member-india"',
            'source = "hearsay"',
            "body coordinating-group: the source “hearsay” is not in the file",
        ),
        (
            'kind = "secretariat"',
            'kind = "secretariat"\nquorum_seats = 2\nquorum_percent = 50',
            "keep one of both",
        ),
    ],
)
def test_setup_refuses_a_body_that_cannot_be(copy, old, new, sentence):
    with pytest.raises(Refused, match=re.escape(sentence)):
        set_up(copy(old, new))


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ('party = "GBR"', 'party = "QQQ"', "there is no country and no [[party]] with the code"),
        ('party = "GBR"', 'party = "GBR"\nname = "Both"', "name one"),
        ('party = "GBR"', 'party = "USA"', "adherence paris, USA, declined stands twice"),
        ('kind = "declined"', 'kind = "frowned"', "“frowned” is not known"),
        ("on = 2025-08-25\n", "on = 2025-06-01\n", "before"),
        (
            'kind = "withdrew"\nsource = "sevilla-press-us"',
            'kind = "withdrew"\nsource = "hearsay"',
            "adherence sevilla, USA, withdrew: the source “hearsay” is not in the file",
        ),
    ],
)
def test_setup_refuses_an_adherence_that_cannot_be(copy, old, new, sentence):
    Adherence.objects.all().delete()
    with pytest.raises(Refused, match=re.escape(sentence)):
        set_up(copy(old, new))


def test_setup_says_what_comes_first_where_the_database_is_empty(tmp_path):
    command = [sys.executable, "-m", "coalition", "setup", "social-justice"]
    environment = clean_environment(
        COALITION_HOME=str(tmp_path), DATABASE_URL=f"sqlite:///{tmp_path}/empty.sqlite3"
    )

    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)

    assert done.returncode == 1
    assert "First run “coalition migrate”." in done.stderr
    assert "Traceback" not in done.stderr
