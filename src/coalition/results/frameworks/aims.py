"""Baselines and targets. Each verb is one transaction.

Once they are public, what was promised stays readable: one that changes is a new row with a
reason, and the old one is superseded.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from coalition.base import states
from coalition.base.errors import NotAllowed, Refused
from coalition.base.text import clean_line, clean_text
from coalition.results.frameworks import checks
from coalition.results.frameworks.actions import done, opened
from coalition.results.models import (
    Cell,
    Dispute,
    Evidence,
    Fact,
    FactState,
    Framework,
    Indicator,
    Period,
    Role,
    Unit,
)


@transaction.atomic
def set_baseline(
    indicator: Indicator,
    *,
    value: int | None = None,
    denominator: int | None = None,
    text: str = "",
    as_of: date | None,
    source: str,
    source_url: str = "",
    note: str = "",
    cell: Cell | None = None,
    unit: Unit | None = None,
    why_changed: str = "",
    by: Any,
) -> Fact:
    """Where things stand before: the figure, of which day, and where it was read.

    Raises Refused with a sentence for each thing that cannot be; a public baseline changes with a
    reason alone.
    """
    framework = opened(indicator.framework)
    indicator = states.lock(indicator)
    figure, sentences = baseline_of(
        indicator,
        value=value,
        denominator=denominator,
        text=text,
        as_of=as_of,
        source=source,
        source_url=source_url,
        note=note,
        cell=cell,
        unit=unit,
    )
    made = _set_figure(
        indicator, framework, figure, sentences=sentences, why_changed=why_changed, by=by
    )
    if indicator.no_baseline:
        indicator.no_baseline = ""
        indicator.save(update_fields=["no_baseline"])
    return made


@transaction.atomic
def say_no_baseline(indicator: Indicator, *, because: str, by: Any) -> Indicator:
    """There is no baseline, and why. Raises NotAllowed where one is public: it is corrected."""
    framework = opened(indicator.framework)
    indicator = states.lock(indicator)
    because = reason_of(because)
    held = indicator.facts.published().filter(role=Role.BASELINE)
    if framework.is_public and held.exists():
        raise NotAllowed(
            _("The baseline is public. If it is wrong, enter the right one and say why.")
        )
    held.delete()
    indicator.no_baseline = because
    indicator.save(update_fields=["no_baseline"])
    return done("say_no_baseline", framework, indicator, by)


@transaction.atomic
def set_target(
    indicator: Indicator,
    period: Period | None = None,
    *,
    value: int | None = None,
    denominator: int | None = None,
    text: str = "",
    cell: Cell | None = None,
    unit: Unit | None = None,
    note: str = "",
    why_changed: str = "",
    by: Any,
) -> Fact:
    """What shall be reached in a period, or by the end (`period` None); of all, or of a cell.

    Raises Refused with a sentence for each thing that cannot be; a public target changes with a
    reason alone, and the one before stays readable.
    """
    framework = opened(indicator.framework)
    indicator = states.lock(indicator)
    sentences = []
    if period is not None:
        if period.framework_id != framework.pk:
            raise Refused(_("This period belongs to other results. Choose one of your own."))
        sentences = checks.check_period(framework, period.starts_on, period.ends_on)
    return _set_figure(
        indicator,
        framework,
        target_of(
            indicator,
            period,
            value=value,
            denominator=denominator,
            text=text,
            cell=cell,
            unit=unit,
            note=note,
        ),
        sentences=sentences,
        why_changed=why_changed,
        by=by,
    )


@transaction.atomic
def set_targets(
    indicator: Indicator,
    targets: Mapping[Period | None, checks.Typed | None],
    *,
    cell: Cell | None = None,
    why_changed: str = "",
    by: Any,
) -> None:
    """Several targets of one indicator at once, all or none: by period, None for the end. What is
    None is taken back. Raises Refused naming the period in which something is wrong."""
    for period, read in targets.items():
        if read is None:
            remove_target(indicator, period, cell=cell, by=by)
            continue
        try:
            set_target(
                indicator,
                period,
                value=read.value,
                denominator=read.denominator,
                text=read.text,
                cell=cell,
                why_changed=why_changed,
                by=by,
            )
        except Refused as refusal:
            label = str(period) if period else _("By the end")
            raise Refused(
                _("%(period)s: %(problem)s") % {"period": label, "problem": refusal}
            ) from None


@transaction.atomic
def remove_target(
    indicator: Indicator, period: Period | None = None, *, cell: Cell | None = None, by: Any
) -> None:
    """Take back a target that is not public. Raises NotAllowed for one that is."""
    framework = opened(indicator.framework)
    if framework.is_public:
        raise NotAllowed(
            _("A public target is not taken away. Enter the one that holds now, and say why.")
        )
    indicator.facts.filter(role=Role.TARGET, period=period, cell=cell).delete()
    done("remove_target", framework, indicator, by)


# --- Parts of these verbs ----------------------------------------------------------------------


def baseline_of(
    indicator: Indicator,
    *,
    as_of: date | None,
    source: str,
    source_url: str = "",
    note: str = "",
    **figure: Any,
) -> tuple[Fact, list[str]]:
    """The baseline as it would be kept, and what its day and source lack."""
    source = clean_line(source, limit=300)
    sentences = [] if as_of else [_("Say of which day this figure is.")]
    sentences += [] if source else [_("Say where this figure was read, so that it can be checked.")]
    sentences += checks.check_as_of(as_of)
    made = _figure(indicator, role=Role.BASELINE, note=note, **figure)
    made.as_of, made.source, made.source_url = as_of, source, source_url.strip()[:500]
    return made, sentences


def target_of(indicator: Indicator, period: Period | None = None, **figure: Any) -> Fact:
    """The target as it would be kept."""
    made = _figure(indicator, role=Role.TARGET, **figure)
    made.period = period
    return made


def _figure(
    indicator: Indicator,
    *,
    role: str,
    value: int | None = None,
    denominator: int | None = None,
    text: str = "",
    cell: Cell | None = None,
    unit: Unit | None = None,
    note: str = "",
) -> Fact:
    return Fact(
        indicator=indicator,
        role=role,
        cell=cell,
        unit=unit or indicator.unit,
        value=value,
        denominator=denominator,
        text=clean_text(text, limit=checks.LONGEST_WORDS + 1),
        note=clean_line(note, limit=500),
    )


def reason_of(because: str) -> str:
    """Why there is no baseline, in one line. Raises Refused where nothing is said."""
    because = clean_line(because, limit=300)
    if not because:
        raise Refused(_("Say in a sentence why there is no baseline."))
    return because


def problems_of(figure: Fact) -> list[str]:
    """What keeps this from being a figure of its indicator."""
    return checks.check_figure(
        figure.indicator,
        value=figure.value,
        denominator=figure.denominator,
        text=figure.text,
        cell=figure.cell,
        unit=figure.unit,
    )


def publish(figure: Fact, framework: Framework, by: Any) -> None:
    """It counts from now on, as a figure of who reports; not saved yet."""
    figure.partner, figure.by = framework.reporter, by
    figure.state, figure.published_at = FactState.PUBLISHED, timezone.now()


def _set_figure(
    indicator: Indicator,
    framework: Framework,
    figure: Fact,
    *,
    sentences: list[str],
    why_changed: str,
    by: Any,
) -> Fact:
    """Put a baseline or target into its slot, checked; the one before is superseded where it is
    public, else gone. The same figure again changes nothing."""
    sentences = sentences + problems_of(figure)
    slot = indicator.facts.published().filter(
        role=figure.role, period=figure.period, place=None, cell=figure.cell
    )
    before = slot.first()
    if before is not None and _reads_the_same(before, figure):
        return before
    sentences += _check_parts(indicator, figure)
    why = clean_line(why_changed, limit=300)
    if before is not None and framework.is_public and not why:
        smaller = figure.role == Role.TARGET and checks.shrinks(indicator, before, figure)
        sentences.append(
            _("This asks for less than was promised in public. Say why; both will be readable.")
            if smaller
            else _("This figure is public. Say why it changes; both will be readable.")
        )
    if sentences:
        raise Refused(" ".join(sentences))
    keeps = before is not None and (framework.is_public or before.evidence.exists())
    if keeps:
        slot.update(state=FactState.SUPERSEDED)
        figure.why_changed = why
    else:
        slot.delete()
    publish(figure, framework, by)
    figure.save()
    if before is not None and keeps:
        Dispute.objects.follow([(before, figure)])
        Evidence.objects.follow([(before, figure)])
    return done(f"set_{figure.role}", framework, figure, by, refs=[indicator])


def _reads_the_same(before: Fact, after: Fact) -> bool:
    names = ("value", "denominator", "text", "unit_id", "as_of", "source", "source_url", "note")
    return all(getattr(before, name) == getattr(after, name) for name in names)


def _check_parts(indicator: Indicator, figure: Fact) -> list[str]:
    """Does this target or baseline, with those of its cells, stay within the whole?"""
    others = indicator.facts.published().filter(role=figure.role, period=figure.period, place=None)
    held = [
        one
        for one in others.select_related("cell").prefetch_related("cell__categories")
        if one.cell_id != figure.cell_id and one.unit_id == figure.unit_id
    ]
    together = [*held, figure]
    whole = next((one for one in together if one.cell is None), None)
    return checks.check_breakdown(indicator, whole, [one for one in together if one.cell])
