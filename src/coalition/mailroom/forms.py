"""Filters of the lists."""

from django import forms
from django.utils.translation import gettext_lazy as _

from coalition.mailroom.models import LetterState, Verdict


class QueueFilter(forms.Form):
    words = forms.CharField(label=_("Words"), required=False, max_length=200)
    verdict = forms.ChoiceField(
        label=_("What became of it"),
        choices=[("", _("All that wait")), *Verdict.choices, ("all", _("All messages"))],
        required=False,
    )
    order = forms.ChoiceField(
        label=_("Order"),
        choices=[("", _("Newest first")), ("oldest", _("Oldest first"))],
        required=False,
    )


class OutboxFilter(forms.Form):
    words = forms.CharField(label=_("Words"), required=False, max_length=200)
    state = forms.ChoiceField(
        label=_("State"), choices=[("", _("All letters")), *LetterState.choices], required=False
    )
