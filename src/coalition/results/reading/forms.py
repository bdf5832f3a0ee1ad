"""What a reader may ask of the list of all indicators."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.conf import settings
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from coalition.base.forms import CleanText
from coalition.partners.models import PartnerGroup
from coalition.places.forms import PlaceField
from coalition.results.models import Evidence, Fact, FactState, Indicator, Light, Measure, Unit


class ExplorerForm(CleanText, forms.Form):
    words = forms.CharField(label=_("Words"), max_length=100, required=False)
    measure = forms.ChoiceField(label=_("Kind of figure"), required=False)
    unit = forms.ModelChoiceField(
        label=_("Unit"), queryset=Unit.objects.all(), to_field_name="code", required=False
    )
    group = forms.ModelChoiceField(
        label=_("Partner group"),
        queryset=PartnerGroup.objects.all(),
        to_field_name="code",
        required=False,
    )
    country = PlaceField(label=_("Country of the partner"), required=False)
    light = forms.ChoiceField(label=_("Reports"), required=False)
    proof = forms.ChoiceField(
        label=_("Proof"),
        choices=[("", _("All")), ("checked", _("With checked evidence")), ("none", _("Without"))],
        required=False,
    )
    disputed = forms.ChoiceField(
        label=_("Disputed"),
        choices=[("", _("All")), ("yes", _("Disputed")), ("no", _("Not disputed"))],
        required=False,
    )
    sort = forms.ChoiceField(
        label=_("Sort by"),
        choices=[
            ("newest", _("Newest first")),
            ("due", _("Next report due first")),
            ("title", _("Title")),
        ],
        required=False,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, choices in (("measure", Measure.choices), ("light", Light.choices)):
            self.fields[name].choices = [("", _("All")), *choices]
        for field in self.fields.values():
            if isinstance(field, forms.ModelChoiceField):
                field.empty_label = _("All")

    @property
    def order(self) -> tuple[str, ...]:
        return {
            "due": ("framework__next_due_at", "pk"),
            "title": ("title", "pk"),
        }.get(self.cleaned_data.get("sort") or "", ("-pk",))


def answered(form: ExplorerForm) -> Any:
    """The indicators of public frameworks that the form asks for, in its order; a mistaken field
    asks nothing."""
    form.is_valid()
    found = filtered(Indicator.objects.filter(framework__is_public=True), form.cleaned_data)
    if "due" in form.order[0]:
        found = found.filter(framework__next_due_at__isnull=False)
    return found.order_by(*form.order)


def filtered(indicators: Any, wishes: Mapping[str, Any]) -> Any:
    """Those that meet every wish; an empty one asks nothing."""
    for word in (wishes.get("words") or "").split()[:8]:
        met = Q(title__icontains=word) | Q(framework__reporter__name__icontains=word)
        met |= Q(framework__reference__iexact=word)
        met |= Q(parent__framework__reference__iexact=word)  # what counts towards it
        for owner in settings.RESULT_OWNERS:
            met |= Q(**{f"framework__{owner}__title__icontains": word})
            met |= Q(**{f"framework__{owner}__reference__iexact": word})
        indicators = indicators.filter(met)
    if measure := wishes.get("measure"):
        indicators = indicators.filter(measure=measure)
    if unit := wishes.get("unit"):
        indicators = indicators.filter(unit=unit)
    if group := wishes.get("group"):
        indicators = indicators.filter(framework__reporter__group=group)
    if country := wishes.get("country"):
        indicators = indicators.filter(framework__reporter__country__path__startswith=country.path)
    if light := wishes.get("light"):
        indicators = indicators.filter(
            framework__light=light, framework__every__isnull=False, framework__ended_at=None
        )
    standing = Fact.objects.filter(state=FactState.PUBLISHED, is_disputed=True)
    if disputed := wishes.get("disputed"):
        these = Q(pk__in=standing.values("indicator"))
        indicators = indicators.filter(these if disputed == "yes" else ~these)
    if proof := wishes.get("proof"):
        held = Evidence.objects.checked().filter(fact__state=FactState.PUBLISHED, fact__hidden="")
        these = Q(pk__in=held.values("fact__indicator"))
        indicators = indicators.filter(these if proof == "checked" else ~these)
    return indicators
