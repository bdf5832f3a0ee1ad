"""What the mail room does: takes messages in, writes letters once, sends them out."""

from coalition.mailroom.intake import mark_done, read_again, take
from coalition.mailroom.outbox import (
    Delivered,
    acknowledge,
    deliver,
    is_example_address,
    tell,
    write,
)

__all__ = [
    "Delivered",
    "acknowledge",
    "deliver",
    "is_example_address",
    "mark_done",
    "read_again",
    "take",
    "tell",
    "write",
]
