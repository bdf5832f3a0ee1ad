"""`coalition opinion-map`: one JSON value for programs, a short table for people."""

from __future__ import annotations

import io
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command, execute_from_command_line
from django.core.management.base import CommandError

from coalition.consultations.opinion_maps import KEYS

pytestmark = pytest.mark.any_database

HELD = "polis/reference_math/below-100-ptpts"


def written(path: Path, votes: list[tuple[int, int, int]], texts: list[str]) -> Path:
    """A folder as Polis exports it; statements are numbered from 0."""
    lines = [f"{at},{person},{on},{said}" for at, (person, on, said) in enumerate(votes)]
    (path / "votes.csv").write_text("\n".join(["timestamp,voter-id,comment-id,vote", *lines]))
    rows = []
    for at, text in enumerate(texts):
        said = [value for _, on, value in votes if on == at]
        rows.append(f"{at},{said.count(1)},{said.count(-1)},1,{text}")
    heading = "comment-id,agrees,disagrees,moderated,comment-body"
    (path / "comments.csv").write_text("\n".join([heading, *rows]))
    return path


def two_camps(path: Path) -> Path:
    """Twelve people: six say yes to the first two statements and no to the next two, six the
    other way; all say yes to the last."""
    votes = [
        (person, on, 1 if on == 4 or (on < 2) == (person < 6) else -1)
        for person in range(12)
        for on in range(5)
    ]
    return written(path, votes, ["One", "Two", "Three", "Four", "All"])


def told(folder: Path, *arguments: str) -> Any:
    out = io.StringIO()
    call_command("opinion-map", str(folder), "--json", *arguments, stdout=out)
    return json.loads(out.getvalue())


def printed(folder: Path, *arguments: str) -> str:
    out = io.StringIO()
    call_command("opinion-map", str(folder), *arguments, stdout=out)
    return out.getvalue()


def test_two_camps_and_what_they_share(tmp_path: Path):
    found = told(two_camps(tmp_path))

    assert [(group["size"], group["members"]) for group in found["groups"]] == [
        (6, [0, 1, 2, 3, 4, 5]),
        (6, [6, 7, 8, 9, 10, 11]),
    ]
    assert {one["statement"] for one in found["representative"]["0"] if one["side"] == "agree"} >= {
        0,
        1,
    }
    assert [one["statement"] for one in found["consensus"]["agree"]] == [4]
    assert found["consensus"]["disagree"] == []
    assert [one["mean"] for one in found["statements"]] == [0, 0, 0, 0, 1]
    assert found["components"][0][4] == 0  # all say the same: it parts nobody
    assert found["variance"][0] == pytest.approx(1)
    last = found["by_group"]["statements"][4]
    assert last["agree"]["score"] == pytest.approx(7 / 8)
    assert found["by_group"]["declared"] is False


def test_axes_have_no_more_digits_than_every_machine_agrees_on(tmp_path: Path):
    """With one thread or two the digits behind the fifteenth differ."""
    votes = [(person, on, (person * (on + 2)) % 3 - 1) for person in range(20) for on in range(7)]
    found = told(written(tmp_path, votes, list("ABCDEFG")))

    weights = [weight for axis in found["components"] for weight in axis] + found["variance"]
    assert any(0 < abs(weight) < 1 for weight in weights)
    assert weights == [round(weight, 9) for weight in weights]


def test_keys_are_those_that_are_explained(tmp_path: Path):
    """Also those within: each is named in back-quotes by the words of its list."""
    found = told(two_camps(tmp_path))

    assert list(found) == list(KEYS)

    def inner(value: Any) -> set[str]:
        if isinstance(value, list):
            return set().union(*map(inner, value)) if value else set()
        if isinstance(value, dict):
            return set(value).union(*map(inner, value.values()))
        return set()

    for name in ("participants", "statements", "groups", "consensus", "by_group"):
        words = KEYS[name] + KEYS["representative"]
        for key in inner(found[name]):
            assert f"`{key}`" in words, (name, key)
    said = [one for group in found["representative"].values() for one in group]
    for key in inner(said):
        assert f"`{key}`" in KEYS["representative"], key


def test_by_declared_group(tmp_path: Path):
    folder = two_camps(tmp_path)
    rows = [f"{person},{'workers' if person % 2 else 'employers'}" for person in range(10)]
    groups = tmp_path / "groups.csv"
    groups.write_text("\n".join(["participant,group", *rows]))

    found = told(folder, "--groups", str(groups))["by_group"]

    # The two without a group are too few to be told: they are merged with the smallest.
    assert found["declared"] is True
    assert [(one["name"], one["size"]) for one in found["groups"]] == [
        ("workers", 5),
        ("other groups", 7),
    ]


def test_where_one_group_carries_the_result(tmp_path: Path):
    """Eight workers agree with the first, six employers do not; on the second only they vote."""
    votes = [(person, 0, 1 if person < 8 else -1) for person in range(14)]
    folder = written(tmp_path, votes + [(person, 1, 1) for person in range(8, 14)], ["One", "Two"])
    groups = tmp_path / "groups.csv"
    rows = [f"{person},{'workers' if person < 8 else 'employers'}" for person in range(14)]
    groups.write_text("\n".join(["participant,group", *rows]))

    found = told(folder, "--groups", str(groups))["by_group"]
    text = printed(folder, "--groups", str(groups))

    assert found["limit"] == 0.75
    assert found["warnings"] == [
        {
            "statement": 0,
            "group": "workers",
            "reasons": ["turns"],
            "result": "agree",
            "without": "disagree",
            "of_votes": pytest.approx(8 / 14),
            "words": "Most agree, but without workers most disagree.",
        },
        {
            "statement": 1,
            "group": "employers",
            "reasons": ["turns", "most votes"],
            "result": "agree",
            "without": "tie",
            "of_votes": 1,
            "words": "Most agree, but without employers it is a tie. employers cast 100% of the "
            "votes.",
        },
    ]
    for key in found["warnings"][0]:
        assert f"`{key}`" in KEYS["by_group"]
    assert "  employers: more than 75% of the votes on 1 of the statements." in text


def test_of_groups_of_opinion_only_a_turn_is_warned_of(tmp_path: Path):
    """They are made by how people voted, so shares of votes tell nothing."""
    found = told(two_camps(tmp_path))["by_group"]

    assert found["declared"] is False
    assert found["limit"] == 1
    assert {tuple(one["reasons"]) for one in found["warnings"]} <= {("turns",)}


def test_for_people(tmp_path: Path):
    text = printed(two_camps(tmp_path))

    assert "12 participants cast 60 votes on 5 statements." in text
    assert "Group 0: 6 people" in text
    assert "100% agree        12 of 12    [4] All" in text
    assert "Most disagree: with nothing, clearly." in text


@pytest.mark.parametrize(
    "votes",
    [
        [],
        [(1, 0, 1)],
        [(1, 0, 0), (1, 1, 0), (2, 0, 0)],
        [(person, on, 1) for person in range(9) for on in range(2)],
        [(2**53 - 1 - 10**12 * person, on, person % 3 - 1) for person in range(9) for on in (0, 1)],
    ],
    ids=["nobody voted", "one vote", "all pass", "all the same", "huge ids"],
)
def test_traps(tmp_path: Path, votes: list[tuple[int, int, int]]):
    folder = written(tmp_path, votes, ["One", "Two"])

    found = told(folder)

    assert list(found) == list(KEYS)
    assert len(found["statements"]) == 2
    assert len(found["participants"]) == len({person for person, _, _ in votes})
    assert printed(folder)


def test_order_of_the_file_changes_nothing(tmp_path: Path):
    first = two_camps(tmp_path)
    found = told(first)
    lines = (first / "votes.csv").read_text().splitlines()
    (first / "votes.csv").write_text("\n".join([lines[0], *reversed(lines[1:])]))

    assert told(first) == found


def test_refused_with_a_sentence_and_exit_code_1(tmp_path: Path):
    command = [sys.executable, "-m", "coalition", "opinion-map", str(tmp_path), "--json"]

    done = subprocess.run(command, capture_output=True, text=True, check=False)

    assert (done.returncode, done.stdout) == (1, "")
    assert "is no export of Polis" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("arguments", [(), ("a", "b"), ("a", "--fewest", "50")])
def test_wrong_usage_ends_with_exit_code_2(capsys, arguments: tuple[str, ...]):
    with pytest.raises(SystemExit) as ended:
        execute_from_command_line(["coalition", "opinion-map", *arguments])

    assert ended.value.code == 2
    assert capsys.readouterr().err.startswith("usage: ")


def test_groups_as_a_spreadsheet_saves_them(tmp_path: Path):
    rows = [f"{person};Écoles" if person < 6 else f"{person};Unions" for person in range(12)]
    groups = tmp_path / "groups.csv"
    groups.write_bytes("\r\n".join(["Participant;Group", *rows]).encode("cp1252"))

    found = told(two_camps(tmp_path), "--groups", str(groups))["by_group"]

    assert [one["name"] for one in found["groups"]] == ["Unions", "Écoles"]


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ("person,group\n1,a\n", "there is no column “participant”"),
        ("participant,group\n1,a\n1,b\n", "groups.csv, row 3: participant 1 is of “a” already"),
        ("participant,group\nx,a\n", "“x” is no id"),
        ("participant,group\n1,other groups\n", "“other groups” is how results call something"),
        ("participant,group\n" + "".join(f"{at},g{at}\n" for at in range(201)), "at most 200"),
    ],
)
def test_broken_list_of_groups_is_refused(tmp_path: Path, content: str, sentence: str):
    groups = tmp_path / "groups.csv"
    groups.write_text(content)

    with pytest.raises(CommandError, match=sentence):
        told(two_camps(tmp_path), "--groups", str(groups))


@pytest.mark.realdata
def test_every_conversation_held_has_a_map(data_dir: Path):
    folders = [
        path
        for kind in ("openData", "reference_math")
        for path in sorted((data_dir / "polis" / kind).iterdir())
        if path.is_dir()
    ]
    assert len(folders) == 10
    for folder in folders:
        found = told(folder)
        people = {one["id"] for one in found["participants"]}
        members = [person for group in found["groups"] for person in group["members"]]
        out = {one["id"] for one in found["statements"] if one["moderated_out"]}
        chosen = {
            one["statement"]
            for said in [*found["representative"].values(), *found["consensus"].values()]
            for one in said
        }
        assert len(members) == len(set(members))
        assert set(members) <= people
        assert [len(axis) for axis in found["components"]] == [len(found["statements"])] * 2
        assert len(found["representative"]) == len(found["groups"]) >= 2
        assert chosen
        assert not chosen & out


@pytest.mark.realdata
def test_consensus_and_components_of_a_server(data_dir: Path):
    found = told(data_dir / HELD)
    server = json.loads((data_dir / HELD / "math-pca2.json").read_text())

    for side in ("agree", "disagree"):
        assert [one["statement"] for one in found["consensus"][side]] == [
            one["tid"] for one in server["consensus"][side]
        ]
    for ours, theirs in zip(found["components"], server["pca"]["comps"], strict=True):
        sign = 1 if sum(a * b for a, b in zip(ours, theirs, strict=True)) > 0 else -1
        assert ours == pytest.approx([sign * value for value in theirs], abs=1e-2)
