from django.urls import path

from coalition.catalogue import views

app_name = "catalogue"
urlpatterns = [
    path("search/", views.search, name="search"),
    path("feed/", views.feed, name="feed"),
    path("feed/<slug:kind>/", views.feed, name="feed_of"),
]
