"""Addresses of the search page; `config.urls` puts them under /search/."""

from django.urls import path

from . import views

app_name = "search"

urlpatterns = [path("", views.search, name="results")]
