"""What people are told about their attendance and their records."""

from typing import Any

from volunteers.notices.kinds import Kind, kinds

from .models import ServiceRecord


def _in_force(context: dict[str, Any]) -> bool:
    """A record that was corrected or revoked meanwhile has a notice of its own."""
    return ServiceRecord.objects.filter(
        pk=context["record"], state=ServiceRecord.State.CONFIRMED
    ).exists()


def register() -> None:
    """Fill the registry."""
    mine = "/me/records/"
    kinds.add(
        "attendance.ticked",
        Kind(
            title="队长为您代{word}：{title}",
            body="{when}，{clock} 由队长代{word}。如果您没有到场，请告诉协调员。",
            url="/me/signups/",
        ),
    )
    kinds.add(
        "attendance.unticked",
        Kind(
            title="代{word}已撤回：{title}",
            body="{when}，{clock} 队长撤回了为您代{word}。您到场了的话，请自己扫码或再找队长。",
            url="/me/signups/",
        ),
    )
    kinds.add(
        "record.confirmed",
        Kind(
            title="已入账：{title}",
            body="{when} 服务 {minutes} 分钟，积分 {points} 分。有出入请联系队长。",
            url=mine,
            still_valid=_in_force,
        ),
    )
    kinds.add(
        "record.corrected",
        Kind(
            title="时长已更正：{title}",
            body="{when} 更正为 {minutes} 分钟、{points} 分。原因：{reason}。有疑问请问协调员。",
            url=mine,
            still_valid=_in_force,
        ),
    )
    kinds.add(
        "record.revoked",
        Kind(
            title="时长已撤销：{title}",
            body="{when} 的 {minutes} 分钟不再计入，积分已扣回。原因：{reason}。有疑问请问协调员。",
            url=mine,
        ),
    )
