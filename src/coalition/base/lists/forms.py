"""The forms by which a list is taken in."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from coalition.base.lists.columns import Fields
from coalition.base.lists.models import ListImport

UNREAD = "unread"


class UploadForm(forms.Form):
    """A room names the file in a `label` of its own."""

    file = forms.FileField(
        label=gettext_lazy("A list"),
        help_text=gettext_lazy(
            "XLSX or CSV, up to 10 MB and 20,000 rows. Nothing is changed by uploading it."
        ),
        widget=forms.FileInput(attrs={"accept": ".xlsx,.csv"}),
    )


class ColumnsForm(forms.Form):
    """What each column of the list holds, with the guess chosen; a room adds its options."""

    FIELDS = Fields()

    def __init__(
        self,
        data: Any = None,
        *,
        listed: ListImport,
        samples: Sequence[str],
        initial: Any = None,
    ) -> None:
        super().__init__(data, initial=initial)
        self.listed = listed
        guesses = self.FIELDS.guess(listed.headings)
        choices = [(UNREAD, _("Not read")), *((code, f.label) for code, f in self.FIELDS.items())]
        self.names = [f"column{number}" for number in range(len(listed.headings))]
        for name, heading, chosen, guessed, sample in zip(
            self.names, listed.headings, listed.columns, guesses, samples, strict=True
        ):
            self.fields[name] = forms.ChoiceField(
                label=heading or _("(no heading)"),
                choices=choices,
                initial=chosen or UNREAD,
                help_text=f"{help_for(guessed.confidence)} {sample}",
            )
        self.order_fields(self.names)

    @property
    def columns(self) -> list[str]:
        chosen = (self.cleaned_data[name] for name in self.names)
        return ["" if code == UNREAD else code for code in chosen]


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
    """Only what the report asks for: each tick is about some rows. ALIKE_ARE_NEW holds
    %(count)s."""

    ALIKE_ARE_NEW = gettext_lazy(
        "Those that look like one that is there are others; take them in as new: %(count)s"
    )

    leave_out = forms.BooleanField(required=False)
    alike_are_new = forms.BooleanField(required=False)

    def __init__(self, data: Any = None, *, counts: dict[str, int]) -> None:
        super().__init__(data)
        self.fields["leave_out"].label = _("Leave out the rows that cannot be taken: %(count)s") % {
            "count": counts.get("refused", 0)
        }
        self.fields["alike_are_new"].label = self.ALIKE_ARE_NEW % {"count": counts.get("alike", 0)}
        if not counts.get("refused"):
            del self.fields["leave_out"]
        if not counts.get("alike"):
            del self.fields["alike_are_new"]
