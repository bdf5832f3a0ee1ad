from django.http import HttpResponse
from django.urls import path

app_name = "catalogue"
urlpatterns = [
    path("search/", lambda request: HttpResponse(), name="search"),
    path("feed/", lambda request: HttpResponse(), name="feed"),
]
