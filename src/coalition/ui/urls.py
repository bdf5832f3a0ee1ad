from django.urls import path

from coalition.ui import views

app_name = "ui"
urlpatterns = [path("components/", views.components, name="components")]
