"""The forms by which a list of partners is taken in."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from coalition.partners.choices import RowField, rows_of
from coalition.partners.models import PartnerGroup, RosterImport, Scope
from coalition.partners.roster.checking import Options
from coalition.partners.roster.columns import FIELDS, guess
from coalition.ui.forms import DateInput

UNREAD = "unread"


class UploadForm(forms.Form):
    file = forms.FileField(
        label=gettext_lazy("A list of partners"),
        help_text=gettext_lazy(
            "XLSX or CSV, up to 10 MB and 20,000 rows. Nothing is changed by uploading it."
        ),
        widget=forms.FileInput(attrs={"accept": ".xlsx,.csv"}),
    )


class ColumnsForm(forms.Form):
    """What each column of the list holds, with the guess chosen, and what stands in for gaps."""

    scope = forms.ChoiceField(
        label=gettext_lazy("Scope, where the list says none"),
        choices=[("", gettext_lazy("None: refuse such rows")), *Scope.choices],
        required=False,
    )
    joined_on = forms.DateField(
        label=gettext_lazy("Day of joining, where the list says none"),
        required=False,
        widget=DateInput,
    )
    writes = forms.BooleanField(
        label=gettext_lazy("Write to the focal points of new partners that they can sign in now"),
        required=False,
    )

    def __init__(self, data: Any = None, *, roster: RosterImport, samples: Sequence[str]) -> None:
        options = Options(**roster.options)
        super().__init__(data, initial=options.kept())
        self.roster = roster
        guesses = guess(roster.headings)
        choices = [(UNREAD, _("Not read")), *((code, f.label) for code, f in FIELDS.items())]
        self.names = [f"column{number}" for number in range(len(roster.headings))]
        for name, heading, chosen, guessed, sample in zip(
            self.names, roster.headings, roster.columns, guesses, samples, strict=True
        ):
            self.fields[name] = forms.ChoiceField(
                label=heading or _("(no heading)"),
                choices=choices,
                initial=chosen or UNREAD,
                help_text=f"{help_for(guessed.confidence)} {sample}",
            )
        groups = rows_of(PartnerGroup.objects.all(), _("None: refuse such rows"))
        self.fields["group"] = RowField(
            groups, label=_("Partner group, where the list says none"), required=False
        )
        self.order_fields([*self.names, "group", "scope", "joined_on", "writes"])

    @property
    def columns(self) -> list[str]:
        chosen = (self.cleaned_data[name] for name in self.names)
        return ["" if code == UNREAD else code for code in chosen]

    @property
    def chosen(self) -> Options:
        held = self.cleaned_data
        return Options(
            group=held["group"].code if held["group"] else "",
            scope=held["scope"],
            joined_on=held["joined_on"].isoformat() if held["joined_on"] else "",
            writes=held["writes"],
        )


def help_for(confidence: float) -> str:
    """How sure the guess is, in words."""
    if confidence >= 1:
        return _("Guessed from the heading, which we know.")
    if confidence:
        return _("Guessed from the heading, %(percent)s %% sure.") % {
            "percent": round(confidence * 100)
        }
    return _("The heading tells nothing that we know.")


class TakeInForm(forms.Form):
    """Only what the report asks for: each tick is about some rows."""

    leave_out = forms.BooleanField(required=False)
    alike_are_new = forms.BooleanField(required=False)

    def __init__(self, data: Any = None, *, counts: dict[str, int]) -> None:
        super().__init__(data)
        self.fields["leave_out"].label = _("Leave out the rows that cannot be taken: %(count)s") % {
            "count": counts.get("refused", 0)
        }
        self.fields["alike_are_new"].label = _(
            "Those that look like a partner are other organisations; take them in as new: %(count)s"
        ) % {"count": counts.get("alike", 0)}
        if not counts.get("refused"):
            del self.fields["leave_out"]
        if not counts.get("alike"):
            del self.fields["alike_are_new"]
