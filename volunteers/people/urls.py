"""Addresses of this app."""

from django.urls import path

from . import views

app_name = "people"
urlpatterns = [
    path("me/start/", views.start, name="start"),
    path("me/edit/", views.edit, name="edit"),
]
