"""What readers ask of a register, and how an officer takes in its list and mends what it says."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from coalition.base.fields import LANGUAGE_NAMES
from coalition.base.forms import CleanText
from coalition.instruments.external import queries
from coalition.instruments.external.declared import all_declared
from coalition.instruments.models import ExternalKind, ExternalRecord, Register
from coalition.ui.forms import DateInput, Select


class RecordsFilter(CleanText, forms.Form):
    """Which documents of a register are listed. The choices are those that it has."""

    words = forms.CharField(label=gettext_lazy("Words"), max_length=100, required=False)
    party = forms.ChoiceField(label=gettext_lazy("Party"), required=False, widget=Select)
    kind = forms.ChoiceField(
        label=gettext_lazy("Kind"),
        required=False,
        choices=[("", gettext_lazy("All")), *ExternalKind.choices],
    )
    language = forms.ChoiceField(label=gettext_lazy("Language"), required=False)
    status = forms.ChoiceField(label=gettext_lazy("Status in the register"), required=False)
    gone = forms.ChoiceField(
        label=gettext_lazy("Which documents"),
        required=False,
        choices=[
            ("", gettext_lazy("In the register now")),
            ("yes", gettext_lazy("No longer in it")),
        ],
    )
    sort = forms.ChoiceField(
        label=gettext_lazy("Sort by"),
        required=False,
        choices=[
            ("", gettext_lazy("Party")),
            ("newest", gettext_lazy("Newest first")),
            ("oldest", gettext_lazy("Oldest first")),
            ("title", pgettext_lazy("sort by", "Title")),
        ],
    )

    def __init__(self, data: QueryDict, register: Register) -> None:
        super().__init__(data)
        own = queries.standing_in(register)
        languages = own.exclude(language="").values_list("language", "language_name").distinct()
        statuses = own.exclude(status="").values_list("status", flat=True).distinct()
        every = ("", _("All"))
        self._choices("party", [every, *queries.parties_in(register)])
        self._choices(
            "language",
            [every, *sorted((code, LANGUAGE_NAMES.get(code, name)) for code, name in languages)],
        )
        self._choices("status", [every, *((each, each) for each in sorted(statuses))])
        self.is_valid()

    def _choices(self, name: str, choices: list[tuple[str, str]]) -> None:
        self.fields[name].choices = choices  # type: ignore[attr-defined]

    @property
    def chosen(self) -> dict[str, str]:
        """What is asked for; what could not be read asks nothing."""
        return {name: value for name, value in self.cleaned_data.items() if value}

    @property
    def query(self) -> str:
        """The same, as the end of an address."""
        return urlencode(self.chosen)


# --- The desk --------------------------------------------------------------------------------


class ListForm(CleanText, forms.Form):
    """Whose list it is, and of which day."""

    register = forms.ChoiceField(label=gettext_lazy("Register"))
    as_of = forms.DateField(
        label=gettext_lazy("The day on which the list was taken from the register"),
        required=False,
        widget=DateInput,
        help_text=gettext_lazy("Leave it empty where it is not known."),
    )
    title = forms.CharField(
        label=gettext_lazy("Where the list comes from: title"),
        max_length=300,
        required=False,
        help_text=gettext_lazy("Only where it does not come from the usual place."),
    )
    url = forms.URLField(
        label=gettext_lazy("Where the list comes from: address"),
        max_length=500,
        required=False,
        assume_scheme="https",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["register"].choices = [  # type: ignore[attr-defined]
            (each.code, each.names["en"]) for each in all_declared() if not each.is_example
        ]


class UploadForm(ListForm):
    """The same with the file: what would be done is shown first."""

    file = forms.FileField(
        label=gettext_lazy("The list, as CSV or XLSX file"),
        help_text=gettext_lazy("Nothing is kept before you have seen what it would change."),
        widget=forms.FileInput(attrs={"accept": ".csv,.xlsx"}),
    )
    field_order = ["register", "file"]


class ConfirmForm(ListForm):
    """The same with the rows that were shown, sealed so that they come back as they were."""

    rows = forms.CharField(strip=False)

    def _cleaned(self, name: str, value: str) -> str:
        return value if name == "rows" else super()._cleaned(name, value)


class BelongingForm(forms.Form):
    """To which submission of its party a document belongs, or that it is to none of them."""

    to = forms.ChoiceField(label=gettext_lazy("It belongs to"), widget=forms.RadioSelect)

    NONE = "none"

    def __init__(self, data: Any, record: ExternalRecord) -> None:
        super().__init__(data)
        self.submissions = {str(each.pk): each for each in queries.submissions_beside(record)}
        self.fields["to"].choices = [  # type: ignore[attr-defined]
            *((key, _told(each)) for key, each in self.submissions.items()),
            (self.NONE, _("None of these")),
        ]
        if record.belongs_to_id or record.attached_by_id:
            self.initial["to"] = str(record.belongs_to_id or self.NONE)

    @property
    def submission(self) -> ExternalRecord | None:
        return self.submissions.get(self.cleaned_data["to"])


def _told(one: ExternalRecord) -> str:
    """A submission in one line: its title, version, day and language."""
    day = one.submitted_on.isoformat() if one.submitted_on else ""
    return " · ".join(filter(None, (one.title, one.version, day, one.language_name)))
