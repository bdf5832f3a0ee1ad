"""Addresses of this room. The partner's own page stands in room `web`, which knows all rooms."""

from django.urls import path

from coalition.partners import desk, views

app_name = "partners"
urlpatterns = [
    path("partners/", views.directory, name="directory"),
    path("partners.csv", views.directory_csv, name="directory_csv"),
    path("workspace/<reference:reference>/priorities/", views.priorities, name="priorities"),
    path("workspace/<reference:reference>/profile/", views.profile_edit, name="profile_edit"),
    path("desk/partners/<reference:reference>/leave/", desk.leave, name="leave"),
    path("desk/requests/", desk.board, name="board"),
    path("desk/requests/open/<int:message_id>/", desk.open_from_message, name="open"),
    path("desk/requests/<reference:reference>/", desk.case, name="request"),
    path(
        "desk/requests/<reference:reference>/acknowledge/",
        desk.acknowledge,
        name="acknowledge",
    ),
    path("desk/requests/<reference:reference>/ask/", desk.ask, name="ask"),
    path("desk/requests/<reference:reference>/vet/", desk.vet, name="vet"),
    path("desk/requests/<reference:reference>/recommend/", desk.recommend, name="recommend"),
    path("desk/requests/<reference:reference>/accept/", desk.accept, name="accept"),
    path("desk/requests/<reference:reference>/decline/", desk.decline, name="decline"),
    path("desk/requests/<reference:reference>/withdraw/", desk.withdraw, name="withdraw"),
]
