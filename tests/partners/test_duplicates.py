from __future__ import annotations

import pytest

from coalition.base.errors import NotAllowed, Refused
from coalition.mailroom.models import Letter
from coalition.mailroom.reading import ReadMessage
from coalition.partners import actions, lookup
from coalition.partners.accession import correspondence, duplicates
from coalition.partners.models import AccessionRequest, Duplicate, LookupKey, Partner
from tests import factories
from tests.partners.test_views import at, page, sentences, signed_in

pytestmark = pytest.mark.django_db


def case(name: str, **fields: object) -> AccessionRequest:
    made = factories.accession_request(
        organisation=name, **{"contact_email": f"a@{len(name)}.gmail.com", **fields}
    )
    lookup.remember([made])
    return made


def partner(name: str, **fields: object) -> Partner:
    made = factories.partner(name, **fields)
    lookup.remember([made])
    return made


@pytest.mark.parametrize(
    ("place", "domain"),
    [
        ("https://www.union.org.za/about", "union.org.za"),
        ("office@mail.union.test", "union.test"),
        ("UNION.TEST.", "union.test"),
        ("ana@gmail.com", ""),
        ("https://www.facebook.com/union", ""),
        ("https://[", ""),
        ("co.uk", ""),
        # Under the names reserved for examples each host is an organisation of its own.
        ("focal-point@bakers.example.org", "bakers.example.org"),
        ("https://www.bakers.example.org/about", "bakers.example.org"),
        ("ana@example.org", ""),
        ("", ""),
        ("x" * 5000, ""),
    ],
)
def test_domain_is_the_one_that_somebody_registered(place, domain):
    assert lookup.domain_of(place) == domain


def test_likely_duplicates_are_found_with_score_and_reasons():
    same_site = partner("Quite Another Name", website="https://www.bakers.test/en")
    other_script = partner("Профсоюз пекарей Танзании")
    spelling = case("Bakers Union of Tanzanya")
    partner("Ministry of Fisheries")
    partner("Gone Bakers Union of Tanzania", state="withdrawn")

    found = duplicates.look_for(
        case("Bakers' Union of Tanzania", website="https://bakers.test", contact_email="")
    )

    told = {
        (one.other_partner or one.other_request): (one.score, duplicates.reasons(one))
        for one in found
    }
    assert set(told) == {same_site, spelling}
    assert told[same_site] == (75, ["Both use the domain bakers.test."])
    assert told[spelling][0] >= 85
    assert told[spelling][1][0] == (
        "The names are alike: “Bakers' Union of Tanzania”, “Bakers Union of Tanzanya”."
    )
    assert other_script not in told  # a translation is no spelling


def test_a_name_in_another_script_is_found():
    cyrillic = partner("Газпром Нефтехим Салават")

    found = duplicates.look_for(case("Gazprom Neftekhim Salavat"))

    assert [one.other_partner for one in found] == [cyrillic]


def test_former_names_count_and_people_in_charge_do_not():
    known = partner("New Name of It")
    known.known_names.create(kind="former", name="Old Weavers Guild")
    known.known_names.create(kind="officer", name="Amina Diallo")
    lookup.remember([known])

    assert [one.other_partner for one in duplicates.look_for(case("Old Weavers’ Guild"))] == [known]
    assert duplicates.look_for(case("Amina Diallo")) == []


def test_not_the_same_is_kept_until_a_name_changes():
    officer = factories.officer()
    known, asked = partner("Bakers Union of Tanzania"), case("Bakers Union Tanzania")
    (one,) = duplicates.look_for(asked)

    actions.dismiss(one, by=officer)
    with pytest.raises(NotAllowed):
        actions.dismiss(one, by=officer)
    assert duplicates.look_for(asked) == []
    assert duplicates.look_for(asked) == []

    actions.complete(asked, {"organisation": "Bakers’ Union, Tanzania Mainland"}, by=officer)

    assert [each.other_partner for each in duplicates.waiting(asked)] == [known]
    assert Duplicate.objects.get().dismissed_by is None


def test_what_is_no_longer_alike_is_no_longer_suggested():
    partner("Bakers Union of Tanzania")
    asked = case("Bakers Union Tanzania")
    assert len(duplicates.look_for(asked)) == 1

    actions.complete(asked, {"organisation": "Institute of Maritime Law"}, by=factories.officer())

    assert Duplicate.objects.count() == 0


def test_two_requests_are_one_suggestion_shown_on_both():
    older, newer = case("Weavers of Lima"), case("Weavers of Lima")

    duplicates.look_for(newer)
    duplicates.look_for(older)

    one = Duplicate.objects.get()
    assert (one.request, one.other_request) == (newer, older)
    client = signed_in(factories.officer())
    assert older.reference in page(client, at("request", newer.reference))
    assert newer.reference in page(client, at("request", older.reference))


def test_a_request_that_comes_in_is_compared_at_once():
    known = partner("Bakers Union of Kenya")

    made = actions.open_by_hand(
        {"organisation": "Bakers Union, Kenya", "contact_email": "a@b.test"}, by=factories.officer()
    )

    assert [one.other_partner for one in duplicates.waiting(made)] == [known]


def test_candidates_come_from_the_index_whatever_the_number_of_partners(
    django_assert_num_queries,
):
    for number in range(30):
        partner(f"Society of Beekeepers Number {number}")
    asked = case("Society of Beekeepers")

    with django_assert_num_queries(5):
        found = duplicates.candidates(asked)

    assert len(found) == 30


def test_keys_are_written_in_bulk_and_anew(django_assert_num_queries):
    owners = [factories.partner(f"Guild {number}") for number in range(20)]

    with django_assert_num_queries(3):
        lookup.remember(owners)
    before = set(LookupKey.objects.values_list("partner", "key"))
    lookup.remember(owners)

    assert set(LookupKey.objects.values_list("partner", "key")) == before


# --- Merging


def two_requests() -> tuple[AccessionRequest, AccessionRequest]:
    survivor = case("Bakers Union", contact_email="ana@bakers.test", about="We bake.")
    gone = case("The Bakers’ Union", contact_email="ben@bakers.test", language="fr", about="Pain.")
    for one in (survivor, gone):
        correspondence.thread_of(one)
    duplicates.look_for(gone)
    return survivor, gone


def test_merge_loses_nothing_and_tells_both():
    officer = factories.officer()
    survivor, gone = two_requests()
    message = factories.message("Bonjour", thread=gone.thread)
    letter = factories.letter(thread=gone.thread)
    opened_by = factories.message("First words")
    gone.message = opened_by
    gone.save()
    note = gone.notes.create(text="They called.")
    gone.known_names.create(kind="alias", name="Boulangers")
    gone.suggestions.create(field="website", value="https://b.test", why="The signature names it.")
    address = gone.thread.address

    merged = actions.merge(gone, survivor, "The same people.", by=officer)

    survivor.refresh_from_db()
    assert (merged.state, merged.merged_into, merged.closed_at is not None) == (
        *("merged", survivor, True),
    )
    for row in (message, letter, opened_by, note):
        row.refresh_from_db()
    assert {message.thread, letter.thread, opened_by.thread} == {survivor.thread}
    assert note.request == survivor
    # Under whatever name it asked, the survivor is screened under it too.
    assert sorted(one.name for one in survivor.known_names.all()) == [
        "Boulangers",
        gone.organisation,
    ]
    suggested = set(survivor.suggestions.values_list("field", "value"))
    assert suggested >= {("website", "https://b.test"), ("about", "Pain."), ("language", "fr")}
    assert Duplicate.objects.count() == 0
    told = dict(Letter.objects.exclude(pk=letter.pk).values_list("to_address", "language"))
    assert told == {"ana@bakers.test": "en", "ben@bakers.test": "fr"}
    # What still comes to the old address lands in the survivor.
    reply = factories.message(from_address="ben@bakers.test")
    actions.take_reply(reply, ReadMessage(from_address="ben@bakers.test"), merged.thread)
    reply.refresh_from_db()
    assert (reply.thread, address == merged.thread.address) == (survivor.thread, True)
    html = page(signed_in(officer), at("request", survivor.reference))
    assert gone.reference in html


def test_merge_with_a_partner_says_so_to_the_applicant():
    officer = factories.officer()
    known = partner("Bakers Union", website="https://bakers.test")
    asked = case("Bakers Union", contact_email="ben@bakers.test", website="https://bakers.test")

    merged = actions.merge(asked, known, "It joined last year.", by=officer)

    assert (merged.state, merged.same_as, merged.merged_into) == ("merged", known, None)
    letter = Letter.objects.get(to_address="ben@bakers.test")
    assert known.reference in letter.text
    reply = factories.message(from_address="ben@bakers.test")
    actions.take_reply(reply, ReadMessage(from_address="ben@bakers.test"), merged.thread)
    assert reply.thread == merged.thread


def test_merge_refuses_what_cannot_be_one():
    officer = factories.officer()
    one, other = case("One"), case("Other")
    decided = factories.accession_request("declined")

    with pytest.raises(Refused, match="into itself"):
        actions.merge(one, one, "Why not.", by=officer)
    with pytest.raises(NotAllowed, match="merge into a request that is open"):
        actions.merge(one, decided, "The same.", by=officer)
    actions.merge(one, other, "The same.", by=officer)
    with pytest.raises(NotAllowed, match=f"was merged into {other.reference}"):
        actions.merge(one, other, "Again.", by=officer)


def test_merge_and_not_the_same_from_the_page():
    client = signed_in(factories.officer())
    survivor, gone = two_requests()
    one = Duplicate.objects.get()
    url = at("request", gone.reference)

    assert f'value="{survivor.reference}"' in page(client, url, into=survivor.reference)
    nobody = client.post(at("merge", gone.reference), {"into": "ACC-1", "reason": "The same."})
    said = client.post(at("not_the_same", one.pk), {"next": "https://evil.test/"})
    odd = [client.post(at("not_the_same", one.pk), {"next": word}).url for word in ("9", "//x.y")]
    merged = client.post(
        at("merge", gone.reference), {"into": survivor.reference.lower(), "reason": "The same."}
    )

    assert sentences(nobody) == ["No request and no partner has the reference “ACC-1”."]
    assert [said.url, *odd] == [url, url, url]
    assert sentences(merged)[-1] == "Merged; nothing was lost."


def test_look_everywhere_indexes_what_was_there_before():
    factories.partner("Bakers Union of Tanzania")
    factories.accession_request(organisation="Bakers Union, Tanzania")

    assert duplicates.look_everywhere() == (1, 1)
    assert duplicates.look_everywhere() == (1, 1)
