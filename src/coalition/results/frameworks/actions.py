"""Setting up a framework: its results and indicators, and what its owner does with it. Each verb is
one transaction. While its owner is a draft all can be changed; what is public stays.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.db import transaction
from django.db.models import Max, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from coalition.base import audit, states
from coalition.base.changes import record_changed
from coalition.base.errors import NotAllowed, Refused
from coalition.base.numbers import next_reference
from coalition.base.text import clean_line
from coalition.partners.models import Partner
from coalition.partners.values import locked_and_active
from coalition.results.frameworks import checks
from coalition.results.frameworks.checks import DEFINES
from coalition.results.models import (
    Category,
    Cell,
    Dimension,
    Direction,
    Fact,
    Framework,
    Indicator,
    Measure,
    Report,
    Result,
    ResultLevel,
    Unit,
)
from coalition.results.states import REPORT_OPEN
from coalition.results.totals.actions import derive

MOST_INDICATORS = 60
MOST_CATEGORIES = 40
USUAL_MONTHS = 12  # between two reports, until its organisation says otherwise
# What readers were promised: fixed once it is public.
PROMISES = ("title", "direction")


# --- The framework, by its owner's verbs -------------------------------------------------------


@transaction.atomic
def open_framework(
    *, owner_kind: str, reporter: Partner, language: str, by: Any, is_example: bool = False
) -> Framework:
    """Begin an empty framework for an owner, which then points at it. `owner_kind` is the accessor
    by which it is reached (settings.RESULT_OWNERS)."""
    framework = Framework.objects.create(
        reference=next_reference("RES"),
        owner_kind=owner_kind,
        reporter=reporter,
        language=language,
        every=USUAL_MONTHS,
        is_example=is_example,
    )
    audit.record("results.open_framework", framework, by=by, refs=[reporter])
    return framework


@transaction.atomic
def hand_in(framework: Framework, *, by: Any) -> Framework:
    """Its owner was handed in: officers see it from now on. Nothing happens the second time."""
    framework = states.lock(framework)
    if not framework.is_handed_in:
        framework.is_handed_in = True
        framework.save(update_fields=["is_handed_in"])
        audit.record("results.hand_in", framework, by=by)
    return framework


@transaction.atomic
def publish_framework(framework: Framework, *, by: Any) -> Framework:
    """Its owner was published: everybody sees it for good, and its totals are derived."""
    framework = states.lock(framework)
    if not framework.is_public:
        framework.is_public = framework.is_handed_in = True
        framework.save(update_fields=["is_public", "is_handed_in"])
        _derive(framework)
        audit.record("results.publish_framework", framework, by=by)
    return framework


@transaction.atomic
def end(framework: Framework, *, by: Any) -> Framework:
    """Its owner was withdrawn or closed: no report is due any more. What is public stays so."""
    framework = states.lock(framework)
    if framework.ended_at is None:
        framework.ended_at = timezone.now()
        framework.save(update_fields=["ended_at"])
        audit.record("results.end", framework, by=by)
    return framework


@transaction.atomic
def begin_again(framework: Framework, *, by: Any) -> Framework:
    """Somebody carries its owner on after nobody did: reports are due again, but for those that
    fell due meanwhile. Its periods are laid anew by the caller (`schedules.actions`)."""
    framework = states.lock(framework)
    if framework.ended_at is not None:
        nobodys = framework.periods.filter(
            due_at__gt=framework.ended_at, due_at__lte=timezone.now(), reports=None
        )
        nobodys.update(due_on=None, due_at=None)
        framework.ended_at = None
        framework.save(update_fields=["ended_at"])
        audit.record("results.begin_again", framework, by=by)
    return framework


@transaction.atomic
def pass_on(framework: Framework, to: Partner, *, by: Any) -> Framework:
    """Another organisation reports from now on. Reports that are still open pass to it with their
    figures; what was published stays with who reported it, and so do baselines and targets."""
    framework = states.lock(framework)
    before = framework.reporter
    if before == to:
        return framework
    framework.reporter = to
    framework.save(update_fields=["reporter"])
    taken = Report.objects.filter(partner=to, state__in=REPORT_OPEN).values("period")
    passed = Report.objects.filter(
        framework=framework, partner=before, state__in=REPORT_OPEN
    ).exclude(period__in=taken)
    Fact.objects.filter(report__in=passed).update(partner=to)
    passed.update(partner=to)
    audit.record("results.pass_on", framework, by=by, refs=[before, to])
    return framework


# --- Results -----------------------------------------------------------------------------------


@transaction.atomic
def add_result(
    framework: Framework,
    *,
    title: str,
    level: str = ResultLevel.GOAL,
    parent: Result | None = None,
    by: Any,
) -> Result:
    """A change that is aimed at, after those there are. Raises Refused with what is wrong."""
    framework = opened(framework)
    last = framework.results.aggregate(last=Max("position"))["last"]
    made = Result(framework=framework, position=0 if last is None else last + 1)
    write_result(made, {"title": title, "level": level, "parent": parent})
    made.save()
    return done("add_result", framework, made, by)


@transaction.atomic
def edit_result(result: Result, *, fields: Mapping[str, Any], by: Any) -> Result:
    """Change its title, level or parent. What is public keeps its title."""
    framework = opened(result.framework)
    result = Result.objects.get(pk=result.pk)
    before = result.title
    write_result(result, fields)
    if framework.is_public and result.title != before:
        raise NotAllowed(_fixed_words())
    result.save()
    return done("edit_result", framework, result, by)


@transaction.atomic
def move_result(result: Result, *, up: bool, by: Any) -> Result:
    """One place up or down among the results."""
    framework = opened(result.framework)
    order = list(framework.results.order_by("position", "pk"))
    at = order.index(result)
    to = at - 1 if up else at + 1
    if 0 <= to < len(order):
        order[at], order[to] = order[to], order[at]
        for position, each in enumerate(order):
            each.position = position
        Result.objects.bulk_update(order, ["position"])
    return done("move_result", framework, result, by)


@transaction.atomic
def remove_result(result: Result, *, by: Any) -> None:
    """Take away a result with its indicators, while nothing of it is public."""
    framework = opened(result.framework)
    _refuse_what_is_public(framework)
    held = Indicator.objects.filter(Q(result=result) | Q(result__parent=result))
    if Fact.objects.filter(indicator__in=held, report__isnull=False).exists():
        raise NotAllowed(_reported_already())
    done("remove_result", framework, result, by, refs=[framework])
    result.delete()


# --- Indicators --------------------------------------------------------------------------------


@transaction.atomic
def add_indicator(
    result: Result,
    *,
    title: str,
    measure: str = Measure.NUMBER,
    unit: Unit | None = None,
    rule: str = "",
    direction: str = Direction.UP,
    lowest: int | None = None,
    highest: int | None = None,
    decimals: int = 1,
    dimensions: Iterable[Dimension] = (),
    means_of_verification: str = "",
    parent: Indicator | None = None,
    by: Any,
) -> Indicator:
    """What is measured of a result. Without a rule it gets the one that is offered first for its
    kind of figure. Raises Refused with what does not fit together."""
    framework = opened(result.framework)
    held = framework.indicators.aggregate(last=Max("number"))["last"] or 0
    refuse_too_many(framework.indicators.count())
    made = Indicator(framework=framework, result=result, number=held + 1)
    write_indicator(
        made,
        {
            "title": title,
            "measure": measure,
            "unit": unit,
            "rule": rule or checks.RULES_OF[Measure(measure)][0],
            "direction": direction,
            "lowest": lowest,
            "highest": highest,
            "decimals": decimals,
            "means_of_verification": means_of_verification,
            "parent": parent,
        },
        list(dimensions),
    )
    return done("add_indicator", framework, made, by)


@transaction.atomic
def edit_indicator(indicator: Indicator, *, fields: Mapping[str, Any], by: Any) -> Indicator:
    """Change what an indicator is: the arguments of `add_indicator`, and `result`.

    Raises NotAllowed where figures or readers rely on what would change, with what to do instead.
    """
    framework = opened(indicator.framework)
    indicator = states.lock(indicator)
    before = {name: getattr(indicator, name) for name in (*DEFINES, *PROMISES, "parent")}
    fields = dict(fields)
    asked = fields.pop("dimensions", None)
    held = list(indicator.dimensions.all())
    dimensions = held if asked is None else list(asked)
    if checks.counts_elsewhere(indicator) and "parent" in fields:
        _refuse_other_parent(indicator, fields.pop("parent"))
    write_indicator(indicator, fields, dimensions, save=False)
    changed = {name for name, value in before.items() if getattr(indicator, name) != value}
    if changed & set(DEFINES) and _has_figures(indicator, framework):
        raise NotAllowed(
            _(
                "“%(title)s” has figures, which would mean something else in another unit, kind or "
                "rule. Add a new indicator for them, and say in the next report why."
            )
            % {"title": indicator.title}
        )
    if changed & set(DEFINES):
        _refuse_where_others_count(indicator)
    if changed & set(PROMISES) and framework.is_public:
        raise NotAllowed(_fixed_words())
    gone = {one.code for one in held} - {one.code for one in dimensions}
    _refuse_used_breakdowns(indicator, gone)
    if changed & set(DEFINES):
        # Nothing was reported or published: what was entered for the old kind is entered anew.
        indicator.facts.all().delete()
    indicator.save()
    indicator.dimensions.set(dimensions)
    if "parent" in changed and before["parent"] is not None:
        derive([before["parent"].pk])
    return done("edit_indicator", framework, indicator, by)


@transaction.atomic
def remove_indicator(indicator: Indicator, *, by: Any) -> None:
    """Take away an indicator, while nothing of it is public."""
    framework = opened(indicator.framework)
    _refuse_what_is_public(framework)
    if indicator.facts.filter(report__isnull=False).exists():
        raise NotAllowed(_reported_already())
    _refuse_where_others_count(indicator)
    above = indicator.parent_id
    done("remove_indicator", framework, indicator, by, refs=[framework])
    indicator.delete()
    if above:
        derive([above])


@transaction.atomic
def add_dimension(
    framework: Framework, *, name: str, categories: Iterable[str], by: Any
) -> Dimension:
    """A breakdown of the organisation's own: a name, and its groups in order."""
    framework = opened(framework)
    name = clean_line(name, limit=100)
    kept = [line for each in categories if (line := clean_line(each, limit=100))]
    if not name:
        raise Refused(_("Name the breakdown, such as “Trade”."))
    if len(kept) < 2:
        raise Refused(_("A breakdown has two groups or more. Write each on a line of its own."))
    if len(kept) > MOST_CATEGORIES:
        raise Refused(
            _("A breakdown has at most %(most)s groups. Put small ones together.")
            % {"most": MOST_CATEGORIES}
        )
    if len({line.casefold() for line in kept}) < len(kept):
        raise Refused(_("Two groups have the same name. Each figure belongs to one of them only."))
    code = f"{framework.reference.lower()}-{framework.own_dimensions.count() + 1}"
    made = Dimension.objects.create(
        framework=framework, code=code, position=900, names={framework.language: name}
    )
    Category.objects.bulk_create(
        Category(
            dimension=made,
            code=f"{code}-{position}",
            position=position,
            names={framework.language: line},
        )
        for position, line in enumerate(kept, 1)
    )
    return done("add_dimension", framework, made, by)


def cells_of(dimensions: Iterable[Dimension]) -> list[Cell]:
    """The cell of each single category of these dimensions, in order; made when first needed.
    Each comes with its categories read."""
    made = []
    for dimension in dimensions:
        for category in dimension.categories.all():
            cell, is_new = Cell.objects.get_or_create(
                key=category.code, defaults={"breakdown": dimension.code}
            )
            if is_new:
                cell.categories.set([category])
            made.append(cell)
    return made


# --- Parts of these verbs ----------------------------------------------------------------------


def opened(framework: Framework) -> Framework:
    """The framework read afresh and locked. Raises NotAllowed where it cannot be changed now: its
    owner waits for the secretariat or has ended, or nobody may act for who reports."""
    locked_and_active(framework.reporter)
    framework = states.lock(framework)
    if sentence := why_closed(framework):
        raise NotAllowed(sentence)
    return framework


def why_closed(framework: Framework) -> str:
    """Why nothing of the framework can be changed now, or an empty text."""
    if framework.ended_at is not None:
        return _("What this belongs to has ended, so its goals stay as they are.")
    owner = getattr(framework, "owner", None)
    if not framework.is_public and owner is not None and not owner.is_editable:
        return _("It is with the secretariat. Its goals can be changed when it is back, or public.")
    return ""


def refuse_too_many(held: int) -> None:
    """Raise Refused where a framework that holds so many indicators can have no other."""
    if held >= MOST_INDICATORS:
        raise Refused(
            _("A framework has at most %(most)s indicators. Leave out those that say least.")
            % {"most": MOST_INDICATORS}
        )


def write_result(result: Result, fields: Mapping[str, Any]) -> None:
    """Give the result these fields. Raises Refused with what is wrong; nothing is saved."""
    for name in ("title", "level", "parent"):
        if name in fields:
            setattr(result, name, fields[name])
    result.title = clean_line(result.title, limit=400)
    if not result.title:
        raise Refused(_("Say what shall change, in one sentence."))
    if result.level not in ResultLevel.values:
        raise Refused(_("This kind of result is not known. Choose one from the list."))
    above = result.parent
    if above is not None and above.framework_id != result.framework_id:
        raise Refused(_("The result above it belongs to something else. Choose one of your own."))
    seen = 0
    while above is not None and seen < 20:
        if above.pk == result.pk:
            raise Refused(_("A result cannot stand below itself. Choose another one above it."))
        above, seen = above.parent, seen + 1


def write_indicator(
    indicator: Indicator,
    fields: Mapping[str, Any],
    dimensions: list[Dimension],
    *,
    save: bool = True,
) -> None:
    """Give the indicator these fields and breakdowns. Raises Refused with all that is wrong."""
    for name, value in fields.items():
        setattr(indicator, name, value)
    indicator.title = clean_line(indicator.title, limit=400)
    indicator.means_of_verification = clean_line(indicator.means_of_verification, limit=300)
    problems = checks.check_indicator(
        measure=indicator.measure,
        rule=indicator.rule,
        unit=indicator.unit,
        lowest=indicator.lowest,
        highest=indicator.highest,
        dimensions=bool(dimensions),
    )
    sentences = [each for of_field in problems.values() for each in of_field]
    if not indicator.title:
        sentences.append(_("Say what is measured."))
    if indicator.result.framework_id != indicator.framework_id:
        sentences.append(_("The result belongs to something else. Choose one of your own."))
    if any(one.framework_id not in (None, indicator.framework_id) for one in dimensions):
        sentences.append(_("A breakdown belongs to something else. Choose shared or own ones."))
    if indicator.parent is not None and not sentences:
        sentences += _problems_of_parent(indicator, is_chosen="parent" in fields)
    if sentences:
        raise Refused(" ".join(sentences))
    if save:
        indicator.save()
        indicator.dimensions.set(dimensions)
    cells_of(dimensions)


def _problems_of_parent(indicator: Indicator, *, is_chosen: bool) -> list[str]:
    """One of another framework stands as it was agreed (`counting.count_towards`); what is chosen
    here is of the same."""
    above = indicator.parent
    assert above is not None
    if checks.counts_elsewhere(indicator) and not is_chosen:
        return checks.check_parent(indicator, above, **checks.defining(indicator))
    return checks.check_parent(
        indicator if indicator.pk else None,
        above,
        framework=indicator.framework,
        measure=indicator.measure,
        unit=indicator.unit,
        rule=indicator.rule,
    )


def _refuse_other_parent(indicator: Indicator, other: Indicator | None) -> None:
    """What was agreed between two frameworks is not undone by the form of one of them."""
    above = indicator.parent
    if above is not None and other != above:
        raise NotAllowed(
            _(
                "The figures of “%(title)s” count towards “%(above)s” of other results. They can "
                "count towards another indicator once that has ended."
            )
            % {"title": indicator.title, "above": above.title}
        )


def _refuse_where_others_count(indicator: Indicator) -> None:
    if indicator.children.exclude(framework=indicator.framework_id).exists():
        raise NotAllowed(
            _(
                "Figures of others count towards “%(title)s”, so what it measures stays as it is "
                "while they do."
            )
            % {"title": indicator.title}
        )


def _has_figures(indicator: Indicator, framework: Framework) -> bool:
    """Are there figures that were reported, or that readers have seen?"""
    held = indicator.facts.all()
    return held.exists() if framework.is_public else held.filter(report__isnull=False).exists()


def _refuse_what_is_public(framework: Framework) -> None:
    if framework.is_public:
        raise NotAllowed(
            _("What was promised in public is not taken away. Add to it, and say in a report why.")
        )


def _refuse_used_breakdowns(indicator: Indicator, gone: set[str]) -> None:
    for code in sorted(gone):
        if indicator.facts.filter(cell__categories__dimension__code=code).exists():
            name = Dimension.objects.get(code=code).name
            raise NotAllowed(
                _("There are figures by “%(breakdown)s”, so this breakdown stays.")
                % {"breakdown": name}
            )


def _fixed_words() -> str:
    return _(
        "What was published stays as it reads. Add another one, and say in the next report why."
    )


def _reported_already() -> str:
    return _("There are reported figures of it, so it cannot be taken away.")


def _derive(framework: Framework) -> None:
    derive(list(framework.indicators.values_list("pk", flat=True)))


def done(verb: str, framework: Framework, made: Any, by: Any, refs: Iterable[Any] = ()) -> Any:
    """What every verb does last: totals anew, the audit event, the owner's public row. In this
    order: whoever writes that row holds the end of the trail, and waits for nobody."""
    concerned = made.indicator if isinstance(made, Fact) else made
    if isinstance(concerned, Indicator) and verb != "remove_indicator":
        derive([concerned.pk])
    audit.record(f"results.{verb}", made, by=by, refs=list(refs) or [framework])
    if framework.is_public:
        record_changed(framework.owner)
    return made
