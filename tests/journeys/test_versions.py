"""A visitor compares two versions of a declaration and finds a paragraph that is gone."""

from __future__ import annotations

from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.instruments.documents import draft, version
from tests.test_browser import RULES, complaints_of

pytestmark = pytest.mark.browser
WORDS = {
    "en": ("Compare two versions", "changed", "Read its last wording"),
    "ar": ("مقارنة نسختين", "تغيّر", "اقرأ صياغته الأخيرة"),
}
BY_DAY = "Bread shall be baked by day by those who are paid a living wage for it."


@pytest.mark.parametrize(("language", "width"), [("en", 1280), ("ar", 320)])
def test_a_visitor_compares_versions(reader: Any, language: str, width: int) -> None:
    old = draft("bread", "salt", "water", "flour", "ovens").version
    new = version("G/1", "water", BY_DAY, "salt", "ovens").version
    version("G/1", "ماء", "خبز", "ملح", "أفران", language="ar")
    assert old is not None
    assert new is not None
    compare, changed, last = WORDS[language]
    visitor = reader(language, width, java_script_enabled=language == "en")

    visitor.goes_to("/instruments/g-1/")
    visitor.presses(f"main a:text('{compare}')")
    is_for_everyone(visitor, width)
    if language == "ar":
        # Their own language is held: it stands beside the English text, each in its direction.
        assert visitor.page.locator("main .pair p[lang=ar][dir=rtl]").count() == 4
        assert visitor.page.locator("main .pair p[lang=en][dir=ltr]").count() == 4
        visitor.fills(old=str(old.pk), new=str(new.pk))
        visitor.presses("main form.filters button")

    visitor.sees(changed)
    assert visitor.page.locator("main del", has_text="at night").count() == 1
    assert visitor.page.locator("main ins", has_text="by day").count() == 1
    visitor.fills(only="changed")
    visitor.presses("main form.filters button")
    visitor.sees("Millers keep flour dry")
    is_for_everyone(visitor, width)

    # A link to the paragraph that is gone leads to what it stood in, and to what it said last.
    visitor.goes_to("/instruments/g-1/para_4/")
    visitor.presses(f"main a:text('{last}')")
    visitor.sees("Millers keep flour dry")


def is_for_everyone(visitor: Any, width: int) -> None:
    """WCAG, and no page wider than the screen."""
    if visitor.language == "en":  # axe is a script, and the other reader runs none
        assert complaints_of(Axe().run(visitor.page, options=RULES).response) == []
        assert visitor.page.evaluate("document.documentElement.scrollWidth") <= width
