from django.urls import path

from coalition.web import views

urlpatterns = [
    path("", views.page, name="home"),
    path("about/", views.page, {"slug": "about"}, name="about"),
    path("accessibility/", views.page, {"slug": "accessibility"}, name="accessibility"),
    path("privacy/", views.page, {"slug": "privacy"}, name="privacy"),
    path("news/", views.page, {"slug": "news"}, name="news"),
    path("partners/<reference:reference>/", views.partner, name="partner"),
    path("partners/<reference:reference>/sheet/", views.partner_sheet, name="partner_sheet"),
    path("places/", views.places, name="places"),
    path("places/<code:code>/", views.place, name="place"),
    path("places/<code:code>/print/", views.place_sheet, name="place_sheet"),
    path("themes/", views.themes, name="themes"),
    path("themes/<code:code>/", views.theme, name="theme"),
    path("themes/<code:code>/print/", views.theme_sheet, name="theme_sheet"),
    path("challenges/<code:code>/", views.challenge, name="challenge"),
    path("challenges/<code:code>/print/", views.challenge_sheet, name="challenge_sheet"),
    path("workspace/", views.workspace, name="workspace"),
    path("desk/", views.desk, name="desk"),
]
