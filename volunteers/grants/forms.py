"""Application of an organisation, and its review."""

from typing import Any

from django import forms
from django.conf import settings

from volunteers.areas.models import Area
from volunteers.areas.models import Kind as AreaKind
from volunteers.organisations.models import Kind


class ApplyForm(forms.Form):
    """One page: who you are, where, whom to call."""

    kind = forms.ChoiceField(
        label="我们是",
        choices=[
            (Kind.SOCIAL, "社会组织（发布志愿活动）"),
            (Kind.UNIT, "驻区单位（参与网格共治）"),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": "请选择是社会组织还是驻区单位。"},
    )
    name = forms.CharField(
        label="全称",
        max_length=80,
        min_length=3,
        help_text="与登记证书一致。",
        error_messages={
            "required": "请填写单位或组织的全称。",
            "min_length": "全称太短了，请写完整。",
        },
    )
    uscc = forms.CharField(
        label="统一社会信用代码",
        max_length=40,
        required=False,
        help_text="18 位，在登记证书上。暂时没有的可以不填，审核时会联系您。",
    )
    area = forms.ModelChoiceField(
        label="所在社区",
        queryset=Area.objects.none(),
        empty_label="请选择",
        error_messages={"required": "请选择所在社区。", "invalid_choice": "请从列表里选择社区。"},
    )
    intro = forms.CharField(
        label="简单介绍",
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="做什么的、能帮什么，500 字以内。",
    )
    liaison_name = forms.CharField(
        label="联络人姓名", max_length=50, error_messages={"required": "请填写联络人姓名。"}
    )
    liaison_phone = forms.CharField(
        label="联络人手机号",
        max_length=40,
        help_text="审核结果会通知这个号码，不公开。",
        error_messages={"required": "请填写联络人手机号。"},
        widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "tel"}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        street = Area.objects.filter(code=settings.LZ_STREET_CODE).first()
        communities = Area.objects.filter(kind=AreaKind.COMMUNITY, closed_at__isnull=True)
        if street is not None:
            communities = communities.filter(path__startswith=street.path)
        self.fields["area"].queryset = communities.order_by("code")  # type: ignore[attr-defined]


class DecideForm(forms.Form):
    """A remark, and one of three buttons."""

    remark = forms.CharField(
        label="审核意见",
        max_length=300,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="退回或不通过时必填，申请人会看到。",
    )
