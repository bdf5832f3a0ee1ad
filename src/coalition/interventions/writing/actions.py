"""Writing an intervention. Each verb is one transaction: words, history and audit, or nothing."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from coalition.accounts.models import User
from coalition.analysis import sdg
from coalition.base import audit
from coalition.base.changes import record_changed
from coalition.base.errors import NotAllowed, Refused
from coalition.base.text import clean_line
from coalition.instruments.models import Instrument, Provision
from coalition.interventions.holding import held, refuse_once_ended
from coalition.interventions.models import Change, Intervention, Uptake
from coalition.interventions.writing.queries import version_of
from coalition.partners.values import change as change_columns
from coalition.results import actions as results
from coalition.results.models import Framework

WORDS = (
    *("title", "about", "titles", "abouts", "language", "for_whom", "level"),
    *("starts_on", "ends_on", "in_line_with", "in_line_with_url", "source", "source_url", "sdgs"),
)
LISTS = ("places", "themes", "challenges", "priorities", "external_records", "proposals")


@transaction.atomic
def edit(
    intervention: Intervention,
    *,
    fields: Mapping[str, Any],
    why: str = "",
    seen: str = "",
    by: User,
) -> Intervention:
    """Change words, days, level and lists (places, themes, …). Once it was announced every field
    that changes is kept as it was and as it became, with `why`, for everybody to read.

    Its reporting periods follow its days. `seen`: the version that was read, where it matters
    (`queries.version_of`). Raises NotAllowed once it ended; Refused for what cannot be taken,
    without `why` where it is public, and where it was changed since it was read.
    """
    intervention = held(intervention)
    refuse_once_ended(intervention)
    _refuse_overtaken(intervention, seen)
    why = clean_line(why, limit=400)
    if intervention.published_at is not None and not why:
        raise Refused(_("Say in a sentence why it changes: everybody can read it."))
    _refuse_unsound(intervention, fields)
    before = {name: said(intervention, name) for name in fields}
    single = {name: value for name, value in fields.items() if name not in LISTS}
    change_columns(intervention, single, WORDS)
    for name in sorted(set(fields) & set(LISTS)):
        getattr(intervention, name).set(fields[name])
    changed = {name for name in fields if said(intervention, name) != before[name]}
    if not changed:
        return intervention
    _changed_now(intervention)
    if "language" in changed:
        Framework.objects.filter(intervention=intervention).update(language=fields["language"])
    if {"starts_on", "ends_on"} & changed:
        results.lay_periods(Framework.objects.get(intervention=intervention))
    audit.record("interventions.edit", intervention, by=by)
    _note(intervention, before, changed, why=why, by=by)
    return intervention


@transaction.atomic
def take_up(
    intervention: Intervention,
    instrument: Instrument,
    *,
    how: Mapping[int, str],
    why: str = "",
    seen: str = "",
    by: User,
) -> Intervention:
    """Choose the provisions of one instrument that the intervention delivers on. `how` maps the id
    of each to a sentence, perhaps empty; provisions of other instruments stay as they are.

    `seen`, and what is raised: as in `edit`.
    """
    intervention = held(intervention)
    refuse_once_ended(intervention)
    _refuse_overtaken(intervention, seen)
    why = clean_line(why, limit=400)
    before = {"provisions": said(intervention, "provisions")}
    chosen = Provision.objects.filter(instrument=instrument, pk__in=how)
    intervention.uptakes.filter(provision__instrument=instrument).delete()
    Uptake.objects.bulk_create(
        Uptake(
            intervention=intervention,
            provision=provision,
            how=clean_line(how[provision.pk], limit=300),
        )
        for provision in chosen
    )
    if said(intervention, "provisions") == before["provisions"]:
        return intervention
    if intervention.published_at is not None and not why:
        raise Refused(_("Say in a sentence why it changes: everybody can read it."))
    _changed_now(intervention)
    audit.record("interventions.take_up", intervention, by=by, refs=chosen)
    _note(intervention, before, {"provisions"}, why=why, by=by)
    return intervention


# --- The parts of this -------------------------------------------------------------------------


def _refuse_overtaken(intervention: Intervention, seen: str) -> None:
    """Nothing that somebody else wrote is written over unseen."""
    if seen and seen != version_of(intervention):
        raise Refused(
            _(
                "Somebody else changed this intervention while you were writing. What you typed is "
                "still here: compare the two, and save again."
            )
        )


def _changed_now(intervention: Intervention) -> None:
    intervention.changed_at = timezone.now()
    intervention.save(update_fields=["changed_at"])


def _refuse_unsound(intervention: Intervention, fields: Mapping[str, Any]) -> None:
    if unknown := sorted(set(fields) - {*WORDS, *LISTS}):
        raise Refused(
            _("These fields cannot be changed here: %(fields)s.") % {"fields": ", ".join(unknown)}
        )
    start = fields.get("starts_on", intervention.starts_on)
    end = fields.get("ends_on", intervention.ends_on)
    if start and end and end < start:
        raise Refused(_("It ends before it starts. Please correct one of the two days."))
    if intervention.framework.is_public and not (start and end):
        raise NotAllowed(_("It was kicked off, so it needs the days on which it starts and ends."))
    if "title" in fields and not clean_line(fields["title"] or ""):
        raise Refused(_("Give the intervention a title."))
    for code in fields.get("sdgs") or ():
        if code not in sdg.CODES:
            raise Refused(_("“%s” is no goal or target of the 2030 Agenda.") % code)


def said(intervention: Intervention, name: str) -> str:
    """A field as its history keeps it: a plain text."""
    if name == "provisions":
        rows = intervention.uptakes.select_related("provision__instrument")
        return "; ".join(
            f"{one.provision.instrument.code} {one.provision.number}"
            + (f": {one.how}" if one.how else "")
            for one in rows
        )
    value = getattr(intervention, name)
    if name in LISTS:
        return "; ".join(str(one) for one in value.all())
    if name in ("titles", "abouts"):
        return "; ".join(f"{code}: {words}" for code, words in sorted(value.items()))
    if name == "sdgs":
        return ", ".join(value)
    return "" if value is None else str(value)


def _note(
    intervention: Intervention, before: Mapping[str, str], changed: set[str], *, why: str, by: User
) -> None:
    """What everybody reads of the change, once the intervention is public."""
    if intervention.published_at is None:
        return
    Change.objects.bulk_create(
        Change(
            intervention=intervention,
            by=by,
            field=name,
            before=before[name],
            after=said(intervention, name),
            why=why,
        )
        for name in sorted(changed)
    )
    record_changed(intervention)
