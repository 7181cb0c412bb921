"""Telling people."""

from django.apps import AppConfig


class NoticesConfig(AppConfig):
    """Answers foundation.tell."""

    name = "volunteers.notices"
    label = "notices"
    verbose_name = "消息"

    def ready(self) -> None:
        from volunteers.foundation import outbox, tell

        from . import services

        tell.provide(services.Notices)
        outbox.topics.add("notice", services.deliver)
