"""The catalogue's rows follow their records, one by one or all at once."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection
from django.db.models import Q
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from coalition.analysis.searching import query_text
from coalition.base.changes import record_changed
from coalition.catalogue import actions
from coalition.catalogue.models import Facet, Kind, Record
from coalition.catalogue.queries import matching
from coalition.instruments.models import Version, Wording
from tests import factories

pytestmark = pytest.mark.django_db


def row(kind: str, key: str) -> Record:
    return Record.objects.get(kind=kind, key=key)


def facets(kind: str, key: str) -> set[tuple[str, str]]:
    return set(Facet.objects.filter(record=row(kind, key)).values_list("name", "value"))


def keys(words: str, **wishes: str) -> list[tuple[str, str]]:
    """Kind and key of what a search finds, in alphabetical order."""
    ids = matching(query_text(words), wishes)
    return sorted(Record.objects.filter(pk__in=ids).values_list("kind", "key"))


def everything(*, times: bool) -> list[Any]:
    """All rows with their facets, as plain values in a fixed order."""
    names = ["kind", "key", *actions.FIELDS, *(["changed_at", "pk"] if times else [])]
    return [
        (
            [getattr(record, name) for name in names],
            sorted(record.facets.values_list("name", "value")),
        )
        for record in Record.objects.order_by("kind", "key")
    ]


def test_consultation_has_a_row_from_its_announcement_on_with_its_facets() -> None:
    france, text = factories.country("FRA"), factories.instrument(paragraphs=1)
    one = factories.consultation(
        "draft",
        question={"en": "Who pays?", "fr": "Qui rémunère ?"},
        place=france,
        theme=factories.theme("employment"),
        challenges=[factories.challenge("climate-change")],
        provisions=[text.provisions.filter(role="operative").first()],
    )
    factories.statement(one, "Compensate nocturnal bakers.")
    record_changed(one)
    assert not Record.objects.filter(kind="consultation").exists()

    type(one).objects.update(state="called_off", announced_at=timezone.now())  # it stays
    record_changed(one)

    assert facets("consultation", one.reference) == {
        *(("place", code) for code in france.path.split(".") if code),
        ("theme", "employment"),
        ("challenge", "climate-change"),
        ("declaration", text.code),
    }
    found = [("consultation", one.reference)]
    assert keys("rémunère") == keys("nocturnal bakers") == keys(one.reference) == found


def published(**fields: Any) -> Any:
    made = factories.commitment("published", **fields)
    record_changed(made.partner)
    return made


def test_published_commitment_has_a_row_with_its_facets() -> None:
    made = published(
        title="Salaires décents",
        language="fr",
        promise="Un accord dans chaque boulangerie.",
        challenges=[factories.challenge("climate-change")],
    )

    found = row("commitment", made.reference)
    assert (found.title, found.titles, found.language) == (
        "Salaires décents",
        {"fr": "Salaires décents"},
        "fr",
    )
    assert found.summaries == {"fr": "Un accord dans chaque boulangerie."}
    assert found.path == f"/commitments/{made.reference}/"
    assert found.changed_at == made.published_at
    assert facets("commitment", made.reference) == {
        ("group", "WRK"),
        ("theme", "employment"),
        ("challenge", "climate-change"),
        ("declaration", "test-declaration"),
        ("place", "001"),
        ("place", "150"),
        ("place", "155"),
        ("place", "FRA"),
    }


@pytest.mark.parametrize(
    "state", ["draft", "submitted", "change_requested", "approved", "withdrawn"]
)
def test_commitment_that_is_not_published_has_no_row(state: str) -> None:
    made = factories.commitment(state, title="Zanzibar")
    record_changed(made)
    record_changed(made.partner)
    actions.rebuild()

    assert keys("Zanzibar") == []
    assert not Record.objects.filter(key=made.reference).exists()


def test_withdrawn_commitment_loses_its_row_and_cannot_be_found() -> None:
    made = published(title="Zanzibar")
    assert keys("Zanzibar") == [("commitment", made.reference)]

    made.state = "withdrawn"
    made.save()
    record_changed(made)

    assert keys("Zanzibar") == []
    assert not Record.objects.filter(key=made.reference).exists()


def test_partner_that_left_loses_its_row() -> None:
    partner = factories.partner("Zanzibar Union", country=factories.country("KEN"))
    record_changed(partner)
    assert keys("zanzibar") == [("partner", partner.reference)]

    partner.state = "withdrawn"
    partner.save()
    record_changed(partner)

    assert keys("zanzibar") == []


def test_renamed_partner_is_found_by_its_new_name_with_its_promises() -> None:
    made = published(title="Decent pay", partner=factories.partner("Old Lighthouse"))
    made.partner.name = "Zanzibar Union"
    made.partner.save()

    record_changed(made.partner)

    assert keys("Zanzibar") == [
        ("commitment", made.reference),
        ("partner", made.partner.reference),
    ]
    assert keys("Lighthouse") == []


def test_declaration_brings_its_paragraphs_with_their_wording() -> None:
    instrument = factories.instrument("zanzibar", paragraphs=3)
    provision = instrument.provisions.get(eid="para_2")
    version = Version.objects.create(
        instrument=instrument, symbol="T/zanzibar", title="Declaration", digest="0" * 64
    )
    Wording.objects.create(
        version=version,
        provision=provision,
        position=2,
        words="We protect lighthouse keepers.",
        footnotes=[{"mark": "1", "words": "See the almanac."}],
    )
    record_changed(instrument)

    assert keys("lighthouses") == [("provision", "zanzibar/para_2")]
    assert keys("almanac") == [("provision", "zanzibar/para_2")]
    assert keys("zanzibar paragraph 2") == [("provision", "zanzibar/para_2")]
    found = row("provision", "zanzibar/para_2")
    assert found.title == "Declaration zanzibar, 2"
    assert found.summary == "We protect lighthouse keepers."
    assert found.summaries == {"en": "What paragraph 2 is about"}
    assert found.path == "/instruments/zanzibar/para_2/"


def test_declaration_is_read_and_kept_in_sets() -> None:
    long = factories.instrument("long-one", paragraphs=165)

    with CaptureQueriesContext(connection) as first:
        record_changed(long)
    with CaptureQueriesContext(connection) as again:
        record_changed(long)

    assert Record.objects.filter(kind="provision", key__startswith="long-one/").count() == 165
    # SQLite takes so many values at a time that 165 rows go in four sets.
    assert len(first) <= 45
    assert len(again) == 16


def test_unchanged_record_keeps_its_time() -> None:
    partner = factories.partner("Lighthouse")
    record_changed(partner)
    before = everything(times=True)

    record_changed(partner)

    assert everything(times=True) == before


def test_rebuild_gives_the_rows_that_changes_gave() -> None:
    made = published(title="Decent pay")
    record_changed(factories.instrument(paragraphs=3))
    actions.rebuild()
    incremental = everything(times=True)

    tally = actions.rebuild()
    assert (tally.made, tally.changed, tally.removed) == (0, 0, 0)
    assert everything(times=True) == incremental

    without_times = everything(times=False)
    for kind in Kind:
        actions.follow(kind, [], Q())
    assert keys("pay") == []
    assert actions.rebuild().made == len(incremental)
    assert everything(times=False) == without_times
    assert keys("decent pay") == [("commitment", made.reference)]


def test_rebuild_removes_rows_without_record_and_keeps_kinds_without_source(settings: Any) -> None:
    settings.CATALOGUE_SOURCES = {}
    factories.record(
        "partner", "PAR-1999-0001", path="/partners/PAR-1999-0001/", title="Ghost ship"
    )
    factories.record("news", "7", path="/news/a-year/", title="Lighthouse year")

    actions.rebuild()

    assert keys("ghost") == []
    assert keys("lighthouse") == [("news", "7")]


def news_rows() -> Any:
    from coalition.catalogue.rows import Row

    yield Row(Kind.NEWS, "8", "/news/storm/", title="Storm season")


def test_rebuild_asks_the_sources_named_in_settings(settings: Any) -> None:
    settings.CATALOGUE_SOURCES = {"news": "tests.catalogue.test_actions.news_rows"}
    factories.record("news", "7", path="/news/a-year/", title="Lighthouse year")

    actions.rebuild()

    assert list(Record.objects.filter(kind="news").values_list("key", "title")) == [
        ("8", "Storm season")
    ]


def test_put_and_remove_a_record_of_a_later_room() -> None:
    moment = timezone.now()
    factories.record(
        "news",
        "7",
        path="/news/a-year/",
        title="Une année de phares",
        language="fr",
        summary="Les gardiens racontent.",
        facets=[("theme", "employment")],
        changed_at=moment,
        is_example=True,
    )

    found = row("news", "7")
    assert (found.changed_at, found.is_example, found.name) == (moment, True, "Une année de phares")
    assert keys("phare", theme="employment") == [("news", "7")]
    assert found.get_absolute_url() == "/fr/news/a-year/"

    actions.remove("news", "7")
    assert keys("phare") == []


def test_rows_deleted_in_bulk_leave_the_index_too() -> None:
    factories.record("news", "7", path="/news/a-year/", title="Lighthouse", is_example=True)
    assert keys("lighthouse") == [("news", "7")]

    Record.objects.filter(is_example=True).delete()

    assert matching(query_text("lighthouse"), {}) == []


def test_record_of_an_unknown_kind_is_refused() -> None:
    with pytest.raises(TypeError, match="no rows for a User"):
        actions.record_changed(factories.person())


def test_command_says_what_it_did(capsys: pytest.CaptureFixture[str]) -> None:
    actions.rebuild()
    partner = factories.partner("Lighthouse")
    total = Record.objects.count() + 1

    call_command("catalogue", "rebuild")

    told = capsys.readouterr().out.splitlines()
    assert told[0] == "partner: 1 records (1 new, 0 changed), 0 taken out"
    assert told[-1] == f"Done: {total} records (1 new, 0 changed), 0 taken out."
    assert keys("lighthouse") == [("partner", partner.reference)]
