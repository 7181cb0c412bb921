"""What every room stands on."""

from django.apps import AppConfig
from django.core.validators import ProhibitNullCharactersValidator
from django.db.models.signals import post_migrate


class FoundationConfig(AppConfig):
    """Installs triggers and table rights after each migrate (both databases need it again)."""

    name = "volunteers.foundation"
    label = "foundation"
    verbose_name = "基础"

    def ready(self) -> None:
        from . import triggers

        # Django's own words for a NUL byte do not say what to do.
        ProhibitNullCharactersValidator.message = "这里有不能识别的字符，请删掉后重新填写。"
        post_migrate.connect(triggers.after_migrate, sender=self, dispatch_uid="lianzhi-triggers")
