"""The documents: what they link to, name and show is there, and they agree with the code."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from urllib.parse import unquote

import pytest
from django.core.management import get_commands, load_command_class

import coalition
from coalition.base.privacy import DEFAULT_DAYS
from coalition.web import coalition_file, reference
from tools import check_words

ROOT = Path(__file__).resolve().parents[1]
DOCUMENTS = sorted(
    path
    for folder in (ROOT.glob("*.md"), ROOT.glob("docs/**/*.md"), ROOT.glob("src/**/*.md"))
    for path in folder
)
DECISIONS = sorted((ROOT / "docs/decisions").glob("[0-9]*.md"))
PICTURES = sorted((ROOT / "docs/images").glob("*.*"))
KNOTS = sorted((ROOT / "docs/images/promise").iterdir())
# What a reader of the README waits for at most.
HEAVIEST_PICTURE = 120_000
# Of each knot of the thread along which a promise is followed.
HEAVIEST_KNOT, MOST_KNOTS = 60_000, 6

CODE_BLOCK = re.compile(r"^ *```.*?^ *```", re.M | re.S)
LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
# Folders at the root of a machine; addresses of the site begin with a language or a room.
ABSOLUTE_PATH = re.compile(
    r"(?<![\w.:/)\]}-])/(?:bin|etc|home|mnt|opt|root|srv|tmp|usr|var|work|Users)\b"
)


def called(path: Path) -> str:
    return str(path.relative_to(ROOT))


def text_of(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def links_of(path: Path) -> list[str]:
    """Links to other files and headings, not those in code or to other sites."""
    found = LINK.findall(CODE_BLOCK.sub("", text_of(path)))
    return [link for link in found if not re.match(r"[a-z]+:", link)]


def headings_of(path: Path) -> set[str]:
    """The anchors that readers of Markdown give to headings."""
    lines = re.findall(r"^#+ (.+)$", CODE_BLOCK.sub("", text_of(path)), re.M)
    return {re.sub(r"[^\w\- ]", "", line.lower()).replace(" ", "-") for line in lines}


def broken(path: Path, link: str) -> str:
    """What is wrong with a relative link, or an empty text."""
    target, _, anchor = unquote(link).partition("#")
    file = (path.parent / target).resolve() if target else path
    if not file.is_relative_to(ROOT) or not file.exists():
        return f"{link}: there is no such file"
    if anchor and anchor not in headings_of(file):
        return f"{link}: there is no such heading"
    return ""


@pytest.mark.parametrize("path", DOCUMENTS, ids=called)
def test_every_link_of_a_document_leads_somewhere(path: Path) -> None:
    assert [fault for link in links_of(path) if (fault := broken(path, link))] == []


def test_broken_links_are_noticed() -> None:
    readme = ROOT / "README.md"

    assert broken(readme, "docs/nowhere.md") == "docs/nowhere.md: there is no such file"
    assert broken(readme, "#nothing") == "#nothing: there is no such heading"
    assert broken(readme, "../../elsewhere.md") == "../../elsewhere.md: there is no such file"
    assert broken(readme, "#two-commands") == ""


@pytest.mark.parametrize("path", DOCUMENTS, ids=called)
def test_document_names_no_path_of_a_machine_and_no_registry(path: Path) -> None:
    assert list(check_words.findings(path, text_of(path), check_words.patterns())) == []
    assert ABSOLUTE_PATH.findall(text_of(path)) == []


def test_changelog_begins_with_the_version_of_the_code() -> None:
    versions = re.findall(r"^## (\S+) – ", text_of(ROOT / "CHANGELOG.md"), re.M)

    assert versions[0] == coalition.__version__


def test_readme_says_that_it_is_independent_and_names_both_commands() -> None:
    text = text_of(ROOT / "README.md")

    assert text.count("not a site of the International Labour Organization or of the Global") == 1
    assert re.findall(r"^```sh\n(make .*)\n```$", text, re.M) == ["make run", "make test"]


@pytest.mark.parametrize("path", DECISIONS, ids=called)
def test_decision_has_number_status_and_its_three_parts(path: Path) -> None:
    text = text_of(path)

    assert text.startswith(f"# {int(path.name[:4])}. ")
    assert re.findall(
        r"^Status: (?:accepted|deprecated|superseded by \[.+\]\(.+\)), \d{1,2} \w+ \d{4}$",
        text,
        re.M,
    )
    assert re.findall(r"^## (.+)$", text, re.M) == ["Context", "Decision", "Consequences"]


def test_decisions_are_numbered_without_a_gap_and_all_listed() -> None:
    listed = re.findall(
        r"^- (\d{4}) \[.+\]\((.+)\)$", text_of(ROOT / "docs/decisions/README.md"), re.M
    )

    assert listed == [(f"{number:04d}", path.name) for number, path in enumerate(DECISIONS, 1)]


def test_pictures_are_light_and_all_in_the_readme() -> None:
    shown = re.findall(r"!\[[^\]]+\]\((docs/images/.+?)\)", text_of(ROOT / "README.md"))

    assert sorted(shown) == [called(path) for path in PICTURES]
    assert [called(p) for p in PICTURES if p.stat().st_size > HEAVIEST_PICTURE] == []


def test_promise_is_followed_with_few_light_pictures() -> None:
    text = text_of(ROOT / "docs/follow-a-promise.md")
    shown = re.findall(r"!\[[^\]]+\]\((images/promise/.+?)\)", text)

    assert sorted(f"docs/{each}" for each in shown) == [called(path) for path in KNOTS]
    assert len(KNOTS) <= MOST_KNOTS
    assert [called(path) for path in KNOTS if path.stat().st_size > HEAVIEST_KNOT] == []


def test_every_dependency_has_its_line() -> None:
    named = set()
    for row in re.findall(
        r"^\| ([^|]+) \|", text_of(ROOT / "docs/decisions/0012-dependencies.md"), re.M
    ):
        named |= set(row.lower().split(", "))
    wanted = {
        match[0].lower()
        for file in ("build.in", "base.in", "dev.in", "peers.in")
        for match in re.finditer(r"^[A-Za-z0-9-]+", text_of(ROOT / "requirements" / file), re.M)
        if not match[0].startswith("-")
    }

    assert named - {"package", "---"} == wanted


def test_structure_tells_the_rooms_in_the_order_of_imports() -> None:
    settings = tomllib.loads(text_of(ROOT / "pyproject.toml"))["tool"]["importlinter"]
    layers = [layer for layer in settings["contracts"][0]["layers"] if layer != "coalition.urls"]
    rows = re.findall(r"^\| (`.+?`) \|", text_of(ROOT / "docs/structure.md"), re.M)[: len(layers)]

    told = [re.findall(r"`(\w+)`", row) for row in rows]
    assert told == [re.findall(r"coalition\.(\w+)", layer) for layer in reversed(layers)]


def commands_in(path: Path) -> list[list[str]]:
    """The command lines of ours that a document shows, without comments."""
    lines = re.findall(r"(?:\.venv/bin/|`)coalition ([a-z][^`\n]*)", text_of(path))
    return [re.split(r"  +#|,|\\", line)[0].split() for line in lines]


def unknown(words: list[str]) -> list[str]:
    """The nouns, verbs and options in a command line that do not exist."""
    name, *rest = words
    if name not in get_commands():
        return [name]
    parser = load_command_class(get_commands()[name], name).create_parser("coalition", name)
    verbs = dict(reference.verbs_of(parser))
    if verbs and rest and rest[0].islower():
        verb, *rest = rest
        names = verb.split("|")
        if wrong := [f"{name} {each}" for each in names if each not in verbs]:
            return wrong
        parser = verbs[names[0]]
    known = set(parser._option_string_actions)
    options = [word.strip("[]").split("=")[0] for word in rest if word.startswith(("--", "[--"))]
    return [f"{name} {option}" for option in options if option not in known]


@pytest.mark.parametrize("path", DOCUMENTS, ids=called)
def test_commands_in_a_document_exist(path: Path) -> None:
    assert [fault for words in commands_in(path) for fault in unknown(words)] == []


def test_unknown_commands_are_noticed() -> None:
    assert unknown(["mailroom", "burn"]) == ["mailroom burn"]
    assert unknown(["privacy", "purge", "--all"]) == ["privacy --all"]
    assert unknown(["bake"]) == ["bake"]


@pytest.mark.parametrize("path", DOCUMENTS, ids=called)
def test_make_goals_in_a_document_exist(path: Path) -> None:
    goals = set(re.findall(r"^([a-z]+):", text_of(ROOT / "Makefile"), re.M))
    shown = re.findall(r"(?:^|`)make ([a-z]+)", text_of(path), re.M)

    assert [goal for goal in shown if goal not in goals] == []


def test_privacy_tells_the_periods_of_the_code() -> None:
    table = text_of(ROOT / "docs/privacy.md").partition("## How long things stay")[2]
    periods = re.findall(r"^\| .+ \| (\d+) (years|days) \|$", table, re.M)

    told = [int(number) * {"years": 365, "days": 1}[unit] for number, unit in periods]
    assert sorted(told) == sorted(DEFAULT_DAYS.values())


def test_coalition_file_of_the_guide_can_be_read(tmp_path: Path) -> None:
    guide = text_of(ROOT / "docs/how-to/write-a-coalition-file.md")
    file = tmp_path / "bread.toml"
    file.write_text(re.findall(r"```toml\n(.*?)```", guide, re.S)[0], encoding="utf-8")

    read, skeletons = coalition_file.read(file)

    assert (read.coalition.code, [theme.code for theme in read.theme]) == ("bread", ["night-work"])
    assert skeletons == {}
