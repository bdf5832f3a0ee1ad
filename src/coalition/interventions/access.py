"""Whether somebody may do something with an intervention, as every page asks it."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from coalition.interventions.models import Intervention, Role


def seen(request: HttpRequest, reference: str) -> Intervention:
    """The intervention if this person may see it, else 404."""
    visible = Intervention.objects.visible_to(request.user)
    return get_object_or_404(
        visible.select_related("partner__group", "framework", "level"), reference=reference
    )


def own(request: HttpRequest, reference: str, permission: str) -> Intervention:
    """The intervention if this person may do that; 404 where it is hidden, else a refusal."""
    one = seen(request, reference)
    if not request.user.has_perm(permission, one):
        raise PermissionDenied(
            _("This is for those who lead the intervention, or for the secretariat.")
        )
    return one


def role_of(request: HttpRequest, reference: str, pk: int, permission: str) -> Role:
    """A partner's role in an intervention, likewise."""
    visible = Role.objects.visible_to(request.user).filter(intervention__reference=reference)
    found = visible.select_related(
        "intervention__partner", "intervention__framework", "partner__group"
    )
    role = get_object_or_404(found, pk=pk)
    if not request.user.has_perm(permission, role):
        if permission == "interventions.view_role":
            raise Http404
        raise PermissionDenied(_("This is for those who act for a partner in this intervention."))
    return role
