"""Small IATI files for tests, put together from parts."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from coalition.interventions.iati.importing import import_file
from coalition.interventions.iati.reports import Options, Report

NOBODY = Options()


def activity(
    more: str = "",
    *,
    identifier: str = "XX-EXAMPLE-1",
    title: str = "Example wells",
    lead: str = '<participating-org role="2" ref="XX-LEAD"><narrative>Lead</narrative>'
    "</participating-org>",
    start: str = "2024-01-01",
    after: str = "",
) -> str:
    """An activity; `more` stands behind its date, `after` behind its amounts."""
    return (
        f'<iati-activity default-currency="USD" xml:lang="en"><iati-identifier>{identifier}'
        '</iati-identifier><reporting-org ref="XX-EXAMPLE" type="10"><narrative>Example agency'
        f"</narrative></reporting-org><title><narrative>{title}</narrative></title>"
        "<description><narrative>Water for all</narrative></description>"
        f'{lead}<activity-status code="2"/><activity-date type="1" iso-date="{start}"/>'
        f"{more}{after}</iati-activity>"
    )


def file(*activities: str, version: str = "2.03", head: str = "", root: str = "activities") -> str:
    return (
        f'<?xml version="1.0"?>{head}<iati-{root} version="{version}">'
        f"{''.join(activities)}</iati-{root}>"
    )


def budget(amount: str = "100", *, currency: str = "USD", start: str = "2024-01-01") -> str:
    return (
        f'<budget><period-start iso-date="{start}"/><period-end iso-date="2024-12-31"/>'
        f'<value value-date="2024-01-01" currency="{currency}">{amount}</value></budget>'
    )


def payment(amount: str = "50", *, kind: str = "3", day: str = "2024-06-01") -> str:
    return (
        f'<transaction><transaction-type code="{kind}"/><transaction-date iso-date="{day}"/>'
        f'<value value-date="2024-06-01">{amount}</value></transaction>'
    )


def result(actual: str = "7", *, target: str = "9", measure: str = "1") -> str:
    return (
        f'<result type="1"><title><narrative>Wells</narrative></title><indicator measure="{measure}'
        '" aggregation-status="1"><title><narrative>Wells dug</narrative></title>'
        '<period><period-start iso-date="2024-01-01"/><period-end iso-date="2024-12-31"/>'
        f'<target value="{target}"/><actual value="{actual}"/></period></indicator></result>'
    )


def part_of(identifier: str, *, kind: str = "1") -> str:
    return f'<related-activity ref="{identifier}" type="{kind}"/>'


def organisation(name: str = "Example union", *, identifier: str = "XX-ORG-1") -> str:
    return (
        f"<iati-organisation><organisation-identifier>{identifier}</organisation-identifier>"
        f"<name><narrative>{name}</narrative></name>"
        f'<reporting-org ref="{identifier}" type="10"><narrative>{name}</narrative></reporting-org>'
        '<total-budget status="2"><period-start iso-date="2024-01-01"/>'
        '<period-end iso-date="2024-12-31"/><value currency="USD" value-date="2024-01-01">5</value>'
        "</total-budget></iati-organisation>"
    )


def taken(folder: Path, content: str | bytes, options: Options = NOBODY, by: Any = None) -> Report:
    path = folder / "file.xml"
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return import_file(path, path.name, options, by=by)
