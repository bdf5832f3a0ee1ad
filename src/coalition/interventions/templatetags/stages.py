"""Tags for pages that show key interventions: their stage, and the roles of partners in them."""

from __future__ import annotations

from django import template
from django.utils.safestring import SafeString

from coalition.interventions.models import Intervention, Role
from coalition.interventions.states import TONES, State
from coalition.partners.asking import PART_TONES, PartState
from coalition.ui.templatetags.ui import status

register = template.Library()


@register.simple_tag
def stage_of(intervention: Intervention) -> SafeString:
    """Its state in a word, with its tone."""
    return status(intervention.get_state_display(), TONES[State(intervention.state)])


@register.simple_tag
def state_of_role(role: Role) -> SafeString:
    """The state of a partner's role in a word, with its tone."""
    return status(role.get_state_display(), PART_TONES[PartState(role.state)])
