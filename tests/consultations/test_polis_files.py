"""Exports of Polis are read as they are, or refused with a sentence: never a traceback."""

from __future__ import annotations

import csv
import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from coalition.base.errors import Refused
from coalition.consultations.files import conversations, csv_rows, polis
from coalition.consultations.files.conversations import Conversation

pytestmark = pytest.mark.any_database

COMMENTS = """timestamp,datetime,comment-id,author-id,agrees,disagrees,moderated,comment-body
1500000000001,Fri Jul 14 2017,3,0,1,1,1,"Fares, of buses, are fair."
1500000000000,Fri Jul 14 2017,1,0,2,0,-1,Taken out
"""
VOTES = """timestamp,datetime,comment-id,voter-id,vote
1500000000020,Fri Jul 14 2017,3,8,1
1500000000010,Fri Jul 14 2017,3,8,-1
1500000000030,Fri Jul 14 2017,3,5,-1
1500000000040,Fri Jul 14 2017,1,5,1
1500000000040,Fri Jul 14 2017,1,8,0
1500000000040,Fri Jul 14 2017,1,8,1
"""
PARTICIPANTS = """participant,xid,group-id,n-comments,n-votes,n-agree,n-disagree,1,3
5,,1,0,2,1,1,1,-1
8,,,0,2,2,0,1,1
"""
SUMMARY = 'topic,Buses\nurl,https://example.org\nconversation-description,"Two\n lines"\n'


def folder_of(path: Path, **files: str | bytes) -> Path:
    """Files by name, with _ for the dot: comments_csv, votes_json and so on."""
    for name, content in files.items():
        stem, _, ending = name.rpartition("_")
        data = content.encode() if isinstance(content, str) else content
        (path / f"{stem.replace('_', '-')}.{ending}").write_bytes(data)
    return path


def csv_folder(path: Path, **changed: str | bytes) -> Path:
    files: dict[str, Any] = {
        "comments_csv": COMMENTS,
        "votes_csv": VOTES,
        "participants_votes_csv": PARTICIPANTS,
        "summary_csv": SUMMARY,
    }
    return folder_of(path, **(files | changed))


def in_pairs(held: Conversation) -> dict[tuple[int, int], int]:
    votes = held.votes
    return {
        (person, statement): value
        for person, statement, value in zip(
            votes.participants[votes.rows].tolist(),
            votes.statements[votes.columns].tolist(),
            votes.values.tolist(),
            strict=True,
        )
    }


# --- What is read ----------------------------------------------------------------------------


def test_csv_is_read(tmp_path: Path):
    held = polis.read(csv_folder(tmp_path))

    assert held.topic == "Buses"
    assert [(one.id, one.text, one.moderated) for one in held.statements] == [
        (1, "Taken out", -1),
        (3, "Fares, of buses, are fair.", 1),
    ]
    assert held.moderated_out == (1,)
    # The later vote counts, by time (8 on 3), and at the same time by place (8 on 1).
    assert in_pairs(held) == {(5, 1): 1, (5, 3): -1, (8, 1): 1, (8, 3): 1}
    assert held.groups == {5: 1}
    assert held.notes == ()


@pytest.mark.parametrize(
    ("person", "statement", "moderated"),
    [("pid", "tid", "mod"), ("participant_id", "statement_id", "moderated")],
)
def test_json_is_read_in_both_styles_of_keys(tmp_path: Path, person, statement, moderated):
    comments = [
        {statement: 3, "txt": "Fair.", moderated: 1, "agree_count": 1, "disagree_count": 1},
        {statement: 1, "txt": "Out", moderated: -1},
        {statement: 2, "txt": "New", moderated: None},
    ]
    votes = [
        {person: 8, statement: 3, "vote": 1, "modified": "20"},
        {person: 8, statement: 3, "vote": -1, "modified": 10.5},
        {person: 5, statement: 3, "vote": -1, "modified": 30},
        {person: 5, statement: 1, "vote": 0},
    ]
    server = {
        "base-clusters": {"id": [0, 1], "members": [[5], [8]]},
        "group-clusters": [{"id": 0, "members": [1]}, {"id": 1, "members": [0]}],
    }
    folder_of(
        tmp_path,
        comments_json=json.dumps(comments),
        votes_json=json.dumps(votes),
        conversation_json=json.dumps({"topic": " Buses\n"}),
        math_pca2_json=json.dumps(server),
    )

    held = polis.read(tmp_path)

    assert held.topic == "Buses"
    assert [(one.id, one.moderated) for one in held.statements] == [(1, -1), (2, 0), (3, 1)]
    assert in_pairs(held) == {(5, 1): 0, (5, 3): -1, (8, 3): 1}
    assert held.groups == {8: 0, 5: 1}


def test_topic_with_other_delimiters_in_it(tmp_path: Path):
    summary = "topic,Buses; trams; trains\n"

    assert polis.read(csv_folder(tmp_path, summary_csv=summary)).topic == "Buses; trams; trains"


def test_topic_and_groups_may_be_missing(tmp_path: Path):
    folder_of(tmp_path, comments_csv=COMMENTS, votes_csv=VOTES)

    held = polis.read(tmp_path)

    assert (held.topic, held.groups) == ("", None)


def test_signs_are_turned_where_only_so_the_counts_fit(tmp_path: Path):
    """The server's own tables hold agree as −1."""
    turned = VOTES.replace(",-1\n", ",x\n").replace(",1\n", ",-1\n").replace(",x\n", ",1\n")

    held = polis.read(csv_folder(tmp_path, votes_csv=turned))

    assert in_pairs(held) == {(5, 1): 1, (5, 3): -1, (8, 1): 1, (8, 3): 1}
    assert len(held.notes) == 1
    assert "−1 was read as agree" in held.notes[0]


@pytest.mark.parametrize(
    "change",
    [
        lambda text: b"\xef\xbb\xbf" + text.encode(),
        lambda text: text.encode("utf-16"),
        lambda text: text.replace("\n", "\r\n").encode(),
        lambda text: text.replace("\n", "\n\n").encode(),
        lambda text: "\n".join(
            ";".join(cells) for cells in csv.reader(text.replace(", ", " ").splitlines())
        ).encode(),
    ],
    ids=["byte-order mark", "UTF-16", "CRLF", "empty lines", "semicolons"],
)
def test_other_ways_of_saving_are_read_alike(tmp_path: Path, change):
    (tmp_path / "plain").mkdir()
    (tmp_path / "other").mkdir()

    held = polis.read(csv_folder(tmp_path / "plain"))
    other = polis.read(
        csv_folder(tmp_path / "other", comments_csv=change(COMMENTS), votes_csv=change(VOTES))
    )

    assert in_pairs(other) == in_pairs(held)
    assert [one.id for one in other.statements] == [1, 3]


def test_nobody_voted(tmp_path: Path):
    held = polis.read(csv_folder(tmp_path, votes_csv=VOTES.partition("\n")[0] + "\n"))

    assert len(held.votes.participants) == 0
    assert held.votes.statements.tolist() == [1, 3]


# --- What is refused, and how ----------------------------------------------------------------


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"votes_csv": VOTES.replace("voter-id", "voter")}, "column voter-id is missing"),
        ({"votes_csv": VOTES.replace("datetime", "vote")}, "column vote is there twice"),
        ({"votes_csv": VOTES.replace(",8,-1", ",8,2")}, "Line 3 of votes.csv: the vote is “2”"),
        ({"votes_csv": VOTES.replace(",8,-1", ",8,NaN")}, "the vote is “NaN”"),
        ({"votes_csv": VOTES.replace(",8,-1", ",-8,-1")}, "Line 3 of votes.csv: “-8” is no id"),
        ({"votes_csv": VOTES.replace(",8,-1", f",{10**30},-1")}, "is no id"),
        ({"votes_csv": VOTES.replace(",8,-1", ",٣,-1")}, "“٣” is no id"),
        ({"votes_csv": VOTES.replace("3,8,-1", "99,8,-1")}, "Line 3 of votes.csv: a vote on st"),
        ({"votes_csv": VOTES.replace("2017,3,8,-1", "2017,3")}, "Line 3 of votes.csv has 3 of 5"),
        ({"votes_csv": VOTES.replace("Fri", '"Fri', 1)}, "cannot be read as CSV"),
        ({"votes_csv": b""}, "votes.csv is empty"),
        ({"votes_csv": VOTES.encode() + b"\xff\xfe,1"}, "not text in UTF-8"),
        ({"votes_csv": bytes(range(256)) * 4}, "votes.csv"),
        ({"comments_csv": COMMENTS.replace(",3,0", ",1,0")}, "Statement 1 is there twice"),
        ({"comments_csv": COMMENTS.replace(",1,1,1,", ",1,1,5,")}, "moderated is “5”"),
        ({"comments_csv": COMMENTS.replace(",1,1,1,", ",-1,1,1,")}, "“-1” is no number of votes"),
        ({"participants_votes_csv": PARTICIPANTS.replace(",,1,", ",,x,")}, "“x” is no group"),
        ({"participants_votes_csv": PARTICIPANTS.replace("group-id", "group")}, "is missing"),
    ],
)
def test_broken_csv_is_refused_with_its_place(tmp_path: Path, changed, sentence):
    with pytest.raises(Refused) as refusal:
        polis.read(csv_folder(tmp_path, **changed))

    assert sentence in str(refusal.value)


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"votes_json": "[{"}, "votes.json is no valid JSON"),
        ({"votes_json": "[" * 100_000}, "votes.json is no valid JSON"),
        ({"votes_json": b"\xff\xff"}, "votes.json is no valid JSON"),
        ({"votes_json": "{}"}, "votes.json must hold a list"),
        ({"votes_json": "[1]"}, "Entry 1 of votes.json is no object"),
        ({"votes_json": '[{"pid": 1, "tid": 3}]'}, "Entry 1 of votes.json has no “vote”"),
        ({"votes_json": '[{"pid": 1, "tid": 3, "vote": NaN}]'}, "NaN is no number"),
        ({"votes_json": '[{"pid": 1, "tid": 3, "vote": true}]'}, "the vote must be 1"),
        ({"votes_json": '[{"pid": 1, "tid": 3, "vote": 2}]'}, "the vote must be 1"),
        ({"votes_json": '[{"pid": 1.5, "tid": 3, "vote": 1}]'}, "“1.5” must be a whole number"),
        ({"votes_json": '[{"tid": 3, "vote": 1}]'}, "has no “pid” or “participant_id”"),
        ({"votes_json": f'[{{"pid": {10**30}, "tid": 3, "vote": 1}}]'}, "must be a whole number"),
        ({"votes_json": f'[{{"pid": {"9" * 5000}, "tid": 3, "vote": 1}}]'}, "no valid JSON"),
        ({"votes_json": '[{"pid": 1, "tid": 4, "vote": 1}]'}, "Vote 1 of votes.json: a vote on"),
        ({"votes_json": '[{"pid":1,"tid":3,"vote":1,"modified":1e999}]'}, "the time “inf"),
        ({"votes_json": '[{"pid":1,"tid":3,"vote":1,"modified":"soon"}]'}, "the time “soon"),
        ({"comments_json": '[{"tid": 3, "txt": 1, "mod": 1}]'}, "“txt” must be a text"),
        ({"comments_json": '[{"tid": 3, "mod": "1"}]'}, "“moderated” must be"),
        ({"math_pca2_json": "[]"}, "math-pca2.json does not hold the groups"),
        ({"math_pca2_json": '{"base-clusters": {"id": [1], "members": []}}'}, "does not hold"),
    ],
)
def test_broken_json_is_refused_with_its_place(tmp_path: Path, changed, sentence):
    whole = {
        "comments_json": '[{"tid": 3, "txt": "Fair.", "mod": 1}]',
        "votes_json": '[{"pid": 1, "tid": 3, "vote": 1}]',
    }
    with pytest.raises(Refused) as refusal:
        polis.read(folder_of(tmp_path, **(whole | changed)))

    assert sentence in str(refusal.value)


def test_what_is_no_export_is_refused(tmp_path: Path):
    file = folder_of(tmp_path, a_csv="a") / "a.csv"
    for path in (tmp_path, tmp_path / "nowhere", tmp_path / ("n" * 5000), file):
        with pytest.raises(Refused, match=r"no export of Polis"):
            polis.read(path)
    with pytest.raises(Refused, match="There is no file"):
        polis.read(folder_of(tmp_path, votes_csv=VOTES))


def test_what_is_too_large_is_refused(tmp_path: Path, monkeypatch):
    csv_folder(tmp_path)
    with monkeypatch.context() as patch:
        patch.setattr(polis, "MOST_BYTES", 100)
        with pytest.raises(Refused, match="at most 100 are read"):
            polis.read(tmp_path)
    with monkeypatch.context() as patch:
        patch.setattr(conversations, "MOST_STATEMENTS", 1)
        with pytest.raises(Refused, match="There are more than 1 statements"):
            polis.read(tmp_path)


def test_a_cell_or_line_without_end_is_refused(tmp_path: Path):
    for length, sentence in ((200_000, "cannot be read as CSV"), (2_000_000, "a line of more")):
        endless = VOTES.replace("Fri", "F" * length, 1)
        with pytest.raises(Refused, match=sentence):
            polis.read(csv_folder(tmp_path, votes_csv=endless))


def read_or_refused(folder: Path) -> Conversation | str:
    try:
        return polis.read(folder)
    except Refused as refusal:
        return str(refusal)


SCRAPS = [b'"', b",", b"\n", b"\r", b"\0", b"\xff", b"-", b"NaN", b"9" * 30, b"\xef\xbb\xbf", b"1"]


@given(st.data())
@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_mangled_files_are_read_or_refused(tmp_path: Path, data: st.DataObject):
    """Cut, doubled, filled with scraps and turned bytes: nothing but a refusal may come of it."""
    names = ("comments_csv", "votes_csv", "participants_votes_csv", "summary_csv")
    name = data.draw(st.sampled_from(names))
    content = dict(zip(names, (COMMENTS, VOTES, PARTICIPANTS, SUMMARY), strict=True))[name].encode()
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(content)))
        end = data.draw(st.integers(at, min(len(content), at + 30)))
        scrap = data.draw(st.sampled_from(SCRAPS) | st.binary(max_size=6))
        kind = data.draw(st.sampled_from(["put", "cut", "double", "end"]))
        content = {
            "put": content[:at] + scrap + content[end:],
            "cut": content[:at] + content[end:],
            "double": content[:end] + content[at:],
            "end": content[:at],
        }[kind]

    outcome = read_or_refused(csv_folder(tmp_path, **{name: content}))

    if isinstance(outcome, str):
        assert outcome.endswith(".")
    else:
        assert set(outcome.votes.values.tolist()) <= {1, 0, -1}


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                [
                    "pid",
                    "tid",
                    "vote",
                    "mod",
                    "txt",
                    "modified",
                    "agree_count",
                    "id",
                    "base-clusters",
                    "group-clusters",
                    "members",
                    "topic",
                ]
            ),
            inner,
            max_size=5,
        )
    ),
    max_leaves=12,
)


@given(
    json_values,
    st.sampled_from(["votes_json", "comments_json", "math_pca2_json", "conversation_json"]),
)
@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_any_json_is_read_or_refused(tmp_path: Path, value, name: str):
    whole = {
        "comments_json": '[{"tid": 3, "txt": "Fair.", "mod": 1}]',
        "votes_json": '[{"pid": 1, "tid": 3, "vote": 1}]',
        "math_pca2_json": '{"base-clusters": {"id": [], "members": []}, "group-clusters": []}',
        "conversation_json": "{}",
    }
    outcome = read_or_refused(folder_of(tmp_path, **(whole | {name: json.dumps(value)})))

    if isinstance(outcome, str):
        assert outcome.endswith(".")
    else:
        assert set(outcome.votes.values.tolist()) <= {1, 0, -1}


def test_bounds_of_whole_numbers(tmp_path: Path):
    assert csv_rows.whole(str(csv_rows.HIGHEST), "id", tmp_path, 1) == csv_rows.HIGHEST
    with pytest.raises(Refused):
        csv_rows.whole(str(csv_rows.HIGHEST + 1), "id", tmp_path, 1)


# --- Conversations that were held ------------------------------------------------------------


@pytest.mark.realdata
def test_all_open_conversations_are_read_as_their_own_table_of_votes(data_dir: Path):
    folders = sorted(path for path in (data_dir / "polis" / "openData").iterdir() if path.is_dir())
    assert len(folders) == 7
    for folder in folders:
        held = polis.read(folder)
        with (folder / "participants-votes.csv").open(encoding="utf-8", newline="") as file:
            published = list(csv.DictReader(file))
        assert in_pairs(held) == {
            (int(row["participant"]), int(name)): int(cell)
            for row in published
            for name, cell in row.items()
            if name.isdigit() and cell
        }
        assert Counter((held.groups or {}).values()) == Counter(
            int(row["group-id"]) for row in published if row["group-id"]
        )
        assert held.notes == ()
        assert held.topic


@pytest.mark.realdata
def test_all_conversations_of_servers_are_read_with_their_groups(data_dir: Path):
    folders = sorted((data_dir / "polis" / "reference_math").iterdir())
    assert len(folders) == 3
    for folder in folders:
        held = polis.read(folder)
        server = json.loads((folder / "math-pca2.json").read_text())
        assert len(in_pairs(held)) == len(json.loads((folder / "votes.json").read_text()))
        assert set(held.groups or {}) == set(server["in-conv"])
        assert held.votes.statements.tolist() == server["tids"]
        assert held.notes == ()
