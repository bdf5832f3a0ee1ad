"""The filters of the list of instruments and of a text's contents page."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any, Protocol, TypeVar
from urllib.parse import urlencode

from django import forms
from django.db.models import Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from coalition.base.forms import CleanText
from coalition.base.text import clean_line
from coalition.instruments.models import Category, Instrument, InstrumentKind, Standing, Subject
from coalition.instruments.texts.library import SORTS
from coalition.partners.choices import LANGUAGES, RowField, rows_of
from coalition.themes.models import Theme


class InstrumentField(forms.CharField):
    """One instrument by its code or symbol, typed: there are too many for a list to choose from.
    With `kinds` only instruments of these are found."""

    def __init__(self, *, kinds: Collection[str] = (), **kwargs: Any) -> None:
        given = {"label": _("Instrument (code or symbol)"), "max_length": 60, **kwargs}
        super().__init__(**given)
        self.kinds = kinds

    def clean(self, value: Any) -> Instrument | None:
        name = clean_line(super().clean(value), limit=60)
        if not name:
            return None
        found = Instrument.objects.filter(Q(code__iexact=name) | Q(symbol__iexact=name)).first()
        if found is None or (self.kinds and found.kind not in self.kinds):
            raise forms.ValidationError(
                _("There is no instrument “%s” here. Write its code or symbol, such as C087.")
                % name
            )
        return found

    def prepare_value(self, value: Any) -> Any:
        return (value.symbol or value.code) if isinstance(value, Instrument) else value


class Counted(Protocol):
    count: int  # commitments that deliver on it


Paragraph = TypeVar("Paragraph", bound=Counted)


class ParagraphFilter(forms.Form):
    taken = forms.ChoiceField(
        label=_("Which paragraphs"),
        required=False,
        choices=[
            ("", _("All")),
            ("no", _("Not taken up by anybody")),
            ("yes", _("Taken up")),
        ],
    )

    @property
    def is_filtering(self) -> bool:
        return self.is_valid() and bool(self.cleaned_data["taken"])

    def chosen(self, paragraphs: Iterable[Paragraph]) -> list[Paragraph]:
        """The paragraphs that the filter lets through; all where it says nothing readable."""
        if not self.is_filtering:
            return list(paragraphs)
        wants_taken = self.cleaned_data["taken"] == "yes"
        return [each for each in paragraphs if bool(each.count) is wants_taken]


YES_NO = [("", _("All")), ("yes", _("Yes")), ("no", _("No"))]


class LibraryFilter(CleanText, forms.Form):
    """Filters of the list of instruments; what is no choice asks nothing, and the form says so."""

    words = forms.CharField(label=_("Words in the name or symbol"), required=False, max_length=100)
    kind = forms.ChoiceField(
        label=_("Kind"), required=False, choices=[("", _("All")), *InstrumentKind.choices]
    )
    category = forms.ChoiceField(
        label=_("Category"), required=False, choices=[("", _("All")), *Category.choices]
    )
    standing = forms.ChoiceField(
        label=_("Status"), required=False, choices=[("", _("All")), *Standing.choices]
    )
    wording = forms.ChoiceField(label=_("Wording held"), required=False, choices=YES_NO)
    parties = forms.ChoiceField(label=_("Parties held"), required=False, choices=YES_NO)
    language = forms.ChoiceField(
        label=_("Held in"), required=False, choices=[("", _("Any language")), *LANGUAGES]
    )
    sort = forms.ChoiceField(label=_("Order"), required=False, choices=list(SORTS.items()))
    field_order = (
        *("words", "kind", "category", "standing", "subject", "theme", "wording", "parties"),
        *("language", "sort"),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, label, rows in (
            ("subject", _("Subject"), rows_of(Subject.objects.all(), gettext("All subjects"))),
            ("theme", _("Thematic area"), rows_of(Theme.objects.all(), gettext("All themes"))),
        ):
            if rows.by_code:
                self.fields[name] = RowField(rows, label=label, required=False)
        self.order_fields(self.field_order)
        self.is_valid()

    def chosen(self) -> dict[str, Any]:
        """What is asked for, as `library.library` takes it."""
        return {name: value for name, value in self.cleaned_data.items() if value}

    def query(self) -> str:
        """The same, as the end of an address."""
        named = {name: self.fields[name].prepare_value(v) for name, v in self.chosen().items()}
        return urlencode(named)
