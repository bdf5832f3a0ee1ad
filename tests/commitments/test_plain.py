"""A commitment as plain texts and back: nothing is lost on the way, and nothing is made up."""

from datetime import date

import pytest
from django.utils import translation
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from coalition.base.errors import Refused
from coalition.base.text import clean_line, clean_text
from coalition.commitments.models import Commitment
from coalition.commitments.writing import plain
from coalition.instruments.models import ExternalRecord, Register
from coalition.results.models import Framework
from tests import factories

pytestmark = pytest.mark.django_db

NAMED = {"named": "yes"}
WORDS = {"title": "Bread", "language": "en"}


def ground():
    """A commitment, and one more record of every kind that it may name."""
    one = factories.commitment(partner=factories.partner())
    factories.country("KEN")
    factories.theme("rights")
    factories.challenge()
    factories.unit("eur")
    factories.instrument("wages", paragraphs=2)
    register = Register.objects.create(
        code="plans", names={"en": "Plans"}, source=factories.source(), is_example=True
    )
    plan = {"kind": "submission", "party_name": "Exampleland", "is_example": True}
    record = ExternalRecord.objects.create(register=register, key="1", title="Plan", **plan)
    return one, factories.priority(one.partner), record


lines = st.text(max_size=20)
figures = st.sampled_from(["1 200", "٢٥٠٬٠٠٠", "0,5", "12.5", "1.234.567", "१२"])
resources = st.one_of(
    st.fixed_dictionaries(
        {
            "kind": st.just("financial"),
            "amount": figures,
            "unit": st.sampled_from(["eur", "EUR", " eur "]),
            "year": st.sampled_from(["2027", "٢٠٢٨"]),
        },
        optional={"words": lines},
    ),
    st.fixed_dictionaries(
        {"kind": st.sampled_from(["people", "material", "other"]), "words": lines},
        optional={"year": st.just("2027"), "unit": st.just("eur")},
    ),
    st.just({"kind": "financial", "unit": "eur"}),  # an empty row of the form
)


@st.composite
def tables(draw, optional):
    values = {
        "words": draw(
            st.fixed_dictionaries(
                {
                    "title": lines.filter(clean_line),
                    "language": st.sampled_from(["en", "ar", "zh"]),
                },
                optional={
                    "promise": st.text(max_size=40),
                    "for_whom": lines,
                    "level": st.sampled_from(["", "national"]),
                    "starts_on": st.sampled_from(["", "2026-11-01", "٢٠٢٦-١١-٠١"]),
                    "ends_on": st.sampled_from(["2027-12-31", "2028-1-1"]),
                    "needs_help": st.sampled_from(["", "yes", "on"]),
                    "help_wanted": lines,
                },
            )
        )
    }
    for row in draw(st.sets(st.sampled_from(optional))):
        values[row] = dict(NAMED)
        if row.startswith("paragraph"):
            values[row]["how"] = draw(lines)
    for number in draw(st.sets(st.integers(1, 4))):
        values[f"resource|{number}"] = draw(resources)
    # What is given in kind needs words; without them the row is refused, not lost.
    return {
        row: texts
        for row, texts in values.items()
        if "words" not in texts or clean_text(texts["words"])
    }


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.data())
def test_what_is_put_is_what_is_read(data):
    if (one := Commitment.objects.filter(partner__priorities__isnull=False).first()) is None:
        one = ground()[0]
    priority, record = one.partner.priorities.get(), ExternalRecord.objects.get()
    rows = ["place|FRA", "place|KEN", "theme|rights", "challenge|climate-change"]
    rows += [f"priority|{priority.pk}", f"record|{record.pk}"]
    rows += ["paragraph|wages/para_1", "paragraph|wages/para_2"]
    values = data.draw(tables(rows))

    plain.put(one, values)
    stored = Commitment.objects.get(pk=one.pk)
    kept = plain.values_of(stored)

    assert kept == plain.canonical(values)
    assert plain.canonical(kept) == kept
    assert not plain.put(stored, kept)


def test_put_writes_what_differs_and_leaves_the_rest_as_it_is():
    one, priority, record = ground()
    Framework.objects.update(every=12)
    kept = one.deliveries.get()
    values = plain.values_of(one) | {
        "place|KEN": NAMED,
        "paragraph|wages/para_2": {"named": "yes", "how": "By baking"},
        "resource|2": {"kind": "financial", "amount": "٢٥٠٬٠٠٠", "unit": "EUR", "year": "2027"},
        f"priority|{priority.pk}": NAMED,
        f"record|{record.pk}": NAMED,
    }
    values["words"] |= {"language": "ar", "ends_on": "2026-12-31", "starts_on": "2026-01-01"}

    assert plain.put(one, values)

    one = Commitment.objects.get(pk=one.pk)
    assert one.deliveries.get(pk=kept.pk).provision == kept.provision
    assert [
        (each.number, each.kind, each.words, each.amount, each.year) for each in one.resources.all()
    ] == [(1, "people", "Two organisers", None, None), (2, "financial", "", 25_000_000, 2027)]
    assert Framework.objects.get(commitment=one).language == "ar"
    assert [str(period) for period in one.framework.periods.all()] == ["2026"]
    del values["place|FRA"], values["paragraph|wages/para_2"], values["resource|1"]
    plain.put(one, values)
    assert [place.code for place in one.places.all()] == ["KEN"]
    assert one.deliveries.get().pk == kept.pk
    assert one.resources.get().number == 2


@pytest.mark.parametrize("count", [1, 3])
def test_reading_costs_the_same_for_one_and_three(count, django_assert_num_queries):
    one = factories.commitment(
        provisions=factories.instrument("wages", paragraphs=3).provisions.all()[:count],
        places=[factories.country(code) for code in ("FRA", "KEN", "PER")[:count]],
        resources=["Bread"] * count,
    )
    one = Commitment.objects.select_related("level").get(pk=one.pk)

    with django_assert_num_queries(8):
        values = plain.values_of(one)
    with django_assert_num_queries(5):
        assert plain.check(one, values) == []


def test_what_cannot_be_is_told_with_row_and_field_and_not_put():
    one, _priority, _record = ground()
    foreign = factories.priority(factories.partner())
    money = {"kind": "financial", "amount": "1,234", "unit": "eur", "year": "27"}
    values = {
        "words": WORDS
        | {"title": "x" * 161, "language": "tlh", "level": "cosmic", "starts_on": "soon"}
        | {"ends_on": "2026-02-30"},
        "place|ATLANTIS": NAMED,
        "theme|\x00": NAMED,
        f"priority|{foreign.pk}": NAMED,
        f"comment|{'9' * 40}": NAMED,
        "paragraph|wages/para_9": NAMED,
        "resource|1": money,
        "resource|2": {"kind": "people", "amount": "5"},
        "resource|3": {"kind": "financial", "words": "Some money"},
        "resource|0": {"kind": "people", "words": "Nobody"},
        "wish|1": NAMED,
        "theme|rights": {"named": "yes", "how": "loudly"},
    }

    problems = plain.check(one, values)

    assert [(each.row, each.field) for each in problems] == [
        ("words", "title"),
        ("words", "language"),
        ("words", "level"),
        ("words", "starts_on"),
        ("words", "ends_on"),
        ("place|ATLANTIS", "named"),
        ("theme|\x00", "named"),
        (f"comment|{'9' * 40}", "named"),
        ("paragraph|wages/para_9", "named"),
        ("resource|1", "amount"),
        ("resource|1", "year"),
        ("resource|2", "words"),
        ("resource|2", "amount"),
        ("resource|3", "unit"),
        ("resource|3", "amount"),
        ("resource|3", "year"),
        ("resource|0", ""),
        ("wish|1", ""),
        ("theme|rights", ""),
        (f"priority|{foreign.pk}", "named"),
    ]
    assert problems[0].sentence == "Please shorten this by 1 character."
    assert "can be read in two ways" in problems[9].sentence
    before = plain.values_of(one)
    with pytest.raises(Refused, match="Please choose the level from the list"):
        plain.put(one, values)
    assert plain.values_of(one) == before
    assert plain.check(one, plain.readable(values, problems, before)) == []


def test_resources_that_two_add_at_once_are_both_kept():
    ground()
    base = {"resource|1": {"kind": "people", "words": "Two organisers"}}
    mine = base | {"resource|2": {"kind": "other", "words": "Flour"}}
    stored = base | {"resource|2": {"kind": "other", "words": "Salt"}}

    both = plain.merged(base, mine, stored)

    assert both.conflicts == ()
    assert both.values == stored | {"resource|3": {"kind": "other", "words": "Flour"}}
    assert plain.merged(base, mine, mine).values == mine


def test_changes_read_as_people_write():
    one, priority, _record = ground()
    before = plain.values_of(one)
    after = {row: dict(texts) for row, texts in before.items()}
    after["words"] |= {"promise": "Sign a wage agreement in every mill.", "ends_on": "2028-12-31"}
    after |= {
        "place|KEN": NAMED,
        "paragraph|wages/para_2": {"named": "yes", "how": "By baking"},
        f"priority|{priority.pk}": NAMED,
        "resource|2": {"kind": "financial", "amount": "1200.5", "unit": "eur", "year": "2027"},
    }
    del after["place|FRA"]

    with translation.override("en"):
        found = plain.changes(before, plain.canonical(after))

    assert [(each.label, each.before, each.after) for each in found] == [
        (
            "The promise in one sentence",
            "Sign a wage agreement in every bakery.",
            "Sign a wage agreement in every mill.",
        ),
        ("Ends on", "31 December 2027", "31 December 2028"),
        ("Place", "France", ""),
        ("Place", "", "Kenya"),
        ("Priority", "", priority.words),
        ("Declaration wages, paragraph 2", "", "By baking"),
        ("Resource 2", "", "1,200.50 EUR · 2027"),
    ]
    assert [(span.change.value, span.words) for span in found[0].spans] == [
        ("kept", "Sign a wage agreement in every "),
        ("taken_out", "bakery"),
        ("put_in", "mill"),
        ("kept", "."),
    ]
    assert (found[0].language, found[1].language) == ("en", "")
    assert date(2028, 12, 31).isoformat() == after["words"]["ends_on"]
