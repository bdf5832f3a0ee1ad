"""Refusals: exceptions that carry one sentence for people."""

from django.core.exceptions import PermissionDenied


class NotAllowed(PermissionDenied):
    """This may not be done now, or not by this person. The sentence is shown as it is (403)."""


class Refused(ValueError):
    """What was given cannot be taken. The sentence says what is wrong, where, and the mend."""
