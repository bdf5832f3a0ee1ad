"""All that happened to a consultation, in sentences: its moves, and what was changed in it after
everybody could read it; and the steps of what was said in it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.conf import settings
from django.utils.text import Truncator, capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from coalition.base.fields import LANGUAGE_NAMES
from coalition.base.names import in_language
from coalition.consultations.models import Change, Consultation, Remark, Statement, What
from coalition.consultations.moments import told
from coalition.consultations.states import PhaseKind
from coalition.ui.thread import Move

METHOD = ("by", "points", "budget", "unit")  # of setting priorities
QUOTED = 200  # characters of what stood there before; the row keeps all of it


def history(consultation: Consultation, *, with_names: bool = False) -> list[Move]:
    """Every step and every change, the first first; `with_names` says who, for officers. Two
    queries."""
    steps = [
        (step.at, _step(step, with_names), step.reason)
        for step in consultation.moves.select_related("by")
    ]
    steps += [
        (change.at, _by(sentence(change, consultation.zone), change, with_names), _before(change))
        for change in consultation.changes.select_related("by")
    ]
    steps.sort(key=lambda each: each[0])
    return [Move(*each) for each in steps]


def steps(record: Statement | Remark) -> list[Move]:
    """The steps of a statement or a remark with who took them; a person's own step has no name, and
    neither has one of the platform. One query."""
    verbs = type(record).VERBS
    return [
        Move(step.at, _by(str(verbs[step.verb].done), step, step.by is not None), step.reason)
        for step in record.moves.select_related("by")
    ]


def _step(step: Any, with_names: bool) -> str:
    done = capfirst(str(Consultation.VERBS[step.verb].done))
    return _by(done, step, with_names)


def _by(words: str, row: Any, with_names: bool) -> str:
    if not with_names:
        return words
    if row.by is None:
        return _("%(step)s, by the clock") % {"step": words}
    return _("%(step)s, by %(person)s") % {"step": words, "person": row.by}


# --- One change ------------------------------------------------------------------------------


def sentence(change: Change, zone: str) -> str:
    """What a change did, in the reader's language; moments by the clocks of `zone`."""
    if change.what == What.WORDS:
        return _words(change.before, change.now)
    if change.what == What.SCOPE:
        return _scope(change.before, change.now)
    if change.what == What.PEOPLE:
        return _("May also take part from now on: %s") % _row(map(_label, _in_order(change.now)))
    if change.what == What.PROPOSALS:
        return _proposals(change.before, change.now)
    if change.what == What.BALLOT:
        return _ballot(change.now["numbers"])
    if change.what == What.PANEL:
        return _panel(change.before, change.now, zone)
    return _phase(change, zone)


def _words(before: Mapping[str, Any], now: Mapping[str, Any]) -> str:
    """“Question (English) mended; What it is about (Français) added”"""
    sentences = []
    for name in _in_order(now):
        for code in (code for code in settings.UN_LANGUAGES if code in now[name]):
            text = now[name][code]
            said = {"text": capfirst(_label(name)), "language": LANGUAGE_NAMES[code]}
            if not before[name].get(code):
                sentences.append(_("%(text)s (%(language)s) added") % said)
            elif not text:
                sentences.append(_("%(text)s (%(language)s) taken out") % said)
            else:
                sentences.append(_("%(text)s (%(language)s) mended") % said)
    return "; ".join(sentences)


def _before(change: Change) -> str:
    """What stood there before words were mended, cut short."""
    if change.what == What.PROPOSALS and change.before:
        return _("Before: “%s”") % change.before["text"]
    if change.what != What.WORDS:
        return ""
    stood = [
        change.before[name][code]
        for name in _in_order(change.before)
        for code in settings.UN_LANGUAGES
        if change.before[name].get(code)
    ]
    return "\n".join(_("Before: “%s”") % Truncator(text).chars(QUOTED) for text in stood)


def _scope(before: Mapping[str, Any], now: Mapping[str, Any]) -> str:
    """“Place: “France” added, “World” taken out”"""
    sentences = []
    for name in _in_order(now):
        parts = []
        if now[name]:
            parts.append(_("%s added") % _quoted(now[name]))
        if before[name]:
            parts.append(_("%s taken out") % _quoted(before[name]))
        said = {"what": capfirst(_label(name)), "change": _row(parts)}
        sentences.append(_("%(what)s: %(change)s") % said)
    return "; ".join(sentences)


def _proposals(before: Mapping[str, Any], now: Mapping[str, Any]) -> str:
    if before:
        return _("Proposal %d reworded") % now["number"]
    if "into" in now:
        if now["into"] is None:
            return _("Proposal %d shown by itself again") % now["number"]
        return _("Proposal %(number)d merged into proposal %(into)d, which says the same") % now
    count = len(now["numbers"])
    return ngettext("%d first proposal added", "%d first proposals added", count) % count


def _ballot(numbers: list[int]) -> str:
    if not numbers:
        return _("Every proposal that is shown stands on the ballot")
    count = len(numbers)
    return (
        ngettext(
            "%d proposal stands on the ballot, as the secretariat chose or costed it",
            "%d proposals stand on the ballot, as the secretariat chose or costed them",
            count,
        )
        % count
    )


def _panel(before: Mapping[str, Any], now: Mapping[str, Any], zone: str) -> str:
    """“Seats of the panel: 10 instead of 8; “Work: At night” on the panel: 4–6 instead of 3–5”"""
    sentences = []
    if "seats" in now:
        said = {"now": now["seats"], "before": before["seats"]}
        sentences.append(_("Seats of the panel: %(now)d instead of %(before)d") % said)
    if "features" in now:
        sentences += _quotas(before["features"], now["features"])
    if "seed_from" in now:
        said = {"now": now["seed_from"], "before": before["seed_from"]}
        sentences.append(_("The seed comes from “%(now)s” instead of “%(before)s”") % said)
    if "seed_at" in now:
        moments = {"now": now["seed_at"], "before": before["seed_at"]}
        said = {key: told(datetime.fromisoformat(at), zone) for key, at in moments.items()}
        sentences.append(_("The seed is known on %(now)s instead of %(before)s") % said)
    return "; ".join(sentences)


def _quotas(before: list[Any], now: list[Any]) -> list[str]:
    """The quotas that changed; where features or values did, that alone."""
    quotas = [
        {
            (at, place): (one["name"], value["name"], f"{value['least']}–{value['most']}")
            for at, one in enumerate(features)
            for place, value in enumerate(one["values"])
        }
        for features in (before, now)
    ]
    was, becomes = quotas
    if {key: names for key, (*names, _quota) in was.items()} != {
        key: names for key, (*names, _quota) in becomes.items()
    }:
        return [_("What the panel must be like was said anew")]
    return [
        _("“%(feature)s: %(value)s” on the panel: %(now)s instead of %(before)s")
        % {
            "feature": in_language(feature),
            "value": in_language(value),
            "now": quota,
            "before": was[key][2],
        }
        for key, (feature, value, quota) in becomes.items()
        if quota != was[key][2]
    ]


def _phase(change: Change, zone: str) -> str:
    value = change.now or change.before
    kind = value["kind"]
    said: dict[str, Any] = {"phase": PhaseKind(kind).label if kind in PhaseKind.values else kind}
    for name in ("opens_at", "closes_at"):
        said[name] = told(datetime.fromisoformat(value[name]), zone)
    if change.what == What.PHASE_ADDED:
        return _("“%(phase)s” added: from %(opens_at)s to %(closes_at)s") % said
    if change.what == What.PHASE_REMOVED:
        return _("“%(phase)s” taken out, which was to be from %(opens_at)s to %(closes_at)s") % said
    sentences = []
    for name, words in (
        ("opens_at", _("“%(phase)s” opens on %(now)s instead of %(before)s")),
        ("closes_at", _("“%(phase)s” closes on %(now)s instead of %(before)s")),
    ):
        if change.before[name] != value[name]:
            before = told(datetime.fromisoformat(change.before[name]), zone)
            sentences.append(words % {**said, "now": said[name], "before": before})
    if any(change.before.get(name) != value.get(name) for name in METHOD):
        sentences.append(_("“%(phase)s”: how priorities are set was changed") % said)
    return "; ".join(sentences)


def _in_order(fields: Iterable[str]) -> list[str]:
    """The fields as the record has them: databases keep keys in orders of their own."""
    record = Consultation._meta
    names = [field.name for field in (*record.fields, *record.many_to_many)]
    return sorted(fields, key=names.index)


def _label(name: str) -> str:
    return str(Consultation._meta.get_field(name).verbose_name)


def _quoted(named: Iterable[Mapping[str, str]]) -> str:
    return _row(_("“%s”") % in_language(names) for names in named)


def _row(words: Iterable[str]) -> str:
    return str(_(", ")).join(words)
