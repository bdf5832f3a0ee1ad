"""What a later room may do with a message to the joining address; tests name these in settings."""

from coalition.mailroom.models import InboundMessage, Thread
from coalition.mailroom.reading import ReadMessage

seen: list[tuple[InboundMessage, ReadMessage]] = []
replies: list[tuple[InboundMessage, ReadMessage, Thread]] = []
likely: list[tuple[Thread, str]] = []


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


def replied(message: InboundMessage, read: ReadMessage, thread: Thread) -> None:
    replies.append((message, read, thread))


def guesses(message: InboundMessage, read: ReadMessage) -> list[tuple[Thread, str]]:
    return likely
