"""What is wrong with an IATI file, in sentences: what, and how to mend it."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from coalition.analysis.iati.checking import Finding

KINDS = {
    "date": "a date such as 2026-03-31",
    "moment": "a moment such as 2026-03-31T09:00:00Z",
    "decimal": "a number such as 1500.25, without blanks, commas or units",
    "boolean": "“true”, “false”, “1” or “0”",
    "uri": "a web address such as https://example.org/report",
    "int": "a whole number of at most nine digits",
    "positive": "a whole number from 1 on, such as a year",
    "whole": "a whole number, 0 or more",
    "language": "a language code such as “en” or “pt-BR”",
    "name": "one word of letters, digits, dots and hyphens",
    "space": "“default” or “preserve”",
}


def _unknown(of: Finding) -> str:
    near = of.about["near"]
    mend = f"Perhaps <{near}> is meant." if near else "Take it out, or give it a namespace."
    return f"<{of.about['child']}> may not stand in <{of.element}>. {mend}"


def _order(of: Finding) -> str:
    child, before = of.about["child"], of.about["before"]
    behind = f"behind <{before}>" if before else "behind elements of another namespace"
    return f"<{child}> stands {behind}, and belongs in front. Move it up."


def _attribute(of: Finding) -> str:
    near = of.about["near"]
    mend = f"Perhaps “{near}” is meant." if near else "Take it out."
    return f"The standard knows no attribute “{of.about['name']}” here. {mend}"


def _value(of: Finding) -> str:
    where = f"The attribute “{of.about['name']}”" if of.about["name"] else "The element"
    found = f"holds “{of.about['found']}”" if of.about["found"] else "is empty"
    return f"{where} {found}. Write {KINDS[of.about['kind']]}."


SENTENCES: Mapping[str, Callable[[Finding], str]] = {
    "not_xml": lambda of: (
        f"This is not well-formed XML ({of.about['what']}), so nothing behind it could be read. "
        "Mend this place first."
    ),
    "declares": lambda of: (
        "The file has a document type declaration, which IATI files do not need and which can "
        "harm who reads them. Take out <!DOCTYPE …>."
    ),
    "deep": lambda of: "Elements stand too deep inside each other. No IATI file needs that.",
    "large": lambda of: (
        "One record has more than 300,000 elements, and was not read to its end. Divide it into "
        "several activities."
    ),
    "root": lambda of: (
        f"The file begins with <{of.about['found']}>. It has to begin with <iati-activities> or "
        "<iati-organisations>."
    ),
    "unknown": _unknown,
    "order": _order,
    "twice": lambda of: f"<{of.about['child']}> may stand here once only. Take one out.",
    "missing": lambda of: f"<{of.about['child']}> is missing. Add it in its place in the order.",
    "words": lambda of: (
        f"The words “{of.about['found']}” stand loose between the elements. Put them into an "
        "element such as <narrative>, or take them out."
    ),
    "attribute": _attribute,
    "required": lambda of: f"The attribute “{of.about['name']}” is missing. Add it.",
    "value": _value,
    "holds": lambda of: (
        f"A value stands here, no element: <{of.about['child']}> may not. Take it out."
    ),
    "long": lambda of: (
        "The text has a million characters or more, and was not read to its end. Shorten it, or "
        "put it into a document and link to that."
    ),
}


def sentence(finding: Finding) -> str:
    """The line, the element, what is wrong, and how to mend it."""
    where = f"Line {finding.line}" + (f", <{finding.element}>" if finding.element else "")
    return f"{where}: {SENTENCES[finding.code](finding)}"
