"""The forms by which a list of commitments is taken in."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from coalition.base.fields import LANGUAGE_NAMES
from coalition.base.lists import forms as lists
from coalition.base.text import clean_line
from coalition.commitments.lists.columns import FIELDS
from coalition.commitments.lists.lines import Options
from coalition.commitments.models import CommitmentList
from coalition.partners.models import Partner


class UploadForm(lists.UploadForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["file"].label = _("A list of commitments")


class ColumnsForm(lists.ColumnsForm):
    """What each column of the list holds, with the guess chosen, and what stands in for gaps."""

    FIELDS = FIELDS

    partner = forms.CharField(
        label=gettext_lazy("Partner, where the list says none"),
        required=False,
        max_length=20,
        help_text=gettext_lazy("Its reference, such as PAR-2026-0042."),
    )
    language = forms.ChoiceField(
        label=gettext_lazy("Language of new ones, where the list says none"),
        choices=[
            ("", gettext_lazy("By their script; English for Latin letters")),
            *((code, LANGUAGE_NAMES[code]) for code in settings.UN_LANGUAGES),
        ],
        required=False,
    )
    submits = forms.BooleanField(
        label=gettext_lazy("Hand in those of the new ones to which nothing is missing"),
        required=False,
    )

    def __init__(self, data: Any = None, *, listed: CommitmentList, samples: Sequence[str]) -> None:
        initial = Options(**listed.options).kept()
        super().__init__(data, listed=listed, samples=samples, initial=initial)
        if listed.partner_id:
            # Whose list it is, is known; and handing in is a signature, given one by one.
            del self.fields["partner"], self.fields["submits"]

    def clean_partner(self) -> str:
        reference = clean_line(self.cleaned_data["partner"], limit=20).upper()
        if reference and not Partner.objects.filter(reference=reference).exists():
            raise forms.ValidationError(
                _("There is no partner %(reference)s. Please look it up among the partners.")
                % {"reference": reference}
            )
        return reference

    @property
    def chosen(self) -> Options:
        return Options(
            partner=self.cleaned_data.get("partner", ""),
            language=self.cleaned_data["language"],
            submits=self.cleaned_data.get("submits", False),
        )


class TakeInForm(lists.TakeInForm):
    ALIKE_ARE_NEW = gettext_lazy(
        "Those that look like a commitment are others; take them in as new: %(count)s"
    )
