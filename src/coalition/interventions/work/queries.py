"""The work and the risks of an intervention, as they are read."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import F
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from coalition.interventions.models import Activity, Intervention, Risk
from coalition.interventions.states import ENDED, State
from coalition.interventions.work import pictures

# --- Activities --------------------------------------------------------------------------------


@dataclass(frozen=True)
class Piece:
    """An activity as it is read: how far it is, in words, and whether it is late."""

    activity: Activity
    word: str
    tone: str
    detail: str = ""  # how late it is or was
    is_late: bool = False

    @property
    def words(self) -> str:
        """All of it, for those who do not see the picture."""
        words = {"word": self.word, "detail": self.detail}
        return _("%(word)s, %(detail)s") % words if self.detail else self.word


@dataclass(frozen=True)
class Work:
    """The activities of one intervention: false where there are none."""

    pieces: list[Piece]
    today: date

    def __bool__(self) -> bool:
        return bool(self.pieces)

    @property
    def late(self) -> list[Piece]:
        return [one for one in self.pieces if one.is_late]

    @property
    def finding(self) -> str:
        """What the picture shows, in a sentence."""
        done = sum(one.activity.ended_on is not None for one in self.pieces)
        late, count = len(self.late), len(self.pieces)
        said = ngettext(
            "%(done)d of %(count)d activity is done",
            "%(done)d of %(count)d activities are done",
            count,
        )
        words = said % {"done": done, "count": count}
        if not late:
            return words
        also = ngettext("%(late)d is late", "%(late)d are late", late) % {"late": late}
        return _("%(done)s, %(late)s") % {"done": words, "late": also}

    @property
    def chart(self) -> str:
        rows = [pictures.Stretch(one.activity, one.words) for one in self.pieces]
        return pictures.gantt(rows, title=self.finding, today=self.today)


def activities_of(intervention: Intervention, today: date | None = None) -> Work:
    """All its activities by the day on which they are planned to begin. One query."""
    today = today or timezone.localdate()
    rows = intervention.activities.select_related("result", "partner").order_by(
        "starts_on", "number"
    )
    return Work([piece_of(one, intervention, today) for one in rows], today)


def piece_of(one: Activity, intervention: Intervention, today: date) -> Piece:
    """How far an activity is. Late is what has not begun after the day planned for it, and what
    has not ended after that day; nothing is late of what is suspended or has ended."""
    if one.dropped_because:
        return Piece(one, _("Given up"), "ended")
    if one.ended_on is not None:
        return Piece(one, _("Done"), "good", _later(one.ended_on, one.ends_on))
    if intervention.state in ENDED:
        return Piece(one, _("Was not completed"), "ended")
    if intervention.state == State.SUSPENDED:
        return Piece(one, _("Rests"), "ended")
    if one.ends_on < today:
        return _late(one, _("was to end on %(day)s"), one.ends_on, today)
    if one.began_on is None and one.starts_on < today:
        return _late(one, _("was to begin on %(day)s"), one.starts_on, today)
    if one.began_on is not None:
        return Piece(one, _("Under way"), "good")
    return Piece(one, _("Lies ahead"), "calm")


def _later(ended: date, planned: date) -> str:
    days = (ended - planned).days
    if days <= 0:
        return ""
    return ngettext("%(days)d day later", "%(days)d days later", days) % {"days": days}


def _late(one: Activity, words: str, planned: date, today: date) -> Piece:
    days = (today - planned).days
    since = ngettext("%(days)d day ago", "%(days)d days ago", days) % {"days": days}
    said = words % {"day": date_format(planned)}
    detail = _("%(what)s, %(since)s") % {"what": said, "since": since}
    return Piece(one, _("Late"), "alert", detail, is_late=True)


# --- Risks -------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Risks:
    """Of one intervention those that a reader may see: false where there are none."""

    open: list[Risk]  # the weightiest first
    past: list[Risk]

    def __bool__(self) -> bool:
        return bool(self.open or self.past)

    @property
    def finding(self) -> str:
        if not self.open:
            return _("No risk is open")
        count, most = len(self.open), self.open[0]
        told = ngettext("%(count)d open risk", "%(count)d open risks", count) % {"count": count}
        return _("%(risks)s; the weightiest weighs %(weight)d of 9") % {
            "risks": told,
            "weight": most.weight,
        }

    @property
    def chart(self) -> str:
        return pictures.matrix(self.open, title=self.finding) if self.open else ""


def risks_of(intervention: Intervention, reader: Any) -> Risks:
    """What `reader` may see of its risks, by weight. One query, and a few more to learn whether a
    signed-in reader sees those that are not public."""
    rows = list(
        Risk.objects.visible_to(reader)
        .filter(intervention=intervention)
        .select_related("partner")
        .order_by(F("closed_at").desc(nulls_first=True), "-weight", "number")
    )
    return Risks(
        [one for one in rows if one.closed_at is None],
        [one for one in rows if one.closed_at is not None],
    )
