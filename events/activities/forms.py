"""Forms of the activity pages. What a draft may leave open, a submission may not."""

import re
import unicodedata
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils import timezone

from volunteers.areas.models import GRID_KINDS, Area
from volunteers.areas.models import Kind as AreaKind
from volunteers.organisations.models import Organisation
from volunteers.teams.models import Team

from .models import Campaign, Kind
from .models.activity import PILLAR_OF_KIND, RISKY_KINDS
from .services.activities import INSURANCE, NEEDED, ActivityDraft
from .services.shifts import MAX_REASON

_PHONE = re.compile(r"[0-9+\-() ]{5,20}")


class FilterForm(forms.Form):
    """What the list shows."""

    mark_optional = False
    kind = forms.ChoiceField(
        label="类别", required=False, choices=[("", "全部类别"), *Kind.choices]
    )


class AreaField(forms.ChoiceField):
    """A community or grid of the host's street, grouped by community; cleans to the Area."""

    areas: dict[str, Area]

    def load(self, home: Area) -> Area:
        """Read the choices: what lies in the street of `home`, or in `home` where it has none.
        Returns the street."""
        streets = [area for area in home.get_ancestors() if area.kind == AreaKind.STREET]
        top: Area = streets[0] if streets else home
        rows = Area.objects.filter(
            path__startswith=top.path,
            kind__in=[AreaKind.COMMUNITY, *GRID_KINDS],
            closed_at__isnull=True,
        ).order_by("path")
        self.areas = {str(area.pk): area for area in rows}
        groups: list[tuple[str, list[tuple[str, str]]]] = []
        for key, area in self.areas.items():
            if area.kind == AreaKind.COMMUNITY or not groups:
                groups.append((area.name, []))
            whole = "（整个社区）" if area.kind == AreaKind.COMMUNITY else ""
            groups[-1][1].append((key, f"{area.name}{whole}"))
        self.choices = [("", "请选择"), *groups]
        return top

    def clean(self, value: Any) -> Any:
        """The Area of the chosen key."""
        return self.areas[super().clean(value)]


class ActivityForm(forms.Form):
    """What is offered, where, and its risks. With `for_review` everything needed is asked."""

    mark_optional = False  # a draft may leave nearly all open: hints say what is really optional

    kind = forms.ChoiceField(
        label="种类",
        choices=[("", "请选择")]
        + [(kind.value, f"{kind.label}（{PILLAR_OF_KIND[kind].label}）") for kind in Kind],
        error_messages={"required": "请选择活动种类。", "invalid_choice": "请从列表里选择种类。"},
    )
    title = forms.CharField(
        label="名称", max_length=60, error_messages={"required": NEEDED["title"]}
    )
    area = AreaField(
        label="网格或社区",
        help_text="活动在哪里做，由那里的社区审核。",
        error_messages={
            "required": "请选择网格或社区。",
            "invalid_choice": "请从列表里选择网格或社区。",
        },
    )
    place = forms.CharField(label="地点", max_length=80, required=False)
    meeting_point = forms.CharField(
        label="集合点", max_length=80, required=False, help_text="和地点一样就不用填。"
    )
    description = forms.CharField(
        label="说清做什么",
        max_length=3000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text="写给第一次来的人看：带什么、做什么、几点散。最多 3000 字。",
    )
    team = forms.ModelChoiceField(
        label="队伍",
        queryset=Team.objects.none(),
        required=False,
        empty_label="不指定",
        help_text="选了队伍，队长就能在手机上签到。可以不选。",
        error_messages={"invalid_choice": "请选择本组织自己的队伍。"},
    )
    campaign = forms.ModelChoiceField(
        label="品牌活动",
        queryset=Campaign.objects.none(),
        required=False,
        empty_label="不参加",
        help_text="选了以后，班次也会出现在品牌活动的页面上。可以不选。",
        error_messages={"invalid_choice": "请从列表里选择品牌活动。"},
    )
    risk_notice = forms.CharField(
        label="风险提示",
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="志愿者报名前会看到，并须勾选。写明可能的危险和应对办法。",
    )
    insurance_note = forms.CharField(
        label="志愿者保险",
        max_length=200,
        required=False,
        help_text="例如：街道统一投保意外险，每人 20 万元。"
        + "、".join(kind.label for kind in sorted(RISKY_KINDS))
        + "必须有保险。",
    )
    contact_name = forms.CharField(
        label="现场联系人", max_length=50, required=False, help_text="会公开显示在活动页面上。"
    )
    contact_phone = forms.CharField(
        label="联系电话",
        max_length=20,
        required=False,
        help_text="会公开显示，手机或座机都可以。",
        widget=forms.TextInput(attrs={"type": "tel", "inputmode": "tel"}),
    )

    def __init__(
        self, *args: Any, host: Organisation, for_review: bool = False, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        area = self.fields["area"]
        assert isinstance(area, AreaField)
        street = area.load(host.area)
        teams = Team.objects.filter(organisation=host, closed_at__isnull=True)
        self.fields["team"].queryset = teams.order_by("name")  # type: ignore[attr-defined]
        above = [street.path[:end] for end in range(0, len(street.path), Area.steplen)]
        running = Campaign.objects.filter(
            Q(area__path__startswith=street.path) | Q(area__path__in=above),
            ends_on__gte=timezone.localdate(),
        )
        self.fields["campaign"].queryset = running.order_by(  # type: ignore[attr-defined]
            "starts_on", "pk"
        )
        self.for_review = for_review
        if for_review:
            for name, sentence in NEEDED.items():
                self.fields[name].required = True
                self.fields[name].error_messages["required"] = sentence

    def clean_contact_phone(self) -> str:
        """Any number that people can call; half-width."""
        typed = unicodedata.normalize("NFKC", self.cleaned_data["contact_phone"]).strip()
        if typed and not _PHONE.fullmatch(typed):
            raise ValidationError("电话请只填数字，例如 13800000000 或 0514-80000000。")
        return typed

    def clean(self) -> dict[str, Any]:
        """Dangerous work needs insurance before it can be submitted (DOMAIN §1, art. 17)."""
        data = super().clean() or {}
        if self.for_review and data.get("kind") in RISKY_KINDS and not data.get("insurance_note"):
            self.add_error("insurance_note", INSURANCE)
        return data

    def draft(self) -> ActivityDraft:
        """What the service takes; after is_valid()."""
        return ActivityDraft(**self.cleaned_data)


class ReadForm(forms.Form):
    """Risks are read before a place is taken (DOMAIN §1, art. 12), once for all chosen shifts."""

    read = forms.BooleanField(
        label="我已看过风险提示，愿意参加",
        widget=forms.CheckboxInput(attrs={"value": "1"}),
        error_messages={"required": "请先看完风险提示，再勾选这里。"},
    )


class ReasonForm(forms.Form):
    """Why something is called off; the people concerned read it."""

    mark_optional = False

    reason = forms.CharField(
        label="原因",
        max_length=MAX_REASON,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="已报名的人会看到。",
    )


class RemarkForm(forms.Form):
    """What the reviewer says."""

    mark_optional = False

    remark = forms.CharField(
        label="审核意见",
        max_length=300,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="退回或不通过时必填，发布组织会看到。",
    )
