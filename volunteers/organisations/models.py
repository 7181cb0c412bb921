"""Organisations of every kind, with one review."""

from django.db import models
from django.utils import timezone

from volunteers.areas.models import Area
from volunteers.foundation import states


class Kind(models.TextChoices):
    """The kinds of organisation."""

    SOCIAL = "social", "社会组织"
    UNIT = "unit", "驻区单位"
    DEPARTMENT = "department", "部门"
    PARTY = "party", "党组织"
    COMMITTEE = "committee", "居委会"
    MEDIATION = "mediation", "调解委员会"
    CENTRE = "centre", "党群服务中心"


class State(models.TextChoices):
    """Review of an organisation."""

    SUBMITTED = "submitted", "待审核"
    RETURNED = "returned", "退回补充"
    ACCEPTED = "accepted", "已通过"
    DECLINED = "declined", "未通过"
    CLOSED = "closed", "已停用"


MOVES = states.table(
    {
        State.SUBMITTED: [State.ACCEPTED, State.RETURNED, State.DECLINED],
        State.RETURNED: [State.SUBMITTED, State.DECLINED],
        State.ACCEPTED: [State.CLOSED],
    }
)


class Organisation(models.Model):
    """A social organisation, resident unit, department, committee or centre."""

    kind = models.CharField("类别", max_length=12, choices=Kind.choices)
    name = models.CharField("名称", max_length=80)
    slug = models.SlugField("网址代号", max_length=80, unique=True)
    uscc = models.CharField("统一社会信用代码", max_length=18, unique=True, null=True, blank=True)
    area = models.ForeignKey(Area, models.PROTECT, verbose_name="所在区域")
    intro = models.TextField("介绍", blank=True)
    liaison_name = models.CharField("联络人", max_length=50)
    liaison_phone = models.CharField("联络电话", max_length=20)
    state = models.CharField("状态", max_length=12, choices=State.choices, default=State.SUBMITTED)
    remark = models.CharField("审核意见", max_length=300, blank=True)
    is_demo = models.BooleanField("演示数据", default=False)
    created_at = models.DateTimeField("申请时间", default=timezone.now)

    class Meta:
        verbose_name = verbose_name_plural = "组织单位"
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "name", "area"],
                condition=~models.Q(state__in=["declined", "closed"]),
                name="organisation_once",
            )
        ]

    def __str__(self) -> str:
        return self.name
