"""News is found once it is published, and no longer once it is not."""

from datetime import date

import pytest
from wagtail.models import Locale

from coalition.catalogue.actions import rebuild
from coalition.catalogue.models import Record
from coalition.web.models import NewsIndexPage, NewsPage

pytestmark = pytest.mark.django_db


@pytest.fixture
def news():
    index = NewsIndexPage.objects.get(locale=Locale.objects.get(language_code="en"))
    page = NewsPage(
        title="Forum of the partners", lead="They met.", day=date(2026, 11, 22), live=False
    )
    index.add_child(instance=page)
    return page


def found(client):
    return "/en/news/forum-of-the-partners/" in client.get("/en/search/?q=forum").content.decode()


def test_news_is_found_from_publication_until_it_is_taken_back(client, news):
    assert not found(client)

    news.save_revision().publish()
    assert found(client)
    assert client.get("/en/news/forum-of-the-partners/").status_code == 200
    assert "Forum of the partners" in client.get("/en/news/").content.decode()
    assert "Forum of the partners" in client.get("/en/feed/news/").content.decode()

    news.refresh_from_db()
    news.unpublish()
    assert not found(client)
    assert "Forum of the partners" not in client.get("/en/feed/").content.decode()


def test_rebuilding_the_catalogue_keeps_news_and_hides_drafts(news):
    news.save_revision().publish()
    rebuild()
    assert Record.objects.filter(kind="news").count() == 1

    news.refresh_from_db()
    NewsPage.objects.update(live=False)
    rebuild()
    assert Record.objects.filter(kind="news").count() == 0


def test_deleted_news_is_gone_from_search(client, news):
    news.save_revision().publish()
    assert found(client)

    NewsPage.objects.get(alias_of=None).delete()

    assert not found(client)
