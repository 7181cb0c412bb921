"""What people are told about their records."""

from volunteers.notices.kinds import Kind, kinds


def register() -> None:
    """Fill the registry."""
    kinds.add(
        "record.confirmed",
        Kind(
            title="已入账：{title}",
            body="{when} 服务 {minutes} 分钟，积分 {points} 分。有出入请联系队长。",
            url="/me/",
        ),
    )
