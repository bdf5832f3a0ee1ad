"""What comes in goes out again: records are written as the standard demands, whatever they hold,
and what was read is written with nothing lost."""

from __future__ import annotations

import dataclasses
import io
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from lxml import etree

from coalition.analysis.iati.activities import Activity, CountryShare, activity_of
from coalition.analysis.iati.checking import Checked, Element, checked
from coalition.analysis.iati.money import Budget, Transaction
from coalition.analysis.iati.organisations import Organisation, organisation_of
from coalition.analysis.iati.parts import Code, Money, Narrative, Part, Raw
from coalition.analysis.iati.shapes import shape_of
from coalition.analysis.iati.standard import FORMS
from coalition.analysis.iati.writing import (
    ACTIVITIES,
    fragment,
    head,
    tail,
    write_activities,
    write_organisations,
)
from tests.analysis.iati_records import parts
from tests.analysis.test_iati_checking import Shaker, file

NOW = datetime(2026, 3, 31, 9, tzinfo=UTC)


def read(content: bytes) -> tuple[Checked, list[Any]]:
    """What a file is, and its records."""
    values: list[Any] = []

    def take(record: Element) -> None:
        values.append(
            activity_of(record) if record.name == "iati-activity" else organisation_of(record)
        )

    return checked(io.BytesIO(content), take), values


def written(records: list[Any]) -> bytes:
    if isinstance(records[0], Activity):
        return b"".join(write_activities(records, generated_at=NOW))
    return b"".join(write_organisations(records, generated_at=NOW))


def one(more: str = "") -> Activity:
    record = read(file(more))[1][0]
    assert isinstance(record, Activity)
    return record


def again(record: Activity) -> Activity:
    (back,) = read(written([record]))[1]
    assert isinstance(back, Activity)
    return back


# --- Values of all kinds ---------------------------------------------------------------------


def schema(data_dir: Path, record: object) -> etree.XMLSchema:
    kind = "activities" if isinstance(record, Activity) else "organisations"
    path = data_dir / "iati" / "schemas" / f"iati-{kind}-schema.xsd"
    return etree.XMLSchema(etree.parse(str(path)))


UNHURRIED = settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


@UNHURRIED
@given(record=parts(shape_of(Activity, "iati-activity")))
def test_whatever_an_activity_holds_is_written_in_the_form_and_read_again(
    record: Activity,
) -> None:
    told, (back,) = read(written([record]))

    assert told.findings == ()
    assert back == record


@UNHURRIED
@given(record=parts(shape_of(Organisation, "iati-organisation")))
def test_whatever_an_organisation_holds_is_written_in_the_form_and_read_again(
    record: Organisation,
) -> None:
    told, (back,) = read(written([record]))

    assert told.findings == ()
    assert back == record


@pytest.mark.realdata
@pytest.mark.parametrize(
    ("of", "form"), [(Activity, "iati-activity"), (Organisation, "iati-organisation")]
)
def test_what_is_written_is_valid_by_the_official_schemas(
    data_dir: Path, of: type[Part], form: str
) -> None:
    official = schema(data_dir, of())

    @UNHURRIED
    @given(record=parts(shape_of(of, form)))
    def is_valid(record: Any) -> None:
        official.assertValid(etree.fromstring(written([record])))

    is_valid()


# --- What comes in goes out ------------------------------------------------------------------


def test_fragments_are_joined_to_a_file() -> None:
    record = one()
    pieces = [head(ACTIVITIES, generated_at=NOW, linked_data="https://example.org/a&b/")]
    pieces += [fragment(record), fragment(record), tail(ACTIVITIES)]

    told, back = read(b"".join(pieces))

    assert (told.findings, back) == ((), [record, record])
    assert pieces[0].decode() == (
        '<?xml version="1.0" encoding="UTF-8"?>\n<iati-activities version="2.03" '
        'generated-datetime="2026-03-31T09:00:00Z" '
        'linked-data-default="https://example.org/a&amp;b/">\n'
    )


def test_a_fragment_is_laid_out_for_people() -> None:
    record = Activity(
        identifier="XM-EX-1",
        title=(Narrative("Example"), Narrative("Exemple", "fr")),
        budgets=(Budget("1", value=Money(Decimal("1500.50"), "CHF", date(2026, 1, 1))),),
        transactions=(Transaction(type="3", sectors=(Code("15110"),)),),
    )

    assert fragment(record).decode() == (
        "<iati-activity>\n"
        " <iati-identifier>XM-EX-1</iati-identifier>\n"
        " <title>\n"
        "  <narrative>Example</narrative>\n"
        '  <narrative xml:lang="fr">Exemple</narrative>\n'
        " </title>\n"
        ' <budget type="1">\n'
        '  <value currency="CHF" value-date="2026-01-01">1500.50</value>\n'
        " </budget>\n"
        " <transaction>\n"
        '  <transaction-type code="3"/>\n'
        '  <sector code="15110"/>\n'
        " </transaction>\n"
        "</iati-activity>\n"
    )


def test_characters_that_xml_cannot_hold_are_left_out() -> None:
    wild = "a\x00b\x0bc\ud800d\uffffe"

    back = again(Activity(identifier=wild, currency=wild, title=(Narrative(wild),)))

    assert (back.identifier, back.currency, back.title[0].text) == ("abcde",) * 3


@pytest.mark.parametrize("amount", ["NaN", "sNaN", "Infinity", "-Infinity"])
def test_an_amount_that_is_none_is_refused(amount: str) -> None:
    with pytest.raises(ValueError, match="is no amount that a file can hold"):
        fragment(Activity(capital_spend=Decimal(amount)))


EXTENDED = """<contact-info type=""><telephone/>
<email xmlns:y="urn:y" y:checked="1">desk@example.org</email>
<email>other@example.org</email></contact-info>
<activity-scope code="3" xmlns:y="urn:y" y:sure="no"/>
<recipient-country code="KE" percentage="50" xmlns:y="urn:y" y:of="a &quot;b&quot;"><narrative/>
<y:more at="1">words <y:inner/></y:more></recipient-country>
<fss extraction-date="2026-01-01"/>
<y:last xmlns:y="urn:y" xml:lang="fr"/>"""


def test_extensions_of_others_and_empty_texts_come_back() -> None:
    content = file(EXTENDED)
    assert checked(io.BytesIO(content)).findings == ()

    record = one(EXTENDED)

    assert again(record) == record
    assert tree(written([record]))[3] == tree(content)[3]
    assert record.scope == "3"
    assert record.countries[0].percentage == 50
    assert record.contacts[0].emails == ("desk@example.org", "other@example.org")


def test_a_field_that_was_changed_counts_and_not_what_came() -> None:
    record = one(EXTENDED)
    contact = dataclasses.replace(record.contacts[0], emails=("other@example.org",), type="1")
    changed = dataclasses.replace(record, scope="4", contacts=(contact,))

    back = again(changed)

    assert (back.scope, back.contacts[0].emails) == ("4", ("other@example.org",))
    assert back.contacts[0].type == "1"
    assert again(dataclasses.replace(record, scope="")).scope == ""


def test_what_is_wrong_comes_back_as_it_was() -> None:
    more = """<activity-scope/><recipient-country code="KE" percentage="much"/>
        <budget><period-start iso-date="soon"/><value value-date="2026-01-01">1,500</value></budget>
        <capital-spend percentage="NaN"/><unknown a="1">x</unknown>loose"""
    record = one(more)

    assert record.countries == (CountryShare("KE", rest=(Raw("@percentage", text="much"),)),)
    assert (record.scope, record.capital_spend, record.budgets[0].period_start) == ("", None, None)
    assert again(record) == record
    assert tree(written([record]))[3] == tree(file(more))[3]


@pytest.mark.parametrize(
    ("came", "goes"),
    [
        ('humanitarian="true"', 'humanitarian="1"'),
        ('hierarchy=" +02 "', 'hierarchy="2"'),
        ('last-updated-datetime="2026-01-01T12:00:00+00:00"', "2026-01-01T12:00:00Z"),
        ('last-updated-datetime="2026-01-01T12:00:00.5-03:00"', "2026-01-01T12:00:00.500000-03:00"),
        ('last-updated-datetime="2026-01-01T12:00:00.123456789Z"', "2026-01-01T12:00:00.123456Z"),
        ('last-updated-datetime="2026-01-01T24:00:00"', "2026-01-01T24:00:00"),
        ('last-updated-datetime="12026-01-01T00:00:00"', "12026-01-01T00:00:00"),
    ],
)
def test_what_says_the_same_is_written_in_one_way(came: str, goes: str) -> None:
    content = file().replace(b"<iati-activity>", f"<iati-activity {came}>".encode())
    told, (record,) = read(content)

    assert told.findings == ()
    assert f'{goes.removesuffix(chr(34))}"'.encode() in fragment(record).splitlines()[0]


@pytest.mark.parametrize(
    ("came", "goes"),
    [
        ("2026-01-01Z", "2026-01-01"),
        ("2026-01-01+05:30", "2026-01-01"),
        ("0001-01-01", "0001-01-01"),
        ("1850-12-31", "1850-12-31"),
        ("12026-01-01", "12026-01-01"),
        ("-0044-03-15", "-0044-03-15"),
    ],
)
def test_a_day_loses_its_time_zone_and_nothing_else(came: str, goes: str) -> None:
    more = f'<budget><period-start iso-date="{came}"/></budget>'

    assert f'<period-start iso-date="{goes}"/>'.encode() in fragment(one(more))


@pytest.mark.parametrize(
    ("came", "goes"),
    [
        ("+1500.50", "1500.50"),
        (".5", "0.5"),
        ("5.", "5"),
        ("-0", "-0"),
        ("300", "300"),
        ("0.00000001", "0.00000001"),
        ("9" * 10_000, "9" * 10_000),
    ],
)
def test_a_number_keeps_every_digit(came: str, goes: str) -> None:
    record = one(f'<capital-spend percentage="{came}"/>')

    assert record.capital_spend == Decimal(goes)
    assert f'<capital-spend percentage="{goes}"/>'.encode() in fragment(record)


def test_of_words_between_foreign_elements_the_order_is_lost() -> None:
    record = one('<y:x xmlns:y="urn:y">one <b>two</b> three</y:x>')

    assert b'<e:x xmlns:e="urn:y">one  three<b>two</b></e:x>' in fragment(record)


# --- On real data ----------------------------------------------------------------------------

YES_OR_NO = {
    name for form in FORMS.values() for name, kind in form.attributes.items() if kind == "boolean"
}


def tree(content: bytes) -> Any:
    """A file as what its elements are: names, attributes, texts, children. Comments, the space
    between elements and in empty ones, and the two ways to write yes and no are left out."""
    return _tree(etree.fromstring(content, etree.XMLParser(remove_comments=True, remove_pis=True)))


def _tree(element: Any) -> Any:
    inside = [_tree(child) for child in element]
    texts = [element.text or "", *(child.tail or "" for child in element)]
    words = "".join(texts)
    attributes = {
        name: {"true": "1", "false": "0"}.get(text, text) if name in YES_OR_NO else text
        for name, text in element.attrib.items()
    }
    return element.tag, attributes, words.strip() if inside or not words.strip() else words, inside


def records(content: bytes) -> Any:
    """Likewise, without the head of the file, which is that of the writer."""
    return tree(content)[3]


@pytest.mark.realdata
def test_the_annotated_examples_lose_nothing(data_dir: Path) -> None:
    for path in sorted((data_dir / "iati" / "annotated").glob("*.xml")):
        content = path.read_bytes()
        _told, values = read(content)

        out = written(values)

        schema(data_dir, values[0]).assertValid(etree.fromstring(out))
        assert read(out)[1] == values
        # Attributes have no order; elements have.
        assert records(out) == records(content)


@pytest.mark.realdata
def test_no_file_of_the_standard_loses_anything(data_dir: Path) -> None:
    known = 0
    for path in sorted((data_dir / "iati" / "tests").rglob("*.xml")):
        content = path.read_bytes()
        told, values = read(content)
        if not values:
            continue
        out = written(values)
        assert read(out)[1] == values, path
        if told.is_valid:
            schema(data_dir, values[0]).assertValid(etree.fromstring(out))
        assert records(out) == records(content), path
        known += 1

    assert known > 200


@pytest.mark.realdata
@pytest.mark.parametrize("seed", range(2))
def test_shaken_files_are_read_and_written_whatever_they_hold(data_dir: Path, seed: int) -> None:
    folder = data_dir / "iati"
    good = [*folder.glob("annotated/*.xml"), *folder.glob("tests/*/should-pass/**/*.xml")]
    shaker = Shaker([etree.parse(str(path)).getroot() for path in sorted(good)], seed)
    valid = 0
    for _ in range(400):
        told, values = read(shaker.changed())
        if values:
            back, same = read(written(values))
            assert not told.is_valid or (back.is_valid and same == values)
            assert read(written(same))[1] == same
            valid += told.is_valid

    assert valid > 50
