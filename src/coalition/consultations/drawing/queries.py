"""What readers and officers see of a panel by lot; names never, but to officers."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from coalition.analysis.lot import drawing, reading
from coalition.analysis.lot.coarsening import NOT_SHOWN
from coalition.analysis.lot.publishing import PublishedLottery
from coalition.base.names import Name, in_language
from coalition.consultations.models import Panel, Volunteer


@dataclass(frozen=True)
class Line:
    """A quota, and how many of the pool and of the panel have it (None: not known yet)."""

    feature: Name
    value: Name
    least: int
    most: int
    pool: int | None
    panel: int | None

    @property
    def is_missed(self) -> bool:
        return self.panel is not None and not self.least <= self.panel <= self.most


@dataclass(frozen=True)
class Shown:
    """All that is public of a panel: what is asked of it, the certificate, the members' codes."""

    lines: list[Line]
    volunteers: int | None
    chances: tuple[float, float] | None  # the lowest that was reached, and the bound, in per cent
    tickets: int
    ticket: int | None
    members: list[str]


def shown(panel: Panel) -> Shown:
    """Before the pool is published: what is asked. Afterwards all of it, from the published text
    itself. One query for members, else none."""
    if not panel.published_at:
        return Shown(_lines(panel, None, []), None, None, 0, None, [])
    lottery = lottery_of(panel)
    members: list[str] = []
    ticket = None
    if panel.drawn_at:
        sitting = panel.volunteers.filter(is_drawn=True).order_by("code")
        members = list(sitting.values_list("code", flat=True))
        ticket = drawing.drawn(lottery, panel.seed).ticket
    chances = (100 * float(lottery.reached), 100 * lottery.bound)
    lines = _lines(panel, lottery, members)
    return Shown(lines, len(lottery.people), chances, lottery.tickets, ticket, members)


def _lines(panel: Panel, lottery: PublishedLottery | None, members: list[str]) -> list[Line]:
    code = panel.consultation.languages[0]
    pool: Counter[tuple[str, str]] = Counter()
    seated: Counter[tuple[str, str]] = Counter()
    quotas: dict[tuple[str, str], tuple[int, int]] = {}
    if lottery is not None:
        of = dict(lottery.people)
        for kind in of.values():
            pool.update(zip(lottery.features, lottery.types[kind], strict=True))
        for member in members:
            seated.update(zip(lottery.features, lottery.types[of[member]], strict=True))
        quotas = {(one.feature, one.value): (one.least, one.most) for one in lottery.quotas}
    lines = []
    for feature in panel.features:
        values = [(value["name"], value["least"], value["most"]) for value in feature["values"]]
        hidden = (feature["name"][code], NOT_SHOWN)
        if hidden in quotas:
            values.append(({code: NOT_SHOWN}, *quotas[hidden]))
        for name, least, most in values:
            key = (feature["name"][code], name[code])
            is_hidden = name[code] == NOT_SHOWN
            lines.append(
                Line(
                    in_language(feature["name"]),
                    Name(_("not shown"), code) if is_hidden else in_language(name),
                    *quotas.get(key, (least, most)),
                    pool[key] if lottery is not None else None,
                    seated[key] if members else None,
                )
            )
    return lines


def trouble(panel: Panel) -> str:
    """Why no pool could be published, in the reader's language; empty where nothing is wrong."""
    held: dict[str, Any] = panel.trouble
    why = held.get("why")
    if why == "few":
        return _("Only %(people)d people put their names in, too few for %(seats)d seats.") % {
            "people": held["people"],
            "seats": panel.seats,
        }
    if why == "quotas":
        if not held["changes"]:
            return _("No panel drawn from these people meets all quotas, however they are widened.")
        changes = _("; ").join(
            f"{feature}: {value} {least}–{most}" for feature, value, least, most in held["changes"]
        )
        return (
            _(
                "No panel drawn from these people meets all quotas. The smallest change that makes "
                "one possible: %s."
            )
            % changes
        )
    sentences = {
        "late": _("The moment of the seed is over already. Name a later one."),
        "undecided": _("The search took too long. Widen the narrowest quotas, or ask for less."),
        "hidden": _(
            "Rare combinations have to be hidden, and then some people would have no chance at "
            "all. Set the least and the greatest numbers farther apart."
        ),
    }
    return sentences.get(str(why), "")


def own(panel: Panel | None, person: Any) -> Volunteer | None:
    """The reader's own name in the lot. One query at most."""
    if panel is None or not person.is_authenticated:
        return None
    return panel.volunteers.filter(person=person).first()


def lottery_of(panel: Panel) -> PublishedLottery:
    """The published pool, read back from the very text that everybody can download."""
    return reading.read(panel.pool.encode())
