"""The frame of an organisation's own pages (menu of base_staff.html)."""

from typing import Any

from volunteers.organisations.models import Kind, Organisation


def organisation_frame(row: Organisation, current: str) -> dict[str, Any]:
    """Context for base_staff.html; `current` is "home", "activities" or "grids"."""
    home = f"/org/{row.slug}/"
    entries = [
        {"key": "home", "url": home, "label": "概况", "icon": "building"},
        {
            "key": "activities",
            "url": f"{home}activities/",
            "label": "活动",
            "icon": "calendar-event",
        },
    ]
    if row.kind == Kind.UNIT:
        entries.append(
            {"key": "grids", "url": f"{home}grids/", "label": "共治网格", "icon": "grid-3x3-gap"}
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
