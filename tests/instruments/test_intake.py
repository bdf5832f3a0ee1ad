from __future__ import annotations

import io
import re
from typing import Any

import pytest
from django.test import Client

from coalition.accounts.models import User
from coalition.base.errors import NotAllowed, Refused
from coalition.instruments.intake import actions
from coalition.instruments.models import Instrument, Intake, Version
from tests import factories, made_files
from tests.instruments.documents import bread, import_text

pytestmark = pytest.mark.django_db

CONVENTION = [
    "EX/2026/4",
    "",
    "Example Convention on Night Rest",
    "",
    "Recalling that rest is a right of every person,",
    "",
    "Article 1",
    "Rest",
    "",
    "1. Every Member sees to it that rest is given:",
    "(a) after each night;",
    "(b) on one day in seven.",
    "2. Nothing here limits what is better.",
    "",
    "Article 2",
    "",
    "A Member may leave this Convention after ten years.",
]


@pytest.fixture
def editor() -> User:
    return factories.person("editor@secretariat.test", roles=("editor",))


def upload(editor: User, content: bytes = b"", name: str = "night.pdf") -> Intake:
    content = content or made_files.pdf(made_files.column(*CONVENTION))
    return actions.upload(io.BytesIO(content), name=name, by=editor)


def typed(one: Intake, **fields: Any) -> dict[str, Any]:
    """What the form of the screen sends."""
    names = ("kind", "symbol", "title", "language", "stage", "source_url", "marked")
    held = {name: getattr(one, name) for name in names}
    return held | {"seen": one.changed_at.isoformat(), "of": "", "adopted_on": ""} | fields


def at(one: Intake, verb: str = "", language: str = "en") -> str:
    return f"/{language}/desk/texts/{one.pk}/{verb}"


def words(html: bytes) -> str:
    page = html.decode()
    main = page[page.index("<main") : page.index("</main>")]
    return " ".join(re.sub(r"<[^>]+>", " ", main).split())


def test_upload_suggests_a_split_and_facts(editor):
    one = upload(editor)

    assert one.marked.splitlines() == [
        "| Recalling that rest is a right of every person,",
        "Article 1. Rest",
        "  1. Every Member sees to it that rest is given:",
        "    (a) after each night;",
        "    (b) on one day in seven.",
        "  2. Nothing here limits what is better.",
        "Article 2. :: A Member may leave this Convention after ten years.",
    ]
    facts = (one.symbol, one.title, one.kind, one.language, one.pages, one.state, one.doubts)
    assert facts == (
        *("EX/2026/4", "Example Convention on Night Rest", "convention", "en", 1, "suggested"),
        [],
    )
    with one.file.open("rb") as file:
        assert file.read() == made_files.pdf(made_files.column(*CONVENTION))


def test_upload_of_a_word_file_is_split_by_its_own_numbers(editor):
    content = made_files.docx(
        "Title| Example Declaration", "1:0| We commit:", "1:1| to rest.", "1:0| We meet again."
    )

    one = upload(editor, content, "night.docx")

    assert one.marked == "1. We commit:\n  (a) to rest.\n2. We meet again.\n"
    assert (one.title, one.kind, one.pages) == ("Example Declaration", "declaration", None)


def test_upload_of_a_file_on_its_way_in_is_refused_until_that_is_closed(editor):
    first = upload(editor)
    with pytest.raises(Refused, match="on its way in already, as “Example Convention"):
        upload(editor)

    actions.discard(first, "The wrong file.", by=editor)

    assert upload(editor).pk != first.pk


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("a.pdf", b"", "is empty"),
        ("a.pdf", b"plain words", "is no PDF file"),
        ("a.txt", b"plain words", "Please send one of these kinds of file: pdf, docx"),
        ("a.pdf", made_files.pdf([(90, 90, 9, "x")])[:300], "is damaged"),
        ("a.pdf", made_files.pdf([]), "is a scan"),
        ("a.pdf", made_files.pdf([], extra=b"/Encrypt 9 0 R"), "protected by a password"),
        (
            "a.docx",
            made_files.docx(body="<w:p><w:ins><w:r><w:t>new</w:t></w:r></w:ins></w:p>"),
            "has tracked changes. Accept or reject them",
        ),
        ("a.docx", made_files.docx(), "has no words"),
    ],
    ids=["empty", "no-pdf", "kind", "damaged", "scan", "encrypted", "tracked", "wordless"],
)
def test_upload_of_a_bad_file_is_refused_with_a_sentence(editor, name, content, sentence):
    with pytest.raises(Refused, match=sentence):
        actions.upload(io.BytesIO(content), name=name, by=editor)
    assert not Intake.objects.exists()


def test_correction_with_an_error_is_saved_as_typed_and_each_error_is_told(client, editor):
    one = upload(editor)
    client.force_login(editor)
    text = "1. One\n1. Again\n  (a)\n"

    answer = client.post(at(one, "correct/"), typed(one, marked=text), follow=True)

    one.refresh_from_db()
    assert (one.marked, one.state) == (text, "corrected")
    page = words(answer.content)
    assert "2 things have to be corrected before the text can be published" in page
    assert "Line 2 has the same number as line 1: “1”" in page
    assert "Line 3 has a sign but no words" in page

    refused = client.post(at(one, "publish/"), typed(one, marked=text))

    assert refused.status_code == 422
    assert "Something in the text has to be corrected first" in words(refused.content)
    assert not Version.objects.filter(symbol="EX/2026/4").exists()


def test_facts_that_cannot_be_read_are_told_and_what_was_typed_stands_there(client, editor):
    one = upload(editor)
    client.force_login(editor)

    wrong = typed(one, marked="1. Mine", adopted_on="soon", of="nowhere")
    answer = client.post(at(one, "correct/"), wrong)

    page = answer.content.decode()
    assert answer.status_code == 409
    assert "No text is held under “nowhere”" in page
    assert "1. Mine</textarea>" in page
    one.refresh_from_db()
    assert one.state == "suggested"


def test_stale_save_is_refused_and_gives_back_what_was_typed(client, editor):
    one = upload(editor)
    mine = typed(one, marked="1. Mine")
    client.force_login(editor)
    client.post(at(one, "correct/"), typed(one, marked="1. Theirs"))

    refused = client.post(at(one, "correct/"), mine)

    page = refused.content.decode()
    assert refused.status_code == 409
    assert "Somebody saved this text after you had opened it." in page
    assert "1. Mine</textarea>" in page
    one.refresh_from_db()
    assert one.marked == "1. Theirs"

    # Pressed again, it is saved on purpose.
    seen = re.search(r'name="seen" value="([^"]+)"', page)
    client.post(at(one, "correct/"), mine | {"seen": seen[1]})
    one.refresh_from_db()
    assert one.marked == "1. Mine"


def test_restore_goes_back_to_what_was_suggested(client, editor):
    one = upload(editor)
    client.force_login(editor)
    client.post(at(one, "correct/"), typed(one, marked="1. Mine", title="Night"))
    one.refresh_from_db()

    client.post(at(one, "restore/"), {"seen": one.changed_at.isoformat()})

    one.refresh_from_db()
    assert (one.marked, one.title) == (one.suggested, "Night")


def test_published_text_is_read_by_visitors_and_its_intake_is_closed(client, editor):
    one = upload(editor)
    client.force_login(editor)
    asked = client.post(at(one, "publish/"), typed(one))
    assert "Publish this text?" in words(asked.content)
    assert not Version.objects.exists()

    one.refresh_from_db()
    done = client.post(at(one, "publish/"), {"seen": one.changed_at.isoformat(), "confirmed": "1"})

    one.refresh_from_db()
    made = one.version
    assert done.url == f"/en/instruments/{made.instrument.code}/"
    assert (one.state, made.symbol, made.instrument.kind) == (
        "published",
        "EX/2026/4",
        "convention",
    )
    eids = list(made.wordings.order_by("position").values_list("eid", flat=True))
    assert eids == [
        *("recital_1", "art_1", "art_1__para_1", "art_1__para_1__point_a"),
        *("art_1__para_1__point_b", "art_1__para_2", "art_2"),
    ]
    visitor = Client().get(f"/en/instruments/{made.instrument.code}/art_2/")
    assert "A Member may leave this Convention after ten years." in words(visitor.content)
    with pytest.raises(NotAllowed, match="not possible now"):
        actions.correct(one, marked="1. No", facts={}, seen=one.changed_at.isoformat(), by=editor)


def test_publish_as_a_version_of_a_chosen_instrument(editor):
    held = import_text(bread()).instrument
    one = upload(editor)
    one = actions.correct(
        one,
        marked="1. We, the bakers, met.",
        facts={"instrument": held, "stage": "revised", "symbol": "A/RES/99/1/Rev.1"},
        seen=one.changed_at.isoformat(),
        by=editor,
    )

    made = actions.publish(one, seen=one.changed_at.isoformat(), by=editor).version

    assert (made.instrument, made.stage, held.versions.count()) == (held, "revised", 2)
    assert Instrument.objects.filter(symbol="A/RES/99/1/Rev.1").count() == 0


def test_publish_of_a_held_symbol_or_without_one_is_refused(editor):
    import_text(bread())
    one = upload(editor)
    for facts, sentence in (
        ({"symbol": "A/RES/99/1"}, "A published version never changes"),
        ({"symbol": "", "title": ""}, "needs a symbol and a title"),
    ):
        one = actions.correct(
            one, marked=one.marked, facts=facts, seen=one.changed_at.isoformat(), by=editor
        )
        with pytest.raises(Refused, match=sentence):
            actions.publish(one, seen=one.changed_at.isoformat(), by=editor)
        one.refresh_from_db()
        assert one.version is None


def test_discard_needs_a_reason_and_removes_the_file(editor, django_capture_on_commit_callbacks):
    one = upload(editor)
    name = one.file.name
    with pytest.raises(NotAllowed, match="reason"):
        actions.discard(one, " ", by=editor)

    with django_capture_on_commit_callbacks(execute=True):
        one = actions.discard(one, "The wrong file.", by=editor)

    assert (one.state, one.file.name, one.moves.get().reason) == (
        *("discarded", ""),
        "The wrong file.",
    )
    assert not Intake._meta.get_field("file").storage.exists(name)


def test_list_filters_by_state_and_file_comes_as_attachment(client, editor):
    open_one = upload(editor)
    gone = upload(editor, made_files.docx("Title| Another", "1:0| Words."), "b.docx")
    actions.discard(gone, "Twice.", by=editor)
    client.force_login(editor)

    every, discarded = client.get("/en/desk/texts/"), client.get("/en/desk/texts/?state=discarded")

    assert "Example Convention" in words(every.content)
    assert "Another" in words(every.content)
    assert "Example Convention" not in words(discarded.content)
    file = client.get(at(open_one, "file/"))
    assert b"".join(file).startswith(b"%PDF-")
    assert file.headers["Content-Disposition"] == 'attachment; filename="night.pdf"'
    assert client.get(at(gone, "file/")).status_code == 404


def test_upload_in_the_browser_leads_to_the_screen_or_says_why_not(client, editor):
    client.force_login(editor)
    file = io.BytesIO(made_files.pdf(made_files.column(*CONVENTION)))
    file.name = "night.pdf"

    answer = client.post("/en/desk/texts/new/", {"file": file})
    assert answer.url == at(Intake.objects.get())
    file.seek(0)
    again = client.post("/en/desk/texts/new/", {"file": file})
    assert again.status_code == 422
    assert "on its way in already" in words(again.content)


def test_only_editors_and_officers_learn_that_there_are_such_pages(client, editor):
    one = upload(editor)
    officer = factories.officer(email="officer@secretariat.test")
    stranger = factories.person("stranger@partner.test")
    for person, status in ((None, 404), (stranger, 404), (officer, 200), (editor, 200)):
        if person:
            client.force_login(person)
        for address in ("/en/desk/texts/", at(one), at(one, "file/")):
            answer = client.get(address)
            b"".join(answer)
            assert answer.status_code == status, (person, address)
    with pytest.raises(NotAllowed):
        actions.upload(io.BytesIO(b"%PDF-"), name="a.pdf", by=stranger)


def test_screen_costs_the_same_for_a_short_and_a_long_text(
    client, editor, django_assert_num_queries
):
    one = upload(editor)
    client.force_login(editor)
    for text in ("1. One.", "\n".join(f"{number}. Words." for number in range(1, 400))):
        Intake.objects.filter(pk=one.pk).update(marked=text)
        client.get(at(one))
        with django_assert_num_queries(5):
            client.get(at(one))


def test_example_text_stands_split_on_its_way_in_and_is_removed(django_capture_on_commit_callbacks):
    from coalition.web.examples import intake as example

    person = factories.person("editor@example.test", roles=("editor",), is_example=True)
    example.build(person)

    one = Intake.objects.get()
    assert one.title == "Example Charter of Night Bakers"
    assert [line[:6] for line in one.marked.splitlines()] == [
        *("| Reca", "1. We,", "  (a) ", "  (b) ", "2. We "),
    ]
    name = one.file.name
    with django_capture_on_commit_callbacks(execute=True):
        assert example.remove() == 1
    assert not one.file.storage.exists(name)
