"""Ballots in BLT files: read as they are meant, or refused with the line and the mend."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from coalition.analysis.seats.ballots import Election
from coalition.base.errors import Refused
from coalition.base.text import clean_line
from coalition.consultations.files import blt

pytestmark = pytest.mark.any_database

PLAIN = """4 2
-2
3 1 3 4 0
4 1 3 2 0
2 4 1 3 0
1 2 0
2 2 4 3 1 0
1 3 4 2 0
0
"Adam Example"
"Basil Example"
"Charlotte Example"
"Donald Example"
"Title"
"""


def read(tmp_path: Path, text: str | bytes) -> blt.BallotFile:
    path = tmp_path / "some.blt"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return blt.read(path)


def test_a_plain_file(tmp_path: Path) -> None:
    assert read(tmp_path, PLAIN) == blt.BallotFile(
        Election(
            ("Adam Example", "Basil Example", "Charlotte Example", "Donald Example"),
            2,
            (
                (3, (0, 2, 3)),
                (4, (0, 2, 1)),
                (2, (3, 0, 2)),
                (1, (1,)),
                (2, (1, 3, 2, 0)),
                (1, (2, 3, 1)),
            ),
            frozenset([1]),
            "Title",
        ),
        (),
    )


def test_other_ways_to_write_the_same(tmp_path: Path) -> None:
    expected = read(tmp_path, PLAIN)
    words = PLAIN.splitlines()
    quoted = [line.replace('"', "") if line.startswith('"') else line for line in words]
    curly = [f"“{line[1:-1]}”" if line.startswith('"') else line for line in words]
    commented = ["# A comment", *(f"  {line}\t# and another" for line in words), "# The end"]
    together = [*words[:9], " ".join(words[9:])]
    spaced = [f"{line}\n" for line in words]
    bundled = [*words[:2], "1 1 3 4 0", "2 1 3 4 0", *words[3:], "A source", "A remark"]
    for lines in (quoted, curly, commented, together, spaced, bundled):
        assert read(tmp_path, "\n".join(lines)) == expected, lines
    for raw in (
        PLAIN.replace("\n", "\r\n").encode(),
        PLAIN.replace("\n", "\r").encode(),
        PLAIN.encode("utf-8-sig"),
        PLAIN.encode("utf-16"),
    ):
        assert read(tmp_path, raw) == expected, raw


def test_names_of_many_kinds(tmp_path: Path) -> None:
    def names(text: str | bytes) -> tuple[str, ...]:
        return read(tmp_path, text).election.candidates

    assert names('2 1\n0\n"José \u202eÅngström"\n"الدوحة"\n') == ("José Ångström", "الدوحة")
    assert names('2 1\n0\n"Zoë"\n"B"\n'.encode("cp1252")) == ("Zoë", "B")
    assert names('2 1\n0\nThe "Other" One\n"A "B" C"\n') == ('The "Other" One', 'A "B" C')
    assert names('2 1\n0\n"A ""The Party"""\n"B" # last\n') == ('A "The Party"', "B")
    assert names("2 1\n0\nNumber #3\n  B  \n") == ("Number #3", "B")
    in_comments = "# ALTERNATIVE NAME 2: B\n# ALTERNATIVE NAME 1: A\n"
    assert names(f"2 1\n0\n{in_comments}Title\n") == ("A", "B")
    assert read(tmp_path, f"2 1\n0\n{in_comments}Title\n").election.title == "Title"
    assert names(f"2 1\n0\n{in_comments}C\nD\nTitle\n") == ("C", "D")
    # Two of one name are told apart by their numbers.
    assert names("3 1\n0\nA\nB\nA\n") == ("A (1)", "B", "A (3)")
    assert read(tmp_path, "1 1\n0\nA").election.title == ""


def test_places_left_out_or_shared_end_a_ballot(tmp_path: Path) -> None:
    text = "3 1\n5 1 - 2 0\n4 2=3 1 0\n2 3 1=2 0\n1 - 0\n0\nA\nB\nC\n"

    found = read(tmp_path, text)

    assert found.election.ballots == ((5, (0,)), (5, ()), (2, (2,)))
    assert found.notes == (
        "6 papers leave a place out: they count up to that place.",
        "6 papers rank several candidates equally: they count up to that place.",
    )


def test_a_party_beside_the_name_is_no_candidate(tmp_path: Path) -> None:
    beside = '2 1\n1 1 0\n0\n"Ada" "Green Party"\n"Ben" ""\n"Title"\n'
    together = '2 1\n1 1 0\n0\n"Ada" "Ben"\n"Title"\n"A source"\n"A remark"\n'

    election = read(tmp_path, beside).election
    assert election.candidates == ('Ada "Green Party"', "Ben")
    assert election.title == "Title"
    wrapped = '2 1\n1 1 0\n0\n"""Ada"" ""Green Party"""\n"""Ben"" """""\n"""Title"""\n'
    assert read(tmp_path, wrapped).election == election
    with pytest.raises(Refused, match=r"Line 4 of .*: it is not clear"):
        read(tmp_path, together)


@pytest.mark.realdata
def test_all_elections_name_their_candidates_and_themselves(data_dir: Path) -> None:
    """The title is what the last line says, so nothing before it was taken for two."""
    files = sorted((data_dir / "stv_scotland/blt").glob("*.blt"))
    assert len(files) == 79
    for file in files:
        election = blt.read(file).election
        last = file.read_text("utf-8").strip().splitlines()[-1]
        assert clean_line(election.title.replace('"', "")) == clean_line(last.replace('"', ""))


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "is empty"),
        ("# only a comment\n", "is empty"),
        ("two seats\n", "Line 1 of some.blt: it should hold two numbers"),
        ("\n\n3\n", "Line 3 of some.blt: it should hold two numbers"),
        ("3 1 1\n", "Line 1 of some.blt: it should hold two numbers"),
        ("0 0\n", "Line 1 of some.blt: there must be 1 to 1,000 candidates"),
        ("99999999999 1\n", "there must be 1 to 1,000 candidates"),
        ("2 0\n", "there must be at least one seat"),
        ("2 3\n", "and a candidate for each"),
        ("2 1\n-3\n0\nA\nB\n", "Line 2 of some.blt: “3” is no candidate; they are 1 to 2"),
        ("2 1\n-x\n0\nA\nB\n", "“x” is no candidate"),
        ("2 1\n1 1 0\n-2\n0\nA\nB\n", "Line 3 of some.blt: “-2” should be how many papers"),
        ("2 1\n1 3 0\n0\nA\nB\n", "Line 2 of some.blt: “3” is no candidate"),
        ("2 1\n1 ² 0\n0\nA\nB\n", "“²” is no candidate"),
        ("2 1\n1 1 -2 0\n0\nA\nB\n", "“-2” is no candidate"),
        ("2 1\n1 (1 2) 0\n0\nA\nB\n", "“(1” is no candidate"),
        ("2 1\n1.5 1 0\n0\nA\nB\n", "“1.5” should be how many papers say this"),
        ("2 1\nNaN 1 0\n0\nA\nB\n", "“NaN” should be how many papers say this"),
        ("2 1\n0 1 0\n0\nA\nB\n", "“0” should be how many papers say this"),
        ("2 1\n\x1b[2J\u202e 1 0\n0\nA\nB\n", "“[2J” should be how many papers"),
        ("2 1\n999999999999 1 0\n0\nA\nB\n", "Line 2 of some.blt: more than 1,000,000,000 papers"),
        ("2 1\n1 1 2\n0\nA\nB\n", "Line 2 of some.blt: the ballot is not closed"),
        ("2 1\n3\n0\nA\nB\n", "Line 2 of some.blt: the ballot is not closed"),
        ("2 1\n1 1 2 1 0\n0\nA\nB\n", "Line 2 of some.blt: candidate 1 is ranked twice"),
        ("2 1\n1 1=1 0\n0\nA\nB\n", "candidate 1 is ranked twice"),
        ("2 1\n1 0 2 0\n0\nA\nB\n", "“0” is no candidate"),
        ("2 1\n1 1 2 0\n", "is cut short: a line with 0 alone must close the ballots"),
        ("2 1\n1 1 2 0\n0\nA\n", "some.blt names 1 of 2 candidates"),
        ('2 1\n0\n""\n"B"\n', "Line 3 of some.blt: the candidate has no name"),
        ("3 1\n0\nA\nA\nA (1)\n", "candidates have the same name"),
        (b"2 1\n0\n\x00\x01\n", "is not text"),
        (b"\xff\xfe2", "is not text"),
        (b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", "is not text"),
    ],
)
def test_what_cannot_be_read_is_refused(tmp_path: Path, text: str | bytes, sentence: str) -> None:
    with pytest.raises(Refused) as refusal:
        read(tmp_path, text)
    assert sentence in str(refusal.value)


def test_missing_and_huge_files_are_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(Refused, match="There is no file"):
        blt.read(tmp_path / "none.blt")
    with pytest.raises(Refused, match="There is no file"):
        blt.read(tmp_path)
    monkeypatch.setattr(blt, "MOST_BYTES", 10)
    with pytest.raises(Refused, match="at most 10 are read"):
        read(tmp_path, PLAIN)


@given(st.integers(0, 10**9), st.sampled_from(["cut", "bytes", "tokens", "lines"]))
@settings(
    max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_broken_files_are_read_or_refused(tmp_path: Path, seed: int, how: str) -> None:
    chance = random.Random(seed)
    raw = PLAIN.encode()
    if how == "cut":
        raw = raw[: chance.randrange(len(raw))]
    elif how == "bytes":
        at = chance.randrange(len(raw))
        raw = raw[:at] + chance.randbytes(chance.randrange(1, 6)) + raw[at + 1 :]
    elif how == "tokens":
        words = PLAIN.split(" ")
        strange = ["-", "=", "1=", "0", "-1", "1e9", "NaN", '"', "9" * 30, "٣", "#", "\ufeff1"]
        words[chance.randrange(len(words))] = chance.choice(strange)
        raw = " ".join(words).encode()
    else:
        lines = PLAIN.splitlines()
        chance.shuffle(lines)
        raw = "\n".join(lines).encode()
    try:
        found = read(tmp_path, raw)
    except Refused as refusal:
        told = str(refusal)
    else:
        told = found.election.title
        assert len(found.election.candidates) == 4
        assert sum(papers for papers, _ in found.election.ballots) < 10**9
    assert "\0" not in told
