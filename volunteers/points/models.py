"""Double entry by construction: a transfer is one row from one account to another."""

from django.conf import settings
from django.db import models
from django.utils import timezone

from volunteers.people.models import Volunteer


class Rule(models.Model):
    """How minutes become points, in versions: a row is never changed, a new version replaces it
    from its day on. Points have no price (DOMAIN: service is unpaid)."""

    code = models.SlugField("规则代号", max_length=40)
    version = models.PositiveSmallIntegerField("版本", default=1)
    title = models.CharField("名称", max_length=60)
    points_per_hour = models.PositiveSmallIntegerField("每小时积分")
    valid_from = models.DateField("生效日期")

    class Meta:
        verbose_name = verbose_name_plural = "积分规则"
        constraints = [
            models.UniqueConstraint(fields=["code", "version"], name="rule_version_once"),
            models.UniqueConstraint(fields=["code", "valid_from"], name="rule_one_a_day"),
        ]

    def __str__(self) -> str:
        return f"{self.title} v{self.version}"


class Account(models.Model):
    """An account of the ledger. `balance` is kept in the transaction that books, by a guarded
    UPDATE; the nightly audit compares it with the rows."""

    class Kind(models.TextChoices):
        """Where points come from and go to."""

        VOLUNTEER = "volunteer", "志愿者"
        ISSUED = "issued", "发放"  # the street's source account: its balance is minus all issued
        SPENT = "spent", "兑换"

    kind = models.CharField(max_length=12, choices=Kind.choices)
    volunteer = models.OneToOneField(
        Volunteer, models.PROTECT, null=True, blank=True, related_name="points_account"
    )
    balance = models.BigIntegerField("余额（分）", default=0)

    class Meta:
        verbose_name = verbose_name_plural = "积分账户"
        constraints = [
            models.CheckConstraint(
                condition=models.Q(kind="volunteer", volunteer__isnull=False)
                | (~models.Q(kind="volunteer") & models.Q(volunteer__isnull=True)),
                name="account_has_owner",
            ),
            models.UniqueConstraint(
                fields=["kind"], condition=~models.Q(kind="volunteer"), name="account_kind_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.pk}"


class Transfer(models.Model):
    """Whole points from one account to another. Append-only (triggers on both databases)."""

    key = models.CharField(max_length=120, unique=True)  # idempotency
    debit = models.ForeignKey(Account, models.PROTECT, related_name="+")  # points leave here
    credit = models.ForeignKey(Account, models.PROTECT, related_name="+")  # points arrive here
    points = models.PositiveIntegerField("积分")
    rule = models.ForeignKey(Rule, models.PROTECT, null=True, related_name="+")
    minutes = models.PositiveIntegerField("分钟", null=True)
    source = models.CharField("来源", max_length=80)  # "service.servicerecord:17"
    label = models.CharField("说明", max_length=120)
    reverses = models.OneToOneField("self", models.PROTECT, null=True, related_name="reversed_by")
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField("时间", default=timezone.now)

    class Meta:
        verbose_name = verbose_name_plural = "积分流水"
        constraints = [
            models.CheckConstraint(condition=models.Q(points__gt=0), name="transfer_positive"),
            models.CheckConstraint(
                condition=~models.Q(debit=models.F("credit")), name="transfer_between_two"
            ),
        ]
        indexes = [
            models.Index(fields=["credit", "-at"], name="transfer_credit"),
            models.Index(fields=["debit", "-at"], name="transfer_debit"),
        ]

    def __str__(self) -> str:
        return f"{self.label} {self.points}"
