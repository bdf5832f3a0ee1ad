"""The results as everybody reads them: the page, all statements, one printed page, and files."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any

from django.core.paginator import Paginator
from django.db.models import prefetch_related_objects
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from coalition.base.downloads import csv_file, json_file
from coalition.consultations.models import Consultation, Summary
from coalition.consultations.prioritising import words
from coalition.consultations.states import SUMMED_UP
from coalition.consultations.summing import answers, figures, findings, queries, tally
from coalition.consultations.summing.collecting import ORGANISATIONS
from coalition.consultations.summing.forms import StatementsForm
from coalition.consultations.summing.queries import FIRST, Results
from coalition.consultations.taking_along import read_along, taken_along
from coalition.consultations.turnout.remembering import public_turnout

HEADER = (
    *("answers_of", "statement", "text", "language", "result", "group", "voices", "agree"),
    *("disagree", "pass", "answers", "score", "spread"),
)
ALL = "all"
OF_BRIEF = 2  # of each kind, so that all stands on one printed page

# --- Pages -----------------------------------------------------------------------------------


@read_along
@require_safe
def results(request: HttpRequest, reference: str) -> HttpResponse:
    """Where all groups agree, where they differ, the map of opinions; before, when it will be."""
    one = _consultation(reference)
    summary = queries.summary_of(one)
    if summary is None:
        context = {"consultation": one, "is_closed": one.state in SUMMED_UP}
        return render(request, "consultations/summing/none.html", context)
    found = Results(one, summary)
    context = {
        **_told(one, summary),
        "sections": [_section(found, name) for name in queries.NAMES],
        "findings": _findings(found),
    }
    return render(request, "consultations/summing/results.html", context)


@read_along
@require_safe
def statements(request: HttpRequest, reference: str) -> HttpResponse:
    """Every statement with how all and each group answered it."""
    one, summary = _summed_up(reference)
    form, found = StatementsForm(request.GET), Results(one, summary)
    section = form.wishes["of"]
    page = Paginator(_wanted(found, form), queries.A_PAGE).get_page(request.GET.get("page"))
    context = {
        **_told(one, summary),
        "form": form,
        "page": page,
        "lines": found.lines(section, list(page)),
        "name": queries.NAMES[section],
        "query": request.GET.urlencode(),
    }
    return render(request, "consultations/summing/statements.html", context)


@read_along
@require_safe
def brief(request: HttpRequest, reference: str) -> HttpResponse:
    """What a member of a deciding body needs on one printed page."""
    one, summary = _summed_up(reference)
    found = Results(one, summary)
    prefetch_related_objects([one], "phases")
    missed = findings.heard(public_turnout(one))
    sections = [_section(found, name, first=OF_BRIEF, with_map=False) for name in queries.NAMES]
    context = {
        **_told(one, summary),
        "findings": _findings(found),
        "heard": missed,
        "sections": [each for each in sections if each["voices"]],
        "first": _first(one, summary),
        "asked": findings.asked(found, missed),
        "url": request.build_absolute_uri(one.get_absolute_url()),
        "today": timezone.now(),
    }
    return render(request, "consultations/summing/brief.html", context)


def _findings(found: Results) -> list[str]:
    return [told for name in queries.NAMES if (told := findings.finding(found, name))]


def _first(one: Consultation, summary: Summary) -> list[words.Section]:
    """What comes first, of the lists of which something is told."""
    value = summary.value["priorities"]
    found = []
    for name in words.titles() if value else ():
        items = [item for item in words.items_of(value, name) if _is_first(item)]
        if items:
            found.append(words.section(one, value, name, items[:OF_BRIEF]))
    return found


def _is_first(item: dict[str, Any]) -> bool:
    """Is it among what can be paid for, or, without a budget, supported by anybody?"""
    return bool(item["round"] if "round" in item else item["supporters"])


def _section(
    found: Results, name: str, first: int = FIRST, *, with_map: bool = True
) -> dict[str, Any]:
    """What a page shows of one kind of voice."""
    part = found.value[name]
    chosen = {kind: found.ordered(name, kind)[:first] for kind in queries.KIND_NAMES}
    kinds = (figures.AGREED, figures.REJECTED, figures.DIFFER)
    # All at once, so that words are looked up once.
    positions = [at for kind in kinds for at in chosen[kind]]
    lines = {each.number: each for each in found.lines(name, positions)}
    shown = {kind: [lines[found.numbers[at]] for at in chosen[kind]] for kind in kinds}
    return {
        "code": name,
        "name": queries.NAMES[name],
        "voices": part["voices"],
        "by_name": part["by_name"],
        "groups": found.groups(name),
        "counts": {kind: found.count(name, kind) for kind in queries.KIND_NAMES},
        "agreed": shown[figures.AGREED],
        "rejected": shown[figures.REJECTED],
        "differ": shown[figures.DIFFER],
        "divides": findings.divides(found, name, shown[figures.DIFFER]),
        "warnings": found.warnings(name),
        "drawing": queries.drawing(found, name) if with_map else None,
        "has_rows": part["by_name"] or part["voices"] >= figures.FEWEST_PEOPLE,
    }


# --- Files -----------------------------------------------------------------------------------


@taken_along
@require_safe
def statements_csv(request: HttpRequest, reference: str) -> HttpResponseBase:
    """Exactly the statements that the list shows for the same address, a row for all and one for
    each group; empty cells where nothing may be told."""
    one, summary = _summed_up(reference)
    form, found = StatementsForm(request.GET), Results(one, summary)
    return csv_file(f"{reference}-results", HEADER, _rows(found, form))


def _rows(found: Results, form: StatementsForm) -> Iterator[list[Any]]:
    section = form.wishes["of"]
    part, positions = found.value[section], _wanted(found, form)
    texts = {
        one["number"]: (one["text"], one["language"])
        for one in queries.as_json(found.consultation, found.summary)["statements"]
    }
    sides = ("agree", "disagree", "pass")
    for at in positions:
        number = found.numbers[at]
        groups = [(ALL, part["voices"], [part[side][at] for side in sides])]
        groups += [
            (each["code"], each["size"], [part["by_group"][side][row][at] for side in sides])
            for row, each in enumerate(part["groups"])
        ]
        for code, voices, told in groups:
            is_told = min(told) >= 0
            yield [
                *(section, number, *texts[number], part["kinds"][at], code, voices),
                *(told if is_told else ("", "", "")),
                sum(told) if is_told else "",
                *((part["scores"][at], part["spreads"][at]) if code == ALL else ("", "")),
            ]


@taken_along
@require_safe
def results_json(request: HttpRequest, reference: str) -> HttpResponseBase:
    """All that is published, but for the answers one by one."""
    one, summary = _summed_up(reference)
    told = queries.as_json(one, summary)
    rows = told.pop("statements")
    told["made_on"] = str(told["made_on"])
    return json_file(f"{reference}-results", told, "statements", rows)


@taken_along
@require_safe
def results_tally(request: HttpRequest, reference: str) -> HttpResponse:
    """The very text whose SHA-256 stands in the audit trail."""
    one, summary = _summed_up(reference)
    return HttpResponse(
        tally.text_of(one.reference, summary.value),
        content_type="text/plain; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{reference}-tally.txt"'},
    )


@taken_along
@require_safe
def results_polis(request: HttpRequest, reference: str, section: str) -> HttpResponse:
    """The answers one by one in the format of Polis, as a ZIP. Raises Http404 where they are not
    published: fewer than 50 people, or as many organisations whose answers are not public."""
    one, summary = _summed_up(reference, with_rows=True)
    votes = answers.unpacked(bytes(summary.rows), section)
    if votes is None:
        raise Http404
    told = queries.as_json(one, summary)
    texts = {each["number"]: each["text"] for each in told["statements"] if each["text"]}
    voters = None
    # Otherwise the rows stand under new numbers, which are nobody's.
    if section == ORGANISATIONS and summary.value[section]["by_name"]:
        header = ("voter-id", "organisation", "name", "group")
        voters = (header, queries.voters(votes.participants.tolist()))
    file = io.BytesIO()
    answers.polis_zip(
        file, answers.numbered(votes), topic=str(one.title), texts=texts, voters=voters
    )
    name = f"{reference}-{section}-polis.zip"
    return HttpResponse(
        file.getvalue(),
        content_type="application/zip",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


# --- Shared ----------------------------------------------------------------------------------


def _wanted(found: Results, form: StatementsForm) -> list[int]:
    wishes = form.wishes
    positions = found.ordered(wishes["of"], wishes.get("result", ""))
    if wanted := wishes.get("words"):
        having = found.having(wanted)
        positions = [at for at in positions if found.numbers[at] in having]
    return positions


def _consultation(reference: str) -> Consultation:
    return get_object_or_404(Consultation.objects.announced(), reference=reference)


def _summed_up(reference: str, *, with_rows: bool = False) -> tuple[Consultation, Summary]:
    """Raises Http404 where there are no results yet."""
    found = Summary.objects.filter(consultation__is_public__in=[True])
    if not with_rows:
        found = found.defer("rows")
    summary = get_object_or_404(
        found.select_related("consultation"), consultation__reference=reference
    )
    return summary.consultation, summary


def _told(one: Consultation, summary: Summary) -> dict[str, Any]:
    return {
        "consultation": one,
        "summary": summary,
        "statements": len(summary.value["statements"]),
        "priorities": summary.value["priorities"],
    }
