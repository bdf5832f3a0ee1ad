"""What a later room may do with a message to the joining address; tests name these in settings."""

from coalition.mailroom.models import InboundMessage
from coalition.mailroom.reading import ReadMessage

seen: list[tuple[InboundMessage, ReadMessage]] = []


def opens(message: InboundMessage, read: ReadMessage) -> bool:
    seen.append((message, read))
    return True


def declines(message: InboundMessage, read: ReadMessage) -> bool:
    seen.append((message, read))
    return False


def breaks(message: InboundMessage, read: ReadMessage) -> bool:
    message.subject = "half done"
    message.save()
    raise LookupError("Ana <ana@bakers.test> is not in the table")
