"""A unit joins a grid to co-govern it."""

from django.db import models
from django.utils import timezone

from volunteers.areas.models import Area
from volunteers.foundation import states
from volunteers.organisations.models import Organisation


class GridJoin(models.Model):
    """One unit in one grid: applied for, accepted, left."""

    class State(models.TextChoices):
        """Life of a join."""

        APPLIED = "applied", "待审核"
        ACCEPTED = "accepted", "已加入"
        DECLINED = "declined", "未通过"
        LEFT = "left", "已退出"

    MOVES = states.table(
        {
            State.APPLIED: [State.ACCEPTED, State.DECLINED, State.LEFT],
            State.ACCEPTED: [State.LEFT],
        }
    )

    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="grid_joins")
    grid = models.ForeignKey(Area, models.PROTECT, related_name="unit_joins")
    offer = models.CharField("能为网格做什么", max_length=300)
    state = models.CharField("状态", max_length=12, choices=State.choices, default=State.APPLIED)
    remark = models.CharField("审核意见", max_length=300, blank=True)
    created_at = models.DateTimeField("申请时间", default=timezone.now)
    decided_at = models.DateTimeField("审核时间", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "单位进网格"
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "grid"],
                condition=models.Q(state__in=["applied", "accepted"]),
                name="grid_join_live_once",
            )
        ]

    def __str__(self) -> str:
        return f"{self.organisation_id} → {self.grid_id}"
