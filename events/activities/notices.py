"""What people are told about their sign-ups, and when a notice is still true."""

from typing import Any

from volunteers.notices.kinds import Kind, kinds

from .models import SignUp


def _in_state(*states: SignUp.State) -> Any:
    return lambda context: SignUp.objects.filter(
        pk=context["signup"], state__in=states
    ).exists()


def register() -> None:
    """Fill the registry."""
    page = "/activities/{activity}/"
    kinds.add(
        "signup.confirmed",
        Kind(
            title="报名成功：{title}",
            body="{when}，集合点：{place}。来不了请提前在“我的”里取消，位置会让给候补的邻居。",
            url=page,
            still_valid=_in_state(SignUp.State.CONFIRMED),
        ),
    )
    kinds.add(
        "signup.added",
        Kind(
            title="协调员为您安排了班次：{title}",
            body="{when}，集合点：{place}。原因：{reason}。来不了请在“我的”里取消。",
            url=page,
            sms=True,
            still_valid=_in_state(SignUp.State.CONFIRMED),
        ),
    )
    kinds.add(
        "signup.offered",
        Kind(
            title="有空位了：{title}",
            body="{when} 有空位为您保留，请尽快到“我的”里确认，过时会让给下一位。",
            url="/me/",
            sms=True,
            still_valid=_in_state(SignUp.State.OFFERED),
        ),
    )
    kinds.add(
        "signup.lapsed",
        Kind(title="空位已让给下一位：{title}", body="{when} 的空位没有在时限内确认。", url=page),
    )
    kinds.add(
        "signup.removed",
        Kind(
            title="您的班次有变动：{title}",
            body="{when} 这一班已不再安排您。原因：{reason}。有疑问请联系协调员。",
            url=page,
            sms=True,
        ),
    )
