"""The results in a few sentences: what was found; who was heard and who was not; what is next."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from coalition.analysis.disclosure import NOT_TOLD
from coalition.consultations.models import Consultation
from coalition.consultations.states import PhaseKind, State
from coalition.consultations.summing.collecting import ORGANISATIONS
from coalition.consultations.summing.figures import AGREED, DIFFER, NO_ANSWER, REJECTED, REST
from coalition.consultations.summing.queries import Line, Results, percent, whole
from coalition.consultations.turnout.charts import of_how_many
from coalition.consultations.turnout.queries import Row, Table, Turnout

# A group is heard too little where less than this part of the share of all answered.
TOO_LITTLE = 0.5
MOST_NAMED = 6
SIDES = ("agree", "disagree", "pass")


# --- What was found --------------------------------------------------------------------------


def finding(found: Results, section: str) -> str:
    """What one kind of voice said, in two sentences; empty where nobody spoke. No query, but for
    the names of groups that `found` has."""
    part = found.value[section]
    if not part["voices"]:
        return ""
    told = {"voices": _voices(section, part["voices"])}
    told |= {kind: whole(found.count(section, kind)) for kind in (AGREED, REJECTED, DIFFER)}
    groups = [code for code, *_rest in found.groups(section) if code not in (REST, NO_ANSWER)]
    count = len(found.numbers)
    told["count"] = whole(count)
    if len(found.groups(section)) > 1:
        told["groups"] = _groups(len(groups))
        said = ngettext(
            "%(voices)s answered, from %(groups)s that can be told apart: all groups agree on "
            "%(agreed)s of %(count)s statement, reject %(rejected)s and divide on %(differ)s.",
            "%(voices)s answered, from %(groups)s that can be told apart: all groups agree on "
            "%(agreed)s of %(count)s statements, reject %(rejected)s and divide on %(differ)s.",
            count,
        )
    else:
        said = ngettext(
            "%(voices)s answered, and no groups can be told apart: together they agree on "
            "%(agreed)s of %(count)s statement and reject %(rejected)s.",
            "%(voices)s answered, and no groups can be told apart: together they agree on "
            "%(agreed)s of %(count)s statements and reject %(rejected)s.",
            count,
        )
    opinions = _opinions(part["map"])
    return f"{said % told} {opinions}".strip()


def _voices(section: str, count: int) -> str:
    if section == ORGANISATIONS:
        told = ngettext("%(count)s organisation", "%(count)s organisations", count)
    else:
        told = ngettext("%(count)s person", "%(count)s people", count)
    return told % {"count": whole(count)}


def _groups(count: int) -> str:
    return ngettext("%(count)s group", "%(count)s groups", count) % {"count": whole(count)}


def _opinions(drawn: dict[str, list[dict[str, bool]]] | None) -> str:
    count = sum(not one["is_rest"] for one in drawn["groups"]) if drawn and drawn["dots"] else 0
    if not count:
        return ""
    told = ngettext(
        "Their answers form %(count)s group of opinion.",
        "Their answers form %(count)s groups of opinion.",
        count,
    )
    return told % {"count": whole(count)}


# --- Who stands where ------------------------------------------------------------------------


@dataclass(frozen=True)
class Divide:
    """A statement on which groups differ: who is for it, who against, and who neither; and how
    wide the gap is between the two that are furthest apart."""

    line: Line
    sides: list[tuple[str, str]]  # what they say, and their names
    gap: str


def divides(found: Results, section: str, lines: Sequence[Line]) -> list[Divide]:
    """The sides that groups take on these statements. No query."""
    tables = found.value[section]["by_group"]
    names = [name for _code, name, _size in found.groups(section)]
    told = []
    for line in lines:
        at = found.numbers.index(line.number)
        sides: dict[str, list[str]] = {_("For"): [], _("Against"): [], _("Undecided"): []}
        supporting, opposing, undecided = sides.values()
        shares: list[tuple[float, str]] = []
        for row, name in enumerate(names):
            agree, disagree, passed = (tables[side][row][at] for side in SIDES)
            seen = agree + disagree + passed
            if agree == NOT_TOLD or not seen:
                continue
            shares.append((agree / seen, name))
            is_for, is_against = 2 * agree > seen, 2 * disagree > seen
            (supporting if is_for else opposing if is_against else undecided).append(name)
        named = [(side, _listed(held)) for side, held in sides.items() if held]
        told.append(Divide(line, named, _gap(shares)))
    return told


def _gap(shares: Sequence[tuple[float, str]]) -> str:
    if len(shares) < 2:
        return ""
    (low, last), (high, first) = min(shares), max(shares)
    figures = {"first": first, "high": percent(high), "last": last, "low": percent(low)}
    return _("%(first)s agree by %(high)s, %(last)s by %(low)s.") % figures


# --- Who was not heard -----------------------------------------------------------------------


@dataclass(frozen=True)
class Heard:
    """How many answered of those that could have; and by group, region … whom nobody heard, and
    who was heard far less than all together."""

    figure: str
    silent: list[tuple[str, str]]  # by what, and their names
    little: list[tuple[str, str]]

    @property
    def is_whole(self) -> bool:
        return not self.silent and not self.little


def heard(found: Turnout) -> Heard | None:
    """Of organisations, for of people nobody knows how many could have answered. None where
    organisations do not answer."""
    total = found.organisations
    if total is None:
        return None
    tables = [one for one in found.by if one.code in ("group", "region")]
    return Heard(
        of_how_many(total),
        [(one.title, _named(rows)) for one in tables if (rows := _silent(one))],
        [(one.title, _named(rows, True)) for one in tables if (rows := _little(one, total))],
    )


def _silent(table: Table) -> list[Row]:
    return [row for row in table.rows if row.code and row.share == 0]


def _little(table: Table, total: Row) -> list[Row]:
    least = TOO_LITTLE * (total.share or 0)
    rows = [row for row in table.rows if row.code and row.share and row.share < least]
    return sorted(rows, key=lambda row: row.share or 0)


def _named(rows: Sequence[Row], with_figures: bool = False) -> str:
    names = [f"{one.label} – {of_how_many(one)}" if with_figures else one.label for one in rows]
    return _listed(names)


def _listed(names: Sequence[str]) -> str:
    told = str(_(", ")).join(names[:MOST_NAMED])
    more = len(names) - MOST_NAMED
    if more > 0:
        return _("%(listed)s and %(count)d more") % {"listed": told, "count": more}
    return told


# --- What is asked next ----------------------------------------------------------------------


def asked(found: Results, missed: Heard | None) -> list[str]:
    """What the deciding body is asked for next, by how far the consultation has come."""
    one = found.consultation
    if one.state == State.DECIDED:
        return [_("Nothing more: it is decided, and all who took part are being told.")]
    if one.state == State.FEEDBACK:
        return [_("Nothing more: it is decided, and all who took part were told.")]
    told = [_answers(one)]
    told += [
        sentence
        for kind, words in (
            (AGREED, _("Confirm what all groups of organisations agree on: statements %s.")),
            (DIFFER, _("Settle what divides groups of organisations: statements %s.")),
        )
        if (sentence := _numbers(found, kind, words))
    ]
    if missed is not None and missed.silent:
        told.append(_("Bear in mind who was not heard, and ask them where it concerns them."))
    told.append(_("Decide. A group that does not agree can have its dissent put beside it."))
    return told


def _answers(one: Consultation) -> str:
    if one.state == State.RESPONDED:
        return _("Read the secretariat’s answer to each proposal; all are published.")
    ends = [each.closes_at for each in one.phases.all() if each.kind == PhaseKind.RESPOND]
    if not ends:
        return _("Wait for the secretariat’s answer to each proposal, with its reasons.")
    day = date_format(max(ends).astimezone(one.zone_info))
    return _("By %s the secretariat answers each proposal, with its reasons.") % day


def _numbers(found: Results, kind: str, words: str) -> str:
    numbers = [str(found.numbers[at]) for at in found.ordered(ORGANISATIONS, kind)]
    groups = len(found.groups(ORGANISATIONS))
    return words % _listed(numbers) if numbers and groups > 1 else ""
