"""Addresses of the entry. `account_*` are the names that allauth itself looks up."""

from django.urls import include, path
from django.views.generic import RedirectView

from . import views

_own = (
    [
        path("", views.entry, name="entry"),
        path("code/", views.code, name="code"),
        path("code/resend/", views.resend, name="resend"),
        path("leave/", views.leave, name="leave"),
    ],
    "accounts",
)

urlpatterns = [
    path("", include(_own)),
    path(
        "login/",
        RedirectView.as_view(pattern_name="accounts:entry", query_string=True),
        name="account_login",
    ),
    path(
        "signup/",
        RedirectView.as_view(pattern_name="accounts:entry", query_string=True),
        name="account_signup",
    ),
    path("logout/", RedirectView.as_view(pattern_name="accounts:leave"), name="account_logout"),
]
