from django.http import HttpResponse
from django.urls import path

urlpatterns = [path("data/", lambda request: HttpResponse(), name="data")]
