"""Loads the reporting groups that the project carries. A year that people entered stays."""

from __future__ import annotations

import tomllib
from pathlib import Path

from coalition.base.reference import Report, Source
from coalition.instruments.models import ReportingGroup

FILE = Path(__file__).parents[1] / "data" / "reporting.toml"


def load_reporting_groups(report: Report) -> None:
    """Make the groups that are missing; a second run changes nothing."""
    said = tomllib.loads(FILE.read_text("utf-8"))
    facts = dict(said["source"])
    source, _made = Source.objects.get_or_create(code=facts.pop("code"), defaults=facts)
    for cycle in said["group"]:
        for letters in cycle["letters"]:
            first, last = letters.split("-")
            group, made = ReportingGroup.objects.get_or_create(
                cycle_years=cycle["cycle_years"],
                first_letter=first,
                defaults={"last_letter": last, "source": source},
            )
            if made:
                report.made.append(f"reporting group {group.key}")
            else:
                report.unchanged += 1
