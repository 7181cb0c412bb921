"""Addresses of residents' pages that join rooms."""

from django.urls import include, path

from . import teams, views

_own = (
    [
        path("me/", views.me, name="me"),
        path("me/signups/", views.signups, name="signups"),
        path("me/records/", views.records, name="records"),
        path("honours/", views.honours, name="honours"),
        path("grids/", views.grids, name="grids"),
        path("grids/<slug:code>/", views.grid, name="grid"),
        path("teams/", teams.team_list, name="teams"),
        path("teams/<int:pk>/", teams.team, name="team"),
        path("help/", views.help_page, name="help"),
    ],
    "portal",
)

urlpatterns = [path("", include(_own)), path("", include("volunteers.people.urls"))]
