from django.urls import path

from coalition.commitments.amending import views as amending
from coalition.commitments.contributing import views as contributing
from coalition.commitments.deciding import views as deciding
from coalition.commitments.exploring import views as exploring
from coalition.commitments.lists import views as lists
from coalition.commitments.parts import views as parts
from coalition.commitments.reading import views as reading
from coalition.commitments.writing import views as writing

app_name = "commitments"

# --- For everyone
urlpatterns = [
    path("commitments/", exploring.explorer, name="explorer"),
    path("commitments/map/", exploring.on_map, name="map"),
    path("commitments/feed.atom", exploring.feed, name="feed"),
    path("commitments/download.csv", exploring.download_csv, name="download"),
    path("commitments/download.xlsx", exploring.download_xlsx, name="download_xlsx"),
    path("commitments/download.json", exploring.download_json, name="download_json"),
    path("commitments/<reference:reference>/", reading.commitment, name="commitment"),
    path("commitments/<reference:reference>/print/", reading.sheet, name="sheet"),
    path(
        "commitments/<reference:reference>/editions/<int:number>/", amending.edition, name="edition"
    ),
]

# --- For everyone who has signed in, and for the links in their letters
urlpatterns += [
    path("searches/", exploring.searches, name="searches"),
    path("searches/keep/", exploring.search_keep, name="search_keep"),
    path("searches/<int:pk>/change/", exploring.search_change, name="search_change"),
    path("searches/<int:pk>/remove/", exploring.search_remove, name="search_remove"),
    path("searches/stop/<str:signed>/", exploring.search_stop, name="search_stop"),
]

# --- For those who speak for a partner in it
MINE = "workspace/commitments/<reference:reference>/"
urlpatterns += [
    path("workspace/<reference:partner>/commitments/new/", writing.new, name="new"),
    path(MINE, writing.summary, name="summary"),
    *(
        path(f"{MINE}{verb.replace('_', '-')}/", deciding.act, {"verb": verb}, name=verb)
        for verb in deciding.FOR_PARTNERS
    ),
    path(f"{MINE}paragraphs/", writing.edit, {"step": "paragraphs"}, name="paragraphs"),
    path(f"{MINE}goals/", writing.goals, name="goals"),
    path(f"{MINE}amendments/", amending.amendments, name="amendments"),
    path(f"{MINE}amendments/new/", amending.begin, name="amend"),
    path(f"{MINE}amendments/<int:pk>/", amending.amendment, name="amendment"),
    path(f"{MINE}amendments/<int:pk>/propose/", amending.propose, name="amendment_propose"),
    path(f"{MINE}amendments/<int:pk>/send-back/", amending.send_back, name="amendment_send_back"),
    path(f"{MINE}amendments/<int:pk>/apply/", amending.apply, name="amendment_apply"),
    path(f"{MINE}amendments/<int:pk>/discard/", amending.discard, name="amendment_discard"),
    path(f"{MINE}amendments/<int:pk>/<slug:step>/", amending.step, name="amendment_step"),
    path(f"{MINE}contributions/", contributing.claims, name="claims"),
    path(f"{MINE}contributions/new/", contributing.new, name="claim_new"),
    path(f"{MINE}contributions/<int:pk>/", contributing.claim, name="claim"),
    *(
        path(
            f"{MINE}contributions/<int:pk>/{verb}/",
            contributing.act,
            {"verb": verb},
            name=f"claim_{verb}",
        )
        for verb in contributing.VERBS
    ),
    path(f"{MINE}parts/", parts.parts, name="parts"),
    path(f"{MINE}parts/<int:pk>/", parts.part, name="part"),
    *(
        path(
            f"{MINE}parts/<int:pk>/{verb.replace('_', '-')}/",
            parts.act,
            {"verb": verb},
            name=f"part_{verb}",
        )
        for verb in parts.VERBS
    ),
    path(f"{MINE}<slug:step>/", writing.edit, name="edit"),
]

# --- For those who lead a key intervention
urlpatterns += [
    path(
        "workspace/interventions/<reference:reference>/contributions/",
        contributing.desk,
        name="claims_desk",
    ),
]

# --- For officers
DESK = "desk/commitments/"
urlpatterns += [
    path(DESK, deciding.review_list, name="review_list"),
    path(f"{DESK}download.csv", deciding.review_csv, name="review_csv"),
    path(f"{DESK}<reference:reference>/", deciding.review, name="review"),
]
urlpatterns += [
    path(
        f"{DESK}<reference:reference>/{verb.replace('_', '-')}/",
        deciding.act,
        {"verb": verb},
        name=verb,
    )
    for verb in deciding.FOR_OFFICERS
]

# --- Lists: of officers, and of those who write for a partner
OWN = "workspace/<reference:partner>/commitments/lists/"
LIST = "workspace/commitment-lists/<int:pk>/"
urlpatterns += [
    path(f"{DESK}lists/", lists.lists, name="lists"),
    path(f"{DESK}lists/commitments-to-fill-in.xlsx", lists.template, name="list_template"),
    path(OWN, lists.own_lists, name="own_lists"),
    path(f"{OWN}commitments-to-fill-in.xlsx", lists.own_template, name="own_list_template"),
    path(LIST, lists.report, name="list"),
    path(f"{LIST}report.csv", lists.report_csv, name="list_report_csv"),
    path(f"{LIST}columns/", lists.columns, name="list_columns"),
    path(f"{LIST}take-in/", lists.take_in, name="list_take_in"),
    path(f"{LIST}cancel/", lists.cancel, name="list_cancel"),
]
