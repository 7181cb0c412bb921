"""Patrol teams, mediation teams and others, with their members."""

from django.db import models
from django.utils import timezone

from volunteers.areas.models import Area
from volunteers.organisations.models import Organisation
from volunteers.people.models import Volunteer


class Kind(models.TextChoices):
    """What a team does."""

    PATROL = "patrol", "平安巡逻队"
    MEDIATION = "mediation", "调解队"
    SERVICE = "service", "便民服务队"


class Team(models.Model):
    """A team of an organisation, bound to areas."""

    kind = models.CharField("类别", max_length=12, choices=Kind.choices)
    name = models.CharField("队名", max_length=60)
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="teams")
    areas = models.ManyToManyField(Area, verbose_name="服务区域", related_name="teams")
    intro = models.TextField("介绍", blank=True)
    closed_at = models.DateTimeField("停用时间", null=True, blank=True)
    is_demo = models.BooleanField("演示数据", default=False)

    class Meta:
        verbose_name = verbose_name_plural = "队伍"
        constraints = [
            models.UniqueConstraint(fields=["organisation", "name"], name="team_name_once")
        ]

    def __str__(self) -> str:
        return self.name


class Membership(models.Model):
    """One volunteer in one team, as member or leader, until they leave."""

    class Role(models.TextChoices):
        """A leader takes attendance and confirms minutes."""

        MEMBER = "member", "队员"
        LEADER = "leader", "队长"

    team = models.ForeignKey(Team, models.PROTECT, related_name="memberships")
    volunteer = models.ForeignKey(Volunteer, models.PROTECT, related_name="memberships")
    role = models.CharField("角色", max_length=8, choices=Role.choices, default=Role.MEMBER)
    joined_at = models.DateTimeField("加入时间", default=timezone.now)
    left_at = models.DateTimeField("离开时间", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "队员"
        constraints = [
            models.UniqueConstraint(
                fields=["team", "volunteer"],
                condition=models.Q(left_at__isnull=True),
                name="member_once",
            )
        ]

    def __str__(self) -> str:
        return f"{self.volunteer} · {self.get_role_display()}"
