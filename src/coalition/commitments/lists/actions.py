"""A list of commitments is uploaded, its columns confirmed, checked, and taken in: all or nothing.

The steps are those of every list (`base.lists`), the verbs those of writing: what may be written,
and how, stands in one place. The caller has asked the permission (`rules.py`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from coalition.base import audit
from coalition.base.lists import actions as lists
from coalition.base.lists.actions import Changed, samples
from coalition.base.lists.models import ListState
from coalition.base.lists.plan import ALIKE, CHANGED, NEW, Plan, batches
from coalition.base.numbers import next_references
from coalition.commitments.amending import actions as amending
from coalition.commitments.amending.queries import side_of
from coalition.commitments.deciding.actions import submit
from coalition.commitments.lists.checking import check
from coalition.commitments.lists.columns import FIELDS
from coalition.commitments.lists.lines import Line, Options
from coalition.commitments.models import Commitment, CommitmentList
from coalition.commitments.parts.actions import ask
from coalition.commitments.writing import plain
from coalition.commitments.writing.actions import draft
from coalition.commitments.writing.ground import WORDS_ROW, Values
from coalition.commitments.writing.quality import missing
from coalition.partners.models import Partner
from coalition.results import actions as results
from coalition.results.models import Framework

__all__ = ["Changed", "Options", "cancel", "examine", "import_file", "samples", "take_in", "upload"]


@transaction.atomic
def upload(file: Any, *, name: str, partner: Partner | None = None, by: Any) -> CommitmentList:
    """Read a file with a list and keep its rows, with a guess of what its columns hold; with
    `partner` all of it is that partner's.

    Raises Refused where it is no XLSX or CSV file with a heading and rows.
    """
    made = CommitmentList(
        by=by,
        partner=partner,
        options=Options().kept(),
        is_example=any(one is not None and one.is_example for one in (partner, by)),
    )
    listed = lists.begin(made, file, name=name, fields=FIELDS)
    audit.record("commitments.upload_list", listed, by=by)
    return listed


@transaction.atomic
def examine(
    listed: CommitmentList, *, columns: Sequence[str], options: Options, by: Any
) -> CommitmentList:
    """Check the list with these columns, and keep the report. Raises Refused for columns that
    cannot be, NotAllowed once the list was taken in or cancelled."""
    listed = lists.held(listed)
    listed.columns, listed.options = list(columns), options.kept()
    lists.keep(listed, _plan(listed, by))
    audit.record("commitments.check_list", listed, by=by)
    return listed


def take_in(
    listed: CommitmentList, *, leave_out: bool = False, alike_are_new: bool = False, by: Any
) -> CommitmentList:
    """Do what the report says: all of it in one transaction, or nothing.

    New ones become drafts of their partner, and are handed in where that was chosen and nothing is
    missing; drafts and what was sent back are changed in place, for all others an amendment is
    begun. `leave_out` leaves out the rows that are refused, `alike_are_new` makes new commitments
    of those that look like one we know; without them such rows hold up all others. Raises Changed
    where anything in the database has made it another plan, NotAllowed for what holds it up.
    """
    try:
        return _take_in(listed, leave_out=leave_out, alike_are_new=alike_are_new, by=by)
    except Changed:
        # What the person decides on next is the plan as it is now.
        with transaction.atomic():
            held = lists.held(listed)
            lists.keep(held, _plan(held, by))
        raise


@transaction.atomic
def _take_in(
    listed: CommitmentList,
    *,
    leave_out: bool,
    alike_are_new: bool,
    by: Any,
    progress: Callable[[int], None] = lambda _done: None,
) -> CommitmentList:
    listed = lists.held(listed)
    lists.refuse_unchecked(listed)
    _hold(_plan(listed, by).lines)
    plan = _plan(listed, by)
    lists.refuse_unseen(
        listed,
        plan,
        leave_out=leave_out,
        alike_are_new=alike_are_new,
        alike=_(
            "Some rows look like commitments that are there already. Put their references into "
            "the file, or say that they are others."
        ),
    )
    submits = Options(**listed.options).submits
    touched, submitted = [], 0
    with results.totals_deferred(), audit.together():
        for some in batches(plan.of(NEW, ALIKE, CHANGED)):
            said = [(_write(line, by=by), line) for line in some]
            _add_goals(said, by=by)
            if submits:
                submitted += _submit([one for one, line in said if line.commitment is None], by=by)
            touched += [one for one, _line in said]
            progress(len(touched))
    listed.counts = plan.counts | {"submitted": submitted}
    lists.close(listed, ListState.APPLIED)
    for batch in batches(touched):
        audit.record("commitments.take_in_list", listed, by=by, refs=batch)
    return listed


@transaction.atomic
def cancel(listed: CommitmentList, *, by: Any) -> CommitmentList:
    """Give a list up that was not taken in; its file goes."""
    listed = lists.held(listed)
    lists.close(listed, ListState.CANCELLED)
    audit.record("commitments.cancel_list", listed, by=by)
    return listed


def import_file(
    file: Any,
    *,
    name: str,
    partner: Partner | None,
    corrections: Mapping[str, str],
    leave_out: bool = False,
    alike_are_new: bool = False,
    is_dry: bool = False,
    progress: Callable[[int], None] = lambda _done: None,
    by: Any,
) -> CommitmentList:
    """Upload, check and take in a list in one go, as the command does. `progress` is told now and
    then how many rows were written; they stay only where all of them can be.

    `corrections` and `is_dry` are those of `base.lists.actions.in_one_go`.
    """
    return lists.in_one_go(
        lambda: upload(file, name=name, partner=partner, by=by),
        lambda listed, columns: examine(listed, columns=columns, options=Options(), by=by),
        partial(
            _take_in, leave_out=leave_out, alike_are_new=alike_are_new, progress=progress, by=by
        ),
        partial(cancel, by=by),
        corrections=corrections,
        is_dry=is_dry,
    )


def _plan(listed: CommitmentList, by: Any) -> Plan[Line]:
    options = Options(**listed.options)
    return check(listed, lists.sheet_of(listed), listed.columns, options, by=by)


def _hold(lines: Iterable[Line]) -> None:
    """Whatever the list may touch, in the order in which every verb takes its locks, before the
    first audit event: who holds the trail's end waits for no row."""
    lines = [line for line in lines if line.outcome in (NEW, ALIKE, CHANGED)]
    partners = {partner.pk for line in lines for partner, _asked in line.parts}
    partners |= {line.partner.pk for line in lines if line.partner}
    commitments = {line.commitment.pk for line in lines if line.commitment}
    for model, name, keys in (
        (Partner, "pk__in", partners),
        (Commitment, "pk__in", commitments),
        (Framework, "commitment__in", commitments),
    ):
        for batch in batches(sorted(keys)):
            rows = model._base_manager.filter(**{name: batch}).order_by("pk")
            list(rows.select_for_update(no_key=True, of=("self",)).values_list("pk"))
    next_references("RES", 0)
    next_references("COM", 0)


def _write(line: Line, *, by: Any) -> Commitment:
    """What the row says, but for a goal that is new: a draft, a draft that is changed, or an
    amendment."""
    if line.commitment is None:
        assert line.partner is not None
        words = line.table[WORDS_ROW]
        made = draft(line.partner, title=words["title"], language=words["language"], by=by)
        _say(made, line, plain.own_words_of(made), by=by)
        return made
    if not line.is_amended:
        _say(line.commitment, line, line.stored, by=by)
        return line.commitment
    _number(line.commitment, line)
    side = side_of(by, line.commitment)
    assert side is not None
    amendment = amending.begin(line.commitment, side=side, by=by)
    amending.save(amendment, line.table, amendment.values, by=by)
    return line.commitment


def _say(commitment: Commitment, line: Line, stored: Values, *, by: Any) -> None:
    plain.put(commitment, line.table, stored=stored, grounds=line.grounds)
    _number(commitment, line)
    if line.goal and line.goal.indicator:
        line.goal.say_anew(line.goal.indicator, by=by)
    for partner, asked in line.parts:
        ask(commitment, partner, role=asked.role, what=asked.what, by=by)


def _add_goals(said: Sequence[tuple[Commitment, Line]], *, by: Any) -> None:
    goals = ((one, line.goal) for one, line in said if line.goal)
    results.add_goals([goal.made(one) for one, goal in goals if not goal.indicator], by=by)


def _submit(made: Iterable[Commitment], *, by: Any) -> int:
    """Hand in those to which nothing is missing; how many these were."""
    whole = [one for one in made if not missing(one)]
    for one in whole:
        submit(one, by=by)
    return len(whole)


def _number(commitment: Commitment, line: Line) -> None:
    """By which number the row is found again."""
    if line.key and commitment.list_key != line.key:
        commitment.list_key = line.key
        commitment.save(update_fields=["list_key"])
