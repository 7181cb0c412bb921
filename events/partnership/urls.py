"""Addresses of grid joins."""

from django.urls import path

from . import views

urlpatterns = [
    path("org/<slug:slug>/grids/", views.joins, name="grid_joins"),
    path("org/<slug:slug>/grids/<int:pk>/leave/", views.leave, name="grid_leave"),
    path("desk/joins/<int:pk>/", views.decide, name="grid_join_decide"),
]
