"""What an intervention costs and what was paid: said, struck out, added up."""

from __future__ import annotations

import csv
from collections import defaultdict
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from coalition.base.errors import NotAllowed, Refused
from coalition.base.models import Event
from coalition.interventions.models import PAID, Budget, Intervention, Payment, PaymentKind
from coalition.interventions.money import actions
from coalition.interventions.money.queries import added, money_of, parts_of, told
from tests import factories

pytestmark = pytest.mark.django_db

NEW_YEAR = date(2025, 1, 1)


def budget(one: Any, **fields: Any) -> Budget:
    """Said by the action, of 2025 and 1,000 dollars unless told otherwise."""
    given: dict[str, Any] = {
        "amount": 100_000,
        "unit": factories.unit("usd"),
        "starts_on": NEW_YEAR,
        "ends_on": date(2025, 12, 31),
        "source": "Budget of 3 March 2025",
    }
    return actions.add_budget(one, fields={**given, **fields}, by=factories.officer())


def payment(one: Any, **fields: Any) -> Payment:
    given: dict[str, Any] = {
        "amount": 40_000,
        "unit": factories.unit("usd"),
        "kind": PaymentKind.SPENT,
        "paid_on": date(2025, 5, 1),
        "giver_name": "A foundation",
        "source": "Accounts of 2025",
    }
    if "partner" in fields:
        given.pop("giver_name")
    return actions.add_payment(one, fields={**given, **fields}, by=factories.officer())


# --- What can be said --------------------------------------------------------------------------


def test_a_budget_is_said_with_its_passport():
    one = factories.intervention("pipeline")

    made = budget(one, partner=one.partner, words="Training")

    made.refresh_from_db()
    assert (made.number, made.year, made.amount_in_full) == (1, 2025, "1000.00")
    assert (made.value_on, made.source, made.status) == (NEW_YEAR, "Budget of 3 March 2025", "1")
    assert budget(one).number == 2
    assert Event.objects.filter(verb="interventions.add_budget").count() == 2


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"amount": -1}, "without a minus.*“Paid back”"),
        ({"amount": 0}, "above zero"),
        ({"amount": 9 * 10**15 + 1}, "too large"),
        ({"amount": None}, "how much money"),
        ({"unit": None}, "choose the currency"),
        ({"source": " "}, "where the figure comes from"),
        ({"starts_on": date(1949, 1, 1), "ends_on": date(1949, 2, 1)}, "year 1949 cannot"),
        ({"starts_on": date(2101, 1, 1), "ends_on": date(2101, 2, 1)}, "year 2101 cannot"),
        ({"value_on": date(1900, 1, 1)}, "As of: the year 1900"),
        ({"ends_on": date(2026, 1, 1)}, "a year at most"),
        ({"ends_on": date(2024, 12, 31)}, "ends before it begins"),
        ({"starts_on": None}, "A day is missing: from"),
        ({"status": "9"}, "how firm"),
        ({"struck_at": None}, "cannot be changed here: struck_at"),
    ],
)
def test_what_cannot_be_a_budget_is_refused(fields, sentence):
    one = factories.intervention("pipeline")

    with pytest.raises(Refused, match=sentence):
        budget(one, **fields)

    assert not one.budgets.exists()


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"kind": "99"}, "what happened"),
        ({"giver_name": ""}, "who gave it"),
        ({"kind": PaymentKind.DISBURSED}, "who received it"),
        ({"paid_on": date(1949, 12, 31)}, "year 1949 cannot"),
    ],
)
def test_what_cannot_be_a_payment_is_refused(fields, sentence):
    with pytest.raises(Refused, match=sentence):
        payment(factories.intervention("implementation"), **fields)


def test_a_payment_does_not_lie_ahead():
    with pytest.raises(Refused, match="lies ahead"):
        payment(factories.intervention(), paid_on=timezone.localdate() + timedelta(days=1))


def test_a_name_beside_a_partner_is_refused():
    one = factories.intervention("pipeline")

    with pytest.raises(Refused, match="not both"):
        payment(one, partner=one.partner, giver_name="A foundation")


def test_a_unit_that_is_no_currency_or_retired_is_refused():
    one = factories.intervention("pipeline")
    francs = factories.unit("eur")
    francs.retired_on = NEW_YEAR
    francs.save()

    for unit in (factories.unit("people"), francs):
        with pytest.raises(Refused, match="choose the currency"):
            budget(one, unit=unit)


def test_only_partners_that_said_yes_are_named():
    one = factories.intervention("pipeline")
    asked = factories.role(one, "funding").partner

    with pytest.raises(Refused, match="confirmed no role"):
        budget(one, partner=asked)

    left = factories.role(one, "funding", "left").partner
    assert budget(one, partner=left).partner == left


def test_of_a_partner_that_left_old_rows_stay_and_new_ones_are_refused():
    one = factories.intervention("implementation")
    funder = factories.role(one, "funding", "confirmed").partner
    before = budget(one, partner=funder)
    funder.state = "withdrawn"
    funder.save()

    with pytest.raises(NotAllowed, match="so nothing can be changed"):
        budget(one, partner=funder)

    assert one.budgets.get() == before


def test_nothing_is_said_once_it_ended():
    with pytest.raises(NotAllowed, match="“Closed”"):
        budget(factories.intervention("closed"))


# --- What is not rewritten ---------------------------------------------------------------------


def test_a_draft_is_corrected_and_taken_out():
    one = factories.intervention("draft")
    made = budget(one)

    actions.correct(made, fields={"amount": 5}, by=factories.officer())
    made.refresh_from_db()
    assert made.amount == 5
    with pytest.raises(NotAllowed, match="Nobody else has read it yet"):
        actions.strike(made, reason="Wrong.", by=factories.officer())
    actions.remove(made, by=factories.officer())

    assert not one.budgets.exists()


def test_what_is_public_is_struck_out_with_a_reason_and_never_rewritten():
    one = factories.intervention("pipeline")
    made = budget(one)
    officer = factories.officer()

    for refused in (
        lambda: actions.correct(made, fields={"amount": 5}, by=officer),
        lambda: actions.remove(made, by=officer),
    ):
        with pytest.raises(NotAllowed, match="Strike it out with a reason"):
            refused()
    with pytest.raises(Refused, match="why it is struck out"):
        actions.strike(made, reason=" ", by=officer)
    actions.strike(made, reason="A zero too many.", by=officer)

    made.refresh_from_db()
    assert (made.amount, made.struck_because) == (100_000, "A zero too many.")
    with pytest.raises(NotAllowed, match="struck out already"):
        actions.strike(made, reason="Again.", by=officer)
    found = money_of(one)
    assert (found.currencies, found.struck) == ([], 1)


# --- Sums --------------------------------------------------------------------------------------

amounts = st.tuples(
    st.booleans(),  # a budget, or a payment
    st.integers(1, actions.MOST),
    st.sampled_from(["usd", "eur"]),
    st.sampled_from([0, 1, None]),  # partner
    st.integers(2024, 2026),
    st.sampled_from(PaymentKind.values),
    st.booleans(),  # struck out
    st.booleans(),  # a revised budget, which takes the place of those before it
)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(rows=st.lists(amounts, max_size=25))
def test_sums_equal_a_slow_computation_whatever_was_struck_out(rows):
    with transaction.atomic():
        one = factories.intervention("implementation", goals=False)
        partners = [one.partner, factories.partner(), None]
        slow: dict[Any, list[int]] = defaultdict(lambda: [0, 0])
        for number, (is_budget, amount, code, who, year, kind, is_struck, anew) in enumerate(rows):
            partner = partners[2 if who is None else who]
            unit = factories.unit(code)
            common = {
                "intervention": one,
                "number": number,
                "amount": amount,
                "unit": unit,
                "partner": partner,
                "value_on": NEW_YEAR,
                "struck_at": timezone.now() if is_struck else None,
            }
            if is_budget:
                days = {"starts_on": date(year, 12, 31), "ends_on": date(year + 1, 6, 1)}
                Budget.objects.create(**common, **days, is_revised=anew)
            else:
                Payment.objects.create(**common, kind=kind, paid_on=date(year, 1, 1))
            counts = not is_struck and (is_budget or kind in PAID)
            if counts:
                sums = slow[unit.pk, getattr(partner, "pk", None), year]
                replaces = is_budget and anew
                sums[not is_budget] = amount + (0 if replaces else sums[not is_budget])

        fast = parts_of(Intervention.objects.filter(pk=one.pk))

        told_of = {(p.unit, p.partner, p.year): list(p.sums) for p in fast if any(p.sums)}
        assert told_of == dict(slow)
        for currency in money_of(one).currencies:
            own = [sums for key, sums in slow.items() if key[0] == currency.unit.pk]
            whole = tuple(map(sum, zip(*own, strict=True)))
            assert tuple(currency.whole.sums) == whole
            for lines in (currency.years, currency.partners):
                assert tuple(map(sum, zip(*(line.sums for line in lines), strict=True))) == whole
        transaction.set_rollback(True)


def test_currencies_stand_beside_each_other_and_shares_are_said():
    one = factories.intervention("implementation")
    budget(one, partner=one.partner)
    budget(one, unit=factories.unit("eur"), starts_on=date(2026, 1, 1), ends_on=date(2026, 12, 31))
    payment(one, partner=one.partner)
    payment(one, kind=PaymentKind.REIMBURSED)

    found = money_of(one)

    said = {
        each.unit.code: (each.whole.budget, each.whole.paid, each.whole.share)
        for each in found.currencies
    }
    assert said == {"eur": ("1,000", "0", "0.0%"), "usd": ("1,000", "400", "40.0%")}
    assert (
        f"Paid out: 40.0% of the budget in {found.currencies[1].unit.short_name}"
        in found.currencies[1].chart
    )


def test_sums_of_many_are_read_in_two_queries(django_assert_num_queries):
    for _ in range(3):
        one = factories.intervention("implementation")
        budget(one)
        payment(one)

    with django_assert_num_queries(2):
        parts = parts_of(Intervention.objects.all())

    assert tuple(added(parts)) == (300_000, 120_000)


def test_amounts_are_read_with_decimals_only_where_there_are_any():
    dollars = factories.unit("usd")

    assert [told(value, dollars) for value in (123_456_700, 150, -5)] == [
        *("1,234,567", "1.50", "-0.05"),
    ]


# --- Pages -------------------------------------------------------------------------------------


def editor(one: Any) -> Any:
    return factories.mandate(one.partner, "editor").person


def test_a_whole_number_too_precise_for_its_currency_is_refused_beside_the_field(client):
    one = factories.intervention("draft")
    factories.unit("usd")
    client.force_login(editor(one))
    url = reverse("interventions:add_budget", args=[one.reference])
    said = {"year": "2027", "unit": "usd", "amount": "1.234567", "status": "1", "source": "A plan"}

    page = client.post(url, said)
    assert "has more decimals than this unit is kept with (2)" in page.content.decode()
    unknown = client.post(url, {**said, "amount": "1", "unit": "xxx"})
    assert "unit" in unknown.context["form"].errors
    client.post(url, {**said, "amount": "1,234,567.50"})

    made = one.budgets.get()
    assert (made.amount, made.starts_on, made.ends_on) == (
        *(123_456_750, date(2027, 1, 1), date(2027, 12, 31)),
    )


def test_a_form_shows_what_the_row_says_and_what_it_is_like(client):
    one = factories.intervention("draft")
    made = payment(one, partner=one.partner, receiver_name="A baker")
    client.force_login(editor(one))

    for url in (
        reverse("interventions:payment", args=[one.reference, made.number]),
        reverse("interventions:add_payment", args=[one.reference]) + "?like=1",
    ):
        page = client.get(url)
        assert {"400.00", "A baker", "Accounts of 2025"} <= {
            page.context["form"][name].value() for name in ("amount", "receiver_name", "source")
        }


def test_only_those_who_lead_keep_the_money(client):
    one = factories.intervention("pipeline")
    made = budget(one)
    implementing = factories.role(one, "implementing", "confirmed").partner
    taking_part = factories.mandate(implementing, "signatory").person
    client.force_login(taking_part)
    url = reverse("interventions:budget", args=[one.reference, made.number])

    assert client.get(reverse("interventions:money", args=[one.reference])).status_code == 200
    assert client.post(url, {"reason": "Wrong."}).status_code == 403
    client.force_login(editor(one))
    assert client.post(url, {"reason": "Wrong."}).status_code == 302

    made.refresh_from_db()
    assert made.struck_because == "Wrong."


def test_the_file_holds_every_amount_with_its_passport(client):
    one = factories.intervention("pipeline")
    made = budget(one, partner=one.partner, words="=1+1")
    actions.strike(made, reason="Doubled.", by=factories.officer())
    payment(one)

    text = client.get(reverse("interventions:money_csv", args=[one.reference])).getvalue()

    rows = list(csv.DictReader(text.decode("utf-8-sig").splitlines()))
    assert [(row["what"], row["amount"], row["currency"]) for row in rows] == [
        ("budget", "1000.00", "USD"),
        ("payment", "400.00", "USD"),
    ]
    assert rows[0]["struck_because"] == "Doubled."
    assert rows[0]["in_words"] == "'=1+1"
    assert rows[1]["partner_name"] == "A foundation"
    assert rows[1]["source"] == "Accounts of 2025"


def test_a_draft_has_no_public_file(client):
    one = factories.intervention("draft")

    url = reverse("interventions:money_csv", args=[one.reference])

    assert client.get(url).status_code == 404
