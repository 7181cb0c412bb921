"""What people are told about their sign-ups, and when a notice is still true."""

from typing import Any

from volunteers.notices.kinds import Kind, kinds

from .models import Activity, SignUp


def _in_state(*states: SignUp.State) -> Any:
    return lambda context: SignUp.objects.filter(pk=context["signup"], state__in=states).exists()


def _activity_in(state: Activity.State) -> Any:
    return lambda context: Activity.objects.filter(pk=context["activity"], state=state).exists()


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
    own = "/org/{slug}/activities/"
    kinds.add(
        "activity.accepted",
        Kind(
            title="活动已发布：{title}",
            body="审核通过，已经开始招募。",
            url=page,
            still_valid=_activity_in(Activity.State.PUBLISHED),
        ),
    )
    kinds.add(
        "activity.returned",
        Kind(
            title="请修改活动：{title}",
            body="审核意见：{remark}。改好后请再次提交。",
            url=own,
            still_valid=_activity_in(Activity.State.RETURNED),
        ),
    )
    kinds.add(
        "activity.declined",
        Kind(
            title="活动没有通过审核：{title}",
            body="审核意见：{remark}。有疑问请联系街道。",
            url=own,
            still_valid=_activity_in(Activity.State.DECLINED),
        ),
    )
