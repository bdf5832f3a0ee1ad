"""Two sides change the same table: nothing is lost, and what differs is shown."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from coalition.analysis.merging import Conflict, merge

TEXTS = st.sampled_from(["", "1", "2", "3"])
TABLES = st.dictionaries(
    st.sampled_from(["1", "1|FRA", "report"]),
    st.dictionaries(st.sampled_from(["value", "note"]), TEXTS),
)


def plain(table: Any) -> dict[str, dict[str, str]]:
    """Without empty fields and empty rows, which say nothing."""
    rows = {row: {name: text for name, text in of.items() if text} for row, of in table.items()}
    return {row: of for row, of in rows.items() if of}


def texts(table: Any) -> set[tuple[str, str, str]]:
    return {(row, name, text) for row, of in plain(table).items() for name, text in of.items()}


def test_what_one_side_changed_is_taken_and_what_both_changed_alike_is_agreed() -> None:
    base = {"1": {"value": "10", "note": "old"}, "2": {"value": "5"}, "3": {"value": "7"}}
    mine = {"1": {"value": "11", "note": "old"}, "2": {"value": "6"}, "4": {"value": "1"}}
    theirs = {"1": {"value": "10", "note": "new"}, "2": {"value": "6"}, "3": {"value": "7"}}

    merged = merge(base, mine, theirs)

    assert merged.values == {
        "1": {"value": "11", "note": "new"},
        "2": {"value": "6"},
        "4": {"value": "1"},
    }
    assert merged.conflicts == ()


def test_field_changed_differently_is_two_values_and_one_choice() -> None:
    merged = merge({"1": {"value": "10"}}, {"1": {"value": "11"}}, {"1": {"value": "12"}})

    assert merged.conflicts == (Conflict("1", "value", "10", "11", "12"),)
    assert merged.values == {"1": {"value": "12"}}


def test_row_removed_here_and_changed_there_is_a_conflict_in_every_field() -> None:
    base = {"1": {"value": "10", "note": "counted"}}
    changed = {"1": {"value": "12", "note": "counted"}}

    merged = merge(base, {}, changed)

    assert merged.conflicts == (
        Conflict("1", "value", "10", "", "12"),
        Conflict("1", "note", "counted", "", "counted"),
    )
    assert merged.values == changed
    assert merge(base, changed, {}).values == {}
    assert len(merge(base, changed, {}).conflicts) == 2


@given(TABLES, TABLES)
def test_side_that_changed_nothing_yields_to_the_other(base: Any, changed: Any) -> None:
    for merged in (merge(base, changed, base), merge(base, base, changed)):
        assert merged.values == plain(changed)
        assert merged.conflicts == ()
    assert merge(base, changed, changed).values == plain(changed)


@given(TABLES, TABLES, TABLES)
def test_sides_may_change_places(base: Any, mine: Any, theirs: Any) -> None:
    one, other = merge(base, mine, theirs), merge(base, theirs, mine)

    turned = {
        Conflict(each.row, each.field, each.base, each.theirs, each.mine)
        for each in other.conflicts
    }
    assert set(one.conflicts) == turned
    open_ones = {(each.row, each.field) for each in one.conflicts}
    assert {each for each in texts(one.values) if each[:2] not in open_ones} == {
        each for each in texts(other.values) if each[:2] not in open_ones
    }


@given(TABLES, TABLES, TABLES)
def test_nothing_is_lost_and_nothing_invented(base: Any, mine: Any, theirs: Any) -> None:
    merged = merge(base, mine, theirs)

    held = texts(merged.values)
    for each in merged.conflicts:
        held |= {(each.row, each.field, each.mine), (each.row, each.field, each.theirs)}
    # Only what the other side left behind, knowing it, is gone.
    assert (texts(mine) | texts(theirs)) - texts(base) <= held
    assert (texts(mine) & texts(theirs)) <= held
    assert texts(merged.values) <= texts(mine) | texts(theirs)


@given(TABLES, TABLES, TABLES)
def test_merging_again_changes_nothing(base: Any, mine: Any, theirs: Any) -> None:
    merged = merge(base, mine, theirs)

    again = merge(base, mine, merged.values)
    assert again.values == merged.values
    assert set(again.conflicts) <= set(merged.conflicts)
    assert merge(merged.values, merged.values, merged.values).values == merged.values
