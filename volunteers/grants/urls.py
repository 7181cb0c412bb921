"""Addresses of organisations and their review."""

from django.urls import path

from . import views

urlpatterns = [
    path("units/", views.units, name="units"),
    path("org/apply/", views.apply, name="organisation_apply"),
    path("org/<slug:slug>/", views.organisation, name="organisation"),
    path("desk/organisations/<int:pk>/", views.review, name="organisation_review"),
]
