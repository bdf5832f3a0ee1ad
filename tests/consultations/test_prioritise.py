"""`coalition prioritise`: winners, rounds and reasons from a Pabulib file; the same as the peer."""

from __future__ import annotations

import json
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from benchmarks.computations.choosing import as_peer, made, peer_taken, taken
from coalition.consultations.files import pabulib

pytestmark = pytest.mark.any_database

TOWN = """META
key;value
description;A town
num_votes;6
budget;60
vote_type;approval
currency;EUR
PROJECTS
project_id;cost;name
clinic;30;A clinic
garden;20;A garden
library;15;A library
bus;8;A bus
VOTES
voter_id;vote;part
1;clinic,garden;north
2;clinic,garden;north
3;clinic,garden;north
4;clinic,library;north
5;clinic,library,bus;north
6;library,bus;south
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "town.pb"
    path.write_text(TOWN, encoding="utf-8")
    return path


def said(*words: object) -> str:
    out = StringIO()
    call_command("prioritise", *map(str, words), stdout=out)
    return out.getvalue()


def test_json(file: Path) -> None:
    told = json.loads(said(file, "--completion", "add1", "--json"))
    rounds = [(one["round"], one["item"], one["price"], one["paying"]) for one in told["rounds"]]

    assert told["winners"] == ["clinic", "library", "bus"]
    assert (told["budget"], told["spent"], told["share"]) == (60, 53, 12)
    assert rounds == [(1, "clinic", 6, 5), (2, "library", 5, 3), (3, "bus", 7, 2)]
    garden = told["items"][-1]
    assert (garden["item"], garden["available"], garden["missing"]) == ("garden", 18, 2)
    assert garden["more_supporters"] is None
    assert garden["why"] == (
        "Out: 3 supporters had 18 EUR left together, 2 EUR too little. "
        "All others together could not have made up for it."
    )


def test_words(file: Path) -> None:
    lines = said(file).splitlines()

    assert lines[0] == "2 of 4 projects for 45 EUR of 60 EUR, by 6 voters:"
    assert lines[1:5] == [
        "  1. clinic  A clinic, 30 EUR",
        "     In: 5 supporters. All paid 6 EUR each, or all that was left.",
        "  2. library  A library, 15 EUR",
        "     In: 3 supporters. All paid 7 EUR each, or all that was left.",
    ]
    assert lines[-1].endswith("The support of 2 more would have been enough.")


def test_the_greedy_rule_says_what_would_have_helped(file: Path) -> None:
    told = json.loads(said(file, "--rule", "greedy", "--json"))
    why = {one["item"]: one["why"] for one in told["items"]}

    assert told["winners"] == ["clinic", "garden", "bus"]
    assert (told["share"], told["completion"]) == (None, None)
    assert why["garden"] == "In: 3 supporters. Just as good: library; the order of ids decided."
    assert why["library"] == (
        "Out: 3 supporters; when its turn came 10 EUR was left, 5 EUR too little. "
        "The support of 1 more would have been enough."
    )


def test_groups_of_fewer_than_five_are_withheld(file: Path) -> None:
    told = json.loads(said(file, "--by", "part", "--json"))

    assert {tuple(one["by_group"].values()) for one in told["items"]} == {(None, None)}
    assert "north: withheld" in said(file, "--by", "part")


def test_refusals(file: Path, tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="There is no file"):
        said(tmp_path / "nowhere.pb")
    with pytest.raises(CommandError, match="has no column “region”"):
        said(file, "--by", "region")
    file.write_text(TOWN.replace("num_votes;6", "num_votes;7"), encoding="utf-8")
    with pytest.raises(CommandError, match="seems cut off"):
        said(file)
    with pytest.raises(CommandError, match="invalid choice"):
        said(file, "--rule", "lottery")


# --- Beside the peer -------------------------------------------------------------------------


@pytest.mark.parametrize("utility", ["cost", "cardinality"])
def test_made_election_as_the_peer(utility: str) -> None:
    election = made(voters=250, items=30, seed=30)
    instance, profile = as_peer(election)

    for rule in ("equal-shares", "greedy"):
        by_peer = peer_taken(instance, profile, rule, utility, "none")
        assert taken(election, rule, utility, "none") == by_peer


@pytest.mark.realdata
def test_official_result_of_assen(data_dir: Path) -> None:
    """Decided by the method of equal shares, cost utilities, completed by add-one."""
    file = data_dir / "pabulib" / "elections" / "Netherlands_Assen_2024.pb"
    told = json.loads(said(file, "--completion", "add1", "--json"))

    assert set(told["winners"]) == pabulib.read(file).official
    assert len(told["winners"]) == 9


@pytest.mark.realdata
@pytest.mark.long
def test_all_approval_elections_as_the_peer(data_dir: Path) -> None:
    """With completion those whose share is below 60 units: the peer begins anew for each unit.
    `make bench` compares the others."""
    compared = completed = 0
    for file in sorted((data_dir / "pabulib" / "elections").glob("*.pb")):
        poll = pabulib.read(file)
        if poll.vote_type not in pabulib.APPROVALS:
            continue
        election = poll.election
        instance, profile = as_peer(election)
        for utility in ("cost", "cardinality"):
            ways = [("equal-shares", "none"), ("greedy", "none")]
            if election.budget / election.unit / election.voters < 60:
                ways.append(("equal-shares", "add1"))
                completed += 1
            for rule, completion in ways:
                by_peer = peer_taken(instance, profile, rule, utility, completion)
                ours = taken(election, rule, utility, completion)
                assert ours == by_peer, (file.name, rule, utility, completion)
                compared += 1

    assert compared - completed == 4 * 72
    assert completed >= 2
