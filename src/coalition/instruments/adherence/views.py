"""Who stands behind a text: the public page, what a partner says of it, the officers' desk."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from coalition.base.downloads import csv_file
from coalition.base.errors import NotAllowed, Refused
from coalition.base.reference import source_of
from coalition.instruments.adherence import actions, queries
from coalition.instruments.adherence.forms import (
    ActsFilter,
    EndorseForm,
    RecordForm,
    StrikeForm,
    WithdrawForm,
)
from coalition.instruments.models import Adherence, Instrument
from coalition.instruments.texts.queries import with_sources
from coalition.partners.models import Partner, PartnerGroup
from coalition.partners.people.queries import why_not
from coalition.ui.charts import Bar, bars

ROWS_A_PAGE = 50


# --- For everyone ----------------------------------------------------------------------------


@require_safe
def adherence(request: HttpRequest, code: str) -> HttpResponse:
    """Who did what to stand behind a text, when, with which reservation, and who says so."""
    instrument = _instrument(code)
    groups = list(PartnerGroup.objects.all())
    form = ActsFilter(request.GET, groups)
    page = Paginator(queries.acts(instrument, form.chosen()), ROWS_A_PAGE).get_page(
        request.GET.get("page")
    )
    counts = queries.standing(instrument, groups)
    is_open = instrument.kind not in queries.NOT_ENDORSED
    context = {
        "instrument": instrument,
        "sources": with_sources([instrument])[0][1],
        "mode": queries.MODES[instrument.adoption_mode] if is_open else "",
        "form": form,
        "page": page,
        "count": sum(one.count for one in counts),
        "examples": sum(one.examples for one in counts),
        "chart": _chart(counts),
        "is_open": is_open,
        "is_filtered": bool(form.chosen()),
        "csv_query": request.GET.urlencode(),
    }
    return render(request, "instruments/adherence/adherence.html", context)


@require_safe
def adherence_csv(request: HttpRequest, code: str) -> HttpResponse:
    """All rows of the list that the filters choose, in its order."""
    instrument = _instrument(code)
    form = ActsFilter(request.GET, list(PartnerGroup.objects.all()))
    found = queries.acts(instrument, form.chosen())
    header = (
        "who language kind partner_group partner party did on reservation_or_reason "
        "words_language is_latest is_example source source_url"
    )
    rows = (
        [
            one.who,
            one.who.language,
            "partner" if one.partner else one.party.kind if one.party else "organisation",
            one.partner.group.code if one.partner else "",
            one.partner.reference if one.partner else "",
            one.party.code if one.party else "",
            one.kind,
            one.on.isoformat() if one.on else "",
            one.words,
            one.language if one.words else "",
            "yes" if one.is_latest else "",
            "yes" if one.is_example else "",
            one.source.title if one.source else "said here by the partner",
            one.source.url if one.source else "",
        ]
        for one in found.iterator(chunk_size=1000)
    )
    return csv_file(f"{instrument.code}-adherence", header.split(), rows)


def _chart(counts: Iterable[queries.Tally]) -> str:
    """How many stand behind the text, by partner group; without anybody nothing is drawn."""
    counts = list(counts)
    total = sum(one.count for one in counts)
    if not total:
        return ""
    return bars(
        [Bar(one.label, one.count, code=one.code) for one in counts],
        title=ngettext(
            "%(count)s stands behind it, as far as it is held here",
            "%(count)s stand behind it, as far as it is held here",
            total,
        )
        % {"count": total},
        subtitle=_("Those whose latest act stands behind the text; Example records are left out"),
        unit=_("acts"),
        source=_("the acts listed below, each with its source"),
    )


# --- For partners ----------------------------------------------------------------------------


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def endorse(request: HttpRequest, code: str) -> HttpResponse:
    """Where one who signs for a partner says that it stands behind the text."""
    instrument = get_object_or_404(queries.open_to_adherence(), code=code)
    partners = list(Partner.objects.spoken_for_by(request.user, "sign").order_by("name", "pk"))
    if not partners:
        raise NotAllowed(_("Only who signs for a partner can say that it stands behind a text."))
    asked = request.GET.get("partner") or partners[0].reference
    chosen = next((one for one in partners if one.reference == asked), partners[0])
    form = EndorseForm(
        request.POST or None,
        partners,
        partner=chosen.reference,
        on=timezone.localdate(),
        language=chosen.name_language,
    )
    if request.method == "POST" and form.is_valid():
        given = {name: form.cleaned_data[name] for name in ("kind", "on", "words", "language")}
        try:
            actions.endorse(instrument, form.partner, **given, by=request.user)
        except (NotAllowed, Refused) as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Said. Everyone can read it now."))
            return redirect("instruments:endorsements", form.partner.reference)
    context = {"instrument": instrument, "form": form, "partners": partners}
    return render(request, "instruments/adherence/endorse.html", context)


@login_required
@require_safe
def endorsements(request: HttpRequest, partner: str) -> HttpResponse:
    """What a partner said of texts, with the words by which it can step back."""
    one = _partner(request, partner, "instruments.see_endorsements", "view")
    return _endorsements(request, one)


@require_POST
@login_required
def withdraw(request: HttpRequest, partner: str, code: str) -> HttpResponse:
    """The partner no longer stands behind the text, and says why."""
    one = _partner(request, partner, "instruments.endorse", "sign")
    instrument = _instrument(code)
    form = WithdrawForm(request.POST)
    if not form.is_valid():
        return _endorsements(request, one, {instrument.pk: form}, status=422)
    try:
        actions.withdraw(instrument, one, **form.cleaned_data, by=request.user)
    except NotAllowed as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("Withdrawn. What was said before stays on record."))
    return redirect("instruments:endorsements", partner)


def _endorsements(
    request: HttpRequest, partner: Partner, bound: dict[int, Any] | None = None, status: int = 200
) -> HttpResponse:
    page = Paginator(queries.of_partner(partner), ROWS_A_PAGE).get_page(request.GET.get("page"))
    may_sign = request.user.has_perm("instruments.endorse", partner)
    for act in page:
        act.form = None  # type: ignore[attr-defined]
        if may_sign and act.is_latest and act.stands:
            act.form = (bound or {}).get(act.instrument_id) or WithdrawForm(  # type: ignore[attr-defined]
                initial={"language": partner.name_language}, auto_id=f"id_{act.pk}_%s"
            )
    context = {
        "partner": partner,
        "page": page,
        "may_sign": may_sign,
        "why_not": why_not(request.user, partner, "sign"),
        # Those of which the coalition speaks; the rest is one search away.
        "texts": queries.open_to_adherence()
        .named()
        .exclude(adherences__in=partner.adherences.standing())
        .order_by("position", "code")[:ROWS_A_PAGE]
        if may_sign
        else [],
    }
    return render(request, "instruments/adherence/endorsements.html", context, status=status)


def _partner(request: HttpRequest, reference: str, permission: str, ability: str) -> Partner:
    """The partner, if the reader may do this for it; NotAllowed with the reason if not."""
    partner = get_object_or_404(Partner, reference=reference)
    if not request.user.has_perm(permission, partner):
        raise NotAllowed(
            why_not(request.user, partner, ability)
            or _("You hold no current mandate for %(partner)s, so you cannot speak for it.")
            % {"partner": partner.name}
        )
    return partner


# --- For officers ----------------------------------------------------------------------------


@require_http_methods(["GET", "HEAD", "POST"])
def desk(request: HttpRequest) -> HttpResponse:
    """What was entered of adherence, the newest first, and the form that records more."""
    _officers_only(request)
    form = RecordForm(
        request.POST or None,
        initial={"text": request.GET.get("text", "")[:100], "language": get_language()},
    )
    if request.method == "POST" and form.is_valid():
        given = {name: form.cleaned_data[name] for name in ("kind", "on", "words", "language")}
        try:
            with transaction.atomic():  # without the act its source is not kept either
                act = actions.record(
                    form.cleaned_data["text"],
                    form.who,
                    **given,
                    source=source_of(form.cleaned_data["source"], form.cleaned_data["url"]),
                    by=request.user,
                )
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(
                request,
                _("Recorded: %(who)s – %(did)s.") % {"who": act.who, "did": queries.sentence(act)},
            )
            return redirect("instruments:adherence_desk")
    found = Adherence.objects.select_related("instrument", "party", "partner", "source")
    page = Paginator(found.order_by("-entered_at", "-pk"), ROWS_A_PAGE).get_page(
        request.GET.get("page")
    )
    for act in page:
        act.form = None if act.struck_at else StrikeForm(auto_id=f"id_{act.pk}_%s")  # type: ignore[attr-defined]
    context = {"form": form, "page": page}
    return render(request, "instruments/adherence/desk.html", context)


@require_POST
def strike(request: HttpRequest, pk: int) -> HttpResponse:
    """Take back an error of entry, with a reason."""
    _officers_only(request)
    act = get_object_or_404(Adherence.objects.select_related("instrument", "partner"), pk=pk)
    form = StrikeForm(request.POST)
    reason = form.cleaned_data["reason"] if form.is_valid() else ""
    try:
        actions.strike(act, reason=reason, by=request.user)
    except NotAllowed as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("Struck. It is kept here and no longer counts."))
    return redirect("instruments:adherence_desk")


def _officers_only(request: HttpRequest) -> None:
    if not request.user.has_perm("instruments.keep_adherence"):
        raise Http404


def _instrument(code: str) -> Instrument:
    return get_object_or_404(Instrument.objects.select_related("source", "level"), code=code)
