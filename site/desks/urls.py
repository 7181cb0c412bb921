"""Addresses of the desks."""

from django.urls import path

from . import views

urlpatterns = [path("desk/", views.queue, name="desk")]
