"""Who shall act for an organisation, and what becomes of its partnership."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from coalition.base.forms import CleanText
from coalition.partners.models import Mandate, MandateRole, Partner
from coalition.partners.values import LONGEST_REASON
from coalition.ui.forms import DateInput, Select

LEAD = MandateRole.FOCAL_POINT
# All roles but the lead's, which is handed over.
ROLES = [choice for choice in MandateRole.choices if choice[0] != LEAD]


class LastDay(forms.DateField):
    """A day to come, or none."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            label=gettext_lazy("Until"),
            help_text=gettext_lazy("Leave it empty if there is no fixed end."),
            required=False,
            widget=DateInput,
            **kwargs,
        )

    def clean(self, value: Any) -> Any:
        day = super().clean(value)
        if day is not None and day <= timezone.now().date():
            raise forms.ValidationError(_("Choose a day to come, or leave it empty."))
        return day


class InviteForm(CleanText, forms.Form):
    """Whom to ask, and what for."""

    email = forms.EmailField(label=gettext_lazy("E-mail address"), max_length=254)
    name = forms.CharField(label=gettext_lazy("Name"), max_length=200, required=False)
    role = forms.ChoiceField(label=gettext_lazy("Role"), choices=ROLES, widget=Select)
    until = LastDay()

    def __init__(self, *args: Any, may_name_lead: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, auto_id="invite-%s", **kwargs)
        if may_name_lead:
            self.fields["role"].choices = MandateRole.choices


class ChangeForm(forms.Form):
    """Another role, another last day. The lead's role stays: it is handed over."""

    role = forms.ChoiceField(label=gettext_lazy("Role"), widget=Select)
    until = LastDay()

    def __init__(self, *args: Any, mandate: Mandate, **kwargs: Any) -> None:
        initial = {"role": mandate.role, "until": mandate.until}
        super().__init__(*args, auto_id=f"change-{mandate.pk}-%s", initial=initial, **kwargs)
        self.fields["role"].choices = (
            [(LEAD, MandateRole.FOCAL_POINT.label)] if mandate.is_lead else ROLES
        )


class HandOverForm(CleanText, forms.Form):
    """Who shall lead: one who acts for the organisation already, or somebody new."""

    successor = forms.ChoiceField(
        label=gettext_lazy("Somebody who acts for the organisation"), required=False, widget=Select
    )
    email = forms.EmailField(
        label=gettext_lazy("Or the address of somebody new"), max_length=254, required=False
    )
    name = forms.CharField(label=gettext_lazy("Their name"), max_length=200, required=False)

    def __init__(self, *args: Any, mandates: list[Mandate], **kwargs: Any) -> None:
        super().__init__(*args, auto_id="hand-over-%s", **kwargs)
        self.by_key = {str(one.pk): one for one in mandates if not one.is_lead}
        self.fields["successor"].choices = [
            ("", _("Nobody of these")),
            *((key, str(one.person)) for key, one in self.by_key.items()),
        ]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if bool(cleaned.get("successor")) == bool(cleaned.get("email")) and not self.errors:
            raise forms.ValidationError(
                _("Name one successor: choose a person or give an address.")
            )
        return cleaned

    @property
    def chosen(self) -> Mandate | None:
        return self.by_key.get(self.cleaned_data.get("successor", ""))


class ReasonForm(CleanText, forms.Form):
    """Why. Those concerned read it."""

    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        help_text=gettext_lazy("The people of the partner and the officers read it."),
        max_length=LONGEST_REASON,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class PublicReasonForm(CleanText, forms.Form):
    """Why. It stands on the partner's page."""

    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        help_text=gettext_lazy(
            "Everyone can read it. The page stays, with the day and this reason."
        ),
        max_length=LONGEST_REASON,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class PartnerField(forms.CharField):
    """A partner by its reference; cleans to the partner, or to None where none is given."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=20, widget=forms.TextInput(attrs={"dir": "ltr"}), **kwargs)

    def clean(self, value: Any) -> Any:
        reference = super().clean(value).strip().upper()
        if not reference:
            return None
        found = Partner.objects.public().filter(reference=reference).first()
        if found is None:
            raise forms.ValidationError(
                _("There is no partner “%(reference)s”. Write it as on its page: PAR-2026-0001.")
                % {"reference": reference}
            )
        return found


class LeaveForm(PublicReasonForm):
    """An officer notes that a partner left."""

    successor = PartnerField(
        label=gettext_lazy("Who carries on what it promised"),
        help_text=gettext_lazy("The reference of a partner, which is asked whether it agrees."),
        required=False,
    )


class OwnLeaveForm(LeaveForm):
    """The lead itself ends the partnership."""

    confirm = forms.BooleanField(
        label=gettext_lazy("My organisation has decided to leave, and I say so on its behalf.")
    )


class MergeForm(PublicReasonForm):
    successor = PartnerField(label=gettext_lazy("The reference of the other partner"))
    people = forms.ChoiceField(
        label=gettext_lazy("Its people"),
        choices=[
            ("move", gettext_lazy("go on in the other partner")),
            ("end", gettext_lazy("end their mandates here")),
        ],
        widget=forms.RadioSelect,
        initial="move",
    )
    field_order = ("successor", "people", "reason")


class ParentForm(forms.Form):
    parent = PartnerField(
        label=gettext_lazy("The reference of the organisation it is part of"),
        help_text=gettext_lazy("Leave it empty if it is part of none."),
        required=False,
    )
