"""A panel by lot: what it must be like, who puts their name in, the pool, the draw, who follows.

In this order, so that nobody can choose: features and quotas stand before the first name; the pool
and its digest are published, by the clock, before the seed is known; the seed draws; whoever gives
up a seat is followed by whom the same draw puts next. The methods are those of `analysis.lot`.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from coalition.accounts.mailboxes import mailbox_of
from coalition.accounts.models import User
from coalition.analysis.disclosure import FEWEST_OF_GROUP
from coalition.analysis.lot import drawing, publishing
from coalition.analysis.lot.chances import fairest
from coalition.analysis.lot.coarsening import NOT_SHOWN, coarsened
from coalition.analysis.lot.feasibility import Infeasible
from coalition.analysis.lot.panels import Undecided
from coalition.analysis.lot.pools import Lottery, Pool, Problem, Quota
from coalition.analysis.lot.publishing import PublishedLottery
from coalition.base import audit, states
from coalition.base.changes import record_changed
from coalition.base.errors import NotAllowed, Refused
from coalition.consultations.access import answer, reader_of
from coalition.consultations.drawing import features as written
from coalition.consultations.drawing.queries import lottery_of
from coalition.consultations.models import Consultation, Panel, Phase, Volunteer, What
from coalition.consultations.planning.changing import note_change
from coalition.consultations.states import AHEAD, SUMMED_UP, PhaseKind, State
from coalition.mailroom.actions import tell

ABILITY = "volunteer"
MOST_SEATS = 500
SECRET_BYTES = 32


# --- Before anybody volunteers ---------------------------------------------------------------


@transaction.atomic
def set_panel(
    consultation: Consultation,
    *,
    seats: int,
    features: Mapping[str, str],
    seed_from: str,
    seed_at: datetime,
    by: User,
) -> Panel:
    """Say how many sit, what the panel must be like (a text a language, see `features`), and which
    seed draws it: from where, known from when.

    Raises Refused for what makes no sense; NotAllowed once somebody put their name in for other
    features, or the pool is published. Quotas, seats and the seed may still be changed until then,
    and in an announced consultation everybody reads how.
    """
    consultation = states.lock(consultation)
    phase = _phase_of(consultation)
    if consultation.state not in (State.DRAFT, *AHEAD, State.SYNTHESIS):
        raise NotAllowed(_("As the consultation stands, nothing is drawn in it any more."))
    panel = Panel.objects.filter(consultation=consultation).first()
    if panel:
        _refuse_published(panel)
    read = written.read(features, consultation.languages)
    _refuse_senseless(seats, read, seed_from, seed_at, phase)
    before = written.plain(panel) if panel else None
    panel = panel or Panel(consultation=consultation)
    if _asked_of(panel.features) != _asked_of(read) and _has_volunteers(panel):
        raise NotAllowed(
            _(
                "Somebody put their name in already, and said of which value they are. Seats and "
                "quotas may change, features and values may not."
            )
        )
    panel.seats, panel.features = seats, read
    panel.seed_from, panel.seed_at, panel.trouble = seed_from, seed_at, {}
    panel.save()
    if before is not None:
        _note(consultation, before, written.plain(panel), by=by)
    audit.record("consultations.set_panel", consultation, by=by)
    if consultation.is_public:
        record_changed(consultation)
    return panel


def _note(
    consultation: Consultation, before: Mapping[str, Any], now: Mapping[str, Any], *, by: User
) -> None:
    """Everybody reads what is asked otherwise of a panel that was prepared."""
    others = [name for name in now if now[name] != before[name]]
    if others:
        was = {name: before[name] for name in others}
        note_change(consultation, What.PANEL, was, {name: now[name] for name in others}, by=by)


def _refuse_senseless(
    seats: int, read: Sequence[Any], seed_from: str, seed_at: datetime, phase: Phase
) -> None:
    if not 2 <= seats <= MOST_SEATS:
        raise Refused(_("A panel has from 2 to %d seats.") % MOST_SEATS)
    for feature in read:
        least = sum(value["least"] for value in feature["values"])
        most = sum(value["most"] for value in feature["values"])
        if not least <= seats <= most:
            raise Refused(
                _("“%(feature)s”: its quotas make from %(least)d to %(most)d seats, not %(seats)d.")
                % {
                    "feature": next(iter(feature["name"].values())),
                    "least": least,
                    "most": most,
                    "seats": seats,
                }
            )
    if not seed_from:
        raise Refused(_("Say where the seed comes from, so that everybody can look it up."))
    if seed_at <= max(phase.closes_at, timezone.now()):
        raise Refused(
            _(
                "The seed may be known only after the phase has closed and the pool is published. "
                "Choose a later moment."
            )
        )


def _asked_of(features: Sequence[Any]) -> list[tuple[Any, list[Any]]]:
    return [(one["name"], [value["name"] for value in one["values"]]) for one in features]


def _has_volunteers(panel: Panel) -> bool:
    return bool(panel.pk) and panel.volunteers.exists()


def _phase_of(consultation: Consultation) -> Phase:
    phase = consultation.phases.filter(kind=PhaseKind.PANEL).first()
    if phase is None:
        raise NotAllowed(_("This consultation has no phase for a panel. Add one first."))
    return phase


# --- Volunteering ----------------------------------------------------------------------------


@transaction.atomic
def volunteer(
    consultation: Consultation, person: User, values: Sequence[int], *, now: datetime | None = None
) -> Volunteer:
    """Put one's name in the lot, or say anew of which value of each feature one is, also under
    another spelling of one's address: whoever it leads to has one chance. Raises NotAllowed where
    this is not open to the person, Refused for values that are none."""
    consultation = states.lock(consultation)
    panel = _open_panel(consultation, person, now)
    shape = [len(feature["values"]) for feature in panel.features]
    if len(values) != len(shape) or not all(
        0 <= at < count for at, count in zip(values, shape, strict=True)
    ):
        raise Refused(_("Choose one value of each feature."))
    _take_out_twins(panel, person)
    made, _is_new = Volunteer.objects.update_or_create(
        panel=panel, person=person, defaults={"values": list(values)}
    )
    audit.record("consultations.volunteer", consultation, by=person)
    return made


def _take_out_twins(panel: Panel, person: User) -> None:
    mailbox = mailbox_of(person.email)
    others = panel.volunteers.exclude(person=person).values_list("pk", "person__email")
    twins = [pk for pk, address in others if mailbox_of(address) == mailbox]
    panel.volunteers.filter(pk__in=twins).delete()


@transaction.atomic
def take_back(consultation: Consultation, person: User, *, now: datetime | None = None) -> bool:
    """Take one's name out of the lot, while names are taken; tells whether it was in. Raises
    NotAllowed afterwards: who was drawn gives the seat up instead (`give_up`)."""
    consultation = states.lock(consultation)
    if not (found := answer(consultation, ABILITY, now)).is_open:
        raise NotAllowed(found.sentence)
    if panel := Panel.objects.filter(consultation=consultation).first():
        _refuse_published(panel)
    gone, _rows = Volunteer.objects.filter(panel__consultation=consultation, person=person).delete()
    if gone:
        audit.record("consultations.take_name_out", consultation, by=person)
    return bool(gone)


def _open_panel(consultation: Consultation, person: User, now: datetime | None) -> Panel:
    if not (found := answer(consultation, ABILITY, now)).is_open:
        raise NotAllowed(found.sentence)
    if why_not := reader_of(consultation, person).why_not:
        raise NotAllowed(why_not)
    panel = Panel.objects.filter(consultation=consultation).first()
    if panel is None:
        raise NotAllowed(_("What the panel must be like is not said yet. Please come again."))
    _refuse_published(panel)
    return panel


def _refuse_published(panel: Panel) -> None:
    """Also where the phase was opened again since: it is drawn from that very pool."""
    if panel.published_at:
        raise NotAllowed(_("The pool is published, so nothing of it can be changed any more."))


# --- The pool, by the clock ------------------------------------------------------------------


def publish_due(now: datetime | None = None) -> list[Panel]:
    """Publish the pool of each panel whose phase is over: the lottery with everybody under a code,
    and its digest. Where that cannot be done, `trouble` says why, and the next run tries again once
    the officer has changed something. Meant for every few minutes."""
    now = now or timezone.now()
    due = Panel.objects.filter(
        published_at=None,
        trouble={},
        consultation__phases__kind=PhaseKind.PANEL,
        consultation__phases__closes_at__lte=now,
        consultation__state__in=(*AHEAD, *SUMMED_UP),
    )
    return [publish(panel, now=now) for panel in due.order_by("pk")]


def publish(panel: Panel, *, now: datetime | None = None) -> Panel:
    """The same for one panel. The search runs before anything is held: it may take a minute."""
    now = now or timezone.now()
    secret = secrets.token_hex(SECRET_BYTES)
    asked, people = _asked_and_people(panel)
    lottery, trouble = None, {}
    if panel.seed_at is None or panel.seed_at <= now:
        trouble = {"why": "late"}
    else:
        lottery, trouble = _lottery(panel, people)
    with transaction.atomic():
        states.lock(panel.consultation)  # whoever puts their name in holds it
        panel = states.lock(panel)
        if panel.published_at or _asked_and_people(panel) != (asked, people):
            return panel  # changed while it was searched: the next run takes it up
        panel.trouble = trouble
        if lottery is not None:
            codes = publishing.coded([str(pk) for pk, _values in people], secret)
            lottery = lottery.under(codes, publishing.sealed(secret))
            rows = [Volunteer(pk=pk, code=codes[str(pk)]) for pk, _values in people]
            Volunteer.objects.bulk_update(rows, ["code"], batch_size=500)
            panel.pool, panel.digest = lottery.content.decode(), lottery.digest
            panel.secret, panel.published_at = secret, now
            audit.record("consultations.publish_pool", panel.consultation, by=None)
            record_changed(panel.consultation)
        panel.save()
    return panel


def _asked_and_people(panel: Panel) -> tuple[Any, list[tuple[int, list[int]]]]:
    """What the panel must be like, and who put their name in. A closed account could not sit, and
    whoever had theirs erased may have come again."""
    held = panel.volunteers.filter(person__is_active=True).order_by("pk")
    return (panel.seats, panel.features, panel.seed_at), list(held.values_list("pk", "values"))


def _lottery(
    panel: Panel, people: Sequence[tuple[int, list[int]]]
) -> tuple[PublishedLottery | None, dict[str, Any]]:
    """The lottery, or why there is none. Rare combinations are hidden before the draw: no row shows
    what fewer than five people share."""
    if len(people) < max(panel.seats, FEWEST_OF_GROUP):
        return None, {"why": "few", "people": len(people)}
    try:
        problem = coarsened(problem_of(panel, people), FEWEST_OF_GROUP).problem
        lottery: Lottery = fairest(problem)
    except Infeasible as found:
        changes = [
            [one.quota.feature, one.quota.value, one.least, one.most] for one in found.changes
        ]
        return None, {"why": "quotas", "changes": changes}
    except Undecided:
        return None, {"why": "undecided"}
    values = problem.types.values
    if any(NOT_SHOWN in values[at] for at in lottery.certificate.unreachable):
        return None, {"why": "hidden"}
    return publishing.published(problem, lottery), {}


def problem_of(panel: Panel, people: Sequence[tuple[int, list[int]]]) -> Problem:
    """The pool and the quotas, in the first language of the consultation."""
    code = panel.consultation.languages[0]
    features = [one["name"][code] for one in panel.features]
    names = [[value["name"][code] for value in one["values"]] for one in panel.features]
    rows = [[names[at][value] for at, value in enumerate(values)] for _pk, values in people]
    quotas = tuple(
        Quota(features[at], value["name"][code], value["least"], value["most"])
        for at, one in enumerate(panel.features)
        for value in one["values"]
    )
    return Problem(
        Pool.of([str(pk) for pk, _values in people], features, rows), quotas, panel.seats
    )


# --- The draw --------------------------------------------------------------------------------


@transaction.atomic
def draw(panel: Panel, *, seed: str, by: User, now: datetime | None = None) -> Panel:
    """Draw the panel with the seed; everybody who put their name in is told. Raises NotAllowed
    before the pool is published, before the seed can be known, and a second time; Refused for a
    seed that is unclear."""
    panel, now = states.lock(panel), now or timezone.now()
    if not panel.published_at or panel.seed_at is None:
        raise NotAllowed(_("The pool has to be published first."))
    if panel.drawn_at:
        raise NotAllowed(_("The panel is drawn already."))
    if now < panel.seed_at:
        raise NotAllowed(_("The seed is not known yet. Please wait until the moment named before."))
    try:
        result = drawing.drawn(lottery_of(panel), seed)
    except ValueError as fault:
        raise Refused(
            _("The seed is unclear: write it on one line, without blanks around it.")
        ) from fault
    panel.seed, panel.drawn_at = seed, now
    panel.save(update_fields=["seed", "drawn_at"])
    panel.volunteers.filter(code__in=result.members).update(is_drawn=True)
    audit.record("consultations.draw", panel.consultation, by=by)
    record_changed(panel.consultation)
    for one in panel.volunteers.select_related("person"):
        _tell(one, "drawn" if one.is_drawn else "not_drawn")
    return panel


@transaction.atomic
def give_up(member: Volunteer, *, by: User) -> Volunteer | None:
    """Somebody who sits cannot: whom the draw puts next follows and is told; nobody where nobody is
    left. Raises NotAllowed for who does not sit."""
    panel = states.lock(member.panel)
    member = states.lock(member)
    if not panel.drawn_at or not member.is_drawn:
        raise NotAllowed(_("This person has no seat on the panel."))
    member.is_drawn, member.gone_at = False, timezone.now()
    member.save(update_fields=["is_drawn", "gone_at"])
    gone = panel.volunteers.exclude(gone_at=None).order_by("gone_at", "pk")
    steps = drawing.replaced(
        lottery_of(panel), panel.seed, list(gone.values_list("code", flat=True))
    )
    audit.record("consultations.give_up_seat", panel.consultation, by=by)
    record_changed(panel.consultation)
    if steps[-1].follows is None:
        return None
    follower = panel.volunteers.select_related("person").get(code=steps[-1].follows)
    follower.is_drawn = True
    follower.save(update_fields=["is_drawn"])
    _tell(follower, "follows")
    return follower


def _tell(one: Volunteer, what: str) -> None:
    tell(
        one.person,
        event=f"consultations.panel.{what}:{one.pk}",
        template="consultations/mail/panel.txt",
        context={"consultation": one.panel.consultation, "volunteer": one, "what": what},
    )
