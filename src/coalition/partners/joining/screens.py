"""The screens of the form, in order, and what each shows of the way through them."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy

from coalition.base.fields import LANGUAGE_NAMES
from coalition.partners.accession.answers import DOCUMENTS, FACTS, STATEMENTS, Told
from coalition.partners.models import AccessionRequest, Section
from coalition.partners.states import AccessionState
from coalition.ui.thread import Step

ABOUT, SUMMARY = "about", "summary"
# The screens of the form, in order; a group that is asked nothing of a section skips it.
SCREENS = {
    FACTS: gettext_lazy("Your organisation"),
    ABOUT: gettext_lazy("What it does"),
    **{section.value: section.label for section in Section},
    DOCUMENTS: gettext_lazy("Documents"),
    STATEMENTS: gettext_lazy("What you confirm"),
    SUMMARY: gettext_lazy("Summary"),
}


def screens_of(told: Told) -> list[str]:
    """The screens on which this applicant is asked something."""
    asked = {section.value for section, _said in told.sections}
    hidden = {section.value for section in Section} - asked
    if not told.statements:
        hidden.add(STATEMENTS)
    return [name for name in SCREENS if name not in hidden]


def of_screen(case: AccessionRequest, token: str, step: str, screens: list[str]) -> dict[str, Any]:
    """What every screen shows: the way through the form, and the way back."""
    here = screens.index(step)
    steps = [
        Step(
            str(SCREENS[name]),
            "now" if number == here else "done" if number < here else "ahead",
            reverse("partners:fill_in", args=[token, name]),
        )
        for number, name in enumerate(screens)
    ]
    is_draft = case.state == AccessionState.DRAFT
    page = reverse("partners:application", args=[token])
    back = page if not is_draft else steps[here - 1].url if here else reverse("partners:join")
    return {
        "case": case,
        "token": token,
        "step": step,
        "title": SCREENS[step],
        "steps": steps if is_draft else [],
        "back": back,
        "is_draft": is_draft,
        "language_name": LANGUAGE_NAMES.get(case.language, ""),
    }


def parts_of(told: Told) -> list[dict[str, Any]]:
    """The sections of questions with their titles and the screens they are changed on."""
    return [
        {"title": section.label, "step": section.value, "said": said}
        for section, said in told.sections
    ]
