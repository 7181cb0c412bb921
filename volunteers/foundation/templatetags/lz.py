"""Template tags of the look: icons, how times and amounts are written, links to form errors."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from typing import Any, NamedTuple

from django import template
from django.forms import BaseForm, BoundField
from django.forms.formsets import BaseFormSet
from django.templatetags.static import static
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

from volunteers.foundation import phones
from volunteers.foundation.privacy import mask_name

register = template.Library()

WEEKDAYS = "一二三四五六日"


@register.simple_tag
def icon(name: str, label: str = "", css: str = "") -> SafeString:
    """One icon of the sprite `lz/icons.svg`; names are those of Bootstrap Icons.

    Without `label` it is decoration and hidden from screen readers; with it, it is an image of
    that name. A name that the sprite lacks shows nothing: tests look for such names.
    """
    href = f"{static('lz/icons.svg')}#{name}"
    classes = f"icon {css}".strip()
    if label:
        return format_html(
            '<svg class="{}" role="img" aria-label="{}" width="16" height="16" fill="currentColor">'
            '<use href="{}"></use></svg>',
            classes,
            label,
            href,
        )
    return format_html(
        '<svg class="{}" aria-hidden="true" focusable="false" width="16" height="16"'
        ' fill="currentColor"><use href="{}"></use></svg>',
        classes,
        href,
    )


# --- amounts --------------------------------------------------------------------------------


def _number(value: Any) -> Decimal | None:
    """The value as a finite number, or None if it is not one."""
    try:
        number = Decimal(str(value).replace(",", ""))
    except InvalidOperation:
        return None
    return number if number.is_finite() else None


@register.filter
def thousands(value: Any) -> str:
    """41570 → "41,570"; what is no number comes back as it was, nothing as ""."""
    if value is None:
        return ""
    number = _number(value)
    return str(value) if number is None else f"{number:,f}"


@register.filter
def phone(value: Any) -> str:
    """ "+8613800138000" → "138 0013 8000"; any other number as it was written."""
    text = str(value or "")
    return phones.display(text) if text.startswith("+86") else text


@register.filter
def hours(minutes: Any) -> str:
    """Whole minutes as hours, at most one decimal: 120 → "2", 150 → "2.5", 62000 → "1,033.3"."""
    number = _number(minutes)
    if number is None:
        return ""
    rounded = (number / 60).quantize(Decimal("0.1"), ROUND_HALF_UP)
    return f"{rounded:,f}".removesuffix(".0")


@register.filter
def mask(name: Any) -> str:
    """A person's name as strangers may see it (陈芳 → 陈*, 欧阳静 → 欧阳*)."""
    return mask_name(str(name or ""))


# --- times: stored in UTC, shown in the street's own zone -----------------------------------


def _local(value: datetime) -> datetime:
    return timezone.localtime(value) if timezone.is_aware(value) else value


def _date(value: date) -> date:
    return _local(value).date() if isinstance(value, datetime) else value


@register.filter
def weekday(value: date | None) -> str:
    """ "周六" of a date or a time."""
    return f"周{WEEKDAYS[_date(value).weekday()]}" if value else ""


@register.filter
def day(value: date | None) -> str:
    """ "11月28日 周六" of a date or a time; used for days near today, so without the year."""
    if not value:
        return ""
    on = _date(value)
    return f"{on.month}月{on.day}日 {weekday(on)}"


@register.filter
def fullday(value: date | None) -> str:
    """ "2026年11月28日 周六": where the year matters (records, certificates, news)."""
    return f"{_date(value).year}年{day(value)}" if value else ""


@register.filter
def clock(value: datetime | None) -> str:
    """ "19:30"."""
    return f"{_local(value):%H:%M}" if value else ""


@register.filter
def span(starts: datetime | None, ends: datetime | None) -> str:
    """ "19:30–21:30", "23:00–次日02:00"; an end at midnight is 24:00 of the same day."""
    if not starts or not ends:
        return clock(starts or ends)
    first, last = _local(starts), _local(ends)
    days = (last.date() - first.date()).days
    if days == 0:
        return f"{clock(first)}–{clock(last)}"
    if days == 1 and last.time() == last.time().min:
        return f"{clock(first)}–24:00"
    if days == 1:
        return f"{clock(first)}–次日{clock(last)}"
    return f"{clock(first)}–{last.month}月{last.day}日 {clock(last)}"


@register.filter
def when(starts: datetime | None, ends: datetime | None) -> str:
    """Day and time of a shift in one line: "11月28日 周六 19:30–21:30"."""
    return f"{day(starts)} {span(starts, ends)}".strip()


@register.filter
def relative_day(value: date | None) -> str:
    """ "今天", "明天", "后天", else the day as `day` writes it."""
    if not value:
        return ""
    ahead = _date(value) - timezone.localdate()
    words = {timedelta(0): "今天", timedelta(1): "明天", timedelta(2): "后天"}
    return words.get(ahead) or day(value)


# --- forms ----------------------------------------------------------------------------------


class ErrorLink(NamedTuple):
    """One line of the error summary: where it leads, which field it is, what to change."""

    href: str
    label: str
    message: str


def field_anchor(field: BoundField) -> str:
    """The id of the input that a person should go to: the first one of a group or a pair."""
    return field.id_for_label or f"{field.auto_id}_0"


def form_anchor(form: "BaseForm | BaseFormSet[Any]") -> str:
    """The id of the box that shows errors of a form as a whole (see parts/form.html)."""
    return f"{form.prefix}-form-errors" if form.prefix else "form-errors"


def _links(form: BaseForm) -> Iterator[ErrorLink]:
    whole = list(form.non_field_errors())
    for field in form:
        if field.is_hidden:
            whole += field.errors
            continue
        for message in field.errors:
            yield ErrorLink(f"#{field_anchor(field)}", str(field.label), str(message))
    for message in whole:
        yield ErrorLink(f"#{form_anchor(form)}", "", str(message))


@register.simple_tag
def error_links(*forms: Any) -> list[ErrorLink]:
    """Every error of the forms and formsets given, in the order of the page.

    Empty values are passed over, so that a template may name a form that a page lacks.
    """
    found: list[ErrorLink] = []
    for form in forms:
        if isinstance(form, BaseFormSet):
            if form.is_bound:
                for message in form.non_form_errors():
                    found.append(ErrorLink(f"#{form_anchor(form)}", "", str(message)))
                for member in form.forms:
                    found += _links(member)
        elif isinstance(form, BaseForm):
            found += _links(form)
    return found


@register.simple_tag
def form_errors_id(form: BaseForm) -> str:
    """The id that the error summary links to for errors of the form as a whole."""
    return form_anchor(form)


@register.simple_tag
def field_kind(field: BoundField) -> str:
    """How parts/field.html lays a field out: "tick", "choices", "group" or "line"."""
    widget = field.field.widget
    if getattr(widget, "input_type", "") == "checkbox" and not field.use_fieldset:
        return "tick"
    if field.use_fieldset:
        return "choices" if hasattr(widget, "option_template_name") else "group"
    return "line"
