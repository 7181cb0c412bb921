"""Campaign and activity."""

from django.conf import settings
from django.db import models
from django.utils import timezone
from wagtail.search import index

from volunteers.areas.models import Area
from volunteers.foundation import states
from volunteers.organisations.models import Organisation
from volunteers.teams.models import Team


class Pillar(models.TextChoices):
    """The four strands of the brand; each has its colour everywhere."""

    SHARE = "share", "资源联享"
    ISSUES = "issues", "问题联治"
    MEDIATE = "mediate", "矛盾联调"
    SAFE = "safe", "平安联创"


class Kind(models.TextChoices):
    """What people do there."""

    PATROL = "patrol", "联勤巡逻"
    MEDIATION = "mediation", "矛盾调解"
    SERVICE = "service", "便民服务"
    ENVIRONMENT = "environment", "环境清洁"
    CARE = "care", "助老护幼"
    TRAINING = "training", "培训"


PILLAR_OF_KIND = {
    Kind.PATROL: Pillar.SAFE,
    Kind.MEDIATION: Pillar.MEDIATE,
    Kind.SERVICE: Pillar.SHARE,
    Kind.ENVIRONMENT: Pillar.ISSUES,
    Kind.CARE: Pillar.SHARE,
    Kind.TRAINING: Pillar.MEDIATE,
}
# DOMAIN §1 art. 17: accident insurance before work that may endanger the person
RISKY_KINDS = frozenset({Kind.PATROL})


class Campaign(models.Model):
    """A campaign of the brand (品牌活动). Its page in the CMS points here for live figures."""

    title = models.CharField("名称", max_length=60)
    goal = models.CharField("目标", max_length=200)
    pillar = models.CharField("板块", max_length=8, choices=Pillar.choices)
    area = models.ForeignKey(Area, models.PROTECT, verbose_name="区域")
    starts_on = models.DateField("开始日期")
    ends_on = models.DateField("结束日期")
    is_demo = models.BooleanField("演示数据", default=False)

    class Meta:
        verbose_name = verbose_name_plural = "品牌活动"
        constraints = [
            models.CheckConstraint(
                condition=models.Q(ends_on__gte=models.F("starts_on")), name="campaign_days"
            )
        ]

    def __str__(self) -> str:
        return self.title


class Activity(index.Indexed, models.Model):
    """What an organisation offers; its shifts say when."""

    class State(models.TextChoices):
        """Life of an activity."""

        DRAFT = "draft", "草稿"
        SUBMITTED = "submitted", "待审核"
        RETURNED = "returned", "退回修改"
        DECLINED = "declined", "未通过"
        PUBLISHED = "published", "已发布"
        CANCELLED = "cancelled", "已取消"
        ENDED = "ended", "已结束"

    MOVES = states.table(
        {
            State.DRAFT: [State.SUBMITTED, State.CANCELLED],
            State.SUBMITTED: [State.PUBLISHED, State.RETURNED, State.DECLINED],
            State.RETURNED: [State.SUBMITTED, State.CANCELLED],
            State.PUBLISHED: [State.CANCELLED, State.ENDED],
        }
    )

    host = models.ForeignKey(
        Organisation, models.PROTECT, related_name="activities", verbose_name="主办组织"
    )
    team = models.ForeignKey(
        Team, models.PROTECT, null=True, blank=True, related_name="activities", verbose_name="队伍"
    )
    campaign = models.ForeignKey(
        Campaign,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="activities",
        verbose_name="品牌活动",
    )
    kind = models.CharField("类别", max_length=12, choices=Kind.choices)
    pillar = models.CharField("板块", max_length=8, choices=Pillar.choices)
    title = models.CharField("标题", max_length=60)
    description = models.TextField("介绍", max_length=3000)
    area = models.ForeignKey(Area, models.PROTECT, verbose_name="所在网格或社区")
    place = models.CharField("地点", max_length=80)
    meeting_point = models.CharField("集合点", max_length=80, blank=True)
    risk_notice = models.TextField("风险提示", max_length=1000)
    insurance_note = models.CharField("保险说明", max_length=200, blank=True)
    contact_name = models.CharField("联系人", max_length=50)
    contact_phone = models.CharField("联系电话", max_length=20)
    rule_code = models.SlugField("积分规则", max_length=40)  # of points.Rule; versions by date
    state = models.CharField("状态", max_length=12, choices=State.choices, default=State.DRAFT)
    remark = models.CharField("审核意见", max_length=300, blank=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    created_at = models.DateTimeField(default=timezone.now)
    published_at = models.DateTimeField("发布时间", null=True, blank=True)
    is_demo = models.BooleanField("演示数据", default=False)

    search_fields = [
        index.SearchField("title", boost=2),
        index.SearchField("description"),
        index.SearchField("place"),
        index.FilterField("state"),
    ]

    class Meta:
        verbose_name = verbose_name_plural = "活动"
        constraints = [
            # DOMAIN §1 art. 12: risks are told before an activity can be published
            models.CheckConstraint(
                condition=~models.Q(state="published") | ~models.Q(risk_notice=""),
                name="activity_tells_risks",
            ),
            models.CheckConstraint(
                condition=~models.Q(state="published", kind="patrol", insurance_note=""),
                name="activity_risky_is_insured",
            ),
        ]
        indexes = [models.Index(fields=["state", "kind"], name="activity_state_kind")]

    def __str__(self) -> str:
        return self.title
