"""The forms of a commitment, one screen each; see `writing.step_forms`."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.conf import settings
from django.forms import BoundField
from django.http import QueryDict
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from coalition.base.fields import LANGUAGE_NAMES
from coalition.base.forms import CleanText
from coalition.commitments.models import Commitment, ResourceKind
from coalition.commitments.writing import queries
from coalition.commitments.writing.ground import (
    LISTS,
    Table,
    Values,
    ground,
    key_of,
    kind_of,
    number_of,
    provision_row,
    row_name,
)
from coalition.commitments.writing.plain import LIMITS, LONGEST, YES
from coalition.commitments.writing.showing import name_of
from coalition.commitments.writing.step_forms import StepForm
from coalition.instruments.queries import choosable, choosable_texts, is_named
from coalition.places import forms as places
from coalition.places.models import Level
from coalition.results.frameworks.checks import read_figure
from coalition.results.models import RULES_OF, Indicator, Measure, Unit
from coalition.ui.forms import DateInput, Select

LANGUAGES = [(code, LANGUAGE_NAMES[code]) for code in settings.UN_LANGUAGES]
SPARE_ROWS = 2  # empty ones below those that are filled
MOST_ROWS = 200


def step_form(
    step: str,
    commitment: Commitment,
    values: Table,
    data: QueryDict | None = None,
    *,
    wanted: str = "",
) -> StepForm:
    """The form of a screen: these values as it shows them; with `data`, what came back of it, to
    be read by `values()`. Raises KeyError for a step that has no such form."""
    return FORMS[step](commitment, values, data, wanted=wanted)


def line(name: str, label: str | Promise, *, rows: int = 0, **more: Any) -> forms.Field:
    """A text of the commitment, in whatever language it is written."""
    attributes: dict[str, Any] = {"maxlength": LIMITS[name], "dir": "auto"}
    widget = forms.Textarea(attributes | {"rows": rows}) if rows else forms.TextInput(attributes)
    return forms.Field(label=label, widget=widget, required=False, **more)


def choice(label: str | Promise, offered: Iterable[tuple[str, Any]]) -> forms.Field:
    """One of several, or none."""
    choices = [("", _("Please choose")), *offered]
    return forms.Field(label=label, widget=Select(choices=choices), required=False)


# --- The screens -------------------------------------------------------------------------------


class NameForm(CleanText, forms.Form):
    """How a draft begins."""

    title = forms.CharField(
        label=_("Title"),
        max_length=160,
        help_text=_("A few words by which people will find it."),
    )
    language = forms.ChoiceField(label=_("Language you write in"), choices=LANGUAGES)


class PromiseForm(StepForm):
    """Who will do what, for whom, on which level."""

    title = forms.Field(
        label=_("Title"),
        widget=forms.TextInput({"maxlength": LIMITS["title"], "dir": "auto"}),
        help_text=_("A few words by which people will find it."),
    )
    language = forms.Field(label=_("Language you write in"), widget=Select(choices=LANGUAGES))
    promise = line(
        "promise",
        _("The promise in one sentence"),
        rows=3,
        help_text=_("Who will do what, by when? One sentence that a newspaper could print."),
    )
    for_whom = line(
        "for_whom",
        _("For whom"),
        help_text=_("The people who will be better off, for example “home-based workers”."),
    )

    def set_up(self) -> None:
        held = self.given.get("words", {}).get("level")
        levels = [each for each in Level.objects.all() if not each.retired_on or each.code == held]
        self.fields["level"] = choice(_("Level"), [(each.code, each.name) for each in levels])


class PlaceForm(StepForm):
    """Where, what it answers, and what it is in line with. What is chosen already stays among what
    is offered, whoever chose it."""

    in_line_with = line(
        "in_line_with",
        _("National plan or priority it is in line with"),
        help_text=_("The plan or priority of the country that this is part of, by name."),
    )
    LABELS = {
        "theme": (_("Themes"), ""),
        "challenge": (_("Challenges"), ""),
        "priority": (_("Your organisation's priorities"), ""),
        "comment": (
            _("Comments of supervisors that it answers"),
            _("Those on your country and on the places that you saved here."),
        ),
        "record": (
            _("Submissions and plans it is in line with"),
            _("From the registers of others, on your country and the places that you saved here."),
        ),
    }

    def set_up(self) -> None:
        grounds = ground(self.given)
        offered = queries.offered_to(self.commitment)
        in_line_with = self.fields.pop("in_line_with")
        self.fields["places"] = forms.Field(
            label=_("Places"),
            widget=places.PlacesInput,
            help_text=_("Countries or regions, each in a field of its own."),
            initial=[name_of(row, grounds) for row in self.rows_of("place")],
            required=False,
        )
        for kind, (label, help_text) in self.LABELS.items():
            if kind == "record":
                self.fields["in_line_with"] = in_line_with
            listed = LISTS[kind]
            rows = {row_name(kind, getattr(one, listed.by)): one for one in offered[kind]}
            rows |= {
                row: grounds.records[row] for row in self.rows_of(kind) if row in grounds.records
            }
            if rows:
                named = [
                    (key_of(row), queries.name_of_choice(kind, one)) for row, one in rows.items()
                ]
                self.fields[listed.attribute] = forms.Field(
                    label=label,
                    widget=forms.CheckboxSelectMultiple(choices=named),
                    help_text=help_text,
                    initial=[key_of(row) for row in self.rows_of(kind)],
                    required=False,
                )

    def read(self, values: Values, data: QueryDict) -> None:
        for kind, listed in LISTS.items():
            if listed.attribute not in self.fields:
                continue
            keys = [text.strip() for text in data.getlist(listed.attribute)]
            if kind == "place":
                found, strangers = places.find_all([key[: places.LONGEST] for key in keys if key])
                keys = [*(place.code for place in found), *strangers]
            for row in self.rows_of(kind):
                del values[row]
            values |= {row_name(kind, key[:LONGEST]): {"named": YES} for key in keys if key}

    def name_of_field(self, row: str, field: str) -> str | None:
        attribute = LISTS[kind_of(row)].attribute if kind_of(row) in LISTS else ""
        return attribute if attribute in self.fields else super().name_of_field(row, field)


class ParagraphsForm(StepForm):
    """The paragraphs of one text, each to be ticked, with a sentence how; those of other texts
    stay as they are."""

    template_name = "commitments/writing/_paragraphs.html"
    stay = _("Save, and say how")

    def set_up(self) -> None:
        codes = [key_of(row).partition("/")[0] for row in self.rows_of("paragraph")]
        self.texts = list(choosable_texts(codes, self.wanted))
        named = [each for each in self.texts if is_named(each, self.wanted)]
        self.text = next(iter([*named, *self.texts]), None)
        self.not_found = "" if named else self.wanted
        self.choices = list(choosable(self.text)) if self.text else []
        for one in self.choices:
            one.instrument = self.text

    @property
    def rows(self) -> list[tuple[Any, bool, str]]:
        """Each paragraph, whether it is ticked, and the sentence how."""
        said = [self.given.get(provision_row(one)) for one in self.choices]
        pairs = zip(self.choices, said, strict=True)
        return [(one, of is not None, (of or {}).get("how", "")) for one, of in pairs]

    def read(self, values: Values, data: QueryDict) -> None:
        if self.text is None:
            return
        of_text = row_name("paragraph", f"{self.text.code}/")
        for row in self.rows_of("paragraph"):
            if row.startswith(of_text):
                del values[row]
        for eid in data.getlist("provision"):
            how = data.get(f"how-{eid}", "")
            values[f"{of_text}{eid[:200]}"] = {"named": YES, "how": how[:LONGEST]}


class MeansForm(StepForm):
    """The dates, money by year and currency, and what is given in kind; some rows are empty. A row
    that is emptied is taken out."""

    template_name = "commitments/writing/_means.html"
    stay = _("Save, and add more rows")
    use_required_attribute = False  # a row may be empty, though no field of one that is not
    starts_on = forms.Field(label=_("Starts on"), widget=DateInput, required=False)
    ends_on = forms.Field(label=_("Ends on"), widget=DateInput, required=False)
    MONEY = ("amount", "unit", "year", "words")
    IN_KIND = ("kind", "words")

    def set_up(self) -> None:
        self.rows: dict[int, tuple[str, ...]] = {}
        if self.posted is None:
            self._lay_rows()
        else:
            self._take_rows(self.posted)
        made = {
            "amount": lambda: _figure(_("Amount")),
            "unit": lambda: choice(_("Currency"), currencies),
            "year": lambda: _figure(_("Year"), inputmode="numeric", maxlength=12),
            "kind": lambda: choice(_("Kind"), kinds),
        }
        currencies, kinds = self._currencies(), ResourceKind.choices[1:]
        used = self._used()
        for number, names in self.rows.items():
            is_money = names == self.MONEY
            for name in names:
                words = _("From whom or for what") if is_money else _("In words")
                field = line("words", words) if name == "words" else made[name]()
                field.required = not (is_money and name == "words")
                self.fields[f"resource-{number}-{name}"] = field
            if is_money and used:
                self.fields[f"resource-{number}-unit"].initial = used[-1]

    def _lay_rows(self) -> None:
        """Those that are there, money first, and empty ones with the numbers that follow."""
        held = {number_of(row) or 0: self.given[row] for row in self.rows_of("resource")}
        last = max(held, default=0)
        for spare, (names, is_money) in enumerate([(self.MONEY, True), (self.IN_KIND, False)]):
            kept = sorted(n for n, said in held.items() if self._is_money(said) == is_money)
            first = last + spare * SPARE_ROWS + 1
            self.rows |= dict.fromkeys([*kept, *range(first, first + SPARE_ROWS)], names)

    def _take_rows(self, data: QueryDict) -> None:
        """Those that the form was shown with, which came back with it."""
        for key, names in (("money", self.MONEY), ("in-kind", self.IN_KIND)):
            for number in data.getlist(key)[:MOST_ROWS]:
                if (known := number_of(row_name("resource", number))) is not None:
                    self.rows[known] = names

    @staticmethod
    def _is_money(said: dict[str, str]) -> bool:
        return said.get("kind") == ResourceKind.FINANCIAL

    def _used(self) -> list[str]:
        return [
            said["unit"]
            for row in self.rows_of("resource")
            if (said := self.given[row]).get("unit")
        ]

    def _currencies(self) -> list[tuple[str, str]]:
        units = Unit.objects.filter(kind="money")
        return [
            (each.code, f"{each.code.upper()} – {each.name}")
            for each in units
            if each.retired_on is None or each.code in self._used()
        ]

    @property
    def places(self) -> dict[str, tuple[str, str]]:
        resources = {
            f"resource-{number}-{name}": (row_name("resource", number), name)
            for number, names in self.rows.items()
            for name in names
        }
        return super().places | resources

    def read(self, values: Values, data: QueryDict) -> None:
        for number, names in self.rows.items():
            if names == self.MONEY:
                values.setdefault(row_name("resource", number), {})["kind"] = ResourceKind.FINANCIAL

    @property
    def money(self) -> list[tuple[int, list[BoundField]]]:
        """The rows of money, each with its number and fields."""
        return self._shown(self.MONEY)

    @property
    def in_kind(self) -> list[tuple[int, list[BoundField]]]:
        return self._shown(self.IN_KIND)

    def _shown(self, wanted: tuple[str, ...]) -> list[tuple[int, list[BoundField]]]:
        return [
            (number, [self[f"resource-{number}-{name}"] for name in names])
            for number, names in self.rows.items()
            if names == wanted
        ]


def _figure(label: str | Promise, **attributes: Any) -> forms.Field:
    same = {"inputmode": "decimal", "autocomplete": "off", "dir": "ltr", "maxlength": 60}
    return forms.Field(label=label, widget=forms.TextInput(same | attributes), required=False)


class HelpForm(StepForm):
    """Whether it can be kept only with the help of others, and with which."""

    needs_help = forms.Field(
        label=_("It needs the help of others"), widget=forms.CheckboxInput, required=False
    )
    help_wanted = line(
        "help_wanted",
        _("Which help is wanted"),
        rows=3,
        help_text=_(
            "For example money, advice, training or a place at a table. Everybody reads it, so "
            "that those who can help find you."
        ),
    )


FORMS: dict[str, type[StepForm]] = {
    "promise": PromiseForm,
    "place": PlaceForm,
    "paragraphs": ParagraphsForm,
    "means": MeansForm,
    "help": HelpForm,
}


# --- The first goal ----------------------------------------------------------------------------


class FirstGoalForm(CleanText, forms.Form):
    """One goal that can be measured, on one screen; more of them, and all else that a goal can
    have, is set up with the results."""

    goal = forms.CharField(
        label=_("What shall change?"),
        max_length=400,
        help_text=_("One sentence, for example “Night bakers have breaks”."),
    )
    measured = forms.CharField(
        label=_("What is measured?"),
        max_length=400,
        help_text=_("What you count to know it, for example “bakers with an agreement on breaks”."),
    )
    unit = forms.ModelChoiceField(
        label=_("In which unit?"),
        queryset=Unit.objects.filter(retired_on=None),
        to_field_name="code",
        empty_label=_("In words"),
        required=False,
        help_text=_("Without a unit, write both of the next answers in words."),
    )
    target = forms.CharField(label=_("How much shall it be by the end?"), max_length=400)
    baseline = forms.CharField(label=_("How much is it today?"), max_length=400, required=False)
    source = forms.CharField(
        label=_("Where did you read that?"),
        max_length=300,
        required=False,
        help_text=_("For example “register of the labour inspection, 2026”."),
    )
    no_baseline = forms.CharField(
        label=_("If you do not know how much it is today: why?"), max_length=300, required=False
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        unit = cleaned.get("unit")
        measure = Measure.NUMBER if unit else Measure.TEXT
        indicator = Indicator(measure=measure, unit=unit, rule=RULES_OF[measure][0])
        for name in ("target", "baseline"):
            if typed := cleaned.get(name):
                read = read_figure(indicator, value=typed)
                for sentence in read.sentences:
                    self.add_error(name, sentence)
                cleaned[name] = read
        if not cleaned.get("baseline") and not cleaned.get("no_baseline"):
            self.add_error("baseline", _("Say how much it is today, or why that is not known."))
        if cleaned.get("baseline") and not cleaned.get("source"):
            self.add_error("source", _("Say where this was read, so that it can be checked."))
        return cleaned
