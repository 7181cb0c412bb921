"""What people type about attendance and minutes."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils import timezone

from .queries import Line


class NumberForm(forms.Form):
    """Six digits in place of a scan. A choice names the shift and the act ("17-in"), so that a
    second tap can never turn a check-in into a check-out."""

    what = forms.ChoiceField(
        label="哪一班",
        widget=forms.RadioSelect,
        error_messages={
            "required": "请选择要签到或签退的班次。",
            "invalid_choice": "这一班的情况刚刚有变化，请重新选择。",
        },
    )
    number = forms.CharField(
        label="六位数字",
        max_length=40,
        help_text="看队长手机上二维码下面的数字，每分钟换新。",
        error_messages={"required": "请填写队长手机上的六位数字。"},
        widget=forms.TextInput(
            attrs={"inputmode": "numeric", "autocomplete": "off", "class": "code-in"}
        ),
    )

    def __init__(self, *args: Any, choices: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["what"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = choices
        if choices:
            field.initial = choices[0][0]


class MinutesField(forms.IntegerField):
    """Whole minutes of one person, at most those of the shift."""

    widget = forms.TextInput

    def __init__(self, most: int, **kwargs: Any) -> None:
        wrong = f"请填 0 到 {most} 之间的整数（这一班的长度）。"
        kwargs.setdefault(
            "error_messages", {"invalid": wrong, "min_value": wrong, "max_value": wrong}
        )
        super().__init__(min_value=0, max_value=most, **kwargs)
        self.widget.attrs |= {"inputmode": "numeric", "autocomplete": "off"}

    def to_python(self, value: Any) -> int | None:
        """Raises ValidationError; text too long to be a number of minutes is not even read."""
        text = str(value or "").strip()
        return super().to_python(text[:9] if len(text) <= 9 else "?")


class ConfirmForm(forms.Form):
    """A box of minutes for each person who came and is not confirmed; an empty one is left for
    later. While the shift runs, who has not checked out is on duty and has no box yet. Fields are
    named `minutes_<attendance id>`."""

    mark_optional = False

    def __init__(
        self, *args: Any, lines: Iterable[Line], most: int, running: bool, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        for line in lines:
            if line.attendance is None or not line.can_confirm:
                continue
            if running and line.counted is None and line.in_force is None:
                continue
            waiting = line.in_force
            self.fields[f"minutes_{line.attendance.pk}"] = MinutesField(
                most,
                required=False,
                label=f"{line.signup.volunteer.name} 的分钟数",
                help_text=_hint(line),
                initial=waiting.minutes if waiting else line.counted,
            )

    def items(self) -> list[tuple[int, int | None]]:
        """(attendance id, minutes) of the boxes that were filled in."""
        return [
            (int(name.removeprefix("minutes_")), minutes)
            for name, minutes in self.cleaned_data.items()
            if minutes is not None
        ]


class CorrectForm(forms.Form):
    """Another number of minutes for a confirmed record, or taking it back, with the reason."""

    minutes = MinutesField(most=0)
    reason = forms.CharField(
        label="原因",
        max_length=200,
        help_text="本人会看到，请写清楚。",
        error_messages={
            "required": "请写明原因，本人会看到。",
            "max_length": "请控制在 200 字以内。",
        },
    )

    def __init__(self, *args: Any, most: int, minutes_needed: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["minutes"] = MinutesField(
            most,
            label="更正为（分钟）",
            required=minutes_needed,
            help_text=f"0 到 {most} 之间的整数。撤销不用填。",
        )
        self.fields["minutes"].error_messages["required"] = "请填写更正后的分钟数。"
        self.order_fields(["minutes", "reason"])


def _hint(line: Line) -> str:
    attendance = line.attendance
    assert attendance is not None
    came = _clock(attendance.in_at)
    if line.is_own:
        return f"{came} 到。自己的时长不能自己确认，提交后由协调员确认。"
    if attendance.out_at is None:
        return f"{came} 到，没有签退。填写实际服务的分钟数才会入账，不填就先留着。"
    words = f"{came}–{_clock(attendance.out_at)}，按签到签退计 {line.counted} 分钟。"
    return words + ("本人是队长，等您确认。" if line.in_force else "")


def _clock(at: Any) -> str:
    return f"{timezone.localtime(at):%H:%M}" if at else "?"
