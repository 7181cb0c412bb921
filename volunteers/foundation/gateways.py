"""SMS gateways, chosen by settings.SMS_GATEWAY. One method, like Django's mail backends."""

import json
import sys
from typing import Any, Protocol

from django.conf import settings
from django.utils import timezone
from django.utils.module_loading import import_string


class Gateway(Protocol):
    """`send` delivers one message; raising means "try again later"."""

    def send(self, phone: str, template: str, params: dict[str, Any]) -> None: ...


class FileGateway:
    """Development and tests: a JSON line per message in settings.SMS_FILE."""

    def send(self, phone: str, template: str, params: dict[str, Any]) -> None:
        """Append {"at", "phone", "template", "params"}."""
        line = {
            "at": timezone.now().isoformat(),
            "phone": phone,
            "template": template,
            "params": params,
        }
        settings.SMS_FILE.parent.mkdir(parents=True, exist_ok=True)
        with settings.SMS_FILE.open("a", encoding="utf-8") as file:
            file.write(json.dumps(line, ensure_ascii=False) + "\n")


class ConsoleGateway:
    """A machine without a vendor: says that a message would have gone, never its contents."""

    def send(self, phone: str, template: str, params: dict[str, Any]) -> None:
        """Print the template and the masked number to stderr."""
        sys.stderr.write(f"SMS {template} to …{phone[-4:]}\n")


def gateway() -> Gateway:
    """The configured gateway."""
    return import_string(settings.SMS_GATEWAY)()


def send_sms(phone: str, template: str, params: dict[str, Any]) -> None:
    """Send through the configured gateway."""
    gateway().send(phone, template, params)
