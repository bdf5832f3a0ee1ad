"""IATI files that cannot be taken in: the sentence names the element, and nothing is kept."""

from __future__ import annotations

import random
import re
import time
from typing import Any

import pytest
from django.db import transaction
from lxml import etree

from coalition.base.errors import Refused
from coalition.base.models import Event
from coalition.interventions.iati import soundness
from coalition.interventions.iati.actions import judged
from coalition.interventions.iati.reports import Options
from coalition.interventions.models import Intervention, Origin, Outsider, Published
from coalition.results.models import Framework
from tests import factories
from tests.interventions.iati_files import (
    activity,
    budget,
    file,
    organisation,
    part_of,
    payment,
    result,
    taken,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def lead():
    factories.unit("number"), factories.unit("usd"), factories.level("national")
    return factories.partner("Example ministry")


def counts() -> tuple[int, ...]:
    return tuple(
        model.objects.count() for model in (Intervention, Framework, Origin, Published, Event)
    )


BOMB = '<!DOCTYPE b [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>'
OUTSIDE = '<!DOCTYPE b [<!ENTITY a SYSTEM "file:///etc/passwd">]>'
UNFORMED = {
    "bomb": (file(activity(title="&b;"), head=BOMB), "DOCTYPE"),
    "outside": (file(activity(title="&a;"), head=OUTSIDE), "DOCTYPE"),
    "encoding": (file(activity(title="Forêt")).encode("latin-1"), "not well-formed"),
    "unknown encoding": (
        file(activity()).replace('"1.0"?', '"1.0" encoding="nonsense"?'),
        "not well-formed",
    ),
    "other encoding": (
        file(activity()).replace('"1.0"?', '"1.0" encoding="utf-16"?'),
        "not well-formed",
    ),
    "nothing": ("", "not well-formed"),
    "no day": (file(activity(start="2024-13-01")), "<activity-date>"),
    "NaN": (file(activity(budget("NaN"))), "<value>"),
    "infinite": (file(activity(budget("INF"))), "<value>"),
    "no indicator": (
        file(activity('<result type="1"><title><narrative>W</narrative></title></result>')),
        "<result>: <indicator> is missing",
    ),
    "no title": (
        file(activity().replace("<title><narrative>Example wells</narrative></title>", "")),
        "<title> is missing",
    ),
    "of others": ("<rss/>", "<rss>"),
}


@pytest.mark.parametrize("name", UNFORMED)
def test_what_has_not_the_form_is_refused_by_element(name, lead, tmp_path):
    content, sentence = UNFORMED[name]
    before = counts()
    if name == "of others":
        content = '<rss version="2.03"/>'

    with pytest.raises(Refused) as refused:
        taken(tmp_path, content, Options(lead=lead))

    assert sentence in str(refused.value)
    assert counts() == before


@pytest.mark.parametrize("version", ["1.05", "", "xx", "2.04"])
def test_other_versions_are_refused(version, lead, tmp_path):
    with pytest.raises(Refused, match=r"Versions 2\.01, 2\.02, 2\.03 are read"):
        taken(tmp_path, file(activity(), version=version), Options(lead=lead))


@pytest.mark.parametrize("version", ["2.01", "2.02", "2.03", " 2.03 "])
def test_three_versions_are_read(version, lead, tmp_path):
    assert taken(tmp_path, file(activity(), version=version), Options(lead=lead)).is_kept


COUNTRY = '<recipient-country code="{}" percentage="{}"/>'
SECTOR = '<sector code="11110" percentage="{}"/>'
OF_TWO = (
    '<recipient-country code="KE" percentage="70"/><recipient-country code="UG" percentage="40"/>'
)
UNSOUND = {
    "day": (activity(start="1899-12-31"), "<activity-date> says 1899-12-31"),
    "budget's day": (activity(budget(start="0001-01-01")), "<budget> says 0001-01-01"),
    "payment's day": (activity(payment(day="1066-10-14")), "<transaction-date> says 1066"),
    "currency": (activity(budget(currency="XQX")), "<budget>: “XQX” is no currency"),
    "no currency": (
        activity(payment()).replace(' default-currency="USD"', ""),
        "<transaction>: the amount names no currency",
    ),
    "percentage": (activity(COUNTRY.format("KE", 300)), "a percentage is from 0 to 100"),
    "below zero": (activity(SECTOR.format(-5)), "<sector>: a percentage is from 0 to 100"),
    "over the whole": (activity(OF_TWO), "are over 100 together"),
    "sectors": (activity(SECTOR.format(60) * 2), "<sector>: the percentages of one vocabulary"),
    "decimals": (activity(budget("1.001")), "<budget>: the amount has more than 2 decimals"),
    "tiny decimals": (
        activity(budget(f"1.{'0' * 40}1")),
        "<budget>: the amount has more than 2 decimals",
    ),
    "large": (activity(payment("9000000000000001")), "<transaction>: the amount is too large"),
    "long": (activity(budget("9" * 10_000)), "<budget>: the amount is too large"),
    "long behind": (activity(budget(f"0.{'1' * 10_000}")), "<budget>: the amount has too many"),
    "figure": (activity(after=result("many")), "<result> 1, <indicator> 1: “many” is no plain"),
    "long figure": (activity(after=result("9" * 10_000)), "<result> 1, <indicator> 1: “999"),
    "kind": (activity(payment(kind="99")), "<transaction> 1: “99” is no type"),
    "title": (activity(title=" "), "<title> is empty"),
    "identifier": (activity(identifier=" "), "<iati-identifier> is empty"),
    "long identifier": (activity(identifier="X" * 201), "<iati-identifier> has more than 200"),
    "itself": (activity(after=part_of("XX-EXAMPLE-1")), "<related-activity> leads from parent"),
    "no lead": (activity(), "<participating-org>: none of its organisations is a partner"),
}


@pytest.mark.parametrize("name", UNSOUND)
def test_what_is_not_sound_is_told_by_element(name, lead, tmp_path):
    content, sentence = UNSOUND[name]
    good = activity(identifier="XX-EXAMPLE-2")
    before = counts()
    options = Options(lead=None if name == "no lead" else lead)

    report = taken(tmp_path, file(content, good), options)

    assert sentence in " ".join(report.lines[0].sentences)
    assert report.lines[0].outcome == "wrong"
    assert not report.is_kept
    assert counts() == before


def test_the_good_ones_may_be_taken_without_the_others(lead, tmp_path):
    content = file(activity(title=" "), activity(identifier="XX-EXAMPLE-2"))

    report = taken(tmp_path, content, Options(lead=lead, leave_out=True))

    assert report.is_kept
    assert [one.iati_origin.identifier for one in Intervention.objects.all()] == ["XX-EXAMPLE-2"]


def test_the_same_identifier_twice_is_refused(lead, tmp_path):
    report = taken(
        tmp_path, file(activity(), activity(identifier=" XX-EXAMPLE-1 ")), Options(lead=lead)
    )
    assert [line.outcome for line in report.lines] == ["wrong", "wrong"]
    assert "more than once" in report.lines[0].sentences[0]


def test_circles_are_found_in_the_file_and_through_what_is_held(lead, tmp_path):
    first = activity(identifier="XX-A", after=part_of(" XX-B "))
    second = activity(identifier="XX-B")
    third = activity(identifier="XX-B", after=part_of("XX-A"))
    assert taken(tmp_path, file(first, second), Options(lead=lead)).is_kept

    report = taken(tmp_path, file(third), Options(lead=lead))
    from_above = taken(
        tmp_path,
        file(activity(identifier="XX-D", after=part_of("XX-D", kind="2"))),
        Options(lead=lead),
    )

    for each in (report, from_above):
        assert "leads from parent to parent back to itself" in each.lines[0].sentences[0]
        assert not each.is_kept
    wholes = Intervention.objects.values_list(
        "iati_origin__identifier", "whole__iati_origin__identifier"
    )
    assert sorted(wholes) == [("XX-A", "XX-B"), ("XX-B", None)]


def test_circles_are_looked_for_in_one_pass():
    chain = {f"XX-{number}": f"XX-{number + 1}" for number in range(100_000)}
    start = time.monotonic()
    assert soundness.circles(chain, {}) == {}
    assert soundness.circles({**chain, "XX-100000": "XX-99999"}, {}).keys() == {
        "XX-99999",
        "XX-100000",
    }
    assert time.monotonic() - start < 5


ACCOUNTABLE = (
    '<participating-org role="2" ref="XX-{0}"><narrative>{1}</narrative></participating-org>'
)


def test_of_two_accountable_organisations_one_leads_and_the_other_leads_with_it(lead, tmp_path):
    other = factories.partner("Example union")
    orgs = ACCOUNTABLE.format("L", lead.name) + ACCOUNTABLE.format("O", other.name)
    options = Options(chosen={"XX-L": lead, "XX-O": other})

    report = taken(tmp_path, file(activity(lead=orgs)), options)

    assert report.is_kept
    roles = Intervention.objects.get().roles.values_list("partner", "kind", "state")
    assert set(roles) == {(lead.pk, "lead", "asked"), (other.pk, "co_lead", "asked")}


@pytest.mark.parametrize("state", ["withdrawn", "delisted", "suspended"])
def test_a_partner_that_left_is_named_as_a_stranger(state, lead, tmp_path):
    gone = factories.partner("Example union", state=state)
    gone.iati_codes.create(identifier="XX-LEAD")

    nobody = taken(tmp_path, file(activity()))
    report = taken(tmp_path, file(activity()), Options(lead=lead))

    assert "none of its organisations is a partner" in nobody.lines[0].sentences[0]
    assert report.is_kept
    assert Outsider.objects.get().identifier == "XX-LEAD"
    assert not Intervention.objects.get().roles.filter(partner=gone).exists()


def test_words_of_a_megabyte_are_cut_here_and_go_out_whole(lead, tmp_path):
    long = "wells " * 150_000
    content = file(activity(title=long.strip(), after=result()).replace("Wells dug", long.strip()))

    assert taken(tmp_path, content, Options(lead=lead)).is_kept

    one = Intervention.objects.get()
    assert len(one.title) <= 200
    assert long.strip() in Published.objects.get().xml


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (organisation(identifier=" "), "<organisation-identifier> is empty"),
        (organisation(name=" "), "<name> is empty"),
        (organisation().replace("2024-12-31", "1824-12-31"), "<total-budget> says 1824-12-31"),
        (organisation().replace("2024-12-31", "2023-12-31"), "<total-budget> ends before"),
        (organisation().replace("USD", "XQX"), "<total-budget>: “XQX” is no currency"),
        (organisation() * 2, "stands in this file more than once"),
        (organisation() + organisation(identifier="XX-2"), "is another organisation of this file"),
    ],
)
def test_organisations_that_are_not_sound_are_told(content, sentence, lead, tmp_path):
    factories.partner("Example union")
    before = counts()

    report = taken(
        tmp_path,
        file(content, root="organisations"),
        Options(chosen={"Example union": lead}) if "another" in sentence else Options(),
    )

    assert sentence in " ".join(each for line in report.lines for each in line.sentences)
    assert not report.is_kept
    assert counts() == before


# --- At random -------------------------------------------------------------------------------

STRANGE = (
    *("", " ", "0", "-1", "1", "2", "3", "9", "99", "300", "1e5", "0.5", "1.005", "-0", "NaN"),
    *("9" * 19, "9" * 400, "2024-02-30", "0001-01-01", "9999-12-31", "2024-02-29", "1900-01-01"),
    *("USD", "usd", "EUR", "XXX", "KE", "en", "fr", "xx-yy", "true", "XX-EXAMPLE-1", "é", "م"),
    *("x" * 500, "&amp;", "&#xFFFD;", "\t\n", "A" * 20 + "\u202e"),
)
VALUES = re.compile(r'(?<=")[^"<>]*(?=")|(?<=>)[^<>]+(?=<)')
WHOLE = activity(
    COUNTRY.format("KE", 50) + COUNTRY.format("UG", 50) + SECTOR.format(100) + budget() + payment(),
    after=part_of("XX-OTHER") + result(),
)


def mutated(text: str, dice: random.Random) -> str:
    """One to three values made into others."""
    for _ in range(dice.randint(1, 3)):
        spots = list(VALUES.finditer(text))[4:]
        spot = dice.choice(spots)
        text = text[: spot.start()] + dice.choice(STRANGE) + text[spot.end() :]
    return text


def is_refused_or_published(content: str, options: Options, folder: Any, official: Any) -> bool:
    """Was it kept? Then it is published validly; otherwise nothing changed."""
    before = counts()
    try:
        report = taken(folder, content, options)
    except Refused:
        assert counts() == before
        return False
    if not report.is_kept:
        assert all(line.sentences for line in report.lines if line.outcome == "wrong")
        assert counts() == before
        return False
    for xml in Published.objects.values_list("xml", flat=True):
        assert judged(xml).is_valid
        if official is not None:
            official.assertValid(
                etree.fromstring(f'<iati-activities version="2.03">{xml}</iati-activities>')
            )
    return True


@pytest.mark.parametrize("seed", range(3))
def test_values_at_random_are_refused_or_published_validly(seed, lead, tmp_path, data_dir):
    schema = data_dir / "iati" / "schemas" / "iati-activities-schema.xsd"
    official = etree.XMLSchema(etree.parse(schema)) if schema.is_file() else None
    dice = random.Random(seed)
    kept = 0
    for _ in range(100):
        content = mutated(file(WHOLE), dice)
        with transaction.atomic():
            kept += is_refused_or_published(content, Options(lead=lead), tmp_path, official)
            transaction.set_rollback(True)
    assert 10 < kept < 90
