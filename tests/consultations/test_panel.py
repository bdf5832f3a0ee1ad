"""`coalition panel`: from files to members, in public and again."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import stat
import subprocess
import sys
from collections import Counter
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from tools.methods import panel as page

pytestmark = pytest.mark.any_database

QUOTAS = (
    "category,feature,min,max\ngender,woman,2,2\ngender,man,2,2\nplace,north,2,3\nplace,south,1,2\n"
)
POOL = "id,gender,place\n" + "".join(
    f"{code},{gender},{place}\n" for code, (gender, place) in page.PEOPLE.items()
)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "pool.csv").write_text(POOL)
    (tmp_path / "quotas.csv").write_text(QUOTAS)
    return tmp_path


def said(*arguments: object) -> str:
    out = io.StringIO()
    call_command("panel", *map(str, arguments), stdout=out)
    return out.getvalue()


def told(*arguments: object) -> dict[str, Any]:
    """The one JSON value on standard output."""
    return json.loads(said(*arguments, "--json"))


FILES = ("pool.csv", "quotas.csv", "--size", 4)


# --- The worked example of the reference page, by hand ---------------------------------------


def test_example_has_the_chances_of_the_pencil() -> None:
    """Two of two women sit, two of six men: the panel with two men from the north is drawn with
    probability 1/3, so that (2/3 + 2/3)/4 = 1/3 for each of them, and (2/3)/2 for the others."""
    _problem, _lottery, published = page.example()

    assert published.types == (
        ("man", "north"),
        ("man", "south"),
        ("woman", "north"),
        ("woman", "south"),
    )
    assert published.panels == ((666_666_667, (0, 1, 2, 3)), (333_333_333, (0, 0, 2, 3)))
    chances = published.chances
    assert chances["A"] == chances["B"] == 1
    assert {chances[code] for code in "CDEF"} == {Fraction(1_333_333_333, 4 * 10**9)}
    assert {chances[code] for code in "GH"} == {Fraction(666_666_667, 2 * 10**9)}
    assert published.bound == 0.333333333


def test_page_tells_the_example() -> None:
    text = page.page()

    for expected in (
        "| 2 | man from the north, man from the north, woman from the north, woman from the south "
        "| 333,333,333 |",
        "| C, D, E, F | 33.3333% |",
        "| A | 100.0000% |",
        "gender: woman: at least 2 instead of 3.",
        "| woman | island | 1 | – |",
        "| woman | not shown | – | 5 |",
        "| place | island | 1 | 3 |",
        page.SNIPPET,
    ):
        assert expected in text


# --- Drawing ---------------------------------------------------------------------------------


def test_members_meet_the_quotas_and_chances_sum_to_the_size(folder: Path) -> None:
    outcome = told(*FILES, "--seed", "3 17")

    features = Counter(value for member in outcome["members"] for value in page.PEOPLE[member])
    assert features["woman"] == features["man"] == 2
    assert 2 <= features["north"] <= 3
    assert len(outcome["members"]) == len(set(outcome["members"])) == 4
    assert outcome["chances"].keys() == page.PEOPLE.keys()
    assert sum(outcome["chances"].values()) == pytest.approx(4)
    certificate = outcome["certificate"]
    assert certificate["upper_bound"] == pytest.approx(1 / 3)
    assert certificate["reached"] == pytest.approx(1 / 3)
    assert certificate["gap"] == pytest.approx(0, abs=1e-8)
    assert certificate["without_chance"] == []
    assert certificate["tickets"] == 10**9
    assert 0 <= certificate["ticket"] < 10**9
    assert certificate["seed"] == "3 17"


def test_outcome_depends_on_the_seed_alone(folder: Path) -> None:
    first = told(*FILES, "--seed", "a")

    assert told(*FILES, "--seed", "a") == first
    panels = {tuple(told(*FILES, "--seed", str(seed))["members"]) for seed in range(12)}
    assert len(panels) > 1


def test_order_of_rows_and_columns_changes_nothing(folder: Path) -> None:
    first = told(*FILES, "--seed", "a")

    head, *rows = list(csv.reader(io.StringIO(POOL)))
    turned = [head[::-1], *(row[::-1] for row in rows[::-1])]
    (folder / "pool.csv").write_text("".join(",".join(row) + "\n" for row in turned))
    head, *lines = QUOTAS.splitlines()
    (folder / "quotas.csv").write_text("\n".join([head, *lines[::-1]]))

    assert told(*FILES, "--seed", "a") == first


def test_table_for_people(folder: Path) -> None:
    text = said(*FILES, "--seed", "a")

    assert "Lowest chance: 33.3333%. No lottery under these quotas gives everybody more" in text
    assert "  A  100.0000%" in text


def test_without_a_seed_chances_are_told_and_nobody_is_drawn(folder: Path) -> None:
    outcome = told(*FILES)

    assert outcome["members"] is None
    assert outcome["chances"]["A"] == 1
    assert "Nothing is drawn yet" in said(*FILES)


def test_who_cannot_be_drawn_is_named(folder: Path) -> None:
    (folder / "quotas.csv").write_text(QUOTAS + "place,sea,0,0\n")
    (folder / "pool.csv").write_text(POOL + "I,man,sea\n")

    assert told(*FILES)["certificate"]["without_chance"] == ["I"]
    assert told(*FILES)["certificate"]["reached"] == pytest.approx(1 / 3)


@pytest.mark.realdata
def test_everybody_of_the_small_example_has_a_chance_of_one_in_ten(data_dir: Path) -> None:
    files = data_dir / "sortition" / "example_small_20"

    outcome = told(files / "respondents.csv", files / "categories.csv", "--size", 20, "--seed", "x")

    assert list(outcome["chances"]) == [str(number) for number in range(1, 201)]
    assert set(outcome["chances"].values()) == {0.1}
    assert outcome["certificate"]["upper_bound"] == outcome["certificate"]["reached"] == 0.1
    assert len(outcome["members"]) == 20


@pytest.mark.realdata
def test_example_with_flex_bounds_is_drawn_within_its_quotas(data_dir: Path) -> None:
    files = data_dir / "sortition" / "quota_example"
    arguments = (files / "candidates.csv", files / "features.csv", "--size", 22, "--seed", "x")

    outcome = told(*arguments)

    people = {
        row["nationbuilder_id"]: row
        for row in csv.DictReader((files / "candidates.csv").read_text().splitlines())
    }
    for quota in csv.DictReader((files / "features.csv").read_text().splitlines()):
        held = sum(
            people[member][quota["feature"]] == quota["value"] for member in outcome["members"]
        )
        assert int(quota["min"]) <= held <= int(quota["max"])
    assert outcome["certificate"]["gap"] < 0.005


# --- In public -------------------------------------------------------------------------------


def test_published_lottery_is_drawn_without_pool_and_without_solving(
    folder: Path, monkeypatch
) -> None:
    first = told(*FILES, "--publish", "lottery.json")
    monkeypatch.setattr("coalition.consultations.panels.fairest", None)

    by_code = told("--lottery", "lottery.json", "--seed", "3 17")
    by_id = told("pool.csv", "--lottery", "lottery.json", "--seed", "3 17")

    content = (folder / "lottery.json").read_bytes()
    assert first["members"] is None
    assert first["certificate"]["digest"] == hashlib.sha256(content).hexdigest()
    assert by_code["certificate"] == by_id["certificate"]
    assert [first["codes"][member] for member in by_id["members"]] != by_id["members"]
    assert {first["codes"][member] for member in by_id["members"]} == set(by_code["members"])


def test_anybody_draws_the_same_with_the_ten_lines_of_the_page(folder: Path) -> None:
    told(*FILES, "--publish", "lottery.json")
    (folder / "draw.py").write_text(page.SNIPPET)

    done = subprocess.run(
        [sys.executable, "-I", "draw.py", "lottery.json", "3 17"],
        capture_output=True,
        text=True,
        check=True,
    )

    expected = told("--lottery", "lottery.json", "--seed", "3 17")["members"]
    assert sorted(done.stdout.split()) == sorted(expected)


def test_published_file_names_nobody_and_the_key_is_for_its_owner(folder: Path) -> None:
    (folder / "pool.csv").write_text(POOL.replace("\nA,", "\nsecret@example.org,"))

    told(*FILES, "--publish", "lottery.json")

    assert "secret" not in (folder / "lottery.json").read_text()
    assert stat.S_IMODE((folder / "lottery.json.key").stat().st_mode) == 0o600
    key = (folder / "lottery.json.key").read_text().strip()
    assert key not in (folder / "lottery.json").read_text()


def test_same_key_makes_the_same_file(folder: Path) -> None:
    told(*FILES, "--publish", "one.json", "--key", "key")
    told(*FILES, "--publish", "two.json", "--key", "key")
    told(*FILES, "--publish", "three.json")

    assert (folder / "one.json").read_bytes() == (folder / "two.json").read_bytes()
    assert (folder / "one.json").read_bytes() != (folder / "three.json").read_bytes()


def test_seed_known_at_publication_is_called_a_rehearsal(folder: Path) -> None:
    outcome = told(*FILES, "--publish", "lottery.json", "--seed", "a")

    assert outcome["members"]
    assert any("a rehearsal" in note for note in outcome["notes"])


def test_rare_combinations_are_told_and_hidden_when_asked_for(folder: Path) -> None:
    rows = [*["woman,north"] * 12, "woman,south", *["man,south"] * 12]
    text = "id,gender,place\n" + "".join(f"p{at},{row}\n" for at, row in enumerate(rows))
    (folder / "pool.csv").write_text(text)
    (folder / "quotas.csv").write_text(
        "feature,value,min,max\ngender,woman,1,3\ngender,man,1,3\nplace,north,1,3\nplace,south,1,3\n"
    )

    plain = told(*FILES, "--publish", "plain.json")
    coarse = told(*FILES, "--publish", "coarse.json", "--fewest", 5)

    assert any("1 of 25 people have a combination" in note for note in plain["notes"])
    assert not any("have a combination" in note for note in coarse["notes"])
    assert "place is not shown of 5 of 25 people." in coarse["notes"]
    lottery = json.loads((folder / "coarse.json").read_text())
    shown = Counter(tuple(lottery["types"][of]) for _code, of in lottery["people"])
    assert min(shown.values()) >= 5
    assert ("woman", "south") not in shown
    assert sum(coarse["chances"].values()) == pytest.approx(4)


# --- Who follows -----------------------------------------------------------------------------


def test_replacements_are_told_by_id(folder: Path) -> None:
    told(*FILES, "--publish", "lottery.json")
    arguments = ("pool.csv", "--lottery", "lottery.json", "--seed", "a")
    man = next(one for one in told(*arguments)["members"] if page.PEOPLE[one][0] == "man")

    (step,) = told(*arguments, "--gone", man)["replacements"]
    (only,) = told(*arguments, "--gone", "B")["replacements"]

    assert step["gone"] == man
    assert page.PEOPLE[step["follows"]] == page.PEOPLE[man]
    assert step["differs"] == step["missed"] == []
    assert only["missed"] == [
        {"feature": "gender", "value": "man", "has": 3, "min": 2, "max": 2},
        {"feature": "gender", "value": "woman", "has": 1, "min": 2, "max": 2},
    ]
    assert f"  {man} is followed by {step['follows']}" in said(*arguments, "--gone", man)


def test_who_does_not_sit_cannot_drop_out(folder: Path) -> None:
    with pytest.raises(CommandError, match="“A” does not sit on the panel at that moment"):
        told(*FILES, "--seed", "a", "--gone", "A", "A")


# --- Refusals --------------------------------------------------------------------------------


def refusal(*arguments: object) -> CommandError:
    with pytest.raises(CommandError) as caught:
        said(*arguments)
    return caught.value


def test_quotas_that_cannot_be_met_are_refused_with_the_smallest_change(folder: Path) -> None:
    (folder / "quotas.csv").write_text(QUOTAS.replace("woman,2,2", "woman,3,3"))

    error = refusal(*FILES, "--seed", "a")

    assert error.returncode == 1
    assert str(error) == (
        "No panel of 4 drawn from this pool meets all quotas. The smallest change that makes one "
        "possible: gender: woman: at least 2 instead of 3."
    )


@pytest.mark.parametrize(
    "arguments",
    [
        ("pool.csv",),
        ("pool.csv", "quotas.csv"),
        (*FILES, "--fewest", 0),
        (*FILES, "--id", "id", "--numbered"),
        (*FILES, "--gone", "A"),
        (*FILES, "--lottery", "lottery.json"),
        ("--lottery", "lottery.json", "--fewest", 5),
        ("--lottery", "lottery.json", "--publish", "again.json"),
        (),
    ],
)
def test_wrong_usage_ends_with_exit_code_2(folder: Path, arguments: tuple) -> None:
    assert refusal(*arguments).returncode == 2


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("none.csv", "quotas.csv", "--size", 4), "There is no file none.csv."),
        (("pool.csv", "quotas.csv", "--size", 9), "A panel of 9 cannot be drawn"),
        ((*FILES, "--seed", ""), "A seed is a text of one line"),
        ((*FILES, "--seed", " a"), "A seed is a text of one line"),
        ((*FILES, "--publish", "pool.csv"), "pool.csv is there already"),
        ((*FILES, "--publish", "none/lottery.json"), "cannot be written: No such file"),
        ((*FILES, "--publish", "new.json", "--key", "pool.csv/x"), "cannot be written: Not a dir"),
        ((*FILES, "--fewest", 9), "A pool of fewer than 9 people cannot be made to look alike."),
        (("--lottery", "none.json"), "There is no file none.json."),
        (("--lottery", "pool.csv"), "This is no published lottery"),
    ],
)
def test_refusals_are_sentences(folder: Path, arguments: tuple, sentence: str) -> None:
    error = refusal(*arguments)

    assert error.returncode == 1
    assert sentence in str(error)


def test_hiding_that_leaves_somebody_no_chance_is_refused(folder: Path) -> None:
    rows = [*["woman,north"] * 12, "woman,south", *["man,south"] * 12]
    text = "id,gender,place\n" + "".join(f"p{at},{row}\n" for at, row in enumerate(rows))
    (folder / "pool.csv").write_text(text)
    (folder / "quotas.csv").write_text(
        "feature,value,min,max\ngender,woman,1,3\ngender,man,1,3\nplace,north,2,2\nplace,south,2,2\n"
    )

    error = refusal(*FILES, "--fewest", 5)

    assert "some people would have no chance at all" in str(error)
    assert told(*FILES)["certificate"]["without_chance"] == []


def test_pool_and_key_must_be_those_of_the_lottery(folder: Path) -> None:
    told(*FILES, "--publish", "lottery.json")
    told(*FILES, "--publish", "other.json")
    drawn = ("pool.csv", "--lottery", "lottery.json", "--seed", "a")

    assert "not the one with which" in str(refusal(*drawn, "--key", "other.json.key"))
    assert "There is no file" in str(refusal(*drawn, "--key", "none.key"))
    (folder / "pool.csv").write_text(POOL + "I,man,south\n")
    assert "are not those of the lottery" in str(refusal(*drawn))


def test_tampered_lottery_is_refused(folder: Path) -> None:
    told(*FILES, "--publish", "lottery.json")
    file = folder / "lottery.json"
    file.write_text(file.read_text().replace('["gender","woman",2,2]', '["gender","woman",1,1]'))

    assert "Panel 1 breaks a quota: gender: woman has 2, not 1 to 1." in str(
        refusal("--lottery", "lottery.json", "--seed", "a")
    )
