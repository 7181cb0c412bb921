"""Addresses of attendance."""

from django.urls import path

from . import views

app_name = "service"
urlpatterns = [
    path("activities/checkin/", views.typed, name="typed"),
    path("activities/checkin/<slug:token>/", views.scanned, name="scanned"),
    path("activities/shifts/<int:pk>/lead/", views.lead, name="lead"),
]
