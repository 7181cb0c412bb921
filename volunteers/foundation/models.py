"""Audit rows, outbox and seals: tables that belong to no room's subject."""

from django.conf import settings
from django.db import models
from django.utils import timezone


class Act(models.Model):
    """Who did what to which thing, with old and new values and the reason. Append-only."""

    at = models.DateTimeField("时间", default=timezone.now)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name="操作人"
    )  # None: the platform itself (a beat task, an import)
    verb = models.CharField("动作", max_length=60)
    subject = models.CharField("对象", max_length=80)  # "activities.signup:17"
    old = models.JSONField("原值", default=dict)
    new = models.JSONField("新值", default=dict)
    reason = models.CharField("原因", max_length=500, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "操作记录"
        indexes = [models.Index(fields=["subject", "id"], name="act_subject")]

    def __str__(self) -> str:
        return f"{self.verb} {self.subject}"


class Outgoing(models.Model):
    """Outbox row: what must leave the house, written in the transaction that caused it."""

    topic = models.CharField(max_length=60)
    key = models.CharField(max_length=160, unique=True)  # one delivery per key, ever
    payload = models.JSONField(default=dict)
    due_at = models.DateTimeField(default=timezone.now)
    done_at = models.DateTimeField(null=True)
    dropped = models.BooleanField(default=False)  # no longer valid when it was due
    attempts = models.PositiveSmallIntegerField(default=0)
    last_error = models.CharField(max_length=300, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "发件箱"
        indexes = [
            models.Index(
                fields=["due_at"], condition=models.Q(done_at__isnull=True), name="outgoing_due"
            )
        ]

    def __str__(self) -> str:
        return f"{self.topic} {self.key}"


class Seal(models.Model):
    """Signed Merkle head over the first `size` sealed rows of a stream. Append-only."""

    stream = models.CharField(max_length=40)
    size = models.PositiveBigIntegerField()
    head = models.CharField(max_length=64)  # hex SHA-256
    frontier = models.JSONField(default=list)  # roots of the full parts, hex: to go on from here
    signature = models.CharField(max_length=128)  # hex Ed25519 (foundation.seals.Head)
    public_key = models.CharField(max_length=64)  # hex, of the key that signed
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = verbose_name_plural = "封存"
        constraints = [models.UniqueConstraint(fields=["stream", "size"], name="seal_once")]

    def __str__(self) -> str:
        return f"{self.stream}@{self.size}"


class SealedRow(models.Model):
    """The place of one row in its stream's tree: never by `id > last`, which skips late commits."""

    stream = models.CharField(max_length=40)
    position = models.PositiveBigIntegerField()
    row_id = models.PositiveBigIntegerField()
    leaf = models.CharField(max_length=64)  # hex SHA-256 of the row's unchanging columns

    class Meta:
        verbose_name = verbose_name_plural = "封存行"
        constraints = [
            models.UniqueConstraint(fields=["stream", "position"], name="sealed_position"),
            models.UniqueConstraint(fields=["stream", "row_id"], name="sealed_row_once"),
        ]

    def __str__(self) -> str:
        return f"{self.stream}#{self.position}"
