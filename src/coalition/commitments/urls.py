from django.urls import path

from coalition.commitments.deciding import views as deciding
from coalition.commitments.exploring import views as exploring
from coalition.commitments.reading import views as reading
from coalition.commitments.writing import views as writing

app_name = "commitments"

# --- For everyone
urlpatterns = [
    path("commitments/", exploring.explorer, name="explorer"),
    path("commitments/download.csv", exploring.download, name="download"),
    path("commitments/<reference:reference>/", reading.commitment, name="commitment"),
]

# --- For those who speak for a partner in it
MINE = "workspace/commitments/<reference:reference>/"
urlpatterns += [
    path("workspace/<reference:partner>/commitments/new/", writing.new, name="new"),
    path(MINE, writing.summary, name="summary"),
    path(f"{MINE}submit/", deciding.submit, name="submit"),
    path(f"{MINE}withdraw/", deciding.withdraw, name="withdraw"),
    path(f"{MINE}paragraphs/", writing.paragraphs, name="paragraphs"),
    path(f"{MINE}goals/", writing.goals, name="goals"),
    path(f"{MINE}<slug:step>/", writing.edit, name="edit"),
]

# --- For officers
DESK = "desk/commitments/"
urlpatterns += [
    path(DESK, deciding.review_list, name="review_list"),
    path(f"{DESK}<reference:reference>/", deciding.review, name="review"),
    path(f"{DESK}<reference:reference>/approve/", deciding.approve, name="approve"),
    path(
        f"{DESK}<reference:reference>/request-change/",
        deciding.request_change,
        name="request_change",
    ),
]
