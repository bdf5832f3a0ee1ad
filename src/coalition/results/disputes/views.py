"""Anybody may dispute a public figure; officers decide, the organisation replies."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from coalition.base.downloads import csv_file
from coalition.base.errors import NotAllowed, Refused
from coalition.base.limits import DAY, HOUR, Limit, seconds_to_wait
from coalition.partners.joining.doors import private
from coalition.results.disputes import actions, forms, queries
from coalition.results.models import Dispute
from coalition.results.states import DisputeState
from coalition.results.totals.queries import plain, shown
from coalition.ui.thread import Move

A_PAGE = 50
PER_CLIENT, PER_ADDRESS = Limit(20, HOUR), Limit(3, DAY)


@require_http_methods(["GET", "HEAD", "POST"])
def dispute(request: HttpRequest, reference: str, pk: int) -> HttpResponse:
    """Say that a public figure is wrong. The answer tells nobody whose addresses are known."""
    found = queries.disputable().filter(indicator__framework__reference=reference)
    fact = get_object_or_404(found, pk=pk)
    is_known = request.user.is_authenticated
    form = forms.DisputeForm(request.POST or None, is_known=is_known)
    status = 200
    if request.method == "POST" and form.is_valid():
        given = dict(form.cleaned_data)
        address = request.user.email if is_known else given["email"]
        wait = seconds_to_wait(
            request, "dispute", address, by_reader=PER_CLIENT, by_thing=PER_ADDRESS
        )
        try:
            if wait:
                status = 429
                raise NotAllowed(_too_often(wait))
            actions.dispute(fact, by=request.user if is_known else None, **given)
        except (Refused, NotAllowed) as refusal:
            form.add_error("reason" if isinstance(refusal, Refused) else None, str(refusal))
        else:
            messages.success(request, _sent(is_known, address))
            return redirect(fact)
    context = {
        "fact": fact,
        "framework": fact.indicator.framework,
        "figure": shown(fact, fact.indicator, with_unit=True),
        "form": form,
        "days": queries.days_to_decide(),
    }
    return render(request, "results/disputes/new.html", context, status=status)


def _sent(is_known: bool, address: str) -> str:
    if is_known:
        return _("Received. The secretariat decides whether it is taken up, and writes to you.")
    return _("We wrote to %(address)s. Your dispute is read once you follow the link there.") % {
        "address": address
    }


def _too_often(seconds: int) -> str:
    hours = max(1, -(-seconds // HOUR))
    return ngettext(
        "Figures were disputed too often from here or with this address. Please try again in "
        "%(count)d hour.",
        "Figures were disputed too often from here or with this address. Please try again in "
        "%(count)d hours.",
        hours,
    ) % {"count": hours}


@private
@require_http_methods(["GET", "HEAD", "POST"])
def confirm(request: HttpRequest, token: str) -> HttpResponse:
    """The link of a letter shows one button, so that nothing that only looks at it uses it."""
    one = actions.by_secret(token)
    if one is None:
        return render(request, "results/disputes/not_confirmed.html", status=404)
    sentence = actions.why_not_confirm(one)
    if not sentence and request.method == "POST":
        try:
            made = actions.confirm(one)
        except NotAllowed as refusal:
            sentence = str(refusal)
        else:
            context = {"dispute": made, "fact": one.fact}
            return render(request, "results/disputes/confirmed.html", context)
    if sentence:
        context = {"sentence": sentence, "dispute": one}
        return render(request, "results/disputes/not_confirmed.html", context, status=410)
    context = {
        "dispute": one,
        "fact": one.fact,
        "figure": shown(one.fact, one.fact.indicator, with_unit=True),
    }
    return render(request, "results/disputes/confirm.html", context)


# --- For officers and the organisation --------------------------------------------------------


@login_required
@require_safe
def one(request: HttpRequest, reference: str) -> HttpResponse:
    """One dispute, for officers and, once it is admitted, for the organisation."""
    return _page(request, _dispute(request, reference))


@require_POST
@login_required
def admit(request: HttpRequest, reference: str) -> HttpResponse:
    return _decide(request, reference, actions.admit, forms.ReasonForm, "admit")


@require_POST
@login_required
def refuse(request: HttpRequest, reference: str) -> HttpResponse:
    return _decide(request, reference, actions.refuse, forms.ReasonForm, "refuse")


@require_POST
@login_required
def resolve(request: HttpRequest, reference: str) -> HttpResponse:
    return _decide(request, reference, actions.resolve, forms.ResolveForm, "resolve")


@require_POST
@login_required
def reply(request: HttpRequest, reference: str) -> HttpResponse:
    return _decide(request, reference, actions.reply, forms.ReplyForm, "reply")


def _decide(
    request: HttpRequest,
    reference: str,
    act: Callable[..., Dispute],
    form_kind: Any,
    verb: str,
) -> HttpResponse:
    found = _dispute(request, reference)
    if not _may(request, found, "sign" if verb == "reply" else "moderate"):
        raise NotAllowed(
            _(
                "Only those who sign for the organisation can reply, and only officers "
                "who do not speak for it decide."
            )
        )
    form = form_kind(request.POST, auto_id=f"{verb}-%s")
    if form.is_valid():
        try:
            act(found, by=request.user, **form.cleaned_data)
        except (NotAllowed, Refused) as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Kept. Those concerned get a letter."))
            return redirect("results:dispute", reference)
    return _page(request, found, bound=(verb, form))


def _dispute(request: HttpRequest, reference: str) -> Dispute:
    found = Dispute.objects.visible_to(request.user).select_related(
        *(f"fact__{name}" for name in queries.NAMED)
    )
    return get_object_or_404(found, reference=reference)


def _may(request: HttpRequest, found: Dispute, verb: str) -> bool:
    return bool(request.user.has_perm(f"results.{verb}", found.fact.indicator.framework))


def _page(request: HttpRequest, found: Dispute, *, bound: Any = None) -> HttpResponse:
    fact = found.fact
    is_open = found.state == DisputeState.RECEIVED
    stands = found.state == DisputeState.ADMITTED
    may_decide = _may(request, found, "moderate")
    waits_for: list[str] = []
    if may_decide:
        waits_for += ["admit", "refuse"] if is_open else ["resolve"] if stands else []
    if stands and not found.replied_at and _may(request, found, "sign"):
        waits_for.append("reply")
    kinds = {
        "admit": forms.ReasonForm,
        "refuse": forms.ReasonForm,
        "resolve": forms.ResolveForm,
        "reply": forms.ReplyForm,
    }
    shown_forms = {
        verb: kinds[verb](
            auto_id=f"{verb}-%s", initial={"language": fact.indicator.framework.language}
        )
        for verb in waits_for
    }
    if bound and bound[0] in shown_forms:
        shown_forms[bound[0]] = bound[1]
    elif bound:
        for sentence in bound[1].non_field_errors():
            messages.error(request, sentence)
    was = queries.before_it(found)
    context = {
        "dispute": found,
        "fact": fact,
        "framework": fact.indicator.framework,
        "figure": shown(fact, fact.indicator, with_unit=True),
        "was": shown(was, fact.indicator, with_unit=True) if was else "",
        "is_overdue": queries.is_overdue(found),
        "may_decide": may_decide,
        "is_officer": request.user.is_officer,
        "forms": shown_forms,
        "history": [
            Move(move.at, str(Dispute.VERBS[move.verb].done).capitalize(), move.reason)
            for move in found.moves.all()
        ],
    }
    return render(request, "results/disputes/dispute.html", context)


@login_required
@require_safe
def desk(request: HttpRequest) -> HttpResponse:
    """Every confirmed dispute, those due first on top."""
    form, found = _asked(request)
    page = Paginator(found, A_PAGE).get_page(request.GET.get("page"))
    rows = [
        {
            "dispute": each,
            "figure": shown(each.fact, each.fact.indicator, with_unit=True),
            "is_overdue": queries.is_overdue(each),
        }
        for each in page
    ]
    context = {"form": form, "page": page, "rows": rows}
    return render(request, "results/disputes/desk.html", context)


@login_required
@require_safe
def desk_csv(request: HttpRequest) -> HttpResponse:
    """What the list shows for the same filter, all of it; not who sent them."""
    _form, found = _asked(request)
    header = (
        "reference state received due_on is_overdue framework organisation indicator period role "
        "figure reason language reply outcome url"
    )
    rows = (
        [
            each.reference,
            each.state,
            each.received_at.date().isoformat() if each.received_at else "",
            each.due_on.isoformat() if each.due_on else "",
            "yes" if queries.is_overdue(each) else "",
            each.fact.indicator.framework.reference,
            each.fact.indicator.framework.reporter.name,
            each.fact.indicator.title,
            str(each.fact.period or ""),
            each.fact.role,
            plain(each.fact, each.fact.indicator),
            each.reason,
            each.language,
            each.reply,
            each.outcome,
            request.build_absolute_uri(each.get_absolute_url()),
        ]
        for each in found.iterator(chunk_size=500)
    )
    return csv_file("disputes", header.split(), rows)


def _asked(request: HttpRequest) -> tuple[forms.DisputeFilter, Any]:
    if not request.user.is_officer:
        raise Http404
    form = forms.DisputeFilter(request.GET)
    form.is_valid()
    return form, queries.filtered(queries.for_lists(), form.cleaned_data)
