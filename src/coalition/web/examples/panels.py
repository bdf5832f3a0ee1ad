"""The Example panels by lot: one that is still to be drawn, and one for which people put their
names in, whose pool is published and which is drawn: by the actions that real ones use."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.utils import timezone

from coalition.accounts.models import User
from coalition.consultations import actions
from coalition.consultations.drawing.actions import publish
from coalition.consultations.models import Consultation, Panel
from coalition.web.examples.voices import neighbour

FEATURES = {
    "en": "Work\n- At night: 3–5\n- By day: 3–5\nPlace\n- Town: 2–6\n- Country: 2–6",
    "fr": "Travail\n- De nuit\n- De jour\nLieu\n- Ville\n- Campagne",
}
SEATS, NAMES = 8, 24
SEED_FROM = "Example: the numbers of the Example lottery, drawn three days after names are closed."
SEED = "4 8 15 16 23 42"
AHEAD = timedelta(seconds=2)  # from the pool to the seed, where names are closed before their time


def build(one: Consultation, officer: User) -> None:
    """For a consultation that has a phase for it, in English and French."""
    _ask(one, one.phases.get(kind="panel").closes_at + timedelta(days=3), officer)


def volunteer(one: Consultation) -> None:
    """Neighbours put their names in: as many of each kind, so that nobody stands out."""
    for number in range(1, NAMES + 1):
        actions.volunteer(one, neighbour(number), [number % 2, number // 2 % 2])


def draw(one: Consultation, officer: User) -> None:
    """Of one that is closed: the seed is known soon, the pool is published before, and the panel is
    drawn of the moment at which the seed is known."""
    now = timezone.now()
    panel = publish(_ask(one, now + AHEAD, officer), now=now)
    actions.draw_panel(panel, seed=SEED, by=officer, now=panel.seed_at)


def _ask(one: Consultation, seed_at: datetime, officer: User) -> Panel:
    return actions.set_panel(
        one, seats=SEATS, features=FEATURES, seed_from=SEED_FROM, seed_at=seed_at, by=officer
    )
