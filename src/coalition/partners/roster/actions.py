"""A list of partners is uploaded, its columns confirmed, checked, and taken in: all or nothing.

The steps are those of every list (`base.lists`). Taking in checks once more behind the locks that
keep everybody else from changing partners meanwhile.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import partial
from typing import Any

from django.db import transaction
from django.db.models import prefetch_related_objects
from django.utils import timezone
from django.utils.translation import gettext as _

from coalition.accounts.actions import invite_many
from coalition.accounts.models import User
from coalition.base import audit, planner
from coalition.base.changes import records_changed
from coalition.base.lists import actions as lists
from coalition.base.lists.actions import Changed, samples
from coalition.base.lists.models import ListState
from coalition.base.lists.plan import ALIKE, CHANGED, NEW, batches
from coalition.base.numbers import next_references
from coalition.mailroom import actions as mail
from coalition.partners import lookup
from coalition.partners.models import (
    KnownName,
    Mandate,
    MandateRole,
    NameKind,
    Partner,
    PartnerMove,
    ProfileChange,
    RosterImport,
)
from coalition.partners.roster import values
from coalition.partners.roster.checking import Line, Options, check
from coalition.partners.roster.columns import FIELDS

__all__ = ["Changed", "cancel", "examine", "import_file", "samples", "take_in", "upload"]

IMPORT = "import"  # a step in a partner's history that leaves its state as it is
# From so many rows on the database looks at its tables anew.
MANY = 1_000
PROFILE = ("name", "name_language", "group", "scope", "country", "website", "about")


@transaction.atomic
def upload(file: Any, *, name: str, by: Any) -> RosterImport:
    """Read a file with a list and keep its rows, with a guess of what its columns hold.

    Raises Refused where it is no XLSX or CSV file with a heading and rows.
    """
    made = RosterImport(by=by, options=Options().kept())
    roster = lists.begin(made, file, name=name, fields=FIELDS)
    audit.record("partners.upload_list", roster, by=by)
    return roster


@transaction.atomic
def examine(
    roster: RosterImport, *, columns: Sequence[str], options: Options, by: Any
) -> RosterImport:
    """Check the list with these columns, and keep the report. Raises Refused for columns that
    cannot be, NotAllowed once the list was taken in or cancelled."""
    roster = lists.held(roster)
    plan = check(lists.sheet_of(roster), columns, options)
    roster.columns, roster.options = list(columns), options.kept()
    lists.keep(roster, plan)
    audit.record("partners.check_list", roster, by=by)
    return roster


def take_in(
    roster: RosterImport,
    *,
    leave_out: bool = False,
    alike_are_new: bool = False,
    by: Any,
) -> RosterImport:
    """Do what the report says: all of it in one transaction, or nothing.

    `leave_out` leaves out the rows that are refused, `alike_are_new` makes new partners of those
    that look like one we know; without them such rows hold up all others. Raises Changed where
    anything in the database has made it another plan, NotAllowed for what holds it up.
    """
    try:
        return _take_in(roster, leave_out=leave_out, alike_are_new=alike_are_new, by=by)
    except Changed:
        # What the officer decides on next is the plan as it is now.
        with transaction.atomic():
            held = lists.held(roster)
            options = Options(**held.options)
            lists.keep(held, check(lists.sheet_of(held), held.columns, options))
        raise


@transaction.atomic
def _take_in(
    roster: RosterImport, *, leave_out: bool, alike_are_new: bool, by: Any
) -> RosterImport:
    roster = lists.held(roster)
    lists.refuse_unchecked(roster)
    # Nobody makes a partner meanwhile, and nobody changes one that we know.
    next_references("PAR", 0)
    list(Partner.objects.select_for_update(no_key=True).order_by("pk").values_list("pk"))
    plan = check(lists.sheet_of(roster), roster.columns, Options(**roster.options))
    lists.refuse_unseen(
        roster,
        plan,
        leave_out=leave_out,
        alike_are_new=alike_are_new,
        alike=_(
            "Some rows look like partners that are there already. Put their references into "
            "the file, or say that they are other organisations."
        ),
    )
    _Writer(roster, by).write(plan.of(NEW, ALIKE), plan.of(CHANGED))
    lists.close(roster, ListState.APPLIED)
    audit.record("partners.take_in_list", roster, by=by)
    return roster


@transaction.atomic
def cancel(roster: RosterImport, *, by: Any) -> RosterImport:
    """Give a list up that was not taken in; its file goes."""
    roster = lists.held(roster)
    lists.close(roster, ListState.CANCELLED)
    audit.record("partners.cancel_list", roster, by=by)
    return roster


class _Writer:
    """Writes what a plan says, in sets."""

    def __init__(self, roster: RosterImport, by: Any) -> None:
        self.roster = roster
        self.by = by
        self.today = timezone.now().date()

    def write(self, new: list[Line], changed: list[Line]) -> None:
        made = dict(zip([line.number for line in new], self.make(new), strict=True))
        held = {one.pk: one for keys in batches(_keys(changed)) for one in self.held(keys)}
        pairs = [(line, made[line.number]) for line in new]
        pairs += [(line, held[line.partner.pk]) for line in changed if line.partner]
        self.change(pairs[len(new) :])
        self.put_under_parents(pairs, made, held)
        self.name(pairs)
        people = self.let_act(pairs)
        self.note(pairs, {line.number for line in new})
        partners = [partner for _line, partner in pairs]
        for batch in batches(partners):
            prefetch_related_objects(batch, "known_names")
        lookup.remember(partners)
        for batch in batches(partners):
            audit.record("partners.import", self.roster, by=self.by, refs=batch)
        records_changed(partners)
        if self.roster.options.get("writes"):
            self.tell(pairs[: len(new)], people)
        if len(partners) >= MANY:
            planner.refresh()

    def make(self, lines: Sequence[Line]) -> list[Partner]:
        references = next_references("PAR", len(lines))
        return Partner.objects.bulk_create(
            [
                self.partner_of(line, reference)
                for line, reference in zip(lines, references, strict=True)
            ],
            batch_size=500,
        )

    def partner_of(self, line: Line, reference: str) -> Partner:
        given = line.values
        language = given.get("language") or values.script_language(line.name)
        return Partner(
            reference=reference,
            name=line.name,
            name_language=language,
            group=given["group"],
            scope=given["scope"],
            country=given.get("country"),
            website=given.get("website", ""),
            about=given.get("about", ""),
            about_language=language,
            joined_on=given["joined_on"],
        )

    def held(self, keys: list[int]) -> Iterable[Partner]:
        return Partner.objects.filter(pk__in=keys).select_related("group", "country")

    def change(self, pairs: Sequence[tuple[Line, Partner]]) -> None:
        """Fields of partners that we know; each change stays in the partner's history."""
        fields: set[str] = set()
        history = []
        for line, partner in pairs:
            for code, (old, new) in line.changes.items():
                if code in PROFILE or code == "joined_on":
                    name = "language" if code == "name_language" else code
                    setattr(partner, code, line.values[name])
                    fields.add(code)
                if code in (*PROFILE, "joined_on", "parent"):
                    history.append(
                        ProfileChange(
                            partner=partner, by=self.by, field=code, before=old, after=new
                        )
                    )
        if fields:
            Partner.objects.bulk_update(
                [partner for _line, partner in pairs], sorted(fields), batch_size=200
            )
        ProfileChange.objects.bulk_create(history, batch_size=500)

    def put_under_parents(
        self,
        pairs: Sequence[tuple[Line, Partner]],
        made: dict[int, Partner],
        held: dict[int, Partner],
    ) -> None:
        moved = []
        for line, partner in pairs:
            if line.parent_row is not None and line.parent_row in made:
                partner.parent = made[line.parent_row]
            elif "parent" in line.values:
                partner.parent_id = line.values["parent"].pk
            else:
                continue
            moved.append(partner)
        if moved:
            Partner.objects.bulk_update(moved, ["parent"], batch_size=200)

    def name(self, pairs: Sequence[tuple[Line, Partner]]) -> None:
        KnownName.objects.bulk_create(
            (
                KnownName(partner=partner, kind=NameKind.ACRONYM, name=line.values["acronym"])
                for line, partner in pairs
                if "acronym" in line.values and (line.partner is None or "acronym" in line.changes)
            ),
            batch_size=500,
        )

    def let_act(self, pairs: Sequence[tuple[Line, Partner]]) -> dict[str, User]:
        """The focal points that the list names may sign in and act from today on."""
        named = [(line, partner) for line, partner in pairs if "contact_email" in line.values]
        people = invite_many(
            {
                line.values["contact_email"]: (
                    line.values.get("contact_name", ""),
                    partner.name_language,
                )
                for line, partner in named
            },
            by=self.by,
        )
        mandates = Mandate.objects.bulk_create(
            (
                Mandate(
                    person=people[line.values["contact_email"]],
                    partner=partner,
                    role=MandateRole.FOCAL_POINT,
                    since=self.today,
                )
                for line, partner in named
            ),
            batch_size=500,
        )
        for batch in batches(mandates):
            audit.record("partners.begin_mandates", self.roster, by=self.by, refs=batch)
        return people

    def note(self, pairs: Sequence[tuple[Line, Partner]], new: set[int]) -> None:
        """In the history of each partner: from which file and row it came, or was changed."""
        PartnerMove.objects.bulk_create(
            (
                PartnerMove(
                    record=partner,
                    verb=IMPORT,
                    from_state=partner.state,
                    to_state=partner.state,
                    by=self.by,
                    reason=f"{self.roster.file_name}, {line.number}",
                )
                for line, partner in pairs
            ),
            batch_size=500,
        )

    def tell(self, pairs: Sequence[tuple[Line, Partner]], people: dict[str, User]) -> None:
        for line, partner in pairs:
            if email := line.values.get("contact_email"):
                mail.tell(
                    people[email],
                    event=f"partners.import:{partner.pk}",
                    template="partners/letters/imported.txt",
                    context={"partner": partner},
                )


def _keys(lines: Iterable[Line]) -> Iterator[int]:
    return (line.partner.pk for line in lines if line.partner)


def import_file(
    file: Any,
    *,
    name: str,
    corrections: Mapping[str, str],
    options: Options,
    leave_out: bool = False,
    alike_are_new: bool = False,
    is_dry: bool = False,
    by: Any,
) -> RosterImport:
    """Upload, check and take in a list in one go, as the command does.

    `corrections` and `is_dry` are those of `base.lists.actions.in_one_go`.
    """
    return lists.in_one_go(
        lambda: upload(file, name=name, by=by),
        lambda roster, columns: examine(roster, columns=columns, options=options, by=by),
        partial(_take_in, leave_out=leave_out, alike_are_new=alike_are_new, by=by),
        partial(cancel, by=by),
        corrections=corrections,
        is_dry=is_dry,
    )
