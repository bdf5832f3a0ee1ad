"""Comments of supervisors are entered, taken in from a list and taken back; cycles get a year;
who follows a party hears of it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from coalition.accounts.models import User
from coalition.base import audit
from coalition.base.errors import NotAllowed, Refused
from coalition.base.numbers import next_reference, next_references
from coalition.base.reference import source_of
from coalition.instruments.models import (
    Following,
    Instrument,
    Party,
    ReportingGroup,
    SupervisoryComment,
)
from coalition.instruments.obligations.queries import Groups, duties, in_force
from coalition.mailroom.actions import tell
from coalition.mailroom.models import Letter

FIRST_YEAR = 1919  # the ILO's first; no supervisor of any treaty here is older


@transaction.atomic
def enter_comment(
    *, party: Party, instruments: Iterable[Instrument], by: User | None, **fields: Any
) -> SupervisoryComment:
    """Keep a comment; who follows the party hears of it.

    Raises Refused when it is held already, names no instrument, or its years make no sense.
    """
    about = list(instruments)
    if not about:
        raise Refused(_("Please name the instrument that the comment is about."))
    check_years(fields["adopted_year"], fields.get("published_year"))
    next_references("CMT", 0)  # who enters the same at once waits, and is told
    held = SupervisoryComment.objects.filter(party=party, url=fields["url"]).first()
    if held:
        raise Refused(
            _("This comment is held already, as %(reference)s. Each address is entered once.")
            % {"reference": held.reference}
        )
    comment = SupervisoryComment.objects.create(
        reference=next_reference("CMT"), party=party, is_example=party.is_example, **fields
    )
    comment.instruments.set(about)
    tell_followers(comment, but=by)
    audit.record("instruments.enter_comment", comment, by=by, refs=[party, *about])
    return comment


def check_years(adopted: int, published: int | None) -> None:
    """Raises Refused for years before there were supervisors, in the future or out of order."""
    this = timezone.localdate().year
    if not FIRST_YEAR <= adopted <= this:
        raise Refused(
            _("The year of adoption, %(year)d, is not between %(first)d and %(last)d.")
            % {"year": adopted, "first": FIRST_YEAR, "last": this}
        )
    if published is not None and not adopted <= published <= this + 1:
        raise Refused(
            _("It cannot be published in %(published)d when it was adopted in %(adopted)d.")
            % {"published": published, "adopted": adopted}
        )


@transaction.atomic
def strike_comment(comment: SupervisoryComment, *, reason: str, by: User) -> SupervisoryComment:
    """Take back what was entered by mistake: it stays, with the reason, and is shown no more."""
    comment = SupervisoryComment.objects.select_for_update(no_key=True).get(pk=comment.pk)
    if comment.struck_at:
        raise NotAllowed(_("This comment was taken back already."))
    comment.struck_at, comment.struck_why = timezone.now(), reason
    comment.save(update_fields=["struck_at", "struck_why"])
    audit.record("instruments.strike_comment", comment, by=by)
    return comment


@transaction.atomic
def set_start(
    group: ReportingGroup, *, starts: int | None, title: str, url: str, by: User
) -> ReportingGroup:
    """Say in which year the reports of a group are due, and where that is written.

    With `starts` None the year is not known again. Raises Refused for a year without a source.
    """
    group = ReportingGroup.objects.select_for_update(no_key=True).get(pk=group.pk)
    if starts is not None and not (title and url):
        raise Refused(_("Please say where the year is written: a title and an address."))
    if starts is not None:
        group.source = source_of(title, url)
    group.starts = starts
    group.save(update_fields=["starts", "source"])
    audit.record("instruments.set_reporting_year", group, by=by)
    return group


# --- Letters to those who asked for them ----------------------------------------------------


def tell_followers(comment: SupervisoryComment, *, but: User | None) -> None:
    """One letter to each person who follows the party, but to whoever entered the comment."""
    followers = Following.objects.filter(party=comment.party).select_related("person")
    for following in followers:
        if but is None or following.person_id != but.pk:
            tell(
                following.person,
                event=f"instruments.comment:{comment.pk}",
                template="instruments/mail/comment.txt",
                context={"comment": comment},
                is_digest=True,
            )


def remind(year: int) -> int:
    """Write to everybody who follows a party of which reports are due in the year; once a person,
    party and year. Gives the number of letters written."""
    before = Letter.objects.count()
    groups = Groups()
    if not groups.are_known:
        return 0
    today = timezone.localdate()
    parties = Party.objects.filter(followings__isnull=False).distinct().order_by("pk")
    for party in parties:
        periods = in_force(today).filter(party=party).order_by("instrument__code")
        due = [each for each in duties(periods, groups, year=year) if year in each.due]
        if not due:
            continue
        for following in party.followings.select_related("person"):
            with transaction.atomic():
                tell(
                    following.person,
                    event=f"instruments.due:{party.pk}:{year}",
                    template="instruments/mail/due.txt",
                    context={"party": party, "year": year, "duties": due},
                    is_digest=True,
                )
    return Letter.objects.count() - before
