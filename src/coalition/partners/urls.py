"""Addresses of this room. The partner's own page stands in room `web`, which knows all rooms."""

from django.urls import path

from coalition.partners import desk, views

app_name = "partners"
urlpatterns = [
    path("partners/", views.directory, name="directory"),
    path("partners.csv", views.directory_csv, name="directory_csv"),
    path("workspace/<str:reference>/priorities/", views.priorities, name="priorities"),
    path("workspace/<str:reference>/profile/", views.profile_edit, name="profile_edit"),
    path("desk/requests/", desk.board, name="board"),
    path("desk/requests/open/<int:message_id>/", desk.open_from_message, name="open"),
    path("desk/requests/<str:reference>/", desk.case, name="request"),
    path("desk/requests/<str:reference>/acknowledge/", desk.acknowledge, name="acknowledge"),
    path("desk/requests/<str:reference>/ask/", desk.ask, name="ask"),
    path("desk/requests/<str:reference>/vet/", desk.vet, name="vet"),
    path("desk/requests/<str:reference>/recommend/", desk.recommend, name="recommend"),
    path("desk/requests/<str:reference>/accept/", desk.accept, name="accept"),
    path("desk/requests/<str:reference>/decline/", desk.decline, name="decline"),
    path("desk/requests/<str:reference>/withdraw/", desk.withdraw, name="withdraw"),
]
