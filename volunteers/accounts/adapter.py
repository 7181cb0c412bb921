"""allauth's adapter: accounts are phone numbers, codes go out by SMS after commit."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django import forms
from django.db import transaction

from volunteers.foundation.gateways import send_sms

from .models import User


class AccountAdapter(DefaultAccountAdapter):
    """What allauth asks us about phones."""

    def get_phone(self, user: User) -> tuple[str, bool] | None:
        """(phone, verified) or None."""
        return (user.phone, user.phone_verified) if user.phone else None

    def set_phone(self, user: User, phone: str, verified: bool) -> None:
        """Store the number."""
        user.phone, user.phone_verified = phone, verified
        user.save(update_fields=["phone", "phone_verified"])

    def set_phone_verified(self, user: User, phone: str) -> None:
        """The number has proven itself."""
        self.set_phone(user, phone, True)

    def get_user_by_phone(self, phone: str) -> User | None:
        """The account of a number."""
        return User.objects.filter(phone=phone).first()

    def send_verification_code_sms(self, user: Any, phone: str, code: str, **kwargs: Any) -> None:
        """The code itself; never logged."""
        transaction.on_commit(lambda: send_sms(phone, "code", {"code": code}))

    def phone_form_field(self, **kwargs: Any) -> forms.Field:
        """Our own field: Chinese mobiles in any way people type them."""
        from .forms import PhoneField

        return PhoneField(**kwargs)

    def is_open_for_signup(self, request: Any) -> bool:
        """allauth's own sign-up page is not used: there is one entry (`entry.py`)."""
        return False
