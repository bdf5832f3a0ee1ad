"""Every address of the site. Pages live under their language: /en/…, /ar/…."""

from django.conf import settings
from django.conf.urls.i18n import i18n_patterns
from django.urls import include, path
from django.views.generic import RedirectView
from wagtail import urls as wagtail_urls
from wagtail.admin import urls as wagtailadmin_urls

urlpatterns = [
    # Editors sign in by code like everybody else, not by Wagtail's own page.
    path(f"{settings.EDITING_PATH}login/", RedirectView.as_view(pattern_name=settings.LOGIN_URL)),
    path(settings.EDITING_PATH, include(wagtailadmin_urls)),
    path("api/v1/", include("coalition.api.urls")),
    path("iati/", include("coalition.interventions.iati.urls")),
    *i18n_patterns(
        path("", include("coalition.ui.urls")),
        path("", include("coalition.accounts.urls")),
        path("", include("coalition.mailroom.urls")),
        path("", include("coalition.partners.urls")),
        path("", include("coalition.instruments.urls")),
        path("", include("coalition.results.urls")),
        path("", include("coalition.consultations.urls")),
        path("", include("coalition.interventions.urls")),
        path("", include("coalition.commitments.urls")),
        path("", include("coalition.catalogue.urls")),
        path("", include("coalition.api.pages_urls")),
        path("", include("coalition.web.urls")),
        path("", include(wagtail_urls)),
    ),
]
