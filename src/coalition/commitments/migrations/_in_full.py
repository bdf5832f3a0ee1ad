"""What the rows of commitments become when they grow."""

from __future__ import annotations

from collections import Counter
from typing import Any

BATCH = 500


def resources(apps: Any, schema_editor: Any) -> None:
    """The sentence on resources becomes the first of its means, word by word."""
    Commitment = apps.get_model("commitments", "Commitment")
    Resource = apps.get_model("commitments", "Resource")
    written = Commitment.objects.exclude(resources="").values_list("pk", "resources")
    Resource.objects.bulk_create(
        (
            Resource(commitment_id=pk, number=1, kind="other", words=words)
            for pk, words in written.iterator(chunk_size=2000)
        ),
        batch_size=2000,
    )


def first_editions(apps: Any, schema_editor: Any) -> None:
    """What was ever public says from its publication on what it says today: nothing of it could
    be changed since."""
    commitments = apps.get_model("commitments", "Commitment").objects
    editions = apps.get_model("commitments", "Edition").objects
    published = commitments.filter(published_at__isnull=False).select_related("level")
    # The sentence still has the name that its rows go by, so no instance may carry it.
    published = published.defer("resources")
    last = 0
    while rows := list(published.filter(pk__gt=last).order_by("pk")[:BATCH]):
        words = words_of(apps, rows)
        editions.bulk_create(
            editions.model(commitment_id=one.pk, number=1, at=one.published_at, words=words[one.pk])
            for one in rows
        )
        last = rows[-1].pk


TEXTS = ("title", "language", "promise", "for_whom", "in_line_with")
# The lists of a commitment: what their rows are called, and by what a record is known.
LISTS = {
    "place": ("places", "place__code"),
    "theme": ("themes", "theme__code"),
    "challenge": ("challenges", "challenge__code"),
    "priority": ("priorities", "priority_id"),
    "comment": ("comments", "supervisorycomment_id"),
}


def words_of(apps: Any, rows: list[Any]) -> dict[int, dict[str, dict[str, str]]]:
    """All words of these commitments as texts by row and field, as `writing.plain` gives them."""
    Commitment, Delivery, Resource = (
        apps.get_model("commitments", name) for name in ("Commitment", "Delivery", "Resource")
    )
    found: dict[int, dict[str, dict[str, str]]] = {}
    for one in rows:
        words = {name: getattr(one, name) for name in TEXTS}
        words["level"] = one.level.code if one.level else ""
        words |= {
            name: day.isoformat() if (day := getattr(one, name)) else ""
            for name in ("starts_on", "ends_on")
        }
        found[one.pk] = {"words": {name: text for name, text in words.items() if text}}
    for kind, (attribute, key) in LISTS.items():
        listed = getattr(Commitment, attribute).through.objects.filter(commitment__in=rows)
        for pk, named in listed.values_list("commitment_id", key):
            found[pk][f"{kind}|{named}"] = {"named": "yes"}
    deliveries = Delivery.objects.filter(commitment__in=rows)
    of_delivery = ("commitment_id", "provision__instrument__code", "provision__eid", "how")
    for pk, code, eid, how in deliveries.values_list(*of_delivery):
        row = {"named": "yes", "how": how}
        found[pk][f"paragraph|{code}/{eid}"] = {name: text for name, text in row.items() if text}
    means = Resource.objects.filter(commitment__in=rows)  # in words, as the step above made them
    for pk, number, kind, words in means.values_list("commitment_id", "number", "kind", "words"):
        found[pk][f"resource|{number}"] = {"kind": kind, "words": words}
    return found


FILED_AT_ONCE = 1000
MOST_YEARS = 50


def found_by(apps: Any, schema_editor: Any) -> None:
    """What is public already is filed under what it is found by, and counted. Nobody has a part
    in another's commitment yet, and none asks for help."""
    Commitment = apps.get_model("commitments", "Commitment")
    Filing = apps.get_model("commitments", "Filing")
    Tally = apps.get_model("commitments", "Tally")
    filed = Commitment.objects.filter(state__in=["published", "withdrawn"]).order_by("pk")
    numbers: Counter[tuple[str, str]] = Counter()
    last = 0
    while keys := list(filed.filter(pk__gt=last).values_list("pk", flat=True)[:FILED_AT_ONCE]):
        last = keys[-1]
        pairs = _pairs(Commitment.objects.filter(pk__in=keys))
        numbers.update((facet, value) for _pk, facet, value in pairs)
        Filing.objects.bulk_create(
            (
                Filing(commitment_id=pk, facet=facet, value=value)
                for pk, facet, value in sorted(pairs)
            ),
            batch_size=2000,
        )
    Tally.objects.bulk_create(
        (
            Tally(facet=facet, value=value, number=number)
            for (facet, value), number in sorted(numbers.items())
        ),
        batch_size=2000,
    )


def _pairs(commitments: Any) -> set[tuple[int, str, str]]:
    found = {(pk, "state", state) for pk, state in commitments.values_list("pk", "state")}
    public = commitments.filter(state="published")
    for facet, lookup in (
        ("partner", "partner__reference"),
        ("group", "partner__group__code"),
        ("level", "level__code"),
        ("theme", "themes__code"),
        ("challenge", "challenges__code"),
        ("declaration", "provisions__instrument__code"),
    ):
        rows = public.exclude(**{lookup: None}).values_list("pk", lookup)
        found.update((pk, facet, value) for pk, value in rows)
    # Of what reports nothing by the clock no report is due: it has no light.
    reporting = public.filter(framework__every__gt=0, framework__ended_at=None)
    lights = reporting.values_list("pk", "framework__light")
    found.update((pk, "light", light) for pk, light in lights)
    delivered = public.exclude(provisions=None).values_list(
        "pk", "provisions__instrument__code", "provisions__eid"
    )
    found.update((pk, "provision", f"{code}/{eid}") for pk, code, eid in delivered)
    named = public.exclude(places=None).values_list("pk", "places__path", "places__kind")
    for pk, path, kind in named:
        *above, own = path.rstrip(".").split(".")
        found.add((pk, "country" if kind == "country" else "region", own))
        found.update((pk, "region", code) for code in above)
    for pk, starts_on, ends_on, published_at in public.values_list(
        "pk", "starts_on", "ends_on", "published_at"
    ):
        first = starts_on.year if starts_on else published_at.year
        if not starts_on and ends_on:
            first = min(first, ends_on.year)
        last = ends_on.year if ends_on else first
        years = range(first, min(last, first + MOST_YEARS - 1) + 1)
        found.update((pk, "year", str(year)) for year in years)
    return found


STEPS = (resources, first_editions, found_by)


def fill(apps: Any, schema_editor: Any) -> None:
    for step in STEPS:
        step(apps, schema_editor)
    if schema_editor.connection.vendor == "postgresql":
        # What was deferred is checked now, so that the tables may still be altered.
        schema_editor.execute("SET CONSTRAINTS ALL IMMEDIATE")
