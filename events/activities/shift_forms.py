"""Rows of shifts as the poster types them, and cutting a long day into such rows."""

import unicodedata
from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone

from . import times
from .services.shifts import MAX_LEADERS, MAX_PLACES, MAX_SHIFTS, ShiftDraft

FURTHEST_DAYS = 366  # how far ahead a shift can be planned
BROKEN = "班次没有完整提交，请刷新页面再试。"


class ReadingField(forms.CharField):
    """A line of text that is read by `reader`: str → anything; its ValueError is the sentence at
    the field. Empty text cleans to None."""

    def __init__(self, reader: Callable[[str], Any], **kwargs: Any) -> None:
        self.reader = reader
        attrs = {"autocomplete": "off", "class": "num"}
        kwargs.setdefault("widget", forms.TextInput(attrs=attrs))
        super().__init__(**{"required": False, "max_length": 40} | kwargs)

    def clean(self, value: Any) -> Any:
        """What the reader makes of it."""
        text = super().clean(value)
        try:
            return self.reader(text) if text else None
        except ValueError as error:
            raise ValidationError(str(error)) from error


def _day(text: str) -> date:
    return times.read_day(text, timezone.localdate())


class CountField(forms.IntegerField):
    """A whole number of people; full-width digits are no reason to refuse it."""

    def to_python(self, value: Any) -> int | None:
        """As IntegerField, after folding the width of digits."""
        if isinstance(value, str):
            value = unicodedata.normalize("NFKC", value).strip()
        return super().to_python(value)


def _count(label: str, least: int, most: int) -> CountField:
    words = f"{label}请填 {least} 到 {most} 之间的整数。"
    return CountField(
        label=label,
        min_value=least,
        max_value=most,
        required=False,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "class": "num"}),
        error_messages={"invalid": words, "min_value": words, "max_value": words},
    )


class ShiftForm(forms.Form):
    """One shift. A row without day and times is no shift."""

    mark_optional = False

    shift = forms.IntegerField(required=False, widget=forms.HiddenInput, max_value=2**62)
    day = ReadingField(_day, label="日期")
    start = ReadingField(times.read_clock, label="开始")
    end = ReadingField(times.read_clock, label="结束")
    places = _count("队员名额", 1, MAX_PLACES)
    leaders = _count("组长名额", 0, MAX_LEADERS)

    def __init__(self, *args: Any, number: int = 1, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.number = number
        self.draft: ShiftDraft | None = None

    def has_changed(self) -> bool:
        """A row is empty when neither day nor time was typed, whatever numbers stand there, or
        when it is to be dropped."""
        if "DELETE" in self.fields and self["DELETE"].value():
            return False
        return any(str(self[name].value() or "").strip() for name in ("day", "start", "end"))

    def add_error(self, field: str | None, error: Any) -> None:
        """Every sentence names its row: they also stand in the summary above the page."""
        messages = error.messages if isinstance(error, ValidationError) else [str(error)]
        super().add_error(field, [f"第 {self.number} 班：{words}" for words in messages])

    def clean(self) -> dict[str, Any]:
        """Day and times become the shift; an end at or before the start is the next day's."""
        data = super().clean() or {}
        _ask(self, {"day": "日期", "start": "开始时间", "end": "结束时间", "places": "队员名额"})
        if self.errors:
            return data
        try:
            first, last = times.stretch(data["start"], data["end"])
            starts_at = times.moment(data["day"], first)
            ends_at = times.moment(data["day"], last)
        except ValueError as error:
            self.add_error("day", str(error))
            return data
        self._check_day(starts_at)
        self.draft = ShiftDraft(
            starts_at=starts_at,
            ends_at=ends_at,
            capacity=data["places"],
            leaders=data["leaders"] or 0,
            shift_id=data["shift"],
        )
        return data

    def _check_day(self, starts_at: datetime) -> None:
        now = timezone.now()
        if starts_at <= now:
            self.add_error("day", "开始时间已经过了，请改成以后的时间。")
        elif (starts_at - now).days > FURTHEST_DAYS:
            self.add_error("day", "在一年以后，请核对年份。")


def _ask(form: forms.Form, wanted: dict[str, str]) -> None:
    """An error at each of these fields that was left empty (field → its words)."""
    for name, words in wanted.items():
        if form.cleaned_data.get(name) is None and name not in form.errors:
            form.add_error(name, f"请填写{words}。")


class ShiftFormSet(forms.BaseFormSet[ShiftForm]):
    """Rows of shifts. All rows are alike: which of them exist already, their hidden field says."""

    form = ShiftForm
    extra = min_num = 0
    max_num = absolute_max = MAX_SHIFTS
    validate_max = can_delete = can_delete_extra = True
    validate_min = can_order = False
    renderer = None  # the project's own

    def __init__(
        self,
        data: Any = None,
        *,
        initial: list[dict[str, Any]] | None = None,
        for_review: bool = False,
    ) -> None:
        self.for_review = for_review
        super().__init__(
            data,
            initial=initial,
            prefix="shifts",
            error_messages={
                "missing_management_form": BROKEN,
                "too_many_forms": f"一个活动最多 {MAX_SHIFTS} 班。",
            },
        )

    def initial_form_count(self) -> int:
        """None: an emptied row is then simply no shift, instead of an error."""
        return 0

    def total_form_count(self) -> int:
        """As posted; unbound: a row for each shift given, at least one."""
        if self.is_bound:
            return super().total_form_count()
        return max(len(self.initial or []), 1)

    def get_form_kwargs(self, index: int | None) -> dict[str, Any]:
        """Rows know their number, for sentences that stand in the summary."""
        return {**super().get_form_kwargs(index), "number": (index or 0) + 1}

    def add_fields(self, form: Any, index: int | None) -> None:
        """The tick that drops a row."""
        super().add_fields(form, index)
        form.fields["DELETE"].label = "去掉这一班"

    def clean(self) -> None:
        """At least one shift to be reviewed, none twice."""
        if self.total_form_count() < 0:
            raise ValidationError(BROKEN)
        drafts = self.drafts()
        if self.for_review and not drafts and not any(self.errors):
            raise ValidationError("至少要有一个班次才能提交审核。")
        seen: dict[tuple[datetime, datetime], int] = {}
        for form in self.forms:
            if form.draft is None:
                continue
            key = (form.draft.starts_at, form.draft.ends_at)
            other = seen.setdefault(key, form.number)
            if other != form.number:
                form.add_error("day", f"和第 {other} 班时间一样，请去掉一班。")

    def drafts(self) -> list[ShiftDraft]:
        """The shifts that were typed right and not dropped; also before all is right."""
        return [form.draft for form in self.forms if form.is_valid() and form.draft is not None]

    def typed(self) -> list[dict[str, Any]]:
        """The rows as they were typed, without dropped ones: to show them again with one more."""
        rows = []
        for form in self.forms:
            row = {name: form[name].value() for name in form.fields}
            if not row.pop("DELETE", None):
                rows.append(row)
        return rows


class SplitForm(forms.Form):
    """Cut a long day into shifts that hand over to each other; the rows are then looked over and
    saved with the rest."""

    mark_optional = False

    day = ReadingField(_day, label="日期")
    last_day = ReadingField(_day, label="到哪天", help_text="只有一天就不用填。")
    start = ReadingField(times.read_clock, label="从几点")
    end = ReadingField(times.read_clock, label="到几点")
    changes = ReadingField(
        times.read_clocks, label="几点换班", max_length=400, help_text="例如：14, 16, 18, 20。"
    )
    places = _count("每班队员名额", 1, MAX_PLACES)

    def clean(self) -> dict[str, Any]:
        """All but the last day and the changes is needed."""
        data = super().clean() or {}
        _ask(self, {"day": "日期", "start": "从几点开始", "end": "到几点结束", "places": "名额"})
        if self.errors:
            return data
        try:
            self.pieces = times.split(data["start"], data["end"], data["changes"] or [])
        except ValueError as error:
            self.add_error("changes", str(error))
        last = data["last_day"] or data["day"]
        self.days = (last - data["day"]).days + 1
        if self.days < 1:
            self.add_error("last_day", "最后一天不能早于第一天。")
        if (last - timezone.localdate()).days > FURTHEST_DAYS:
            self.add_error("day", "日期在一年以后，请核对年份。")
        return data

    def rows(self) -> list[dict[str, Any]]:
        """Rows for the formset, day by day; after is_valid()."""
        first = self.cleaned_data["day"]
        made = []
        # one more day than can be kept: the formset then says that it is too much
        for offset in range(min(self.days, MAX_SHIFTS + 1)):
            for start, end in self.pieces:
                starts_at = times.moment(first + timedelta(days=offset), start)
                made.append(
                    {
                        "day": f"{starts_at:%Y-%m-%d}",
                        "start": f"{starts_at:%H:%M}",
                        "end": times.show_clock(end),
                        "places": str(self.cleaned_data["places"]),
                    }
                )
        return made
