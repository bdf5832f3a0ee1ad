"""Writing a promise. Each verb is one transaction: words, history and audit, or nothing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from coalition.accounts.models import User
from coalition.analysis.merging import Conflict
from coalition.base import audit
from coalition.base.errors import NotAllowed, Refused
from coalition.base.numbers import next_reference
from coalition.commitments.holding import held
from coalition.commitments.models import Commitment, Delivery, Resource
from coalition.commitments.writing import plain
from coalition.commitments.writing.ground import LISTS, WORDS_ROW, Table, Values
from coalition.commitments.writing.plain import Problem
from coalition.instruments.models import Instrument, Provision
from coalition.partners.models import Partner
from coalition.partners.values import locked_and_active
from coalition.results import actions as results
from coalition.results.frameworks.checks import Typed
from coalition.results.models import Framework, Indicator, Unit


@transaction.atomic
def draft(partner: Partner, *, title: str, language: str, by: User) -> Commitment:
    """Begin a commitment of the partner; only those who speak for the partner see it."""
    partner = locked_and_active(partner)
    framework = results.open_framework(
        owner_kind="commitment",
        reporter=partner,
        language=language,
        by=by,
        is_example=partner.is_example,
    )
    commitment = Commitment.objects.create(
        reference=next_reference("COM"),
        partner=partner,
        framework=framework,
        title=title,
        language=language,
        is_example=partner.is_example,
    )
    audit.record("commitments.draft", commitment, by=by, refs=[partner])
    return commitment


@dataclass(frozen=True)
class Saved:
    """What became of a save. Fields that somebody else changed meanwhile, differently, and those
    that cannot be read keep what is stored; `shown` are the values with both as they were typed,
    for the form to show until somebody decides."""

    commitment: Commitment
    conflicts: tuple[Conflict, ...]
    problems: list[Problem]
    shown: Values

    @property
    def is_whole(self) -> bool:
        return not self.conflicts and not self.problems


@transaction.atomic
def save(commitment: Commitment, values: Table, base: Table, *, by: User) -> Saved:
    """Bring in what somebody made of the commitment since they read it as `base`; both as
    `plain.values_of` gives them. What somebody else changed meanwhile stays.

    Raises NotAllowed once the commitment is with the secretariat or published.
    """
    commitment = editable(commitment)
    stored = plain.values_of(commitment)
    both = plain.merged(base, values, stored)
    problems = plain.check(commitment, both.values, held=stored)
    sound = plain.readable(both.values, problems, stored)
    try:
        with transaction.atomic():
            is_changed = plain.put(commitment, sound)
    except Refused as refusal:  # the days would make far too many periods
        commitment = Commitment.objects.get(pk=commitment.pk)
        problems.append(Problem(WORDS_ROW, "ends_on", str(refusal)))
        is_changed = plain.put(commitment, plain.readable(sound, problems, stored))
    if is_changed:
        audit.record("commitments.edit", commitment, by=by)
    shown = {row: dict(texts) for row, texts in both.values.items()}
    for one in both.conflicts:
        shown.setdefault(one.row, {})[one.field] = one.mine
    return Saved(commitment, both.conflicts, problems, shown)


@transaction.atomic
def edit(commitment: Commitment, *, fields: Mapping[str, Any], by: User) -> Commitment:
    """Change texts, dates, level and lists (places, themes, …) from a program, whatever they were.

    Its reporting periods follow its dates. Raises NotAllowed once the commitment is with the
    secretariat or published, and Refused where the dates would make far too many periods.
    """
    commitment = editable(commitment)
    lists = {listed.attribute for listed in LISTS.values()} & fields.keys()
    single = {name: value for name, value in fields.items() if name not in lists}
    single["changed_at"] = timezone.now()
    for name, value in single.items():
        setattr(commitment, name, value)
    commitment.save(update_fields=list(single))
    if "language" in single:
        Framework.objects.filter(commitment=commitment).update(language=single["language"])
    if {"starts_on", "ends_on"} & single.keys():
        results.lay_periods(commitment.framework)
    for name in sorted(lists):
        getattr(commitment, name).set(fields[name])
    audit.record("commitments.edit", commitment, by=by)
    return commitment


@transaction.atomic
def deliver_on(
    commitment: Commitment, instrument: Instrument, *, how: Mapping[int, str], by: User
) -> Commitment:
    """Choose the provisions of one instrument that the commitment delivers on.

    `how` maps the id of each chosen provision to a sentence, perhaps empty; provisions of other
    instruments stay as they are.
    """
    commitment = editable(commitment)
    chosen = Provision.objects.filter(instrument=instrument, pk__in=how)
    commitment.deliveries.filter(provision__instrument=instrument).delete()
    Delivery.objects.bulk_create(
        Delivery(commitment=commitment, provision=provision, how=how[provision.pk])
        for provision in chosen
    )
    commitment.changed_at = timezone.now()
    commitment.save(update_fields=["changed_at"])
    audit.record("commitments.deliver_on", commitment, by=by, refs=chosen)
    return commitment


@transaction.atomic
def set_first_goal(
    commitment: Commitment,
    *,
    goal: str,
    measured: str,
    unit: Unit | None,
    target: Typed,
    baseline: Typed | None,
    source: str,
    no_baseline: str,
    by: User,
) -> Indicator:
    """Write one goal with its indicator, target and baseline (`baseline` None: `no_baseline` says
    why there is none). Without a unit all is in words. Raises Refused with what is wrong."""
    commitment = editable(commitment)
    (indicator,) = results.add_goals(
        [
            results.NewGoal(
                framework=commitment.framework,
                goal=goal,
                measured=measured,
                unit=unit,
                target=target,
                baseline=baseline,
                source=source,
                no_baseline=no_baseline,
            )
        ],
        by=by,
    )
    return indicator


@transaction.atomic
def set_resources(
    commitment: Commitment, rows: Iterable[Mapping[str, Any]], *, by: User
) -> Commitment:
    """Say anew with what it is carried out: rows with the fields of `Resource`. Numbers are
    given in their order where a row names none."""
    commitment = editable(commitment)
    commitment.resources.all().delete()
    Resource.objects.bulk_create(
        Resource(**{"number": place, **row}, commitment=commitment)
        for place, row in enumerate(rows, start=1)
    )
    commitment.changed_at = timezone.now()
    commitment.save(update_fields=["changed_at"])
    audit.record("commitments.set_resources", commitment, by=by)
    return commitment


def editable(commitment: Commitment) -> Commitment:
    """The commitment, held (`holding.held`); NotAllowed when its words are fixed by now."""
    commitment = held(commitment)
    if not commitment.is_editable:
        raise NotAllowed(
            _("Only a draft, or what was sent back, can be changed; this commitment is “%s”.")
            % commitment.get_state_display()
        )
    return commitment
