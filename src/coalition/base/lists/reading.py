"""The report on a list, as pages and downloads show it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from django.core.paginator import Paginator
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from coalition.base.lists.columns import Field
from coalition.base.lists.models import ListImport
from coalition.base.lists.plan import OUTCOMES

ROWS_A_PAGE = 50
TONES = {"new": "good", "changed": "due", "unchanged": "calm", "alike": "due", "refused": "alert"}


def outcome_names(alike: str | Promise) -> dict[str, str]:
    """What may become of a row, in words; `alike` names what it may look like."""
    return {
        "new": _("New"),
        "changed": _("Changes"),
        "unchanged": _("Unchanged"),
        "alike": str(alike),
        "refused": _("Cannot be taken"),
    }


def report_page(
    listed: ListImport,
    asked: Mapping[str, str],
    *,
    labels: Mapping[str, Field],
    names: Mapping[str, str],
) -> dict[str, Any]:
    """One page of the report, of the outcome that `asked` names, for `ui/lists/report.html`."""
    chosen = asked.get("outcome", "")
    rows = [row for row in listed.report if chosen not in OUTCOMES or row["outcome"] == chosen]
    page = Paginator(rows, ROWS_A_PAGE).get_page(asked.get("page"))
    for row in page.object_list:
        row["word"], row["tone"] = names[row["outcome"]], TONES[row["outcome"]]
        row["changes"] = [(labels[code].label, old, new) for code, old, new in row["changes"]]
    return {
        "listed": listed,
        "page": page,
        "chosen": chosen,
        "counts": [(code, names[code], listed.counts.get(code, 0)) for code in OUTCOMES],
        "will_write": listed.counts.get("new", 0) + listed.counts.get("changed", 0),
    }


def report_table(
    listed: ListImport, *, labels: Mapping[str, Field], names: Mapping[str, str]
) -> tuple[list[str], Iterator[list[Any]]]:
    """Heading and rows of the whole report."""
    header = [_("Row"), _("Outcome"), _("Name"), _("Reference"), _("Changes"), _("Why")]
    rows = (
        [
            row["row"],
            names[row["outcome"]],
            row["name"],
            row["reference"],
            "; ".join(f"{labels[code].label}: {old} → {new}" for code, old, new in row["changes"])
            or row["facts"],
            " ".join(row["sentences"]),
        ]
        for row in listed.report
    )
    return header, rows
