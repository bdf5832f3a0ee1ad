"""Pages on consent to be bound: the matrix, an instrument's parties, a passport, a record."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from itertools import groupby
from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from coalition.base.downloads import csv_file, xlsx_file
from coalition.instruments.consent import forms, pages, queries, words
from coalition.instruments.consent.pages import Standing
from coalition.instruments.models import Category, Instrument, Party, Status
from coalition.instruments.queries import registers_of
from coalition.places.charts import member_map
from coalition.ui.charts import Series, growth
from coalition.ui.thread import Move

ROWS_A_PAGE, COLUMNS_A_PAGE = 40, 20
PARTIES_A_PAGE = 50
HEADER = [
    "party",
    "name",
    "instrument",
    "title",
    "status",
    "since",
    "why",
    "source",
    "as_of",
    "url",
]
LEGEND = [(status.value, words.SHORT[status], words.LONG[status]) for status in pages.ORDER]


# --- The matrix ------------------------------------------------------------------------------


@require_safe
def matrix(request: HttpRequest) -> HttpResponse:
    """Countries by instruments on any day, forty by twenty at most."""
    form, parties, instruments = _question(request)
    rows = Paginator(parties, ROWS_A_PAGE).get_page(request.GET.get("page"))
    columns = Paginator(instruments, COLUMNS_A_PAGE).get_page(request.GET.get("columns"))
    cells = pages.standings(list(rows), list(columns), form.day)
    days = sorted(one.consent_table.as_of for one in instruments)
    context = {
        "form": form,
        "page": rows,
        "columns": columns,
        "rows": [(row[0].party, _cells(row, form.day)) for row in cells if row],
        "legend": LEGEND,
        "oldest": days[0] if days else None,
        "newest": days[-1] if days else None,
        "year": form.day.year,
        "first_year": forms.FIRST_YEAR,
        "this_year": max(pages.today().year, form.day.year),
        "decades": range(1920, pages.today().year + 1, 20),
        "kept": _kept(form),
        "earlier": form.query(on=_years(form.day, -1)),
        "later": form.query(on=_years(form.day, 1)),
        "previous": form.query(columns=columns.number - 1) if columns.number > 1 else "",
        "next": form.query(columns=columns.number + 1) if columns.has_next() else "",
        "query": form.query(),
    }
    return render(request, "instruments/consent/matrix.html", context)


def _question(request: HttpRequest) -> tuple[forms.MatrixForm, list[Party], list[Instrument]]:
    form = forms.MatrixForm(request.GET)
    return form, *form.question(examples=pages.shows_examples())


def _kept(form: forms.DayForm) -> list[tuple[str, str]]:
    """What the slider's form carries on of the reader's question: all but the day."""
    return [
        (name, form.data[name])
        for name in form.cleaned_data
        if name != "on" and form.data.get(name)
    ]


def _years(day: date, years: int) -> str:
    """The end of the year before or after; nothing beyond what can be asked."""
    year = day.year + years
    return date(year, 12, 31).isoformat() if forms.FIRST_YEAR <= year <= forms.LAST_YEAR else ""


def _cells(row: Sequence[Standing], day: date) -> Iterator[tuple[str, ...]]:
    """Of each cell the state, its word, where its passport is, and the instrument it stands for."""
    # Eight hundred addresses a page: one is resolved, the others follow its pattern.
    pattern = reverse("instruments:passport", args=["CODE", row[0].party.code])
    query = "" if day == pages.today() else f"?on={day.isoformat()}"
    for one in row:
        yield (
            one.status.value,
            words.SHORT[one.status],
            pattern.replace("CODE", one.instrument.code, 1) + query,
            one.instrument.symbol or one.instrument.code,
        )


@require_safe
def matrix_csv(request: HttpRequest) -> HttpResponse:
    """Every cell that the filter leaves, one a line, with its passport."""
    return csv_file("consent", HEADER, _lines(request))


@require_safe
def matrix_xlsx(request: HttpRequest) -> HttpResponse:
    return xlsx_file("consent", HEADER, _lines(request))


@require_safe
def matrix_json(request: HttpRequest) -> HttpResponse:
    """The same as JSON: the day, and an object a cell."""
    form, parties, instruments = _question(request)

    def written() -> Iterator[str]:
        head = json.dumps({"on": form.day.isoformat(), "instruments_held": len(instruments)})
        yield head[:-1] + ', "cells": ['
        gap = ""
        cells = pages.all_standings(parties, instruments, form.day)
        for values in _listing(request, cells):
            line = dict(zip(HEADER, values, strict=True))
            yield gap + json.dumps(line, ensure_ascii=False, default=str)
            gap = ",\n"
        yield "]}\n"

    return StreamingHttpResponse(
        written(),
        content_type="application/json",
        headers={"Content-Disposition": 'attachment; filename="consent.json"'},
    )


def _lines(request: HttpRequest) -> Iterator[list[Any]]:
    form, parties, instruments = _question(request)
    return _listing(request, pages.all_standings(parties, instruments, form.day))


def _listing(request: HttpRequest, found: Iterable[Standing]) -> Iterator[list[Any]]:
    """A line of a download for each; what many lines share is looked up once."""
    pattern = request.build_absolute_uri(reverse("instruments:passport", args=["CODE", "PARTY"]))
    names: dict[Party | Instrument, str] = {}
    for one in found:
        for each in (one.party, one.instrument):
            if each not in names:
                names[each] = str(each.name)
        table = one.instrument.consent_table
        address = pattern.replace("CODE", one.instrument.code).replace("PARTY", one.party.code)
        yield [
            one.party.code,
            names[one.party],
            one.instrument.symbol or one.instrument.code,
            names[one.instrument],
            one.on.status,
            one.on.since or "",
            one.on.why,
            table.source.title,
            table.as_of,
            address,
        ]


# --- One instrument --------------------------------------------------------------------------


@require_safe
def parties(request: HttpRequest, code: str) -> HttpResponse:
    """Who is bound by an instrument on a day, since when, and by which rule."""
    instrument = _instrument(code)
    form = forms.PartiesForm(request.GET)
    everyone, chosen = _listed(instrument, form)
    page = Paginator(chosen, PARTIES_A_PAGE).get_page(request.GET.get("page"))
    number = pages.counts(everyone)
    rule = queries.rule_of(instrument)
    context = {
        "instrument": instrument,
        "short": instrument.symbol or str(instrument.short_name),
        "table": instrument.consent_table,
        "form": form,
        "page": page,
        "rows": [(one, words.SHORT[one.status], words.TONES[one.status]) for one in page],
        "figures": _figures(number, form),
        "bound": number[Status.IN_FORCE] + number[Status.PENDING],
        "rule": rule,
        "rule_words": words.rule_of(rule),
        "curve": _curve(instrument),
        "map": "" if instrument.is_example else _map(everyone, instrument),
        "provisions": pages.chosen_provisions(instrument),
        "query": form.query(),
    }
    return render(request, "instruments/consent/parties.html", context)


def _listed(
    instrument: Instrument, form: forms.PartiesForm
) -> tuple[list[Standing], list[Standing]]:
    """All standings under an instrument, and those that the form asks for."""
    everyone = pages.standings_under(instrument, form.day)
    eid = form.asked("provision")
    accepting = pages.parties_accepting(instrument, eid) if eid else None
    return everyone, form.chosen(everyone, accepting)


def _figures(number: Any, form: forms.DayForm) -> list[tuple[int, str, str]]:
    """How many have each status, each with the list of them; none of a status is left out."""
    return [
        (number[status], str(words.SHORT[status]), f"?{form.query(status=status.value)}#list")
        for status in pages.ORDER
        if number[status] and status != Status.NOT_BOUND
    ]


def _curve(instrument: Instrument) -> str:
    """Who was bound, year by year, up to the day of the table."""
    years = queries.ratification_curve(instrument)
    if not years:
        return ""
    title = ngettext(
        "%(count)d party had consented by %(day)s",
        "%(count)d parties had consented by %(day)s",
        years[-1].consented,
    )
    day = date_format(instrument.consent_table.as_of)
    return growth(
        [
            Series(_("Consented"), [one.consented for one in years]),
            Series(_("In force"), [one.bound for one in years]),
        ],
        [str(one.year) for one in years],
        title=title % {"count": years[-1].consented, "day": day},
        subtitle=_("Parties at the end of each year; the last, on the day of the table"),
        unit=_("parties"),
        source=_origin(instrument),
    )


def _map(everyone: Sequence[Standing], instrument: Instrument) -> str:
    """The members of the United Nations: bound, not bound, and those of whom it is not known."""
    values = {
        one.party.place_id: int(one.status in queries.BOUND)
        for one in everyone
        if one.party.place_id and one.status != Status.UNKNOWN
    }
    links = {
        one.party.code: reverse("instruments:passport", args=[instrument.code, one.party.code])
        for one in everyone
    }
    members = [one for one in everyone if pages.is_member(one.party)]
    bound = sum(one.status in queries.BOUND for one in members)
    return member_map(
        values,
        title=_("%(bound)d of %(members)d members of the United Nations are bound")
        % {"bound": bound, "members": len(members)},
        subtitle=_("Dark is bound, light is not; hatched is not known"),
        unit=_("bound"),
        links=links,
        source=_origin(instrument),
    )


def _origin(instrument: Instrument) -> str:
    """Where the table was read, and when."""
    table = instrument.consent_table
    return f"{table.source.title}, {table.as_of.isoformat()}"


@require_safe
def parties_csv(request: HttpRequest, code: str) -> HttpResponse:
    """Exactly the parties that the page lists for the same question."""
    instrument = _instrument(code)
    _everyone, chosen = _listed(instrument, forms.PartiesForm(request.GET))
    return csv_file(f"parties-{code}", HEADER, _listing(request, chosen))


@require_safe
def not_yet(request: HttpRequest, code: str) -> HttpResponse:
    """The members of the United Nations that are not bound, by region: for whoever asks them."""
    instrument = _instrument(code)
    form = forms.DayForm(request.GET)
    found = queries.not_yet_bound(instrument, form.day)
    missing = _as_standings(instrument, found.without)
    context = {
        "instrument": instrument,
        "short": instrument.symbol or str(instrument.short_name),
        "table": instrument.consent_table,
        "form": form,
        "day": form.day,
        "regions": _by_region(missing),
        "unknown": _as_standings(instrument, found.unknown),
        "number": len(missing),
        "query": form.query(),
    }
    return render(request, "instruments/consent/not_yet.html", context)


@require_safe
def not_yet_csv(request: HttpRequest, code: str) -> HttpResponse:
    """The same list, those of whom it is not known included and marked so."""
    instrument = _instrument(code)
    form = forms.DayForm(request.GET)
    found = queries.not_yet_bound(instrument, form.day)
    rows = _as_standings(instrument, [*found.without, *found.unknown])
    return csv_file(f"not-yet-{code}", HEADER, _listing(request, rows))


def _as_standings(instrument: Instrument, found: Any) -> list[Standing]:
    """By the parties' names in the reader's language."""
    rows = [Standing(party, instrument, on) for party, on in found]
    return sorted(rows, key=lambda one: (one.party.name.casefold(), one.party.code))


def _by_region(found: Sequence[Standing]) -> list[tuple[str, list[tuple[Standing, str]]]]:
    """The parties by sub-region of M49, each with a word where it is more than not bound."""

    def region(one: Standing) -> str:
        return one.party.place.path.rsplit(".", 2)[0] if one.party.place else ""

    names = pages.region_names()
    return [
        (
            names.get(path, _("Without a region")),
            [
                (one, "" if one.status == Status.NOT_BOUND else words.SHORT[one.status])
                for one in inside
            ],
        )
        for path, inside in groupby(sorted(found, key=region), key=region)
    ]


# --- One party under one instrument ------------------------------------------------------------


@require_safe
def passport(request: HttpRequest, code: str, party: str) -> HttpResponse:
    """All that a status rests on: the acts, the rule, and how it follows from them."""
    instrument = get_object_or_404(Instrument, code=code)
    one = _party(party)
    held = queries.passport(instrument, one)
    if one.is_example != instrument.is_example or not (held.table or held.actions):
        raise Http404
    form = forms.DayForm(request.GET)
    on = queries.status_of(instrument, one, form.day)
    context = {
        "instrument": instrument,
        "short": instrument.symbol or str(instrument.short_name),
        "party": one,
        "form": form,
        "day": form.day,
        "on": on,
        "status": words.SHORT[Status(on.status)],
        "tone": words.TONES[Status(on.status)],
        "sentence": words.standing(on),
        "why": words.why(on.why),
        "acts": [(act, words.days_of(act)) for act in held.actions],
        "moves": [
            Move(period.since, words.step(period), words.why(period.why)) for period in held.periods
        ],
        "rule": held.rule,
        "rule_words": words.rule_of(held.rule),
        "table": held.table,
        "may_keep": request.user.has_perm("instruments.consent"),
    }
    return render(request, "instruments/consent/passport.html", context)


# --- One party -------------------------------------------------------------------------------


@require_safe
def record(request: HttpRequest, party: str) -> HttpResponse:
    """Where a country stands under every instrument with a held table."""
    one = _party(party)
    form = forms.RecordForm(request.GET)
    found = pages.standings_of(one, form.day)
    chosen = form.chosen(found)
    page = Paginator(chosen, PARTIES_A_PAGE).get_page(request.GET.get("page"))
    number = pages.counts(found)
    days = sorted(each.instrument.consent_table.as_of for each in found)
    context = {
        "party": one,
        "form": form,
        "page": page,
        "groups": [
            (words.SHORT[status], words.TONES[status], words.LONG[status], list(inside))
            for status, inside in groupby(page, key=lambda each: each.status)
        ],
        "figures": [
            (number[status], str(words.SHORT[status]), f"?{form.query(status=status.value)}#list")
            for status in pages.ORDER
            if number[status]
        ],
        "categories": _categories(found),
        "held": len(found),
        "oldest": days[0] if days else None,
        "newest": days[-1] if days else None,
        "territories": pages.territories_in_force(one, form.day),
        "registers": registers_of(one),
        "query": form.query(),
    }
    return render(request, "instruments/consent/record.html", context)


def _categories(found: Sequence[Standing]) -> list[tuple[str, int, int]]:
    """Of each category the instruments in force and those held."""
    rows = []
    for category in Category:
        inside = [one for one in found if one.instrument.category == category]
        if inside:
            in_force = sum(one.status == Status.IN_FORCE for one in inside)
            rows.append((category.label, in_force, len(inside)))
    return rows


@require_safe
def record_csv(request: HttpRequest, party: str) -> HttpResponse:
    """The record as the page lists it."""
    one = _party(party)
    form = forms.RecordForm(request.GET)
    rows = form.chosen(pages.standings_of(one, form.day))
    return csv_file(f"record-{one.code}", HEADER, _listing(request, rows))


# --- Helpers -----------------------------------------------------------------------------------


def _instrument(code: str) -> Instrument:
    """An instrument whose table of parties is held; of no other can anything be said."""
    return get_object_or_404(queries.held_instruments(), code=code)


def _party(code: str) -> Party:
    found = Party.objects.select_related("place", "state")
    return get_object_or_404(found, code__iexact=code)
