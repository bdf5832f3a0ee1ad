"""Django's mail door, leading into the outbox: what the house writes is kept, then sent once."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from email.utils import parseaddr

from django.contrib.auth import get_user_model
from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend
from django.db import transaction
from django.utils.translation import get_language

from coalition.mailroom.outbox import write
from coalition.mailroom.parts import text_from_html


class Outbox(BaseEmailBackend):
    """Turns every mail that Django or a library sends, such as sign-in codes, into letters."""

    @transaction.atomic
    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        """Write one letter per recipient, each alone; returns how many mails had a recipient.

        Raises ValueError for attachments: a letter has no room for them, and none shall get lost.
        """
        return sum(self._write(message) for message in email_messages)

    def _write(self, message: EmailMessage) -> bool:
        if message.attachments:
            raise ValueError("Letters carry no attachments: put a link into the text instead.")
        text, html = message.body, ""
        if message.content_subtype == "html":
            text, html = text_from_html(message.body).strip(), message.body
        for content, kind in getattr(message, "alternatives", []):
            if kind == "text/html":
                html = str(content)
        headers = {name: str(value) for name, value in message.extra_headers.items()}
        if message.reply_to:
            headers["Reply-To"] = ", ".join(message.reply_to)
        key = uuid.uuid4().hex
        addresses = {parseaddr(recipient)[1]: None for recipient in message.recipients()}
        for position, address in enumerate(addresses):
            person = get_user_model().objects.filter(email__iexact=address).first()
            write(
                key=f"mail:{key}:{position}",
                to_address=address,
                to_person=person,
                subject=str(message.subject),
                text=str(text),
                html=html,
                headers=headers,
                language=(get_language() or "en")[:8],
                is_example=bool(person and person.is_example),
            )
        return bool(addresses)
