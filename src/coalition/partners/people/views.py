"""Who acts for an organisation: its page, the verbs on it, and the link of an invitation."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from coalition.base.errors import NotAllowed, Refused
from coalition.partners.models import Invitation, Mandate, Partner
from coalition.partners.people import actions, forms, invitations, queries
from coalition.partners.values import refuse_unless_joined

# What a mandate's role must grant for a permission, so that a refusal can name it.
ABILITIES = {
    "partners.view_workspace": "view",
    "partners.see_people": "view",
    "partners.manage_people": "manage",
    "partners.leave_partnership": "manage",
}
FORMER_SHOWN = 20


def partner_of(
    request: HttpRequest, reference: str, permission: str, *, is_act: bool = True
) -> Partner:
    """The partner, if the reader may do this for it. Raises NotAllowed with the reason if not:
    a role that does not include it, a mandate that ended and when, or, where something is to be
    done (`is_act`), a partner for which nobody may act now."""
    partner = get_object_or_404(Partner, reference=reference)
    if not request.user.has_perm(permission, partner):
        ability = ABILITIES.get(permission, "edit")
        raise NotAllowed(
            queries.why_not(request.user, partner, ability)
            or _("You hold no current mandate for %(partner)s, so you cannot speak for it.")
            % {"partner": partner.name}
        )
    if is_act:
        refuse_unless_joined(partner)
    return partner


@login_required
@require_safe
def people(request: HttpRequest, reference: str) -> HttpResponse:
    partner = partner_of(request, reference, "partners.see_people", is_act=False)
    return _page(request, partner)


def _page(request: HttpRequest, partner: Partner, **bound: Any) -> HttpResponse:
    """The page of the people, with the forms as they were filled in where one was wrong."""
    mandates = queries.people_of(partner)
    own = next((one for one in mandates if one.person_id == request.user.pk), None)
    may_manage = request.user.has_perm("partners.manage_people", partner)
    may_change = may_manage and not queries.is_stopped(partner)
    lead = next((one for one in mandates if one.is_lead), None)
    forms_of_page: dict[str, Any] = {}
    if may_change:
        forms_of_page["invite_form"] = forms.InviteForm(may_name_lead=request.user.is_officer)
    if may_change and own is not None and own == lead:
        forms_of_page["hand_over_form"] = forms.HandOverForm(mandates=mandates)
    context = {
        "partner": partner,
        "rows": [_row(one, request.user, may_change) for one in mandates],
        "lead": lead,
        "roles": [
            (label, queries.abilities_of(role)) for role, label in queries.MandateRole.choices
        ],
        "pending": list(queries.pending_invitations(partner)) if may_manage else [],
        "former": list(queries.former_people_of(partner)[:FORMER_SHOWN]),
        "may_manage": may_manage,
        "may_change": may_change,
        "may_leave": request.user.has_perm("partners.leave_partnership", partner)
        and not partner.is_gone,
        "asks": list(queries.asks_to_carry_on(partner)) if may_change else [],
        **forms_of_page,
        **bound,
    }
    status = 400 if bound else 200
    return render(request, "partners/people/people.html", context, status=status)


def _row(mandate: Mandate, reader: Any, may_change: bool) -> dict[str, Any]:
    is_own = mandate.person_id == reader.pk
    return {
        "mandate": mandate,
        "is_own": is_own,
        "may_end": is_own or may_change,
        "form": forms.ChangeForm(mandate=mandate) if may_change else None,
        "may_promote": may_change and reader.is_officer and not mandate.is_lead,
    }


def _do(request: HttpRequest, partner: Partner, act: Callable[[], Any], done: str) -> HttpResponse:
    """Do it and go back to the page of the people; a refusal is shown there."""
    try:
        act()
    except (NotAllowed, Refused) as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, done)
    return redirect("partners:people", partner.reference)


@require_POST
@login_required
def invite(request: HttpRequest, reference: str) -> HttpResponse:
    partner = partner_of(request, reference, "partners.manage_people")
    form = forms.InviteForm(request.POST, may_name_lead=request.user.is_officer)
    if not form.is_valid():
        return _page(request, partner, invite_form=form)
    return _do(
        request,
        partner,
        lambda: invitations.invite(partner, **form.cleaned_data, by=request.user),
        _("Invited. The letter brings a link that works for two weeks, once."),
    )


@require_POST
@login_required
def hand_over(request: HttpRequest, reference: str) -> HttpResponse:
    """The lead names a successor, who has to accept."""
    partner = partner_of(request, reference, "partners.manage_people")
    mandates = queries.people_of(partner)
    if not any(one.is_lead and one.person_id == request.user.pk for one in mandates):
        raise NotAllowed(_("Only the lead focal point hands over the lead."))
    form = forms.HandOverForm(request.POST, mandates=mandates)
    if not form.is_valid():
        return _page(request, partner, hand_over_form=form)

    def act() -> None:
        if form.chosen is not None:
            invitations.hand_over(partner, form.chosen, by=request.user)
        else:
            given = {name: form.cleaned_data[name] for name in ("email", "name")}
            invitations.invite(partner, **given, role=actions.LEAD, by=request.user)

    done = _("Asked. You lead until your successor accepts.")
    return _do(request, partner, act, done)


def _mandate(partner: Partner, pk: int) -> Mandate:
    found = partner.mandates.select_related("person", "partner")
    return get_object_or_404(found, pk=pk)


@require_POST
@login_required
def change(request: HttpRequest, reference: str, pk: int) -> HttpResponse:
    partner = partner_of(request, reference, "partners.manage_people")
    mandate = _mandate(partner, pk)
    form = forms.ChangeForm(request.POST, mandate=mandate)
    if not form.is_valid():
        sentences = [sentence for errors in form.errors.values() for sentence in errors]
        messages.error(request, " ".join(sentences))
        return redirect("partners:people", partner.reference)
    return _do(
        request,
        partner,
        lambda: actions.change_role(mandate, **form.cleaned_data, by=request.user),
        _("Changed, and told to the person."),
    )


@require_POST
@login_required
def end(request: HttpRequest, reference: str, pk: int) -> HttpResponse:
    """End a mandate: one's own at any time, another's where one may say who acts."""
    partner = get_object_or_404(Partner, reference=reference)
    mandate = _mandate(partner, pk)
    if mandate.person_id != request.user.pk:
        partner_of(request, reference, "partners.manage_people")
        done = _("Ended, and told to the person.")
        return _do(request, partner, lambda: actions.end_mandate(mandate, by=request.user), done)
    try:
        actions.end_mandate(mandate, by=request.user)
    except NotAllowed as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(
            request,
            _("Your mandate for %(partner)s has ended. Thank you for what you did.")
            % {"partner": partner.name},
        )
    return redirect("workspace")


@require_POST
@login_required
def promote(request: HttpRequest, reference: str, pk: int) -> HttpResponse:
    """An officer makes somebody the lead, where the lead cannot be reached."""
    partner = partner_of(request, reference, "partners.manage_people")
    if not request.user.is_officer:
        raise NotAllowed(_("The lead is handed over by the lead, or named by the secretariat."))
    mandate = _mandate(partner, pk)
    return _do(
        request,
        partner,
        lambda: actions.promote(mandate, by=request.user),
        _("This person leads now; everybody concerned was told."),
    )


@require_POST
@login_required
def resend(request: HttpRequest, reference: str, pk: int) -> HttpResponse:
    partner = partner_of(request, reference, "partners.manage_people")
    invitation = get_object_or_404(partner.invitations, pk=pk)
    return _do(
        request,
        partner,
        lambda: invitations.resend(invitation, by=request.user),
        _("Sent again, with a new link. The link before works no longer."),
    )


@require_POST
@login_required
def cancel(request: HttpRequest, reference: str, pk: int) -> HttpResponse:
    partner = partner_of(request, reference, "partners.manage_people", is_act=False)
    invitation = get_object_or_404(partner.invitations, pk=pk)
    return _do(
        request,
        partner,
        lambda: invitations.cancel(invitation, by=request.user),
        _("Taken back. Its link works no longer."),
    )


# --- The link of an invitation ---------------------------------------------------------------


@never_cache
@require_safe
def invitation(request: HttpRequest, token: str) -> HttpResponse:
    """What one is invited to. Answering takes a button, so that nothing that only looks at the
    link uses it up."""
    found = invitations.found_by(token)
    return _invitation_page(request, token, found)


def _invitation_page(
    request: HttpRequest, token: str, found: Invitation | None, refusal: str = ""
) -> HttpResponse:
    status = 403 if refusal else 200
    if found is None:
        refusal, status = invitations.unknown(), 404
    elif not refusal and (spent := invitations.obstacle(found)):
        refusal, status = spent, 410
    elif not refusal and request.user.is_authenticated:
        try:
            invitations.refuse_stranger(found, request.user)
        except NotAllowed as stranger:
            refusal, status = str(stranger), 403
    context = {
        "invitation": found,
        "partner": found.partner if found else None,
        "abilities": queries.abilities_of(found.role) if found else [],
        "token": token,
        "refusal": refusal,
    }
    return render(request, "partners/people/invitation.html", context, status=status)


@never_cache
@require_POST
def invitation_sign_in(request: HttpRequest, token: str) -> HttpResponse:
    """Make sure that the invited person can sign in, and lead them there and back."""
    found = invitations.found_by(token)
    if found is None:
        raise Http404
    try:
        invitations.open_account(found)
    except NotAllowed as refusal:
        return _invitation_page(request, token, found, str(refusal))
    back = reverse("partners:invitation", args=[token])
    return redirect(f"{reverse(settings.LOGIN_URL)}?{urlencode({'next': back})}")


@never_cache
@require_POST
@login_required
def invitation_accept(request: HttpRequest, token: str) -> HttpResponse:
    found = invitations.found_by(token)
    if found is None:
        raise Http404
    try:
        invitations.accept(found, by=request.user)
    except (NotAllowed, Refused) as refusal:
        return _invitation_page(request, token, found, str(refusal))
    messages.success(request, _("You act for %(partner)s now.") % {"partner": found.partner.name})
    return redirect("partners:people", found.partner.reference)


@never_cache
@require_POST
def invitation_decline(request: HttpRequest, token: str) -> HttpResponse:
    found = invitations.found_by(token)
    if found is None:
        raise Http404
    person = request.user if request.user.is_authenticated else None
    try:
        invitations.decline(found, by=person)
    except NotAllowed as refusal:
        return _invitation_page(request, token, found, str(refusal))
    return _invitation_page(request, token, invitations.found_by(token))
