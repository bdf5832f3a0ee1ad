from django.urls import path

from coalition.commitments import views

app_name = "commitments"

urlpatterns = [
    path("commitments/", views.explorer, name="explorer"),
    path("commitments/download.csv", views.download, name="download"),
    path("commitments/<reference:reference>/", views.commitment, name="commitment"),
    path("workspace/<reference:partner>/commitments/new/", views.new, name="new"),
    path("workspace/commitments/<reference:reference>/", views.summary, name="summary"),
    path("workspace/commitments/<reference:reference>/submit/", views.submit, name="submit"),
    path("workspace/commitments/<reference:reference>/withdraw/", views.withdraw, name="withdraw"),
    path(
        "workspace/commitments/<reference:reference>/paragraphs/",
        views.paragraphs,
        name="paragraphs",
    ),
    path("workspace/commitments/<reference:reference>/goals/", views.goals, name="goals"),
    path("workspace/commitments/<reference:reference>/<slug:step>/", views.edit, name="edit"),
    path("desk/commitments/", views.review_list, name="review_list"),
    path("desk/commitments/<reference:reference>/", views.review, name="review"),
    path("desk/commitments/<reference:reference>/approve/", views.approve, name="approve"),
    path(
        "desk/commitments/<reference:reference>/request-change/",
        views.request_change,
        name="request_change",
    ),
]
