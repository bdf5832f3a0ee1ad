"""How a cited text is named where it is not held, and the paragraph that cites it."""

from __future__ import annotations

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from coalition.analysis import citations
from coalition.base.names import Name
from coalition.instruments.models import Provision, ProvisionRole, Wording


def name_of_key(key: str) -> Name:
    """The name of the text of this key: as it is known, else by its number."""
    if known := citations.name_of(key):
        return Name(known, "en")
    kind, _colon, number = key.partition(":")
    number = number.upper()
    said = {
        "ga": _("General Assembly resolution %(number)s"),
        "ga-decision": _("General Assembly decision %(number)s"),
        "sc": _("Security Council resolution %(number)s"),
        "ecosoc": _("Economic and Social Council resolution %(number)s"),
        "ecosoc-decision": _("Economic and Social Council decision %(number)s"),
        "hrc": _("Human Rights Council resolution %(number)s"),
        "chr": _("Commission on Human Rights resolution %(number)s"),
        "ilo": _("ILO Convention No. %(number)s"),
        "ilo-r": _("ILO Recommendation No. %(number)s"),
        "ilo-p": _("Protocol to ILO Convention No. %(number)s"),
    }.get(kind)
    if said:
        return Name(said % {"number": number}, get_language() or "en")
    if kind == "symbol":
        return Name(number, "en")
    words = key.partition(":")[2]
    return Name(words[:1].upper() + words[1:], "en")


def place_name(wording: Wording | Provision) -> str:
    """How a paragraph is named in a list: "Paragraph 30 (h)", "Article 5", "Heading"."""
    if wording.number and wording.role in (ProvisionRole.OPERATIVE, ProvisionRole.POINT):
        words = _("Article %(number)s") if "art_" in wording.eid else _("Paragraph %(number)s")
        return words % {"number": wording.number}
    return str(ProvisionRole(wording.role).label)
