"""A published lottery, the draw from it, and who follows whom."""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
from collections import Counter
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coalition.analysis.lot import drawing, publishing, reading
from coalition.analysis.lot.chances import fairest
from coalition.analysis.lot.pools import Pool, Problem, Quota
from coalition.analysis.lot.publishing import PublishedLottery

pytestmark = pytest.mark.any_database

QUOTAS = (Quota("gender", "f", 1, 2), Quota("gender", "m", 1, 2))


def a_lottery(**changes) -> PublishedLottery:
    """Seven people of three types, panels of three."""
    given = {
        "size": 3,
        "features": ("gender", "place"),
        "quotas": QUOTAS,
        "types": (("f", "north"), ("f", "south"), ("m", "north")),
        "people": tuple(zip("abcdefg", (0, 0, 1, 2, 2, 2, 2), strict=True)),
        "panels": ((2, (0, 1, 2)), (1, (0, 0, 2)), (1, (1, 2, 2))),
        "bound": 0.5,
    }
    return PublishedLottery(**{**given, **changes})


LOTTERY = a_lottery()


# --- The file --------------------------------------------------------------------------------


def test_content_is_read_back_as_it_was_written() -> None:
    again = reading.read(LOTTERY.content)

    assert again == LOTTERY
    assert again.digest == hashlib.sha256(LOTTERY.content).hexdigest()


def test_content_has_a_line_for_each_person_and_each_panel() -> None:
    lines = LOTTERY.content.decode().splitlines()

    assert '["a",0],' in lines
    assert "[2,[0,1,2]]," in lines
    assert json.loads(LOTTERY.content)["format"] == publishing.FORMAT


def test_chances_are_exact_and_sum_to_the_size() -> None:
    chances = LOTTERY.chances

    # Type 0 has 2+2 seats over 4 tickets, for two people; type 1 has 3, type 2 has 2+1+2 for four.
    assert chances == {
        **dict.fromkeys("ab", Fraction(4, 8)),
        "c": Fraction(3, 4),
        **dict.fromkeys("defg", Fraction(5, 16)),
    }
    assert sum(chances.values()) == 3
    assert LOTTERY.reached == Fraction(5, 16)


def test_reached_leaves_out_whom_no_panel_can_hold() -> None:
    lottery = a_lottery(panels=((1, (0, 0, 2)),), unreachable=(1,))

    assert lottery.chances["c"] == 0
    assert lottery.reached == Fraction(1, 4)


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"people": (("a", 0), ("a", 0))}, "The codes of people are not all different"),
        ({"people": (("b", 0), ("a", 0))}, "The codes of people are not all different"),
        ({"people": (("a", 3),)}, "Somebody is of a type that is not listed."),
        ({"types": (("f",), ("f", "south"), ("m", "north"))}, "A type does not have one value"),
        ({"quotas": (Quota("age", "old", 0, 1),)}, "A quota names a feature that types do not"),
        ({"quotas": (*QUOTAS, Quota("gender", "f", 0, 3))}, "A value of a feature has two quotas."),
        ({"features": ("place", "place"), "quotas": ()}, "A feature is listed twice."),
        ({"types": (("f", "north"), ("f", "north"), ("m", "north"))}, "A type is listed twice."),
        ({"unreachable": (7,)}, "The types out of reach are not listed types"),
        ({"unreachable": (1, 1)}, "The types out of reach are not listed types, each once"),
        ({"unreachable": (1,)}, "Panel 1 holds somebody of a type that is said to be out of reach"),
        ({"panels": ((1, (0, 1, 2)), (2, (0, 1, 2)))}, "A panel is listed twice."),
        ({"panels": ((1, (0, 1, 2)),) * 50_001}, "There are more than 1,000 quotas or 50,000"),
        ({"panels": ()}, "There is no panel."),
        ({"size": 0, "panels": ((1, ()),)}, "There is no panel."),
        ({"panels": ((0, (0, 1, 2)),)}, "Panel 1 has no ticket."),
        ({"panels": ((2**70, (0, 1, 2)),)}, "There are too many tickets."),
        ({"panels": ((1, (0, 2)),)}, "Panel 1 does not have 3 seats"),
        ({"panels": ((1, (2, 1, 0)),)}, "Panel 1 does not have 3 seats in the order of types."),
        ({"panels": ((1, (1, 1, 2)),)}, "Panel 1 has more seats for a type than there are"),
        ({"panels": ((1, (2, 2, 2)),)}, "Panel 1 breaks a quota: gender: f has 0, not 1 to 2."),
    ],
)
def test_contradiction_is_refused(changes: dict, sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence):
        a_lottery(**changes)


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "not JSON"),
        (b"\xff\xfe", "not JSON"),
        (b"[" * 100_000, "not JSON"),
        (b"9" * 5_000, "not JSON"),
        (b"[]", "format"),
        (b'{"format":"other"}', "format"),
        (b'{"format":"coalition-lottery-1"}', "lacks 'size'"),
        (LOTTERY.content.replace(b'"size":3', b'"size":true'), "whole number"),
        (LOTTERY.content.replace(b'"size":3', b'"size":-3'), "whole number"),
        (LOTTERY.content.replace(b'"bound":0.5', b'"bound":NaN'), "share between 0 and 1"),
        (LOTTERY.content.replace(b'["a",0]', b'["a"]'), "is no pair"),
        (LOTTERY.content.replace(b'["a",0]', b'["\\ud800",0]'), "should be a text"),
        (LOTTERY.content.replace(b'["a",0]', b'["\\u001b[2Ja",0]'), "should be a text"),
        (LOTTERY.content.replace(b'"size":3', b'"size":' + b"9" * 4_000), "is too large"),
        (LOTTERY.content.replace(b"[2,[0,1,2]]", b"[2,7]"), "should be a list"),
        (LOTTERY.content.replace(b'"gender","f",1,2', b'"gender","f",1'), "A quota of the"),
        (LOTTERY.content.replace(b"\n", b"\r\n"), "not written as it was published"),
        (LOTTERY.content.replace(b'"seal":""', b'"seal":"","more":1'), "not written as it was"),
    ],
)
def test_broken_file_is_refused_with_a_sentence(content: bytes, sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence):
        reading.read(content)


@settings(max_examples=200, deadline=None)
@given(st.data())
def test_no_change_of_the_file_goes_unnoticed(data) -> None:
    content = bytearray(LOTTERY.content)
    at = data.draw(st.integers(0, len(content) - 1))
    content[at] = data.draw(st.integers(0, 255).filter(lambda byte: byte != LOTTERY.content[at]))

    try:
        made = reading.read(bytes(content))
    except ValueError:
        return
    assert made.digest != LOTTERY.digest


def test_codes_tell_nothing_of_the_order_and_need_the_secret() -> None:
    ids = [str(number) for number in range(500)]
    codes = publishing.coded(ids, "s" * 32)

    assert len(set(codes.values())) == 500
    assert codes == publishing.coded(ids[::-1], "s" * 32)
    assert not set(codes.values()) & set(publishing.coded(ids, "t" * 32).values())
    assert sorted(codes.values()) != list(codes.values())


# --- The draw --------------------------------------------------------------------------------


def test_draw_fits_the_panel_it_names() -> None:
    result = drawing.drawn(LOTTERY, "a public seed")
    seats = [dict(LOTTERY.people)[member] for member in result.members]

    assert sorted(seats) == list(LOTTERY.panels[result.panel][1])
    assert 0 <= result.ticket < LOTTERY.tickets


def test_draw_is_as_written_down_by_hand() -> None:
    """The whole of the method, once more and otherwise: nothing of it may change unnoticed, since
    published lotteries are drawn from years later."""
    seed = "2026-12-01: 3 17 22 38 41 45"
    digest = hashlib.sha256(LOTTERY.content).hexdigest()
    number = int.from_bytes(hashlib.sha256(f"{seed}:{digest}:panel:0".encode()).digest(), "big")
    ticket = number % 4  # 4 divides 2**256: the first try always counts
    panel = [(0, 1, 2), (0, 1, 2), (0, 0, 2), (1, 2, 2)][ticket]
    line = sorted(
        LOTTERY.people,
        key=lambda one: hashlib.sha256(f"{seed}:{digest}:person:{one[0]}".encode()).hexdigest(),
    )
    expected = [
        code for of in range(3) for code in [c for c, t in line if t == of][: panel.count(of)]
    ]

    assert drawing.drawn(LOTTERY, seed).members == tuple(sorted(expected))


def test_digest_of_a_lottery_is_written_down() -> None:
    """A change of the format changes every draw: this fails first."""
    assert LOTTERY.digest == "c6d37f86b759affef22a011fb942acf8a2308781fe0302044bf0289bfbea8679"


@pytest.mark.parametrize("seed", ["", " x", "x ", "a\nb", "\ud800", "a\u2028b"])
def test_unclear_seed_is_refused(seed: str) -> None:
    with pytest.raises(ValueError, match="A seed is a text of one line"):
        drawing.drawn(LOTTERY, seed)


def test_draws_come_as_often_as_chances_say() -> None:
    draws = 1_500
    seen = Counter(
        member for seed in range(draws) for member in drawing.drawn(LOTTERY, str(seed)).members
    )

    for code, chance in LOTTERY.chances.items():
        spread = (draws * chance * (1 - chance)) ** 0.5
        assert abs(seen[code] - draws * chance) < 4.5 * float(spread)


def test_ticket_takes_the_next_hash_where_one_lies_beyond_the_last_whole_round(monkeypatch) -> None:
    lottery = a_lottery(panels=((3, (0, 1, 2)),))
    asked = []

    def lot(_lottery, _seed, what):
        asked.append(what)
        return 2**256 - 1 if what == "panel:0" else 5  # 2**256 − 1 is a multiple of 3

    monkeypatch.setattr(drawing, "lot", lot)

    assert drawing._ticket(lottery, "s") == 2
    assert asked == ["panel:0", "panel:1"]


@st.composite
def problems(draw) -> Problem:
    """Pools of two features and quotas that some panel meets."""
    rows = draw(st.lists(st.tuples(*[st.sampled_from("ab")] * 2), min_size=2, max_size=12))
    size = draw(st.integers(1, len(rows)))
    panel = draw(st.permutations(range(len(rows))))[:size]
    quotas = []
    for at, feature in enumerate(("one", "two")):
        for value in "ab":
            held = sum(rows[person][at] == value for person in panel)
            down, up = draw(st.integers(0, 2)), draw(st.integers(0, 2))
            quotas.append(Quota(feature, value, max(0, held - down), held + up))
    ids = [f"p{number}" for number in range(len(rows))]
    return Problem(Pool.of(ids, ("one", "two"), rows), tuple(quotas), size)


@settings(max_examples=40, deadline=None)
@given(st.data())
def test_from_a_pool_to_its_members(data) -> None:
    problem = data.draw(problems())
    seed = data.draw(st.text("abc 123", min_size=1, max_size=5).filter(str.strip).map(str.strip))

    lottery = publishing.published(problem, fairest(problem))
    result = drawing.drawn(lottery, seed)

    assert sum(lottery.chances.values()) == problem.size
    assert all(0 <= chance <= 1 for chance in lottery.chances.values())
    assert lottery.reached <= lottery.bound + 1e-6
    at = {person: place for place, person in enumerate(problem.pool.ids)}
    types = problem.types.of[[at[member] for member in result.members]]
    assert problem.allows(np.bincount(types, minlength=len(problem.types.sizes)))
    assert reading.read(lottery.content) == lottery


@settings(max_examples=20, deadline=None)
@given(st.data())
def test_order_of_people_and_quotas_changes_no_byte(data) -> None:
    problem = data.draw(problems())
    pool = problem.pool
    order = data.draw(st.permutations(range(len(pool.ids))))
    rows = [
        [labels[value] for labels, value in zip(pool.labels, row, strict=True)]
        for row in pool.values.tolist()
    ]
    turned = Problem(
        Pool.of([pool.ids[at] for at in order], pool.features, [rows[at] for at in order]),
        tuple(data.draw(st.permutations(problem.quotas))),
        problem.size,
    )

    one, other = (publishing.published(each, fairest(each)) for each in (problem, turned))

    assert one.content == other.content


# --- Who follows -----------------------------------------------------------------------------

SEEDS = [f"seed {number}" for number in range(12)]


@pytest.mark.parametrize("seed", SEEDS)
def test_same_type_follows_next_in_line(seed: str) -> None:
    lottery = a_lottery(panels=((1, (0, 1, 2)),))
    line = [code for code, of in drawing.in_line(lottery, seed) if of == 2]

    first, second = drawing.replaced(lottery, seed, line[:2])

    assert (first.gone, first.follows) == (line[0], line[1])
    assert (second.gone, second.follows) == (line[1], line[2])
    assert first.differs == second.differs == ()
    assert first.missed == second.missed == ()


def test_another_type_follows_where_quotas_still_hold() -> None:
    """c alone is (f, south). Of a, b (f, north) and d to g (m, north) all keep the quotas in a
    panel of two women and one man; women differ from c in one feature only."""
    lottery = a_lottery(panels=((1, (0, 1, 2)),))

    for seed in SEEDS:
        (step,) = drawing.replaced(lottery, seed, ["c"])

        assert step.follows in {"a", "b"}
        assert step.differs == ("place",)
        assert step.missed == ()


def test_quotas_go_before_likeness() -> None:
    """When the woman from the south goes, another woman would be more like her; but one from the
    north sits already, and no more than one from there may."""
    lottery = a_lottery(
        types=(("f", "north"), ("f", "south"), ("m", "west")),
        quotas=(*QUOTAS, Quota("place", "north", 1, 1)),
        panels=((1, (0, 1, 2)),),
    )

    for seed in SEEDS:
        (step,) = drawing.replaced(lottery, seed, ["c"])

        assert dict(lottery.people)[step.follows] == 2
        assert step.differs == ("gender", "place")
        assert step.missed == ()


def test_missed_quota_is_told_where_nobody_fits() -> None:
    lottery = a_lottery(
        people=tuple(zip("abcde", (0, 2, 2, 2, 2), strict=True)), panels=((1, (0, 2, 2)),)
    )

    (step,) = drawing.replaced(lottery, "s", ["a"])

    assert step.follows in set("bcde")
    assert step.missed == (("gender", "f", 0, 1, 2), ("gender", "m", 3, 1, 2))


def test_seat_stays_empty_where_nobody_is_left() -> None:
    lottery = a_lottery(people=tuple(zip("abc", (0, 1, 2), strict=True)), panels=((1, (0, 1, 2)),))

    (step,) = drawing.replaced(lottery, "s", ["c"])

    assert step.follows is None
    assert step.missed == (("gender", "m", 0, 1, 2),)


def test_only_members_can_be_followed() -> None:
    members = drawing.drawn(LOTTERY, "s").members
    outside = next(code for code, _of in LOTTERY.people if code not in members)

    for gone in ([outside], ["nobody"], [members[0], members[0]]):
        with pytest.raises(ValueError, match="does not sit on the panel"):
            drawing.replaced(LOTTERY, "s", gone)


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_replacements_change_nothing_of_what_was_decided(data) -> None:
    seed = data.draw(st.text("abc", min_size=1, max_size=4))
    sitting = set(drawing.drawn(LOTTERY, seed).members)
    gone: list[str] = []
    for _ in range(data.draw(st.integers(1, 4))):
        gone.append(data.draw(st.sampled_from(sorted(sitting))))
        steps = drawing.replaced(LOTTERY, seed, gone)
        assert steps[:-1] == drawing.replaced(LOTTERY, seed, gone[:-1])
        assert steps[-1].follows not in sitting
        assert steps[-1].follows not in gone
        sitting.discard(gone[-1])
        sitting.add(steps[-1].follows)
        assert len(sitting) == LOTTERY.size


# --- By anybody ------------------------------------------------------------------------------


def test_snippet_of_the_reference_page_draws_the_same(tmp_path: Path) -> None:
    """The ten lines are run as a reader would run them, with nothing of ours installed."""
    from tools.methods import panel

    (tmp_path / "lottery.json").write_bytes(LOTTERY.content)
    (tmp_path / "draw.py").write_text(panel.SNIPPET)
    for seed in ("first", "2026-12-01: 3 17 22 38 41 45", "Größe"):
        done = subprocess.run(
            [sys.executable, "-I", "draw.py", "lottery.json", seed],
            cwd=tmp_path,
            capture_output=True,
            text=True,
            check=True,
        )

        assert tuple(sorted(done.stdout.split())) == drawing.drawn(LOTTERY, seed).members
