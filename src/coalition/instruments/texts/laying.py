"""Laying a skeleton: provisions in our own words before any wording is held. Removes nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from django.db import transaction

from coalition.base.errors import Refused
from coalition.base.reference import Report, shown
from coalition.instruments.citations.actions import link_provisions
from coalition.instruments.models import Instrument, Provision, ProvisionRole
from coalition.instruments.texts import skeleton as skeletons
from coalition.instruments.texts.ordering import make_provisions, merged
from coalition.themes.models import Challenge, Theme


@transaction.atomic
def lay_skeleton(instrument: Instrument, skeleton: Mapping[str, Any], report: Report) -> None:
    """Make or update the provisions that a skeleton (coalition file) describes.

    What people edited stays and is listed in `report`, as `base.reference.load` does it. Raises
    Refused, naming the entry, for a number that stands twice or an unknown theme or challenge.
    """
    entries = skeletons.read(skeleton)
    themes = _by_code(Theme, entries, lambda entry: entry.themes, instrument)
    challenges = _by_code(Challenge, entries, lambda entry: entry.challenges, instrument)
    standing = {
        row.eid: row
        for row in instrument.provisions.order_by("position")
        .select_related("parent")
        .prefetch_related("themes", "challenges")
    }
    eids = [entry.eid for entry in entries]
    if instrument.versions.exists():  # the order is the text's
        printed = {e for e, row in standing.items() if row.role == ProvisionRole.HEADING} - {*eids}
        order = merged(eids, list(standing), printed)
    else:
        order = merged(list(standing), eids)
    made = make_provisions(
        instrument,
        [(entry.eid, entry.number, entry.role, entry.parent) for entry in entries],
        standing,
        order,
        {entry.eid: {"gist": entry.gist, "loaded": _said(entry)} for entry in entries},
    )
    report.made += [f"provision {instrument.code} {eid}" for eid in eids if eid in made]
    rows = standing | made
    altered = {eid: {"themes", "challenges"} for eid in made}
    for entry in entries:
        if entry.eid in standing:
            altered[entry.eid] = _follow(standing[entry.eid], entry, rows, instrument, report)
    _link(
        Provision.themes,
        themes,
        [(rows[e.eid], e.themes) for e in entries if "themes" in altered[e.eid]],
    )
    _link(
        Provision.challenges,
        challenges,
        [(rows[e.eid], e.challenges) for e in entries if "challenges" in altered[e.eid]],
    )
    touched = [standing[eid] for eid, fields in altered.items() if fields and eid in standing]
    Provision.objects.bulk_update(touched, ["number", "role", "parent", "gist", "loaded"])
    link_provisions(instrument)
    gone = {eid for eid, row in standing.items() if row.loaded} - {*eids}
    report.kept += [
        f"provision {instrument.code} {eid}: no longer in the file; left as it is"
        for eid in sorted(gone)
    ]


def _by_code(
    model: type[Any],
    entries: Iterable[skeletons.Entry],
    codes_of: Callable[[skeletons.Entry], Sequence[str]],
    instrument: Instrument,
) -> dict[str, Any]:
    known = {row.code: row for row in model.objects.all()}
    for entry in entries:
        for code in codes_of(entry):
            if code not in known:
                raise Refused(
                    f"The skeleton of {instrument.code}, paragraph {entry.number}: there is no "
                    f"{model._meta.verbose_name} “{code}”. Known: {', '.join(sorted(known))}."
                )
    return known


def _said(entry: skeletons.Entry) -> dict[str, Any]:
    return {
        "number": entry.number,
        "role": str(entry.role),
        "parent": entry.parent,
        "gist": entry.gist,
        "themes": list(entry.themes),
        "challenges": list(entry.challenges),
    }


def _follow(
    row: Provision,
    entry: skeletons.Entry,
    rows: Mapping[str, Provision],
    instrument: Instrument,
    report: Report,
) -> set[str]:
    """Let the row follow the file where nobody edited it; names the fields that need saving."""
    here = {
        "number": row.number,
        "role": row.role,
        "parent": row.parent.eid if row.parent else "",
        "gist": row.gist,
        "themes": sorted(theme.code for theme in row.themes.all()),
        "challenges": sorted(challenge.code for challenge in row.challenges.all()),
    }
    said = _said(entry)
    # A row made from a text has never followed a file: what it lacks is taken, and its place too.
    before = row.loaded or here | {"gist": {}, "themes": [], "challenges": []}
    name = f"provision {instrument.code} {entry.eid}"
    fields = set()
    for key, now in said.items():
        if here[key] == now:
            continue
        if here[key] == before.get(key):
            fields.add(key)
        else:
            report.kept.append(
                f"{name}, {key}: here {shown(here[key])}; the file says {shown(now)}"
            )
    for key in fields & {"number", "role", "gist"}:
        setattr(row, key, said[key])
    if "parent" in fields:
        row.parent = rows.get(entry.parent)
    if fields:
        report.changed.append(f"{name}: {', '.join(sorted(fields))}")
    else:
        report.unchanged += 1
    if row.loaded != said:
        row.loaded = said
        fields.add("loaded")
    return fields


def _link(
    relation: Any, rows: Mapping[str, Any], wanted: list[tuple[Provision, Sequence[str]]]
) -> None:
    """Make the provisions' many-to-many links exactly the codes wanted."""
    through, target = relation.through, relation.field.m2m_reverse_field_name()
    through.objects.filter(provision__in=[provision.pk for provision, _codes in wanted]).delete()
    through.objects.bulk_create(
        through(provision=provision, **{target: rows[code]})
        for provision, codes in wanted
        for code in codes
    )
