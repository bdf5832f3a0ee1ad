"""What is said of a paragraph and by whom, what readers look for, what the secretariat does."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from coalition.base.fields import LANGUAGE_NAMES
from coalition.base.forms import CleanText, Words
from coalition.consultations.access import Reader
from coalition.consultations.discussing.queries import COMMENT, OTHER_WORDS
from coalition.consultations.models import LONGEST_REMARK, LONGEST_WORDS, Consultation
from coalition.consultations.proposing.forms import READ, RefuseForm, SpeakerForm
from coalition.consultations.states import ORGANISATIONS, PEOPLE, REMARK_REFUSALS
from coalition.instruments.models import Wording
from coalition.partners.models import PartnerGroup


class RemarkForm(CleanText, SpeakerForm):
    """What one thinks of a paragraph, how it should read, and for whom one speaks.

    The other words begin as those of the text; left as they are, it is a comment alone.
    """

    text = Words(
        label=_("What you think of it"),
        max_length=LONGEST_REMARK,
        widget=forms.Textarea({"rows": 4, "dir": "auto"}),
    )
    language = forms.ChoiceField(label=_("Language of what you think"))
    instead = Words(
        label=_("How it should read"),
        help_text=_(
            "Change the words here, or leave them as they are. Everybody sees what changed."
        ),
        max_length=LONGEST_WORDS,
        required=False,
        widget=forms.Textarea({"rows": 8}),
    )
    # The words that were read: the text may get new ones meanwhile.
    seen = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=1)
    field_order = ("speaker", "text", "language", "instead")

    def __init__(
        self,
        consultation: Consultation,
        reader: Reader,
        wording: Wording | None,
        data: Any = None,
        *,
        wanted: str = "",
    ) -> None:
        super().__init__(data)
        self.speak(reader, wanted)
        self.fields["text"].help_text = (
            _("Or why it should read otherwise. At most %d characters.") % LONGEST_REMARK
        )
        self._offer_languages(consultation)
        if wording is None or not wording.words:
            del self.fields["instead"]
            return
        self.fields["seen"].initial = wording.pk
        words = self.fields["instead"]
        words.initial = wording.words
        words.widget.attrs |= {"lang": wording.version.language, "dir": "auto"}

    def _offer_languages(self, consultation: Consultation) -> None:
        codes = consultation.languages
        field: Any = self.fields["language"]
        field.choices = [(code, LANGUAGE_NAMES[code]) for code in codes]
        here = (get_language() or "en").split("-")[0]
        field.initial = here if here in codes else codes[0]
        if len(codes) == 1:
            field.widget = forms.HiddenInput()


# --- What readers look for -------------------------------------------------------------------


class FindForm(CleanText, forms.Form):
    """Filters of the list; a value that nothing has asks nothing, and the form says so."""

    words = forms.CharField(
        label=_("Words"),
        max_length=100,
        required=False,
        widget=forms.TextInput(attrs={"type": "search", "dir": "auto"}),
    )
    paragraph = forms.CharField(
        label=_("Paragraph"),
        max_length=120,
        required=False,
        widget=forms.TextInput(attrs={"dir": "ltr"}),
    )
    kind = forms.ChoiceField(
        label=_("Kind"),
        choices=[
            ("", _("All")),
            (COMMENT, _("Comments alone")),
            (OTHER_WORDS, _("With other words")),
        ],
        required=False,
    )
    who = forms.ChoiceField(
        label=_("By"),
        choices=[("", _("All")), (ORGANISATIONS, _("Organisations")), (PEOPLE, _("People"))],
        required=False,
    )
    group = forms.ModelChoiceField(
        label=_("Partner group"),
        queryset=PartnerGroup.objects.all(),
        to_field_name="code",
        required=False,
        empty_label=_("All"),
    )

    def __init__(self, consultation: Consultation, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # Where the answers of organisations are not public, nobody learns who is one.
        if not consultation.answers_are_public:
            del self.fields["who"], self.fields["group"]
        self.is_valid()

    @property
    def wishes(self) -> dict[str, Any]:
        """What is asked for, as `queries.found_by` takes it."""
        return {name: value for name, value in self.cleaned_data.items() if value}


# --- The desk --------------------------------------------------------------------------------


class DeskForm(CleanText, forms.Form):
    words = forms.CharField(label=_("Words"), max_length=100, required=False)
    paragraph = forms.CharField(label=_("Paragraph"), max_length=120, required=False)
    state = forms.ChoiceField(
        label=_("State"),
        # Remarks are not merged.
        choices=[("", _("All")), *((each.value, each.label) for each in READ if each != "merged")],
        required=False,
    )


class RefuseRemarkForm(RefuseForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["refused_for"]
        field.choices = [(each.value, each.label) for each in REMARK_REFUSALS]
