"""Versions of a text to read, and two of them side by side."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from coalition.analysis.alignment import Pairing, Why
from coalition.base.downloads import csv_file
from coalition.instruments.comparison import queries
from coalition.instruments.comparison.forms import ComparisonForm
from coalition.instruments.comparison.queries import Comparison, Row
from coalition.instruments.models import Instrument, Version
from coalition.instruments.texts.queries import current_version, is_same_edition, text_of
from coalition.instruments.texts.tree import Text

A_PAGE = 30


@require_safe
def versions(request: HttpRequest, code: str) -> HttpResponse:
    """Every version of a text that is held, with what the reading of each was unsure of."""
    instrument = _instrument(code)
    every = queries.versions_of(instrument)
    current = current_version(every, _language())
    page = Paginator(every, A_PAGE).get_page(request.GET.get("page"))
    return render(
        request,
        "instruments/comparison/versions.html",
        {
            "instrument": instrument,
            "page": page,
            "current": current,
            "is_comparable": len(every) > 1 or instrument.revises_id is not None,
        },
    )


@require_safe
def version(request: HttpRequest, code: str, key: int) -> HttpResponse:
    """One version: what it is, where it comes from, and its parts to read."""
    text = _text(code, key)
    return render(request, "instruments/comparison/version.html", _told(text))


@require_safe
def part(request: HttpRequest, code: str, key: int, number: int) -> HttpResponse:
    """One part of a version that is not the one shown by default."""
    text = _text(code, key)
    parts = {one.number: one for one in text.parts}
    if number not in parts:
        raise Http404
    if text.is_default:
        return redirect(parts[number])
    return render(
        request,
        "instruments/comparison/part.html",
        {
            **_told(text),
            "part": parts[number],
            "sub_heading": parts[number].sub_heading,
            "previous": parts.get(number - 1),
            "next": parts.get(number + 1),
        },
    )


@require_safe
def provision(request: HttpRequest, code: str, key: int, eid: str) -> HttpResponse:
    """A provision in this version, by its lasting address or the one it has there."""
    text = _text(code, key)
    own = {node.wording.eid: node for node in text.by_eid.values() if node.wording}
    node = text.by_eid.get(eid) or own.get(eid) or text.nearest(eid)
    if node is None:
        raise Http404
    return redirect(f"{text.part_of(node.eid).get_absolute_url()}#{node.eid}")


@require_safe
def compare(request: HttpRequest, code: str) -> HttpResponse:
    """Two versions paragraph by paragraph and word by word; in two languages, side by side."""
    instrument = _instrument(code)
    form, found = _asked(request, instrument)
    context: dict[str, Any] = {"instrument": instrument, "form": form, "found": found}
    if found:
        rows = _chosen(form, found)
        page = Paginator(queries.in_pages(rows), 1).get_page(request.GET.get("page"))
        context |= {
            "page": page,
            "rows": [(row, _marks(row.pairing, found), _why(row.pairing)) for row in page[0]],
            "summary": _summary(found),
            "query": request.GET.urlencode(),
        }
    return render(request, "instruments/comparison/compare.html", context)


@require_safe
def changes_csv(request: HttpRequest, code: str) -> HttpResponseBase:
    """The rows of the comparison that the page shows for the same choice, as CSV."""
    instrument = _instrument(code)
    form, found = _asked(request, instrument)
    if found is None:
        raise Http404
    header = ["what", "old_number", "old_eid", "new_number", "new_eid", "likeness", "shared_words"]
    return csv_file(
        f"{instrument.code}-comparison",
        [*header, "old_words", "new_words"],
        _lines(_chosen(form, found), found),
    )


# --- What is compared --------------------------------------------------------------------------


def _asked(request: HttpRequest, instrument: Instrument) -> tuple[ComparisonForm, Any]:
    """The form, and the comparison where there are two versions to compare."""
    every = queries.comparable(instrument)
    old, new = queries.sensible_pair(instrument, every, _language())
    usual = {"old": old.pk if old else "", "new": new.pk if new else "", "only": ""}
    asked = {name: request.GET[name][:20] for name in usual if request.GET.get(name)}
    form = ComparisonForm(usual | asked, versions=every)
    if not every or (not asked and not (old and new)) or not form.is_valid():
        return form, None
    by_key = {one.pk: one for one in every}
    return form, queries.comparison_of(
        by_key[form.cleaned_data["old"]], by_key[form.cleaned_data["new"]]
    )


def _chosen(form: ComparisonForm, found: Comparison) -> list[Row]:
    if form.cleaned_data["only"] != "changed" or found.is_translation:
        return found.rows
    return [row for row in found.rows if not row.is_same]


def _lines(rows: list[Row], found: Comparison) -> Iterator[list[Any]]:
    for row in rows:
        yield [
            " ".join(_kinds(row.pairing)) if not found.is_translation else "",
            row.old.label,
            " ".join(row.pairing.old),
            row.new.label,
            " ".join(row.pairing.new),
            f"{row.pairing.score:.2f}",
            row.pairing.shared,
            row.old.words,
            row.new.words,
        ]


# --- Words for what is shown -------------------------------------------------------------------


def _kinds(pairing: Pairing) -> list[str]:
    if pairing.is_same:
        return ["same"]
    every = ("changed", "moved", "renumbered", "merged", "split", "added", "removed")
    return [kind for kind in every if getattr(pairing, f"is_{kind}")]


def _marks(pairing: Pairing, found: Comparison) -> list[tuple[str, str]]:
    """What became of it, as words with their tones."""
    if found.is_translation:
        names = {"added": _("only in the second"), "removed": _("only in the first")}
        return [(names[kind], "due") for kind in _kinds(pairing) if kind in names]
    return [_mark(kind) for kind in _kinds(pairing)]


def _mark(kind: str) -> tuple[str, str]:
    return {
        "same": (_("unchanged"), "calm"),
        "changed": (_("changed"), "due"),
        "moved": (_("moved"), "due"),
        "renumbered": (_("renumbered"), "calm"),
        "merged": (_("merged"), "due"),
        "split": (_("split"), "due"),
        "added": (_("added"), "good"),
        "removed": (_("removed"), "ended"),
    }[kind]


def _why(pairing: Pairing) -> str:
    """Why two wordings are taken for one provision, where they do not say the same."""
    if pairing.is_same or pairing.is_added or pairing.is_removed:
        return ""
    if pairing.why == Why.INSIDE:
        return _("Paired by what stands below it.")
    if pairing.why == Why.SAME_WORDS:
        return _("Only capitals or punctuation differ.") if pairing.is_changed else ""
    words = ngettext(
        "%(count)d word in common (%(share)d%%).",
        "%(count)d words in common (%(share)d%%).",
        pairing.shared,
    ) % {"count": pairing.shared, "share": round(pairing.score * 100)}
    if pairing.why == Why.HEADING:
        return f"{words} " + _("Paired because its place or heading is the same.")
    return words


def _summary(found: Comparison) -> list[tuple[int, str, str]]:
    """How many of each kind, in words; only those there are."""
    if found.is_translation:
        return []
    return [(count, *_mark(kind)) for kind, count in found.counts.items() if count]


# --- Helpers -----------------------------------------------------------------------------------


def _told(text: Text) -> dict[str, Any]:
    shown = current_version(text.versions, _language())
    return {
        "text": text,
        "instrument": text.instrument,
        "current": shown,
        "is_current_edition": bool(shown and text.version and is_same_edition(text.version, shown)),
    }


def _text(code: str, key: int) -> Text:
    instrument = _instrument(code)
    wanted: Version = get_object_or_404(instrument.versions, pk=key)
    return text_of(instrument, version=wanted, language=_language())


def _language() -> str:
    return (get_language() or "en").split("-")[0]


def _instrument(code: str) -> Instrument:
    return get_object_or_404(Instrument, code=code)
