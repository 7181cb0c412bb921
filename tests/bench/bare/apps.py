"""Bare tables for the ceilings of the bench."""

from django.apps import AppConfig


class BareConfig(AppConfig):
    """Only the bench's settings install it."""

    name = "tests.bench.bare"
    label = "bench_bare"
    default_auto_field = "django.db.models.BigAutoField"
