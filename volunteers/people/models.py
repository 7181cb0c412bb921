"""`Volunteer`: every fact of service points here, never to `User`."""

import secrets

from django.conf import settings
from django.db import models
from django.utils import timezone

from volunteers.areas.models import Area


def new_number() -> str:
    """A platform volunteer number: stands in public for the person, tells nothing about them."""
    return f"LZ{secrets.randbelow(10**8):08d}"


class Household(models.Model):
    """People who live together; points can be used for each other (rewards come later)."""

    area = models.ForeignKey(Area, models.PROTECT, verbose_name="社区")
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = verbose_name_plural = "家庭"

    def __str__(self) -> str:
        return f"家庭 {self.pk}"


class Volunteer(models.Model):
    """The person who serves, with or without an account."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="volunteer",
        verbose_name="账号",
    )
    number = models.CharField("志愿者编号", max_length=12, unique=True, default=new_number)
    name = models.CharField("姓名", max_length=50)
    name_folded = models.CharField(max_length=50, db_index=True)  # han.fold(name): search, doubles
    community = models.ForeignKey(
        Area, models.PROTECT, verbose_name="社区", related_name="volunteers"
    )
    household = models.ForeignKey(Household, models.SET_NULL, null=True, blank=True)
    born_on = models.DateField("出生日期", null=True, blank=True)
    show_name = models.BooleanField("公开姓名", default=False)  # False: public lists mask it
    merged_into = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="merged_from"
    )
    left_at = models.DateTimeField("退出时间", null=True, blank=True)
    is_demo = models.BooleanField("演示人员", default=False)
    created_at = models.DateTimeField("注册时间", default=timezone.now)

    class Meta:
        verbose_name = verbose_name_plural = "志愿者"
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(merged_into=models.F("id")), name="volunteer_not_into_itself"
            )
        ]

    def __str__(self) -> str:
        return self.name
