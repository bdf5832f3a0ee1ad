from django.urls import path

from coalition.instruments import views

app_name = "instruments"
urlpatterns = [
    path("declarations/", views.declarations, name="list"),
    path("declarations/<slug:code>/", views.contents, name="contents"),
    path("declarations/<slug:code>/part/<int:number>/", views.part, name="part"),
    path("declarations/<slug:code>/print/", views.whole, name="print"),
    path("declarations/<slug:code>/text.txt", views.as_text, name="as_text"),
    path("declarations/<slug:code>/text.json", views.as_json, name="as_json"),
    path("declarations/<slug:code>/paragraphs.csv", views.paragraphs_csv, name="paragraphs_csv"),
    path("declarations/<slug:code>/<slug:eid>/", views.provision, name="provision"),
]
