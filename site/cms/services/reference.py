"""Campaigns, points rules and accounts as platform staff keep them in the back office.

The forms of the back office have checked the fields; each function is one act in one transaction.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models import Model
from django.forms import ModelForm

from volunteers.foundation import acts, versions

if TYPE_CHECKING:
    from events.activities.models import Campaign
    from volunteers.accounts.models import User

_PRIVATE = ("phone", "first_name")  # stay out of the trail, whose subject names the account


def save_campaign(
    form: "ModelForm[Campaign]", save: Callable[[], "Campaign"], *, actor: "User"
) -> "Campaign":
    """Save a campaign through Wagtail's own action (`save`, which also writes Wagtail's log)."""
    with transaction.atomic():
        verb = "campaign.change" if form.instance.pk else "campaign.add"
        old = _old(form)
        campaign = save()
        acts.record(verb, campaign, actor=actor, old=old, new=_new(form))
        versions.bump("cms", "activities")
        return campaign


def save_account(form: "ModelForm[User]", save: Callable[[], "User"], *, actor: "User") -> "User":
    """Save an account: who may enter the back office, and as what."""
    with transaction.atomic():
        verb = "account.change" if form.instance.pk else "account.add"
        old = _old(form)
        account = save()
        acts.record(verb, account, actor=actor, old=old, new=_new(form))
        return account


def _old(form: "ModelForm[Any]") -> dict[str, Any]:
    if not form.instance.pk:
        return {}
    changed = (name for name in form.changed_data if name not in _PRIVATE)
    return {name: _plain(form.initial.get(name)) for name in changed}


def _new(form: "ModelForm[Any]") -> dict[str, Any]:
    changed = (name for name in form.changed_data if name not in _PRIVATE)
    return {name: _plain(form.cleaned_data.get(name)) for name in changed}


def _plain(value: Any) -> Any:
    if value is None or isinstance(value, bool | int | str):
        return value
    if isinstance(value, Model):
        return str(value)
    if hasattr(value, "__iter__"):
        return [str(part) for part in value]
    return str(value)
