"""From when to when a treaty binds its parties: derived from their acts and the treaty's own rule.

A rule says three things: when the instrument first enters into force (so long after so many
parties consented, or on a day that a source gives), how long after its own consent it binds a
later party, and how long after its registration a denunciation takes effect. A party is bound
from the later of the instrument's entry into force and the end of its own delay.

What the acts do not say is not made up. A party without a period on a day is not bound. Where the
rule is not held, or the source contradicts what follows from it without giving a reason, the
status is unknown from the party's consent on, with the reason why.

- Months are counted by the calendar: so many months after the 31st is the 31st, or the last day of
  a shorter month (31 January and one month: 28 or 29 February). Days are added after months.
- Where a rule counts `from_next_month`, the end of the delay moves to the first day of the month
  that follows it.
- Consents that count for the first entry into force: one a party, while no denunciation by it has
  taken effect; of organisations none, as treaties count their member States instead.
- A succession binds from its own registration on: what held before was held by another party.
- On one day a denunciation is read before a consent: who leaves and returns at once returns.
- A consent while an earlier one stands, and a denunciation while none does, change nothing.
"""

from __future__ import annotations

from bisect import bisect_right
from calendar import monthrange
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum
from itertools import groupby
from operator import attrgetter


class Status(StrEnum):
    """Where a party stands on a day. Who has no period on it is `not_bound`."""

    NOT_BOUND = "not_bound"
    SIGNED = "signed"
    PENDING = "pending"  # it has consented, and the instrument is not yet in force for it
    IN_FORCE = "in_force"
    DENOUNCED = "denounced"
    UNKNOWN = "unknown"


class Why(StrEnum):
    """What a status lacks, or what a reader should know of it."""

    PLAIN = ""
    RULE_NOT_HELD = "rule_not_held"  # the delay for parties, or the number of first ones
    ENTRY_NOT_REACHED = "entry_not_reached"  # too few parties, as far as is held
    DELAY_NOT_HELD = "delay_not_held"  # from when a denunciation takes effect
    REASON_NOT_HELD = "reason_not_held"  # the source says "not in force" and not why
    SOURCE_DIFFERS = "source_differs"  # the source says "in force" before that can be
    SUCCESSION = "succession"  # bound from its registration; what held before is another's


class Act(StrEnum):
    """What an act does to its party's status; kinds with one effect are one here."""

    SIGNATURE = "signature"
    CONSENT = "consent"
    SUCCESSION = "succession"
    DENUNCIATION = "denunciation"


@dataclass(frozen=True)
class Delay:
    """So many months and days, as `Rule` counts them."""

    months: int = 0
    days: int = 0


@dataclass(frozen=True)
class Rule:
    """How an instrument binds; what is not held is None."""

    later: Delay | None
    first_parties: int | None = None
    first: Delay | None = None
    in_force_on: date | None = None
    denounced: Delay | None = None
    from_next_month: bool = False


NO_RULE = Rule(later=None)


@dataclass(frozen=True)
class Action:
    """One act of one party. `on` is its registration, `effective_on` the effect a source gives;
    one of the two is there. `says_in_force` is what the source said of the party on `as_of`."""

    key: int
    party: int
    act: Act
    on: date | None = None
    effective_on: date | None = None
    counts: bool = True  # for the first entry into force
    says_in_force: bool | None = None
    as_of: date | None = None

    def __post_init__(self) -> None:
        if self.on is None and self.effective_on is None:
            raise ValueError(f"Act {self.key} has no day at all.")

    @property
    def day(self) -> date:
        """The day from which it is known."""
        day = self.on or self.effective_on
        assert day is not None
        return day


@dataclass(frozen=True)
class Period:
    """A status from a day until another (exclusive; None: open), and the act it follows from."""

    party: int
    status: Status
    since: date
    until: date | None
    action: int
    why: Why = Why.PLAIN


@dataclass(frozen=True)
class Derived:
    """When an instrument first entered into force, as far as is known, and all periods."""

    entry: date | None
    periods: tuple[Period, ...]


def derive(rule: Rule, actions: Iterable[Action]) -> Derived:
    """All periods of all parties, by party and day; periods of one party never overlap."""
    by_party = {
        party: tuple(acts)
        for party, acts in groupby(sorted(actions, key=_order), key=attrgetter("party"))
    }
    entry = entry_into_force(rule, by_party)
    periods = [one for acts in by_party.values() for one in periods_of(rule, entry, acts)]
    return Derived(entry, tuple(periods))


def after(start: date, delay: Delay, *, from_next_month: bool = False) -> date:
    """The day on which a delay that begins on `start` ends; see the rules above."""
    day = _months_later(start, delay.months) + timedelta(days=delay.days)
    return _months_later(day.replace(day=1), 1) if from_next_month else day


def _months_later(start: date, months: int) -> date:
    years, month = divmod(start.month - 1 + months, 12)
    year = start.year + years
    return date(year, month + 1, min(start.day, monthrange(year, month + 1)[1]))


def entry_into_force(rule: Rule, by_party: Mapping[int, Sequence[Action]]) -> date | None:
    """The day on which the instrument first entered into force; None where too few parties are
    held, or the rule is not."""
    if rule.in_force_on:
        return rule.in_force_on
    if rule.first_parties is None or rule.first is None:
        return None
    changes: Counter[date] = Counter()
    for acts in by_party.values():
        for spell in _spells(rule, None, acts):
            if spell.consent.counts:
                changes[spell.consent.day] += 1
                if spell.ends:
                    changes[max(spell.ends, spell.consent.day)] -= 1
    standing = 0
    for day in sorted(changes):
        standing += changes[day]
        if standing >= rule.first_parties:
            return after(day, rule.first, from_next_month=rule.from_next_month)
    return None


def periods_of(rule: Rule, entry: date | None, acts: Iterable[Action]) -> list[Period]:
    """The periods of one party, oldest first, given when the instrument entered into force."""
    acts = sorted(acts, key=_order)
    spells = _doubted(_spells(rule, entry, acts), acts)
    days = {one.day for one in acts}
    days |= {day for spell in spells for day in (spell.binds, spell.ends) if day}
    found: list[Period] = []
    for day in sorted(days):
        here = _where(spells, acts, day)
        if here is None or (found and (found[-1].status, found[-1].why) == (here[0], here[2])):
            continue
        if found:
            found[-1] = replace(found[-1], until=day)
        status, action, why = here
        found.append(Period(action.party, status, day, None, action.key, why))
    return found


def on_day(periods: Sequence[Period], day: date) -> Period | None:
    """The period that a day falls into, of one party's periods in order; None: not bound."""
    place = bisect_right(periods, day, key=attrgetter("since"))
    return periods[place - 1] if place else None


# --- Spells --------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Spell:
    """From a consent to the denunciation that ends it, if one does."""

    consent: Action
    binds: date | None  # None: not yet, or not known
    leave: Action | None = None
    ends: date | None = None
    doubt: Why = Why.PLAIN  # why nothing can be said of it

    def at(self, day: date) -> tuple[Status, Action, Why] | None:
        """Where it leaves its party on this day; None before it began."""
        if day < self.consent.day:
            return None
        if self.leave and self.ends and day >= self.ends:
            return Status.DENOUNCED, self.leave, Why.PLAIN
        if self.doubt:
            return Status.UNKNOWN, self.consent, self.doubt
        if self.leave and not self.ends and day >= self.leave.day:
            return Status.UNKNOWN, self.leave, Why.DELAY_NOT_HELD
        if self.binds is None:
            return Status.PENDING, self.consent, Why.ENTRY_NOT_REACHED
        if day < self.binds:
            return Status.PENDING, self.consent, Why.PLAIN
        is_succession = self.consent.act is Act.SUCCESSION
        return Status.IN_FORCE, self.consent, Why.SUCCESSION if is_succession else Why.PLAIN


def _order(action: Action) -> tuple[int, date, bool, int]:
    is_consent = action.act is not Act.DENUNCIATION
    return action.party, action.day, is_consent, action.key


def _spells(rule: Rule, entry: date | None, acts: Sequence[Action]) -> list[_Spell]:
    spells: list[_Spell] = []
    for act in acts:
        is_open = bool(spells) and spells[-1].leave is None
        if act.act is Act.DENUNCIATION:
            if is_open:
                spells[-1] = replace(spells[-1], leave=act, ends=_ends(rule, act))
        elif act.act is not Act.SIGNATURE and not is_open:
            spells.append(_begun(rule, entry, act))
    return spells


def _begun(rule: Rule, entry: date | None, consent: Action) -> _Spell:
    if consent.effective_on:
        return _Spell(consent, consent.effective_on)
    has_entry = rule.in_force_on or (rule.first_parties is not None and rule.first is not None)
    if rule.later is None or not has_entry:
        return _Spell(consent, None, doubt=Why.RULE_NOT_HELD)
    if entry is None:
        return _Spell(consent, None)
    if consent.act is Act.SUCCESSION:
        return _Spell(consent, max(entry, consent.day))
    own = after(consent.day, rule.later, from_next_month=rule.from_next_month)
    return _Spell(consent, max(entry, own))


def _ends(rule: Rule, leave: Action) -> date | None:
    if leave.effective_on:
        return leave.effective_on
    if rule.denounced is None:
        return None
    return after(leave.day, rule.denounced, from_next_month=rule.from_next_month)


def _where(
    spells: Sequence[_Spell], acts: Sequence[Action], day: date
) -> tuple[Status, Action, Why] | None:
    """The party's status on a day: in force by any spell, or else as the last one has it."""
    begun = [here for spell in spells if (here := spell.at(day))]
    binding = [here for here in begun if here[0] is Status.IN_FORCE]
    if binding or begun:
        return (binding or begun)[-1]
    signed = [act for act in acts if act.act is Act.SIGNATURE and act.day <= day]
    return (Status.SIGNED, signed[0], Why.PLAIN) if signed else None


def _doubted(spells: list[_Spell], acts: Sequence[Action]) -> list[_Spell]:
    """The spells, those marked that the source contradicts on the day of which it speaks."""
    doubted = []
    for spell in spells:
        says, as_of = spell.consent.says_in_force, spell.consent.as_of
        if says is not None and as_of is not None and not spell.doubt:
            here = _where(spells, acts, as_of)
            is_in_force = here is not None and here[0] is Status.IN_FORCE
            is_unknown = here is not None and here[0] is Status.UNKNOWN
            if is_in_force != says and not is_unknown:
                why = Why.SOURCE_DIFFERS if says else Why.REASON_NOT_HELD
                spell = replace(spell, doubt=why)
        doubted.append(spell)
    return doubted
