"""The API's page for people, below the language prefix."""

from django.urls import path

from coalition.api import views

urlpatterns = [path("data/", views.data, name="data")]
