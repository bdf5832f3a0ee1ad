"""Sign-in, sign-out and the profile.

The names `account_…` are those by which allauth finds its own pages. Only these few of its views
are mounted: there is no password, no sign-up and no page to manage addresses.
"""

from allauth.account.views import account_inactive, logout
from django.urls import include, path
from django.views.decorators.http import require_POST

from coalition.accounts import views

ours = [
    path("profile/", views.profile, name="profile"),
    path("demo/<str:token>/", views.demo_sign_in, name="demo"),
]
urlpatterns = [
    path("sign-in/", views.AskForCode.as_view(), name="account_request_login_code"),
    path("sign-in/", views.AskForCode.as_view(), name="account_login"),
    path("sign-in/code/", views.GiveCode.as_view(), name="account_confirm_login_code"),
    path("sign-in/closed/", account_inactive, name="account_inactive"),
    path("sign-out/", require_POST(logout), name="account_logout"),
    path("", include((ours, "accounts"))),
]
