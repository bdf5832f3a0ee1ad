"""What is done in an intervention and what may go wrong, as those who lead it say it.

Every verb is one transaction. What was public is not taken out: an activity is given up, and a
risk is past, each with a reason.
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
from coalition.interventions.holding import held, refuse_once_ended
from coalition.interventions.models import Activity, Intervention, Risk, Weight
from coalition.partners.values import cleaned

Row = Activity | Risk

MOST_ROWS = 60  # activities of one intervention, and risks: what a page can show
FIELDS: Mapping[type[Row], tuple[str, ...]] = {
    Activity: (
        *("title", "result", "partner", "starts_on", "ends_on", "began_on", "ended_on"),
        "dropped_because",
    ),
    Risk: ("words", "likelihood", "harm", "answer", "partner", "is_public", "closed_because"),
}
YEARS = range(1950, 2101)


@transaction.atomic
def add_activity(intervention: Intervention, *, fields: Mapping[str, Any], by: Any) -> Activity:
    """Say a piece of work.

    `fields`: title, result (of the intervention's own framework), partner (with a confirmed role),
    starts_on and ends_on (planned, within the intervention's days), began_on and ended_on (not
    ahead), dropped_because (it will not be done). Raises Refused with what cannot be taken;
    NotAllowed where the partner left or the intervention ended.
    """
    made = _add(Activity, intervention, fields, by=by)
    assert isinstance(made, Activity)
    return made


@transaction.atomic
def add_risk(intervention: Intervention, *, fields: Mapping[str, Any], by: Any) -> Risk:
    """Say what may go wrong.

    `fields`: words, likelihood and harm (1 to 3), answer (what is done about it), partner (that
    watches it, with a confirmed role), is_public, closed_because (it is past). Raises as
    `add_activity` does.
    """
    made = _add(Risk, intervention, fields, by=by)
    assert isinstance(made, Risk)
    return made


@transaction.atomic
def change(row: Row, *, fields: Mapping[str, Any], by: Any) -> Row:
    """Say an activity or a risk otherwise: how far it is, that it is given up or past, and why.
    Raises as `add_activity` does."""
    _refuse_strange(type(row), fields)
    row = _held(row, fields)
    _write(row, fields)
    row.save()
    audit.record(f"interventions.change_{_name(row)}", row, by=by, refs=[row.intervention])
    _shown_anew(row.intervention)
    return row


@transaction.atomic
def remove(row: Row, *, by: Any) -> None:
    """Take it out of a draft. Raises NotAllowed once the intervention was announced."""
    row = _held(row, {})
    if row.intervention.published_at is not None:
        raise NotAllowed(
            _("Everybody can read of this intervention by now. Say instead why it is given up.")
            if isinstance(row, Activity)
            else _("Everybody can read of this intervention by now. Say instead why it is past.")
        )
    audit.record(f"interventions.remove_{_name(row)}", row, by=by, refs=[row.intervention])
    row.delete()


# --- The parts of this -------------------------------------------------------------------------


def _add(kind: type[Row], intervention: Intervention, fields: Mapping[str, Any], *, by: Any) -> Row:
    _refuse_strange(kind, fields)
    named = _named(kind, fields)
    intervention = held(intervention, *named, active=named)
    refuse_once_ended(intervention)
    rows = kind._default_manager.filter(intervention=intervention)
    if rows.count() >= MOST_ROWS:
        raise Refused(
            _("An intervention has at most %d of these. Put smaller ones together.") % MOST_ROWS
        )
    last = rows.aggregate(last=Max("number"))["last"] or 0
    row = kind(intervention=intervention, number=last + 1)
    _write(row, fields)
    row.save()
    audit.record(f"interventions.add_{_name(row)}", row, by=by, refs=[intervention, *named])
    _shown_anew(intervention)
    return row


def _held(row: Row, fields: Mapping[str, Any]) -> Row:
    """The row read afresh, held after its intervention and a partner that is newly named."""
    named = [one for one in _named(type(row), fields) if one.pk != row.partner_id]
    intervention = held(row.intervention, *named, active=named)
    refuse_once_ended(intervention)
    fresh: Row = states.lock(row)
    fresh.intervention = intervention
    return fresh


def _named(kind: type[Row], fields: Mapping[str, Any]) -> list[Any]:
    return [fields["partner"]] if fields.get("partner") is not None else []


def _name(row: Row) -> str:
    return "activity" if isinstance(row, Activity) else "risk"


def _shown_anew(intervention: Intervention) -> None:
    if intervention.published_at is not None:
        record_changed(intervention)


def _refuse_strange(kind: type[Row], fields: Mapping[str, Any]) -> None:
    if unknown := sorted(set(fields) - set(FIELDS[kind])):
        raise Refused(
            _("These fields cannot be changed here: %(fields)s.") % {"fields": ", ".join(unknown)}
        )


def _write(row: Row, fields: Mapping[str, Any]) -> None:
    """Put the fields into the row; raises Refused for what cannot be taken."""
    before = row.partner_id if row.pk else None
    planned = (row.starts_on, row.ends_on) if isinstance(row, Activity) else None
    for name, value in fields.items():
        setattr(row, name, cleaned(row._meta.get_field(name), value))
    row.changed_at = timezone.now()
    _refuse_stranger(row, before)
    if isinstance(row, Activity):
        _refuse_activity(row)
        if (row.starts_on, row.ends_on) != planned:  # the intervention's own may have changed
            _refuse_outside(row)
    else:
        _refuse_risk(row)


def _refuse_stranger(row: Row, before: int | None) -> None:
    """Whoever is named said yes to a role; one that was named then may stay named."""
    if row.partner is None or row.partner_id == before:
        return
    if not row.intervention.roles.confirmed().filter(partner=row.partner).exists():
        raise Refused(
            _(
                "%(partner)s has confirmed no role in this intervention, so it cannot be named. "
                "Ask it first, or leave it out."
            )
            % {"partner": row.partner}
        )


def _refuse_activity(row: Activity) -> None:
    if not row.title:
        raise Refused(_("Say in a few words what is done."))
    if row.result is not None and row.result.framework_id != row.intervention.framework_id:
        raise Refused(_("Choose a result of this intervention."))
    for name in ("starts_on", "ends_on"):
        if not isinstance(getattr(row, name), date):
            label = row._meta.get_field(name).verbose_name
            raise Refused(_("A day is missing: %(which)s.") % {"which": label})
    _refuse_years(row)
    if row.ends_on < row.starts_on:
        raise Refused(_("It is planned to end before it begins. Please correct one of the days."))
    if row.ended_on is not None and row.began_on is None:
        raise Refused(_("Say also on which day it began."))
    if row.ended_on is not None and row.began_on is not None and row.ended_on < row.began_on:
        raise Refused(_("It ended before it began. Please correct one of the two days."))
    for day in (row.began_on, row.ended_on):
        if day is not None and day > timezone.localdate():
            raise Refused(
                _("%(day)s lies ahead. Say it once it has happened.") % {"day": date_format(day)}
            )
    if row.dropped_because and row.ended_on is not None:
        raise Refused(_("It is done, so it cannot be given up. Leave one of the two out."))


def _refuse_years(row: Activity) -> None:
    for name in ("starts_on", "ends_on", "began_on", "ended_on"):
        day = getattr(row, name)
        if day is not None and day.year not in YEARS:
            label = str(row._meta.get_field(name).verbose_name)
            raise Refused(
                _("%(which)s: the year %(year)s cannot be meant. It lies from 1950 to 2100.")
                % {"which": label.capitalize(), "year": day.year}
            )


def _refuse_outside(row: Activity) -> None:
    """Work is planned within the days of the intervention, where these are said."""
    starts, ends = row.intervention.starts_on, row.intervention.ends_on
    if (starts and row.starts_on < starts) or (ends and row.ends_on > ends):
        raise Refused(
            _(
                "The intervention itself is planned from %(start)s until %(end)s. Plan the "
                "activity within these days, or change them first."
            )
            % {
                "start": date_format(starts) if starts else "…",
                "end": date_format(ends) if ends else "…",
            }
        )


def _refuse_risk(row: Risk) -> None:
    if not row.words:
        raise Refused(_("Say in a few words what may go wrong."))
    if row.likelihood not in Weight.values or row.harm not in Weight.values:
        raise Refused(_("Choose from the lists how likely it is and how much it would harm."))
    if row.closed_because and row.closed_at is None:
        row.closed_at = timezone.now()
    elif not row.closed_because:
        row.closed_at = None  # it may happen again after all
