"""Real conversations replayed: every vote by the very action that takes people's votes, and the
results are those that the computations find in the published file.

Data gathered using the Polis software (compdemocracy.org/polis), sub-licensed under CC BY 4.0 with
Attribution to The Computational Democracy Project.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from coalition.analysis.disclosure import FEWEST_OF_GROUP, NOT_TOLD
from coalition.analysis.opinions.mapping import OpinionMap, TotalsOnly, opinion_map
from coalition.base.models import Event
from coalition.consultations import actions as door
from coalition.consultations.files import polis
from coalition.consultations.files.conversations import Conversation
from coalition.consultations.models import LONGEST, Consultation, Summary, Vote
from coalition.consultations.summing import answers, tally
from coalition.consultations.summing.actions import sum_up_due
from coalition.consultations.summing.collecting import PEOPLE, Heard, collected, standing_of
from coalition.consultations.summing.dots import said_of
from coalition.consultations.voices import participant_of, voice_of
from tests import factories

pytestmark = [pytest.mark.django_db, pytest.mark.realdata, pytest.mark.long]

NO_VOTE = 9


@pytest.mark.parametrize(
    ("name", "people", "cast"),
    [("brexit-consensus", 204, 5_312), ("scoop-hivemind.ubi", 234, 7_174)],
)
def test_the_map_is_that_of_the_published_file(
    name: str, people: int, cast: int, data_dir: Path
) -> None:
    folder = data_dir / "polis" / "openData" / name
    held = polis.read(folder)
    one, row_of = replayed(folder, held, cast)
    heard = collected(one, standing_of(one))[PEOPLE]
    made = closed(one)
    told = made.value[PEOPLE]

    assert told["voices"] == len(row_of) == people
    assert Vote.objects.filter(statement__consultation=one).count() == len(held.votes.values)

    drawn = opinion_map(held.votes)
    ours = opinion_map(heard.votes)
    assert isinstance(drawn, OpinionMap)
    assert isinstance(ours, OpinionMap)
    same = rows_of(heard, held, row_of)
    assert (cells(heard.votes)[same] == cells(held.votes)).all()
    assert (ours.groups[same] == drawn.groups).all()
    assert ours.positions[same] == pytest.approx(drawn.positions, abs=1e-9)

    found = told["map"]
    assert found["people"] == drawn.included.sum()
    assert found["variance"] == pytest.approx(drawn.axes.variance.tolist(), abs=1e-4)
    assert [each["size"] for each in found["groups"]] == drawn.clusters.sizes.tolist()
    assert [each["said"] for each in found["groups"]] == [
        [said_of(said) for said in group] for group in drawn.representative
    ]
    of_group = [
        sum(dot[2] for dot in found["dots"] if dot[3] == at)
        for at in range(len(drawn.clusters.sizes))
    ]
    assert of_group == drawn.clusters.sizes.tolist()
    assert all(people >= 5 for _x, _y, people, _group in found["dots"])
    same_totals(told, held, range(len(held.statements)))

    rows = answers.unpacked(bytes(made.rows), PEOPLE)
    assert rows is not None
    assert sorted(map(bytes, cells(rows))) == sorted(map(bytes, cells(held.votes)))
    assert page(one).count('<svg role="img"') == 1


def test_of_twenty_six_people_there_are_totals_alone(data_dir: Path) -> None:
    """Three statements were taken out by its moderators; here an officer does."""
    folder = data_dir / "polis" / "openData" / "london.youth.policing"
    held = polis.read(folder)
    one, row_of = replayed(folder, held, 640)
    officer = factories.officer()
    shown = [at for at, each in enumerate(held.statements) if each.moderated >= 0]
    for at in sorted(set(range(len(held.statements))) - set(shown)):
        words = one.statements.get(number=at + 1)
        door.refuse(words, "off_topic", reason="Taken out by the moderators.", by=officer)
    made = closed(one)
    told = made.value[PEOPLE]

    assert len(row_of) == 26
    assert len(shown) == len(held.statements) - 3
    assert isinstance(opinion_map(held.votes), TotalsOnly)
    assert made.value["statements"] == [at + 1 for at in shown]
    assert told["map"] is None
    assert answers.unpacked(bytes(made.rows), PEOPLE) is None
    address = reverse("consultations:results_polis", args=[one.reference, PEOPLE])
    assert Client().get(address).status_code == 404
    same_totals(told, held, shown, FEWEST_OF_GROUP)
    assert '<svg role="img"' not in page(one)
    assert made.digest == tally.digest_of(tally.text_of(one.reference, made.value))


# --- The conversation again ------------------------------------------------------------------


def replayed(folder: Path, held: Conversation, cast: int) -> tuple[Consultation, dict[int, int]]:
    """A consultation open to everyone in which each of them voted as the file says, in its order;
    and the row of each participant of the file."""
    one = factories.consultation("open", for_everyone=True)
    host = factories.partner()
    statements = {
        each.id: factories.contribution(one, each.text[:LONGEST], partner=host, number=at + 1)
        for at, each in enumerate(held.statements)
    }
    people = held.votes.participants.tolist()
    voices = {number: voice_of(one, factories.person()) for number in people}
    events, count = Event.objects.count(), 0
    for number, statement, value in in_order(folder, turned=bool(held.notes)):
        door.vote(voices[number], statements[statement], value)
        count += 1
    assert count == cast
    assert Event.objects.count() == events  # no vote left one
    rows = {number: participant_of(voice) for number, voice in voices.items()}
    return one, {number: row.pk for number, row in rows.items() if row}


def in_order(folder: Path, *, turned: bool) -> Iterator[tuple[int, int, int]]:
    """Every row of votes.csv, changed votes among them, by its moment; `turned`: −1 is agree."""
    with (folder / "votes.csv").open(encoding="utf-8", newline="") as file:
        rows = sorted(csv.DictReader(file), key=lambda row: int(row["timestamp"]))
    for row in rows:
        value = int(row["vote"])
        yield int(row["voter-id"]), int(row["comment-id"]), -value if turned else value


def closed(one: Consultation) -> Summary:
    """Its results, made by the clock."""
    door.close_early(one, reason="All have voted.", by=factories.officer())
    (made,) = sum_up_due(timezone.now() + timedelta(seconds=61))
    return made


# --- What is compared ------------------------------------------------------------------------


def rows_of(heard: Heard, held: Conversation, row_of: dict[int, int]) -> Any:
    """Where each participant of the file stands among ours."""
    ids = [row_of[number] for number in held.votes.participants.tolist()]
    at = np.searchsorted(heard.votes.participants, ids)
    assert heard.votes.participants[at].tolist() == ids
    return at


def cells(votes: Any) -> Any:
    """A row for each participant, a column for each statement."""
    table = np.full((len(votes.participants), len(votes.statements)), NO_VOTE, dtype=np.int8)
    table[votes.rows, votes.columns] = votes.values
    return table


def same_totals(told: dict[str, Any], held: Conversation, shown: Any, fewest: int = 0) -> None:
    """Every figure of everybody is a plain count of the file, untold where fewer answered."""
    table = cells(held.votes)[:, list(shown)]
    seen = (table != NO_VOTE).sum(axis=0)
    few = (seen > 0) & (seen < fewest)
    assert few.any() == bool(fewest)
    for side, value in (("agree", 1), ("disagree", -1), ("pass", 0)):
        counted = np.where(few, NOT_TOLD, (table == value).sum(axis=0))
        assert told[side] == counted.tolist()


def page(one: Consultation) -> str:
    answer = Client().get(reverse("consultations:results", args=[one.reference]))
    assert answer.status_code == 200
    return answer.content.decode()
