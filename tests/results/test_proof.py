"""Evidence: what is taken and what is not, who sees and checks it, and what it follows."""

from __future__ import annotations

import io
import zipfile
from datetime import date
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.template.loader import render_to_string
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from coalition.base.audit import Event
from coalition.base.errors import NotAllowed, Refused
from coalition.results.frameworks.aims import set_baseline
from coalition.results.models import Evidence, Fact, Overlap
from coalition.results.proof import actions, queries
from coalition.results.proof.pictures import without_metadata
from tests import factories
from tests.made_files import docx, pdf

pytestmark = pytest.mark.django_db

GPS = 0x8825


def figure(value: int | None = 120, report: str = "published", **fields: Any) -> Fact:
    """An actual figure of a public framework, on a report in this state."""
    framework = fields.pop("framework", None) or factories.framework(
        commitment=factories.commitment("published")
    )
    period = framework.periods.first() or factories.period(framework)
    indicator = fields.pop("indicator", None) or factories.indicator(framework, "Bakers trained")
    told = {"published": "published", "superseded": "superseded"}.get(report, "draft")
    on = framework.reports.filter(state=report).first() or factories.report(period, report)
    return factories.fact(indicator, value, state=told, period=period, report=on, **fields)


def of_reporter(fact: Fact, role: str = "editor") -> Any:
    return factories.mandate(fact.indicator.framework.reporter, role).person


def signed_in(person: Any) -> Client:
    client = Client()
    if person is not None:
        client.force_login(person)
    return client


def page_of(fact: Fact) -> str:
    return reverse("results:evidence_of", args=[fact.indicator.framework.reference, fact.pk])


def link(fact: Fact, by: Any, **fields: Any) -> Evidence:
    given = {"kind": "link", "title": "Register", "language": "en", "url": "https://register.test/"}
    return actions.add_evidence(fact, by=by, **{**given, **fields})


def file(fact: Fact, by: Any, content: bytes, name: str = "list.pdf") -> Evidence:
    return actions.add_evidence(
        fact,
        kind="file",
        title="List",
        language="en",
        file=io.BytesIO(content),
        file_name=name,
        by=by,
    )


# --- What is taken


def test_file_goes_out_under_its_clean_name_to_be_kept_and_never_shown() -> None:
    fact = figure()
    content = pdf([(50, 700, 12, "Trained")])
    made = file(fact, of_reporter(fact), content, '../../a"<script>\u202e.pdf')

    response = Client().get(reverse("results:evidence", args=[made.pk]))

    assert b"".join(response.streaming_content) == content
    assert (response["Content-Type"], response["X-Content-Type-Options"]) == (
        "application/octet-stream",
        "nosniff",
    )
    assert response["Content-Disposition"] == 'attachment; filename="ascript.pdf"'
    assert "sandbox" in response["Content-Security-Policy"]
    assert (made.media_type, made.size) == ("application/pdf", len(content))
    assert Event.objects.latest("sequence").verb == "results.add_evidence"


def test_what_somebody_writes_is_escaped_wherever_it_is_read() -> None:
    fact, bad = figure(), '<script>alert(1)</script>"\u202e'
    by = of_reporter(fact)
    actions.add_evidence(
        fact,
        kind="quote",
        title=bad,
        language="en",
        quote=bad,
        where=bad,
        url="https://x.test/?a=%22%3E",
        by=by,
    )

    html = signed_in(by).get(page_of(fact)).content.decode()

    assert "<script>alert" not in html
    assert "\u202e" not in html
    assert html.count("&lt;script&gt;alert(1)&lt;/script&gt;") == 3


def test_names_of_hosts_do_not_pass_for_others() -> None:
    fact = figure()
    made = link(fact, of_reporter(fact), url="https://раураl.test/login")

    assert made.host == "xn--l-7sba6dbr.test"


def docx_with_macros() -> bytes:
    out = io.BytesIO(docx("1:0| We bake."))
    with zipfile.ZipFile(out, "a") as archive:
        archive.writestr("word/vbaProject.bin", b"macro")
    return out.getvalue()


def moving_picture() -> bytes:
    out = io.BytesIO()
    frames = [Image.new("RGB", (8, 8), colour) for colour in ("red", "blue")]
    frames[0].save(out, "WEBP", save_all=True, append_images=frames[1:])
    return out.getvalue()


def test_what_cannot_be_a_proof_is_refused_and_leaves_nothing(tmp_path: Any) -> None:
    fact = figure()
    by = of_reporter(fact)
    files = {
        "empty.pdf": (b"", "is empty"),
        "list.pdf": (b"MZ\x90\x00\x03", "is no PDF file"),
        "list.svg": (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "cannot be taken"),
        "list.html": (b"<html>", "cannot be taken"),
        "list.docx": (docx_with_macros(), "holds macros"),
        "list.webp": (moving_picture(), "This picture moves"),
        "list.png": (b"\x89PNG\r\n\x1a\n" + b"\x00" * 50, "damaged|is no PNG"),
    }
    for name, (content, sentence) in files.items():
        with pytest.raises(Refused, match=sentence):
            file(fact, by, content, name)
    for url in ("javascript:alert(1)", "ftp://x.test/", "https://a:b@x.test/", "nonsense", ""):
        with pytest.raises(Refused, match=r"no address of a web page|give the address"):
            link(fact, by, url=url)
    for fields in ({"title": " "}, {"kind": "quote", "quote": "So."}, {"kind": "gossip"}):
        with pytest.raises(Refused):
            link(fact, by, **fields)

    assert not Evidence.objects.exists()
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


def picture(form: str, **options: Any) -> bytes:
    image = Image.new("RGB", (40, 20), "teal")
    image.putpixel((0, 0), (255, 0, 0))
    exif = Image.Exif()
    exif[0x013B] = "Rosewater Quill"  # the artist
    exif[0x0112] = options.pop("way", 1)
    exif.get_ifd(GPS).update({1: "N", 2: (46.0, 12.0, 0.0)})
    out = io.BytesIO()
    image.save(out, form, exif=exif, **options)
    return out.getvalue()


def test_pictures_lose_what_cameras_wrote_into_them_and_nothing_else() -> None:
    notes = PngInfo()
    notes.add_text("Author", "Rosewater Quill")
    xmp = b"<x:xmpmeta>Rosewater Quill</x:xmpmeta>"
    sent = {
        "jpg": picture("JPEG", comment=b"Rosewater Quill", xmp=xmp) + b"Rosewater Quill behind",
        "png": picture("PNG", pnginfo=notes),
        "webp": picture("WEBP", xmp=xmp),
    }
    for kind, content in sent.items():
        assert b"Rosewater" in content

        kept = without_metadata(content, kind)

        with Image.open(io.BytesIO(kept)) as image:
            assert (b"Rosewater" in kept, dict(image.getexif()), image.size) == (
                *(False, {}),
                (40, 20),
            )
    # Turned as it was meant before the note that says so goes.
    with Image.open(io.BytesIO(without_metadata(picture("JPEG", way=6), "jpg"))) as turned:
        assert turned.size == (20, 40)


def test_same_proof_twice_is_one_and_a_figure_holds_so_many() -> None:
    fact = figure()
    by = of_reporter(fact)
    content = picture("PNG")
    first, again = (file(fact, by, content, "a.png") for _ in range(2))
    assert (first.pk, link(fact, by).pk) == (again.pk, link(fact, by).pk)
    assert Evidence.objects.count() == 2
    with pytest.raises(IntegrityError), transaction.atomic():
        factories.evidence(fact, kind="file", sha256=first.sha256)

    for number in range(actions.MOST - 2):
        link(fact, by, url=f"https://register.test/{number}")
    with pytest.raises(NotAllowed, match="at most 20 proofs"):
        link(fact, by, url="https://register.test/more")


def test_proof_is_added_while_a_report_is_written_and_once_it_is_public() -> None:
    takes = {
        state: queries.takes_proof(figure(report=state))
        for state in ("draft", "submitted", "change_requested", "published", "superseded")
    }
    target = figure(role="target")

    assert takes == {
        "draft": True,
        "submitted": True,
        "change_requested": True,
        "published": True,
        "superseded": False,
    }
    with pytest.raises(NotAllowed, match="not to this figure"):
        link(target, of_reporter(target))


# --- Who sees and does what


def test_who_sees_the_file_of_which_figure() -> None:
    seen = {}
    for state in ("draft", "submitted", "published", "superseded", "hidden", "taken back"):
        fact = figure(
            report=state if state in ("draft", "submitted", "superseded") else "published",
            hidden="small" if state == "hidden" else "",
        )
        made = factories.evidence(fact, kind="file", file_name="a.txt")
        made.file.save("a.txt", SimpleUploadedFile("a.txt", b"Trained: 120."))
        if state == "taken back":
            actions.strike(made, reason="Names in it.", by=of_reporter(fact))
        people = {
            "visitor": None,
            "stranger": factories.mandate(factories.partner(), "editor").person,
            "viewer": of_reporter(fact, "viewer"),
            "officer": factories.officer(),
        }
        address = reverse("results:evidence", args=[made.pk])
        answers = []
        for person in people.values():
            response = signed_in(person).get(address)
            answers.append(response.status_code)
            if response.streaming:
                list(response.streaming_content)  # read to its end, the file is closed
        seen[state] = tuple(answers)

    assert seen == {
        "draft": (404, 404, 200, 404),
        "submitted": (404, 404, 200, 200),
        "published": (200, 200, 200, 200),
        "superseded": (200, 200, 200, 200),
        "hidden": (404, 404, 200, 200),
        "taken back": (404, 404, 200, 200),
    }


def test_who_may_add_check_and_take_back() -> None:
    answers = {}
    for who in ("visitor", "stranger", "viewer", "who added it", "second person", "officer"):
        fact = figure()
        adder = of_reporter(fact)
        made = link(fact, adder)
        person = {
            "visitor": lambda: None,
            "stranger": lambda: factories.mandate(factories.partner(), "editor").person,
            "viewer": lambda fact=fact: of_reporter(fact, "viewer"),
            "who added it": lambda adder=adder: adder,
            "second person": lambda fact=fact: of_reporter(fact),
            "officer": factories.officer,
        }[who]()
        client = signed_in(person)
        at = [fact.indicator.framework.reference, fact.pk, "link"]
        told = {"title": "More", "language": "en", "url": "https://more.test/"}
        doors = [
            client.get(page_of(fact)),
            client.post(reverse("results:evidence_add", args=at), told),
            client.post(reverse("results:evidence_check", args=[made.pk]), {"holds": "yes"}),
            client.post(reverse("results:evidence_strike", args=[made.pk]), {"reason": "Wrong"}),
        ]
        made.refresh_from_db()
        answers[who] = (
            *(door.status_code for door in doors),
            fact.evidence.count(),
            made.holds,
            made.checked_as,
            bool(made.struck_at),
        )

    assert answers == {
        "visitor": (302, 302, 302, 302, 1, None, "", False),
        "stranger": (403, 403, 403, 403, 1, None, "", False),
        "viewer": (403, 403, 403, 403, 1, None, "", False),
        "who added it": (200, 302, 302, 302, 2, None, "", True),
        "second person": (200, 302, 302, 302, 2, True, "organisation", True),
        "officer": (200, 403, 302, 403, 1, True, "secretariat", False),
    }


def test_check_is_done_once_by_a_second_person_and_a_failed_one_is_shown() -> None:
    fact = figure()
    adder, second = of_reporter(fact), of_reporter(fact)
    made = link(fact, adder)
    with pytest.raises(NotAllowed, match="a second person has to check it"):
        actions.check(made, holds=True, by=adder)
    with pytest.raises(NotAllowed, match="say what does not hold"):
        actions.check(made, holds=False, note=" ", by=second)
    actions.check(made, holds=False, note="It is of 2019.", by=second)
    with pytest.raises(NotAllowed, match="Somebody has checked"):
        actions.check(made, holds=True, by=factories.officer())
    with pytest.raises(IntegrityError), transaction.atomic():
        Evidence.objects.filter(pk=made.pk).update(checked_by=adder)
    with pytest.raises(IntegrityError), transaction.atomic():
        Evidence.objects.filter(pk=made.pk).update(holds=None)

    html = signed_in(adder).get(page_of(fact)).content.decode()

    assert "it does not prove the figure" in html
    assert "It is of 2019." in html
    assert (second.email in html, second.name in html and bool(second.name)) == (False, False)


def test_file_that_is_too_large_is_refused_before_it_is_read() -> None:
    fact = figure()
    at = [fact.indicator.framework.reference, fact.pk, "file"]
    response = signed_in(of_reporter(fact)).post(
        reverse("results:evidence_add", args=at), {}, CONTENT_LENGTH=str(50_000_000)
    )

    assert response.status_code == 413


def test_form_with_a_mistake_is_shown_again_and_nothing_typed_is_lost() -> None:
    fact = figure()
    at = [fact.indicator.framework.reference, fact.pk, "file"]
    sent = {
        "title": "The list of May",
        "language": "en",
        "file": SimpleUploadedFile("list.pdf", b"no pdf"),
    }
    response = signed_in(of_reporter(fact)).post(reverse("results:evidence_add", args=at), sent)

    html = response.content.decode()
    assert (response.status_code, Evidence.objects.count()) == (200, 0)
    assert "is no PDF file" in html
    assert 'value="The list of May"' in html


def test_what_waits_for_whom_to_check() -> None:
    fact, sent, draft = figure(), figure(report="submitted"), figure(report="draft")
    by = {one.pk: of_reporter(one) for one in (fact, sent, draft)}
    proofs = {one.pk: link(one, by[one.pk]) for one in (fact, sent, draft)}
    checked = link(fact, by[fact.pk], url="https://checked.test/")
    actions.check(checked, holds=True, by=factories.officer())
    actions.strike(link(sent, by[sent.pk], url="https://no.test/"), reason="No", by=by[sent.pk])

    def waits(person: Any) -> list[int]:
        return [one.fact_id for one in queries.waiting_for(person)]

    assert waits(factories.officer()) == [fact.pk, sent.pk]
    assert waits(by[fact.pk]) == []
    assert [waits(of_reporter(one)) for one in (fact, sent, draft)] == [
        *([fact.pk], [sent.pk], [draft.pk]),
    ]
    desk = signed_in(factories.officer()).get(reverse("results:evidence_desk"))
    assert desk.content.decode().count("#proof-") == 2
    mine = signed_in(of_reporter(draft)).get(reverse("results:to_check"))
    assert f"#proof-{proofs[draft.pk].pk}" in mine.content.decode()


# --- What it follows, and what it proves


def test_figure_that_is_replaced_hands_on_what_hangs_on_it() -> None:
    old, other = figure(120), figure(50)
    by = of_reporter(old)
    proof = link(old, by)
    dispute = factories.dispute(old, "admitted")
    over = factories.dispute(old, "resolved")
    overlap = Overlap.objects.create(fact=other, same_as=old, count=5)
    same = factories.fact(old.indicator, 120, state="draft", period=old.period)

    actions.carry_over([(old, same)])
    changed = factories.fact(old.indicator, 90, state="draft", period=old.period)
    actions.carry_over([(same, changed)])

    for one in (proof, dispute, over, overlap, same, changed, old):
        one.refresh_from_db()
    # The proof was of 120 people, so it stayed where it last stood for 120.
    assert (proof.fact, dispute.fact, over.fact, overlap.same_as) == (
        *(same, changed, old, changed),
    )
    assert (old.is_disputed, same.is_disputed, changed.is_disputed) == (False, False, True)


def test_figure_that_changes_while_it_is_written_is_checked_again() -> None:
    fact = figure(report="draft")
    proof = link(fact, of_reporter(fact))
    actions.check(proof, holds=True, by=of_reporter(fact))

    assert actions.check_again([fact]) == 1
    proof.refresh_from_db()
    assert (proof.holds, proof.checked_by, proof.checked_as) == (None, None, "")


def test_baseline_that_changes_in_public_keeps_its_proof_and_hands_on_its_dispute() -> None:
    framework = factories.framework(commitment=factories.commitment("published"))
    indicator = factories.indicator(framework)
    old = factories.fact(indicator, 12, role="baseline")
    proof, dispute = factories.evidence(old), factories.dispute(old, "admitted")

    new = set_baseline(
        indicator,
        value=14,
        source="Register",
        as_of=date(2025, 1, 1),
        why_changed="Two were missing.",
        by=factories.person(),
    )

    proof.refresh_from_db()
    dispute.refresh_from_db()
    assert (proof.fact_id, dispute.fact_id) == (old.pk, new.pk)
    assert Fact.objects.get(pk=new.pk).is_disputed


def test_completion_is_proved_by_checked_evidence_on_every_last_figure() -> None:
    framework = factories.framework(commitment=factories.commitment("published"))
    first, second = (factories.period(framework, year) for year in (2025, 2026))
    trained = factories.indicator(framework, "Trained")
    signed = factories.indicator(framework, "Signed", measure="yes_no", rule="ratio")
    whole = factories.indicator(framework, "All")
    trained.parent = whole
    trained.save()
    early = factories.fact(trained, 60, period=first)
    last = factories.fact(trained, 120, period=second)
    by, officer = of_reporter(last), factories.officer()
    actions.check(link(early, by), holds=True, by=officer)

    def lacks() -> list[str]:
        return queries.proves_completion(framework)

    nothing = "Indicator 2, “Signed”: no figure was reported."
    assert lacks() == ["Indicator 1, “Trained”: nothing proves the figure of 2026.", nothing]

    proof = link(last, by)
    assert lacks()[0].endswith("no second person has checked the proof of 2026 yet.")
    actions.check(proof, holds=False, note="Of another year.", by=officer)
    assert lacks()[0].endswith("the proof of 2026 was found not to hold.")
    actions.check(link(last, by, url="https://better.test/"), holds=True, by=officer)
    assert lacks() == [nothing]

    report = factories.report(second)
    known = factories.fact(
        signed, None, not_known="Nobody asked.", period=second, report=report, state="draft"
    )
    assert queries.proves_completion(framework, report)[0].endswith("and that proves nothing.")
    Fact.objects.filter(pk=known.pk).update(value=1, not_known="")
    actions.check(link(known, by), holds=True, by=officer)
    assert (queries.proves_completion(framework, report), lacks()) == ([], [nothing])
    actions.strike(Evidence.objects.get(fact=known), reason="It was of others.", by=by)
    assert len(queries.proves_completion(framework, report)) == 1


def test_proofs_of_many_figures_cost_one_query(django_assert_num_queries: Any) -> None:
    facts = [figure() for _ in range(3)]
    for fact in facts:
        factories.evidence(fact)
        factories.evidence(fact, struck_at=timezone.now(), struck_why="Wrong")

    with django_assert_num_queries(1):
        found = queries.of_figures(facts, AnonymousUser())

    assert {fact: len(proofs) for fact, proofs in found.items()} == {one.pk: 2 for one in facts}
    told = render_to_string("results/_evidence.html", {"proofs": found[facts[0].pk]})
    titles = facts[0].evidence.order_by("pk").values_list("title", flat=True)
    # Of what was taken back readers are told why, not what it was.
    assert [title in told for title in titles] == [True, False]
    assert "Wrong" in told
