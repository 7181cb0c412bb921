"""Public heads of what is sealed."""

from django.urls import path

from . import views

urlpatterns = [
    path("seals/", views.seals, name="seals"),
    path("seals/key.pem", views.key, name="seal_key"),
]
