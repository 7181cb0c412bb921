"""Shift and its places."""

from django.db import models

from volunteers.foundation import states

from .activity import Activity


class PlaceRole(models.TextChoices):
    """What a place asks of the person who takes it."""

    MEMBER = "member", "队员"
    LEADER = "leader", "组长"
    MEDIATOR = "mediator", "调解员"


class Shift(models.Model):
    """One stretch of time, half-open [starts_at, ends_at), which may cross midnight."""

    class State(models.TextChoices):
        """Life of a shift."""

        PLANNED = "planned", "未开放"
        OPEN = "open", "报名中"
        CANCELLED = "cancelled", "已取消"
        ENDED = "ended", "已结束"

    MOVES = states.table(
        {
            State.PLANNED: [State.OPEN, State.CANCELLED],
            State.OPEN: [State.CANCELLED, State.ENDED],
        }
    )

    activity = models.ForeignKey(Activity, models.PROTECT, related_name="shifts")
    starts_at = models.DateTimeField("开始")
    ends_at = models.DateTimeField("结束")
    state = models.CharField("状态", max_length=12, choices=State.choices, default=State.PLANNED)
    cancel_reason = models.CharField("取消原因", max_length=200, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "班次"
        ordering = ["starts_at", "id"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(ends_at__gt=models.F("starts_at")), name="shift_has_length"
            )
        ]
        indexes = [models.Index(fields=["state", "starts_at"], name="shift_state_start")]

    def __str__(self) -> str:
        return f"{self.activity_id} {self.starts_at:%m-%d %H:%M}"

    @property
    def minutes(self) -> int:
        """Planned length in whole minutes."""
        return int((self.ends_at - self.starts_at).total_seconds() // 60)


class ShiftPlace(models.Model):
    """Places of one role in one shift. `taken` counts offered and confirmed sign-ups and is only
    ever changed by the guarded UPDATEs of `services.capacity`."""

    shift = models.ForeignKey(Shift, models.PROTECT, related_name="places")
    role = models.CharField("角色", max_length=8, choices=PlaceRole.choices)
    capacity = models.PositiveSmallIntegerField("名额")
    taken = models.PositiveIntegerField("已占用", default=0)
    # Places that staff gave above capacity, each with a reason in its act: the only way past it
    over = models.PositiveSmallIntegerField("超出名额", default=0)

    class Meta:
        verbose_name = verbose_name_plural = "名额"
        constraints = [
            models.UniqueConstraint(fields=["shift", "role"], name="place_role_once"),
            models.CheckConstraint(
                condition=models.Q(taken__lte=models.F("capacity") + models.F("over")),
                name="place_never_oversold",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_role_display()} {self.taken}/{self.capacity}"
