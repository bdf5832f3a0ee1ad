"""The Example panel by lot: what it must be like, and which seed will draw it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from coalition.consultations import actions
from coalition.consultations.models import Consultation

FEATURES = {
    "en": "Work\n- At night: 3–5\n- By day: 3–5\nPlace\n- Town: 2–6\n- Country: 2–6",
    "fr": "Travail\n- De nuit\n- De jour\nLieu\n- Ville\n- Campagne",
}
SEED = "Example: the numbers of the Example lottery, drawn three days after names are closed."


def build(consultation: Consultation, officer: Any) -> None:
    """For a consultation that has a phase for it, in English and French."""
    phase = consultation.phases.get(kind="panel")
    actions.set_panel(
        consultation,
        seats=8,
        features=FEATURES,
        seed_from=SEED,
        seed_at=phase.closes_at + timedelta(days=3),
        by=officer,
    )
