"""Words for people on consent: a rule as sentences, an act as a sentence, how a status came."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext_lazy

from coalition.analysis.binding import Why
from coalition.instruments.consent import queries
from coalition.instruments.consent.queries import StatusOn
from coalition.instruments.models import BindingRule, ConsentAction, Period, Status

# One short word a cell; the full words stand in the legend.
SHORT = {
    Status.IN_FORCE: pgettext_lazy("status of a party", "In force"),
    Status.PENDING: pgettext_lazy("status of a party", "Pending"),
    Status.SIGNED: pgettext_lazy("status of a party", "Signed"),
    Status.DENOUNCED: pgettext_lazy("status of a party", "Denounced"),
    Status.UNKNOWN: pgettext_lazy("status of a party", "Unknown"),
    Status.NOT_BOUND: pgettext_lazy("status of a party", "Not bound"),
}
LONG = {
    Status.IN_FORCE: gettext_lazy("Bound, and the instrument is in force for it"),
    Status.PENDING: gettext_lazy("Bound, but not yet in force for it"),
    Status.SIGNED: gettext_lazy("Signed; a signature alone does not bind"),
    Status.DENOUNCED: gettext_lazy("Was bound, and has withdrawn with effect"),
    Status.UNKNOWN: gettext_lazy("The source does not say enough; this is not “not bound”"),
    Status.NOT_BOUND: gettext_lazy("The table that is held has no act of it by this day"),
}
TONES = {
    Status.IN_FORCE: "good",
    Status.PENDING: "due",
    Status.SIGNED: "calm",
    Status.DENOUNCED: "ended",
    Status.UNKNOWN: "alert",
    Status.NOT_BOUND: "calm",
}


# --- The rule --------------------------------------------------------------------------------


def rule_of(rule: BindingRule | None) -> list[str]:
    """When an instrument enters into force and when a denunciation takes effect, in sentences;
    what is not held is said."""
    if rule is None:
        return [
            _(
                "The rule of entry into force is not held, so a status rests on the days that the "
                "source itself gives; where it gives none, the status is unknown."
            )
        ]
    return [*_first(rule), *_later(rule), *_denounced(rule), _where(rule)]


def _first(rule: BindingRule) -> Iterator[str]:
    if rule.in_force_on:
        yield _("It first entered into force on %(day)s.") % {"day": date_format(rule.in_force_on)}
    elif rule.first_condition:
        yield _("Condition for its first entry into force: %(words)s.") % {
            "words": rule.first_condition.rstrip(".")
        }
    elif rule.first_parties:
        number = ngettext(
            "It first enters into force %(after)s one party has consented.",
            "It first enters into force %(after)s %(count)d parties have consented.",
            rule.first_parties,
        )
        yield number % {
            "after": after(rule.first_months, rule.first_days),
            "count": rule.first_parties,
        }
    else:
        yield _("How it first enters into force is not held.")


def _later(rule: BindingRule) -> Iterator[str]:
    if rule.later_months is None and rule.later_days is None:
        yield _("From when it binds later parties is not held.")
    elif not rule.later_months and not rule.later_days:
        yield _("It binds each later party from the day of registration.")
    else:
        yield _("It binds each later party %(after)s its consent was registered.") % {
            "after": after(rule.later_months, rule.later_days)
        }
    if rule.from_next_month:
        yield _("Months are counted from the first day of the month that follows.")


def _denounced(rule: BindingRule) -> Iterator[str]:
    if rule.denounced_months is None and rule.denounced_days is None:
        yield _("When a denunciation takes effect is not held.")
    elif not rule.denounced_months and not rule.denounced_days:
        yield _("A denunciation takes effect on the day of its registration.")
    else:
        yield _("A denunciation takes effect %(after)s its registration.") % {
            "after": after(rule.denounced_months, rule.denounced_days)
        }


def _where(rule: BindingRule) -> str:
    if rule.is_general:
        return _("This is the general rule; the text of this instrument is not held.")
    if rule.articles:
        return _("So say its own words: %(articles)s.") % {"articles": rule.articles.rstrip(".")}
    return _("The article that says so is not held.")


def after(months: int | None, days: int | None) -> str:
    """A delay as words that stand before what it counts from: "12 months after"."""
    if months:
        return ngettext("%(count)d month after", "%(count)d months after", months) % {
            "count": months
        }
    if days:
        return ngettext("%(count)d day after", "%(count)d days after", days) % {"count": days}
    return _("as soon as")


# --- Where a party stands --------------------------------------------------------------------

# What a status lacks, or what a reader should know of it: the codes of `binding.Why`.
WHY = {
    Why.RULE_NOT_HELD: gettext_lazy(
        "The rule of entry into force is not held, and the source gives no day of effect."
    ),
    Why.ENTRY_NOT_REACHED: gettext_lazy(
        "As far as is held, too few parties have consented for it to enter into force."
    ),
    Why.DELAY_NOT_HELD: gettext_lazy(
        "A denunciation is registered; from when it takes effect is not held."
    ),
    Why.REASON_NOT_HELD: gettext_lazy(
        "Reason not held: the source says that it is not in force, and does not say why."
    ),
    Why.SOURCE_DIFFERS: gettext_lazy(
        "The source says that it is in force, which does not follow from the acts on record."
    ),
    Why.SUCCESSION: gettext_lazy(
        "By succession: it counts from the day of registration; what held before that was held by "
        "the State succeeded to."
    ),
    queries.TABLE_NOT_HELD.why: gettext_lazy("No table of its parties is held."),
}


def standing(on: StatusOn) -> str:
    """One sentence: where a party stands on a day, and since when."""
    words = {
        Status.IN_FORCE: _("In force for it since %(day)s."),
        Status.PENDING: _("It consented on %(day)s and is bound; it is not yet in force for it."),
        Status.SIGNED: _("It signed on %(day)s and has not consented to be bound."),
        Status.DENOUNCED: _("It was bound once; it has been bound no more since %(day)s."),
        Status.UNKNOWN: _("From %(day)s on it is not known where it stands."),
    }
    status = Status(on.status)
    if on.since and status in words:
        return words[status] % {"day": date_format(on.since)}
    if status == Status.UNKNOWN:
        return _("It is not known where it stands.")
    return _("It is not bound: the table that is held has no act of it by this day.")


def why(code: str) -> str:
    """Why a status is what it is, where there is something to say."""
    return str(WHY.get(code, ""))


def step(period: Period) -> str:
    """What holds from the first day of a period, and from which act it follows."""
    words = SHORT[Status(period.status)]
    act = str(period.action.get_kind_display()).lower()
    if period.action.on:
        return _("%(status)s, because of the %(act)s registered on %(day)s") % {
            "status": words,
            "act": act,
            "day": date_format(period.action.on),
        }
    return _("%(status)s, because of the %(act)s that the source dates so") % {
        "status": words,
        "act": act,
    }


def days_of(act: ConsentAction) -> str:
    """The days of an act in words."""
    told = []
    if act.on:
        told.append(_("registered on %(day)s") % {"day": date_format(act.on)})
    if act.effective_on:
        told.append(
            _("takes effect on %(day)s, as the source says")
            % {"day": date_format(act.effective_on)}
        )
    return " · ".join(told)
