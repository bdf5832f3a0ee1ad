from __future__ import annotations

from typing import Any

import pytest

from coalition.base.models import Event
from coalition.catalogue.models import Record
from coalition.instruments.models import CitedAs, Instrument, Provision, Version, Wording
from tests.factories import commitment
from tests.instruments.documents import draft, version

pytestmark = pytest.mark.django_db


def text() -> Instrument:
    return Instrument.objects.get(symbol="G/1")


def said(eid: str, symbol: str = "G/1", language: str = "en") -> str:
    """The first word that a provision says in a version."""
    found = Wording.objects.get(
        provision__eid=eid, version__symbol=symbol, version__language=language
    )
    return found.words.split()[0]


def rows() -> dict[str, tuple[str, str]]:
    """By lasting address: the number now, and where its matter went."""
    return {
        row.eid: (row.number, row.became.eid if row.became else "")
        for row in text().provisions.select_related("became").order_by("position")
    }


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        # Same place, other words.
        (["bread", "salt"], ["bread", "salt"], {"para_1": ("1", ""), "para_2": ("2", "")}),
        # One put in before: the others keep their address and take their new number.
        (
            ["bread", "salt"],
            ["water", "bread", "salt"],
            {"para_1-2": ("1", ""), "para_1": ("2", ""), "para_2": ("3", "")},
        ),
        # Exchanged.
        (["bread", "salt"], ["salt", "bread"], {"para_2": ("1", ""), "para_1": ("2", "")}),
        # One left out: it stands for those who linked to it, under the number that it had.
        (
            ["bread", "salt", "water"],
            ["bread", "water"],
            {"para_1": ("1", ""), "para_2": ("2", ""), "para_3": ("2", "")},
        ),
        # Two in one.
        (
            ["bread", "salt", "water"],
            ["bread+salt", "water"],
            {"para_1": ("1", ""), "para_2": ("2", "para_1"), "para_3": ("2", "")},
        ),
        # One in two: the larger part goes on.
        (
            ["salt+water", "bread"],
            ["salt", "water", "bread"],
            {"para_1": ("1", ""), "para_2-2": ("2", ""), "para_2": ("3", "")},
        ),
        # Points move with their paragraph; new ones under a new address stand below it.
        (
            ["bread", "salt:"],
            ["water:", "bread", "salt:"],
            {
                "para_1-2": ("1", ""),
                "para_1-2__point_a": ("1 (a)", ""),
                "para_1-2__point_b": ("1 (b)", ""),
                "para_1": ("2", ""),
                "para_2": ("3", ""),
                "para_2__point_a": ("3 (a)", ""),
                "para_2__point_b": ("3 (b)", ""),
            },
        ),
    ],
)
def test_a_provision_keeps_its_address_whatever_its_number(
    before: list[str], after: list[str], expected: dict[str, tuple[str, str]]
) -> None:
    draft(*before)
    version("G/1", *after)
    assert rows() == expected


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        # What was merged in the end has an address of its own, and says where it went.
        (
            ["bread", "salt", "water"],
            ["bread+salt", "water"],
            {"para_1": ("1", ""), "para_2-2": ("2", "para_1"), "para_2": ("2", "")},
        ),
        (["water", "bread"], ["bread"], {"para_1-2": ("1", ""), "para_1": ("1", "")}),
    ],
)
def test_a_draft_that_comes_later_changes_no_address(
    before: list[str], after: list[str], expected: dict[str, tuple[str, str]]
) -> None:
    version("G/1", *after)
    draft(*before)
    assert rows() == expected


def test_a_provision_that_comes_back_is_the_same_again() -> None:
    draft("bread", "salt")
    version("G/1", "bread")
    version("G/1/Rev.1", "bread", "water", "salt", stage="revised")
    assert rows() == {"para_1": ("1", ""), "para_2-2": ("2", ""), "para_2": ("3", "")}
    assert said("para_2", "G/1/Rev.1") == "Salt"


def test_a_merged_provision_that_comes_back_became_nothing() -> None:
    draft("bread", "salt")
    version("G/1", "bread+salt")
    assert rows()["para_2"] == ("2", "para_1")
    version("G/1/Rev.1", "bread", "salt", stage="revised")
    assert rows()["para_2"] == ("2", "")


def test_another_language_is_matched_by_place_and_never_by_words() -> None:
    draft("bread", "salt")
    version("G/1", "water", "bread", "salt")
    # Words that would lead an English reader astray: the second says what the third says.
    version("G/1", "ماء", "Salt may be sold on every market day", "خبز", language="ar")
    by_address = {"para_1-2": "Everyone", "para_1": "Bread", "para_2": "Salt"}
    assert {eid: said(eid) for eid in by_address} == by_address
    assert [said(eid, language="ar") for eid in by_address] == ["ماء", "Salt", "خبز"]
    assert text().provisions.count() == 3


def test_an_address_of_a_skeleton_is_taken_by_the_piece_that_has_it() -> None:
    made = Instrument.objects.create(code="guild", symbol="G/1", names={"en": "Guild"}, kind="act")
    Provision.objects.create(
        instrument=made, eid="para_2", number="2", role="operative", position=1
    )
    report = version("G/1", "bread", "salt")
    assert (report.made, report.matched) == (1, 1)
    assert draft("bread", "salt").made == 0


def test_commitments_stay_with_what_they_deliver_on() -> None:
    draft("bread", "salt")
    one = commitment("published", provisions=[text().provisions.get(eid="para_2")])
    version("G/1", "water", "bread", "salt")
    (provision,) = one.provisions.all()
    assert (provision.eid, provision.number, said(provision.eid)) == ("para_2", "3", "Salt")


# --- Drafts that came alone


def alone(**fields: Any) -> Instrument:
    """A draft read in before anybody knew what becomes of it."""
    return version(
        "G/L.1", "bread", "salt:", stage="draft", adopted=None, of="", **fields
    ).instrument


def resolution() -> Any:
    return version("G/1", "water", "bread", "salt:", drafts=("G/L.1",))


def test_a_draft_that_came_alone_moves_to_what_became_of_it() -> None:
    before = alone(title="Draft of the guild")
    report = resolution()
    assert not Instrument.objects.filter(pk=before.pk).exists()
    assert [(v.symbol, v.title) for v in report.instrument.versions.order_by("symbol")] == [
        ("G/1", "Declaration of the guild"),
        ("G/L.1", "Draft of the guild"),
    ]
    old = Version.objects.get(symbol="G/L.1")
    assert [(w.eid, w.number, w.provision.eid) for w in old.wordings.all()] == [
        ("para_1", "1", "para_2"),
        ("para_2", "2", "para_3"),
        ("para_2__point_a", "2 (a)", "para_3__point_a"),
        ("para_2__point_b", "2 (b)", "para_3__point_b"),
    ]
    assert set(
        CitedAs.objects.filter(instrument=report.instrument).values_list("key", flat=True)
    ) >= {
        "code:g-l-1",
        "symbol:g/1",
        "symbol:g/l.1",
    }
    assert not Record.objects.filter(key__startswith="g-l-1").exists()
    assert Event.objects.filter(verb="instruments.join_draft").count() == 1


def test_a_draft_that_came_alone_is_not_read_in_twice_afterwards() -> None:
    alone()
    resolution()
    again = draft("bread", "salt:", of="")
    assert again.is_unchanged
    assert again.instrument == text()


def test_a_draft_stays_where_something_hangs_on_it_and_the_report_says_so() -> None:
    before = alone()
    commitment("published", provisions=[before.provisions.get(eid="para_1")])
    report = resolution()
    assert before.versions.count() == 1
    (doubt,) = report.doubts
    assert doubt.startswith(
        "G/L.1 was read in before as a text of its own (g-l-1) and stays there, because something "
        "hangs on it: "
    )
    assert report.version is not None
    assert report.version.doubts == report.doubts
