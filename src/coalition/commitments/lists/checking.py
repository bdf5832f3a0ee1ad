"""What taking in a list of commitments would do, row by row; nothing is written here.

A row is a commitment: one that we know by its reference, by its own number in its partner's list,
or by the very same title of the same partner; or a new one. What a cell leaves empty stays as it
is. A partner's drafts are its own until they are sent: a list of others neither shows nor changes
them. What a commitment may say is asked of `writing.plain`, the one place of these rules.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from django.db.models import Prefetch
from django.utils.translation import gettext as _

from coalition.base.errors import NotAllowed, Refused
from coalition.base.lists.plan import CHANGED, NEW, REFUSED, UNCHANGED, Plan, batches
from coalition.base.sheets import Sheet
from coalition.commitments.amending import queries as amending
from coalition.commitments.lists.columns import FIELDS
from coalition.commitments.lists.first_goal import Goal, goals_of
from coalition.commitments.lists.lines import Layout, Line, Options
from coalition.commitments.lists.matching import look_for_likenesses, match, refuse_twice
from coalition.commitments.lists.reading import Reader
from coalition.commitments.lists.wanting import COLUMN_OF, differences, wanted
from coalition.commitments.models import (
    Amendment,
    Commitment,
    CommitmentList,
    Delivery,
    Part,
    Resource,
)
from coalition.commitments.states import AMENDMENT_OPEN, PART_HELD, AmendmentState
from coalition.commitments.writing import plain
from coalition.commitments.writing.ground import WORDS_ROW, ground, kind_of, row_name
from coalition.partners.models import Partner
from coalition.partners.values import refuse_unless_joined

# What a commitment says, to be read with it.
HELD = (
    *("places", "themes", "challenges", "priorities", "comments", "external_records"),
    Prefetch("deliveries", Delivery.objects.select_related("provision__instrument")),
    Prefetch("resources", Resource.objects.select_related("unit")),
)


def check(
    listed: CommitmentList, sheet: Sheet, columns: Sequence[str], options: Options, *, by: Any
) -> Plan[Line]:
    """What each row would do. Raises Refused where the columns cannot make a list of
    commitments."""
    FIELDS.check(sheet.headings, columns)
    if not {"title", "reference", "key"} & set(columns):
        raise Refused(
            _("One column must hold the title, the reference or the own number of commitments.")
        )
    if "partner" not in columns and not listed.partner and not options.partner:
        raise Refused(
            _("One column must name the partner, or choose one partner for the whole list.")
        )
    return _Check(listed, columns, options, by).plan(sheet)


class _Check:
    def __init__(
        self, listed: CommitmentList, columns: Sequence[str], options: Options, by: Any
    ) -> None:
        self.by = by
        self.layout = Layout(listed.headings, list(columns))
        self.reader = Reader(listed, self.layout, options)
        self.language = options.language
        self.parts: dict[int, set[int]] = defaultdict(set)
        self.goals: dict[int, Goal] = {}
        self.grounds = ground()
        # For whom the person writes: of these alone drafts are seen, and changed in place.
        self.own = {listed.partner_id} if listed.partner_id else set()
        if by is not None:
            own = Partner.objects.spoken_for_by(by, "edit")
            self.own |= set(own.values_list("pk", flat=True))

    def plan(self, sheet: Sheet) -> Plan[Line]:
        lines = self.reader.read_all(sheet.rows)
        for line in lines:
            line.is_own = line.partner is None or line.partner.pk in self.own
        own = match(lines, self.layout)
        refuse_twice(lines)
        self.read_what_is_held(lines)
        self.grounds = ground(
            {row_name("resource", 1): {}, WORDS_ROW: {}},
            *(line.stored for line in lines),
            *(line.amendment.values for line in lines if line.amendment),
            *({row: {} for row in line.rows} for line in lines),
        )
        for line in lines:
            if line.partner and line.cells and not line.is_double:
                self.compare(line)
        look_for_likenesses(lines, own)
        for line in lines:
            told = {} if line.outcome == REFUSED else line.changes
            line.changes = {code: told[code] for code in FIELDS if code in told}
        return Plan(lines)

    def read_what_is_held(self, lines: Sequence[Line]) -> None:
        """All that the commitments say, their open amendments, first goals and parts, in sets."""
        matched = {
            line.commitment.pk: line for line in lines if line.commitment and not line.is_double
        }
        open_states = [*AMENDMENT_OPEN, AmendmentState.PROPOSED]
        for batch in batches(matched):
            found = Commitment.objects.filter(pk__in=batch).select_related(
                "partner", "level", "framework"
            )
            for one in found.prefetch_related(*HELD):
                line = matched[one.pk]
                line.commitment, line.stored = one, plain.values_of(one)
                line.name = line.name or ("" if line.is_hidden else one.title)
            amendments = Amendment.objects.filter(commitment__in=batch, state__in=open_states)
            for amendment in amendments:
                line = matched[amendment.commitment_id]
                if self.side_of(line) == amendment.side and not line.is_in_place:
                    line.amendment = amendment
            held = Part.objects.filter(commitment__in=batch, state__in=PART_HELD)
            for commitment, partner in held.values_list("commitment", "partner"):
                self.parts[commitment].add(partner)
            self.goals |= goals_of(batch)

    def side_of(self, line: Line) -> str | None:
        """For which side of an amendment the person would act."""
        if self.by is None or line.commitment is None or line.partner is None:
            return None
        return self.layout.once(
            ("side", line.commitment.reference),
            lambda: amending.side_of(self.by, line.commitment),
        )

    # --- Old and new

    def compare(self, line: Line) -> None:
        """What would differ, and whether it may be."""
        if line.is_hidden:
            self.compare_hidden(line)
            return
        is_new = line.commitment is None
        held = line.amendment.values if line.amendment else line.stored
        line.grounds = self.grounds
        line.table = wanted(
            line, held, grounds=self.grounds, language=self.language, layout=self.layout
        )
        commitment = line.commitment or Commitment(partner=line.partner)
        for problem in plain.check(commitment, line.table, self.grounds):
            self.layout.refuse(line, _column_of(problem), problem.sentence)
        self.compare_goal(line)
        self.compare_parts(line)
        if line.outcome == REFUSED:
            return
        if is_new:
            line.outcome = NEW
            return
        before, after = (plain.canonical(one, self.grounds) for one in (held, line.table))
        line.changes |= differences(before, after, self.reader.paragraphs.names)
        if line.commitment and line.key and line.commitment.list_key != line.key:
            line.changes["key"] = (line.commitment.list_key, line.key)
        line.outcome = CHANGED if line.changes else UNCHANGED
        if before != after and not line.is_in_place:
            self.amend(line)
        elif line.amendment and before == after:
            line.sentences.append(_("An amendment that is open says the same."))

    def compare_hidden(self, line: Line) -> None:
        """A draft of others: the row is refused, but where it says all of the draft already, as
        when a list is taken in twice. Less would tell, cell by cell, what the draft holds."""
        assert line.commitment is not None
        if line.outcome == REFUSED:
            return
        line.table = wanted(
            line, {}, grounds=self.grounds, language=self.language, layout=self.layout
        )
        given = line.cells_of_goal
        goal = Goal().with_cells(given, self.reader.words)[0] if given else None
        pk = line.commitment.pk
        row = (line.key, goal, {partner.pk for partner, _asked in line.named_parts})
        draft = (line.commitment.list_key, self.goals.get(pk), self.parts[pk])
        said, held = (plain.canonical(one, self.grounds) for one in (line.table, line.stored))
        if said == held and row == draft:
            line.outcome = UNCHANGED
            return
        sentence = _("%(partner)s is writing one with this title itself.")
        if line.key and line.key == line.commitment.list_key:
            sentence = _("%(partner)s is writing one with this number itself.")
        line.refuse(
            sentence % {"partner": line.partner.name if line.partner else ""}
            + " "
            + _("A draft is its partner's own until it is sent, so please leave this row out.")
        )

    def amend(self, line: Line) -> None:
        """Whether what is not changed in place can be amended, and what is told of that."""
        assert line.commitment is not None
        side = self.side_of(line)
        reason = ""
        if side is None:
            reason = _(
                "%(reference)s is “%(state)s”, so it is changed by an amendment. Please begin one "
                "on its page, or take this list in through the browser."
            ) % {
                "reference": line.commitment.reference,
                "state": line.commitment.get_state_display(),
            }
        elif sentence := amending.why_not(line.commitment, side):
            reason = sentence
        elif line.amendment and line.amendment.state == AmendmentState.PROPOSED:
            reason = _("An amendment of it is proposed. Please have that decided first.")
        if reason:
            line.refuse(reason)
            return
        line.is_amended = True
        line.sentences.append(
            _("It is not a draft: an amendment is begun, which somebody then proposes.")
        )

    # --- Goals and parts

    def compare_goal(self, line: Line) -> None:
        given = line.cells_of_goal
        if not given:
            return
        held = self.goals.get(line.commitment.pk) if line.commitment else None
        if held and not held.is_simple:
            line.sentences.append(
                _("Its first goal is measured in a way that a list does not know; it stays.")
            )
            return
        goal, problems = (held or Goal()).with_cells(given, self.reader.words)
        if goal == held:
            return
        if not line.is_in_place:
            line.sentences.append(
                _("Its goals are no drafts any more; a list does not change them.")
            )
            return
        for code, sentence in problems:
            self.layout.refuse(line, code, sentence)
        line.goal = goal
        line.changes |= goal.differences(held) if line.commitment else {}

    def compare_parts(self, line: Line) -> None:
        held = self.parts[line.commitment.pk] if line.commitment else set()
        for partner, asked in line.named_parts:
            if line.partner and partner.pk == line.partner.pk:
                self.layout.refuse(
                    line, "partners", _("The partner that leads has no part besides.")
                )
            elif partner.pk in held:
                continue
            elif not line.is_in_place:
                line.sentences.append(
                    _("%(partner)s is not asked for a part: please do that on its page.")
                    % {"partner": partner.name}
                )
            else:
                try:
                    self.layout.once(
                        ("joined", partner.reference), lambda p=partner: refuse_unless_joined(p)
                    )
                except NotAllowed as refusal:
                    self.layout.refuse(line, "partners", str(refusal))
                line.parts.append((partner, asked))
        if line.parts and line.commitment:
            names = "; ".join(partner.reference for partner, _asked in line.parts)
            line.changes["partners"] = ("", names)


def _column_of(problem: plain.Problem) -> str:
    """Where it is mended."""
    kind = kind_of(problem.row)
    if problem.row == WORDS_ROW:
        return COLUMN_OF.get(problem.field, problem.field)
    return COLUMN_OF.get(problem.field) or COLUMN_OF.get(kind, "title")
