"""A list of partners is uploaded, its columns confirmed, checked, and taken in: all or nothing.

Checking writes nothing but the report. Taking in checks once more, behind the locks that keep
everybody else from changing partners meanwhile: where that gives another plan than the officer
has seen, nothing is done and the new plan is shown.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import partial
from typing import Any

from django.core.files.base import ContentFile
from django.db import transaction
from django.db.models import prefetch_related_objects
from django.utils import timezone
from django.utils.translation import gettext as _

from coalition.accounts.actions import invite_many
from coalition.accounts.models import User
from coalition.base import audit, planner, states
from coalition.base.changes import records_changed
from coalition.base.errors import NotAllowed, Refused
from coalition.base.numbers import next_references
from coalition.base.sheets import MOST_BYTES, Sheet, read
from coalition.base.text import clean_line
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
    RosterState,
)
from coalition.partners.roster import values
from coalition.partners.roster.checking import (
    ALIKE,
    CHANGED,
    NEW,
    REFUSED,
    Line,
    Options,
    Plan,
    batches,
    check,
)
from coalition.partners.roster.columns import guess

IMPORT = "import"  # a step in a partner's history that leaves its state as it is
SAMPLED = 20
# From so many rows on the database looks at its tables anew.
MANY = 1_000
PROFILE = ("name", "name_language", "group", "scope", "country", "website", "about")


class Changed(NotAllowed):
    """What the list would do is not what the officer has seen: the new report is there now."""


@transaction.atomic
def upload(file: Any, *, name: str, by: Any) -> RosterImport:
    """Read a file with a list and keep its rows, with a guess of what its columns hold.

    Raises Refused where it is no XLSX or CSV file with a heading and rows.
    """
    name = clean_line(name, limit=100) or "list"
    content = file.read(MOST_BYTES + 1)
    sheet = read(content, name=name)
    digest = hashlib.sha256(content).hexdigest()
    made = RosterImport(
        by=by,
        file_name=name,
        file_digest=digest,
        headings=sheet.headings,
        columns=[each.field for each in guess(sheet.headings)],
        options=Options().kept(),
        notes=sheet.notes,
    )
    # What was read is kept, not the file: hostile bytes are looked at once.
    made.file.save(f"{digest[:32]}.list", ContentFile(sheet.packed()), save=False)
    made.save()
    audit.record("partners.upload_list", made, by=by)
    return made


@transaction.atomic
def examine(
    roster: RosterImport, *, columns: Sequence[str], options: Options, by: Any
) -> RosterImport:
    """Check the list with these columns, and keep the report. Raises Refused for columns that
    cannot be, NotAllowed once the list was taken in or cancelled."""
    roster = _locked(roster)
    plan = check(_sheet(roster), columns, options)
    roster.columns, roster.options = list(columns), options.kept()
    _keep(roster, plan)
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
            held = _locked(roster)
            _keep(held, check(_sheet(held), held.columns, Options(**held.options)))
        raise


@transaction.atomic
def _take_in(
    roster: RosterImport, *, leave_out: bool, alike_are_new: bool, by: Any
) -> RosterImport:
    roster = _locked(roster)
    if roster.state != RosterState.CHECKED:
        raise NotAllowed(_("Please confirm the columns first."))
    # Nobody makes a partner meanwhile, and nobody changes one that we know.
    next_references("PAR", 0)
    list(Partner.objects.select_for_update(no_key=True).order_by("pk").values_list("pk"))
    plan = check(_sheet(roster), roster.columns, Options(**roster.options))
    if plan.digest != roster.plan_digest:
        raise Changed(
            _(
                "Something changed since the list was checked, so nothing was done. The report "
                "below is new: please read it and decide again."
            )
        )
    if plan.counts[REFUSED] and not leave_out:
        raise NotAllowed(
            _("Some rows cannot be taken. Mend the file, or choose to leave them out.")
        )
    if plan.counts[ALIKE] and not alike_are_new:
        raise NotAllowed(
            _(
                "Some rows look like partners that are there already. Put their references into "
                "the file, or say that they are other organisations."
            )
        )
    new = [line for line in plan.lines if line.outcome in (NEW, ALIKE)]
    changed = [line for line in plan.lines if line.outcome == CHANGED]
    if not new and not changed:
        raise NotAllowed(_("There is nothing to do: the list says what we have already."))
    _Writer(roster, by).write(new, changed)
    return _closed(roster, RosterState.APPLIED, "partners.take_in_list", by=by)


@transaction.atomic
def cancel(roster: RosterImport, *, by: Any) -> RosterImport:
    """Give a list up that was not taken in; its file goes."""
    return _closed(_locked(roster), RosterState.CANCELLED, "partners.cancel_list", by=by)


def _locked(roster: RosterImport) -> RosterImport:
    roster = states.lock(roster)
    if not roster.is_open:
        raise NotAllowed(
            _("This list is closed already: %(state)s.") % {"state": roster.get_state_display()}
        )
    return roster


def _sheet(roster: RosterImport) -> Sheet:
    if not roster.file:
        raise NotAllowed(_("The file is kept no longer. Please upload it again."))
    with roster.file.open("rb") as file:
        return Sheet.unpacked(file.read())


def samples(roster: RosterImport) -> list[str]:
    """For each column its first few values, by which a person sees what it holds. Empty where
    the file is kept no longer."""
    if not roster.file:
        return [""] * len(roster.headings)
    columns = zip(*(cells for _number, cells in _sheet(roster).rows[:SAMPLED]), strict=True)
    return [_sample(cells) for cells in columns]


def _sample(cells: Sequence[Any]) -> str:
    texts = dict.fromkeys(clean_line(str(cell), limit=40) for cell in cells if cell != "")
    return " · ".join(list(texts)[:3])


def _keep(roster: RosterImport, plan: Plan) -> None:
    roster.state = RosterState.CHECKED
    roster.counts, roster.plan_digest = plan.counts, plan.digest
    roster.report = [line.told() for line in plan.lines]
    roster.save()


def _closed(roster: RosterImport, state: str, verb: str, *, by: Any) -> RosterImport:
    transaction.on_commit(partial(roster.file.storage.delete, roster.file.name))
    roster.file = ""
    roster.state, roster.closed_at = state, timezone.now()
    roster.save()
    audit.record(verb, roster, by=by)
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

    `corrections` maps headings to fields (or "" for columns that shall not be read) where the
    guess is wrong. With `is_dry` nothing is kept but what is returned. Raises Refused or
    NotAllowed as the steps do; a list with nothing to do is no error here.
    """
    stored = None
    try:
        with transaction.atomic():
            roster = upload(file, name=name, by=by)
            stored = roster.file.storage, roster.file.name
            columns = _corrected(roster, corrections)
            roster = examine(roster, columns=columns, options=options, by=by)
            if is_dry:
                transaction.set_rollback(True)
            elif any(roster.counts[outcome] for outcome in (NEW, CHANGED, ALIKE, REFUSED)):
                chosen = {"leave_out": leave_out, "alike_are_new": alike_are_new}
                roster = _take_in(roster, **chosen, by=by)
            else:
                roster = cancel(roster, by=by)
    finally:
        # Closed, refused or only tried: the rows are of no more use.
        if stored:
            storage, file_name = stored
            storage.delete(file_name)
    return roster


def _corrected(roster: RosterImport, corrections: Mapping[str, str]) -> list[str]:
    known = [clean_line(heading) for heading in corrections]
    if unknown := sorted(set(known) - set(roster.headings)):
        raise Refused(
            _("The list has no heading “%(heading)s”. Its headings are: %(all)s.")
            % {"heading": unknown[0], "all": ", ".join(roster.headings)}
        )
    return [
        corrections.get(heading, guessed)
        for heading, guessed in zip(roster.headings, roster.columns, strict=True)
    ]
