"""What the mail room does: takes messages in, files them, writes letters once, sends them out."""

from coalition.mailroom.bounces import clear_address, failing
from coalition.mailroom.fetching import Fetched, fetch
from coalition.mailroom.handling import file_message, mark_all_done, mark_done
from coalition.mailroom.intake import read_again, read_held, take
from coalition.mailroom.outbox import (
    Delivered,
    acknowledge,
    deliver,
    is_example_address,
    tell,
    tell_address,
    tell_each,
    write,
)
from coalition.mailroom.threads import merge_threads, open_thread
from coalition.mailroom.unsubscribing import unsubscribe

__all__ = [
    "Delivered",
    "Fetched",
    "acknowledge",
    "clear_address",
    "deliver",
    "failing",
    "fetch",
    "file_message",
    "is_example_address",
    "mark_all_done",
    "mark_done",
    "merge_threads",
    "open_thread",
    "read_again",
    "read_held",
    "take",
    "tell",
    "tell_address",
    "tell_each",
    "unsubscribe",
    "write",
]
