from __future__ import annotations

from django.urls import URLPattern, path

from coalition.consultations.planning import views as planning
from coalition.consultations.reading import views as reading
from coalition.consultations.seeding import views as seeding

app_name = "consultations"

# --- For everyone
urlpatterns: list[URLPattern] = [
    path("consultations/", reading.listing, name="list"),
    path("consultations/download.csv", reading.list_csv, name="list_csv"),
    path("consultations/<reference:reference>/", reading.consultation, name="consultation"),
    path("consultations/<reference:reference>/print/", reading.sheet, name="sheet"),
]

# --- For officers
DESK = "desk/consultations/"
ONE = f"{DESK}<reference:reference>/"
urlpatterns += [
    path(DESK, planning.desk, name="desk"),
    path(f"{DESK}download.csv", planning.desk_csv, name="desk_csv"),
    path(f"{DESK}new/", planning.new, name="new"),
    path(ONE, planning.plan, name="plan"),
    path(f"{ONE}words/", planning.words, name="words"),
    path(f"{ONE}scope/", planning.scope, name="scope"),
    path(f"{ONE}priorities/", planning.priorities, name="priorities"),
    path(f"{ONE}paragraphs/", planning.paragraphs, name="paragraphs"),
    path(f"{ONE}people/", planning.people, name="people"),
    path(f"{ONE}phases/", planning.phases, name="phases"),
    path(f"{ONE}phases/<slug:kind>/", planning.phase, name="phase"),
    path(f"{ONE}phases/<slug:kind>/remove/", planning.phase_remove, name="phase_remove"),
    path(f"{ONE}first-proposals/", seeding.first_proposals, name="first_proposals"),
    path(f"{ONE}first-proposals/<int:number>/", seeding.proposal, name="proposal"),
    path(f"{ONE}first-proposals/<int:number>/take-back/", seeding.take_back, name="take_back"),
    path(f"{ONE}discard/", planning.discard, name="discard"),
    *(
        path(f"{ONE}{verb.replace('_', '-')}/", planning.act, {"verb": verb}, name=verb)
        for verb in planning.VERBS
    ),
]
