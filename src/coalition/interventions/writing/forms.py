"""The forms in which a key intervention is written, one screen each."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from coalition.accounts.models import User
from coalition.analysis import sdg
from coalition.base.fields import LANGUAGE_NAMES, NamesFormField, RowsFormField
from coalition.base.forms import CleanText, Words
from coalition.instruments.models import Provision
from coalition.instruments.queries import choosable, choosable_texts, is_named
from coalition.interventions.models import Change, Intervention, Uptake
from coalition.interventions.writing import actions, queries
from coalition.partners.choices import label_of
from coalition.places.forms import PlacesField
from coalition.places.models import Level
from coalition.themes.models import Challenge, Theme
from coalition.ui.forms import DateInput, Select

LANGUAGES = [(code, LANGUAGE_NAMES[code]) for code in settings.UN_LANGUAGES]


def longest(name: str) -> Any:
    return Intervention._meta.get_field(name).max_length


def label(name: str) -> str:
    return label_of(Intervention, name)


def line(name: str, words: Any, **more: Any) -> forms.CharField:
    """A text of the intervention, in whatever language it is written."""
    given = {"required": False, "widget": forms.TextInput({"dir": "auto"})}
    return forms.CharField(label=words, max_length=longest(name), **{**given, **more})


def web_address(name: str, words: Any) -> forms.URLField:
    return forms.URLField(
        label=words, max_length=longest(name), required=False, assume_scheme="https"
    )


class StepForm(CleanText, forms.Form):
    """Some fields of an intervention as they stand. `seen` tells on which version it rests; `why`
    is asked once everybody can read what changes."""

    use_required_attribute = False

    seen = forms.CharField(widget=forms.HiddenInput, required=False, max_length=40)

    def __init__(self, intervention: Intervention, data: Any = None, *, wanted: str = "") -> None:
        self.intervention = intervention
        self.wanted = wanted
        super().__init__(data)
        self.set_up()
        for name in self.own_fields:
            self.fields[name].initial = self.held(name)
        self.fields["seen"].initial = queries.version_of(intervention)
        if intervention.published_at is not None:
            self.fields["why"] = forms.CharField(
                label=_("Why it changes"),
                required=False,
                max_length=Change._meta.get_field("why").max_length,
                help_text=_("In a sentence. Everybody can read it, beside what stood here before."),
                widget=forms.TextInput({"dir": "auto"}),
            )

    def set_up(self) -> None:
        """Add what depends on the intervention."""

    @property
    def own_fields(self) -> list[str]:
        return [name for name in self.fields if name not in ("seen", "why")]

    def held(self, name: str) -> Any:
        """What stands there now."""
        value = getattr(self.intervention, name)
        return list(value.all()) if name in actions.LISTS else value

    @property
    def is_as_it_was(self) -> bool:
        return not set(self.changed_data) - {"seen", "why"}

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if "why" in self.fields and not data.get("why") and not self.is_as_it_was:
            self.add_error("why", _("Say in a sentence why it changes: everybody can read it."))
        return data

    def save(self, *, by: User) -> None:
        """Raises Refused and NotAllowed as `actions.edit`."""
        said = self.cleaned_data
        actions.edit(
            self.intervention,
            fields={name: said[name] for name in self.own_fields},
            why=said.get("why", ""),
            seen=said["seen"],
            by=by,
        )

    def rest_on(self, intervention: Intervention) -> list[tuple[str, str]]:
        """What was typed shall count over what stands by now, once it is sent again; returns the
        latter, field by field, where the two differ."""
        self.data = self.data.copy()
        self.data["seen"] = queries.version_of(intervention)
        return [
            (str(self.fields[name].label), actions.said(intervention, name))
            for name in self.changed_data
            if name in self.own_fields
        ]


# --- The screens -------------------------------------------------------------------------------


class WordsForm(StepForm):
    """What it is, for whom, and the same in other languages."""

    title = line(
        "title",
        gettext_lazy("Title"),
        required=True,
        help_text=gettext_lazy("A few words by which people will find it."),
    )
    language = forms.ChoiceField(
        label=gettext_lazy("Language you write in"), choices=LANGUAGES, widget=Select
    )
    about = Words(
        label=gettext_lazy("What it is about"),
        required=False,
        max_length=longest("about"),
        help_text=gettext_lazy(
            "Begin with one sentence that a newspaper could print: who does what, for whom, and "
            "what shall be different afterwards."
        ),
        widget=forms.Textarea({"rows": 6, "dir": "auto"}),
    )
    for_whom = line(
        "for_whom",
        gettext_lazy("For whom"),
        help_text=gettext_lazy(
            "The people who will be better off, for example “home-based workers”."
        ),
    )
    titles = NamesFormField(
        label=gettext_lazy("Title in other languages"), limit=longest("title"), required=False
    )
    abouts = NamesFormField(
        label=gettext_lazy("What it is about, in other languages"),
        long=True,
        limit=longest("about"),
        required=False,
    )

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        for name in ("titles", "abouts"):
            if data.get("language") in (data.get(name) or {}):
                sentence = _("%(language)s has its own field above. Take it out here.")
                language = LANGUAGE_NAMES[data["language"]]
                self.add_error(name, sentence % {"language": language})
        return data


class AnswersForm(StepForm):
    """Where, and what it answers: from a challenge to the decision that it comes from."""

    level = forms.ModelChoiceField(
        label=gettext_lazy("Level"),
        queryset=Level.objects.none(),
        to_field_name="code",
        required=False,
        empty_label=gettext_lazy("Please choose"),
    )
    places = PlacesField(
        label=gettext_lazy("Places"),
        help_text=gettext_lazy("Countries or regions, each in a field of its own."),
        required=False,
    )
    sdgs = forms.CharField(
        label=gettext_lazy("Goals and targets of the 2030 Agenda"),
        required=False,
        max_length=200,
        help_text=gettext_lazy("By their numbers, such as: 8.5, 8.8, 10"),
        widget=forms.TextInput({"dir": "ltr", "autocomplete": "off"}),
    )
    in_line_with = line(
        "in_line_with",
        gettext_lazy("UN country framework or national plan it is in line with"),
        help_text=gettext_lazy("By its name and years, as it is published."),
    )
    in_line_with_url = web_address("in_line_with_url", gettext_lazy("Address of that plan"))
    source = line(
        "source",
        gettext_lazy("Where it was decided"),
        help_text=gettext_lazy(
            "If not in a consultation on this platform: which body, when, in which document."
        ),
    )
    source_url = web_address("source_url", gettext_lazy("Address of that document"))

    def set_up(self) -> None:
        one = self.intervention
        level = Level.objects.filter(pk=one.level_id)
        self.fields["level"].queryset = queries.in_use(Level, level)
        offered = {
            "challenges": queries.in_use(Challenge, one.challenges),
            "themes": queries.in_use(Theme, one.themes),
            "priorities": queries.offered_priorities(one),
            "external_records": queries.offered_records(one),
        }
        for name, rows in offered.items():
            if rows.query.is_empty():
                continue  # nothing to choose from
            self.fields[name] = RowsFormField(
                label=label(name),
                queryset=rows,
                required=False,
                widget=forms.CheckboxSelectMultiple,
            )
        self.order_fields(["level", "places", *offered])

    def held(self, name: str) -> Any:
        return ", ".join(self.intervention.sdgs) if name == "sdgs" else super().held(name)

    def clean_sdgs(self) -> list[str]:
        known, strangers = sdg.codes_in(self.cleaned_data["sdgs"])
        if strangers:
            sentence = _("“%s” is no goal or target of the 2030 Agenda.")
            raise forms.ValidationError(sentence % strangers[0][:60])
        return known


class DaysForm(StepForm):
    """From when until when; the periods of its reports follow them."""

    starts_on = forms.DateField(label=gettext_lazy("Starts on"), required=False, widget=DateInput)
    ends_on = forms.DateField(
        label=gettext_lazy("Ends on"),
        required=False,
        help_text=gettext_lazy("The days on which reports are due follow from both."),
        widget=DateInput,
    )

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        starts, ends = data.get("starts_on"), data.get("ends_on")
        if starts and ends and ends < starts:
            self.add_error(
                "ends_on", _("It ends before it starts. Please correct one of the two days.")
            )
        return data


class ParagraphsForm(StepForm):
    """The paragraphs of one text, each to be ticked, with a sentence how; those of other texts
    stay as they are. `wanted` is the code or symbol of the text."""

    template_name = "interventions/writing/_paragraphs.html"

    def set_up(self) -> None:
        rows = self.intervention.uptakes.select_related("provision__instrument")
        uptakes = list(rows)
        codes = {one.provision.instrument.code for one in uptakes}
        self.texts = list(choosable_texts(codes, self.wanted))
        named = [each for each in self.texts if is_named(each, self.wanted)]
        self.text = next(iter([*named, *self.texts]), None)
        self.not_found = "" if named else self.wanted
        self.choices: list[Provision] = list(choosable(self.text)) if self.text else []
        for one in self.choices:
            one.instrument = self.text
        self.stands: dict[int, str] = {one.provision_id: one.how for one in uptakes}

    @property
    def how(self) -> dict[int, str]:
        """Which of these paragraphs are ticked, each with its sentence."""
        if not self.is_bound:
            return {one.pk: self.stands[one.pk] for one in self.choices if one.pk in self.stands}
        ticked = set(self.data.getlist("provision"))
        limit = Uptake._meta.get_field("how").max_length
        return {
            one.pk: self.data.get(f"how-{one.eid}", "")[:limit]
            for one in self.choices
            if one.eid in ticked
        }

    @property
    def rows(self) -> list[tuple[Provision, bool, str]]:
        """Each paragraph, whether it is ticked, and the sentence how."""
        how = self.how
        return [(one, one.pk in how, how.get(one.pk, "")) for one in self.choices]

    @property
    def is_as_it_was(self) -> bool:
        stood = {one.pk: self.stands[one.pk] for one in self.choices if one.pk in self.stands}
        return self.how == stood

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        if self.not_found or self.text is None:
            sentence = _("There is no text “%(wanted)s” with paragraphs here.")
            self.add_error(None, sentence % {"wanted": self.wanted})
        return data

    def save(self, *, by: User) -> None:
        said = self.cleaned_data
        given = {"why": said.get("why", ""), "seen": said["seen"]}
        actions.take_up(self.intervention, self.text, how=self.how, **given, by=by)

    def rest_on(self, intervention: Intervention) -> list[tuple[str, str]]:
        super().rest_on(intervention)
        return [(label("provisions"), actions.said(intervention, "provisions"))]


FORMS: dict[str, type[StepForm]] = {
    "words": WordsForm,
    "answers": AnswersForm,
    "days": DaysForm,
    "paragraphs": ParagraphsForm,
}
