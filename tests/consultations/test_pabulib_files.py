"""Reading Pabulib files: what they hold, and what is refused with a sentence."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from coalition.base.errors import Refused
from coalition.consultations.files import pabulib

pytestmark = pytest.mark.any_database

TOWN = """META
key;value
description;A town
num_projects;3
num_votes;3
budget;60
vote_type;approval
rule;greedy
currency;EUR
PROJECTS
project_id;cost;name;selected
7;30;Clinic;1
x/2;20;"Garden; large";0
3;15;;2
VOTES
voter_id;vote;sex
1;7,x/2;F
2;7;M
3;;
"""


@pytest.fixture
def read(tmp_path: Path):
    def reading(content: str | bytes, **options):
        path = tmp_path / "town.pb"
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return pabulib.read(path, **options)

    return reading


def test_approvals(read) -> None:
    poll = read(TOWN, by="sex")
    election = poll.election

    assert (poll.title, poll.vote_type, poll.rule, poll.currency) == (
        "A town",
        "approval",
        "greedy",
        "EUR",
    )
    assert poll.names == ("Clinic", "Garden; large", "3")
    assert poll.official == {"7", "3"}
    assert election.ids == ("7", "x/2", "3")
    assert (election.costs.tolist(), election.budget, election.unit) == ([30, 20, 15], 60, 1)
    assert (election.voters, election.support.tolist()) == (3, [2, 1, 0])
    assert (election.groups, election.group_of.tolist()) == (("F", "M"), [0, 1, -1])


def test_marked_text_blank_lines_and_dos_ends(read) -> None:
    marked = b"\xef\xbb\xbf" + TOWN.replace("\n", "\r\n").replace("VOTES", "\r\nVOTES;;").encode()

    assert read(marked).election.support.tolist() == [2, 1, 0]


def test_cents_make_the_unit(read) -> None:
    poll = read(TOWN.replace("budget;60", "budget;60,5").replace("x/2;20", "x/2;20.25"))

    assert poll.election.unit == 100
    assert poll.election.budget == 6050
    assert poll.election.costs.tolist() == [3000, 2025, 1500]


def test_zeros_behind_the_point_are_no_cents(read) -> None:
    assert read(TOWN.replace("budget;60", "budget;60.00")).election.unit == 1


def test_ticked_twice_is_ticked(read) -> None:
    assert read(TOWN.replace("2;7;M", "2;7,7;M")).election.support.tolist() == [2, 1, 0]


def test_points_count_as_given_and_zero_is_none(read) -> None:
    text = TOWN.replace("approval", "cumulative").replace(
        "voter_id;vote;sex", "voter_id;vote;points"
    )
    text = text.replace("1;7,x/2;F", "1;7,x/2;4,0").replace("2;7;M", "2;7;5")
    poll = read(text)

    assert poll.election.support.tolist() == [9, 0, 0]
    assert len(poll.election.supporters_of(1)) == 0


def test_of_a_ranking_the_first_counts_most(read) -> None:
    text = TOWN.replace("approval", "ordinal")

    assert read(text).election.support.tolist() == [4, 1, 0]  # two places: two points and one
    ranked = read(text.replace("currency;EUR", "max_length;3"))
    assert ranked.election.support.tolist() == [6, 2, 0]  # three places on the paper


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ("META\n", "", "first line must be META"),
        ("VOTES\n", "VOTE\n", "no part VOTES"),
        ("VOTES\n", "PROJECTS\n", "a second time"),
        ("key;value", "name;value", "lacks “key”"),
        ("project_id;cost", "id;cost", "lacks “project_id”"),
        ("voter_id;vote;sex", "vote;vote;sex", "names a column twice"),
        ("num_votes;3", "num_votes;4", "seems cut off"),
        ("num_projects;3", "num_projects;2", "seems cut off"),
        ("vote_type;approval", "vote_type;veto", "vote_type “veto”"),
        ("budget;60", "budget;0", "META: the budget “0”"),
        ("budget;60", "budget;-5", "the budget “-5”"),
        ("budget;60", "budget;NaN", "the budget “NaN”"),
        ("budget;60", "budget;1e9", "the budget “1e9”"),
        ("budget;60", "budget;9999999999999999", "the budget “9999"),
        ("budget;60", "budget;999999999999999.5", "too large to be exact"),
        ("x/2;20", "x/2;0", "Line 13 of town.pb: the cost “0”"),
        ("x/2;20", "7;20", "Line 13 of town.pb: the project_id “7” is there twice"),
        ("x/2;20", ";20", "is empty or holds a comma"),
        ("2;7;M", "2;8;M", "Line 18 of town.pb: the vote is for “8”"),
        ("2;7;M", "2;7;M;5", "Line 18 of town.pb has 4 cells"),
        ('"Garden', '"Garden;', "."),
    ],
)
def test_what_is_broken_is_refused_by_line(read, old, new, sentence) -> None:
    assert old in TOWN
    text = TOWN.replace(old, new, 1)
    if old == '"Garden':
        text = text.replace('large"', "large")  # never closed: the rest is one text
        sentence = "quotation mark"

    with pytest.raises(Refused, match=sentence.replace(".", r"\.")):
        read(text)


@pytest.mark.parametrize(
    ("vote", "sentence"),
    [
        ("1;7,x/2;4", "2 projects and 1 points"),
        ("1;7,7;4,4", "names a project twice"),
        ("1;7,x/2;4,-1", "“-1” points"),
        ("1;7,x/2;4,1.5", "“1.5” points"),
        ("1;7,x/2;4,9999999999", "“9999999999” points"),
    ],
)
def test_points_that_cannot_be_are_refused(read, vote, sentence) -> None:
    text = TOWN.replace("approval", "scoring").replace("voter_id;vote;sex", "voter_id;vote;points")
    text = text.replace("2;7;M", "2;7;1").replace("1;7,x/2;F", vote)

    with pytest.raises(Refused, match=f"Line 17 of town.pb.*{sentence}"):
        read(text)


def test_other_refusals(read, tmp_path: Path) -> None:
    with pytest.raises(Refused, match="not text in UTF-8"):
        read(TOWN.encode("utf-16"))
    with pytest.raises(Refused, match=r"has no column “age”\. It has: sex"):
        read(TOWN, by="age")
    with pytest.raises(Refused, match="There is no file"):
        pabulib.read(tmp_path / "nowhere.pb")
    with pytest.raises(Refused, match="no part META"):
        read("")


@given(
    st.lists(
        st.tuples(st.integers(0, len(TOWN)), st.integers(0, 40), st.binary(max_size=6)), max_size=4
    )
)
@settings(
    max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_a_mutilated_file_is_read_or_refused(read, cuts) -> None:
    content = TOWN.encode()
    for at, length, instead in cuts:
        content = content[:at] + instead + content[at + length :]
    try:
        poll = read(content)
    except Refused:
        return  # with a sentence; any other exception fails here
    assert poll.election.budget > 0
    assert len(poll.names) == len(poll.election.ids)


@pytest.mark.realdata
def test_all_elections_count_as_their_files_say(data_dir: Path) -> None:
    """The columns votes and score hold the organisers' own counts."""
    files = sorted((data_dir / "pabulib" / "elections").glob("*.pb"))
    others: dict[str, set[str]] = {"votes": set(), "score": set()}
    for path in files:
        poll = pabulib.read(path)
        supporters, scores = told_counts(path)
        if supporters != [len(poll.election.supporters_of(at)) for at in range(len(poll.names))]:
            others["votes"].add(path.name)
        if scores and scores != poll.election.support.tolist():
            others["score"].add(path.name)

    assert len(files) == 102
    # Those of Warsaw count a project that a vote names twice as two; Zurich counts those who gave
    # a project no points; rankings without a largest length are scored by the length of each.
    assert others == {
        "votes": {
            "Poland_Warszawa_2026_Nadwisle_Miedzeszyn_Aleksandrow_Falenica.pb",
            "Poland_Warszawa_2026_Wierzbno_Ksawerow.pb",
            "Switzerland_Zurich_S5D10.pb",
        },
        "score": {
            "US_Stanford_Dataset_PB_Chicago_35th_Ward_2021_vote_rankings.pb",
            "US_Stanford_Dataset_PB_Chicago_47th_Ward_2021_vote_rankings.pb",
            "US_Stanford_Dataset_PB_Chicago_47th_Ward_2022_Youth_vote_rankings.pb",
        },
    }


def told_counts(path: Path) -> tuple[list[int], list[int]]:
    supporters, scores = [], []
    heading: list[str] | None = None
    with path.open(encoding="utf-8", newline="") as file:
        for row in csv.reader(file, delimiter=";"):
            if row == ["VOTES"]:
                break
            if row == ["PROJECTS"]:
                heading = []
            elif heading == []:
                heading = row
            elif heading:
                told = dict(zip(heading, row, strict=True))
                supporters.append(int(told["votes"]))
                if "score" in told:
                    scores.append(int(float(told["score"])))
    return supporters, scores
