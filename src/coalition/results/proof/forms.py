"""The three ways to prove a figure, what a second person finds, and why a proof is taken back."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from coalition.base import uploads
from coalition.base.forms import CleanText
from coalition.partners.choices import LANGUAGES
from coalition.results.models import EvidenceKind


class ProofForm(CleanText, forms.Form):
    """What every proof says of itself."""

    use_required_attribute = False

    title = forms.CharField(
        label=_("Title"),
        max_length=200,
        help_text=_("What it is, as readers will see it: “Annual report 2026, chapter 3”."),
    )
    language = forms.ChoiceField(label=_("Language of the proof"), choices=LANGUAGES)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs["initial"] = {"language": get_language(), **(kwargs.get("initial") or {})}
        super().__init__(*args, **kwargs)
        self.order_fields([name for name in self.fields if name not in ("title", "language")])


class FileForm(ProofForm):
    file = forms.FileField(
        label=_("File"),
        help_text=_(
            "PDF, Word, Excel, OpenDocument, picture or plain text, at most 10 MB. Everybody can "
            "download it, so look for names and addresses in it first. From pictures we take out "
            "the place, hour and camera; other files keep what their program wrote into them."
        ),
        widget=forms.FileInput(
            attrs={"accept": ",".join(f".{kind}" for kind in (*uploads.KINDS, "jpeg"))}
        ),
    )


class LinkForm(ProofForm):
    url = forms.URLField(
        label=_("Address of the page"),
        max_length=500,
        assume_scheme="https",
        widget=forms.URLInput(attrs={"dir": "ltr"}),
    )


class QuoteForm(ProofForm):
    quote = forms.CharField(
        label=_("The words, as they stand there"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4, "dir": "auto"}),
    )
    where = forms.CharField(
        label=_("Place in the source"),
        max_length=200,
        help_text=_("Author, title and page, so that others find it."),
    )
    url = forms.URLField(
        label=_("Address of the source"),
        max_length=500,
        required=False,
        assume_scheme="https",
        widget=forms.URLInput(attrs={"dir": "ltr"}),
    )


FORMS: dict[str, type[ProofForm]] = {
    EvidenceKind.FILE: FileForm,
    EvidenceKind.LINK: LinkForm,
    EvidenceKind.QUOTE: QuoteForm,
}


class CheckForm(CleanText, forms.Form):
    """What a second person found."""

    use_required_attribute = False

    holds = forms.TypedChoiceField(
        label=_("Does it show what the figure says?"),
        choices=[("yes", _("Yes, it proves the figure")), ("no", _("No"))],
        coerce=lambda value: value == "yes",
        empty_value=None,
        widget=forms.RadioSelect,
    )
    note = forms.CharField(
        label=_("What you found"),
        max_length=500,
        required=False,
        help_text=_("Needed where it does not hold. Everybody reads it."),
    )


class StrikeForm(CleanText, forms.Form):
    reason = forms.CharField(
        label=_("Why it is taken back"), max_length=300, help_text=_("Everybody reads it.")
    )
