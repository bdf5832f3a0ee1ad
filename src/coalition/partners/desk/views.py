"""The officers' board: everything that waits, and what is done with it from the row."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import wraps
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_POST, require_safe

from coalition.base.downloads import csv_file, xlsx_file
from coalition.base.errors import Refused
from coalition.partners.accession.views import TONES, back_to, carried_out
from coalition.partners.desk import actions, queries
from coalition.partners.desk.forms import BoardFilter, BulkForm, ViewForm
from coalition.partners.models import Advice, Door, Scope
from coalition.partners.queries import officers

ROWS_A_PAGE = 50
# What can be done from the row at one press, by state; the rest is one link away.
AT_ONE_PRESS = {
    "received": ("acknowledge", gettext_lazy("Acknowledge")),
    "acknowledged": ("vet", gettext_lazy("Begin vetting")),
    "incomplete": ("answer", gettext_lazy("It answered")),
}
# Where the rest is done, by state: a part of the case's page.
DONE_AT = {
    "received": ("vet", gettext_lazy("Begin vetting")),
    "acknowledged": ("ask", gettext_lazy("Ask")),
    "incomplete": ("write", gettext_lazy("Write")),
    "under_vetting": ("recommend", gettext_lazy("Recommend")),
    "recommended": ("accept", gettext_lazy("Decide")),
}


def for_officers(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """To everybody else the board is not there."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not request.user.has_perm("partners.read_requests"):
            raise Http404
        return view(request, *args, **kwargs)

    return guarded


@require_safe
@for_officers
def board(request: HttpRequest) -> HttpResponse:
    people = list(officers())
    form = BoardFilter(request.GET, officers=people)
    chosen = form.chosen()
    pages = Paginator(queries.board(request.user, **chosen), ROWS_A_PAGE)
    pages.count = queries.count(request.user, **chosen)
    page = pages.get_page(request.GET.get("page"))
    query = urlencode(chosen)
    context = {
        "form": form,
        "page": page,
        "rows": [_as_row(row) for row in queries.told(page)],
        "bulk": BulkForm(officers=people),
        "views": list(queries.views_of(request.user)),
        "view_form": ViewForm(initial={"query": query}),
        "query": query,
        "is_filtered": bool(chosen.keys() - {"sort"}),
        "here": request.get_full_path(),
    }
    return render(request, "partners/desk/board.html", context)


def _as_row(row: queries.Waiting) -> dict[str, Any]:
    """What the page shows of a row: name, address, and what is done with it from here."""
    record = row.record
    if row.kind == queries.CASE:
        press, elsewhere = AT_ONE_PRESS.get(record.state), DONE_AT.get(record.state)
        return {
            "row": row,
            "name": record.organisation or record.reference,
            "language": record.language,
            "note": record.reference,
            "group": record.group,
            "country": record.country,
            "url": record.get_absolute_url(),
            "tone": TONES[record.state],
            "press": press and (reverse(f"partners:{press[0]}", args=[record.reference]), press[1]),
            "elsewhere": elsewhere
            and (f"{record.get_absolute_url()}#{elsewhere[0]}", elsewhere[1]),
        }
    shown: dict[str, Any] = {"row": row, "tone": "due", "language": "", "press": None}
    if row.kind in ("verification", "focal_point"):
        return shown | {
            "name": record.name,
            "language": record.name_language,
            "note": record.reference,
            "group": record.group,
            "country": record.country,
            "url": record.get_absolute_url(),
        }
    if row.kind == "message":
        name, note = record.subject or _("(no subject)"), record.from_address
        return shown | {"name": name, "note": note, "url": record.get_absolute_url()}
    url = f"{reverse('mailroom:outbox')}?{urlencode({'words': record.address})}"
    return shown | {"name": record.address, "note": record.why[:120], "url": url}


# --- The list as a file


@require_safe
@for_officers
def board_csv(request: HttpRequest) -> HttpResponse:
    """All rows that the filters choose, in their order, with the facts of each request."""
    return csv_file("board", _header(), _lines(request))


@require_safe
@for_officers
def board_xlsx(request: HttpRequest) -> HttpResponse:
    return xlsx_file("board", _header(), _lines(request))


def _header() -> list[str]:
    return [
        *(_("Reference"), _("Name"), _("Stage"), _("Waits for"), _("Since"), _("Days")),
        *(_("Service target until"), _("Days over target"), _("What is next")),
        *(_("Looked after by"), _("Put off until"), _("Partner group"), _("Scope"), _("Country")),
        *(_("Language"), _("Web site"), _("Contact"), _("Contact’s address"), _("Opened")),
        *(_("Closed"), _("Came in"), _("Recommended"), _("Partner"), _("Example"), _("Page")),
    ]


def _lines(request: HttpRequest) -> Iterator[list[Any]]:
    form = BoardFilter(request.GET, officers=list(officers()))
    for row in queries.in_batches(queries.board(request.user, **form.chosen())):
        shown, record = _as_row(row), row.record
        is_case = row.kind == queries.CASE
        yield [
            shown["note"],
            shown["name"],
            row.stage,
            row.waits_for,
            row.since.date().isoformat(),
            row.days,
            row.due.date().isoformat() if row.due else "",
            row.days_over,
            row.next,
            str(row.assigned_to or ""),
            record.snoozed_until.isoformat() if is_case and record.snoozed_until else "",
            shown["group"].name if shown.get("group") else "",
            Scope(record.scope).label if getattr(record, "scope", "") else "",
            shown["country"].name if shown.get("country") else "",
            shown["language"],
            getattr(record, "website", ""),
            record.contact_name if is_case else "",
            record.contact_email if is_case else "",
            record.opened_at.date().isoformat() if is_case else "",
            record.closed_at.date().isoformat() if is_case and record.closed_at else "",
            Door(record.door).label if is_case else "",
            Advice(record.advice).label if is_case and record.advice else "",
            record.partner.reference if is_case and record.partner else "",
            _("yes") if getattr(record, "is_example", False) else "",
            request.build_absolute_uri(shown["url"]),
        ]


# --- What is done with chosen rows


@require_POST
@for_officers
def assign(request: HttpRequest) -> HttpResponse:
    number = request.POST.get("officer", "")
    people = {str(one.pk): one for one in officers()}

    def act() -> None:
        if number and number not in people:
            raise Refused(_("Only officers look after what is on the board."))
        actions.assign(request.POST.getlist("row"), people.get(number), by=request.user)

    carried_out(request, act, _("Noted who looks after it."))
    return back_to(request, "partners:board")


@require_POST
@for_officers
def snooze(request: HttpRequest) -> HttpResponse:
    form = BulkForm(request.POST, officers=officers())
    form.is_valid()

    def act() -> None:
        if "until" in form.errors:
            raise Refused(_("Choose a day between tomorrow and a year from now."))
        rows = request.POST.getlist("row")
        actions.snooze(rows, form.cleaned_data["until"], by=request.user)

    until = form.cleaned_data.get("until")
    done = _("Put off: it comes back by itself on that day.") if until else _("Back on the board.")
    carried_out(request, act, done)
    return back_to(request, "partners:board")


@require_POST
@for_officers
def remind(request: HttpRequest) -> HttpResponse:
    def act() -> None:
        done = actions.remind(request.POST.getlist("row"), by=request.user)
        said = ngettext(
            "%(count)d reminder is sent.", "%(count)d reminders are sent.", done.written
        )
        messages.success(request, said % {"count": done.written})
        if done.left_out:
            left_out = ngettext(
                "%(count)d row got none: it was not asked for anything, has no address, or was "
                "reminded today already.",
                "%(count)d rows got none: they were not asked for anything, have no address, or "
                "were reminded today already.",
                done.left_out,
            )
            messages.warning(request, left_out % {"count": done.left_out})

    carried_out(request, act, "")
    return back_to(request, "partners:board")


@require_POST
@for_officers
def save_view(request: HttpRequest) -> HttpResponse:
    """Keep the filters in use under a name; only what the filters know is kept."""
    kept = BoardFilter(QueryDict(request.POST.get("query", "")[:1000]), officers=list(officers()))
    query = urlencode(kept.chosen())

    def act() -> None:
        actions.save_view(
            request.POST.get("name", ""),
            query,
            is_shared="is_shared" in request.POST,
            by=request.user,
        )

    carried_out(request, act, _("The view is kept."))
    return redirect(f"{reverse('partners:board')}?{query}")


@require_POST
@for_officers
def forget_view(request: HttpRequest, pk: int) -> HttpResponse:
    view = get_object_or_404(queries.views_of(request.user), pk=pk if pk < 2**63 else 0)
    carried_out(
        request, lambda: actions.forget_view(view, by=request.user), _("The view is removed.")
    )
    return redirect("partners:board")
