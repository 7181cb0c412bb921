"""What a person tells about themselves: name and community, nothing more."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from volunteers.areas.models import Area
from volunteers.foundation import han

from .queries import communities


class CommunityField(forms.ChoiceField):
    """A select of communities, grouped by street; cleans to the Area."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("label", "所在社区")
        kwargs.setdefault(
            "error_messages",
            {"required": "请选择社区。", "invalid_choice": "请在列表里选一个社区。"},
        )
        super().__init__(**kwargs)
        self.areas: dict[str, Area] = {}

    def load(self, also: Area | None = None) -> None:
        """Read the choices; `also` is offered too (where the person lives now)."""
        groups = [(street, list(members)) for street, members in communities()]
        if also is not None and all(also not in members for _, members in groups):
            groups.append(("现在的社区", [also]))
        self.areas = {str(area.pk): area for _, members in groups for area in members}
        grouped = [(street, [(str(a.pk), a.name) for a in members]) for street, members in groups]
        # One street needs no headings.
        options: list[Any] = list(grouped[0][1]) if len(grouped) == 1 else list(grouped)
        self.choices = [("", "请选择"), *options]

    def clean(self, value: Any) -> Area | None:
        """The chosen Area; raises ValidationError for anything that is not offered."""
        chosen = super().clean(value)
        return self.areas[chosen] if chosen else None


class PersonForm(forms.Form):
    """Name and community of a newcomer."""

    name = forms.CharField(
        label="姓名",
        max_length=200,  # the sentence about 50 characters is clean_name's
        strip=False,
        help_text="请填真实姓名，用来记录服务时长。公开的名单上只显示姓。",
        error_messages={"required": "请填写姓名。"},
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    community = CommunityField(help_text="住在哪个社区就选哪个，以后可以改。")

    def __init__(self, *args: Any, also: Area | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["community"]
        assert isinstance(field, CommunityField)
        field.load(also)

    def clean_name(self) -> str:
        """As typed, without outer white space."""
        try:
            return han.clean_name(self.cleaned_data["name"])
        except ValueError as error:
            raise ValidationError(str(error)) from error


class EditForm(PersonForm):
    """The same, and whether public lists may show the whole name."""

    show_name = forms.BooleanField(
        label="光荣榜上公开我的全名",
        required=False,
        help_text="不选的话，公开的名单只显示姓，比如“陈*”。随时可以改回来。",
    )
