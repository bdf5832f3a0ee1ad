"""Every address of the site, once: what the rails and the browser visit, and what they expect.

A new route must be put into one of the tables below; tests/test_pages.py fails until it is.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils import translation

from coalition.accounts.models import User
from coalition.commitments.models import Commitment
from coalition.instruments.models import Instrument
from coalition.mailroom.models import InboundMessage
from coalition.partners.models import AccessionRequest, Partner
from coalition.places.models import Place, PlaceKind
from coalition.themes.models import Challenge, Theme

Arguments = dict[str, Any]
# What each kind of person is answered, in this order. A stranger is signed in and acts for
# another organisation than the one the page belongs to.
PEOPLE = ("visitor", "stranger", "focal point", "officer")
PUBLIC = (200, 200, 200, 200)
GONE = (410, 410, 410, 410)
SIGNED_IN = (302, 200, 200, 200)
OWN = (302, 404, 200, 404)  # nobody else learns that it exists
OWN_OF_PUBLIC = (302, 403, 200, 403)  # everybody knows that it exists
DESK = (302, 404, 404, 200)
DESK_UNTOLD = (404, 404, 404, 200)
SIGN_IN = (200, 302, 302, 302)


@dataclass(frozen=True)
class Page:
    """A page: its route, how its address is filled, who sees it, how many queries it costs."""

    route: str
    queries: int
    answers: tuple[int, int, int, int] = PUBLIC
    of: Callable[[User], Arguments] = lambda person: {}
    query: str = ""
    name: str = ""  # tells two pages of one route apart
    no_budget: str = ""  # why the page may weigh more

    @property
    def title(self) -> str:
        return self.name or self.route.replace(":", "-")

    @property
    def person(self) -> str:
        """The first who is shown the page itself."""
        shown = [
            who for who, status in zip(PEOPLE, self.answers, strict=True) if status in (200, 410)
        ]
        return shown[0]

    def address(self, language: str, person: User) -> str:
        """The path in this language, filled from what stands in the database."""
        with translation.override(language):
            return reverse(self.route, kwargs=self.of(person)) + self.query


# --- How addresses are filled


def partner(person: User) -> Arguments:
    """The organisation the person acts for."""
    return {"reference": Partner.objects.get(mandates__person=person).reference}


def partner_as_word(person: User) -> Arguments:
    return {"partner": partner(person)["reference"]}


def withdrawn_partner(person: User) -> Arguments:
    return {"reference": Partner.objects.filter(state="withdrawn").first().reference}


def commitment(state: str) -> Callable[[User], Arguments]:
    def fill(person: User) -> Arguments:
        return {"reference": Commitment.objects.filter(state=state).first().reference}

    return fill


def own_draft(person: User) -> Arguments:
    found = Commitment.objects.filter(
        partner__mandates__person=person, state__in=("draft", "change_requested")
    )
    return {"reference": found.first().reference}


def step(name: str) -> Callable[[User], Arguments]:
    return lambda person: {**own_draft(person), "step": name}


def declaration(person: User) -> Arguments:
    return {"code": Instrument.objects.filter(provisions__deliveries__gt=0).first().code}


def part(person: User) -> Arguments:
    return {**declaration(person), "number": 1}


def provision(person: User) -> Arguments:
    made = Instrument.objects.filter(provisions__deliveries__gt=0).first()
    return {"code": made.code, "eid": made.provisions.filter(deliveries__gt=0).first().eid}


def country(person: User) -> Arguments:
    return {"code": _country().code}


def region(person: User) -> Arguments:
    return {"code": _country().parent.code}


def _country() -> Place:
    found = Place.objects.filter(kind=PlaceKind.COUNTRY, commitments__state="published")
    return found.order_by("code").first()


def theme(person: User) -> Arguments:
    return {"code": Theme.objects.filter(commitments__state="published").first().code}


def challenge(person: User) -> Arguments:
    return {"code": Challenge.objects.filter(commitments__state="published").first().code}


def message(person: User) -> Arguments:
    return {"pk": InboundMessage.objects.order_by("pk")[0].pk}


def case(person: User) -> Arguments:
    found = AccessionRequest.objects.filter(state__in=("received", "acknowledged"))
    return {"reference": found.first().reference}


# --- Pages: HTML for people, visited by every rail

WHOLE_TEXT = "a text printed whole"
PAGES = [
    Page("home", 14),
    Page("about", 7),
    Page("accessibility", 7),
    Page("privacy", 7),
    Page("news", 9),
    Page("data", 0),
    Page("ui:components", 0),
    Page("catalogue:search", 2),
    Page("catalogue:search", 8, query="?q=work", name="catalogue-search-found"),
    Page("partners:directory", 7),
    Page("partner", 7, of=partner),
    Page("commitments:explorer", 11),
    Page("commitments:commitment", 7, of=commitment("published")),
    Page(
        "commitments:commitment", 7, GONE, of=commitment("withdrawn"), name="commitments-withdrawn"
    ),
    Page("instruments:list", 4),
    Page("instruments:contents", 5, of=declaration),
    Page("instruments:part", 4, of=part),
    Page("instruments:provision", 7, of=provision),
    Page("instruments:print", 3, of=declaration, no_budget=WHOLE_TEXT),
    Page("themes", 2),
    Page("theme", 7, of=theme),
    Page("challenge", 7, of=challenge),
    Page("places", 3),
    Page("place", 8, of=country),
    Page("place", 8, of=region, name="place-region"),
    Page("account_request_login_code", 0, SIGN_IN),
    Page("account_inactive", 0),
    Page("accounts:profile", 2, SIGNED_IN),
    Page("workspace", 5, SIGNED_IN),
    Page("partners:profile_edit", 5, (302, 403, 200, 200), of=partner),
    Page("partners:priorities", 8, OWN_OF_PUBLIC, of=partner),
    Page("commitments:new", 3, OWN, of=partner_as_word),
    Page("commitments:edit", 6, OWN, of=step("promise"), name="commitments-edit-promise"),
    Page("commitments:edit", 13, OWN, of=step("place"), name="commitments-edit-place"),
    Page("commitments:edit", 5, OWN, of=step("means"), name="commitments-edit-means"),
    Page("commitments:paragraphs", 8, OWN, of=own_draft),
    Page("commitments:summary", 11, (302, 404, 200, 302), of=own_draft),
    Page("desk", 6, DESK),
    Page("commitments:review_list", 7, DESK),
    Page("commitments:review", 11, DESK, of=commitment("submitted")),
    Page("partners:board", 6, DESK_UNTOLD),
    Page("partners:request", 8, DESK_UNTOLD, of=case),
    Page("mailroom:queue", 5, DESK_UNTOLD),
    Page("mailroom:message", 5, DESK_UNTOLD, of=message),
    Page("mailroom:outbox", 5, DESK_UNTOLD),
]

# --- Files: downloads, feeds and the API, which no browser lays out

FILES = [
    Page("catalogue:feed", 1),
    Page("catalogue:feed_of", 1, of=lambda person: {"kind": "commitments"}),
    Page("commitments:download", 6),
    Page("instruments:as_text", 3, of=declaration),
    Page("instruments:as_json", 3, of=declaration),
    Page("instruments:paragraphs_csv", 4, of=declaration),
    Page("partners:directory_csv", 5),
    Page("mailroom:queue_csv", 4, DESK_UNTOLD),
    # The API answers without language, and the same to everybody.
    Page("api:openapi", 0),
    Page("api:partner_groups", 2),
    Page("api:themes", 2),
    Page("api:challenges", 2),
    Page("api:places", 2),
    Page("api:partners", 7),
    Page("api:partner", 7, of=partner),
    Page("api:commitments", 7),
    Page("api:commitment", 7, of=commitment("published")),
    Page("api:declarations", 3),
    Page("api:declaration", 2, of=declaration),
    Page("api:provisions", 8, of=declaration),
    Page("api:provision", 8, of=provision),
    Page("api:search", 2, query="?q=work"),
    Page(
        "api:thread",
        6,
        of=lambda person: {"kind": "partner", "key": partner(person)["reference"]},
    ),
]

# --- Verbs: addresses that only take POST, with the arguments that reach them

VERBS: dict[str, Callable[[User], Arguments]] = {
    "account_logout": lambda person: {},
    "commitments:submit": own_draft,
    "commitments:withdraw": commitment("published"),
    "commitments:approve": commitment("submitted"),
    "commitments:request_change": commitment("submitted"),
    "mailroom:done": message,
    "mailroom:read": message,
    "partners:open": lambda person: {"message_id": message(person)["pk"]},
    "partners:acknowledge": case,
    "partners:ask": case,
    "partners:vet": case,
    "partners:recommend": case,
    "partners:accept": case,
    "partners:decline": case,
    "partners:withdraw": case,
    "partners:leave": partner,
}

# --- Addresses that need more than a database to stand on, and the tests that visit them

ELSEWHERE = {  # route: file, and the words by which it visits the address
    "accounts:demo": ("tests/accounts/test_demo.py", "demo_link("),
    "account_confirm_login_code": ("tests/accounts/test_sign_in.py", "/sign-in/code/"),
    "api:unknown": ("tests/api/test_views.py", "nonsense"),
    "mailroom:raw": ("tests/mailroom/test_views.py", "raw"),
    "mailroom:attachment": ("tests/mailroom/test_views.py", "mailroom:attachment"),
}
# Signing in to the editors' pages leads to our own sign-in: tests/test_pages.py follows it.
NAMELESS = {"editing/login/"}
