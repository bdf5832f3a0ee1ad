"""The forms of setting up a framework: one group of questions a screen, saved as one goes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Any

from django import forms
from django.db.models import Q
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from coalition.analysis import figures
from coalition.base.fields import RowsFormField
from coalition.base.forms import CleanText
from coalition.base.text import clean_line
from coalition.partners.models import Partner
from coalition.partners.states import JOINED
from coalition.results.frameworks import checks, queries
from coalition.results.frameworks.shares import SHARE_DECIMALS
from coalition.results.models import (
    RULES_OF,
    Cell,
    Direction,
    Fact,
    Framework,
    Indicator,
    Measure,
    Period,
    Result,
    ResultLevel,
    Unit,
    UnitKind,
)
from coalition.ui.forms import DateInput, Select

YES_NO = [("", "–"), ("1", pgettext_lazy("answer", "Yes")), ("0", pgettext_lazy("answer", "No"))]


class ResultForm(CleanText, forms.ModelForm):
    class Meta:
        model = Result
        fields = ["title", "level", "parent"]
        widgets = {"title": forms.Textarea(attrs={"rows": 2})}
        labels = {"parent": gettext_lazy("It serves this result")}
        help_texts = {
            "title": gettext_lazy("One sentence: who will be better off, and how."),
            "level": gettext_lazy(
                "What you do yourselves is an output; what changes for people because of it is an "
                "outcome, and in the long run an impact. If unsure, leave it a goal."
            ),
        }

    def __init__(self, *args: Any, framework: Framework, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        others = framework.results.exclude(pk=self.instance.pk)
        self.fields["parent"].queryset = others
        if not others:
            del self.fields["parent"]
        self.fields["level"].choices = ResultLevel.choices


class MeasureForm(CleanText, forms.ModelForm):
    """What is measured: the first screen of an indicator, which makes it."""

    class Meta:
        model = Indicator
        fields = ["title", "measure", "unit", "lowest", "highest", "direction"]
        widgets = {
            "title": forms.Textarea(attrs={"rows": 2}),
            "measure": forms.RadioSelect,
            "direction": forms.RadioSelect,
            "unit": Select,
        }
        help_texts = {
            "title": gettext_lazy("So that two people would count the same: “Bakers trained”."),
            "unit": gettext_lazy("For a number or a percentage: what is counted or measured."),
            "lowest": gettext_lazy("For a scale alone."),
            "highest": gettext_lazy("For a scale alone."),
        }

    def __init__(self, *args: Any, framework: Framework, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["measure"].choices = Measure.choices
        self.fields["direction"].choices = Direction.choices
        offered = Unit.objects.filter(Q(retired_on=None) | Q(pk=self.instance.unit_id))
        self.fields["unit"].queryset = offered
        self.fields["unit"].choices = [("", "–"), *units_by_kind(offered)]
        results = list(framework.results.all())
        if self.instance.pk and len(results) > 1:
            self.fields["result"] = forms.ModelChoiceField(
                label=_("It measures this result"),
                queryset=framework.results.all(),
                empty_label=None,
                initial=self.instance.result_id,
            )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        measure = cleaned.get("measure")
        if measure is None:
            return cleaned
        if self.instance.rule not in RULES_OF[Measure(measure)] or not self.instance.pk:
            self.instance.rule = RULES_OF[Measure(measure)][0]
        problems = checks.check_indicator(
            measure=measure,
            rule=self.instance.rule,
            unit=cleaned.get("unit"),
            lowest=cleaned.get("lowest"),
            highest=cleaned.get("highest"),
            dimensions=False,
        )
        for name, sentences in problems.items():
            if name in self.fields and name not in self.errors:
                self.add_error(name, sentences)
        return cleaned

    def _post_clean(self) -> None:
        """What goes into the row is the action's matter: nothing is written to it here."""

    @property
    def chosen(self) -> dict[str, Any]:
        return {**self.cleaned_data, "rule": self.instance.rule}


class RuleForm(forms.Form):
    """How figures become a total: each rule with a sentence and an example."""

    rule = forms.ChoiceField(
        label=gettext_lazy("How figures become a total"), widget=forms.RadioSelect
    )
    decimals = forms.IntegerField(
        label=gettext_lazy("Decimals"),
        min_value=0,
        max_value=6,
        help_text=gettext_lazy("To which averages and percentages are rounded, once, at the end."),
    )
    parent = forms.ModelChoiceField(
        label=gettext_lazy("Its figures count towards this indicator too"),
        queryset=Indicator.objects.none(),
        required=False,
    )

    def __init__(self, data: Any, *, indicator: Indicator) -> None:
        initial = {
            "rule": indicator.rule,
            "decimals": indicator.decimals,
            "parent": indicator.parent_id,
        }
        super().__init__(data, initial=initial)
        self.indicator = indicator
        self.fields["rule"].choices = [
            (one.value, format_html("<span><b>{}.</b> {}</span>", one.label, words))
            for one in RULES_OF[Measure(indicator.measure)]
            for words in [queries.RULE_WORDS[one]]
        ]
        if indicator.measure == Measure.TEXT:
            del self.fields["decimals"]
        others = indicator.framework.indicators.filter(
            measure=indicator.measure, unit=indicator.unit
        ).exclude(pk=indicator.pk)
        self.fields["parent"].queryset = others
        # One of another framework is neither shown nor taken away here (`counting`).
        elsewhere = checks.counts_elsewhere(indicator)
        if not others or indicator.measure == Measure.TEXT or elsewhere:
            del self.fields["parent"]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        parent, rule = cleaned.get("parent"), cleaned.get("rule")
        if parent is not None and rule:
            sentences = checks.check_parent(
                self.indicator,
                parent,
                framework=self.indicator.framework,
                measure=self.indicator.measure,
                unit=self.indicator.unit,
                rule=rule,
            )
            if sentences:
                self.add_error("parent", sentences)
        return cleaned


class BreakdownForm(CleanText, forms.ModelForm):
    dimensions = RowsFormField(
        label=gettext_lazy("Broken down by"),
        queryset=None,
        widget=forms.CheckboxSelectMultiple,
        required=False,
        help_text=gettext_lazy(
            "Figures of very small groups of people are withheld from the public, always."
        ),
    )

    class Meta:
        model = Indicator
        fields = ["dimensions", "means_of_verification"]
        help_texts = {
            "means_of_verification": gettext_lazy(
                "Lists of participants, a survey, the register of an office: who could check it?"
            )
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offered = queries.dimensions_for(self.instance.framework)
        self.fields["dimensions"].queryset = offered
        self.fields["dimensions"].label_from_instance = named_with_groups
        if self.instance.measure == Measure.TEXT:
            del self.fields["dimensions"]

    def _post_clean(self) -> None:
        """What goes into the row is the action's matter: nothing is written to it here."""


class DimensionForm(CleanText, forms.Form):
    """A breakdown of the organisation's own."""

    name = forms.CharField(
        label=gettext_lazy("Name"),
        max_length=100,
        help_text=gettext_lazy("By what people or things are told apart, such as “Trade”."),
    )
    categories = forms.CharField(
        label=gettext_lazy("Its groups, one a line"),
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=gettext_lazy("Each person or thing belongs to one of them only."),
    )


class FigureFields(CleanText, forms.Form):
    """What figures of one indicator are typed into: a field, or two for a percentage."""

    def __init__(self, data: Any, *, indicator: Indicator, cell: Cell | None, **kwargs: Any):
        super().__init__(data, **kwargs)
        self.indicator, self.cell = indicator, cell
        self.is_public = indicator.framework.is_public

    def add_figure(self, name: str, label: str, fact: Fact | None) -> None:
        """The fields of one figure, filled with what is held."""
        measure, decimals = self.indicator.measure, checks.decimals_of(self.indicator)
        if measure == Measure.TEXT:
            self.fields[name] = forms.CharField(
                label=label,
                required=False,
                max_length=checks.LONGEST_WORDS,
                widget=forms.Textarea(attrs={"rows": 2}),
                initial=fact.text if fact else "",
            )
            return
        typed = checks.as_typed(fact.value if fact else None, decimals)
        if measure == Measure.YES_NO:
            self.fields[name] = forms.ChoiceField(
                label=label, required=False, choices=YES_NO, initial=typed
            )
            return
        self.fields[name] = figure_field(label, typed, self.hint)
        if self.indicator.is_ratio:
            self.fields[name].label = _("%(of)s: how many") % {"of": label}
            out_of = checks.as_typed(fact.denominator if fact else None, decimals)
            self.fields[f"{name}-of"] = figure_field(
                _("%(of)s: out of how many") % {"of": label}, out_of, ""
            )

    @property
    def hint(self) -> str:
        """In which unit, or between which steps, the figure is typed."""
        one = self.indicator
        if one.measure == Measure.SCALE:
            ends = {"lowest": one.lowest, "highest": one.highest}
            return _("A step from %(lowest)s to %(highest)s.") % ends
        return _("In: %(unit)s") % {"unit": one.unit.short_name} if one.unit else ""

    def read(self, name: str) -> checks.Typed | None:
        """The figure typed into the fields of this name; None where all are empty. Adds the
        errors to the fields that they belong to."""
        value = self.cleaned_data.get(name, "")
        out_of = self.cleaned_data.get(f"{name}-of", "")
        if not value and not out_of:
            return None
        read = checks.read_figure(self.indicator, value=value, denominator=out_of, cell=self.cell)
        for part, sentences in read.problems.items():
            beside = f"{name}-of" if part == "denominator" and self.indicator.is_ratio else name
            self.add_error(beside, sentences)
        return read

    def add_reason(self) -> None:
        if self.is_public:
            self.fields["why_changed"] = forms.CharField(
                label=_("Why it changes"),
                required=False,
                max_length=300,
                help_text=_("What is public changes with a reason; the old figure stays readable."),
            )


class BaselineForm(FigureFields):
    """Where things stand before, or why that is not known."""

    def __init__(self, data: Any, *, indicator: Indicator, cell: Cell | None) -> None:
        super().__init__(data, indicator=indicator, cell=cell)
        held = queries.baseline_of(indicator, cell)
        self.add_figure("figure", _("Where it stands today"), held)
        self.fields["as_of"] = forms.DateField(
            label=_("As of"),
            required=False,
            widget=DateInput,
            initial=held.as_of if held else None,
            help_text=_("The day for which this figure is known."),
        )
        self.fields["source"] = forms.CharField(
            label=_("Where this was read"),
            required=False,
            max_length=300,
            initial=held.source if held else "",
            help_text=_("A register, a survey, a report: so that others can look it up."),
        )
        self.fields["source_url"] = forms.URLField(
            label=_("Address of the source"),
            required=False,
            max_length=500,
            assume_scheme="https",
            initial=held.source_url if held else "",
        )
        if cell is None and not (self.is_public and held):
            self.fields["because"] = forms.CharField(
                label=_("Or: why it is not known"),
                required=False,
                max_length=300,
                initial=indicator.no_baseline,
                help_text=_("That is an answer too, such as “Nobody has counted so far”."),
            )
        if held:
            self.add_reason()

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        because = cleaned.get("because", "")
        read = cleaned["read"] = self.read("figure")
        if read and because and because != self.indicator.no_baseline:
            self.add_error("because", _("Give either the figure or the reason, not both."))
        if read:
            for name, sentence in (
                ("as_of", _("Say of which day this figure is.")),
                ("source", _("Say where this figure was read, so that it can be checked.")),
            ):
                if not cleaned.get(name) and name not in self.errors:
                    self.add_error(name, sentence)
            for sentence in checks.check_as_of(cleaned.get("as_of")):
                self.add_error("as_of", sentence)
        elif not because and not self.errors:
            self.add_error("figure", _("Enter the figure, or say below why it is not known."))
        return cleaned


class TargetsForm(FigureFields):
    """What shall be reached in each period and by the end, of all or of one group."""

    def __init__(self, data: Any, *, indicator: Indicator, cell: Cell | None) -> None:
        super().__init__(data, indicator=indicator, cell=cell)
        self.slots = queries.targets_of(indicator, cell)
        for period, fact in self.slots:
            self.add_figure(slot_name(period), slot_label(period), fact)
        if any(fact for _period, fact in self.slots):
            self.add_reason()

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        cleaned["targets"] = [
            (period, fact, self.read(slot_name(period))) for period, fact in self.slots
        ]
        return cleaned


class ShareForm(CleanText, forms.Form):
    """What part of an indicator's total a partner contributed to."""

    indicator = forms.ModelChoiceField(
        label=gettext_lazy("Of what"), queryset=Indicator.objects.none(), empty_label=None
    )
    partner = forms.CharField(
        label=gettext_lazy("Partner"),
        max_length=300,
        help_text=gettext_lazy("Its full name here, or its reference such as PAR-2026-0042."),
    )
    share = forms.CharField(
        label=gettext_lazy("Share in per cent"),
        max_length=20,
        help_text=gettext_lazy("Up to two decimals. All shares together make 100 at most."),
    )
    how = forms.CharField(
        label=gettext_lazy("What it contributed"),
        max_length=300,
        help_text=gettext_lazy("One sentence. It is public, and the partner gets a letter."),
    )

    def __init__(self, data: Any, *, framework: Framework) -> None:
        super().__init__(data)
        own = framework.indicators.exclude(measure=Measure.TEXT)
        self.fields["indicator"].queryset = own

    def clean_partner(self) -> Partner:
        word = self.cleaned_data["partner"]
        active = Partner.objects.filter(state__in=JOINED)
        found = list(active.filter(Q(reference__iexact=word) | Q(name__iexact=word))[:2])
        if len(found) == 1:
            return found[0]
        if found:
            raise forms.ValidationError(
                _("Several partners are called “%(name)s”. Use the reference from its page.")
                % {"name": word}
            )
        raise forms.ValidationError(
            _("There is no active partner “%(name)s”. Copy its name or reference from its page.")
            % {"name": word}
        )

    def clean_share(self) -> int:
        return read_share(self.cleaned_data["share"])


def read_share(text: str) -> int:
    """A share that somebody typed in per cent, in hundredths of a per cent. Raises ValidationError
    for what is none."""
    text = text.replace("%", "").replace("٪", "").replace("％", "")
    try:
        share = figures.parse(text, SHARE_DECIMALS)
    except figures.NotAFigure as problem:
        given = {"text": clean_line(text, limit=20), "decimals": SHARE_DECIMALS}
        raise forms.ValidationError(str(checks.WHY_NOT[problem.reason]) % given) from None
    if not 0 < share <= 100 * 10**SHARE_DECIMALS:
        raise forms.ValidationError(_("A share is more than 0 and at most 100 per cent."))
    return share


class OverlapForm(CleanText, forms.Form):
    """So many people of a figure are counted in another one already."""

    same_as = forms.ModelChoiceField(
        label=gettext_lazy("They are the same people as"),
        queryset=Fact.objects.none(),
        empty_label=None,
    )
    count = forms.CharField(
        label=gettext_lazy("How many"),
        required=False,
        max_length=40,
        help_text=gettext_lazy("Leave it empty if it is all of them."),
    )
    why = forms.CharField(
        label=gettext_lazy("How this is known"),
        required=False,
        max_length=300,
        help_text=gettext_lazy("Everyone can read it beside the total."),
    )

    def __init__(self, data: Any, *, fact: Fact, others: Sequence[Fact]) -> None:
        super().__init__(data)
        self.decimals = checks.decimals_of(fact.indicator, fact.unit)
        offered = Fact.objects.filter(pk__in=[one.pk for one in others])
        self.fields["same_as"].queryset = offered
        self.fields["same_as"].choices = [
            (one.pk, queries.named_figure(one, of=fact.indicator.framework)) for one in others
        ]

    def clean_count(self) -> int | None:
        text = self.cleaned_data["count"]
        if not text:
            return None
        try:
            return figures.parse(text, self.decimals)
        except figures.NotAFigure as problem:
            given = {"text": text, "decimals": self.decimals}
            raise forms.ValidationError(str(checks.WHY_NOT[problem.reason]) % given) from None


# --- Parts -----------------------------------------------------------------------------------


def figure_field(label: str, typed: str, hint: str) -> forms.CharField:
    """A field for a figure: text, since browsers' number fields take no other digits than
    English ones; phones show their figures."""
    attrs = {"inputmode": "decimal", "autocomplete": "off", "dir": "auto"}
    return forms.CharField(
        label=label,
        required=False,
        max_length=60,
        initial=typed,
        help_text=hint,
        widget=forms.TextInput(attrs=attrs),
    )


def slot_name(period: Period | None) -> str:
    return f"period-{period.pk}" if period else "end"


def slot_label(period: Period | None) -> str:
    return str(period) if period else _("By the end")


def named_with_groups(dimension: Any) -> str:
    groups = [str(one.name) for one in dimension.categories.all()]
    shown = _(", ").join(groups[:6]) + ("…" if len(groups) > 6 else "")
    return f"{dimension.name} ({shown})" if groups else str(dimension.name)


def units_by_kind(units: Any) -> Iterator[tuple[str, list[tuple[int, str]]]]:
    """Units as groups of a select."""
    order = list(UnitKind)
    known = sorted(units, key=lambda one: (order.index(UnitKind(one.kind)), one.position))
    for kind, found in groupby(known, key=lambda one: one.kind):
        yield str(UnitKind(kind).label), [(one.pk, str(one.name)) for one in found]
