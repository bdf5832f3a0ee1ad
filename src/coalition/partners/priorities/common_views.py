"""Pages of what several partners share: for everyone, and where officers decide on it."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from coalition.base.downloads import csv_file
from coalition.base.errors import NotAllowed, Refused
from coalition.partners.models import CommonPriority, Membership, Priority
from coalition.partners.priorities import common as actions
from coalition.partners.priorities import forms, queries
from coalition.partners.states import CommonPriorityState
from coalition.ui.charts import Bar, bars
from coalition.ui.thread import Move

ROWS_A_PAGE = 50
MEMBERS_A_PAGE = 100
MOST_ASKED = 10  # consultations that answer it
TONES = {
    CommonPriorityState.SUGGESTED: "due",
    CommonPriorityState.NAMED: "good",
    CommonPriorityState.THEME: "good",
    CommonPriorityState.DISSOLVED: "ended",
}


# --- For everyone ----------------------------------------------------------------------------


@require_safe
def listing(request: HttpRequest) -> HttpResponse:
    """The common priorities that officers named, most shared first."""
    form = forms.CommonFilter(request.GET)
    chosen = form.chosen()
    found = queries.commons(CommonPriority.objects.public(), **chosen)
    page = Paginator(found, ROWS_A_PAGE).get_page(request.GET.get("page"))
    context = {
        "form": form,
        "page": page,
        "is_filtered": bool(chosen.keys() - {"sort"}),
        "csv_link": _with_query("partners:common_priorities_csv", chosen),
        "is_officer": request.user.has_perm("partners.group_priorities"),
    }
    return render(request, "partners/priorities/common_list.html", context)


@require_safe
def listing_csv(request: HttpRequest) -> HttpResponse:
    """All rows of the list that the filters choose, in its order."""
    chosen = forms.CommonFilter(request.GET).chosen()
    found = queries.commons(CommonPriority.objects.public(), **chosen)
    header = [
        *(_("Reference"), _("Name"), _("Kind"), _("Theme"), _("Level"), _("Place")),
        *(_("Partners"), _("Example"), _("Page")),
    ]
    rows = (
        [
            one.reference,
            one.name,
            one.get_kind_display(),
            one.theme.short_name,
            one.level.name,
            one.place.name,
            one.partners,
            _("yes") if one.is_example else "",
            request.build_absolute_uri(one.get_absolute_url()),
        ]
        for one in found.iterator(chunk_size=1000)
    )
    return csv_file("common-priorities", header, rows)


@require_safe
def page(request: HttpRequest, reference: str) -> HttpResponse:
    """One common priority: who shares it, by group and region, and why they were grouped."""
    found = CommonPriority.objects.public().select_related("theme", "level", "place", "became")
    common = get_object_or_404(found, reference=reference)
    members = queries.members(common, standing=Membership.IN)
    shown = Paginator(members, ROWS_A_PAGE).get_page(request.GET.get("page"))
    for member in shown:
        member.reason = queries.reason(member)
    shares = queries.shares(common)
    context = {
        "common": common,
        "knots": queries.knots(common, list(shown)),
        "page": shown,
        "partners": shares.partners,
        "by_group": _bars_of_groups(shares),
        "by_region": _bars_of_regions(shares),
        "history": history(common),
        "consultations": list(common.consultations.announced()[:MOST_ASKED]),
        "answered": list(common.statements.answered()[:MOST_ASKED]),
        "is_officer": request.user.has_perm("partners.group_priorities"),
    }
    return render(request, "partners/priorities/common.html", context)


def history(common: CommonPriority, *, all_steps: bool = False) -> list[Move]:
    """What happened to it. The public reads from its naming on."""
    made = _("suggested by the platform") if common.made_by_platform else _("made by an officer")
    moves = [Move(common.made_at, capfirst(made))]
    for move in common.moves.all():
        verb = CommonPriority.VERBS.get(move.verb)
        done = verb.done if verb else actions.CHANGES[move.verb]
        moves.append(Move(move.at, capfirst(str(done)), move.reason))
    return moves


def _bars_of_groups(shares: queries.Shares) -> str:
    present = sum(1 for _code, _name, count in shares.groups if count)
    return bars(
        [Bar(name, count, code=code) for code, name, count in shares.groups],
        title=ngettext(
            "Shared by %(count)s partner, from %(groups)s of %(all)s groups",
            "Shared by %(count)s partners, from %(groups)s of %(all)s groups",
            shares.partners,
        )
        % {"count": shares.partners, "groups": present, "all": len(shares.groups)},
        subtitle=_("Partners that share it, by partner group"),
        unit=_("partners"),
        source=_("the priorities that partners set on this platform, today"),
    )


def _bars_of_regions(shares: queries.Shares) -> str:
    return bars(
        [Bar(name, count) for _code, name, count in shares.regions],
        title=_("Where those are who share it"),
        subtitle=_("Partners that share it, by the region of their seat (UN M49)"),
        unit=_("partners"),
        source=_("the priorities that partners set on this platform, today"),
    )


def _with_query(route: str, chosen: dict[str, str]) -> str:
    return reverse(route) + (f"?{urlencode(chosen)}" if chosen else "")


# --- For officers ----------------------------------------------------------------------------


def officers_only(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """To everybody else what is suggested is not there."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not request.user.has_perm("partners.group_priorities"):
            raise Http404
        return view(request, *args, **kwargs)

    return guarded


@require_safe
@officers_only
def desk(request: HttpRequest) -> HttpResponse:
    """Every common priority in every state; without a choice, those that wait for a name."""
    form = forms.CommonFilter(request.GET or {"state": "suggested"}, for_officer=True)
    chosen = form.chosen()
    found = queries.commons(CommonPriority.objects.all(), **chosen, counted=queries.LIKELY)
    page = Paginator(found, ROWS_A_PAGE).get_page(request.GET.get("page"))
    for one in page:
        one.tone = TONES[CommonPriorityState(one.state)]
    return render(request, "partners/priorities/common_desk.html", {"form": form, "page": page})


@require_safe
@officers_only
def work(request: HttpRequest, reference: str) -> HttpResponse:
    """One of them with everything an officer can do to it."""
    return _work(request, _common(reference))


def _work(
    request: HttpRequest, common: CommonPriority, bound: dict[str, Any] | None = None
) -> HttpResponse:
    members = queries.members(common).exclude(standing=Membership.OUT)
    page = Paginator(members, MEMBERS_A_PAGE).get_page(request.GET.get("page"))
    for member in page:
        member.reason = queries.reason(member)
    state = CommonPriorityState(common.state)
    is_open = state in (CommonPriorityState.SUGGESTED, CommonPriorityState.NAMED)
    context = {
        "common": common,
        "tone": TONES[state],
        "page": page,
        "history": history(common, all_steps=True),
        "is_open": is_open,
        "is_named": state == CommonPriorityState.NAMED,
        "is_public": state in (CommonPriorityState.NAMED, CommonPriorityState.THEME),
        "name_form": forms.NameForm(initial={"names": common.names}, auto_id="name_%s"),
        "split_form": forms.SplitForm(auto_id="split_%s"),
        "add_form": forms.AddForm(auto_id="add_%s"),
        "merge_form": forms.MergeForm(auto_id="merge_%s"),
        "dissolve_form": forms.DissolveForm(auto_id="dissolve_%s"),
        "theme_form": forms.ThemeForm(initial={"short": common.names}, auto_id="theme_%s"),
        **(bound or {}),
    }
    status = 200 if not bound else 422
    return render(request, "partners/priorities/common_work.html", context, status=status)


def _common(reference: str) -> CommonPriority:
    found = CommonPriority.objects.select_related("theme", "level", "place", "became")
    return get_object_or_404(found, reference=reference)


Verb = Callable[[HttpRequest, CommonPriority, dict[str, Any]], Any]


def verb_view(form_class: Any, form_name: str, done: Any) -> Callable[[Verb], Any]:
    """A view that reads one form and does one verb: a refusal comes back beside the form."""

    def decorate(act: Verb) -> Callable[..., HttpResponse]:
        @require_POST
        @officers_only
        @wraps(act)
        def view(request: HttpRequest, reference: str) -> HttpResponse:
            common = _common(reference)
            form = form_class(request.POST, auto_id=f"{form_name.removesuffix('_form')}_%s")
            if not form.is_valid():
                return _work(request, common, {form_name: form})
            try:
                result = act(request, common, form.cleaned_data)
            except (NotAllowed, Refused) as refusal:
                form.add_error(None, str(refusal))
                return _work(request, common, {form_name: form})
            messages.success(request, done())
            shown = result if isinstance(result, CommonPriority) else common
            return redirect("partners:common_work", shown.reference)

        return view

    return decorate


def _ticked(request: HttpRequest) -> list[int]:
    return [int(pk) for pk in request.POST.getlist("member") if pk.isdecimal() and len(pk) < 19]


@verb_view(forms.NameForm, "name_form", lambda: _("Named. Everyone can see it now."))
def name(request: HttpRequest, common: CommonPriority, data: dict[str, Any]) -> Any:
    return actions.name(common, data["names"], by=request.user)


@verb_view(forms.SplitForm, "split_form", lambda: _("Taken out. It is not suggested again here."))
def take_out(request: HttpRequest, common: CommonPriority, data: dict[str, Any]) -> Any:
    return actions.take_out(common, _ticked(request), reason=data["reason"], by=request.user)


@verb_view(forms.SplitForm, "split_form", lambda: _("Split. This is the new common priority."))
def split(request: HttpRequest, common: CommonPriority, data: dict[str, Any]) -> Any:
    return actions.split(
        common, _ticked(request), data["names"], reason=data["reason"], by=request.user
    )


@verb_view(forms.forms.Form, "accept_form", lambda: _("Taken in."))
def accept(request: HttpRequest, common: CommonPriority, data: dict[str, Any]) -> Any:
    return actions.accept(common, _ticked(request), by=request.user)


@verb_view(forms.AddForm, "add_form", lambda: _("Added."))
def add(request: HttpRequest, common: CommonPriority, data: dict[str, Any]) -> Any:
    found = Priority.every.of_partners().filter(
        partner__reference=data["partner"], rank=data["rank"], kind=common.kind
    )
    chosen = list(found.select_related("partner"))
    if not chosen:
        raise Refused(
            _("%(partner)s has none of rank %(rank)s. Its page lists them.")
            % {"partner": data["partner"], "rank": data["rank"]}
        )
    return actions.add(common, chosen, by=request.user)


@verb_view(forms.MergeForm, "merge_form", lambda: _("Merged. This one holds both now."))
def merge(request: HttpRequest, common: CommonPriority, data: dict[str, Any]) -> Any:
    into = CommonPriority.objects.filter(reference=data["into"]).first()
    if into is None:
        raise Refused(_("There is no common priority %(reference)s.") % {"reference": data["into"]})
    return actions.merge(common, into, reason=data["reason"], by=request.user)


@verb_view(forms.DissolveForm, "dissolve_form", lambda: _("Dissolved."))
def dissolve(request: HttpRequest, common: CommonPriority, data: dict[str, Any]) -> Any:
    return actions.dissolve(common, reason=data["reason"], by=request.user)


@verb_view(forms.ThemeForm, "theme_form", lambda: _("Made a thematic area."))
def make_theme(request: HttpRequest, common: CommonPriority, data: dict[str, Any]) -> Any:
    return actions.make_theme(common, short=data["short"], reason=data["reason"], by=request.user)
