"""The filters of the list of commitments, and the names of searches that people keep."""

from __future__ import annotations

from html import escape
from typing import Any

from django import forms
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from coalition.base.forms import CleanText
from coalition.commitments.exploring.labels import Labels
from coalition.commitments.exploring.queries import LISTED, Counts
from coalition.commitments.exploring.wishes import LONGEST_VALUE, LONGEST_WORDS, NEWEST, Wishes
from coalition.commitments.models import Facet, SavedSearch

# Texts may be hundreds and paragraphs thousands: those with most commitments are offered.
MOST_CHOICES = {Facet.DECLARATION: 40, Facet.PROVISION: 100}


def offered(wishes: Wishes, counted: Counts) -> dict[str, set[str]]:
    """The codes that a reader may choose or has chosen: only what would leave something."""
    codes = {}
    facets = [*LISTED, Facet.PROVISION] if Facet.DECLARATION in wishes.filters else LISTED
    for facet in (*facets, Facet.PARTNER):
        found = counted.get(facet, {})
        most = MOST_CHOICES.get(Facet(facet), len(found))
        codes[str(facet)] = {*sorted(found, key=lambda code: (-found[code], code))[:most]}
        if chosen := wishes.filters.get(facet):
            codes[str(facet)].add(chosen)
    return codes


class CountedSelect(forms.Select):
    """A select of many plain choices, drawn at once: a template would take longer for two hundred
    countries than for all commitments of the page."""

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        # Escaped by the plain function: Django's looks at every word whether it is a lazy one.
        options = "\n".join(
            f'<option value="{escape(code)}"{" selected" if code == value else ""}>'
            f"{escape(label)}</option>"
            for code, label in self.choices
        )
        identifier = (attrs or {}).get("id", name)
        return format_html(
            '<select name="{}" id="{}">{}</select>', name, identifier, SafeString(options)
        )


class ExplorerForm(forms.Form):
    """Each choice says how many commitments it would leave. A partner is typed: by name or
    reference."""

    words = forms.CharField(
        label=_("Words"),
        required=False,
        widget=forms.TextInput(attrs={"type": "search", "maxlength": LONGEST_WORDS, "dir": "auto"}),
    )
    partner = forms.CharField(
        label=_("Partner"),
        required=False,
        widget=forms.TextInput(attrs={"maxlength": LONGEST_VALUE, "dir": "auto"}),
    )

    def __init__(self, wishes: Wishes, counted: Counts, named: Labels) -> None:
        super().__init__({**dict(wishes.pairs), **wishes.typed})
        if partner := wishes.filters.get(Facet.PARTNER):
            self.data["partner"] = named[Facet.PARTNER][partner]
        for facet in (one for one in Facet.values if one in named and one != Facet.PARTNER):
            numbers = counted.get(facet, {})
            self.fields[facet] = forms.ChoiceField(
                label=Facet(facet).label,
                required=False,
                widget=CountedSelect,
                choices=[
                    ("", _("any")),
                    *(
                        (code, f"{name} ({numbers.get(code, 0)})")
                        for code, name in named[facet].items()
                    ),
                ],
            )
        if wishes.sort != NEWEST:
            self.fields["sort"] = forms.CharField(widget=forms.HiddenInput)


class SearchForm(CleanText, forms.ModelForm[SavedSearch]):
    """How a search is called, and whether its owner hears of what is new."""

    class Meta:
        model = SavedSearch
        fields = ("name", "by_mail")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].widget.attrs["dir"] = "auto"
