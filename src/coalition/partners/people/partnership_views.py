"""The verbs of a partnership: those of officers, each a button on the partner's page, those of the
partner's own people, and the archive."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from coalition.base import states
from coalition.base.errors import NotAllowed, Refused
from coalition.partners.models import Partner
from coalition.partners.people import forms, lifecycle
from coalition.partners.people.archive import archive
from coalition.partners.people.views import partner_of


@dataclass(frozen=True)
class Decision:
    """A button of officers: its label, its form, what it does, and what is said when done."""

    label: str | Promise
    act: Callable[..., Any]
    done: str | Promise
    form: type[Form] | None = None
    # The verb of the partner's states that says when it is possible; none: of any partner.
    verb: str = ""
    is_grave: bool = False


def _merge(partner: Partner, *, people: str, by: Any, **given: Any) -> Any:
    return lifecycle.merge(partner, people_move=people == "move", by=by, **given)


DECISIONS = {
    "warn": Decision(
        gettext_lazy("Ask whether it is still there"),
        lifecycle.warn,
        gettext_lazy("Asked: its people got a letter that says until when to answer."),
        verb="lapse",
    ),
    "lapse": Decision(
        gettext_lazy("Mark it as non-communicating"),
        lifecycle.lapse,
        gettext_lazy("Marked, and told to its people."),
        forms.PublicReasonForm,
        "lapse",
    ),
    "return": Decision(
        gettext_lazy("Note that it is in touch again"),
        lifecycle.come_back,
        gettext_lazy("Noted: it is active again."),
        verb="return",
    ),
    "suspend": Decision(
        gettext_lazy("Suspend it"),
        lifecycle.suspend,
        gettext_lazy("Suspended, and told to its people."),
        forms.ReasonForm,
        "suspend",
        is_grave=True,
    ),
    "reinstate": Decision(
        gettext_lazy("Reinstate it"),
        lifecycle.reinstate,
        gettext_lazy("Reinstated, and told to its people."),
        forms.ReasonForm,
        "reinstate",
    ),
    "delist": Decision(
        gettext_lazy("Take it from the list of partners"),
        lifecycle.delist,
        gettext_lazy("Delisted, and told to its people."),
        forms.PublicReasonForm,
        "delist",
        is_grave=True,
    ),
    "leave": Decision(
        gettext_lazy("Note that this partner left"),
        lifecycle.leave,
        gettext_lazy("Noted. Its mandates have ended, and its people were told."),
        forms.LeaveForm,
        "leave",
        is_grave=True,
    ),
    "merge": Decision(
        gettext_lazy("Merge it into another partner"),
        _merge,
        gettext_lazy("Merged: the other partner carries on what this one promised."),
        forms.MergeForm,
        "merge",
        is_grave=True,
    ),
    "parent": Decision(
        gettext_lazy("Say of which organisation it is a part"),
        lifecycle.set_parent,
        gettext_lazy("Saved. Both pages show it."),
        forms.ParentForm,
    ),
}


def decisions_on(partner: Partner) -> dict[str, list[dict[str, Any]]]:
    """The buttons for officers on the partner's page: those that can be pressed now, and the
    others with the reason why not."""
    allowed, greyed = [], []
    for name, one in DECISIONS.items():
        if name == "parent" and partner.is_gone:
            continue
        if one.verb and (why := states.refusal(partner, one.verb)):
            greyed.append({"label": one.label, "why": why})
            continue
        initial = (
            {"parent": partner.parent.reference} if name == "parent" and partner.parent else {}
        )
        allowed.append(
            {
                "label": one.label,
                "url": reverse(f"partners:partner_{name}", args=[partner.reference]),
                "form": one.form(auto_id=f"{name}-%s", initial=initial) if one.form else None,
                "is_grave": one.is_grave,
            }
        )
    return {"allowed": allowed, "greyed": greyed}


@require_POST
def decide(request: HttpRequest, reference: str, name: str) -> HttpResponse:
    """An officer's verb; a refusal is shown on the partner's page."""
    if not request.user.has_perm("partners.decide"):
        raise Http404
    partner = get_object_or_404(Partner, reference=reference)
    one = DECISIONS[name]
    given: dict[str, Any] = {}
    if one.form is not None:
        form = one.form(request.POST)
        if not form.is_valid():
            messages.error(request, _sentences(form))
            return redirect(partner)
        given = form.cleaned_data
    try:
        one.act(partner, by=request.user, **given)
    except (NotAllowed, Refused) as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, str(one.done))
    return redirect(partner)


def _sentences(form: Form) -> str:
    return " ".join(
        f"{form.fields[name].label}: {' '.join(errors)}"
        if name in form.fields
        else " ".join(errors)
        for name, errors in form.errors.items()
    )


# --- For the partner's own people ------------------------------------------------------------


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def leave(request: HttpRequest, reference: str) -> HttpResponse:
    """The lead ends the partnership: a page that says what will happen, a reason, a tick."""
    partner = partner_of(request, reference, "partners.leave_partnership", is_act=False)
    if why := states.refusal(partner, "leave"):
        raise NotAllowed(why)
    form = forms.OwnLeaveForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        given = {name: form.cleaned_data[name] for name in ("reason", "successor")}
        try:
            lifecycle.leave(partner, **given, by=request.user)
        except (NotAllowed, Refused) as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(
                request, _("It is done. Thank you; a letter brings you a link to your archive.")
            )
            return redirect(partner)
    commitments = partner.commitments.published().count()
    context = {"partner": partner, "form": form, "commitment_count": commitments}
    return render(request, "partners/people/leave.html", context)


@require_POST
@login_required
def come_back(request: HttpRequest, reference: str) -> HttpResponse:
    """“We are still here”, said by the partner itself."""
    partner = partner_of(request, reference, "partners.edit_profile")
    return _answered(
        request,
        partner,
        lambda: lifecycle.come_back(partner, by=request.user),
        _("Welcome back. Your organisation is an active partner again."),
    )


@require_POST
@login_required
def carry_on(request: HttpRequest, reference: str, left: str) -> HttpResponse:
    return _carry_on(request, reference, left, agrees=True)


@require_POST
@login_required
def not_carry_on(request: HttpRequest, reference: str, left: str) -> HttpResponse:
    return _carry_on(request, reference, left, agrees=False)


def _carry_on(request: HttpRequest, reference: str, left: str, *, agrees: bool) -> HttpResponse:
    """The successor's lead answers whether it carries on what another had promised."""
    partner = partner_of(request, reference, "partners.manage_people")
    gone = get_object_or_404(Partner, reference=left, successor=partner)
    done = (
        _("Thank you. What %(partner)s promised is now carried on by you.")
        if agrees
        else _("Noted. What %(partner)s promised stays on its own page.")
    )
    return _answered(
        request,
        partner,
        lambda: lifecycle.carry_on(gone, agrees=agrees, by=request.user),
        done % {"partner": gone.name},
    )


def _answered(
    request: HttpRequest, partner: Partner, act: Callable[[], Any], done: str
) -> HttpResponse:
    try:
        act()
    except (NotAllowed, Refused) as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, done)
    return redirect("partners:people", partner.reference)


# --- The archive -----------------------------------------------------------------------------


@login_required
@require_safe
def own_archive(request: HttpRequest, reference: str) -> HttpResponse:
    partner = partner_of(request, reference, "partners.manage_people", is_act=False)
    return _file(partner)


@require_safe
def signed_archive(request: HttpRequest, token: str) -> HttpResponse:
    """By the link of the farewell letter, for thirty days."""
    partner = lifecycle.partner_of_archive(token)
    if partner is None:
        raise Http404
    return _file(partner)


def _file(partner: Partner) -> HttpResponse:
    return HttpResponse(
        archive(partner),
        content_type="application/zip",
        headers={
            "Content-Disposition": f'attachment; filename="{partner.reference}.zip"',
            "Cache-Control": "private, no-store",
        },
    )
