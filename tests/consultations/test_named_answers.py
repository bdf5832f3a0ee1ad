"""What organisations answered, by name: to read where it was said so, once it is over, and never
what is a draft or not shown."""

from __future__ import annotations

import csv
from datetime import UTC, datetime
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from coalition.consultations.models import Consultation, Participant, Translation, Vote
from coalition.consultations.states import StatementState
from coalition.consultations.summing import organisation_views
from coalition.consultations.summing.actions import sum_up, sum_up_due
from coalition.consultations.summing.queries import texts_of
from coalition.partners.models import Partner
from tests import factories

pytestmark = pytest.mark.django_db

AGREE, DISAGREE, PASS = 1, -1, 0
CODES = {AGREE: "agree", DISAGREE: "disagree", PASS: "pass"}


def closed(statements: int = 3, **fields: Any) -> Consultation:
    """A consultation that is over, with statements; organisations answer in public."""
    one = factories.consultation("synthesis", **{"answers_are_public": True, **fields})
    for _ in range(statements):
        factories.statement(one)
    return one


def organisation(
    of: Consultation,
    said: dict[int, int],
    *,
    group: str = "WRK",
    is_draft: bool = False,
    **more: Any,
) -> Partner:
    """A partner that said this, by the numbers of statements; signed, unless it is a draft."""
    partner = factories.partner(group=factories.group(group), **more)
    signed_at = None if is_draft else timezone.now()
    made = of.participants.create(partner=partner, signed_at=signed_at)
    votes(of, made, said, is_draft=is_draft)
    return partner


def votes(of: Consultation, who: Participant, said: dict[int, int], **more: Any) -> None:
    by_number = {one.number: one for one in of.statements.all()}
    Vote.objects.bulk_create(
        Vote(participant=who, statement=by_number[number], value=value, **more)
        for number, value in said.items()
    )


def listed(one: Consultation) -> str:
    return reverse("consultations:organisations", args=[one.reference])


def page_of(one: Consultation, partner: Partner) -> str:
    return reverse("consultations:organisation", args=[one.reference, partner.reference])


def file_of(one: Consultation, query: str = "") -> list[dict[str, str]]:
    address = reverse("consultations:organisations_csv", args=[one.reference])
    text = Client().get(address + query).getvalue().decode()
    return list(csv.DictReader(text.lstrip("\ufeff").splitlines()))


def shown(one: Consultation, query: str = "") -> list[tuple[str, int]]:
    """Reference and number of answered statements, as the list has them."""
    rows = Client().get(listed(one) + query).context["rows"]
    return [(partner.reference, each.answered) for each, partner, _day in rows]


def said(one: Consultation, partner: Partner, query: str = "") -> list[tuple[int, int]]:
    lines = Client().get(page_of(one, partner) + query).context["lines"]
    return [(line.number, int(line.reaction)) for line in lines]


def pages_of(one: Consultation, partner: Partner) -> range:
    return range(1, Client().get(page_of(one, partner)).context["page"].paginator.num_pages + 1)


# --- Who reads what --------------------------------------------------------------------------


def test_everybody_reads_what_each_organisation_answered() -> None:
    one = closed()
    partner = organisation(one, {1: AGREE, 2: DISAGREE, 3: PASS}, name="Bakers <Union> & Sons")
    sum_up(one)
    found = Client().get(listed(one)).content.decode()
    assert "Bakers &lt;Union&gt; &amp; Sons" in found
    assert f'href="{page_of(one, partner)}"' in found
    body = Client().get(page_of(one, partner)).content.decode()
    for number, word in ((1, "Agree"), (2, "Disagree"), (3, "Pass")):
        text = one.statements.get(number=number).text
        assert f'<b>{number}.</b> <span lang="en" dir="auto">{text}</span>' in body
        part = body[body.index(f"<b>{number}.</b>") :]
        assert part[: part.index("</li>")].count(f"</span> {word}</span>") == 1
    assert partner.get_absolute_url() in body


def test_results_turnout_and_the_partner_lead_to_it() -> None:
    one = closed()
    partner = organisation(one, {1: AGREE})
    before = Client().get(reverse("consultations:turnout", args=[one.reference]))
    assert listed(one) not in before.content.decode()
    sum_up(one)
    for name in ("results", "turnout"):
        page = Client().get(reverse(f"consultations:{name}", args=[one.reference]))
        assert page.content.decode().count(f'href="{listed(one)}"') == 1, name
    body = Client().get(partner.get_absolute_url()).content.decode()
    assert "Consultations it answered" in body
    assert f'href="{page_of(one, partner)}"' in body


def everywhere(one: Consultation, partner: Partner) -> list[int]:
    """The answers of the server: the list, the file, the page of the organisation."""
    file = reverse("consultations:organisations_csv", args=[one.reference])
    return [Client().get(url).status_code for url in (listed(one), file, page_of(one, partner))]


def is_named(one: Consultation, partner: Partner) -> bool:
    """Does any page that leads there say that this partner answered?"""
    names = ("consultation", "results", "turnout")
    pages = [reverse(f"consultations:{name}", args=[one.reference]) for name in names]
    bodies = [Client().get(url).content.decode() for url in pages]
    own = Client().get(partner.get_absolute_url()).content.decode()
    return any(listed(one) in body for body in bodies) or "it answered" in own


def test_where_answers_are_not_public_nothing_is_told() -> None:
    one = closed(answers_are_public=False)
    partner = organisation(one, {1: AGREE, 2: DISAGREE})
    sum_up(one)
    assert everywhere(one, partner) == [404, 404, 404]
    assert not is_named(one, partner)


@pytest.mark.parametrize("state", ["planned", "open", "synthesis", "called_off"])
def test_before_there_are_results_nothing_is_told(state: str) -> None:
    one = factories.consultation(state, answers_are_public=True)
    factories.statement(one)
    partner = organisation(one, {1: AGREE})
    assert everywhere(one, partner) == [404, 404, 404]
    assert not is_named(one, partner)


def test_opened_again_it_is_told_no_more() -> None:
    one = closed()
    partner = organisation(one, {1: AGREE})
    sum_up(one)
    assert everywhere(one, partner) == [200, 200, 200]
    one.summary.delete()
    assert everywhere(one, partner) == [404, 404, 404]


def test_a_draft_is_nobodys_answer() -> None:
    one = closed()
    drafted = organisation(one, {1: AGREE, 2: AGREE}, is_draft=True)
    signed = organisation(one, {1: AGREE})
    votes(one, one.participants.get(partner=signed), {1: DISAGREE, 2: DISAGREE}, is_draft=True)
    sum_up(one)
    assert shown(one) == [(signed.reference, 1)]
    assert said(one, signed) == [(1, AGREE)]
    assert [row["reference"] for row in file_of(one)] == [signed.reference]
    assert Client().get(page_of(one, drafted)).status_code == 404
    assert "it answered" not in Client().get(drafted.get_absolute_url()).content.decode()


def test_people_and_other_consultations_are_not_among_them() -> None:
    one, other = closed(for_everyone=True), closed()
    here, there = organisation(one, {1: AGREE}), organisation(other, {1: DISAGREE})
    votes(one, one.participants.create(pseudonym="a" * 64), {1: PASS, 2: PASS})
    sum_up_due()
    assert shown(one) == [(here.reference, 1)]
    assert len(file_of(one)) == 1
    assert Client().get(page_of(one, there)).status_code == 404
    assert Client().get(page_of(other, here)).status_code == 404


@pytest.mark.parametrize(
    "code",
    [
        "PAR-2025-999999999",
        "par-2025-0001",
        "PAR-2025-0001'--",
        "PAR-2025-0001%00",
        "..%2f..%2fetc",
        "%D9%A1%D9%A2",
        "1",
        "PAR-2025-" + "9" * 400,
        "answers.csv%0d%0aSet-Cookie:a=b",
    ],
)
def test_what_is_no_partner_is_not_found(code: str) -> None:
    one = closed()
    organisation(one, {1: AGREE})
    sum_up(one)
    found = Client().get(f"{listed(one)}{code}/")
    assert found.status_code == 404
    assert "Set-Cookie" not in found.headers


# --- Merged, refused, gone -------------------------------------------------------------------


def test_merged_statements_stand_under_the_one_that_stands_for_them() -> None:
    one = closed(4)
    first, second, third, fourth = one.statements.order_by("number")
    both = organisation(one, {1: DISAGREE, 3: AGREE, 4: AGREE}, name="A")
    merged_alone = organisation(one, {3: AGREE, 4: PASS}, name="B")
    refused_alone = organisation(one, {2: AGREE}, name="C")
    for each in (third, fourth):
        each.state, each.merged_into = StatementState.MERGED, first
        each.save()
    second.state, second.refused_for = StatementState.REFUSED, "off_topic"
    second.save()
    sum_up(one)
    assert said(one, both) == [(1, DISAGREE)]
    assert said(one, merged_alone) == [(1, AGREE)]  # the first of those that were merged
    assert shown(one) == [(both.reference, 1), (merged_alone.reference, 1)]
    assert Client().get(page_of(one, refused_alone)).status_code == 404
    assert [(row["reference"], row["statement"], row["text"]) for row in file_of(one)] == [
        (both.reference, "1", first.text),
        (merged_alone.reference, "1", first.text),
    ]
    assert second.text not in Client().get(page_of(one, both)).content.decode()


def test_a_partner_that_was_merged_keeps_what_it_said() -> None:
    one = closed()
    successor = factories.partner(name="The larger union")
    gone = organisation(one, {1: DISAGREE}, name="The smaller union")
    Partner.objects.filter(pk=gone.pk).update(state="merged", successor=successor)
    sum_up(one)
    assert shown(one) == [(gone.reference, 1)]
    body = Client().get(page_of(one, gone)).content.decode()
    assert "Merged into another partner" in body
    assert f'href="{successor.get_absolute_url()}"' in body
    left = Client().get(gone.get_absolute_url())
    assert left.status_code == 410
    assert page_of(one, gone) in left.content.decode()
    assert "it answered" not in Client().get(successor.get_absolute_url()).content.decode()
    assert Client().get(page_of(one, successor)).status_code == 404


# --- Filters, pages, files -------------------------------------------------------------------


def test_the_file_says_what_the_pages_say(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(organisation_views, "A_PAGE", 2)
    one = closed(5, zone="Pacific/Auckland")
    partners = [
        organisation(one, {1: AGREE, 2: DISAGREE, 4: PASS}, name="=Aa", group="GOV"),
        organisation(one, {5: PASS, 2: AGREE, 1: AGREE}, name="Bb"),
        organisation(one, {3: DISAGREE}, name="Cc", group="GOV"),
    ]
    one.participants.update(signed_at=datetime(2026, 3, 3, 20, tzinfo=UTC))
    sum_up(one)
    texts = texts_of(one, range(1, 6))
    on_pages = [
        (partner.reference, number, str(texts[number][0]), CODES[value], "2026-03-04")
        for partner in partners
        for page in pages_of(one, partner)
        for number, value in said(one, partner, f"?page={page}")
    ]
    in_file = [
        (row["reference"], int(row["statement"]), row["text"], row["answer"], row["signed_on"])
        for row in file_of(one)
    ]
    assert in_file == on_pages
    assert len(in_file) == 7
    assert [row["name"] for row in file_of(one)][:1] == ["'=Aa"]  # no spreadsheet works it out
    assert {row["group"] for row in file_of(one)} == {"GOV", "WRK"}
    assert shown(one) == [(partners[0].reference, 3), (partners[1].reference, 3)]
    assert shown(one, "?page=2") == [(partners[2].reference, 1)]
    assert shown(one, "?page=999") == [(partners[2].reference, 1)]
    body = Client().get(listed(one)).content.decode()
    assert 'datetime="2026-03-04"' in body


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("?group=GOV", ["Aa", "Cc"]),
        ("?words=cc", ["Cc"]),
        ("?words=c%25", []),
        ("?group=WRK&words=aa", []),
        ("?group=nobody", ["Aa", "Bb", "Cc"]),
        ("?group=%00&words=%00", ["Aa", "Bb", "Cc"]),
        ("?words=" + "x" * 101, ["Aa", "Bb", "Cc"]),
    ],
)
def test_the_list_and_its_file_are_filtered_alike(query: str, names: list[str]) -> None:
    one = closed()
    for name, group in (("Aa", "GOV"), ("Bb", "WRK"), ("Cc", "GOV")):
        organisation(one, {1: AGREE, 2: PASS}, name=name, group=group)
    sum_up(one)
    rows = Client().get(listed(one) + query).context["rows"]
    assert [partner.name for _each, partner, _day in rows] == names
    assert [row["name"] for row in file_of(one, query)] == [name for name in names for _ in "12"]


def test_a_reader_of_another_language_reads_the_translation() -> None:
    one = closed(2)
    first = one.statements.get(number=1)
    Translation.objects.create(
        statement=first, language="ar", text="ادفعوا أجر العمل الليلي.", of_text=first.text
    )
    partner = organisation(one, {1: AGREE, 2: AGREE})
    sum_up(one)
    body = Client().get(page_of(one, partner).replace("/en/", "/ar/")).content.decode()
    assert '<span lang="ar" dir="auto">ادفعوا أجر العمل الليلي.</span>' in body
    assert one.statements.get(number=2).text in body
    assert file_of(one)[0]["text"] == first.text


@pytest.mark.parametrize("rows", [1, 3])
def test_a_page_asks_as_often_for_one_as_for_three(
    rows: int, django_assert_num_queries: Any
) -> None:
    one = closed(3)
    partners = [
        organisation(one, dict.fromkeys(range(1, rows + 1), AGREE), name=f"{at}")
        for at in range(rows)
    ]
    sum_up(one)
    client = Client()
    with django_assert_num_queries(4):
        assert len(client.get(listed(one)).context["rows"]) == rows
    with django_assert_num_queries(5):
        assert len(client.get(page_of(one, partners[0])).context["lines"]) == rows
    with django_assert_num_queries(2):
        assert len(file_of(one)) == rows * rows
