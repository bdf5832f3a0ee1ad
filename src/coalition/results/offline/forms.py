"""Uploading a workbook, and choosing what is taken over of what came in."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from coalition.base.forms import CleanText
from coalition.results.offline.queries import Change, Changes
from coalition.results.offline.sheet_reading import KINDS

COMES, NOW = "comes", "now"


class UploadForm(forms.Form):
    use_required_attribute = False

    file = forms.FileField(
        label=_("The workbook"),
        help_text=_("The file that this page gave you, filled in: Excel or CSV, at most 2 MB."),
        widget=forms.FileInput(attrs={"accept": ",".join(f".{kind}" for kind in KINDS)}),
    )


class ConfirmForm(CleanText, forms.Form):
    """A choice for each change: what comes in, or what stands there now. In a conflict neither is
    chosen beforehand."""

    use_required_attribute = False

    def __init__(self, *args: Any, changes: Changes, needs_reason: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.changes = changes.rows
        for place, one in enumerate(self.changes):
            self.fields[f"change-{place}"] = forms.ChoiceField(
                label=f"{one.label}: {one.field_label}",
                choices=[(NOW, one.now_shown or "–"), (COMES, one.comes_shown or "–")],
                widget=forms.RadioSelect,
                initial=None if one.is_conflict else COMES,
                error_messages={"required": _("Please choose one of the two.")},
            )
        self.fields["seal"] = forms.CharField(
            widget=forms.HiddenInput, initial=changes.seal, max_length=64
        )
        if needs_reason:
            self.fields["reason"] = forms.CharField(
                label=_("Why the published report is amended"),
                help_text=_("Its readers will see it."),
                max_length=1000,
                widget=forms.Textarea(attrs={"rows": 3}),
            )

    def rows(self) -> list[tuple[Change, Any, Any, Any]]:
        """Each change with its field, and the two places to choose."""
        found = []
        for place, one in enumerate(self.changes):
            field = self[f"change-{place}"]
            now, comes = field.subwidgets
            found.append((one, field, now, comes))
        return found

    @property
    def taken(self) -> list[str]:
        """The keys of the changes that are taken over."""
        chosen = enumerate(self.changes)
        return [one.key for at, one in chosen if self.cleaned_data[f"change-{at}"] == COMES]
