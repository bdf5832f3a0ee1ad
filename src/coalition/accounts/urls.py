"""Sign-in, sign-out, second factors, sessions and the profile.

The names `account_…` and `mfa_…` are those by which allauth finds its own pages. Only these few of
its views are mounted: there is no password, no sign-up and no page to manage addresses.
"""

from allauth.account.views import account_inactive, logout
from django.urls import include, path
from django.views.decorators.http import require_POST

from coalition.accounts import security_views as security
from coalition.accounts import views

ours = [
    path("account/sessions/end/", security.end_other_sessions, name="end_other_sessions"),
    path("account/sessions/<slug:handle>/end/", security.end_session, name="end_session"),
    path("desk/people/", security.colleagues, name="colleagues"),
    path("desk/people/reset/", security.reset_second_factor, name="reset_second_factor"),
    path("profile/", views.profile, name="profile"),
    path("demo/<str:token>/", views.demo_sign_in, name="demo"),
]
urlpatterns = [
    path("sign-in/", views.AskForCode.as_view(), name="account_request_login_code"),
    path("sign-in/", views.AskForCode.as_view(), name="account_login"),
    path("sign-in/code/", views.GiveCode.as_view(), name="account_confirm_login_code"),
    path("sign-in/second/", security.GiveSecondFactor.as_view(), name="mfa_authenticate"),
    path("sign-in/again/", security.Again.as_view(), name="mfa_reauthenticate"),
    path(
        "sign-in/again/passkey/",
        security.AgainByPasskey.as_view(),
        name="mfa_reauthenticate_webauthn",
    ),
    path("sign-in/closed/", account_inactive, name="account_inactive"),
    path("sign-out/", require_POST(logout), name="account_logout"),
    path("account/security/", security.security, name="mfa_index"),
    path("account/app/", security.AddApp.as_view(), name="mfa_activate_totp"),
    path("account/app/remove/", security.RemoveApp.as_view(), name="mfa_deactivate_totp"),
    path("account/codes/", security.Codes.as_view(), name="mfa_view_recovery_codes"),
    path("account/codes/new/", security.RenewCodes.as_view(), name="mfa_generate_recovery_codes"),
    path("account/passkeys/add/", security.AddPasskey.as_view(), name="mfa_add_webauthn"),
    path("account/passkeys/<int:pk>/", security.RenamePasskey.as_view(), name="mfa_edit_webauthn"),
    path(
        "account/passkeys/<int:pk>/remove/",
        security.RemovePasskey.as_view(),
        name="mfa_remove_webauthn",
    ),
    path("", include((ours, "accounts"))),
]
