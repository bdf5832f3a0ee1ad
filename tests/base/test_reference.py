"""The coalition file, what was loaded of it before, and what people did here: three ways meet."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from coalition.base.errors import Refused
from coalition.base.reference import Label, Report, Source, keep_label, load, plain
from coalition.themes.models import Challenge

pytestmark = pytest.mark.django_db
TODAY = datetime.now(UTC).date()


def entry(code: str = "drought", **values: Any) -> dict[str, Any]:
    return {"code": code, "position": 1, "names": {"en": "Drought"}} | values


def load_all(*entries: dict[str, Any]) -> Report:
    """Load these entries beside those of the coalition file, which are not in question here."""
    Challenge.objects.exclude(code__in=["drought", "flood", "ours"]).delete()
    report = Report()
    load(Challenge, entries, report)
    return report


def drought() -> Challenge:
    return Challenge.objects.get(code="drought")


def test_load_makes_what_is_not_there() -> None:
    report = load_all(entry(), entry("flood"))

    assert report == Report(made=["challenge drought", "challenge flood"])
    assert drought().names == {"en": "Drought"}


def test_load_again_changes_nothing() -> None:
    load_all(entry())

    assert load_all(entry()) == Report(unchanged=1)


def test_load_follows_the_file_where_nobody_edited() -> None:
    load_all(entry())

    report = load_all(entry(names={"en": "Dry spells"}))

    assert report == Report(changed=["challenge drought: names"])
    assert drought().names == {"en": "Dry spells"}


def test_load_keeps_an_edit_and_lists_it() -> None:
    load_all(entry())
    Challenge.objects.filter(code="drought").update(names={"en": "Lasting drought"})

    report = load_all(entry(position=2, names={"en": "Dry spells"}))

    assert report == Report(
        changed=["challenge drought: position"],
        kept=[
            "challenge drought, names: here “{'en': 'Lasting drought'}”; "
            "the file says “{'en': 'Dry spells'}”"
        ],
    )
    assert (drought().names, drought().position) == ({"en": "Lasting drought"}, 2)


def test_load_keeps_an_edit_however_often_the_file_is_loaded() -> None:
    load_all(entry())
    Challenge.objects.filter(code="drought").update(position=7)
    load_all(entry(position=2))

    report = load_all(entry(position=2))

    assert report.kept == ["challenge drought, position: here “7”; the file says “2”"]
    assert drought().position == 7


def test_load_follows_again_once_the_edit_is_taken_back() -> None:
    load_all(entry())
    Challenge.objects.filter(code="drought").update(position=7)
    load_all(entry(position=2))
    Challenge.objects.filter(code="drought").update(position=2)

    load_all(entry(position=3))

    assert drought().position == 3


def test_load_leaves_what_the_file_dropped() -> None:
    load_all(entry(), entry("flood"))

    report = load_all(entry("flood"))

    assert report == Report(
        kept=["challenge drought: no longer in the file; left as it is"], unchanged=1
    )


def test_load_leaves_what_was_made_here() -> None:
    Challenge.objects.create(code="ours", names={"en": "Ours"})

    assert load_all().kept == ["challenge ours: made here; left as it is"]


def test_load_never_overwrites_an_entry_made_here_under_the_same_code() -> None:
    Challenge.objects.create(code="drought", names={"en": "Our drought"})

    for position in (1, 1, 2):
        report = load_all(entry(position=position))

        assert report == Report(
            kept=[
                f"challenge drought, position: here “0”; the file says “{position}”",
                "challenge drought, names: here “{'en': 'Our drought'}”; "
                "the file says “{'en': 'Drought'}”",
            ],
            unchanged=1,
        )
    assert (drought().names, drought().position) == ({"en": "Our drought"}, 0)


def test_load_takes_a_field_that_the_file_did_not_name_before() -> None:
    load_all(entry())

    report = load_all(entry(ours=["en"]))

    assert report == Report(changed=["challenge drought: ours"])
    assert drought().ours == ["en"]


def test_load_keeps_an_edit_of_a_field_that_the_file_did_not_name_before() -> None:
    load_all(entry())
    Challenge.objects.filter(code="drought").update(ours=["fr"])

    load_all(entry(ours=["en"]))

    assert drought().ours == ["fr"]


def test_load_refuses_a_code_named_twice() -> None:
    with pytest.raises(Refused, match="names the challenge drought twice"):
        load_all(entry(), entry(position=2))


def test_load_follows_a_changed_source() -> None:
    one = Source.objects.create(code="one-source", title="One", seen_on=TODAY)
    other = Source.objects.create(code="other-source", title="Other", seen_on=TODAY)
    load_all(entry(source=one))

    report = load_all(entry(source=other))

    assert report == Report(changed=["challenge drought: source"])
    assert drought().source == other


def test_plain_values_are_json() -> None:
    source = Source(code="leaflet", title="Leaflet")
    challenge = Challenge(code="drought")

    assert [plain(each) for each in (date(2026, 1, 2), source, challenge, 3, "x", None)] == [
        "2026-01-02",
        "leaflet",
        "drought",
        3,
        "x",
        None,
    ]


class TestThreeWays(TestCase):
    """One field, any history: the last word is the file's as long as nobody edited it."""

    @settings(max_examples=60, deadline=None)
    @given(st.lists(st.tuples(st.sampled_from(["file", "edit"]), st.integers(0, 3)), max_size=6))
    def test_load_of_any_history(self, steps: list[tuple[str, int]]) -> None:
        Challenge.objects.all().delete()
        load_all(entry(position=0))
        here = said = 0
        for who, value in steps:
            if who == "edit":
                Challenge.objects.filter(code="drought").update(position=value)
                here = value
            else:
                load_all(entry(position=value))
                here, said = (value if here == said else here), value
            assert drought().position == here


# --- Labels ----------------------------------------------------------------------------------


def labels() -> list[tuple[date, dict[str, str]]]:
    return list(Label.objects.filter(code="drought").values_list("since", "names"))


def test_keep_label_dates_the_first_name() -> None:
    load_all(entry())

    keep_label(drought(), since=date(2023, 11, 1), source=None)
    keep_label(drought(), since=date(2023, 11, 1), source=None)

    assert labels() == [(date(2023, 11, 1), {"en": "Drought"})]


def test_keep_label_never_rewrites_the_past() -> None:
    load_all(entry())
    keep_label(drought(), since=date(2023, 11, 1), source=None)
    load_all(entry(names={"en": "Dry spells"}))

    keep_label(drought(), since=date(2023, 11, 1), source=None)

    assert labels() == [
        (date(2023, 11, 1), {"en": "Drought"}),
        (timezone.now().date(), {"en": "Dry spells"}),
    ]


def test_keep_label_takes_a_day_after_the_latest() -> None:
    load_all(entry())
    keep_label(drought(), since=date(2023, 11, 1), source=None)
    load_all(entry(names={"en": "Dry spells"}))

    keep_label(drought(), since=date(2024, 5, 1), source=None)

    assert [since for since, _names in labels()] == [date(2023, 11, 1), date(2024, 5, 1)]


def test_keep_label_keeps_one_label_a_day() -> None:
    load_all(entry())
    keep_label(drought(), since=None, source=None)
    load_all(entry(names={"en": "Dry spells"}))

    keep_label(drought(), since=TODAY - timedelta(days=9), source=None)

    assert [names for _since, names in labels()] == [{"en": "Dry spells"}]
