"""Files for programs: below no language."""

from django.urls import path

from coalition.interventions.iati import views

app_name = "iati"
urlpatterns = [
    path("activities.xml", views.activities, name="activities"),
    path("organisations.xml", views.organisations, name="organisations"),
    path("<reference:reference>/activities.xml", views.activities, name="partner_activities"),
    path("<reference:reference>/organisation.xml", views.organisations, name="partner"),
]
