"""Addresses of the inbox."""

from django.urls import path

from . import views

app_name = "notices"
urlpatterns = [path("me/inbox/", views.inbox, name="inbox")]
