"""A real browser against a real server, and people who use both."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from playwright.sync_api import Browser, BrowserContext, Page

from coalition.accounts.models import User
from coalition.mailroom.models import Letter
from tests.signing_in import recovery_code

# Playwright keeps an event loop in this thread; the ORM is used between its calls, never inside.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"


class Reader:
    """Somebody at a screen: a language, a width, and what they see."""

    def __init__(self, context: BrowserContext, site: str, language: str) -> None:
        self.page: Page = context.new_page()
        self.page.set_default_timeout(15_000)
        self.site = site
        self.language = language

    def goes_to(self, path: str) -> None:
        """Open a path without its language prefix, or a whole address."""
        url = path if path.startswith("http") else f"{self.site}/{self.language}{path}"
        answer = self.page.goto(url)
        assert answer is not None
        assert answer.status < 400, f"{url}: {answer.status}"

    def sees(self, text: str) -> None:
        assert text in self.page.inner_text("main"), self.page.inner_text("main")

    def sees_not(self, text: str) -> None:
        assert text not in self.page.inner_text("main")

    def fills(self, **fields: str) -> None:
        """Fields by their names; selects by value, all others by typing."""
        for name, value in fields.items():
            field = self.page.locator(f"main [name='{name}']").first
            if field.evaluate("one => one.tagName") == "SELECT":
                field.select_option(value)
            else:
                field.fill(value)

    def ticks(self, name: str, *values: str) -> None:
        for value in values:
            self.page.check(f"main input[name='{name}'][value='{value}']")

    def presses(self, selector: str) -> None:
        """Press a button and wait for the page it leads to."""
        button = self.page.locator(selector).first
        with self.page.expect_navigation():
            button.click()

    def sends(self, action: str, button: str = "button") -> None:
        """Press the button of the form whose action ends so, in a fold or not."""
        form = f"form[action$='{action}']"
        if self.page.locator(f"main details:not([open]):has({form})").count():
            self.page.locator(f"main details:has({form}) > summary").first.click()
        self.presses(f"main {form} {button}")

    def gives_reason(self, action: str, reason: str) -> None:
        """Open the fold of a verb that asks for reasons, write them, and press its button."""
        form = f"form[action$='{action}']"
        self.page.locator(f"main details:has({form}) > summary").first.click()
        self.page.fill(f"{form} [name='reason']", reason)
        self.presses(f"{form} button")

    def signs_in(self, address: str) -> None:
        """By the code that was written to the address, and the second factor of who needs one."""
        person = User.objects.get(email=address)
        recovery = recovery_code(person) if person.needs_second_factor else ""
        self.goes_to("/sign-in/")
        self.gives_code(address)
        if recovery:
            self.fills(code=recovery)
            self.presses("main form button")

    def is_signed_in(self, person: User) -> None:
        """Signed in before the journey begins; how that is done has journeys of its own."""
        client = Client()
        client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
        value = client.cookies[settings.SESSION_COOKIE_NAME].value
        cookie = {"name": settings.SESSION_COOKIE_NAME, "value": value, "url": self.site}
        self.page.context.add_cookies([cookie])

    def gives_code(self, address: str) -> None:
        """From the page that asks for an address, wherever it leads."""
        self.fills(email=address)
        self.presses("main form button")
        letter = Letter.objects.filter(to_address=address).latest("pk")
        code = re.search(r"^\s*([A-Z0-9]{4}-[A-Z0-9]{4})\s*$", letter.text, re.MULTILINE)
        assert code, letter.text
        self.fills(code=code[1])
        self.presses("main form button")

    def signs_out(self) -> None:
        self.page.context.clear_cookies()


@pytest.fixture
def reader(browser: Browser, live_server: Any) -> Iterator[Any]:
    """Make readers: `reader("ar", 320)`."""
    contexts = []

    def make(language: str = "en", width: int = 1280, **options: Any) -> Reader:
        context = browser.new_context(
            viewport={"width": width, "height": 900}, locale=language, **options
        )
        contexts.append(context)
        return Reader(context, live_server.url, language)

    yield make
    for context in contexts:
        context.close()
