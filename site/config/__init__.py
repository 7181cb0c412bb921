"""The project: settings, addresses, tasks, page cache. Holds no model."""

from .celery import app as celery_app

__all__ = ["celery_app"]
