"""How the codes that commitments are found by are called, in the reader's language."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping
from functools import lru_cache
from typing import Any

from django.utils.text import Truncator
from django.utils.translation import gettext as _

from coalition.base.names import Name, in_language
from coalition.base.text import fold
from coalition.commitments.exploring.wishes import Wishes
from coalition.commitments.models import Facet
from coalition.commitments.states import State
from coalition.instruments.models import Instrument, Provision
from coalition.partners.models import Partner, PartnerGroup
from coalition.places.models import Level, Place, PlaceKind
from coalition.results.models import Light
from coalition.themes.models import Challenge, Theme

Codes = Collection[str]
# By facet, each code's name, in the order in which people look for them.
Labels = dict[str, dict[str, str]]
LONGEST_GIST = 50

# The same few hundred names of places are put in order on every visit.
in_order = lru_cache(maxsize=2_000)(fold)


def labels(wanted: Mapping[str, Codes]) -> Labels:
    """The names of these codes. What nobody knows is called as it was written, and comes last.
    One query a kind of record that is asked for."""
    found: Labels = {}
    for facet, codes in wanted.items():
        named = _NAMED[Facet(facet)](codes) if codes else {}
        found[facet] = named | {code: code for code in sorted(codes) if code not in named}
    return found


def of_wishes(several: Iterable[Wishes]) -> Labels:
    """The names of all filters of these wishes."""
    wanted: dict[str, set[str]] = defaultdict(set)
    for wishes in several:
        for facet, value in wishes.filters.items():
            wanted[facet].add(value)
    return labels(wanted)


def told(wishes: Wishes, named: Labels) -> list[str]:
    """The wishes in words: "Theme: Employment"."""
    said = [
        _("%(filter)s: %(value)s") % {"filter": Facet(facet).label, "value": named[facet][value]}
        for facet, value in wishes.filters.items()
    ]
    if wishes.words:
        said.append(_("Words: %(words)s") % {"words": wishes.words})
    return said


def _entries(model: Any) -> Callable[[Codes], dict[str, str]]:
    """Few, so that all are read: in their own order."""

    def named(codes: Codes) -> dict[str, str]:
        return {one.code: one.short_name for one in model.objects.all() if one.code in codes}

    return named


def _levels(codes: Codes) -> dict[str, str]:
    return {one.code: one.name for one in Level.objects.all() if one.code in codes}


def _partners(codes: Codes) -> dict[str, str]:
    rows = Partner.objects.filter(reference__in=codes)
    return {
        reference: Name(name, language)
        for reference, name, language in rows.values_list("reference", "name", "name_language")
    }


def _countries(codes: Codes) -> dict[str, str]:
    """By name."""
    rows = Place.objects.filter(code__in=codes).order_by().values_list("code", "names")
    named = [(code, in_language(names)) for code, names in rows]
    return dict(sorted(named, key=lambda each: in_order(each[1])))


def _regions(codes: Codes) -> dict[str, str]:
    """The world, and beneath each region its parts, by name."""
    places = Place.objects.filter(code__in=codes).exclude(kind=PlaceKind.COUNTRY)
    rows = places.order_by().values_list("code", "path", "names")
    named = [(code, path, in_language(names)) for code, path, names in rows]

    def above(place: tuple[str, str, str]) -> list[str]:
        return [in_order(name) for _code, path, name in from_above if place[1].startswith(path)]

    from_above = sorted(named, key=lambda each: len(each[1]))
    return {code: name for code, _path, name in sorted(named, key=above)}


def _instruments(codes: Codes) -> dict[str, str]:
    return {one.code: one.short_name for one in Instrument.objects.filter(code__in=codes)}


def _provisions(codes: Codes) -> dict[str, str]:
    """By number and what it is about, in the order of the text."""
    texts, eids = zip(*(code.partition("/")[::2] for code in codes), strict=True)
    rows = Provision.objects.filter(instrument__code__in=texts, eid__in=eids)
    named = {}
    for one in rows.select_related("instrument").defer("loaded"):
        about = Truncator(one.gist_text).chars(LONGEST_GIST)
        name = one.number or one.get_role_display()
        named[f"{one.instrument.code}/{one.eid}"] = f"{name} · {about}" if about else name
    return named


def _states(codes: Codes) -> dict[str, str]:
    return {one.value: str(one.label) for one in State if one in codes}


def _lights(codes: Codes) -> dict[str, str]:
    return {one.value: str(one.label) for one in Light if one in codes}


def _years(codes: Codes) -> dict[str, str]:
    return {code: code for code in sorted(codes)}


def _help(codes: Codes) -> dict[str, str]:
    return {"yes": _("yes")} if "yes" in codes else {}


_NAMED: dict[Facet, Callable[[Codes], dict[str, str]]] = {
    Facet.PARTNER: _partners,
    Facet.GROUP: _entries(PartnerGroup),
    Facet.COUNTRY: _countries,
    Facet.REGION: _regions,
    Facet.THEME: _entries(Theme),
    Facet.CHALLENGE: _entries(Challenge),
    Facet.LEVEL: _levels,
    Facet.DECLARATION: _instruments,
    Facet.PROVISION: _provisions,
    Facet.STATE: _states,
    Facet.LIGHT: _lights,
    Facet.YEAR: _years,
    Facet.HELP: _help,
}
