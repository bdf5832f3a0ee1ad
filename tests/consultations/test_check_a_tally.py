"""The program of docs/how-to/check-a-tally.md, on results of ours and on some that were changed."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse

from coalition.consultations.actions import sum_up
from coalition.consultations.models import Summary
from coalition.consultations.summing.collecting import SECTIONS
from tests.consultations.test_summing import closed, many, organisation

pytestmark = pytest.mark.django_db
TEXT = Path("docs/how-to/check-a-tally.md").read_text(encoding="utf-8")
PROGRAM = re.search(r"^```python\n(.*?)^```$", TEXT, re.MULTILINE | re.DOTALL)


def asked(folder: Path, made: Summary) -> str:
    """What the program says of files as a reader downloads them into the folder."""
    assert PROGRAM
    reference, reader = made.consultation.reference, Client()
    (folder / "check.py").write_text(PROGRAM[1], encoding="utf-8")
    told = reader.get(reverse("consultations:results_json", args=[reference]))
    (folder / f"{reference}-results.json").write_bytes(b"".join(told))
    for section in SECTIONS:
        rows = reader.get(reverse("consultations:results_polis", args=[reference, section]))
        if rows.status_code == 200:
            (folder / f"{reference}-{section}-polis.zip").write_bytes(b"".join(rows))
    command = [sys.executable, "check.py", reference]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=True).stdout


@pytest.mark.parametrize("people", [0, 3, 60])
def test_a_reader_comes_to_the_same_digest(tmp_path: Path, people: int) -> None:
    one = closed(6)
    many(one, people)
    for code in ("GOV", "GOV", "WRK"):
        organisation(one, {1: 1, 2: -1, 5: 0}, code)
    made = sum_up(one)

    assert asked(tmp_path, made) == f"{made.digest} the same\n"


def test_a_reader_notices_one_vote_that_was_changed(tmp_path: Path) -> None:
    one = closed(6)
    many(one, 20, busy=1)
    made = sum_up(one)
    made.value["people"]["agree"][0] += 1
    made.save(update_fields=["value"])

    assert asked(tmp_path, made).endswith("NOT the digest of the results\n")
