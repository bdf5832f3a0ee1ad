"""Addresses of this room. The partner's own page stands in room `web`, which knows all rooms."""

from django.urls import path

from coalition.partners.accession import views as accession
from coalition.partners.directory import views as directory
from coalition.partners.people import views as people
from coalition.partners.priorities import views as priorities
from coalition.partners.profile import views as profile

app_name = "partners"
urlpatterns = [
    path("partners/", directory.directory, name="directory"),
    path("partners.csv", directory.directory_csv, name="directory_csv"),
    path("workspace/<reference:reference>/priorities/", priorities.priorities, name="priorities"),
    path("workspace/<reference:reference>/profile/", profile.profile_edit, name="profile_edit"),
    path("desk/partners/<reference:reference>/leave/", people.leave, name="leave"),
    path("desk/requests/", accession.board, name="board"),
    path("desk/requests/open/<int:message_id>/", accession.open_from_message, name="open"),
    path("desk/requests/<reference:reference>/", accession.case, name="request"),
    path(
        "desk/requests/<reference:reference>/acknowledge/",
        accession.acknowledge,
        name="acknowledge",
    ),
    path("desk/requests/<reference:reference>/ask/", accession.ask, name="ask"),
    path("desk/requests/<reference:reference>/vet/", accession.vet, name="vet"),
    path("desk/requests/<reference:reference>/recommend/", accession.recommend, name="recommend"),
    path("desk/requests/<reference:reference>/accept/", accession.accept, name="accept"),
    path("desk/requests/<reference:reference>/decline/", accession.decline, name="decline"),
    path("desk/requests/<reference:reference>/withdraw/", accession.withdraw, name="withdraw"),
]
