"""Campaigns, points rules and accounts in the back office."""

from typing import Any

from django import forms
from django.conf import settings
from django.contrib.auth import get_user_model
from django.db.models import QuerySet
from django.http import HttpResponse
from django.utils.functional import cached_property
from wagtail.admin.forms import WagtailAdminModelForm
from wagtail.admin.panels import FieldPanel, FieldRowPanel
from wagtail.admin.views import generic
from wagtail.admin.viewsets.model import ModelViewSet
from wagtail.snippets.views import snippets
from wagtail.snippets.views.snippets import SnippetViewSet
from wagtail.users.forms import UserCreationForm, UserEditForm
from wagtail.users.views import users

from events.activities.models import Campaign
from volunteers.accounts.forms import PhoneField
from volunteers.areas.models import Area
from volunteers.areas.models import Kind as AreaKind
from volunteers.foundation.errors import Refusal
from volunteers.points.models import Rule
from volunteers.points.services import add_rule_version

from . import services

# --- campaigns ------------------------------------------------------------------------------


def campaign_areas() -> "QuerySet[Area]":
    """Where a campaign may be: the street and its communities (the tree may hold a city)."""
    wide = Area.objects.filter(kind__in=[AreaKind.STREET, AreaKind.COMMUNITY], closed_at=None)
    street = Area.objects.filter(code=settings.LZ_STREET_CODE).first()
    return wide if street is None else wide.filter(path__startswith=street.path)


class CampaignForm(WagtailAdminModelForm):
    """Asks that the days make sense before the database has to refuse them."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "area" in self.fields:
            self.fields["area"].queryset = campaign_areas()

    def clean(self) -> dict[str, Any]:
        """The last day is not before the first."""
        cleaned: dict[str, Any] = super().clean()
        first, last = cleaned.get("starts_on"), cleaned.get("ends_on")
        if first and last and last < first:
            self.add_error("ends_on", "结束日期不能早于开始日期。")
        return cleaned


class CampaignCreateView(snippets.CreateView):
    """Adds with an act."""

    def save_instance(self) -> Campaign:
        """One act, one transaction."""
        return services.save_campaign(self.form, super().save_instance, actor=self.request.user)


class CampaignEditView(snippets.EditView):
    """Changes with an act."""

    def save_instance(self) -> Campaign:
        """One act, one transaction."""
        return services.save_campaign(self.form, super().save_instance, actor=self.request.user)


class CampaignViewSet(SnippetViewSet):
    """Campaigns (品牌活动): what campaign pages and activities point to."""

    model = Campaign
    icon = "tag"
    menu_label = "品牌活动"
    menu_order = 310
    add_to_admin_menu = True
    copy_view_enabled = False
    list_display = ["title", "pillar", "area", "starts_on", "ends_on"]
    list_filter = ["pillar"]
    search_fields = ["title", "goal"]
    ordering = ["-starts_on"]
    add_view_class = CampaignCreateView
    edit_view_class = CampaignEditView
    panels = [
        FieldPanel("title"),
        FieldPanel("goal"),
        FieldRowPanel([FieldPanel("pillar"), FieldPanel("area")]),
        FieldRowPanel([FieldPanel("starts_on"), FieldPanel("ends_on")]),
    ]

    def get_form_class(self, for_update: bool = False) -> Any:
        """The form with the checks above."""
        return self._edit_handler.get_form_class()

    def get_edit_handler(self) -> Any:
        """The panels, on our form."""
        handler = super().get_edit_handler()
        handler.base_form_class = CampaignForm
        return handler


# --- points rules ---------------------------------------------------------------------------


class RuleForm(forms.ModelForm):
    """A new version: the number of the version is counted, not typed."""

    class Meta:
        model = Rule
        fields = ["code", "title", "points_per_hour", "valid_from"]


class RuleCreateView(generic.CreateView):
    """Adds a version through the ledger's own service, which knows when it may start."""

    def save_instance(self) -> Rule:
        """Raises Refusal."""
        data = self.form.cleaned_data
        return add_rule_version(
            data["code"],
            title=data["title"],
            points_per_hour=data["points_per_hour"],
            valid_from=data["valid_from"],
            actor=self.request.user,
        )

    def form_valid(self, form: Any) -> HttpResponse:
        """A refusal is said at its field, and what was typed stays."""
        try:
            response: HttpResponse = super().form_valid(form)
        except Refusal as refusal:
            form.add_error(refusal.field, refusal.sentence)
            self.produced_error_code = "validation_error"
            self.produced_error_message = self.get_error_message()
            response = self.form_invalid(form)
        return response


class RuleViewSet(ModelViewSet):
    """Rules of points, add only: a version that stands is replaced by a later one."""

    model = Rule
    icon = "pick"
    menu_label = "积分规则"
    menu_order = 320
    add_to_admin_menu = True
    copy_view_enabled = False
    inspect_view_enabled = True
    list_display = ["title", "code", "version", "points_per_hour", "valid_from"]
    list_filter = ["code"]
    search_fields = ["title", "code"]
    ordering = ["code", "-version"]
    add_view_class = RuleCreateView

    def get_form_class(self, for_update: bool = False) -> Any:
        """There is one form: nothing is changed."""
        return RuleForm


# --- accounts -------------------------------------------------------------------------------


class _AccountForm(forms.ModelForm):
    """Mixed into Wagtail's forms: phone and whole name; no e-mail, no family name."""

    email = None
    last_name = None
    phone = PhoneField(help_text="用来登录后台的手机号。")
    first_name = forms.CharField(label="姓名", max_length=50)


class AccountCreationForm(_AccountForm, UserCreationForm):
    """A new account; it signs in by code, so there is no password."""

    class Meta(UserCreationForm.Meta):
        fields = {"phone", "first_name", "is_superuser", "groups"}


class AccountEditForm(_AccountForm, UserEditForm):
    """An account that exists."""

    class Meta(UserEditForm.Meta):
        fields = {"phone", "first_name", "is_active", "is_superuser", "groups"}


class AccountIndexView(users.IndexView):
    """The list is searched by name and number; people of the city are many."""

    @property
    def search_fields(self) -> set[str]:
        """Wagtail looks for a username."""
        return {"phone", "first_name", "last_name"}

    @cached_property
    def columns(self) -> list[Any]:
        """Wagtail's, the number under its own name."""
        columns: list[Any] = super().columns
        for column in columns:
            if column.name == "phone":
                column.label = "手机号"
        return columns


class AccountCreateView(users.CreateView):
    """Adds with an act."""

    def save_instance(self) -> Any:
        """One act, one transaction; a person without a password can only sign in by code."""
        if not self.form.instance.password:
            self.form.instance.set_unusable_password()
        return services.save_account(self.form, super().save_instance, actor=self.request.user)


class AccountEditView(users.EditView):
    """Changes with an act."""

    def save_instance(self) -> Any:
        """One act, one transaction."""
        return services.save_account(self.form, super().save_instance, actor=self.request.user)


class AccountViewSet(users.UserViewSet):
    """Accounts that may enter the back office, and all others."""

    model = get_user_model()
    ordering = "-date_joined"
    index_view_class = AccountIndexView
    add_view_class = AccountCreateView
    edit_view_class = AccountEditView

    def get_form_class(self, for_update: bool = False) -> Any:
        """Our forms."""
        return AccountEditForm if for_update else AccountCreationForm
