"""What an intervention costs and what was paid, as those who lead it say it.

Every verb is one transaction. While nobody but those who take part can have read an amount, it is
corrected or taken out; from the announcement on it is struck out with a reason, and said anew.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from coalition.base import audit, states
from coalition.base.changes import record_changed
from coalition.base.errors import NotAllowed, Refused
from coalition.base.text import clean_line
from coalition.interventions.holding import held, refuse_once_ended
from coalition.interventions.models import (
    Budget,
    BudgetStatus,
    Intervention,
    Payment,
    PaymentKind,
)
from coalition.interventions.money.queries import partners_to_name
from coalition.partners.models import Partner
from coalition.partners.values import cleaned
from coalition.results.models import UnitKind
from coalition.results.schedules.periods import months_later

Row = Budget | Payment

# In the currency's smallest part. A thousand of the largest still fit into 64 bits, so that sums
# are exact on every database.
MOST = 9 * 10**15
MOST_ROWS = 1_000  # budgets of one intervention, and payments
YEARS = range(1950, 2101)

COMMON = ("amount", "unit", "partner", "value_on", "words", "source")
FIELDS: Mapping[type[Row], tuple[str, ...]] = {
    Budget: (*COMMON, "starts_on", "ends_on", "status", "is_revised"),
    Payment: (*COMMON, "kind", "paid_on", "giver_name", "receiver", "receiver_name"),
}


@transaction.atomic
def add_budget(intervention: Intervention, *, fields: Mapping[str, Any], by: Any) -> Budget:
    """Say what is planned to be spent in a year, or in another period of at most a year.

    `fields`: amount (whole number of the currency's smallest part), unit, starts_on, ends_on,
    status, is_revised, partner (who brings it), value_on (else its first day), words, source.
    Raises Refused with what cannot be taken; NotAllowed where a partner left or the intervention
    ended.
    """
    made = _add(Budget, intervention, fields, by=by)
    assert isinstance(made, Budget)
    return made


@transaction.atomic
def add_payment(intervention: Intervention, *, fields: Mapping[str, Any], by: Any) -> Payment:
    """Say that money moved, or was bound to.

    `fields`: kind, amount (whole number of the currency's smallest part), unit, paid_on, who gave
    it (`partner` or `giver_name`) and who received it (`receiver` or `receiver_name`), value_on
    (else the day itself), words, source. Raises as `add_budget` does.
    """
    made = _add(Payment, intervention, fields, by=by)
    assert isinstance(made, Payment)
    return made


@transaction.atomic
def correct(row: Row, *, fields: Mapping[str, Any], by: Any) -> Row:
    """Say it otherwise, while nobody but those who take part can have read it. Raises NotAllowed
    afterwards, and as `add_budget` does."""
    _refuse_strange(type(row), fields)
    named = [one for one in (fields.get("partner"), fields.get("receiver")) if one is not None]
    row = _held(row, *named)
    _refuse_once_public(row.intervention)
    _write(row, fields)
    row.save()
    audit.record(f"interventions.correct_{_name(row)}", row, by=by, refs=[row.intervention])
    return row


@transaction.atomic
def remove(row: Row, *, by: Any) -> None:
    """Take it out, while nobody but those who take part can have read it. Raises NotAllowed
    afterwards."""
    row = _held(row)
    _refuse_once_public(row.intervention)
    audit.record(f"interventions.remove_{_name(row)}", row, by=by, refs=[row.intervention])
    row.delete()


@transaction.atomic
def strike(row: Row, *, reason: str, by: Any) -> Row:
    """Strike out what was wrong, with a reason that everybody reads. It stays in sight, and counts
    no more. Raises Refused without a reason, NotAllowed for a draft and where it was struck out."""
    reason = clean_line(reason, limit=300)
    if not reason:
        raise Refused(_("Say in a sentence why it is struck out: everybody can read it."))
    row = _held(row)
    if row.intervention.published_at is None:
        raise NotAllowed(_("Nobody else has read it yet. Correct it, or take it out."))
    if row.struck_at is not None:
        raise NotAllowed(_("It was struck out already."))
    row.struck_at, row.struck_because = timezone.now(), reason
    row.save(update_fields=["struck_at", "struck_because"])
    audit.record(f"interventions.strike_{_name(row)}", row, by=by, refs=[row.intervention])
    record_changed(row.intervention)
    return row


# --- The parts of this -------------------------------------------------------------------------


def _add(kind: type[Row], intervention: Intervention, fields: Mapping[str, Any], *, by: Any) -> Row:
    _refuse_strange(kind, fields)
    named = [one for one in (fields.get("partner"), fields.get("receiver")) if one is not None]
    intervention = held(intervention, *named, active=named)
    refuse_once_ended(intervention)
    rows = kind._default_manager.filter(intervention=intervention)
    if rows.count() >= MOST_ROWS:
        raise Refused(
            _("An intervention holds at most %d such amounts. Put smaller ones together.")
            % MOST_ROWS
        )
    last = rows.aggregate(last=Max("number"))["last"] or 0
    row = kind(intervention=intervention, number=last + 1, by=by)
    _write(row, fields)
    row.save()
    refs = [intervention, *named]
    audit.record(f"interventions.add_{_name(row)}", row, by=by, refs=refs)
    if intervention.published_at is not None:
        record_changed(intervention)
    return row


def _held(row: Row, *named: Partner) -> Row:
    """The row read afresh, held after its intervention and the partners that are named."""
    intervention = held(row.intervention, *named, active=named)
    refuse_once_ended(intervention)
    fresh: Row = states.lock(row)
    fresh.intervention = intervention
    return fresh


def _name(row: Row) -> str:
    return "budget" if isinstance(row, Budget) else "payment"


def _write(row: Row, fields: Mapping[str, Any]) -> None:
    """Put the fields into the row; raises Refused for what cannot be taken."""
    for name, value in fields.items():
        setattr(row, name, cleaned(row._meta.get_field(name), value))
    if row.value_on is None:
        row.value_on = row.starts_on if isinstance(row, Budget) else row.paid_on
    _refuse_amount(row)
    if not row.source:
        raise Refused(_("Say where the figure comes from, such as the name of a budget."))
    if isinstance(row, Budget):
        _refuse_budget(row)
    else:
        _refuse_payment(row)
    _refuse_strangers(row)


def _refuse_strange(kind: type[Row], fields: Mapping[str, Any]) -> None:
    if unknown := sorted(set(fields) - set(FIELDS[kind])):
        raise Refused(
            _("These fields cannot be changed here: %(fields)s.") % {"fields": ", ".join(unknown)}
        )


def _refuse_once_public(intervention: Intervention) -> None:
    if intervention.published_at is not None:
        raise NotAllowed(
            _("Everybody can read it by now. Strike it out with a reason, and enter it again.")
        )


def _refuse_amount(row: Row) -> None:
    if row.unit_id is None or row.unit.kind != UnitKind.MONEY or row.unit.retired_on is not None:
        raise Refused(_("Please choose the currency from the list."))
    if not isinstance(row.amount, int):
        raise Refused(_("Please say how much money it is."))
    if row.amount < 0:
        raise Refused(
            _("Write the amount without a minus. Money that came back is a payment “%(kind)s”.")
            % {"kind": PaymentKind.REIMBURSED.label}
        )
    if row.amount == 0:
        raise Refused(_("Please write an amount above zero."))
    if row.amount > MOST:
        raise Refused(_("This amount is too large to be kept. Please check its zeros."))


def _refuse_days(row: Row, *names: str) -> None:
    """Each named day is there, and of a year that can be meant."""
    for name in names:
        day = getattr(row, name)
        label = row._meta.get_field(name).verbose_name
        if not isinstance(day, date):
            raise Refused(_("A day is missing: %(which)s.") % {"which": label})
        if day.year not in YEARS:
            raise Refused(
                _("%(which)s: the year %(year)s cannot be meant. It lies from 1950 to 2100.")
                % {"which": str(label).capitalize(), "year": day.year}
            )


def _refuse_budget(row: Budget) -> None:
    _refuse_days(row, "starts_on", "ends_on", "value_on")
    if row.status not in BudgetStatus.values:
        raise Refused(_("Choose from the list how firm the budget is."))
    if row.ends_on < row.starts_on:
        raise Refused(_("The budget ends before it begins. Please correct one of the two days."))
    if row.ends_on >= months_later(row.starts_on, 12):
        raise Refused(_("A budget is of a year at most. Say what is planned year by year."))


def _refuse_payment(row: Payment) -> None:
    _refuse_days(row, "paid_on", "value_on")
    if row.kind not in PaymentKind.values:
        raise Refused(_("Choose from the list what happened."))
    if row.paid_on > timezone.localdate():
        raise Refused(
            _("%(day)s lies ahead. What is planned stands in the budget.")
            % {"day": date_format(row.paid_on)}
        )
    for partner, name in ((row.partner, row.giver_name), (row.receiver, row.receiver_name)):
        if partner is not None and name:
            raise Refused(
                _("Choose the partner “%(partner)s”, or write the name “%(name)s”: not both.")
                % {"partner": partner, "name": name}
            )
    if row.partner is None and not row.giver_name:
        raise Refused(_("Say who gave it: a partner, or another one by name."))
    if row.kind == PaymentKind.DISBURSED and row.receiver is None and not row.receiver_name:
        raise Refused(_("Say who received it: a partner, or another one by name."))


def _refuse_strangers(row: Row) -> None:
    """A partner is named with money only where its own people confirmed that it takes part."""
    named = {row.partner, getattr(row, "receiver", None)} - {None}
    known = set(partners_to_name(row.intervention).filter(pk__in=[one.pk for one in named]))
    for one in sorted(named - known, key=lambda one: one.pk):
        raise Refused(
            _(
                "%(partner)s has confirmed no role in this intervention, so it cannot be named. "
                "Ask it first, or leave it out."
            )
            % {"partner": one}
        )
