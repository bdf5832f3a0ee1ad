"""What a reviewer is asked, and what the partner replies."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext as now_in
from django.utils.translation import gettext_lazy as _

from coalition.base.forms import CleanText
from coalition.partners.choices import LANGUAGES, RowField, rows_of
from coalition.partners.models import PartnerGroup
from coalition.results.assessments.actions import IF_VERIFIABLE, LONGEST_REPLY
from coalition.results.models import Assessment


class DeskFilter(CleanText, forms.Form):
    """What a reviewer looks for."""

    words = forms.CharField(label=_("Words"), required=False, max_length=100)
    which = forms.ChoiceField(
        label=_("Which promises"),
        required=False,
        choices=[
            ("", _("All")),
            ("never", _("Never assessed")),
            ("reported", _("With a published report")),
            ("claimed", _("Said to be done")),
        ],
    )
    field_order = ("words", "group", "which")

    def __init__(self, data: Any, groups: list[PartnerGroup]) -> None:
        super().__init__(data)
        self.fields["group"] = RowField(
            rows_of(groups, now_in("All groups")), label=now_in("Partner group"), required=False
        )
        self.order_fields(self.field_order)

    def chosen(self) -> dict[str, Any]:
        """The wishes in use; what is no choice is left out, and the form says so."""
        self.is_valid()
        return {name: value for name, value in self.cleaned_data.items() if value}


class AssessmentForm(CleanText, forms.ModelForm):
    """First whether it can be verified; of what can, all the rest."""

    use_required_attribute = False

    language = forms.ChoiceField(label=_("Language you write in"), choices=LANGUAGES)
    verifiable = forms.TypedChoiceField(
        label=_("Can it be verified?"),
        help_text=_(
            "Is it said clearly enough what shall be done, so that one can find out whether it "
            "was? What cannot be verified is not assessed further."
        ),
        choices=[
            ("yes", pgettext_lazy("verifiable", "Yes")),
            ("no", pgettext_lazy("verifiable", "No")),
        ],
        coerce=lambda value: value == "yes",
        widget=forms.RadioSelect,
    )

    class Meta:
        model = Assessment
        fields = ["language", "verifiable", "potential", "completion", "early_results", "words"]
        widgets = {
            "early_results": forms.Textarea(attrs={"rows": 4, "dir": "auto"}),
            "words": forms.Textarea(attrs={"rows": 8, "dir": "auto"}),
        }
        help_texts = {
            "potential": _("How much it could change, if all of it were done."),
            "completion": _("How much of it was done by now, as far as evidence shows."),
            "early_results": _("What has changed already because of it. In words."),
            "words": _("Say what you looked at and what it showed. Everybody will read it."),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        instance: Assessment = kwargs["instance"]
        said = {True: "yes", False: "no", None: None}[instance.verifiable]
        kwargs["initial"] = {"verifiable": said, **(kwargs.get("initial") or {})}
        super().__init__(*args, **kwargs)
        if not instance.verifiable:
            for name in IF_VERIFIABLE:
                del self.fields[name]
        if instance.verifiable is None:
            del self.fields["words"]


class ReplyForm(CleanText, forms.Form):
    """The partner's reply."""

    use_required_attribute = False

    words = forms.CharField(
        label=_("Your organisation’s reply"),
        max_length=LONGEST_REPLY,
        help_text=_("It is published together with the assessment, in these words."),
        widget=forms.Textarea(attrs={"rows": 8, "dir": "auto"}),
    )
    language = forms.ChoiceField(label=_("Language of the reply"), choices=LANGUAGES)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs["initial"] = {"language": get_language(), **(kwargs.get("initial") or {})}
        super().__init__(*args, **kwargs)
