"""The frames of staff pages: titles and menus for base_staff.html."""

from typing import Any

from volunteers.organisations.models import Kind, Organisation

from . import queries


def organisation_frame(row: Organisation, current: str) -> dict[str, Any]:
    """Context for base_staff.html; `current` is "home", "activities" or "grids"."""
    home = f"/org/{row.slug}/"
    entries = [{"key": "home", "url": home, "label": "概况", "icon": "building"}]
    if row.kind == Kind.UNIT:
        entries.append(
            {"key": "grids", "url": f"{home}grids/", "label": "共治网格", "icon": "grid-3x3-gap"}
        )
    else:
        entries.append(
            {
                "key": "activities",
                "url": f"{home}activities/",
                "label": "活动",
                "icon": "calendar-event",
            }
        )
    for entry in entries:
        entry["current"] = entry["key"] == current  # type: ignore[assignment]
    return {
        "staff_title": row.name,
        "staff_home": home,
        "staff_who": row.get_kind_display(),
        "staff_nav": entries,
        "organisation": row,
    }


def desk_frame(user: Any, current: str) -> dict[str, Any]:
    """Context of the desks of area staff and coordinators; `current` is "queue" or "rota"."""
    entries = [
        {"key": "queue", "url": "/desk/", "label": "我的待办", "icon": "inbox"},
        {"key": "rota", "url": "/desk/rota/", "label": "排班", "icon": "calendar3"},
    ]
    for entry in entries:
        entry["current"] = entry["key"] == current  # type: ignore[assignment]
    areas = "、".join(sorted({g.area.name for g in queries.live(user) if g.area is not None}))
    return {"staff_title": "工作台", "staff_who": areas, "staff_nav": entries}
