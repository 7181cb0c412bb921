"""What Wagtail asks for by hook."""

from typing import Any

from django import forms
from django.contrib.auth import get_user_model
from wagtail import hooks
from wagtail.admin.views.account import NameEmailSettingsPanel
from wagtail.snippets.models import register_snippet

from .viewsets import CampaignViewSet, RuleViewSet

register_snippet(CampaignViewSet)


@hooks.register("register_admin_viewset")
def rules() -> Any:
    """Points rules, under their own menu entry."""
    return RuleViewSet("rules")


class NameForm(forms.ModelForm):
    """Wagtail's asks for a family name in a field of its own."""

    first_name = forms.CharField(label="姓名", max_length=50)

    class Meta:
        model = get_user_model()
        fields = ["first_name"]


# There is no hook for the panels that are built in.
NameEmailSettingsPanel.form_class = NameForm
