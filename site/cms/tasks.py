"""Celery entry points: ids in, one service call, safe to run twice."""

from celery import shared_task

from . import services


@shared_task(name="cms.publish_scheduled")
def publish_scheduled() -> None:
    """Beat knocks once a minute; due times stand in the database."""
    services.publish_scheduled()
    services.make_missing_renditions()


@shared_task(name="cms.make_renditions")
def make_renditions(image_ids: list[int]) -> None:
    """The sizes of `cms.pictures` of these images."""
    services.make_renditions(image_ids)
