from django.urls import path

from coalition.commitments import views

app_name = "commitments"

urlpatterns = [
    path("commitments/", views.explorer, name="explorer"),
    path("commitments/download.csv", views.download, name="download"),
    path("commitments/<str:reference>/", views.commitment, name="commitment"),
    path("workspace/<str:partner>/commitments/new/", views.new, name="new"),
    path("workspace/commitments/<str:reference>/", views.summary, name="summary"),
    path("workspace/commitments/<str:reference>/submit/", views.submit, name="submit"),
    path("workspace/commitments/<str:reference>/withdraw/", views.withdraw, name="withdraw"),
    path("workspace/commitments/<str:reference>/paragraphs/", views.paragraphs, name="paragraphs"),
    path("workspace/commitments/<str:reference>/<slug:step>/", views.edit, name="edit"),
    path("desk/commitments/", views.review_list, name="review_list"),
    path("desk/commitments/<str:reference>/", views.review, name="review"),
    path("desk/commitments/<str:reference>/approve/", views.approve, name="approve"),
    path(
        "desk/commitments/<str:reference>/request-change/",
        views.request_change,
        name="request_change",
    ),
]
