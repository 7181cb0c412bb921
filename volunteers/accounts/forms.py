"""Forms of the entry."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from volunteers.foundation import phones


class PhoneField(forms.CharField):
    """A Chinese mobile number in any usual spelling; cleans to +86…"""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("label", "手机号")
        kwargs.setdefault("max_length", 40)
        super().__init__(**kwargs)
        self.widget.attrs |= {"inputmode": "tel", "autocomplete": "tel"}
        self.widget.input_type = "tel"

    def clean(self, value: Any) -> str:
        """Raises ValidationError with the sentence of phones.PhoneError."""
        text = super().clean(value)
        if not text:
            return text
        try:
            return phones.normalise(text)
        except phones.PhoneError as error:
            raise ValidationError(str(error)) from error


class EntryForm(forms.Form):
    """Step 1: the number."""

    phone = PhoneField(
        help_text="11 位手机号，用来登录和接收班次提醒，不会公开。",
        error_messages={"required": "请填写手机号。"},
    )


class CodeForm(forms.Form):
    """Step 2: the code."""

    code = forms.CharField(
        label="验证码",
        max_length=20,
        help_text="短信里最新的 6 位数字，5 分钟内有效。",
        error_messages={"required": "请填写短信里的 6 位验证码。"},
        widget=forms.TextInput(
            attrs={"inputmode": "numeric", "autocomplete": "one-time-code", "class": "code-box"}
        ),
    )
