"""Filters of the calendar and of comments; forms for officers."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from coalition.base.forms import CleanText
from coalition.instruments.models import Category, CommentKind, Party
from coalition.instruments.obligations.importing import CEACR
from coalition.instruments.obligations.queries import YEARS_AHEAD
from coalition.instruments.texts.forms import InstrumentField
from coalition.partners.choices import LANGUAGES
from coalition.places.forms import PlaceField


class CalendarFilter(CleanText, forms.Form):
    place = PlaceField(label=_("Place"), required=False)
    instrument = InstrumentField(required=False)
    category = forms.ChoiceField(
        label=_("Category"), required=False, choices=[("", _("All")), *Category.choices]
    )
    year = forms.TypedChoiceField(
        label=_("Report due in"), required=False, coerce=int, empty_value=None
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        this = timezone.localdate().year
        self.fields["year"].choices = [
            ("", _("Any year")),
            *((str(year), str(year)) for year in range(this, this + YEARS_AHEAD + 1)),
        ]


class CommentFilter(CleanText, forms.Form):
    place = PlaceField(label=_("Place"), required=False)
    instrument = InstrumentField(required=False)
    kind = forms.ChoiceField(
        label=_("Kind"), required=False, choices=[("", _("All")), *CommentKind.choices]
    )
    answered = forms.ChoiceField(
        label=_("Answered by a commitment"),
        required=False,
        choices=[("", _("All")), ("yes", _("Yes")), ("no", _("Not yet"))],
    )


class CommentForm(CleanText, forms.Form):
    """A comment as an officer enters it."""

    party = forms.ModelChoiceField(
        label=_("Addressed to"), queryset=Party.objects.all(), to_field_name="code"
    )
    instrument = InstrumentField()
    kind = forms.ChoiceField(label=_("Kind"), choices=CommentKind.choices)
    body = forms.CharField(label=_("Written by"), max_length=200, initial=CEACR)
    adopted_year = forms.IntegerField(label=_("Adopted in (year)"), min_value=1, max_value=9999)
    published_year = forms.IntegerField(
        label=_("Published in (year)"), required=False, min_value=1, max_value=9999
    )
    url = forms.URLField(label=_("Where it is published"), max_length=500, assume_scheme="https")
    gist = forms.CharField(
        label=_("What it asks, in our words"),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    language = forms.ChoiceField(label=_("Language of these words"), choices=LANGUAGES)


class CommentsFile(forms.Form):
    file = forms.FileField(label=_("CSV or XLSX file"))
    is_dry = forms.BooleanField(
        label=_("Only say what would be done"), required=False, initial=True
    )


class StrikeForm(CleanText, forms.Form):
    reason = forms.CharField(label=_("Why it is taken back"), max_length=300)


class StartForm(CleanText, forms.Form):
    """The year in which a group's cycle begins, with its source."""

    starts = forms.IntegerField(
        label=_("A year in which its reports are due"),
        required=False,
        min_value=1919,
        max_value=2100,
        help_text=_("Leave it empty where it is not known."),
    )
    title = forms.CharField(label=_("Where it is written: title"), max_length=300, required=False)
    url = forms.URLField(
        label=_("Where it is written: address"),
        max_length=500,
        required=False,
        assume_scheme="https",
    )
