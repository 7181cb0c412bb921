"""The account that signs in. What a person does as a volunteer belongs to `people.Volunteer`."""

from typing import Any, ClassVar

from django.contrib.auth.models import AbstractUser, BaseUserManager
from django.db import models


class UserManager(BaseUserManager["User"]):
    """Accounts are made from a phone number in normal form (+86…)."""

    def create_user(self, phone: str, password: str | None = None, **extra: Any) -> "User":
        """A new account; without a password it can only sign in by code."""
        user = self.model(phone=phone, **extra)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, phone: str, password: str | None = None, **extra: Any) -> "User":
        """A platform administrator."""
        extra |= {"is_staff": True, "is_superuser": True, "phone_verified": True}
        return self.create_user(phone, password, **extra)


class User(AbstractUser):  # type: ignore[django-manager-missing]
    """One account per phone number. `first_name` holds the whole name as the person writes it:
    Chinese names are not split (Wagtail's forms and reports read the two name fields)."""

    username = None  # type: ignore[assignment]
    phone = models.CharField(
        "手机号",
        max_length=16,
        unique=True,
        null=True,
        error_messages={"unique": "这个手机号已经有账号，请直接登录。"},
    )
    phone_verified = models.BooleanField("手机号已验证", default=False)
    is_demo = models.BooleanField("演示人员", default=False)

    USERNAME_FIELD = "phone"
    REQUIRED_FIELDS: ClassVar[list[str]] = []
    objects: ClassVar[UserManager] = UserManager()  # type: ignore[assignment]

    class Meta:
        verbose_name = verbose_name_plural = "账号"
        constraints = [
            models.CheckConstraint(
                condition=models.Q(phone__isnull=True) | models.Q(phone__startswith="+"),
                name="user_phone_normal_form",
            )
        ]

    def __str__(self) -> str:
        return self.name or self.phone or f"账号 {self.pk}"

    @property
    def name(self) -> str:
        """The whole name, as written by the person."""
        return self.get_full_name()

    def get_full_name(self) -> str:
        """Family name first, no space between Chinese names."""
        return f"{self.last_name}{self.first_name}"

    def get_short_name(self) -> str:
        """The same: Chinese names are not shortened."""
        return self.get_full_name()
