"""Hand assignment: a person, a role, a reason."""

from django import forms

from events.activities.models import PlaceRole

REASON = {"required": "请写明原因，本人会看到。", "max_length": "原因请控制在 200 字以内。"}


class AddForm(forms.Form):
    """Place a person by hand."""

    volunteer = forms.IntegerField(widget=forms.HiddenInput)
    role = forms.ChoiceField(label="角色", choices=PlaceRole.choices)
    reason = forms.CharField(
        label="原因", max_length=200, error_messages=REASON, help_text="本人会看到这句话。"
    )
    over_capacity = forms.BooleanField(label="满员也加（超出名额）", required=False)
    accept_clash = forms.BooleanField(label="允许与其他班次时间冲突", required=False)


class RemoveForm(forms.Form):
    """Take a person out."""

    reason = forms.CharField(
        label="原因", max_length=200, error_messages=REASON, help_text="本人会看到这句话。"
    )
