"""The files, commands and keys of docs/how-to/compute-from-files.md."""

from __future__ import annotations

import io
import json
import re
import shlex
from pathlib import Path

import pytest
from django.core.management import call_command

pytestmark = pytest.mark.any_database
TEXT = Path("docs/how-to/compute-from-files.md").read_text(encoding="utf-8")
BLOCK = re.compile(r"^```(\w+) ?(\S*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def answer(command: str, *more: str) -> str:
    out = io.StringIO()
    call_command(*shlex.split(command)[1:], *more, stdout=out)
    return out.getvalue()


@pytest.fixture(autouse=True)
def blocks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, str, str]]:
    """Kind, name and content of each, in a folder with all the files among them."""
    found = BLOCK.findall(TEXT)
    monkeypatch.chdir(tmp_path)
    for _kind, name, content in found:
        if name:
            Path(name).parent.mkdir(exist_ok=True)
            Path(name).write_text(content, encoding="utf-8")
    return found


def test_what_the_page_shows_is_what_comes_out(blocks: list[tuple[str, str, str]]):
    asked: list[str] = []
    out = ""
    for kind, name, content in blocks:
        if kind == "sh":
            asked += content.splitlines()
            out = "\n".join(answer(command) for command in content.splitlines())
        elif not name:
            assert [line for line in content.splitlines() if line not in out.splitlines()] == []

    assert [command.split()[1] for command in asked] == [
        "opinion-map",
        "prioritise",
        "prioritise",
        "elect",
        "panel",
        "panel",
    ]


@pytest.mark.parametrize(
    ("command", "more"),
    [
        ("coalition prioritise budget.pb", ()),
        ("coalition elect seats.blt", ()),
        ("coalition panel pool.csv", ("quotas.csv", "--size", "4", "--seed", "a")),
    ],
)
def test_keys_are_those_of_the_page(command: str, more: tuple[str, ...]):
    section = TEXT[TEXT.index(command) :].partition("\n## ")[0]
    named = [
        key
        for row in re.findall(r"^\| (`.*?) \|", section, re.MULTILINE)
        for key in re.findall(r"`(\w+)`", row)
    ]

    assert sorted(json.loads(answer(command, *more, "--json"))) == sorted(named)
