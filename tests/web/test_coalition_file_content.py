"""The coalition file and its skeleton say what they must, in every language, in our own words."""

import gzip
import json
import re
import tomllib
from datetime import date
from functools import cache
from pathlib import Path

import pytest

DATA = Path(__file__).parents[2] / "src" / "coalition" / "web" / "data"
COALITION = tomllib.loads((DATA / "social-justice.toml").read_text(encoding="utf-8"))
SKELETON = tomllib.loads((DATA / "doha-skeleton.toml").read_text(encoding="utf-8"))

SIX = {"en", "ar", "es", "fr", "ru", "zh"}
LISTS = ["partner_group", "theme", "challenge", "level", "declaration"]
SCRIPTS = {"ar": r"[\u0600-\u06ff]", "ru": r"[\u0400-\u04ff]", "zh": r"[\u4e00-\u9fff]"}
LEAFLET_NOT_BEFORE = date(2026, 3, 19)
RUN = 6  # so many consecutive words of the official text would be a quotation


def entries() -> list[tuple[str, dict]]:
    """Every labelled entry with a name that says which it is."""
    return [(f"{kind} {entry['code']}", entry) for kind in LISTS for entry in COALITION[kind]]


def translations() -> list[tuple[str, dict, set]]:
    """Every text in several languages: where it stands, the text, the languages it needs."""
    found = [
        ("coalition names", COALITION["coalition"]["names"], SIX),
        ("coalition purpose", COALITION["coalition"]["purpose"], SIX),
    ]
    for name, entry in entries():
        for field in ("names", "short", "about", "adopting_body", "place"):
            if field in entry:
                found.append((f"{name} {field}", entry[field], SIX))
        if "known" in entry:
            found.append((f"{name} known", entry["known"], {"en", "ar"}))
    found += [(f"anchor {a['kind']} why", a["why"], {"en", "ar"}) for a in COALITION["anchor"]]
    found += [(f"part {part['code']} names", part["names"], SIX) for part in SKELETON["part"]]
    found += [(f"gist {where}", gist, {"en", "ar"}) for where, gist, _ in gists()]
    return found


def gists() -> list[tuple[str, dict, int]]:
    """Every line on a paragraph or lettered point, with the length it may have."""
    found = []
    for paragraph in SKELETON["paragraph"]:
        found.append((paragraph["number"], paragraph["gist"], 90))
        found += [
            (f"{paragraph['number']} ({point['number']})", point["gist"], 80)
            for point in paragraph["points"]
        ]
    return found


def named_sources(value) -> list[str]:
    """The codes of all sources named anywhere inside a value."""
    if isinstance(value, list):
        return [code for item in value for code in named_sources(item)]
    if not isinstance(value, dict):
        return []
    here = [value["source"]] if isinstance(value.get("source"), str) else []
    here += value.get("sources", [])
    return here + [
        code
        for key, inner in value.items()
        if key not in ("source", "sources")
        for code in named_sources(inner)
    ]


def words(text: str) -> list[str]:
    return re.findall(r"[a-z0-9]+", re.sub(r"['’]", "", text.lower()))


def runs(text: str) -> set[tuple[str, ...]]:
    found = words(text)
    return {tuple(found[i : i + RUN]) for i in range(len(found) - RUN + 1)}


@cache
def resolution_80_5(path: Path) -> dict:
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        return next(doc for doc in map(json.loads, lines) if doc["symbol"] == "A/RES/80/5")


@pytest.fixture
def official(data_dir) -> dict:
    """The Doha Political Declaration as the real data hold it."""
    return resolution_80_5(Path(data_dir) / "un_ga_texts" / "docs_sessions78-79.jsonl.gz")


def test_coalition_file_counts_match_the_leaflet():
    counts = {kind: len(COALITION[kind]) for kind in [*LISTS, "anchor"]}

    assert counts == {
        "partner_group": 8,
        "theme": 6,
        "challenge": 6,
        "level": 3,
        "declaration": 6,
        "anchor": 2,
    }


def test_coalition_file_partner_groups_keep_the_leaflets_order():
    groups = COALITION["partner_group"]

    assert [g["code"] for g in groups] == ["GOV", "IGO", "EMP", "WRK", "IFI", "BUS", "ACA", "CSO"]
    assert [g["code"] for g in groups if g["is_constituent"]] == ["GOV", "EMP", "WRK"]


def test_coalition_file_codes_are_unique():
    codes = {kind: [entry["code"] for entry in COALITION[kind]] for kind in [*LISTS, "source"]}

    assert codes == {kind: list(dict.fromkeys(found)) for kind, found in codes.items()}


def test_coalition_file_numbers_run_from_one():
    numbers = {k: [e["number"] for e in COALITION[k]] for k in ("theme", "challenge", "level")}

    assert numbers == {
        "theme": [1, 2, 3, 4, 5, 6],
        "challenge": [1, 2, 3, 4, 5, 6],
        "level": [1, 2, 3],
    }


@pytest.mark.parametrize(
    ("text", "languages"), [pytest.param(t, langs, id=where) for where, t, langs in translations()]
)
def test_coalition_file_text_is_written_in_the_languages_it_needs(text, languages):
    script = {
        lang: re.search(SCRIPTS.get(lang, r"\w"), said) is not None for lang, said in text.items()
    }

    assert script == dict.fromkeys(languages, True)


def test_coalition_file_short_labels_are_short():
    too_long = [
        (name, said)
        for name, entry in entries()
        for said in entry["short"].values()
        if len(said) > (14 if name.startswith("partner_group") else 21)
    ]

    assert too_long == []


def test_coalition_file_own_translations_are_known_languages():
    owned = {name: entry["ours"] for name, entry in entries()}
    owned["coalition"] = COALITION["coalition"]["ours"]

    assert {name: sorted(set(o) & (SIX - {"en"})) for name, o in owned.items()} == {
        name: sorted(o) for name, o in owned.items()
    }
    assert set(COALITION["coalition"]["purpose_ours"]) == SIX


def test_coalition_file_every_entry_names_a_source_that_is_described():
    described = {source["code"] for source in COALITION["source"]}
    carriers = [COALITION["coalition"], SKELETON, *COALITION["anchor"], *(e for _, e in entries())]
    without = [c.get("code", c.get("kind")) for c in carriers if not named_sources(c)]

    assert without == []
    assert set(named_sources([COALITION, SKELETON])) - described == set()


def test_coalition_file_labels_hold_from_the_leaflets_earliest_day():
    labelled = [entry for _, entry in entries() if "since" in entry]

    assert {entry["since"] for entry in labelled} == {LEAFLET_NOT_BEFORE}
    assert len(labelled) == 23


def test_coalition_file_former_labels_are_older_than_todays():
    former = {
        group["code"]: [(old["names"]["en"], old["since"]) for old in group["former"]]
        for group in COALITION["partner_group"]
        if group["former"]
    }

    assert former == {
        "BUS": [("Enterprises", date(2024, 1, 23))],
        "ACA": [("Academic institutions", date(2024, 1, 23))],
        "CSO": [("International non-governmental organizations", date(2024, 1, 23))],
    }


def test_coalition_file_declarations_use_the_known_kinds_levels_and_modes():
    shapes = {
        d["code"]: (d["kind"], d["level"], d["adoption_mode"]) for d in COALITION["declaration"]
    }

    assert shapes == {
        "doha": ("summit_outcome", "international", "consensus"),
        "sevilla": ("conference_outcome", "international", "consensus"),
        "paris": ("signed_statement", "international", "signature"),
        "hamburg": ("call_to_action", "international", "endorsement"),
        "chisinau": ("ministerial_declaration", "regional", ""),  # how it was adopted: not found
        "punta-cana": ("tripartite_conclusions", "regional", "consensus"),
    }


def test_coalition_file_dates_stand_in_order():
    order = ["agreed_on", "begins_on", "adopted_on", "ends_on"]
    dates = {
        d["code"]: [d[field] for field in order if field in d] for d in COALITION["declaration"]
    }

    assert dates == {code: sorted(found) for code, found in dates.items()}
    assert dates["hamburg"] == []  # the leaflet does not say which text it means


def test_coalition_file_official_links_follow_the_symbol():
    links = {d["code"]: d["url"] for d in COALITION["declaration"] if d["symbol"]}

    assert links == {
        "doha": "https://docs.un.org/en/A/RES/80/5",
        "sevilla": "https://docs.un.org/en/A/RES/79/323",
    }


def test_coalition_file_anchors_point_to_declarations_it_holds():
    anchors = {a["kind"]: (a["declaration"], a["since"]) for a in COALITION["anchor"]}

    assert anchors == {
        "political_declaration": ("doha", date(2025, 11, 4)),
        "multilateral_agreement": ("sevilla", date(2025, 8, 25)),
    }


@pytest.mark.parametrize("name", ["social-justice.toml", "doha-skeleton.toml"])
def test_coalition_file_holds_no_address_to_write_to(name):
    assert (DATA / name).read_text(encoding="utf-8").count("@") == 0


def test_skeleton_belongs_to_the_declaration_that_names_it():
    doha = next(d for d in COALITION["declaration"] if d.get("skeleton") == "doha-skeleton.toml")

    assert (SKELETON["declaration"], SKELETON["symbol"]) == (doha["code"], doha["symbol"])


def test_skeleton_has_forty_four_paragraphs_with_their_ids():
    found = [(p["number"], p["eid"]) for p in SKELETON["paragraph"]]

    assert found == [(str(n), f"para_{n}") for n in range(1, 45)]


def test_skeleton_parts_cover_every_paragraph_once():
    covered = [n for part in SKELETON["part"] for n in range(part["first"], part["last"] + 1)]

    assert covered == list(range(1, 45))
    assert [p["code"] for p in SKELETON["part"]] == [
        f"part_{n}" for n in range(1, len(SKELETON["part"]) + 1)
    ]


def test_skeleton_gists_fit_on_a_line():
    too_long = [
        (where, text) for where, gist, most in gists() for text in gist.values() if len(text) > most
    ]

    assert too_long == []


def test_skeleton_gists_tell_paragraphs_apart():
    english = [gist["en"] for _, gist, _ in gists()]
    arabic = [gist["ar"] for _, gist, _ in gists()]

    assert len(set(english)) == len(english)
    assert len(set(arabic)) == len(arabic)


def test_skeleton_names_only_themes_and_challenges_of_the_coalition():
    themes = {code for p in SKELETON["paragraph"] for code in p["themes"]}
    challenges = {code for p in SKELETON["paragraph"] for code in p["challenges"]}

    assert themes == {theme["code"] for theme in COALITION["theme"]}
    assert challenges == {challenge["code"] for challenge in COALITION["challenge"]}


@pytest.mark.realdata
def test_skeleton_numbers_are_those_of_the_official_text(official):
    assert [p["number"] for p in SKELETON["paragraph"]] == list(official["paragraphs"])


@pytest.mark.realdata
def test_skeleton_points_match_the_letters_in_the_official_text(official):
    letters = {
        number: re.findall(r"(?:^|[\s;:.])\(([a-z])\)\s*(?=[A-Z])", text)
        for number, text in official["paragraphs"].items()
    }

    assert {
        p["number"]: [point["number"] for point in p["points"]] for p in SKELETON["paragraph"]
    } == letters


@pytest.mark.realdata
def test_skeleton_point_30_h_is_the_one_that_notes_the_coalition(official):
    pieces = re.split(r"\s\(([a-z])\)\s", official["paragraphs"]["30"])
    points = dict(zip(pieces[1::2], pieces[2::2], strict=True))
    noting = [
        letter
        for letter, text in points.items()
        if "global coalition for social justice" in " ".join(words(text))
    ]
    ours = [
        point["number"]
        for p in SKELETON["paragraph"]
        for point in p["points"]
        if "Global Coalition" in point["gist"]["en"]
    ]

    assert (noting, ours) == (["h"], ["h"])


@pytest.mark.realdata
def test_skeleton_gists_share_no_run_of_words_with_the_official_text(official):
    wording = runs(official["text"]).union(*map(runs, official["paragraphs"].values()))
    quoting = [where for where, gist, _ in gists() if runs(gist["en"]) & wording]

    assert quoting == []
    assert runs("the United Nations and its Charter at the centre") & wording  # the check bites
