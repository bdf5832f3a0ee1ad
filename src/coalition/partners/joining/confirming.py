"""Steps that count only once the link of a letter to the focal point's address confirms them."""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.core import signing
from django.db import transaction
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from coalition.base import audit, states
from coalition.base.errors import NotAllowed, Refused
from coalition.base.text import clean_line, clean_text
from coalition.mailroom import actions as mail
from coalition.partners.accession import correspondence, deciding, links
from coalition.partners.accession.documents import STILL_OPEN, locked_open
from coalition.partners.joining.filling_in import note
from coalition.partners.joining.writing import send_link
from coalition.partners.models import AccessionRequest, ConfirmKind, ToConfirm
from coalition.partners.values import LONGEST_REASON, change

CONFIRM_SALT = "coalition.partners.confirm"
CONFIRM_WITHIN = timedelta(days=7)


@transaction.atomic
def ask_to_withdraw(request: AccessionRequest, reason: str) -> ToConfirm:
    """Write to the focal point's address to have a withdrawal confirmed; nothing changes yet."""
    reason = clean_text(reason, limit=LONGEST_REASON)
    if not reason:
        raise Refused(_("Please give a reason: those concerned will read it."))
    return _ask(request, ConfirmKind.WITHDRAW, reason=reason)


@transaction.atomic
def ask_for_contact(request: AccessionRequest, *, name: str, email: str) -> ToConfirm:
    """Write to the present focal point's address to have another one confirmed."""
    return _ask(
        request,
        ConfirmKind.CONTACT,
        contact_name=clean_line(name, limit=200),
        contact_email=clean_line(email, limit=254).lower(),
    )


def _ask(request: AccessionRequest, kind: ConfirmKind, **fields: str) -> ToConfirm:
    case = locked_open(request)
    if not case.contact_email:
        raise NotAllowed(
            _("We know no address to confirm this by. Please write to %(address)s.")
            % {"address": settings.JOIN_ADDRESS}
        )
    step: ToConfirm = case.to_confirm.create(kind=kind, sent_to=case.contact_email, **fields)
    subject, text = correspondence.worded(
        f"confirm_{kind}",
        case,
        step=step,
        confirm_link=settings.SITE_URL
        + links.path_of("partners:confirm", case, signing.dumps(step.pk, salt=CONFIRM_SALT)),
    )
    # Not into the correspondence: what stands there is read by everybody who has the case's link.
    mail.write(
        key=f"partners.confirm:{step.pk}",
        to_address=case.contact_email,
        subject=subject,
        text=text,
        language=correspondence.language_of(case),
        is_example=case.is_example,
    )
    audit.record("partners.ask_to_confirm", case, refs=[step])
    return step


def step_of(token: str) -> ToConfirm | None:
    """The step that the link of a letter confirms, used or not; None where it is wrong or old."""
    try:
        pk = signing.loads(token, salt=CONFIRM_SALT, max_age=CONFIRM_WITHIN)
    except signing.BadSignature:
        return None
    return ToConfirm.objects.select_related("request").filter(pk=pk).first()


def used_up(step: ToConfirm) -> str:
    """Why the link of this step confirms nothing any more, in a sentence; or ""."""
    if step.used_at:
        return _("This link was used on %(date)s already. It works once.") % {
            "date": date_format(step.used_at, "DATETIME_FORMAT")
        }
    if step.request.contact_email.lower() != step.sent_to.lower():
        return _("The request has another focal point since this letter was written.")
    if step.request.state not in STILL_OPEN:
        return _("This request is “%(state)s”, so nothing can be changed.") % {
            "state": step.request.get_state_display()
        }
    return ""


@transaction.atomic
def confirm(step: ToConfirm) -> AccessionRequest:
    """Do what the letter asked about, once. Raises NotAllowed with a sentence where the link was
    used already, or no longer fits the request."""
    case = states.lock(step.request)
    step = states.lock(step)
    step.request = case
    if sentence := used_up(step):
        raise NotAllowed(sentence)
    step.used_at = timezone.now()
    step.save(update_fields=["used_at"])
    audit.record("partners.confirm_step", case, refs=[step])
    if step.kind == ConfirmKind.WITHDRAW:
        return deciding.withdraw(case, step.reason, by=None)
    return _change_contact(case, step)


def _change_contact(case: AccessionRequest, step: ToConfirm) -> AccessionRequest:
    """Another focal point; links given before end, since others hold them."""
    fields = {"contact_name": step.contact_name, "contact_email": step.contact_email}
    change(case, fields, tuple(fields))
    case.link_number += 1
    case.save(update_fields=["link_number"])
    note(case, [case._meta.get_field("contact_email").verbose_name])
    send_link(case, f"partners.link:{case.pk}:{case.link_number}")
    return case
