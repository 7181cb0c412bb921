"""Addresses of the board."""

from django.urls import path

from . import views

urlpatterns = [
    path("desk/rota/", views.board, name="rota_board"),
    path("desk/rota/shifts/<int:pk>/", views.shift_page, name="rota_shift"),
    path("desk/rota/shifts/<int:pk>/remove/<int:signup_pk>/", views.remove, name="rota_remove"),
]
