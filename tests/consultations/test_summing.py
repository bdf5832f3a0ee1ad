"""Results: worked out once, the same as a plain count, and nothing told of a few people."""

from __future__ import annotations

import csv
import hashlib
import io
import itertools
import json
import random
import re
import warnings
import zipfile
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from django.db.models import Count
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation

from coalition.analysis.disclosure import FEWEST_OF_GROUP, FEWEST_PEOPLE, NOT_TOLD
from coalition.analysis.opinions.mapping import OpinionMap, opinion_map
from coalition.base.errors import NotAllowed
from coalition.base.models import Event
from coalition.consultations import actions as door
from coalition.consultations.files import polis
from coalition.consultations.models import Consultation, Participant, Summary, Vote
from coalition.consultations.states import StatementState
from coalition.consultations.summing import answers, figures, findings, queries, tally
from coalition.consultations.summing.actions import due, sum_up, sum_up_due
from coalition.consultations.summing.collecting import (
    ORGANISATIONS,
    PEOPLE,
    collected,
    standing_of,
)
from coalition.consultations.turnout.queries import turnout
from tests import factories

pytestmark = pytest.mark.django_db

AGREE, DISAGREE, PASS = 1, -1, 0


def closed(statements: int = 3, **fields: Any) -> Consultation:
    """A consultation whose phase of reacting is over, with statements."""
    one = factories.consultation("synthesis", **{"for_everyone": True, **fields})
    for _ in range(statements):
        factories.statement(one)
    return one


def person(of: Consultation, said: dict[int, int], group: str = "") -> Participant:
    """Somebody who said this, by the numbers of statements."""
    made = of.participants.create(
        pseudonym=f"{next(factories.number):064x}",
        group=factories.group(group) if group else None,
    )
    _votes(of, made, said)
    return made


def organisation(of: Consultation, said: dict[int, int], group: str = "WRK") -> Participant:
    made = of.participants.create(
        partner=factories.partner(group=factories.group(group)), signed_at=timezone.now()
    )
    _votes(of, made, said)
    return made


def _votes(of: Consultation, who: Participant, said: dict[int, int], **more: Any) -> None:
    by_number = {one.number: one for one in of.statements.all()}
    Vote.objects.bulk_create(
        Vote(participant=who, statement=by_number[number], value=value, **more)
        for number, value in said.items()
    )


def many(
    of: Consultation, people: int, seed: int = 7, groups: tuple[str, ...] = (), busy: float = 0.9
) -> None:
    """People who vote by chance, most of them on everything."""
    chance = random.Random(seed)
    numbers = list(of.statements.shown().values_list("number", flat=True))
    for at in range(people):
        said = {
            number: chance.choice([AGREE, AGREE, DISAGREE, PASS] if at % 2 else [DISAGREE, AGREE])
            for number in numbers
            if chance.random() < busy
        }
        person(of, said, groups[at % len(groups)] if groups else "")


def test_it_is_worked_out_once_a_minute_after_the_last_phase() -> None:
    one = closed()
    person(one, {1: AGREE})
    (made,) = sum_up_due()
    assert made.consultation == one
    assert made.value[PEOPLE]["voices"] == 1
    assert sum_up_due() == []
    assert sum_up(one).pk == made.pk
    assert Summary.objects.count() == 1
    event = Event.objects.filter(verb="consultations.tally").get()
    assert event.refs == [f"sha256:{made.digest}"]
    assert event.actor == "system:0"


# --- When ------------------------------------------------------------------------------------


@pytest.mark.parametrize("state", ["draft", "planned", "open", "called_off"])
def test_before_the_end_there_are_none(state: str) -> None:
    one = factories.consultation(state)
    with pytest.raises(NotAllowed, match="one minute after"):
        sum_up(one)
    assert sum_up_due() == []


def test_to_the_second() -> None:
    one = closed()
    last = one.phases.latest("closes_at").closes_at
    minute = timedelta(seconds=60)
    assert list(due(last + minute - timedelta(microseconds=1))) == []
    assert list(due(last + minute)) == [one]
    with pytest.raises(NotAllowed):
        sum_up(one, now=last + minute - timedelta(seconds=1))


def test_while_another_phase_runs_nothing_is_counted() -> None:
    one = closed()
    factories.phase(one, "prioritise", days=(-1, 1))
    assert sum_up_due() == []
    # The secretariat answers proposals for weeks; results do not wait for that.
    other = closed()
    factories.phase(other, "respond", days=(-1, 30))
    assert [made.consultation for made in sum_up_due()] == [other]


def test_opened_again_the_results_go_and_come_anew() -> None:
    one = closed(1)
    person(one, {1: AGREE})
    first = sum_up(one)
    officer = factories.officer()
    later = timezone.now() + timedelta(days=2)
    door.reopen(one, kind="react", closes_at=later, reason="Mail was down.", by=officer)
    assert not Summary.objects.exists()
    assert sum_up_due() == []
    person(one, {1: DISAGREE})
    door.keep(later)
    (again,) = sum_up_due(later + timedelta(minutes=1))
    assert again.value[PEOPLE]["voices"] == 2
    assert again.digest == tally.digest_of(tally.text_of(one.reference, again.value))
    assert first.pk != again.pk


@pytest.mark.parametrize(("people", "may"), [(4, True), (5, False)])
@pytest.mark.parametrize("speak", [person, organisation])
def test_no_second_results_tell_what_those_said_who_came_between(
    speak: Any, people: int, may: bool
) -> None:
    one = closed(1, answers_are_public=speak is person)
    for _ in range(people):
        speak(one, {1: AGREE})
    sum_up(one)
    given: Any = {"kind": "react", "closes_at": timezone.now() + timedelta(days=2)}
    given |= {"reason": "Mail was down.", "by": factories.officer()}
    if may:
        assert door.reopen(one, **given).state == "open"
        return
    with pytest.raises(NotAllowed, match="came in between"):
        door.reopen(one, **given)
    one.refresh_from_db()
    assert one.state == "synthesis"
    assert Summary.objects.filter(consultation=one).exists()


def test_public_answers_of_organisations_alone_are_opened_again() -> None:
    one = closed(1)
    for _ in range(6):
        organisation(one, {1: AGREE})
    sum_up(one)
    later = timezone.now() + timedelta(days=2)
    officer = factories.officer()
    door.reopen(one, kind="react", closes_at=later, reason="Mail was down.", by=officer)
    assert not Summary.objects.exists()


def test_papers_taken_in_meanwhile_are_counted_by_the_next_run(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A large file that came in the last second."""
    from coalition.consultations.summing import actions

    one = closed(1)
    counted = actions.worked_out

    def slow(*given: Any) -> Any:
        found = counted(*given)
        batch = one.batches.create(channel="paper", occasion="Lima", digest="0" * 64)
        made = person(one, {1: AGREE})
        Participant.objects.filter(pk=made.pk).update(batch=batch, channel="paper")
        return found

    monkeypatch.setattr(actions, "worked_out", slow)
    assert sum_up_due() == []
    monkeypatch.setattr(actions, "worked_out", counted)
    assert [made.value[PEOPLE]["voices"] for made in sum_up_due()] == [1]


def test_a_statement_decided_on_meanwhile_leaves_it_to_the_next_run(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from coalition.consultations.summing import actions

    one = closed(2)
    person(one, {1: AGREE})
    counted = actions.worked_out

    def slow(*given: Any) -> Any:
        found = counted(*given)
        other = one.statements.get(number=2)
        other.state, other.refused_for = StatementState.REFUSED, "off_topic"
        other.save()
        return found

    monkeypatch.setattr(actions, "worked_out", slow)
    assert sum_up_due() == []
    monkeypatch.undo()
    (made,) = sum_up_due()
    assert made.value["statements"] == [1]


# --- What is counted -------------------------------------------------------------------------


def test_organisations_and_people_are_never_added_together() -> None:
    one = closed(1)
    for _ in range(6):
        person(one, {1: AGREE}, "WRK")
        organisation(one, {1: DISAGREE})
    value = sum_up(one).value
    assert (value[PEOPLE]["agree"], value[PEOPLE]["disagree"]) == ([6], [0])
    assert (value[ORGANISATIONS]["agree"], value[ORGANISATIONS]["disagree"]) == ([0], [6])


def test_what_is_not_signed_does_not_count() -> None:
    one = closed(2)
    made = organisation(one, {1: AGREE})
    _votes(one, made, {1: DISAGREE, 2: DISAGREE}, is_draft=True)
    drafting = one.participants.create(partner=factories.partner())
    _votes(one, drafting, {1: DISAGREE}, is_draft=True)
    value = sum_up(one).value[ORGANISATIONS]
    assert value["voices"] == 1
    assert (value["agree"], value["disagree"], value["pass"]) == ([1, 0], [0, 0], [0, 0])


@pytest.mark.parametrize("seed", range(4))
def test_votes_are_counted_as_the_database_counts_each_once(seed: int) -> None:
    """Merged statements, refused ones, votes on several that say the same."""
    one, chance = closed(7), random.Random(seed)
    rows = list(one.statements.order_by("number"))
    for at, into in ((3, 1), (5, 1), (6, 2)):
        rows[at].state, rows[at].merged_into = StatementState.MERGED, rows[into]
        rows[at].save()
    rows[4].state, rows[4].refused_for = StatementState.REFUSED, "unclear"
    rows[4].save()
    # Merged into what is refused: neither is shown.
    lost = factories.statement(one)
    lost.state, lost.merged_into = StatementState.MERGED, rows[4]
    lost.save()
    for _ in range(30):
        numbers = [number for number in range(1, 9) if chance.random() < 0.6]
        person(one, {number: chance.choice([1, 0, -1]) for number in numbers})
    heard = collected(one, standing_of(one))[PEOPLE].votes
    ours = sorted(
        zip(
            heard.participants[heard.rows].tolist(),
            heard.statements[heard.columns].tolist(),
            heard.values.tolist(),
            strict=True,
        )
    )
    number_of = dict(one.statements.values_list("pk", "number"))
    counted = Vote.objects.filter(statement__consultation=one).counting().each_once()
    theirs = sorted(
        (who, number_of[target], value)
        for who, target, value in counted.values_list("participant_id", "target", "value")
    )
    assert ours == theirs
    assert heard.statements.tolist() == [1, 2, 3]


def test_other_consultations_do_not_count() -> None:
    one, other = closed(1), closed(1)
    person(other, {1: AGREE})
    assert sum_up(one).value[PEOPLE]["voices"] == 0


def test_a_whole_consultation_without_statements_and_without_votes() -> None:
    one = closed(0)
    value = sum_up(one).value
    assert value["statements"] == []
    assert value[PEOPLE]["map"] is None
    assert Client().get(reverse("consultations:results", args=[one.reference])).status_code == 200


# --- Across groups ---------------------------------------------------------------------------


def kinds_of(one: Consultation, section: str = ORGANISATIONS) -> list[str]:
    found: list[str] = sum_up(one).value[section]["kinds"]
    return found


def test_agreement_is_that_of_every_group_not_of_the_largest() -> None:
    one = closed(4)
    for _ in range(20):
        organisation(one, {1: AGREE, 2: AGREE, 3: DISAGREE, 4: PASS}, "GOV")
    for _ in range(3):
        organisation(one, {1: AGREE, 2: DISAGREE, 3: DISAGREE, 4: AGREE}, "WRK")
    assert kinds_of(one) == [figures.AGREED, figures.DIFFER, figures.REJECTED, figures.MIXED]


def test_one_group_that_carries_a_result_is_named() -> None:
    one = closed(1)
    for _ in range(20):
        organisation(one, {1: AGREE}, "GOV")
    for _ in range(6):
        organisation(one, {1: DISAGREE}, "WRK")
    results = queries.Results(one, sum_up(one))
    (line,) = results.lines(ORGANISATIONS, [0])
    assert line.warning == "Most agree, but without Governments most disagree."
    assert results.warnings(ORGANISATIONS) == [
        "Governments: more than 75% of the answers to 1 statement."
    ]


def test_of_several_warnings_the_strongest_alone_is_told() -> None:
    one = closed(1)
    for code, count, said in (("GOV", 6, AGREE), ("EMP", 5, AGREE), ("WRK", 7, DISAGREE)):
        for _ in range(count):
            organisation(one, {1: said}, code)
    made = sum_up(one)
    turning = [each["group"] for each in made.value[ORGANISATIONS]["carried"]]
    assert len(turning) == 2
    (line,) = queries.Results(one, made).lines(ORGANISATIONS, [0])
    assert line.warning == "Most agree, but without Governments most disagree."
    assert page(one).count("but without") == 1


def test_without_groups_all_together_are_asked() -> None:
    one = closed(2)
    for _ in range(12):
        person(one, {1: AGREE, 2: DISAGREE})
    value = sum_up(one).value[PEOPLE]
    assert value["kinds"] == [figures.AGREED, figures.REJECTED]
    assert [each["code"] for each in value["groups"]] == [figures.NO_ANSWER]


# --- What is told ----------------------------------------------------------------------------


@pytest.mark.parametrize("sizes", list(itertools.product([0, 1, 3, 5, 8], repeat=3)))
def test_no_figure_and_no_difference_is_about_one_to_four_people(sizes: tuple[int, ...]) -> None:
    """Whichever groups are taken from all, or from each other, nobody or five people are left."""
    one = closed(2)
    for code, size in zip(("GOV", "WRK", "EMP"), sizes, strict=True):
        for at in range(size):
            person(one, {1: AGREE} if at % 2 else {1: DISAGREE, 2: AGREE}, code)
    value = sum_up(one).value[PEOPLE]
    for at in range(2):
        every = [value[side][at] for side in ("agree", "disagree", "pass")]
        told = [
            sum(value["by_group"][side][row][at] for side in ("agree", "disagree", "pass"))
            for row in range(len(value["groups"]))
            if value["by_group"]["agree"][row][at] != NOT_TOLD
        ]
        assert all(not 0 < one < FEWEST_OF_GROUP for one in told)
        if every[0] == NOT_TOLD:
            assert not any(told)
            continue
        for some in itertools.product([0, 1], repeat=len(told)):
            left = sum(every) - sum(n for n, taken in zip(told, some, strict=True) if taken)
            assert not 0 < left < FEWEST_OF_GROUP
    assert all(not 0 < each["size"] < FEWEST_OF_GROUP for each in value["groups"])


@pytest.mark.parametrize("people", [FEWEST_PEOPLE - 1, FEWEST_PEOPLE])
def test_rows_and_the_map_are_published_from_fifty_people_on(people: int) -> None:
    one = closed(8)
    many(one, people, busy=1)
    made = sum_up(one)
    rows = answers.unpacked(bytes(made.rows), PEOPLE)
    answer = Client().get(reverse("consultations:results_polis", args=[one.reference, PEOPLE]))
    if people < FEWEST_PEOPLE:
        assert rows is None
        assert made.value[PEOPLE]["map"] is None
        assert answer.status_code == 404
        return
    assert rows is not None
    assert answer.status_code == 200
    assert rows.participants.tolist() == list(range(1, people + 1))
    assert made.value[PEOPLE]["map"]["people"] >= FEWEST_PEOPLE


def test_rows_are_in_another_order_than_participants_and_their_secret_is_gone() -> None:
    one = closed(9)
    many(one, 80)
    heard = collected(one, standing_of(one))[PEOPLE].votes
    texts = []
    for _ in range(2):
        Summary.objects.all().delete()
        rows = answers.unpacked(bytes(sum_up(one).rows), PEOPLE)
        assert rows is not None
        texts.append([row.tobytes() for row in _dense(rows)])
    plain = [row.tobytes() for row in _dense(heard)]
    assert sorted(texts[0]) == sorted(texts[1]) == sorted(plain)
    assert texts[0] != texts[1] != plain != texts[0]


def _dense(votes: Any) -> Any:
    table = np.full((len(votes.participants), len(votes.statements)), 9, dtype=np.int8)
    table[votes.rows, votes.columns] = votes.values
    return table


@pytest.mark.parametrize("seed", range(5))
def test_a_dot_of_the_map_stands_for_five_people_or_more(seed: int) -> None:
    one = closed(10)
    many(one, 64 + seed, seed)
    found = sum_up(one).value[PEOPLE]["map"]
    assert found["dots"]
    assert all(people >= FEWEST_OF_GROUP for _x, _y, people, _group in found["dots"])
    assert sum(people for _x, _y, people, _group in found["dots"]) == found["people"]
    for at, group in enumerate(found["groups"]):
        assert group["size"] == sum(people for *_, people, of in found["dots"] if of == at)
        assert group["size"] >= FEWEST_OF_GROUP
        assert all(said["seen"] >= FEWEST_OF_GROUP for said in group["said"])


def test_the_map_is_the_one_of_the_computations() -> None:
    one = closed(12)
    many(one, 90)
    heard = collected(one, standing_of(one))[PEOPLE].votes
    drawn = opinion_map(heard)
    assert isinstance(drawn, OpinionMap)
    found = sum_up(one).value[PEOPLE]["map"]
    assert [each["size"] for each in found["groups"]] == drawn.clusters.sizes.tolist()
    told = [[said["at"] for said in each["said"]] for each in found["groups"]]
    assert told == [[said.statement for said in group] for group in drawn.representative]


def test_answers_of_organisations_that_are_not_public_are_treated_as_those_of_people() -> None:
    one = closed(2, answers_are_public=False)
    for code, size in (("GOV", 6), ("WRK", 3), ("EMP", 2)):
        for _ in range(size):
            organisation(one, {1: AGREE}, code)
    made = sum_up(one)
    value = made.value[ORGANISATIONS]
    assert [(each["code"], each["size"]) for each in value["groups"]] == [
        ("GOV", 6),
        (figures.REST, 5),
    ]
    assert answers.unpacked(bytes(made.rows), ORGANISATIONS) is None
    page = Client().get(reverse("consultations:results_polis", args=[one.reference, ORGANISATIONS]))
    assert page.status_code == 404


def test_rows_of_organisations_whose_answers_are_not_public_name_nobody() -> None:
    one = closed(2, answers_are_public=False)
    for _ in range(FEWEST_PEOPLE):
        organisation(one, {1: AGREE})
    # Their rows have new numbers from 1, which are also the keys of partners: of others.
    sum_up(one)
    files = polis_files(one, ORGANISATIONS)
    assert "organisations.csv" not in files
    assert len(files["votes.csv"].splitlines()) == 1 + FEWEST_PEOPLE


def test_public_answers_of_three_organisations_are_told_by_name() -> None:
    one = closed(1)
    names = sorted(organisation(one, {1: AGREE}, "GOV").partner.reference for _ in range(3))
    sum_up(one)
    files = polis_files(one, ORGANISATIONS)
    rows = list(csv.DictReader(io.StringIO(files["organisations.csv"])))
    assert sorted(row["organisation"] for row in rows) == names
    assert {row["group"] for row in rows} == {"GOV"}


# --- The tally -------------------------------------------------------------------------------


def test_the_tally_is_a_text_that_is_pinned() -> None:
    one = closed(2, reference="CON-2026-9001")
    for _ in range(7):
        person(one, {1: AGREE})
    person(one, {2: PASS})
    organisation(one, {1: DISAGREE})
    made = sum_up(one)
    text = tally.text_of(one.reference, made.value)
    assert text == (
        "coalition tally 1\nconsultation CON-2026-9001\n"
        "section organisations\nvoices 1\n"
        "statement 1 agree 0 disagree 1 pass 0\nstatement 2 agree 0 disagree 0 pass 0\n"
        "section people\nvoices 8\n"
        "statement 1 agree 7 disagree 0 pass 0\nstatement 2 not told\n"
        "priorities none\n"
    )
    assert made.digest == hashlib.sha256(text.encode()).hexdigest()
    answer = Client().get(reverse("consultations:results_tally", args=[one.reference]))
    assert answer.content.decode() == text


def test_whoever_has_the_published_answers_can_write_the_tally_again(tmp_path: Path) -> None:
    one = closed(6)
    many(one, 60, groups=("GOV", "WRK", "EMP"))
    for code in ("GOV", "GOV", "WRK"):
        organisation(one, {1: AGREE, 2: DISAGREE, 5: PASS}, code)
    made = sum_up(one)
    lines = ["coalition tally 1", f"consultation {one.reference}"]
    for section in (ORGANISATIONS, PEOPLE):
        files = polis_files(one, section)
        votes = list(csv.DictReader(io.StringIO(files["votes.csv"])))
        comments = list(csv.DictReader(io.StringIO(files["comments.csv"])))
        lines += [f"section {section}", f"voices {len({each['voter-id'] for each in votes})}"]
        for each in comments:
            number = each["comment-id"]
            said = [one["vote"] for one in votes if one["comment-id"] == number]
            told = f"agree {said.count('1')} disagree {said.count('-1')} pass {said.count('0')}"
            lines.append(f"statement {number} {told}")
    text = "\n".join([*lines, "priorities none", ""])
    assert hashlib.sha256(text.encode()).hexdigest() == made.digest


@pytest.mark.parametrize("people", [4, 9])
def test_what_comes_first_stands_with_the_results_and_in_the_tally(people: int) -> None:
    one = closed(3)
    factories.phase(one, "prioritise", days=(-9, -1))
    first, second, third = one.statements.order_by("number")
    for _ in range(people):
        made = person(one, {1: AGREE})
        made.ballots.create(choices={str(second.pk): 1, str(third.pk): 1})
    made = sum_up(one)
    assert made.value["priorities"][PEOPLE]["is_told"] is (people >= FEWEST_OF_GROUP)
    told = b"".join(Client().get(reverse("consultations:results_json", args=[one.reference])))  # type: ignore[arg-type]
    plain = json.dumps(json.loads(told)["priorities"], sort_keys=True, separators=(",", ":"))
    last = f"priorities {hashlib.sha256(plain.encode()).hexdigest()}"
    assert tally.text_of(one.reference, made.value).splitlines()[-1] == last
    shown = page(one)
    assert "What comes first" in shown
    if people < FEWEST_OF_GROUP:
        assert "nothing is told of what they chose" in shown
        assert "What comes first" not in page(one, "results_brief")
        return
    assert f"{people} support it" in shown
    brief = page(one, "results_brief")
    assert brief.index(second.text) < brief.index(third.text)
    assert first.text not in brief[brief.index("What comes first") :]
    second.state, second.refused_for = StatementState.REFUSED, "hateful"
    second.save()
    for name in ("results", "results_brief"):
        assert second.text not in page(one, name)


# --- Files -----------------------------------------------------------------------------------


def polis_files(one: Consultation, section: str) -> dict[str, str]:
    answer = Client().get(reverse("consultations:results_polis", args=[one.reference, section]))
    assert answer.status_code == 200
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        return {name: archive.read(name).decode() for name in archive.namelist()}


def unzipped(one: Consultation, section: str, folder: Path) -> Path:
    for name, text in polis_files(one, section).items():
        (folder / name).write_text(text, encoding="utf-8")
    return folder


def test_our_own_reader_loads_the_polis_files(tmp_path: Path) -> None:
    one = closed(5)
    many(one, 55)
    gone = one.statements.get(number=5)
    sum_up(one)
    gone.state, gone.refused_for = StatementState.REFUSED, "hateful"
    gone.save()
    held = polis.read(unzipped(one, PEOPLE, tmp_path))
    assert held.topic == str(one.title)
    assert held.moderated_out == (5,)
    assert gone.text not in (tmp_path / "comments.csv").read_text()
    rows = answers.unpacked(bytes(Summary.objects.get().rows), PEOPLE)
    assert rows is not None
    assert (held.votes.values == rows.values).all()
    assert held.notes == ()


class Folder:
    """What the other program asks for files."""

    def get(self, address: str) -> Any:
        return SimpleNamespace(text=Path(address).read_text(encoding="utf-8"))


def test_another_program_loads_them_and_finds_the_same_totals(tmp_path: Path) -> None:
    one = closed(8)
    many(one, 60)
    value = sum_up(one).value[PEOPLE]
    folder = unzipped(one, PEOPLE, tmp_path)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from reddwarf.data_loader import Loader
        from reddwarf.implementations.polis import run_pipeline

        loader = Loader()
        # It fetches the files of an export from an address: here from the folder.
        loader.directory_url, loader.session = f"{folder}/", Folder()
        loader.load_remote_export_data()
        result = run_pipeline(votes=loader.votes_data, random_state=0)
    assert [each["statement_id"] for each in loader.comments_data] == list(range(1, 9))
    matrix = result.raw_vote_matrix
    assert (matrix == 1).sum().tolist() == value["agree"]
    assert (matrix == -1).sum().tolist() == value["disagree"]


def test_the_brief_keeps_apart_what_all_support_and_what_all_reject() -> None:
    one = closed(2)
    for code in ("GOV", "GOV", "WRK", "WRK"):
        organisation(one, {1: AGREE, 2: DISAGREE}, code)
    sum_up(one)
    first, second = one.statements.order_by("number")
    brief = page(one, "results_brief")
    held = [brief.index(each) for each in ("Where all groups agree", first.text)]
    held += [brief.index(each) for each in ("All disagree", second.text)]
    assert held == sorted(held)


def test_the_pages_begin_with_what_was_found() -> None:
    one = closed(4)
    for code in ("GOV", "GOV", "WRK"):
        organisation(one, {1: AGREE, 2: DISAGREE, 3: AGREE if code == "GOV" else DISAGREE}, code)
    for _ in range(7):
        person(one, {1: AGREE})
    made = sum_up(one)
    told = [findings.finding(queries.Results(one, made), name) for name in queries.NAMES]
    assert told == [
        "3 organisations answered, from 2 groups that can be told apart: all groups agree on 1 of "
        "4 statements, reject 1 and divide on 1.",
        told[1],
    ]
    assert told[1].startswith("7 people answered")
    for name in ("results", "results_brief"):
        shown = page(one, name)
        assert shown.index("<h1") < shown.index(told[0]) < shown.index("<h2")
    shown = page(one)
    contents = re.findall(r'href="#(\w+)"', shown[: shown.index("<h2")])
    assert contents[-4:] == ["agreed", "differ", "map", "files"]
    assert all(f'id="{each}"' in shown for each in contents)


def test_nobody_spoke_and_the_page_says_so() -> None:
    one = closed(1)
    made = sum_up(one)
    assert {findings.finding(queries.Results(one, made), name) for name in queries.NAMES} == {""}
    assert "Nobody answered." in page(one)
    assert "Nobody answered." in page(one, "results_brief")


def test_the_brief_says_who_is_on_which_side_without_a_run_of_figures() -> None:
    one = closed(1)
    for code, said in (("GOV", AGREE), ("EMP", DISAGREE), ("WRK", PASS)):
        for _ in range(3):
            organisation(one, {1: said}, code)
    results = queries.Results(one, sum_up(one))
    (found,) = findings.divides(results, ORGANISATIONS, results.lines(ORGANISATIONS, [0]))
    names = {code: str(factories.group(code).short_name) for code in ("GOV", "EMP", "WRK")}
    assert dict(found.sides) == {
        "For": names["GOV"],
        "Against": names["EMP"],
        "Undecided": names["WRK"],
    }
    assert found.gap.startswith(f"{names['GOV']} agree by 100%, ")
    assert "Settle what divides groups of organisations: statements 1." in page(
        one, "results_brief"
    )


def test_the_brief_says_who_was_not_heard() -> None:
    one = closed(1)
    for code, answered, silent in (("GOV", 4, 0), ("EMP", 1, 9), ("WRK", 0, 2)):
        for _ in range(answered):
            organisation(one, {1: AGREE}, code)
        for _ in range(silent):
            factories.partner(group=factories.group(code))
    sum_up(one)
    found = findings.heard(turnout(one, for_officers=False))
    assert found is not None
    names = {code: str(factories.group(code).name) for code in ("EMP", "WRK")}
    assert found.figure.startswith("5 of ")
    assert any(names["WRK"] in told for _by, told in found.silent)
    assert not any(names["EMP"] in told for _by, told in found.silent)
    assert [told for by, told in found.little if names["EMP"] in told]
    brief = page(one, "results_brief")
    assert "Nobody answered from:" in brief
    assert "Bear in mind who was not heard" in brief


@pytest.mark.parametrize(
    ("state", "words"),
    [
        ("synthesis", "answer to each proposal, with its reasons"),
        ("responded", "answer to each proposal; all are published"),
        ("decided", "are being told"),
        ("feedback", "were told"),
    ],
)
def test_the_brief_asks_for_what_comes_next(state: str, words: str) -> None:
    one = closed(1)
    organisation(one, {1: AGREE})
    sum_up(one)
    Consultation.objects.filter(pk=one.pk).update(state=state)
    assert words in page(one, "results_brief")


def test_where_one_group_alone_was_heard_the_page_says_so() -> None:
    one = closed(1)
    for code in ("GOV", "GOV", "GOV"):
        organisation(one, {1: AGREE}, code)
    sum_up(one)
    assert "Too few groups were heard to tell them apart" in page(one, "results")
    other = closed(1)
    for code in ("GOV", "GOV", "WRK"):
        organisation(other, {1: AGREE}, code)
    sum_up(other)
    assert "Too few groups were heard to tell them apart" not in page(other, "results")


@pytest.mark.parametrize("name", ["results_csv", "results_json", "results_tally", "results_brief"])
@pytest.mark.parametrize("state", ["open", "synthesis", "draft"])
def test_files_are_there_only_once_it_is_summed_up(name: str, state: str) -> None:
    one = factories.consultation(state)
    assert Client().get(reverse(f"consultations:{name}", args=[one.reference])).status_code == 404


def test_the_csv_has_a_row_for_all_and_for_each_group_and_nothing_where_nothing_is_told() -> None:
    one = closed(2)
    for _ in range(8):
        person(one, {1: AGREE, 2: DISAGREE}, "GOV")
    for _ in range(6):
        person(one, {1: DISAGREE}, "WRK")
    for _ in range(2):
        person(one, {2: AGREE}, "EMP")
    sum_up(one)
    address = reverse("consultations:results_csv", args=[one.reference])
    text = b"".join(Client().get(f"{address}?of=people")).decode("utf-8-sig")  # type: ignore[arg-type]
    rows = list(csv.DictReader(io.StringIO(text)))
    by_key = {(row["statement"], row["group"]): row for row in rows}
    assert by_key["1", "all"]["answers"] == "14"
    assert by_key["1", "GOV"]["agree"] == "8"
    assert {row["group"] for row in rows} == {"all", "GOV", "rest"}
    assert by_key["2", "rest"]["answers"] == ""
    assert all(not row["answers"] or not 0 < int(row["answers"]) < 5 for row in rows)


# --- Pages -----------------------------------------------------------------------------------


def page(one: Consultation, name: str = "results", query: str = "") -> str:
    answer = Client().get(reverse(f"consultations:{name}", args=[one.reference]) + query)
    assert answer.status_code == 200
    return answer.content.decode()


@pytest.mark.parametrize("state", ["planned", "open", "synthesis", "called_off"])
def test_before_there_are_results_the_page_says_why(state: str) -> None:
    one = factories.consultation(state)
    words = {"called_off": "called off", "synthesis": "being counted"}.get(state, "not over yet")
    assert words in page(one)


def test_a_draft_has_no_page() -> None:
    one = factories.consultation("draft")
    address = reverse("consultations:results", args=[one.reference])
    assert Client().get(address).status_code == 404


def test_words_of_a_statement_that_is_refused_later_are_gone_from_every_page() -> None:
    one = closed(2)
    for _ in range(60):
        person(one, {1: AGREE, 2: DISAGREE})
    bad = one.statements.get(number=1)
    bad.text = "Terrible words about somebody."
    bad.save()
    sum_up(one)
    assert bad.text in page(one)
    bad.state, bad.refused_for = StatementState.REFUSED, "hateful"
    bad.save()
    for name in ("results", "results_statements", "results_brief"):
        assert bad.text not in page(one, name, "?of=people")
    assert "not shown any more" in page(one, "results_statements", "?of=people")
    answer = Client().get(reverse("consultations:results_json", args=[one.reference]))
    assert bad.text not in b"".join(answer).decode()  # type: ignore[arg-type]


def test_the_list_of_statements_is_filtered_by_result_and_words() -> None:
    one = closed(3)
    for _ in range(8):
        organisation(one, {1: AGREE, 2: DISAGREE, 3: AGREE}, "GOV")
        organisation(one, {1: AGREE, 2: DISAGREE, 3: DISAGREE}, "WRK")
    sum_up(one)
    texts = dict(one.statements.values_list("number", "text"))
    shown = page(one, "results_statements", "?result=differ")
    assert texts[3] in shown
    assert texts[1] not in shown
    found = page(one, "results_statements", f"?words={texts[2].split()[-1]}")
    assert texts[2] in found
    assert texts[3] not in found
    assert "No statement is like that" in page(one, "results_statements", "?words=nothing+such")


@pytest.mark.parametrize("language", ["en", "ar"])
@pytest.mark.parametrize("name", ["results", "results_statements", "results_brief"])
def test_pages_stand_in_every_language(
    name: str, language: str, django_assert_max_num_queries: Any
) -> None:
    one = closed(20)
    many(one, 60, groups=("GOV", "WRK", "EMP"))
    for at in range(30):
        said = {number: (AGREE if (at + number) % 3 else DISAGREE) for number in range(1, 21)}
        organisation(one, said, ("GOV", "WRK", "EMP")[at % 3])
    sum_up(one)
    with translation.override(language):
        address = reverse(f"consultations:{name}", args=[one.reference])
    answer = Client().get(address)
    assert answer.status_code == 200
    assert len(answer.content) < 150_000


def test_the_page_of_the_consultation_names_the_results() -> None:
    one = closed(1)
    address = reverse("consultations:results", args=[one.reference])
    assert address not in page(one, "consultation")
    sum_up(one)
    assert page(one, "consultation").count(address) == 2  # beside its head, and on its thread


def test_no_answer_hangs_on_a_person_in_what_is_kept() -> None:
    one = closed(5)
    many(one, 60)
    made = sum_up(one)
    held = str(made.value)
    for row in one.participants.all():
        assert str(row.pk) not in held
        assert row.pseudonym not in held
    rows = answers.unpacked(bytes(made.rows), PEOPLE)
    assert rows is not None
    known = set(one.participants.values_list("pk", flat=True))
    assert not known & set(rows.participants.tolist())


def test_counted_events_alone_are_left(django_user_model: Any) -> None:
    one = closed(2)
    many(one, 10)
    before = Event.objects.count()
    sum_up(one)
    made = Event.objects.order_by("sequence")[before:]
    assert [event.verb for event in made] == ["consultations.tally"]
    assert Consultation.objects.annotate(n=Count("participants")).get(pk=one.pk).n == 10


# --- For programs ----------------------------------------------------------------------------


def test_the_api_gives_the_same_and_nothing_before_the_end() -> None:
    one = closed(2)
    for _ in range(6):
        person(one, {1: AGREE, 2: PASS}, "GOV")
    address = f"/api/v1/consultations/{one.reference}/results"
    assert Client().get(address).status_code == 404
    made = sum_up(one)
    told = Client().get(address).json()["record"]
    assert told["digest"] == made.digest
    assert told[PEOPLE] == made.value[PEOPLE]
    assert [each["number"] for each in told["statements"]] == [1, 2]
    assert set(told[PEOPLE]) == {key for keys in figures.KEYS for key in keys.split(", ")}
