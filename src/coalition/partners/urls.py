"""Addresses of this room. The partner's own page stands in room `web`, which knows all rooms."""

from django.urls import path, register_converter
from django.urls.converters import StringConverter

from coalition.partners import desk, views


class Reference(StringConverter):
    """A public reference. What is none is not found, before any database is asked."""

    regex = "[A-Z]{3}-[0-9]{4}-[0-9]{4,9}"


register_converter(Reference, "partner_reference")

app_name = "partners"
urlpatterns = [
    path("partners/", views.directory, name="directory"),
    path("partners.csv", views.directory_csv, name="directory_csv"),
    path(
        "workspace/<partner_reference:reference>/priorities/", views.priorities, name="priorities"
    ),
    path(
        "workspace/<partner_reference:reference>/profile/", views.profile_edit, name="profile_edit"
    ),
    path("desk/requests/", desk.board, name="board"),
    path("desk/requests/open/<int:message_id>/", desk.open_from_message, name="open"),
    path("desk/requests/<partner_reference:reference>/", desk.case, name="request"),
    path(
        "desk/requests/<partner_reference:reference>/acknowledge/",
        desk.acknowledge,
        name="acknowledge",
    ),
    path("desk/requests/<partner_reference:reference>/ask/", desk.ask, name="ask"),
    path("desk/requests/<partner_reference:reference>/vet/", desk.vet, name="vet"),
    path(
        "desk/requests/<partner_reference:reference>/recommend/", desk.recommend, name="recommend"
    ),
    path("desk/requests/<partner_reference:reference>/accept/", desk.accept, name="accept"),
    path("desk/requests/<partner_reference:reference>/decline/", desk.decline, name="decline"),
    path("desk/requests/<partner_reference:reference>/withdraw/", desk.withdraw, name="withdraw"),
]
