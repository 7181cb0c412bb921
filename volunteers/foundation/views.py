"""The public record of seals: anyone may keep a head and hold us to it later."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from . import seals as pure
from .models import Seal

SHOWN = 50


@require_safe
def seals(request: HttpRequest) -> HttpResponse:
    """The newest heads of every stream, newest first."""
    heads = Seal.objects.order_by("-id")[:SHOWN]
    return render(request, "foundation/seals.html", {"heads": heads})


@require_safe
def key(request: HttpRequest) -> HttpResponse:
    """The public key that checks the signatures."""
    return HttpResponse(pure.public_key_pem(), content_type="application/x-pem-file")
