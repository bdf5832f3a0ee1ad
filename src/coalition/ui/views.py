"""The living page of components: each one with sample values, in the reader's language."""

import datetime

from django import forms
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from coalition.ui.charts import Bar, Tile, bars, tile_map
from coalition.ui.forms import DateInput
from coalition.ui.thread import Cell, Knot, Move, Step


class SampleForm(forms.Form):
    """One field of each kind."""

    title = forms.CharField(
        label=gettext_lazy("What do you promise?"),
        help_text=gettext_lazy("One sentence that a neighbour would understand."),
        max_length=120,
    )
    story = forms.CharField(
        label=gettext_lazy("How will you do it?"), widget=forms.Textarea, required=False
    )
    level = forms.ChoiceField(
        label=gettext_lazy("Level"),
        choices=[
            ("", gettext_lazy("Choose one")),
            ("national", gettext_lazy("National")),
            ("regional", gettext_lazy("Regional")),
            ("international", gettext_lazy("International")),
        ],
    )
    until = forms.DateField(label=gettext_lazy("Until when?"), widget=DateInput)
    people = forms.IntegerField(
        label=gettext_lazy("How many people will it reach?"), required=False, min_value=0
    )
    email = forms.EmailField(label=gettext_lazy("Your e-mail address"))
    plan = forms.FileField(
        label=gettext_lazy("Your plan"),
        help_text=gettext_lazy("A PDF or text file, up to 2 MB."),
        required=False,
    )
    kind = forms.ChoiceField(
        label=gettext_lazy("What kind of promise is it?"),
        choices=[
            ("policy", gettext_lazy("A policy or a law")),
            ("money", gettext_lazy("Money")),
            ("know-how", gettext_lazy("Know-how")),
        ],
        widget=forms.RadioSelect,
    )
    themes = forms.MultipleChoiceField(
        label=gettext_lazy("Which themes does it serve?"),
        help_text=gettext_lazy("Choose as many as fit."),
        choices=[
            ("1", gettext_lazy("Living wages")),
            ("2", gettext_lazy("Social protection")),
            ("3", gettext_lazy("Skills")),
        ],
        widget=forms.CheckboxSelectMultiple,
    )
    public = forms.BooleanField(
        label=gettext_lazy("Show my name on the public page"), required=False
    )


class SampleFilter(forms.Form):
    """Filters are all optional, and say so by leaving nothing out."""

    q = forms.CharField(label=gettext_lazy("Words"), required=False, max_length=200)
    level = forms.ChoiceField(
        label=gettext_lazy("Level"),
        choices=[
            ("", gettext_lazy("All levels")),
            ("national", gettext_lazy("National")),
            ("regional", gettext_lazy("Regional")),
        ],
        required=False,
    )


@require_safe
def components(request: HttpRequest) -> HttpResponse:
    sample_filter = SampleFilter(request.GET or None)
    return render(
        request,
        "ui/components.html",
        {
            "form": SampleForm(prefix="empty"),
            "wrong_form": SampleForm(
                {"wrong-title": "x" * 121, "wrong-email": "nobody", "wrong-people": "-3"},
                prefix="wrong",
            ),
            "filter_form": sample_filter,
            "groups": _groups(),
            "knots": _knots(),
            "steps": _steps(),
            "moves": _moves(),
            "cells": _cells(),
            "bars": _bars(),
            "tile_map": _tile_map(),
            "deadline": datetime.date(2026, 12, 31),
            "page": Paginator(range(200), 10).get_page(7),
        },
    )


def _groups() -> list[tuple[str, str]]:
    return [
        ("GOV", _("Governments")),
        ("IGO", _("International and regional organizations")),
        ("EMP", _("Employers’ organizations")),
        ("WRK", _("Workers’ organizations")),
        ("IFI", _("International and regional financial institutions")),
        ("BUS", _("Businesses")),
        ("ACA", _("Academia")),
        ("CSO", _("Civil society")),
    ]


def _knots() -> list[Knot]:
    return [
        Knot(_("Challenge"), _("Work that does not lift out of poverty"), "#thread", "", "above"),
        Knot(
            _("Provision"),
            _("A declaration, paragraph 23"),
            "#thread",
            _("4 commitments deliver on it"),
            "above",
        ),
        Knot(
            _("Commitment"),
            _("A living wage in every bakery of the town"),
            "",
            _("12 of 30 bakeries"),
            "here",
        ),
        Knot(_("Result"), _("Wage agreements signed"), "#thread", _("12 of 30"), "below"),
        Knot(_("Evidence"), _("The signed agreements"), "#thread", _("3 documents"), "below"),
    ]


def _steps() -> list[Step]:
    return [
        Step(_("What you promise"), "done", "#thread-flat"),
        Step(_("What it delivers on"), "done", "#thread-flat"),
        Step(_("Where and until when"), "now"),
        Step(_("Summary"), "ahead"),
    ]


def _moves() -> list[Move]:
    return [
        Move(datetime.date(2026, 3, 2), _("The focal point handed the draft to the secretariat.")),
        Move(
            datetime.date(2026, 3, 9),
            _("An officer sent it back."),
            _("Please say until when, so that readers can see how far you are."),
        ),
        Move(datetime.date(2026, 3, 16), _("An officer published the commitment.")),
    ]


def _cells() -> list[Cell]:
    counts = [0, 0, 3, 1, 0, 7, 2, 0, 12, 4, 0, 1, 1, 25, 0, 2, 5, 0, 0, 3, 9, 1]
    return [
        Cell(
            str(number),
            f"?paragraph={number}#strip",
            count,
            _("Paragraph %(number)s, commitments: %(count)s") % {"number": number, "count": count},
        )
        for number, count in enumerate(counts, start=1)
    ]


def _bars() -> str:
    values = [42, 31, 24, 27, 6, 18, None, 35]
    return bars(
        [
            Bar(name, value, code, target=30 if code == "BUS" else None)
            for (code, name), value in zip(_groups(), values, strict=True)
        ],
        title=_("Governments promise most, financial institutions least"),
        subtitle=_("Commitments in force by partner group"),
        unit=_("commitments"),
        source=_("sample values of this page"),
    )


def _tile_map() -> str:
    places = [
        ("ISL", _("Iceland"), 0, 0, None),
        ("NOR", _("Norway"), 3, 0, 8),
        ("SWE", _("Sweden"), 4, 0, 5),
        ("FIN", _("Finland"), 5, 0, 3),
        ("IRL", _("Ireland"), 1, 1, 0),
        ("GBR", _("United Kingdom"), 2, 1, 4),
        ("DNK", _("Denmark"), 3, 1, 2),
        ("EST", _("Estonia"), 5, 1, None),
        ("NLD", _("Netherlands"), 2, 2, 2),
        ("DEU", _("Germany"), 3, 2, 21),
        ("POL", _("Poland"), 4, 2, 1),
        ("LTU", _("Lithuania"), 5, 2, 0),
        ("PRT", _("Portugal"), 0, 3, 1),
        ("ESP", _("Spain"), 1, 3, 9),
        ("FRA", _("France"), 2, 3, 14),
        ("CHE", _("Switzerland"), 3, 3, 3),
        ("AUT", _("Austria"), 4, 3, None),
    ]
    return tile_map(
        [
            Tile(code, name, column, row, value, "#map" if value else "")
            for code, name, column, row, value in places
        ],
        title=_("Most commitments are made in three states"),
        subtitle=_("Commitments by state"),
        unit=_("commitments"),
        source=_("sample values of this page"),
    )
