"""A commitment as plain texts by row and field, and back: what forms, amendments, editions and
lists share. Rows are named in `writing.ground`.

Not among them: its goals, which are its framework's, the parts of others, and the day on which it
is published.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from coalition.analysis.figures import NotAFigure, parse
from coalition.analysis.merging import Merged, merge
from coalition.base.errors import Refused
from coalition.base.text import clean_line, clean_text
from coalition.commitments.models import Commitment, Delivery, Resource, ResourceKind
from coalition.commitments.writing.ground import (
    LISTS,
    TEXTS,
    WORDS,
    WORDS_ROW,
    Ground,
    Table,
    Values,
    fields_of,
    ground,
    key_of,
    kind_of,
    number_of,
    provision_row,
    row_name,
)
from coalition.commitments.writing.showing import Change, changes
from coalition.results import actions as results
from coalition.results.frameworks.checks import WHY_NOT
from coalition.results.models import Framework
from coalition.results.reporting.plain import day_of, plain_number

__all__ = [
    "Change",
    "Problem",
    "Values",
    "canonical",
    "changes",
    "check",
    "merged",
    "own_words_of",
    "put",
    "readable",
    "values_of",
]

YES = "yes"
MANY_LINES = {"promise", "help_wanted", "how", "words"}
DATES = ("starts_on", "ends_on")
LIMITS = {
    **{name: Commitment._meta.get_field(name).max_length for name in TEXTS},
    "how": Delivery._meta.get_field("how").max_length,
    "words": Resource._meta.get_field("words").max_length,
}
YEARS = range(1945, 2151)
LONGEST = 20_000  # of what is read at all
# A resource of which only this is said is an empty row of the form.
SILENT = {"kind", "unit", "year"}


@dataclass(frozen=True)
class Problem:
    """What is wrong with a field, in a sentence that says how to mend it. Without a field it is
    about the row."""

    row: str
    field: str
    sentence: str

    @property
    def key(self) -> str:
        return f"{self.row}.{self.field}"


# --- Out ------------------------------------------------------------------------------------


def values_of(commitment: Commitment) -> Values:
    """The commitment as plain texts, empty fields left out. Nine queries, or what was
    prefetched."""
    values = own_words_of(commitment)
    for kind, listed in LISTS.items():
        for one in getattr(commitment, listed.attribute).all():
            values[row_name(kind, getattr(one, listed.by))] = {"named": YES}
    for delivery in _deliveries(commitment):
        values[provision_row(delivery.provision)] = {"named": YES, "how": delivery.how}
    for resource in _resources(commitment):
        values[row_name("resource", resource.number)] = {
            "kind": resource.kind,
            "words": resource.words,
            "amount": plain_number(resource.amount, resource.unit.decimals if resource.unit else 0),
            "unit": resource.unit.code if resource.unit else "",
            "year": str(resource.year or ""),
        }
    return {row: said for row, texts in values.items() if (said := _said(texts))}


def own_words_of(commitment: Commitment) -> Values:
    """Its own texts alone, which is all that a fresh draft says."""
    words = {name: getattr(commitment, name) for name in (*TEXTS, "language")}
    words |= {
        "level": commitment.level.code if commitment.level else "",
        "needs_help": YES if commitment.needs_help else "",
        **{name: day.isoformat() if (day := getattr(commitment, name)) else "" for name in DATES},
    }
    return {WORDS_ROW: _said(words)}


def _said(texts: dict[str, str]) -> dict[str, str]:
    return {name: text for name, text in texts.items() if text}


def _deliveries(commitment: Commitment) -> Iterable[Delivery]:
    if "deliveries" in getattr(commitment, "_prefetched_objects_cache", {}):
        return commitment.deliveries.all()
    return commitment.deliveries.select_related("provision__instrument")


def _resources(commitment: Commitment) -> Iterable[Resource]:
    if "resources" in getattr(commitment, "_prefetched_objects_cache", {}):
        return commitment.resources.all()
    return commitment.resources.select_related("unit")


# --- What is meant --------------------------------------------------------------------------


def canonical(values: Table, grounds: Ground | None = None) -> Values:
    """The values as `values_of` would give them once they are put: "1 200" as "1200", a name of a
    currency as its code, a row that says nothing left out. What cannot be read stays as typed."""
    grounds = grounds or ground(values)
    plain: Values = {}
    for row, given in values.items():
        texts = _said({name: _clean(name, text) for name, text in given.items()})
        if kind_of(row) == "resource":
            texts = _canonical_resource(texts, grounds)
        elif row == WORDS_ROW:
            texts |= {name: day.isoformat() for name in DATES if (day := _day(texts, name))}
            texts |= {"needs_help": YES} if "needs_help" in texts else {}
        elif texts and fields_of(row):
            texts["named"] = YES
        if texts:
            plain[row] = texts
    return plain


def _clean(name: str, text: str) -> str:
    return (clean_text if name in MANY_LINES else clean_line)(text, limit=LONGEST)


def _day(texts: dict[str, str], name: str) -> date | None:
    return day_of(texts[name]) if name in texts else None


def _canonical_resource(texts: dict[str, str], grounds: Ground) -> dict[str, str]:
    if not set(texts) - SILENT:
        return {}
    if texts.get("kind") != ResourceKind.FINANCIAL and "amount" not in texts:
        texts.pop("unit", None)  # chosen beforehand in the form; what is no money has none
    unit = grounds.currency(texts.get("unit", ""))
    if unit is not None:
        texts["unit"] = unit.code
        amount = _parsed(texts.get("amount", ""), unit.decimals)
        texts |= {} if amount is None else {"amount": plain_number(amount, unit.decimals)}
    year = _parsed(texts.get("year", ""), 0)
    return texts | ({} if year is None else {"year": str(year)})


def _parsed(text: str, decimals: int) -> int | None:
    try:
        return parse(text, decimals)
    except NotAFigure:
        return None


def merged(base: Table, mine: Table, stored: Table, grounds: Ground | None = None) -> Merged:
    """What both sides together make of the base (`analysis.merging`).

    Resources that both sides added are both kept: mine get other numbers where the number that
    they were given was taken meanwhile.
    """
    grounds = grounds or ground(base, mine, stored)
    was, theirs = canonical(base, grounds), canonical(stored, grounds)
    wanted = canonical(mine, grounds)
    taken = {number_of(row) or 0 for row in (*was, *theirs, *wanted) if kind_of(row) == "resource"}
    free = max(taken, default=0) + 1
    renumbered: Values = {}
    for row, texts in wanted.items():
        is_new = kind_of(row) == "resource" and row not in was
        if is_new and row in theirs and theirs[row] != texts:
            row, free = row_name("resource", free), free + 1
        renumbered[row] = texts
    return merge(was, renumbered, theirs)


# --- What is wrong --------------------------------------------------------------------------


def check(
    commitment: Commitment,
    values: Table,
    grounds: Ground | None = None,
    *,
    held: Table | None = None,
) -> list[Problem]:
    """What cannot be put as it is, field by field; what is missing is no problem yet
    (`writing.quality`). A priority has to be its own partner's, or one that it serves already.
    What is as it is `held` is not judged anew."""
    grounds = grounds or ground(values)
    problems: list[Problem] = []
    said = canonical(values, grounds)
    for row, texts in said.items():
        known = fields_of(row)
        strange = [name for name in texts if name not in known]
        if strange or not known:
            name = clean_line(f"{row}.{strange[0]}" if known else row, limit=60)
            sentence = _("A commitment has no field called “%s”. Please take it out.") % name
            problems.append(Problem(row, "", sentence))
            continue
        problems += [
            Problem(row, name, sentence)
            for name, text in texts.items()
            if (sentence := _fault_of_length(name, text))
        ]
        if row == WORDS_ROW:
            problems += _problems_of_words(row, texts, grounds)
        elif kind_of(row) == "resource":
            problems += _problems_of_resource(row, texts, grounds)
        elif row not in grounds.records:
            problems.append(Problem(row, "named", _unknown(row)))
    if WORDS_ROW not in said:
        problems += _problems_of_words(WORDS_ROW, {}, grounds)
    problems += _problems_of_priorities(commitment, said, grounds)
    same = canonical(held, grounds) if held else {}
    return [one for one in problems if not held or _differs(one, said, same)]


def _differs(problem: Problem, said: Values, held: Values) -> bool:
    now, before = said.get(problem.row, {}), held.get(problem.row, {})
    if problem.row != WORDS_ROW:
        return now != before
    names = DATES if problem.field in DATES else (problem.field,)
    return any(now.get(name) != before.get(name) for name in names)


def _fault_of_length(name: str, text: str) -> str:
    over = len(text) - LIMITS.get(name, LONGEST)
    if over <= 0:
        return ""
    return ngettext(
        "Please shorten this by %(count)d character.",
        "Please shorten this by %(count)d characters.",
        over,
    ) % {"count": over}


def _problems_of_words(row: str, texts: dict[str, str], grounds: Ground) -> list[Problem]:
    problems = []
    if not texts.get("title"):
        problems.append(Problem(row, "title", _("Please give it a title.")))
    if texts.get("language") not in settings.UN_LANGUAGES:
        sentence = _("Please choose the language you write in from the list.")
        problems.append(Problem(row, "language", sentence))
    if (level := texts.get("level")) and level not in grounds.levels:
        problems.append(Problem(row, "level", _("Please choose the level from the list.")))
    for name in DATES:
        if name in texts and _day(texts, name) is None:
            sentence = _("Please write the day as 2026-12-31: year, month, day.")
            problems.append(Problem(row, name, sentence))
    start, end = _day(texts, "starts_on"), _day(texts, "ends_on")
    if start and end and end < start:
        sentence = _("The end is before the start. Please mend one of them.")
        problems.append(Problem(row, "ends_on", sentence))
    return problems


def _problems_of_resource(row: str, texts: dict[str, str], grounds: Ground) -> list[Problem]:
    faults: dict[str, str] = {}
    unit = grounds.currency(texts.get("unit", ""))
    if texts.get("kind") not in ResourceKind.values:
        faults["kind"] = _("Please choose from the list what kind it is.")
    elif texts["kind"] == ResourceKind.FINANCIAL:
        if unit is None:
            faults["unit"] = _("Please choose the currency from the list.")
        if sentence := _fault_of_amount(texts.get("amount", ""), unit.decimals if unit else 2):
            faults["amount"] = sentence
    else:
        if not texts.get("words"):
            faults["words"] = _("Please say in words what is given.")
        if "amount" in texts or "unit" in texts:
            faults["amount"] = _("Only money has an amount. Choose “Money”, or say it in words.")
    is_needed = texts.get("kind") == ResourceKind.FINANCIAL
    if (is_needed or "year" in texts) and _parsed(texts.get("year", ""), 0) not in YEARS:
        faults["year"] = _("Please write the year in four digits, such as 2027.")
    return [Problem(row, name, sentence) for name, sentence in faults.items()]


def _fault_of_amount(text: str, decimals: int) -> str:
    try:
        amount = parse(text, decimals)
    except NotAFigure as fault:
        if fault.reason == "empty":
            return _("Please say how much money it is.")
        return str(WHY_NOT[fault.reason]) % {"text": text[:60], "decimals": decimals}
    return "" if amount > 0 else _("Please write an amount above zero.")


def _unknown(row: str) -> str:
    key = key_of(row)[:60]
    return {
        "place": _("We do not know the place “%s”. Please choose one from the list.") % key,
        "paragraph": _("We do not know the paragraph “%s”. Please choose one from the list.") % key,
    }.get(kind_of(row)) or (
        _("What was chosen (“%s”) is not there any more. Please take it out.") % key
    )


def _problems_of_priorities(commitment: Commitment, said: Values, grounds: Ground) -> list[Problem]:
    named = {row: grounds.records[row] for row in said if row in grounds.records}
    foreign = {
        one.pk: row
        for row, one in named.items()
        if kind_of(row) == "priority" and one.partner_id != commitment.partner_id
    }
    if not foreign:
        return []
    served = set(commitment.priorities.filter(pk__in=foreign).values_list("pk", flat=True))
    sentence = _("This is a priority of another organisation. Please take it out.")
    return [Problem(row, "named", sentence) for pk, row in foreign.items() if pk not in served]


def readable(values: Table, problems: Iterable[Problem], stored: Table) -> Values:
    """The values, with what is stored in place of what has a problem: of a resource the whole row,
    of the two days both, as neither is right without the other."""
    kept = {row: dict(texts) for row, texts in values.items()}
    for problem in problems:
        row, held = problem.row, stored.get(problem.row, {})
        if row != WORDS_ROW:
            kept[row] = dict(held)
            continue
        for name in DATES if problem.field in DATES else (problem.field,):
            kept.setdefault(row, {})[name] = held.get(name, "")
    return {row: texts for row, texts in kept.items() if texts}


# --- In -------------------------------------------------------------------------------------


def put(
    commitment: Commitment,
    values: Table,
    *,
    stored: Values | None = None,
    grounds: Ground | None = None,
) -> bool:
    """Make the commitment say these values and no others; the caller holds it locked, in a
    transaction. Writes only what differs; returns whether anything did. Who puts many may say what
    is stored, and give the ground of all of them.

    Its framework takes its language, and its reporting periods follow its days. Raises Refused
    where there is a problem (`check`), or the days would make far too many periods.
    """
    stored = values_of(commitment) if stored is None else stored
    grounds = grounds or ground(values, stored)
    if problems := check(commitment, values, grounds, held=stored):
        raise Refused(" ".join(dict.fromkeys(one.sentence for one in problems)))
    said, held = canonical(values, grounds), canonical(stored, grounds)
    if said == held:
        return False
    _put_words(commitment, said.get(WORDS_ROW, {}), held.get(WORDS_ROW, {}), grounds)
    for kind, listed in LISTS.items():
        now, before = _rows(said, kind), _rows(held, kind)
        held_there = getattr(commitment, listed.attribute)
        if gone := before.keys() - now.keys():
            held_there.remove(*(grounds.records[row] for row in gone))
        if new := [row for row in now if row not in before]:
            held_there.add(*(grounds.records[row] for row in new))
    _put_deliveries(commitment, _rows(said, "paragraph"), _rows(held, "paragraph"), grounds)
    _put_resources(commitment, _rows(said, "resource"), _rows(held, "resource"), grounds)
    return True


def _rows(values: Values, kind: str) -> Values:
    return {row: texts for row, texts in values.items() if kind_of(row) == kind}


def _put_words(
    commitment: Commitment, said: dict[str, str], held: dict[str, str], grounds: Ground
) -> None:
    differ = [name for name in WORDS if said.get(name) != held.get(name)]
    for name in differ:
        setattr(commitment, name, _read(name, said.get(name, ""), grounds))
    commitment.changed_at = timezone.now()
    commitment.save(update_fields=[*differ, "changed_at"])
    if "language" in differ:
        Framework.objects.filter(commitment=commitment).update(language=commitment.language)
    if set(DATES) & set(differ):
        results.lay_periods(commitment.framework)


def _read(name: str, text: str, grounds: Ground) -> Any:
    if name in DATES:
        return day_of(text) if text else None
    if name == "level":
        return grounds.levels.get(text)
    return text == YES if name == "needs_help" else text


def _put_deliveries(commitment: Commitment, now: Values, before: Values, grounds: Ground) -> None:
    if gone := [grounds.records[row].pk for row in before if row not in now]:
        commitment.deliveries.filter(provision__in=gone).delete()
    new = []
    for row, texts in now.items():
        provision, how = grounds.records[row], texts.get("how", "")
        if row not in before:
            new.append(Delivery(commitment=commitment, provision=provision, how=how))
        elif before[row] != texts:
            commitment.deliveries.filter(provision=provision).update(how=how)
    Delivery.objects.bulk_create(new)


def _put_resources(commitment: Commitment, now: Values, before: Values, grounds: Ground) -> None:
    differ = [row for row in {**before, **now} if now.get(row) != before.get(row)]
    if not differ:
        return
    commitment.resources.filter(number__in=[number_of(row) for row in differ]).delete()
    Resource.objects.bulk_create(
        Resource(commitment=commitment, number=number_of(row), **_resource(now[row], grounds))
        for row in differ
        if row in now
    )


def _resource(texts: dict[str, str], grounds: Ground) -> dict[str, Any]:
    unit = grounds.currency(texts.get("unit", ""))
    return {
        "kind": texts["kind"],
        "words": texts.get("words", ""),
        "amount": parse(texts["amount"], unit.decimals) if unit else None,
        "unit": unit,
        "year": parse(texts["year"], 0) if "year" in texts else None,
    }
