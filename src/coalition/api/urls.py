"""Addresses of the API, below /api/v1/ and without language prefix."""

from django.urls import URLPattern, path, re_path

from coalition.api import views
from coalition.api.door import public


def opened(pattern: URLPattern) -> URLPattern:
    """The same address, its view behind the one public door."""
    pattern.callback = public(pattern.callback)
    return pattern


app_name = "api"
urlpatterns = [
    path("openapi.json", public(views.openapi), name="openapi"),
    *(opened(pattern) for pattern in views.api.urls[0] if pattern.name != "api-root"),
    re_path(r"", public(views.unknown), name="unknown"),
]
