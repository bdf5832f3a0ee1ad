"""The reference tables of the places room, read as plain files."""

import csv
import datetime
import re
import unicodedata
from collections import Counter
from pathlib import Path

import pytest

DATA = Path(__file__).parents[2] / "src" / "coalition" / "places" / "data"
LANGUAGES = ("en", "ar", "es", "fr", "ru", "zh")

# Left out because the M49 table of the United Nations has no such row; see the README there.
NOT_IN_M49 = {"TWN"}

# Names where the source is damaged or leaves the UN's own usage; the README says why for each.
MENDED = {
    ("CIV", "en"),
    ("FLK", "en"),
    ("NLD", "ar"),
    ("NLD", "es"),
    ("NLD", "fr"),
    ("NLD", "ru"),
    ("NLD", "zh"),
    ("ALA", "ru"),
    ("ATA", "ru"),
    ("CCK", "ru"),
    ("CXR", "ru"),
    ("CYM", "ru"),
    ("ATF", "ar"),
    ("IOT", "ar"),
    ("SJM", "ar"),
    ("UMI", "ar"),
}

SCRIPT = {"ar": "ARABIC", "ru": "CYRILLIC", "zh": "CJK"}


def rows_of(path: Path) -> list[dict[str, str]]:
    """The rows of a CSV file, keyed by its header."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


PLACES = rows_of(DATA / "places.csv")
MEMBERS = rows_of(DATA / "un_members.csv")
TILES = rows_of(DATA / "tiles.csv")
COUNTRIES = [place for place in PLACES if place["kind"] == "country"]
BY_CODE = {place["code"]: place for place in PLACES}


def region_of(code: str) -> str:
    """The code of the M49 region (Africa, Americas, ...) a place lies in."""
    while BY_CODE[code]["kind"] != "region":
        code = BY_CODE[code]["parent"]
    return code


def tidy(name: str) -> str:
    """A name of the source in the form we store: NFC, no outer space, typographic apostrophe."""
    return unicodedata.normalize("NFC", name).strip().replace("'", "’")


def test_places_have_the_documented_columns():
    assert list(PLACES[0]) == [
        *("code", "kind", "m49", "iso2", "iso3", "parent"),
        *(f"name_{language}" for language in LANGUAGES),
    ]


def test_places_are_the_world_its_regions_and_its_countries():
    assert Counter(place["kind"] for place in PLACES) == {
        "world": 1,
        "region": 5,
        "subregion": 24,
        "country": 248,
    }


@pytest.mark.parametrize("column", ["code", "m49", *(f"name_{code}" for code in LANGUAGES)])
def test_places_repeat_no_code_and_no_name(column):
    count = Counter(place[column] for place in PLACES)
    assert {value for value, times in count.items() if times > 1} == set()


@pytest.mark.parametrize("column", ["iso2", "iso3"])
def test_countries_repeat_no_iso_code(column):
    assert len({country[column] for country in COUNTRIES}) == len(COUNTRIES)


def test_codes_are_well_formed():
    for place in PLACES:
        assert re.fullmatch(r"[0-9]{3}", place["m49"], re.ASCII), place
        if place["kind"] == "country":
            assert re.fullmatch(r"[A-Z]{2}", place["iso2"]), place
            assert re.fullmatch(r"[A-Z]{3}", place["iso3"]), place
            assert place["code"] == place["iso3"]
        else:
            assert (place["code"], place["iso2"], place["iso3"]) == (place["m49"], "", "")


def test_every_place_stands_below_its_parent():
    """A parent is always read before its children, so there is no cycle and nothing hangs loose."""
    seen: set[str] = set()
    for place in PLACES:
        if place["kind"] == "world":
            assert (place["code"], place["parent"]) == ("001", "")
        else:
            assert place["parent"] in seen, place
        seen.add(place["code"])


def test_every_step_of_the_tree_is_a_step_of_m49():
    steps = Counter((BY_CODE[p["parent"]]["kind"], p["kind"]) for p in PLACES if p["parent"])
    assert steps == {
        ("world", "region"): 5,
        ("region", "subregion"): 17,
        ("subregion", "subregion"): 7,
        ("subregion", "country"): 247,
        ("world", "country"): 1,
    }


def test_only_antarctica_lies_in_no_region():
    assert [c["code"] for c in COUNTRIES if c["parent"] == "001"] == ["ATA"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_names_are_clean(language):
    """No stray space, footnote mark, placeholder, straight apostrophe or invisible character."""
    for place in PLACES:
        name = place[f"name_{language}"]
        assert name == tidy(" ".join(name.split())), place
        assert not re.search(r"[*†_<>&\[\]\u200b-\u200f\u202a-\u202e]|\d", name), place
        assert not any(unicodedata.category(letter)[0] == "C" for letter in name), place
        assert name, place


@pytest.mark.parametrize("language", LANGUAGES)
def test_names_are_written_in_the_script_of_their_language(language):
    script = SCRIPT.get(language, "LATIN")
    for place in PLACES:
        for letter in place[f"name_{language}"]:
            if unicodedata.category(letter) in {"Lu", "Ll", "Lo"}:
                assert unicodedata.name(letter).startswith(script), (place["code"], letter)


def test_members_are_193_countries_once_each():
    codes = [member["iso3"] for member in MEMBERS]
    assert len(codes) == 193
    assert codes == sorted(set(codes))
    assert set(codes) <= {country["code"] for country in COUNTRIES}


def test_members_were_admitted_between_the_charter_and_south_sudan():
    dates = [datetime.date.fromisoformat(member["admitted"]) for member in MEMBERS]
    assert min(dates) == datetime.date(1945, 10, 24)
    assert max(dates) == datetime.date(2011, 7, 14)


def test_members_grew_as_the_united_nations_counts_them():
    """Original members still in place: 51 less Czechoslovakia and Yugoslavia, which ended."""
    years = Counter(member["admitted"][:4] for member in MEMBERS)
    assert (years["1945"], years["1955"], years["1960"], years["2011"]) == (49, 16, 17, 1)


def test_every_member_has_one_tile_and_nobody_else_has():
    assert [tile["iso3"] for tile in TILES] == [member["iso3"] for member in MEMBERS]


def test_no_two_tiles_overlap():
    assert len({(int(tile["column"]), int(tile["row"])) for tile in TILES}) == 193


def test_tiles_span_a_grid_of_32_by_20_from_its_corner():
    columns = [int(tile["column"]) for tile in TILES]
    rows = [int(tile["row"]) for tile in TILES]
    assert (min(columns), max(columns), min(rows), max(rows)) == (0, 31, 0, 19)


def test_a_sea_lies_between_the_continents():
    at = {(int(tile["column"]), int(tile["row"])): tile["iso3"] for tile in TILES}
    crossings = [
        (code, at[beside])
        for (column, row), code in at.items()
        for beside in ((column + 1, row), (column, row + 1))
        if beside in at and region_of(at[beside]) != region_of(code)
    ]
    assert crossings == []


def test_the_continents_lie_where_a_reader_looks_for_them():
    """From west to east by their middle, and Europe wholly above Africa."""
    columns: dict[str, list[int]] = {}
    rows: dict[str, list[int]] = {}
    for tile in TILES:
        name = BY_CODE[region_of(tile["iso3"])]["name_en"]
        columns.setdefault(name, []).append(int(tile["column"]))
        rows.setdefault(name, []).append(int(tile["row"]))
    middle = {name: sum(values) / len(values) for name, values in columns.items()}
    west_to_east = sorted(middle, key=lambda name: middle[name])
    assert west_to_east == ["Americas", "Europe", "Africa", "Asia", "Oceania"]
    assert max(rows["Europe"]) < min(rows["Africa"])


@pytest.mark.realdata
def test_codes_equal_the_reference(data_dir):
    reference = {
        row["ISO3166-1-Alpha-3"]: (
            row["M49"].zfill(3),
            row["ISO3166-1-numeric"].zfill(3),
            row["ISO3166-1-Alpha-2"],
        )
        for row in rows_of(Path(data_dir) / "country_reference" / "country-codes.csv")
    }
    ours = {c["iso3"]: (c["m49"], c["m49"], c["iso2"]) for c in COUNTRIES}
    assert ours == {code: row for code, row in reference.items() if code not in NOT_IN_M49}


@pytest.mark.realdata
@pytest.mark.parametrize("language", LANGUAGES)
def test_names_and_parents_equal_the_m49_table(data_dir, language):
    suffix = "cn" if language == "zh" else language
    levels = ("Intermediate Region", "Sub-region", "Region", "Global")
    expected: dict[str, tuple[str, str]] = {}
    for row in rows_of(Path(data_dir) / "country_reference" / f"UNSD-{suffix}.csv"):
        if row["ISO-alpha3 Code"] in NOT_IN_M49:
            continue
        chain = [(row["ISO-alpha3 Code"], row["Country or Area"])]
        chain += [(row[f"{at} Code"], row[f"{at} Name"]) for at in levels if row[f"{at} Code"]]
        parents = [code for code, _ in chain[1:]] + [""]
        for (code, name), parent in zip(chain, parents, strict=True):
            expected[code] = (parent, tidy(name))
    ours = {place["code"]: (place["parent"], place[f"name_{language}"]) for place in PLACES}
    assert {code: place[0] for code, place in ours.items()} == {
        code: place[0] for code, place in expected.items()
    }
    different = {code for code in ours if ours[code][1] != expected[code][1]}
    assert different == {code for code, mended_in in MENDED if mended_in == language}


@pytest.mark.realdata
def test_members_equal_the_independent_states_of_the_reference(data_dir):
    """All but the Holy See, which is an observer, and the code that M49 does not have."""
    independent = {
        row["ISO3166-1-Alpha-3"]
        for row in rows_of(Path(data_dir) / "country_reference" / "country-codes.csv")
        if row["is_independent"] == "Yes"
    }
    assert {member["iso3"] for member in MEMBERS} == independent - {"VAT"} - NOT_IN_M49
