"""A grant gives one user one role over an area (and all below) or over one organisation."""

from django.conf import settings
from django.db import models
from django.utils import timezone

from volunteers.areas.models import Area
from volunteers.organisations.models import Organisation


class Role(models.TextChoices):
    """Roles over an area, then roles in an organisation."""

    AREA_STAFF = "area_staff", "街道社区审核员"
    COORDINATOR = "coordinator", "志愿服务协调员"
    GRID_HEAD = "grid_head", "网格长"
    GRID_WORKER = "grid_worker", "网格员"
    COUNTER = "counter", "服务中心窗口"
    EDITOR = "editor", "编辑"
    REVIEWER = "reviewer", "审稿人"
    AUDITOR = "auditor", "监督员"
    ORG_MANAGER = "org_manager", "组织管理员"
    ORG_POSTER = "org_poster", "活动发布员"
    LIAISON = "liaison", "单位联络员"


ORGANISATION_ROLES = (Role.ORG_MANAGER, Role.ORG_POSTER, Role.LIAISON)


class Grant(models.Model):
    """One role of one user over one scope, until revoked."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="grants")
    role = models.CharField("角色", max_length=16, choices=Role.choices)
    area = models.ForeignKey(Area, models.PROTECT, null=True, blank=True, verbose_name="区域")
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, null=True, blank=True, verbose_name="组织"
    )
    granted_at = models.DateTimeField("授予时间", default=timezone.now)
    revoked_at = models.DateTimeField("收回时间", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "授权"
        constraints = [
            models.CheckConstraint(
                condition=models.Q(area__isnull=False, organisation__isnull=True)
                | models.Q(area__isnull=True, organisation__isnull=False),
                name="grant_one_scope",
            ),
            models.CheckConstraint(
                condition=models.Q(
                    organisation__isnull=False, role__in=[r.value for r in ORGANISATION_ROLES]
                )
                | (
                    models.Q(area__isnull=False)
                    & ~models.Q(role__in=[r.value for r in ORGANISATION_ROLES])
                ),
                name="grant_role_fits_scope",
            ),
            models.UniqueConstraint(
                fields=["user", "role", "area"],
                condition=models.Q(revoked_at__isnull=True, area__isnull=False),
                name="grant_area_once",
            ),
            models.UniqueConstraint(
                fields=["user", "role", "organisation"],
                condition=models.Q(revoked_at__isnull=True, organisation__isnull=False),
                name="grant_organisation_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_role_display()}"
