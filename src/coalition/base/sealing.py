"""What a form was opened with, in a hidden field: signed, so that it comes back as it was.

Whoever saves can then tell what this person changed from what somebody else changed meanwhile
(`analysis.merging`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django.core import signing

SALT = "coalition.form"
Table = Mapping[str, Mapping[str, str]]


def seal(of: Sequence[str | int], base: Table) -> str:
    """The texts by row and field, signed together with what they are `of`: the kind of the record
    and the keys that it is known by."""
    return signing.dumps({"of": list(of), "base": base}, salt=SALT, compress=True)


def unseal(text: str, of: Sequence[str | int]) -> dict[str, dict[str, str]]:
    """What the form was opened with. Nothing, where that cannot be told any more or was another
    record's: then whatever was typed and differs from what is stored is a conflict, and a person
    chooses."""
    try:
        held = signing.loads(text, salt=SALT)
    except signing.BadSignature:
        return {}
    if held["of"] != list(of):
        return {}
    base: dict[str, dict[str, str]] = held["base"]
    return base
