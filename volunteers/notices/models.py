"""The inbox: what each person was told, when, and whether they saw it."""

from django.db import models
from django.utils import timezone

from volunteers.people.models import Volunteer


class Notice(models.Model):
    """One message to one person. `key` makes it one, whatever retries happen."""

    key = models.CharField(max_length=160, unique=True)
    kind = models.CharField(max_length=40)
    volunteer = models.ForeignKey(Volunteer, models.CASCADE, related_name="notices")
    title = models.CharField("标题", max_length=80)
    body = models.CharField("内容", max_length=500)
    url = models.CharField("链接", max_length=200, blank=True)
    at = models.DateTimeField("时间", default=timezone.now)
    read_at = models.DateTimeField("已读时间", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "消息"
        indexes = [models.Index(fields=["volunteer", "-at"], name="notice_inbox")]

    def __str__(self) -> str:
        return self.title
