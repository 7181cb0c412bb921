"""Forms of grid joins."""

from typing import Any

from django import forms

from volunteers.areas.models import GRID_KINDS, Area
from volunteers.organisations.models import Organisation


class JoinForm(forms.Form):
    """Which grid, and what the unit offers."""

    grid = forms.ModelChoiceField(
        label="网格",
        queryset=Area.objects.none(),
        empty_label="请选择",
        error_messages={"required": "请选择一个网格。", "invalid_choice": "请从列表里选择网格。"},
    )
    offer = forms.CharField(
        label="能为网格做什么",
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="例如：每月一次义诊；会议室周末开放；保安参加联勤巡逻。",
        error_messages={"required": "请写一句能为网格做什么。"},
    )

    def __init__(self, *args: Any, unit: Organisation, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        street = unit.area.get_parent() or unit.area
        grids = Area.objects.filter(
            kind__in=GRID_KINDS, closed_at__isnull=True, path__startswith=street.path
        )
        self.fields["grid"].queryset = grids.order_by("code")  # type: ignore[attr-defined]
        self.fields["grid"].label_from_instance = (  # type: ignore[attr-defined]
            lambda grid: grid.name
        )
