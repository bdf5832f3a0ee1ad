"""Activities and organisations of IATI as plain values."""

from __future__ import annotations

import pickle
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, get_args, get_type_hints

import pytest

from coalition.analysis.iati.activities import Activity, Point, activity_of
from coalition.analysis.iati.organisations import Organisation, organisation_of
from coalition.analysis.iati.parts import Money, Narrative, Part, Raw, by_language
from coalition.analysis.iati.reading import read
from coalition.analysis.iati.shapes import TYPES, Shape, shape_of
from tests.analysis.test_iati_checking import file

SHAPES = [shape_of(Activity, "iati-activity"), shape_of(Organisation, "iati-organisation")]


def activity(tmp_path: Path, more: str = "", attributes: str = "") -> Activity:
    path = tmp_path / "file.xml"
    path.write_bytes(
        file(more).replace(b"<iati-activity>", f"<iati-activity {attributes}>".encode())
    )
    return read(path, activity_of).values[0]


def every(shape: Shape[Any]) -> list[Shape[Any]]:
    """The shape and all in it."""
    inner = [slot.shape for slot in shape.slots.values() if slot.shape is not None]
    return [shape, *(each for one in inner for each in every(one))]


@pytest.mark.parametrize("shape", SHAPES)
def test_everything_of_the_standard_has_a_field(shape: Shape[Any]) -> None:
    missing = {
        f"{one.form.name} {name}"
        for one in every(shape)
        for name in {*one.form.attributes, *one.form.by_name}
        if name not in one.attributes and name not in one.slots
    }

    assert missing == ({"iati-activity crs-add", "iati-activity fss"} & missing)
    assert all(bool(one.own) == bool(one.form.kind) for one in every(shape))


@pytest.mark.parametrize("shape", SHAPES)
def test_fields_are_of_the_types_that_their_kinds_have(shape: Shape[Any]) -> None:
    for one in every(shape):
        hints = get_type_hints(one.of)
        for name, (field, kind) in one.attributes.items():
            wanted = str if kind is str else kind | None
            assert hints[field] == wanted, (one.of, name)
        if one.own:
            kind = TYPES.get(one.form.kind, str)
            assert hints[one.own] == (str if kind is str else kind | None)
        for slot in one.slots.values():
            is_tuple = hints[slot.field] == tuple[get_args(hints[slot.field])]
            assert is_tuple == (slot.child.is_repeated or slot.key == "narrative"), slot.field


@pytest.mark.parametrize("shape", SHAPES)
def test_what_is_missing_is_empty(shape: Shape[Any]) -> None:
    for one in every(shape):
        part = one.of()
        assert isinstance(part, Part)
        assert {value for value in vars(part).values() if value not in ("", (), None)} == set()


def test_values_of_an_activity(tmp_path: Path) -> None:
    record = activity(
        tmp_path,
        '<recipient-country code="KE" percentage="300"/><tag code="8.5" vocabulary="3"/>'
        '<budget><period-start iso-date="2026-01-01"/><period-end iso-date="2026-12-31"/>'
        '<value value-date="2026-01-01">\n1500.25 </value></budget>'
        '<capital-spend percentage="0"/>',
        'humanitarian="0" default-currency="CHF" last-updated-datetime="2026-01-01T00:00:00Z"',
    )

    assert record.identifier == "XM-EX-1"
    assert record.title == (Narrative("Example"),)
    assert (record.is_humanitarian, record.hierarchy) == (False, None)
    assert record.updated_at == datetime(2026, 1, 1, tzinfo=UTC)
    assert [(one.code, one.percentage) for one in record.countries] == [("KE", Decimal(300))]
    assert [(one.code, one.vocabulary) for one in record.tags] == [("8.5", "3")]
    assert record.budgets[0].value == Money(Decimal("1500.25"), "", date(2026, 1, 1))
    assert record.capital_spend == 0
    assert [(one.type, one.day) for one in record.dates] == [("1", date(2026, 1, 1))]
    assert record.rest == ()


def test_values_are_equal_when_they_say_the_same_and_travel(tmp_path: Path) -> None:
    record = activity(tmp_path, '<sector code="15110"/>')

    assert record == activity(tmp_path, '\n<sector  code="15110" />')
    assert record != activity(tmp_path, '<sector code="15111"/>')
    assert pickle.loads(pickle.dumps(record)) == record
    assert len({record, activity(tmp_path, '<sector code="15110"/>')}) == 1


def test_the_first_of_what_may_stand_once_counts(tmp_path: Path) -> None:
    record = activity(tmp_path, '<activity-scope code="1"/><activity-scope code="2"/>')

    assert record.scope == "1"
    assert record.rest == (Raw("activity-scope", (("code", "2"),)),)


def test_words_are_found_by_their_language() -> None:
    words = (
        Narrative("Hello"),
        Narrative("Bonjour", "fr"),
        Narrative("Hi", "en"),
        Narrative("Olá", "pt-BR"),
    )

    assert by_language(words, "en") == {"en": "Hello", "fr": "Bonjour", "pt-br": "Olá"}
    assert by_language(words)[""] == "Hello"


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("31.616944 65.716944", (Decimal("31.616944"), Decimal("65.716944"))),
        (" -90\n180 ", (Decimal(-90), Decimal(180))),
        ("91 0", None),
        ("0 181", None),
        ("0", None),
        ("0 0 0", None),
        ("NaN 0", None),
        ("sNaN 0", None),
        ("0 Infinity", None),
        ("1e999999999 0", None),
        ("north east", None),
        ("", None),
        ("9" * 10_000 + " 0", None),
    ],
)
def test_a_point_is_on_the_globe(text: str, place: object) -> None:
    assert Point(position=text).latitude_longitude == place


# --- On real data ----------------------------------------------------------------------------


@pytest.mark.realdata
def test_the_annotated_activity_is_read_in_full(data_dir: Path) -> None:
    path = data_dir / "iati" / "annotated" / "activity-standard-example-annotated.xml"
    (record,) = read(path, activity_of).values
    indicator = record.results[0].indicators[0]
    actual = indicator.periods[0].actuals[0]
    transaction = record.transactions[0]

    assert [one.name for one in record.rest] == ["crs-add", "fss"]
    assert empty(record) == {
        *("CountryShare.narratives", "Country.narratives", "PolicyMarker.narratives"),
    }
    assert by_language(record.title, record.language)["es"] == "Título de la actividad"
    assert record.reporter is not None
    assert record.reporter.is_secondary is False
    assert [(one.role, one.ref) for one in record.participants] == [
        *(("1", "BB-BBB-123456789"), ("2", "CC-CCC-123456789"), ("3", "AA-AAA-123456789")),
    ]
    assert record.locations[1].point is not None
    assert record.locations[1].point.latitude_longitude == (Decimal("11.55"), Decimal("104.9167"))
    assert (indicator.measure, indicator.is_ascending) == ("1", True)
    assert [one.code for one in indicator.references] == ["3429", "861", "B1"]
    assert (indicator.baselines[0].year, indicator.baselines[0].value) == (2012, "10")
    assert (actual.value, actual.locations) == ("11", ("AF-KAN", "KH-PNH"))
    assert [(one.name, one.value) for one in actual.dimensions] == [
        *(("sex", "female"), ("age", "adult")),
    ]
    assert actual.documents[0].day == date(2014, 2, 5)
    assert transaction.provider is not None
    assert transaction.provider.activity_id == "BB-BBB-123456789-1234AA"
    assert transaction.recipient_region is not None
    assert transaction.recipient_region.code == "616"
    assert [one.code for one in transaction.aid_types] == ["A01", "1"]


@pytest.mark.realdata
def test_the_annotated_organisation_is_read_in_full(data_dir: Path) -> None:
    path = data_dir / "iati" / "annotated" / "organisation-standard-example-annotated.xml"
    (record,) = read(path, organisation_of).values

    assert record.rest == ()
    assert empty(record) == {"Code.narratives"}
    assert record.identifier == "AA-AAA-123456789"
    assert record.region_budgets[0].region is not None
    assert record.region_budgets[0].region.code == "A1"
    assert record.expenditures[0].lines[0].value == Money(
        Decimal(200000000), "USD", date(2014, 1, 1)
    )
    assert [one.code for one in record.documents[5].countries] == ["AF", "AX", "AL"]


def empty(record: Part) -> set[str]:
    """The fields that hold nothing in any part of the record, but `rest`."""
    seen: dict[str, bool] = {}

    def walk(part: Part) -> None:
        for name in type(part).__dataclass_fields__:
            value = getattr(part, name)
            key = f"{type(part).__name__}.{name}"
            seen[key] = seen.get(key, False) or value not in ("", (), None)
            for one in value if isinstance(value, tuple) else (value,):
                if isinstance(one, Part):
                    walk(one)

    walk(record)
    return {key for key, is_seen in seen.items() if not is_seen and not key.endswith(".rest")}
