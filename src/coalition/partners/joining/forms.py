"""The screens of the form. What is needed is asked for before sending; half a screen is kept."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Any

from django import forms
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from coalition.base.forms import CleanText
from coalition.base.names import Name
from coalition.partners.accession.answers import Confirmed, Said
from coalition.partners.accession.queries import suggestions_by_field
from coalition.partners.choices import (
    LANGUAGES,
    RowField,
    about_field,
    countries,
    label_of,
    read_places,
    rows_of,
    website_field,
)
from coalition.partners.models import (
    AccessionRequest,
    NameKind,
    PartnerGroup,
    QuestionKind,
    Scope,
    Suggestion,
)
from coalition.partners.values import LONGEST_REASON, LONGEST_TEXT
from coalition.ui.forms import Select

# Of a name and an office on one line: the semicolons of our six languages.
SEMICOLONS = re.compile("[;؛；]")
MOST_TYPED = 20_000  # characters of names in one field


class StepForm(CleanText, forms.Form):
    """One screen. A field that is `required` is marked as needed, yet may stay empty here."""

    use_required_attribute = False

    def _clean_fields(self) -> None:
        needed = [field for field in self.fields.values() if field.required]
        for field in needed:
            field.required = False
        super()._clean_fields()
        for field in needed:
            field.required = True

    @property
    def kept(self) -> dict[str, Any]:
        """What can be saved: every field but those with a mistake."""
        return {name: self.cleaned_data[name] for name in self.fields if name in self.cleaned_data}


class BeginForm(CleanText, forms.Form):
    """Who begins a request, and where a letter reaches them."""

    organisation = forms.CharField(
        label=label_of(AccessionRequest, "organisation"),
        max_length=300,
        help_text=gettext_lazy("Its full name, as it stands in its statutes."),
    )
    contact_name = forms.CharField(
        label=gettext_lazy("Your name"),
        max_length=200,
        help_text=gettext_lazy("Who answers for this request: the focal point."),
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    contact_email = forms.EmailField(
        label=gettext_lazy("Your e-mail address"),
        max_length=254,
        help_text=gettext_lazy("We send a link there, by which you can go on at any time."),
        widget=forms.EmailInput(attrs={"autocomplete": "email", "dir": "ltr"}),
    )
    language = forms.ChoiceField(
        label=gettext_lazy("Your language"),
        choices=LANGUAGES,
        help_text=gettext_lazy("Questions and letters come in this language."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["group"] = RowField(
            rows_of(PartnerGroup.objects.filter(retired_on=None)),
            label=label_of(AccessionRequest, "group"),
            help_text=_("What is asked depends on it. If you are in doubt, take the nearest."),
        )
        self.order_fields(("organisation", "group", "contact_name", "contact_email", "language"))


class FactsForm(StepForm):
    """The organisation's facts; what its message suggested stands beside each, with why."""

    organisation = forms.CharField(label=label_of(AccessionRequest, "organisation"), max_length=300)
    scope = forms.ChoiceField(
        label=label_of(AccessionRequest, "scope"),
        choices=[("", gettext_lazy("Choose one")), *Scope.choices],
        help_text=gettext_lazy("How far the organisation reaches."),
        widget=Select,
    )
    website = website_field()

    def __init__(self, *args: Any, case: AccessionRequest, **kwargs: Any) -> None:
        names = ("organisation", "group", "scope", "country", "website")
        kwargs["initial"] = {name: getattr(case, name) for name in names}
        super().__init__(*args, **kwargs)
        places = countries(read_places())
        self.fields["group"] = RowField(
            rows_of(PartnerGroup.objects.filter(retired_on=None)), label=label_of(case, "group")
        )
        self.fields["country"] = RowField(
            places,
            label=label_of(case, "country"),
            required=False,
            help_text=_("Where it is seated; an international organisation may leave it open."),
        )
        self.fields["organisation"].widget.attrs |= {"dir": "auto", "lang": case.language or "und"}
        self.order_fields(names)
        _suggest(self, case, {"group": None, "country": places.by_code})


class AboutForm(StepForm):
    """What it does, and who answers for the request."""

    about = about_field(label_of(AccessionRequest, "about"))
    contact_name = forms.CharField(
        label=label_of(AccessionRequest, "contact_name"), max_length=200, required=False
    )
    language = forms.ChoiceField(
        label=gettext_lazy("Your language"),
        choices=LANGUAGES,
        required=False,
        help_text=gettext_lazy("Questions and letters come in this language."),
    )

    def __init__(self, *args: Any, case: AccessionRequest, **kwargs: Any) -> None:
        names = ("about", "contact_name", "language")
        kwargs["initial"] = {name: getattr(case, name) for name in names}
        kwargs["initial"]["language"] = case.language or get_language()
        super().__init__(*args, **kwargs)
        self.fields["about"].help_text = _("A few sentences, in your own language.")
        self.fields["about"].widget.attrs |= {"dir": "auto", "rows": 6}
        _suggest(self, case, {})


def _suggest(form: forms.Form, case: AccessionRequest, names: dict[str, Any]) -> None:
    """Say beside each field what the message suggested, and why, until the applicant has looked
    it through."""
    if any(move.verb == "correct" for move in case.moves.all()):
        return
    for name, suggestions in suggestions_by_field(case).items():
        if name in form.fields:
            field = form.fields[name]
            held = names.get(name) or getattr(getattr(field, "rows", None), "by_code", {})
            said = suggested(suggestions, held)
            field.help_text = " ".join(part for part in (said, str(field.help_text)) if part)


def suggested(suggestions: Sequence[Suggestion], names: Any) -> str:
    """What the platform read in the message, and why, as plain text to the applicant."""
    parts = [
        _("Suggested: %(value)s. %(why)s")
        % {"value": names.get(one.value, one.value), "why": _why(one)}
        for one in suggestions
    ]
    return " ".join([*parts, _("Please confirm or correct it.")])


def _why(suggestion: Suggestion) -> str:
    quote = _("“%(quote)s”") % {"quote": suggestion.quote} if suggestion.quote else ""
    return " ".join(part for part in (_(suggestion.why), quote) if part)


def in_own_language(name: Name) -> SafeString | str:
    """A wording marked with its language, where that is not the page's."""
    if not name or name.language == get_language():
        return str(name)
    direction = "rtl" if name.language == "ar" else "ltr"
    return format_html('<span lang="{}" dir="{}">{}</span>', name.language, direction, name)


class QuestionsForm(StepForm):
    """The questions of one section, in the applicant's language."""

    def __init__(self, *args: Any, said: Iterable[Said], language: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.language = language
        self.questions = {}
        for one in said:
            code = one.question.code
            self.questions[code] = one.question
            field = self._field(one)
            field.label = in_own_language(one.label)
            field.help_text = in_own_language(one.question.explained(language))
            field.required = one.question.needed
            self.fields[code] = field
            self.initial[code] = _as_lines(one) if one.names else one.typed

    def _field(self, said: Said) -> forms.Field:
        own_words = {"dir": "auto", "lang": self.language}
        kind = said.question.kind
        if kind == QuestionKind.CHOICE:
            choices = [("", _("Choose one")), *said.question.choice_names(self.language).items()]
            return forms.ChoiceField(choices=choices, widget=Select(attrs=own_words))
        if kind == QuestionKind.YES_NO:
            choices = [("yes", _("Yes")), ("no", _("No"))]
            return forms.ChoiceField(choices=choices, widget=forms.RadioSelect)
        if kind == QuestionKind.TEXT:
            box = forms.Textarea(attrs={**own_words, "rows": 5})
            return forms.CharField(max_length=LONGEST_TEXT, widget=box)
        if kind == QuestionKind.NAMES:
            box = forms.Textarea(attrs={"dir": "auto", "rows": 4})
            return forms.CharField(max_length=MOST_TYPED, widget=box)
        if kind == QuestionKind.LINK:
            box = forms.URLInput(attrs={"dir": "ltr"})
            return forms.URLField(max_length=300, assume_scheme="https", widget=box)
        if kind == QuestionKind.NUMBER:
            box = forms.TextInput(attrs={"inputmode": "numeric", "dir": "ltr"})
            return forms.CharField(max_length=30, widget=box)
        return forms.CharField(max_length=500, widget=forms.TextInput(attrs=own_words))

    @property
    def answers(self) -> dict[Any, Any]:
        """Each question with what can be kept of its answer."""
        return {
            question: _as_pairs(self.kept[code], question.name_kind)
            if question.kind == QuestionKind.NAMES
            else self.kept[code]
            for code, question in self.questions.items()
            if code in self.kept
        }


def _as_lines(said: Said) -> str:
    return "\n".join(f"{one.name}; {one.role}" if one.role else one.name for one in said.names)


def _as_pairs(text: str, kind: str) -> list[tuple[str, str]]:
    """One name a line; of people, what follows a semicolon is their office."""
    pairs = []
    for line in text.splitlines():
        if kind == NameKind.OFFICER:
            name, *role = SEMICOLONS.split(line, maxsplit=1)
            pairs.append((name.strip(), role[0].strip() if role else ""))
        else:
            pairs.append((line.strip(), ""))
    return [pair for pair in pairs if pair[0]]


class StatementsForm(StepForm):
    """The statements of eligibility, each to be ticked."""

    def __init__(
        self, *args: Any, statements: Iterable[Confirmed], language: str, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.statements = {}
        for one in statements:
            code = one.statement.code
            self.statements[code] = one.statement
            self.fields[code] = forms.BooleanField(
                label=in_own_language(one.label),
                required=one.statement.needed,
            )
            self.initial[code] = one.answer is not None

    @property
    def confirmed(self) -> list[Any]:
        return [one for code, one in self.statements.items() if self.cleaned_data.get(code)]


class DocumentForm(CleanText, forms.Form):
    """A file, or why there is none."""

    file = forms.FileField(label=gettext_lazy("File"), required=False)
    reason = forms.CharField(
        label=gettext_lazy("If there is none, why"),
        required=False,
        max_length=LONGEST_REASON,
        widget=forms.Textarea(attrs={"rows": 2, "dir": "auto"}),
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if not self.errors and not cleaned.get("file") and not cleaned.get("reason"):
            self.add_error("file", _("Choose a file, or say why there is none."))
        return cleaned


class OtherDocumentForm(CleanText, forms.Form):
    """Something that nobody asked for."""

    file = forms.FileField(label=gettext_lazy("File"))


class MessageForm(CleanText, forms.Form):
    """An answer to what the secretariat asked."""

    message = forms.CharField(
        label=gettext_lazy("Your answer"),
        max_length=LONGEST_REASON,
        widget=forms.Textarea(attrs={"rows": 4, "dir": "auto"}),
    )


class WithdrawForm(CleanText, forms.Form):
    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        max_length=LONGEST_REASON,
        widget=forms.Textarea(attrs={"rows": 3, "dir": "auto"}),
    )


class ContactForm(CleanText, forms.Form):
    """Who is focal point from now on."""

    contact_name = forms.CharField(
        label=gettext_lazy("Name of the new focal point"), max_length=200
    )
    contact_email = forms.EmailField(
        label=gettext_lazy("E-mail address of the new focal point"),
        max_length=254,
        widget=forms.EmailInput(attrs={"dir": "ltr"}),
    )


class AddressForm(CleanText, forms.Form):
    """Where a new link is to go."""

    email = forms.EmailField(
        label=gettext_lazy("E-mail address of the focal point"),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "email", "dir": "ltr"}),
    )
