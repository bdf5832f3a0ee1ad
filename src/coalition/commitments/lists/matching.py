"""Which commitment a row is about: the one of its reference, of its own number, of its title."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

from django.utils.translation import gettext as _
from rapidfuzz import fuzz

from coalition.base.lists.plan import ALIKE, NEW, batches
from coalition.base.text import clean_line, fold
from coalition.commitments.lists.lines import Layout, Line
from coalition.commitments.models import Commitment
from coalition.commitments.states import State

# So alike are two titles of one partner that they may be the same commitment.
ALIKE_FROM = 90

Own = defaultdict[int, list[Commitment]]


def match(lines: Sequence[Line], layout: Layout) -> Own:
    """Find the commitment that each row is about, where we know it. Returns all commitments of
    the partners that the list names, by partner, with what they are found by."""
    partners = {line.partner.pk for line in lines if line.partner}
    fields = ("pk", "partner_id", "reference", "list_key", "title", "state")
    of: Own = defaultdict(list)
    for batch in batches(sorted(partners)):
        held = Commitment.objects.filter(partner__in=batch).only(*fields).order_by("pk")
        for one in held.iterator(chunk_size=2000):
            of[one.partner_id].append(one)
    own = {one.reference: one for held in of.values() for one in held}
    by_key = {(one.partner_id, one.list_key): one for one in own.values() if one.list_key}
    by_title: dict[tuple[int, str], list[Commitment]] = defaultdict(list)
    for one in own.values():
        if one.state != State.WITHDRAWN:
            by_title[one.partner_id, fold(one.title)].append(one)
    for line in lines:
        if line.partner is None:
            continue
        reference = clean_line(str(line.cells.get("reference", "")), limit=20)
        if reference:
            found = own.get(reference.upper())
            is_known = found is not None and found.partner_id == line.partner.pk
            line.commitment = found if is_known and not line.hides(found) else None
            if line.commitment is None:
                layout.refuse(
                    line,
                    "reference",
                    _(
                        "%(partner)s has no commitment %(reference)s. Leave the reference of "
                        "new ones empty."
                    )
                    % {"partner": line.partner.name, "reference": reference},
                )
            continue
        line.commitment = by_key.get((line.partner.pk, line.key)) if line.key else None
        if line.commitment is None and line.name:
            _match_by_title(line, layout, by_title[line.partner.pk, fold(line.name)])
        if line.commitment is None and not line.name:
            layout.refuse(line, "title", _("The row is new and has no title."))
    return of


def _match_by_title(line: Line, layout: Layout, same: list[Commitment]) -> None:
    # One that has a number of its own is the row of that number, and no other.
    same = [one for one in same if not line.key or one.list_key in ("", line.key)]
    # Drafts of others count where there is nothing else, and are named nowhere.
    seen = [one for one in same if not line.hides(one)]
    same = seen or same[:1]
    if len(same) == 1:
        line.commitment = same[0]
    elif same:
        layout.refuse(
            line,
            "title",
            _("%(count)s commitments bear this title: %(all)s. Please add the reference.")
            % {"count": len(same), "all": ", ".join(one.reference for one in same[:6])},
        )


def refuse_twice(lines: Sequence[Line]) -> None:
    """Two rows about one commitment: the first counts."""
    seen: dict[Any, int] = {}
    for line in lines:
        if line.partner is None or not line.cells:
            continue
        about: Any = ("title", line.partner.pk, fold(line.name))
        if line.commitment is not None:
            about = ("held", line.commitment.pk)
        elif line.key:
            about = ("key", line.partner.pk, line.key)
        first = seen.setdefault(about, line.number)
        if first != line.number:
            line.is_double = True
            line.refuse(_("Row %(row)s is about the same commitment.") % {"row": first})


def look_for_likenesses(lines: Iterable[Line], own: Own) -> None:
    """New ones that may be there already, under a title that is nearly the same."""
    for line in lines:
        if line.outcome != NEW or line.partner is None or not line.cells:
            continue
        title = fold(line.name)
        for one in own[line.partner.pk]:
            if one.state == State.WITHDRAWN or line.hides(one):
                continue
            if line.key and one.list_key:
                continue  # both have numbers of their own, and these differ
            if fuzz.ratio(title, fold(one.title)) >= ALIKE_FROM:
                line.outcome = ALIKE
                line.sentences.append(
                    _("It looks like %(reference)s, “%(title)s”.")
                    % {"reference": one.reference, "title": one.title}
                )
                break
