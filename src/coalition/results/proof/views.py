"""The proofs of a figure: added, given out, checked by a second person, taken back."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_POST, require_safe

from coalition.base import uploads
from coalition.base.downloads import stored_file
from coalition.base.errors import NotAllowed, Refused
from coalition.results.models import Evidence, EvidenceKind, Fact
from coalition.results.proof import actions, forms, queries
from coalition.results.totals.queries import shown

A_PAGE = 50
# An upload with everything around the file in its form.
MOST_UPLOADED = uploads.MAX_BYTES + 200_000


@require_safe
def file(request: HttpRequest, pk: int) -> FileResponse:
    """A proof that is a file, for who may see its figure: to keep, never to show in the browser."""
    found = Evidence.objects.visible_to(request.user).filter(kind=EvidenceKind.FILE)
    one = get_object_or_404(found, pk=pk)
    return stored_file(one.file, one.file_name)


@login_required
@require_safe
def of_figure(request: HttpRequest, reference: str, pk: int) -> HttpResponse:
    """What proves a figure, with what may be done: add, check, take back."""
    return _page(request, _figure(request, reference, pk))


@csrf_exempt
@require_POST
def add(request: HttpRequest, reference: str, pk: int, kind: str) -> HttpResponse:
    """Refuse what is too large before a byte of it is read; only then look at the form."""
    try:
        length = int(request.META.get("CONTENT_LENGTH") or 0)
    except ValueError:
        length = 0
    if length > MOST_UPLOADED:
        return _too_large(request, reference, pk)
    return _add(request, reference, pk, kind)


@login_required
def _too_large(request: HttpRequest, reference: str, pk: int) -> HttpResponse:
    fact = _figure(request, reference, pk)
    messages.error(
        request,
        _("The file is larger than %(limit)s MB. Please send a smaller one.")
        % {"limit": uploads.MAX_BYTES // (1024 * 1024)},
    )
    return _page(request, fact, status=413)


@csrf_protect
@login_required
def _add(request: HttpRequest, reference: str, pk: int, kind: str) -> HttpResponse:
    if kind not in forms.FORMS:
        raise Http404
    fact = _figure(request, reference, pk)
    _must(request, "results.edit", fact)
    form = forms.FORMS[kind](request.POST, request.FILES, auto_id=f"{kind}-%s")
    if form.is_valid():
        given = dict(form.cleaned_data)
        if sent := given.get("file"):
            given["file_name"] = sent.name
        try:
            actions.add_evidence(fact, kind=kind, by=request.user, **given)
        except (Refused, NotAllowed) as refusal:
            form.add_error("file" if isinstance(refusal, Refused) and sent else None, str(refusal))
        else:
            messages.success(request, _("Kept. A second person checks it now."))
            return redirect("results:evidence_of", reference, pk)
    return _page(request, fact, bound=(kind, form))


@require_POST
@login_required
def check(request: HttpRequest, pk: int) -> HttpResponse:
    """Say as a second person whether a proof holds."""
    one = _proof(request, pk)
    _must(request, "results.check_proof", one.fact)
    form = forms.CheckForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Please say whether the proof holds."))
    else:
        try:
            actions.check(one, **form.cleaned_data, by=request.user)
        except NotAllowed as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, _("Kept. Readers see what you found."))
    return _back(one)


@require_POST
@login_required
def strike(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a proof back, with a reason."""
    one = _proof(request, pk)
    _must(request, "results.edit", one.fact)
    form = forms.StrikeForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Please give a reason: those concerned will read it."))
    else:
        try:
            actions.strike(one, reason=form.cleaned_data["reason"], by=request.user)
        except NotAllowed as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, _("Taken back."))
    return _back(one)


@login_required
@require_safe
def to_check(request: HttpRequest) -> HttpResponse:
    """What waits for a second person in the reader's own organisations."""
    return _waiting(request)


@login_required
@require_safe
def desk(request: HttpRequest) -> HttpResponse:
    """What waits for a second person, for officers."""
    if not request.user.is_officer:
        raise Http404
    return _waiting(request)


def _waiting(request: HttpRequest) -> HttpResponse:
    page = Paginator(queries.waiting_for(request.user), A_PAGE).get_page(request.GET.get("page"))
    rows = [(one, shown(one.fact, one.fact.indicator, with_unit=True, reveal=True)) for one in page]
    return render(request, "results/proof/waiting.html", {"page": page, "rows": rows})


def _figure(request: HttpRequest, reference: str, pk: int) -> Fact:
    """The figure, for those who add or check proofs of it; a 404 for who may not even see it."""
    found = queries.seen_by(request.user).filter(indicator__framework__reference=reference)
    fact = get_object_or_404(found, pk=pk)
    if not any(_may(request, fact).values()):
        raise NotAllowed(_refusal())
    return fact


def _proof(request: HttpRequest, pk: int) -> Evidence:
    found = Evidence.objects.visible_to(request.user)
    return get_object_or_404(found.select_related("fact__indicator__framework__reporter"), pk=pk)


def _may(request: HttpRequest, fact: Fact) -> dict[str, bool]:
    """Whether the reader adds proofs of this figure, and whether they check those of others."""
    framework = fact.indicator.framework
    may_edit = request.user.has_perm("results.edit", framework)
    # Whoever may edit may check too: asked once.
    may_check = may_edit or request.user.has_perm("results.check_proof", framework)
    return {"may_edit": may_edit, "may_check": may_check}


def _must(request: HttpRequest, permission: str, fact: Fact) -> None:
    if not request.user.has_perm(permission, fact.indicator.framework):
        raise NotAllowed(_refusal())


def _refusal() -> str:
    return _("Only those who write for this organisation can do this.")


def _back(one: Evidence) -> HttpResponse:
    fact = one.fact
    return redirect("results:evidence_of", fact.indicator.framework.reference, fact.pk)


def _page(
    request: HttpRequest, fact: Fact, *, bound: Any = None, status: int = 200
) -> HttpResponse:
    framework = fact.indicator.framework
    rows = [
        {
            "proof": one,
            "why_not": actions.why_not_check(one, request.user),
            "check_form": forms.CheckForm(auto_id=f"check-{one.pk}-%s"),
            "strike_form": forms.StrikeForm(auto_id=f"strike-{one.pk}-%s"),
        }
        for one in queries.all_of(fact, request.user)
    ]
    blank = {kind: form(auto_id=f"{kind}-%s") for kind, form in forms.FORMS.items()}
    if bound:
        blank[bound[0]] = bound[1]
    context = {
        "fact": fact,
        "framework": framework,
        "figure": shown(fact, fact.indicator, with_unit=True, reveal=True),
        "rows": rows,
        **_may(request, fact),
        "takes_proof": queries.takes_proof(fact),
        "forms": [(kind, EvidenceKind(kind).label, form) for kind, form in blank.items()],
        "bound": bound[0] if bound else "",
    }
    return render(request, "results/proof/figure.html", context, status=status)
