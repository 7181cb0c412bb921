"""One entry for sign-in and sign-up: a number, a six-digit code, and you are in.

Built on allauth's code process (timeout, attempts, resend, rate limits, login stages). The only
difference: an unknown number gets a code too, and its account is opened when the code is right.
So known and unknown numbers see the same screens in the same time, and nobody meets "already
registered". allauth's `internal` package is not a public interface: its version is pinned and
tests/volunteers/accounts/test_entry.py holds this file to it.
"""

from typing import Any

from allauth.account import app_settings
from allauth.account.adapter import get_adapter
from allauth.account.internal.flows.code_verification import AbstractCodeVerificationProcess
from allauth.account.internal.flows.login import perform_login, record_authentication
from allauth.account.models import Login
from allauth.core import ratelimit
from allauth.core.internal.cryptokit import compare_user_code
from django.http import HttpRequest, HttpResponse

from volunteers.foundation.errors import Refusal

from . import services
from .models import User

SESSION_KEY = "lz_entry"


class WrongCode(Refusal):
    """The code does not fit; `field` is code."""

    code = "wrong_code"


class EntryProcess(AbstractCodeVerificationProcess):
    """The process of one browser: its state lives in the session. A new code replaces the old."""

    def __init__(self, request: HttpRequest, state: dict[str, Any]) -> None:
        self.request = request
        super().__init__(
            state=state,
            timeout=app_settings.LOGIN_BY_CODE_TIMEOUT,
            max_attempts=app_settings.LOGIN_BY_CODE_MAX_ATTEMPTS,
            user=None,
        )

    @property
    def phone(self) -> str:
        """The number in normal form."""
        return str(self.state["phone"])

    @property
    def next_url(self) -> str:
        """Where the person wanted to go (checked by the view)."""
        return str(self.state.get("next", ""))

    @classmethod
    def start(cls, request: HttpRequest, phone: str, next_url: str) -> "EntryProcess":
        """Send the first code. Raises Refusal when this number has had too many."""
        state = cls.initial_state(user=None, phone=phone) | {"next": next_url}
        process = cls(request, state)
        process.send()
        process.persist()
        return process

    @classmethod
    def resume(cls, request: HttpRequest) -> "EntryProcess | None":
        """The running process of this browser, or None (never begun, or run out)."""
        state = request.session.get(SESSION_KEY)
        if not isinstance(state, dict):
            return None
        process = cls(request, state)
        return process if process.is_valid() else None

    def send(self) -> None:
        """A new code; only the newest is valid."""
        if not ratelimit.consume(self.request, action="request_login_code", key=self.phone):
            raise Refusal(
                "这个号码的验证码刚刚发过。请等 30 秒再试；一小时内最多 5 次。", field="phone"
            )
        adapter = get_adapter()
        code = adapter.generate_login_code()
        self.state["code"] = code
        adapter.send_verification_code_sms(user=None, phone=self.phone, code=code)

    def resend(self) -> None:
        """Send again; the five minutes and the attempts begin anew with the new code."""
        self.send()
        self.record_resend()
        self.state |= {"at": self.initial_state(user=None)["at"], "failed_attempts": 0}
        self.persist()

    def persist(self) -> None:
        """Keep the state in the session."""
        self.request.session[SESSION_KEY] = self.state

    def abort(self) -> None:
        """Forget the process: its code is dead."""
        self.request.session.pop(SESSION_KEY, None)

    def finish(self, typed: str) -> HttpResponse:
        """Check the code and sign in; opens the account of a new number. Raises WrongCode."""
        if not compare_user_code(actual=typed, expected=self.code):
            if self.record_invalid_attempt():
                left = self.max_attempts - self.state["failed_attempts"]
                raise WrongCode(
                    f"验证码不对，请核对短信里最新的 6 位数字，还可以试 {left} 次。", field="code"
                )
            raise WrongCode("输错次数太多，这个验证码已失效，请重新获取。", field="code")
        self.abort()
        user, opened = services.open_account(self.phone)
        self._greet(user)
        login = Login(user=user, redirect_url=self.next_url or None, signup=opened)
        return perform_login(self.request, login)

    def _greet(self, user: User) -> None:
        record_authentication(self.request, user, method="code", phone=self.phone)
